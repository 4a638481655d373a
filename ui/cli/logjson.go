package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"warroom/data"
)

// entryJSON returns an entry as one line of JSON: its place in the log, who and
// when, the item under "id", and what happened to its fields.
func entryJSON(e data.Entry) string {
	o := object{{"seq", e.Seq}, {"event", e.ID}, {"at", recordedAt(e)}, {"by", e.By},
		{"kind", e.Body.Kind()}, {"id", e.Item()}, {"name", known(e.Name)}}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(append(o, bodyJSON(e)...)); err != nil {
		return "null" // only if a value cannot be JSON, and all are texts and numbers
	}
	return strings.TrimRight(b.String(), "\n")
}

// recordedAt returns when an event was recorded as JSON has it.
func recordedAt(e data.Entry) *string {
	if e.At.IsZero() { // it cannot be read
		return nil
	}
	at := e.At.UTC().Format(time.RFC3339Nano)
	return &at
}

// bodyJSON returns what is special to a kind of event.
func bodyJSON(e data.Entry) object {
	switch b := e.Body.(type) {
	case data.Made:
		fields := object{}
		for _, f := range fieldsOf(b.Of) {
			if v, ok := b.Fields[f.Key]; ok {
				fields = append(fields, member{f.Key, cleanValue(f, v)})
			}
		}
		for _, key := range data.NewerFields(b) {
			fields = append(fields, member{data.Line(key), cleanValue(nil, b.Fields[key])})
		}
		return object{{"fields", fields}, {"act", known(data.Line(b.Act))}}
	case data.Changed:
		return object{{"changes", changesJSON(b)}, {"why", known(data.Line(b.Why))}, {"undoes", position(b.Undoes)}, {"act", known(data.Line(b.Act))}}
	case data.Newer:
		return object{{"body", data.Clean(string(b.Raw), true)}}
	case data.Redacted:
		return object{{"redacted", b.Event}, {"why", known(data.Line(b.Why))}}
	}
	return nil
}

// changesJSON returns what a change did to each field.
func changesJSON(b data.Changed) []object {
	changes := []object{}
	for _, c := range b.Changes {
		f := b.Ref.Spec().Field(c.Field)
		changes = append(changes, object{{"field", data.Line(c.Field)}, {"was", cleanValue(f, c.Was)}, {"now", cleanValue(f, c.Now)}})
	}
	return changes
}

// cleanValue returns a stored value as JSON has it; the field is nil if this warroom
// does not know it.
func cleanValue(f *data.Field, stored string) any {
	stored = data.Clean(stored, true)
	if f == nil {
		return known(stored)
	}
	return f.Value(stored)
}

// position returns a position of the log as JSON has it: 0 is none.
func position(seq int64) *int64 {
	if seq == 0 {
		return nil
	}
	return &seq
}

// fieldsOf returns the fields of a kind: none of one that this warroom does not know.
func fieldsOf(k data.Kind) []*data.Field {
	if spec := data.SpecOf(k); spec != nil {
		return spec.Fields
	}
	return nil
}
