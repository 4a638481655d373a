package serve

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/data"
	"warroom/ui"
	"warroom/ui/term"
)

// serve does what the session is for.
func (x *session) serve() {
	x.visit.timer.Stop()
	x.visit.admit()
	begin, log := x.s.cfg.Now(), x.s.cfg.Log.With("from", x.visit.addr)
	errw := x.writer(x.ch.Stderr())
	var err error
	if x.grant, err = x.s.keys.grant(x.key, begin, x.visit.addr); err == nil {
		err = x.s.join(x)
	}
	if err != nil {
		log.Info("session refused", "why", err.Error())
		x.end(tell(errw, err))
		return
	}
	x.end(x.joined(errw, log, begin))
}

// joined does it for a session that is counted in, and returns the exit status.
func (x *session) joined(errw io.Writer, log *slog.Logger, begin time.Time) int {
	defer x.s.leave(x)
	log = log.With("actor", string(x.grant.Actor), "role", x.grant.Role.String(), "key", x.grant.Fingerprint())
	status := x.work(errw, func(what string) { log.Info("session", "room", x.in(), "does", what) })
	why := x.stopped()
	if why != "" {
		fmt.Fprintf(errw, "warroom: %s\n", data.Line(why))
		status = max(status, 1)
	}
	log.Info("session ends", "room", x.in(), "status", status, "seconds", int(x.s.cfg.Now().Sub(begin).Seconds()), "why", why)
	return status
}

// tell tells the person of an error, and returns the exit status.
func tell(w io.Writer, err error) int {
	fmt.Fprintf(w, "warroom: %s\n", data.Line(err.Error()))
	if hint := data.HintOf(err); hint != "" {
		fmt.Fprintf(w, "hint: %s\n", data.Line(hint))
	}
	return int(data.ClassOf(err))
}

// work runs the command, or the board, and returns the exit status.
func (x *session) work(errw io.Writer, begins func(what string)) int {
	if strings.ContainsRune(x.command, 0) || !utf8.ValidString(x.command) {
		return tell(errw, data.Misuse("the command is no text"))
	}
	var words []string
	for _, w := range data.SplitWords(x.command, data.SentQuotes) {
		words = append(words, w.Text)
	}
	args, err := x.enter(words)
	if err != nil {
		return tell(errw, err)
	}
	door, err := x.s.cfg.Enter(x.ctx, x.in())
	if err != nil {
		return tell(errw, err)
	}
	p := Person{x.grant.Actor, x.grant.Role, x.env}
	if x.pty != nil {
		p.Env = append(slices.Clone(x.env), "TERM="+x.pty.name)
	}
	out := x.writer(x.ch)
	switch {
	case len(args) > 0 || x.pty == nil:
		begins(short(strings.Join(args[:min(len(args), 2)], " ")))
		status := door.Run(x.ctx, p, args, x.input(), out, errw)
		if len(args) == 0 {
			fmt.Fprintln(errw, "hint: the dashboard needs a terminal: ssh -t; this is what warroom status prints")
		}
		return status
	case x.pty.name == "dumb" || x.pty.name == "":
		begins("status")
		status := door.Run(x.ctx, p, nil, nil, out, errw)
		fmt.Fprintln(errw, "hint: the dashboard needs a terminal that can move its cursor; this is what warroom status prints")
		return status
	}
	begins("board")
	cfg, err := door.Board(x.ctx, p)
	if err == nil {
		err = ui.RunOn(x.ctx, cfg, term.Terminal{In: x.keys, Out: out, Size: x.pty.size, Sizes: x.sizes, Notes: x.notes})
	}
	if err != nil {
		log := x.s.cfg.Log.With("from", x.visit.addr, "actor", string(p.Actor), "room", x.in())
		if fault := (*ui.FaultError)(nil); errors.As(err, &fault) {
			log = log.With("fault", fault.Err.Error())
		}
		log.Error("board failed", "err", err.Error())
		return tell(errw, err)
	}
	return 0
}

// input is what a command reads.
func (x *session) input() io.Reader {
	if x.pty == nil {
		return x
	}
	return x.ahead(x.keyed())
}

// enter finds the room, and returns the words behind its name.
func (x *session) enter(words []string) ([]string, error) {
	all, err := x.s.cfg.Rooms()
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(slices.Clone(all), func(room string) bool { return !x.grant.enters(room) })
	switch {
	case len(mine) == 0:
		return nil, &data.Error{Class: data.Forbidden, What: "there is no room that your key opens", Hint: "ask who runs the server"}
	case !x.s.cfg.Several:
		x.goTo(mine[0])
		return words, nil
	case len(words) > 0 && slices.Contains(mine, words[0]):
		x.goTo(words[0])
		return words[1:], nil
	case len(mine) == 1:
		x.goTo(mine[0])
		return words, nil
	case len(words) == 0 && x.pty != nil:
		room, err := x.choose(mine)
		x.goTo(room)
		return nil, err
	case len(words) == 0:
		return nil, data.Misuse("there are several rooms").WithHint("say which one first: %s", strings.Join(mine, ", "))
	}
	return nil, data.Misuse("there is no room %q", short(words[0])).WithHint("say which one first: %s", strings.Join(mine, ", "))
}

// choose lets the person choose a room by its number or name.
func (x *session) choose(rooms []string) (string, error) {
	keys := x.ahead(raw)
	x.keys = keys
	out, in := x.writer(x.ch), make([]byte, 1) // what is behind the room is for the board
	for i, room := range rooms {
		fmt.Fprintf(out, "%3d  %s\n", i+1, data.Line(room))
	}
	fmt.Fprint(out, "room: ")
	var line []byte
	after := false // the character before was CR, of which an LF is a part
	for {
		n, err := keys.Read(in)
		if err != nil {
			fmt.Fprintln(out)
			return "", data.Refuse("no room was chosen")
		}
		for _, c := range in[:n] {
			switch {
			case c == 3 || c == 4 || c == 0x1b:
				fmt.Fprintln(out)
				return "", data.Refuse("no room was chosen")
			case (c == 0x7f || c == 8) && len(line) > 0:
				line = line[:len(line)-1]
				fmt.Fprint(out, "\b \b")
			case c == '\n' && after:
			case c == '\r' || c == '\n':
				fmt.Fprintln(out)
				for i, room := range rooms {
					if string(line) == fmt.Sprint(i+1) || string(line) == room {
						if c == '\r' {
							x.keys = &behindCR{Reader: keys}
						}
						return room, nil
					}
				}
				fmt.Fprintf(out, "there is no room %q; room: ", short(string(line)))
				line = nil
			case c > ' ' && c < 0x7f && len(line) < 200:
				line = append(line, c)
				fmt.Fprint(out, string(rune(c)))
			}
			after = c == '\r'
		}
	}
}

// A behindCR reads what is behind a CR: an LF there is a part of it.
type behindCR struct {
	io.Reader
	begun bool
}

// Read implements io.Reader.
func (b *behindCR) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.begun || n == 0 {
		return n, err
	}
	b.begun = true
	if p[0] != '\n' {
		return n, err
	}
	if n = copy(p, p[1:n]); n == 0 && err == nil {
		return b.Reader.Read(p)
	}
	return n, err
}
