package store

import (
	"strings"
	"testing"

	"warroom/data"
)

// A log whose end was cut is whole in itself. Where no head of it is known, the
// tables tell, each of them.
func TestVerifyFindsACutEnd(t *testing.T) {
	path := oneOfEach(t, t.TempDir())
	for _, tt := range []struct {
		name       string
		statements []string
		want       string // after "know of "
	}{
		{"the last event", []string{`DELETE FROM event WHERE seq > 17`}, "event 20"},
		{"several", []string{`DELETE FROM event WHERE seq > 7`}, "event 20"},
		{"all but the incident", []string{`DELETE FROM event WHERE seq > 1`}, "event 20"},
		{"and the rows say nothing of it", []string{`DELETE FROM event WHERE seq > 18`, `DELETE FROM lesson`,
			`UPDATE action SET state = 'open', changed_at = made_at, changed_by = made_by, changed_seq = made_seq`}, "X-1, which no event makes"},
		{"and only the texts say so", []string{`DELETE FROM event WHERE seq > 18`, `DELETE FROM lesson`, `DELETE FROM tally`,
			`UPDATE action SET changed_seq = made_seq`}, "X-1, which no event makes"},
		{"and only the counts say so", []string{`DELETE FROM event WHERE seq > 18`, `DELETE FROM lesson`, `DELETE FROM search`,
			`UPDATE action SET changed_seq = made_seq`}, "1 items of the kind lesson, the log makes 0"},
		{"and only what stands says so", []string{`DELETE FROM event WHERE seq > 12`, `DELETE FROM search`, `DELETE FROM tally`,
			`DELETE FROM notice WHERE num > 1`, `DELETE FROM delivery`, `DELETE FROM decision`, `DELETE FROM note`, `DELETE FROM question`,
			`DELETE FROM risk`, `DELETE FROM lesson`, `UPDATE action SET changed_seq = made_seq`}, "W-2, which no event makes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := openFile(t, behindTheBack(t, path, tt.statements...), options)
			_, err := s.Verify(t.Context())
			refusal(t, err, data.BadFile, "damaged: the end of the log may be cut: the tables know of "+tt.want)
			if hint := data.HintOf(err); hint == "" || strings.Contains(hint, "rebuild") {
				t.Errorf("hint %q", hint)
			}
		})
	}
}

// A file whose log is empty is refused when it is opened.
func TestOpenWithoutAnEvent(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(t *testing.T) string
		want string
	}{
		{"nothing in it", func(t *testing.T) string {
			path := fileIn(t, t.TempDir())
			return behindTheBack(t, path, `DELETE FROM event`, `DELETE FROM incident`, `DELETE FROM tally`, `DELETE FROM search`)
		}, "not an incident file: it holds no incident"},
		{"all events dropped", func(t *testing.T) string {
			return behindTheBack(t, sampleLog(t, t.TempDir()), `DELETE FROM event`)
		}, "damaged: it holds no incident: the log is empty, and its tables are not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(t.Context(), tt.make(t), options)
			refusal(t, err, data.BadFile, tt.want)
			if err == nil {
				s.Close()
			}
			if hint := data.HintOf(err); hint == "" || strings.Contains(hint, "rebuild") {
				t.Errorf("hint %q", hint)
			}
		})
	}
}
