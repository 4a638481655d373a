package pane

import (
	"fmt"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// Detail returns the lines of an item's page: all its fields, what rests on it,
// and its history as who, when, from, to and why.
func Detail(v *View, e data.Entity, history []data.Event, w int, rests ...data.Entity) []string {
	t := v.Theme
	lines := []string{""} // the place of who is editing it: nothing moves when they come and go
	if who := v.whoEdits(e.Info().Ref, w-2); who != "" {
		lines[0] = " " + t.Warn.Paint(kit.Cut(who, w-2))
	}
	source, isSource := e.(*data.Source)
	if isSource && source.Withdrawn {
		lines = append(lines, " "+t.Bad.Paint(t.Symbols.Cross+" WITHDRAWN")+": nothing new can rest on it", "")
	}
	for _, f := range data.FieldsOf(e) {
		if f.Internal || !f.Applies(e) {
			continue
		}
		value := v.show(f, f.Get(e))
		if f.Type == data.TextType {
			value = f.Get(e)
		}
		if isSource && f.Key == "grade" && source.Grade != "" {
			value = source.Grade + ": " + data.GradeWords(source.Grade)
		}
		if f.Get(e) == "" && f.Type != data.FlagType {
			value = t.Dim.Paint(Unknown)
		}
		lines = append(lines, labelled(t, f.Label, value, w)...)
	}
	m := e.Info()
	lines = append(lines, "")
	lines = append(lines, labelled(t, "Added", fmt.Sprintf("%s by %s", v.moment(m.MadeAt), m.MadeBy), w)...)
	if isSource {
		lines = append(append(lines, ""), v.rests(rests, w)...)
	}
	lines = append(lines, "", " "+t.Strong.Paint("History, newest first"))
	for i := len(history) - 1; i >= 0; i-- {
		lines = append(lines, v.change(history[i], w)...)
	}
	return append(lines, "")
}

const labelWidth = 22

func labelled(t kit.Theme, label, value string, w int) (lines []string) {
	width := labelWidth
	if w < 70 {
		width = labelWidth - 4
	}
	width = max(width, kit.Width(label)+1)
	for i, part := range kit.Wrap(value, w-width-1) {
		if i > 0 {
			label = ""
		}
		lines = append(lines, " "+t.Strong.Paint(kit.Fit(label, width))+part)
	}
	return lines
}

// moment returns when something was recorded, exactly and as an age.
func (v *View) moment(at time.Time) string {
	return v.Moment(at) + " (" + data.Ago(v.Now.Sub(at)) + ")"
}

// change says what an event did: who and when, then each field from and to,
// then why.
func (v *View) change(e data.Event, w int) []string {
	t := v.Theme
	when, number := "   "+v.moment(e.At)+"  ", fmt.Sprint("  event ", e.Seq)
	by := kit.Cut(string(e.By), max(w-kit.Width(when+number), 8))
	lines := []string{when + t.Strong.Paint(by) + t.Dim.Paint(number)}
	add := func(s string) {
		for _, part := range kit.Wrap(s, w-6) {
			lines = append(lines, "     "+part)
		}
	}
	changed, ok := e.Body.(data.Changed)
	if !ok {
		add(data.Describe(e.Body))
		return lines
	}
	for _, c := range changed.Changes {
		add(v.Describe(data.Changed{Ref: changed.Ref, Changes: []data.Change{c}}))
	}
	if changed.Why != "" {
		add("because " + data.Clean(changed.Why, true))
	}
	return lines
}
