//go:build unix

package term

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	xterm "github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"

	"warroom/data/clock"
)

// An own is the terminal of the process. It is read only after a poll has said that
// there is something, so that nothing is taken that is typed for somebody to whom the
// terminal is lent.
type own struct {
	in, out *os.File
	opened  bool // in was opened here
	env     []string
	before  *xterm.State // to which the terminal is restored

	told    chan os.Signal
	resized chan os.Signal
	lent    atomic.Bool
	stopped atomic.Bool // it stopped itself, and was not told yet that it goes on

	reading    sync.Mutex // held by who reads, and while nobody may
	paused     bool       // of who pauses it
	over       bool
	wake, stir *os.File // the two ends of a pipe: it has something while nobody may read
	parent     int      // is readable when the process's parent has ended; -1 where that is not known
}

// Own returns the terminal of the process, of which env is the environment.
func Own(env []string) (Terminal, error) {
	if env == nil {
		env = os.Environ()
	}
	o := &own{in: os.Stdin, out: os.Stdout, env: env, parent: -1}
	if !xterm.IsTerminal(o.in.Fd()) {
		var err error
		if o.in, err = os.Open("/dev/tty"); err != nil {
			return Terminal{}, err
		}
		o.opened = true
	}
	return Terminal{In: o.in, Out: o.out, Env: env, Size: o.size(), own: o}, nil
}

// begin takes the terminal over. It must be followed by end.
func (o *own) begin() error {
	var err error
	if o.wake, o.stir, err = os.Pipe(); err != nil {
		return err
	}
	if o.before, err = xterm.GetState(o.in.Fd()); err == nil {
		err = o.raw()
	}
	if err != nil {
		o.wake.Close()
		o.stir.Close()
		return err
	}
	o.told, o.resized = make(chan os.Signal, 4), make(chan os.Signal, 1)
	signal.Notify(o.told, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGCONT)
	signal.Notify(o.resized, syscall.SIGWINCH)
	o.parent = watchParent()
	return nil
}

// end gives the terminal back as it was found.
func (o *own) end() {
	o.pause()
	o.over = true
	o.restore() // it may be gone
	signal.Stop(o.told)
	signal.Stop(o.resized)
	o.wake.Close()
	o.stir.Close()
	if o.parent >= 0 {
		unix.Close(o.parent)
	}
	if o.opened {
		o.in.Close()
	}
	o.reading.Unlock()
}

// raw has the terminal hand on each key as it is typed.
func (o *own) raw() error {
	_, err := xterm.MakeRaw(o.in.Fd())
	return err
}

// restore has the terminal treat keys as before the process came.
func (o *own) restore() error { return xterm.Restore(o.in.Fd(), o.before) }

// size returns the size of the terminal, else what the environment says it is.
func (o *own) size() Size {
	w, h, err := xterm.GetSize(o.out.Fd())
	if err != nil || w <= 0 || h <= 0 {
		w, h = fallback(o.env)
	}
	return clamp(Size{w, h})
}

func (o *own) changes() <-chan os.Signal {
	if o == nil {
		return nil
	}
	return o.resized
}

func (o *own) signals() <-chan os.Signal {
	if o == nil {
		return nil
	}
	return o.told
}

// meaning says what a signal means. An interrupt that is typed while the terminal is
// lent is for who has it.
func (o *own) meaning(sig os.Signal) meaning {
	switch {
	case sig == syscall.SIGCONT && (o.stopped.CompareAndSwap(true, false) || o.lent.Load()):
		return nothing
	case sig == syscall.SIGCONT:
		return repaint
	case (sig == syscall.SIGINT || sig == syscall.SIGQUIT) && o.lent.Load():
		return nothing
	}
	return end
}

// away reports whether somebody else has the terminal.
func (o *own) away() bool { return o != nil && o.lent.Load() }

// pause has nobody read from the terminal until goOn. When it returns, nobody does.
func (o *own) pause() {
	if o == nil || o.paused {
		return
	}
	o.stir.Write([]byte{0}) // wakes who waits for a key
	o.reading.Lock()
	o.paused = true
	o.lent.Store(true)
}

func (o *own) goOn() {
	o.wake.Read(make([]byte, 1))
	o.lent.Store(false)
	o.paused = false
	o.reading.Unlock()
}

// errParent is why a program ends whose parent has.
var errParent = errors.New("the process that started this one has ended")

// next implements source.
func (o *own) next(within time.Duration) ([]byte, error) {
	until := clock.Now().Add(within)
	for {
		wait := -1
		if within >= 0 {
			wait = max(0, int((until.Sub(clock.Now())+time.Millisecond-1)/time.Millisecond))
		}
		b, again, err := o.read(wait)
		if err != nil || len(b) > 0 {
			return b, err
		}
		if !again {
			return nil, nil
		}
		runtime.Gosched()
	}
}

// read waits some milliseconds for what is typed. It asks to be called again where
// something else came.
func (o *own) read(wait int) (b []byte, again bool, err error) {
	o.reading.Lock()
	defer o.reading.Unlock()
	if o.over {
		return nil, false, io.EOF
	}
	fds := []unix.PollFd{{Fd: int32(o.in.Fd()), Events: unix.POLLIN}, {Fd: int32(o.wake.Fd()), Events: unix.POLLIN}, {Fd: int32(o.parent), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, wait)
	switch {
	case err == unix.EINTR: // by a change of size, say
		return nil, true, nil
	case err != nil:
		return nil, false, err
	case n == 0:
		return nil, false, nil
	case fds[1].Revents != 0:
		return nil, true, nil
	case fds[2].Revents != 0:
		return nil, false, errParent
	}
	b = make([]byte, 1024)
	n, err = o.in.Read(b)
	if n > 0 {
		return b[:n], false, nil
	}
	return nil, false, errors.Join(err, io.EOF)
}

// ErrNobody is why a process is not stopped: it would stay so.
var ErrNobody = errors.New("no shell started this program in a way that lets it come back")

// stoppable reports why the process cannot be stopped: nobody could have it go on. That
// is so where its group is that of the session's first process, which has no shell above
// it, or where its parent belongs to another session.
func (o *own) stoppable() error {
	sid, err := unix.Getsid(0)
	if err != nil {
		return err
	}
	parents, err := unix.Getsid(unix.Getppid())
	if unix.Getpgrp() == sid || err != nil || parents != sid {
		return ErrNobody
	}
	return nil
}

// stopWithin is how long a system may take to stop a process.
const stopWithin = time.Second

// stop stops the process and its group until somebody has it go on. A system does not
// stop a group of which nobody would know.
func (o *own) stop() error {
	on := make(chan os.Signal, 1)
	signal.Notify(on, syscall.SIGCONT)
	defer signal.Stop(on)
	o.stopped.Store(true)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		o.stopped.Store(false)
		return err
	}
	for range 2 { // the time that it was stopped counts too
		select {
		case <-on:
			return nil
		case <-time.After(stopWithin / 2):
		}
	}
	o.stopped.Store(false)
	return ErrNobody
}
