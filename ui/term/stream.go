package term

import (
	"io"
	"time"

	"warroom/data"
)

// A stream is a source that is read by a goroutine, which waits for the reader of its
// pieces.
type stream struct {
	pieces chan []byte
	stop   <-chan struct{}
	err    error // why pieces was closed
}

// newStream reads r until its end, or until the first piece after stop is closed.
func newStream(r io.Reader, stop <-chan struct{}) *stream {
	s := &stream{pieces: make(chan []byte), stop: stop, err: io.EOF}
	data.Go(func() {
		defer close(s.pieces)
		for {
			b := make([]byte, 1024)
			n, err := r.Read(b)
			if n > 0 {
				select {
				case s.pieces <- b[:n]:
				case <-stop:
					return
				}
			}
			if err != nil {
				s.err = err
				return
			}
		}
	}, func(error) {})
	return s
}

// next implements source.
func (s *stream) next(within time.Duration) ([]byte, error) {
	var late <-chan time.Time
	if within >= 0 {
		t := time.NewTimer(within)
		defer t.Stop()
		late = t.C
	}
	select {
	case b, ok := <-s.pieces:
		if !ok {
			return nil, s.err
		}
		return b, nil
	case <-late:
		return nil, nil
	case <-s.stop:
		return nil, io.EOF
	}
}
