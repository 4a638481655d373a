package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"warroom/data"
	"warroom/store"
)

// What a newer warroom recorded reads so, in words, as JSON and spoken. Who may not
// read private notes is not told what it says.
func TestNewerReads(t *testing.T) {
	change := func(ref data.Ref, field string) data.Changed {
		return data.Changed{Ref: ref, Changes: []data.Change{{Field: field, Was: "", Now: "Jane Roe"}}}
	}
	for _, tt := range []struct {
		name                string
		body                data.Body
		ref                 data.Ref
		words, spoken, json string
	}{
		{"a kind of event", data.Newer{Of: "moved", Raw: json.RawMessage(`{"to":"Jane Roe"}`)}, "A-1",
			"recorded by a newer warroom", "changed A-1, recorded by a newer warroom.", `"body":"{\"to\":\"Jane Roe\"}"`},
		{"a kind of item", data.Made{Of: "milestone", Fields: map[string]string{"title": "Jane Roe"}}, "M-1",
			"added, recorded by a newer warroom", "added M-1, recorded by a newer warroom.", `"fields":{"title":"Jane Roe"}`},
		{"a key", change("region:africa", "name"), "region:africa",
			"name recorded by a newer warroom", "changed region:africa, name recorded by a newer warroom.", `"field":"name","was":null,"now":"Jane Roe"`},
		{"a field", change("A-1", "colour"), "A-1",
			"colour recorded by a newer warroom", "changed A-1, colour recorded by a newer warroom.", `"field":"colour","was":null,"now":"Jane Roe"`},
		{"an item with a field", data.Made{Of: data.KindAction, Fields: map[string]string{"colour": "Jane Roe"}}, "A-1",
			"added, with colour recorded by a newer warroom", "added A-1, with colour recorded by a newer warroom.", `"fields":{"colour":"Jane Roe"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entry := data.Entry{Event: data.Event{Seq: 3, Ref: tt.ref, At: testNow, By: "ana", Body: tt.body}}
			if got := did(tt.body, testNow); got != tt.words {
				t.Errorf("reads %q, want %q", got, tt.words)
			}
			if got := spokenChange(entry, testNow); !strings.HasSuffix(got, "ana "+tt.spoken) {
				t.Errorf("spoken %q, want %q", got, tt.spoken)
			}
			if got := entryJSON(entry); !strings.Contains(got, tt.json) {
				t.Errorf("JSON %s, want %s in it", got, tt.json)
			}
			entry.Event = entry.Readable(data.Viewer)
			if got := entryJSON(entry) + did(entry.Body, testNow); strings.Contains(got, "Jane Roe") {
				t.Errorf("a viewer is told %s", got)
			}
		})
	}
}

// A proof says what of a file it has not looked at, and what is not known here.
func TestReportOfANewerFile(t *testing.T) {
	var b strings.Builder
	printReport(&b, "x.db", &store.Report{Head: store.Head{Seq: 9}, Newer: 2, Version: 7}, nil)
	const want = "file: x.db\n" +
		"whole: all 9 events are what was recorded, and the tables, which are of version 7, were not looked at\n" +
		"recorded by a newer warroom: 2 events that this one does not know\n"
	if !strings.HasPrefix(b.String(), want) {
		t.Errorf("says\n%swant\n%s", b.String(), want)
	}
}
