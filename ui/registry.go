package ui

import (
	"context"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// A registered is one page of the board, or one state of a page that has other
// actions. A page that is not registered escapes the check of clashing keys.
type registered struct {
	name string
	// make makes the page without reading a file, for the sake of its actions. It
	// returns nil for the board itself.
	make func(m *Model) overlay
}

// pages lists all pages of the board, each once. Every new page needs a line here;
// a full view has its line in views.
func (m *Model) pages() []registered {
	all := []registered{
		{"board", func(m *Model) overlay {
			m.board.shown = m.board.all() // which of them have room depends on their rows
			return nil
		}},
		{"board with marks", func(m *Model) overlay {
			m.board.focus = m.board.actions
			m.marked.turn(blankItem(data.KindAction))
			return nil
		}},
		{"item", func(*Model) overlay { return &itemPage{page: newPage("", nothing), ref: "A-1"} }},
		{"claims", func(*Model) overlay { return newClaimsView(data.FigureKey{}) }},
		{"output of a command", func(*Model) overlay { p := newPage("", nothing); return &p }},
		{"found", func(*Model) overlay { return &foundList{} }},
		{"news", func(*Model) overlay { return newNewsView(data.Seen{}) }},
		{"who is on", func(*Model) overlay { return &whoPage{newPage("", nothing)} }},
		{"help", func(*Model) overlay { return &helpPage{page: newPage("", nothing)} }},
		{"withdrawal", func(*Model) overlay { return &fallPage{page: newPage("", nothing)} }},
		{"call", func(m *Model) overlay { return m.newCallView(&Draft{}) }},
	}
	all = append(append(all, menus()...), forms()...)
	for _, v := range m.views() {
		all = append(all, registered{v.name, func(m *Model) overlay { return v.make() }})
	}
	return all
}

// menus lists the menus. Some of them have letters beside the digits.
func menus() []registered {
	return []registered{
		{"menu", func(*Model) overlay {
			items := make([]menuItem, mostDigits)
			for i := range items {
				items[i].name = string(rune('a' + i))
			}
			return newMenu("", items...)
		}},
		{"menu of words", func(*Model) overlay {
			p := newMenu("", menuItem{name: "P0"})
			p.named = true
			return p
		}},
		{"menu of owners", func(m *Model) overlay { return m.otherwise("owner", "o", "another name") }},
		{"menu of deadlines", func(m *Model) overlay { return m.otherwise("due", "d", "another time") }},
	}
}

// forms lists the forms, and the pages of conflicts.
func forms() []registered {
	form := func(m *Model) *formPage { return m.changeFormWith(&Draft{}, blankItem(data.KindAction)) }
	conflicted := func(key string) func(m *Model) overlay {
		return func(m *Model) overlay {
			p := form(m)
			x := conflict{item: p.item, field: p.spec.Field(key)}
			return newConflictPage(p, []conflict{x, x})
		}
	}
	several := func(m *Model) overlay {
		f := form(m)
		return newConflictPage(&joint{}, []conflict{{item: f.item, field: f.spec.Field("detail")}, {item: f.item, field: f.spec.Field("detail")}})
	}
	return []registered{
		{"form", func(m *Model) overlay { return form(m) }},
		{"form, in a long text", func(m *Model) overlay {
			p := form(m)
			p.form.Focus("detail")
			p.found = "a name"
			return p
		}},
		{"conflict of a word", conflicted("owner")},
		{"conflict of a text", conflicted("detail")},
		{"conflict of several", several},
	}
}

// blankItem returns an item of a kind that nothing is known of.
func blankItem(k data.Kind) data.Entity {
	item := data.SpecOf(k).New()
	item.Info().Ref = "A-1"
	return item
}

// A keyPlace is the actions of one page.
type keyPlace struct {
	name    string
	typing  bool // characters are text there, and a person's keys do not count
	actions []kit.Action
}

// keyPlaces returns the actions of every page that there is. Those of a page on
// which text is typed have the keys that they have for everybody.
func (s Settings) keyPlaces() (all []keyPlace) {
	fresh := func() *Model {
		m := New(context.Background(), Config{
			Now:      func() time.Time { return time.Time{} },
			Role:     data.Lead,
			Writer:   Writer{NewID: func() string { return "" }},
			Settings: s,
		})
		m.resize(threeColumns, 2*largeHeight)
		return m
	}
	for i, p := range fresh().pages() {
		m := fresh()
		if o := m.pages()[i].make(m); o != nil {
			m.push(o)
		}
		if w, ok := m.top().(writing); ok {
			all = append(all, keyPlace{p.name, true, w.actions(m)})
			continue
		}
		all = append(all, keyPlace{p.name, false, m.here()})
	}
	return all
}
