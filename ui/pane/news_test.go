package pane

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/kit"
)

// newsLine draws the news of one item in w cells, without styles.
func newsLine(v *View, i data.NewsItem, w int) string {
	p := NewsList(func() []NewsRow {
		return NewsRows(data.News{Panes: []data.NewsPane{{Name: "Pane", Items: []data.NewsItem{i}}}})
	}, func() bool { return false })
	p.SetSize(w, 20)
	p.Set(v)
	var text []string
	for _, line := range p.Lines(nil, "", true)[2:] {
		if line = strings.TrimSpace(ansi.Strip(line)); line != "" {
			text = append(text, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(text, " | ")
}

func TestNewsLines(t *testing.T) {
	all := data.FigureKey{Cell: data.AllPeople, Unit: data.People}
	of := func(was, now *data.Claim) *data.FigureNews { return &data.FigureNews{Key: all, Was: was, Now: now} }
	changed := func(ref data.Ref, name string, kv ...string) data.NewsItem {
		i := data.NewsItem{Ref: ref, Name: name}
		for j := 0; j < len(kv); j += 3 {
			i.Changes = append(i.Changes, data.Change{Field: kv[j], Was: kv[j+1], Now: kv[j+2]})
		}
		return i
	}
	for _, tt := range []struct {
		name string
		item data.NewsItem
		want string
	}{
		{"new", data.NewsItem{Ref: "A-1", Name: "Send notices", New: true}, ">A-1 new Send notices ben 12m"},
		{"new and changed", func() data.NewsItem {
			i := changed("A-1", "Send notices", "state", "open", "done")
			i.New = true
			return i
		}(), ">A-1 new Send notices: state open → done ben 12m"},
		{"what was unknown", changed("A-1", "Send notices", "owner", "", "Cas"), ">A-1 Send notices: owner unknown → Cas ben 12m"},
		{"what becomes unknown", changed("A-1", "Send notices", "owner", "Cas", ""), ">A-1 Send notices: owner Cas → unknown ben 12m"},
		{"a time of today and a day", changed("A-1", "Send notices", "due", "2024-09-05T16:00:00Z", "2024-09-09"), ">A-1 Send notices: due 16:00Z → 9 Sep 2024 (day) ben 12m"},
		{"a line", changed("A-1", "Send all notices", "title", "Send notices", "Send all notices"), ">A-1 Send all notices: title → Send all notices ben 12m"},
		{"a first text", changed("A-1", "Send", "detail", "", "By post\nand by mail"), ">A-1 Send: detail → By post ben 12m"},
		{"a text", changed("A-1", "Send", "detail", "By post", "By mail"), ">A-1 Send: detail changed ben 12m"},
		{"a field that no item has", changed("A-1", "Send", "colour", "", "red", "state", "open", "done"), ">A-1 Send: state open → done ben 12m"},
		{"with a key", changed("support", "Customer support", "status", "", "on-track"), ">Customer support: status unknown → on-track ben 12m"},
		{"the incident", changed("incident", "Breach", "severity", "", "SEV2"), ">Incident: severity unknown → SEV2 ben 12m"},
		{"back", data.NewsItem{Ref: "A-1", Name: "Send"}, ">A-1 Send: changed, and changed back ben 12m"},
		{"of a newer warroom", data.NewsItem{Ref: "A-1", Name: "Send", Newer: true}, ">A-1 Send: recorded by a newer warroom ben 12m"},
		{"an item of a newer warroom", data.NewsItem{Ref: "M-1", New: true, Newer: true}, ">new M-1: recorded by a newer warroom ben 12m"},
		{"redacted", data.NewsItem{Ref: "A-1", Name: "[redacted]", Redacted: true}, ">A-1 [redacted]: redacted ben 12m"},
		{"a private note", data.NewsItem{Ref: "N-1", Name: "Secret", Private: true, New: true}, ">N-1 new (private note) ben 12m"},
		{"one that was changed", func() data.NewsItem {
			i := changed("N-1", "Secret", "text", "Old secret", "Secret")
			i.Private = true
			return i
		}(), ">N-1 (private note): changed ben 12m"},
		{"a first number", data.NewsItem{Ref: "C-1", Figure: of(nil, claim(40_000, 46_000, 52_000, data.Estimated))}, ">C-1 people affected: unknown → ~46k (40k–52k) ◐ estimated S-4 9d ben 12m"},
		{"another number", data.NewsItem{Ref: "C-1", Figure: of(claim(-1, 40_000, -1, data.Reported), claim(46_000, 46_000, 46_000, data.Confirmed))}, ">C-1 people affected: ~40k ○ → exactly 46,000 ● confirmed S-4 9d ben 12m"},
		{"another standing", data.NewsItem{Ref: "C-1", Figure: of(claim(-1, 40_000, -1, data.Reported), claim(-1, 40_000, -1, data.Confirmed))}, ">C-1 people affected: ~40k (no range) reported → ● confirmed S-4 9d ben 12m"},
		{"none any more", data.NewsItem{Ref: "C-1", Figure: of(claim(-1, 40_000, -1, data.Reported), nil)}, ">C-1 people affected: ~40k (no range) → unknown ben 12m"},
		{"the same", data.NewsItem{Ref: "C-1", Figure: of(claim(-1, 40_000, -1, data.Reported), claim(-1, 40_000, -1, data.Reported))}, ">C-1 people affected: still ~40k (no range) ○ reported S-4 9d ben 12m"},
		{"still none", data.NewsItem{Ref: "C-1", Figure: of(nil, nil)}, ">C-1 people affected: still unknown ben 12m"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now, Overview: &data.Overview{}}
			i := tt.item
			i.By, i.At = []data.Actor{"ben"}, ago(12*time.Minute)
			if got := newsLine(v, i, 100); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestNewsWho names the latest and counts the others.
func TestNewsWho(t *testing.T) {
	for _, tt := range []struct {
		by   []data.Actor
		mine bool
		want string
	}{
		{[]data.Actor{"ana"}, true, "you"},
		{[]data.Actor{"ana"}, false, "ana"},
		{[]data.Actor{"ben", "ana"}, false, "ben +1"},
		{[]data.Actor{"bartholomew", "ana", "cas"}, false, "bart… +2"},
	} {
		if got := who(data.NewsItem{By: tt.by, Mine: tt.mine}, 8); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.by, got, tt.want)
		}
	}
}

// TestNewsKeepWhatChanged cuts a name before what was changed, and shows all of
// that in as many lines as it takes.
func TestNewsKeepWhatChanged(t *testing.T) {
	v := &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now, Overview: &data.Overview{}}
	i := data.NewsItem{Ref: "A-1", Name: strings.Repeat("a name that goes on ", 20), By: []data.Actor{"ben"}, At: ago(time.Hour),
		Changes: []data.Change{{Field: "state", Was: "open", Now: "done"}, {Field: "owner", Was: "", Now: "Cassandra"}, {Field: "waits_for", Was: "nobody", Now: "the provider"}}}
	for _, w := range []int{60, 78, 100, 140} {
		got := newsLine(v, i, w)
		for _, want := range []string{"…", "state open → done", "unknown → Cassandra", "ben 1h"} {
			if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(got, " ben 1h", ""), " | ", " "), want) && !strings.Contains(got, want) {
				t.Errorf("%d wide: %q lacks %q", w, got, want)
			}
		}
	}
	i.Figure, i.Changes = &data.FigureNews{Key: data.FigureKey{Cell: "europe/transaction-data", Unit: data.Records}, Now: claim(40_000, 46_000, 52_000, data.Estimated)}, nil
	if got := newsLine(v, i, 70); !strings.Contains(got, "→ ~46k (40k–52k) ◐ S-4 9d") {
		t.Errorf("a figure where there is little room: %q", got)
	}
}
