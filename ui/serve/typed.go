package serve

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"sync"

	"warroom/data"
)

// What is typed on a terminal is read ahead of who wants it: so ctrl+c is noticed
// though a command reads nothing, and who waits for a key is woken when the session
// is over.
type ahead struct {
	mu    sync.Mutex
	moved sync.Cond
	text  []byte
	err   error // that the input ends with
}

// mostAhead is how many bytes are read before anybody wants them.
const mostAhead = 1 << 20

// ahead begins to read ahead. Each piece goes through take, which also says
// whether the input ends with it.
func (x *session) ahead(take func(p []byte) ([]byte, error)) *ahead {
	a := &ahead{}
	a.moved.L = &a.mu
	context.AfterFunc(x.ctx, func() { a.put(nil, io.EOF) })
	data.Go(func() {
		for {
			p := make([]byte, 1024)
			n, err := x.Read(p)
			p, end := take(p[:n])
			a.put(p, cmp.Or(end, err))
			if err != nil {
				return
			}
		}
	}, func(err error) { a.put(nil, err) })
	return a
}

// put adds to what can be read, once there is room for it. Behind the end nothing
// counts.
func (a *ahead) put(p []byte, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(p) > 0 && len(a.text) > mostAhead && a.err == nil {
		a.moved.Wait()
	}
	if a.err == nil {
		a.text, a.err = append(a.text, p...), err
	}
	a.moved.Broadcast()
}

// Read implements io.Reader.
func (a *ahead) Read(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.text) == 0 && a.err == nil {
		a.moved.Wait()
	}
	if len(a.text) == 0 {
		return 0, a.err
	}
	n := copy(p, a.text)
	a.text = a.text[n:]
	a.moved.Broadcast()
	return n, nil
}

// keyed makes of keys, which come raw, what a command reads: ctrl+c ends the
// command, ctrl+d the input, and enter a line. A pasted CR, LF or CRLF is one line
// break each, also where two pieces part it.
func (x *session) keyed() func(p []byte) ([]byte, error) {
	after := false // the byte before was CR
	return func(p []byte) ([]byte, error) {
		if bytes.IndexByte(p, 3) >= 0 {
			x.cancel()
		}
		text := p[:0]
		for _, c := range p {
			switch {
			case c == 3 || c == 4:
				return text, io.EOF
			case c == '\r':
				text = append(text, '\n')
			case c != '\n' || !after:
				text = append(text, c)
			}
			after = c == '\r'
		}
		return text, nil
	}
}

// raw leaves keys as they are.
func raw(p []byte) ([]byte, error) { return p, nil }
