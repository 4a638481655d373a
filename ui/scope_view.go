package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A scopeView is the full view of how many people or records there are in each
// region and category, with all that was claimed about the cell under the
// cursor.
type scopeView struct {
	grid   *pane.Grid
	claims *pane.Claims   // about the cell under the cursor, or the one before it; nil if none were read
	asked  data.FigureKey // whose claims are being read
	skip   int            // lines of the claims that are above those shown
	view   *pane.View
	width  int
	height int
}

func newScopeView(on data.Cell) *scopeView { return &scopeView{grid: pane.NewGrid(on)} }

// cell returns the cell that the board's panes of regions and data are about,
// as far as the cursor is in one of them.
func (b *board) cell() data.Cell {
	ref := b.focus.Selected()
	switch {
	case ref == "":
	case b.focus == b.regions:
		return data.Cell(ref + "/all")
	case b.focus == b.data:
		return data.Cell("all/" + ref)
	}
	return data.AllPeople
}

func (s *scopeView) set(v *pane.View) {
	s.view = v
	s.grid.Set(v)
	s.arrange()
}

func (s *scopeView) setSize(w, h int) {
	s.width, s.height = w, h
	s.arrange()
}

// leastClaims is how many lines under the grid the claims need to be of use; one
// says that there are none.
const leastClaims = 7

// arrange divides the room: from a width on the claims stand beside the grid,
// else under it.
func (s *scopeView) arrange() {
	if s.beside() {
		s.grid.SetSize(s.width-s.sideWidth(), s.height)
		return
	}
	s.grid.SetSize(s.width, s.height)
	least := leastClaims
	if s.grid.Read() && s.grid.Known() == 0 && (s.claims == nil || len(s.claims.Rows) == 0) {
		least = 2
	}
	for tall := 2; tall > 0; tall-- {
		if want := s.grid.Want(tall); want+least <= s.height || tall == 1 {
			s.grid.SetSize(s.width, min(want, s.height))
			return
		}
	}
}

func (s *scopeView) beside() bool { return s.width >= sideFrom }

// sideWidth is how many cells the claims take beside the grid, with the gap: the
// grid comes first.
func (s *scopeView) sideWidth() int { return min(max(s.width-gridWidth, 46), s.width*2/5) }

// gridWidth is what a grid of five columns takes with all ranges.
const gridWidth = 90

func (s *scopeView) lines() []string {
	grid := s.grid.Lines(nil)
	if s.beside() {
		claims, _ := s.claimLines(s.sideWidth()-gap, s.height)
		return beside(nil, grid, claims)
	}
	claims, _ := s.claimLines(s.width, s.height-len(grid))
	return append(grid, claims...)
}

// claimLines draws the claims, and says how many of their lines can be skipped.
func (s *scopeView) claimLines(w, h int) (lines []string, most int) {
	if s.claims == nil || s.grid.Empty() {
		return nil, 0
	}
	return s.claims.Lines(s.view, w, h, s.skip)
}

// ask implements [live].
func (s *scopeView) ask() reading {
	key := s.grid.Selected()
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		figures, err := src.Figures(ctx)
		if err != nil {
			return nil, err
		}
		claims, err := readClaims(ctx, src, key)
		return func(m *Model) tea.Cmd {
			s.grid.SetFigures(figures)
			return s.take(m, claims)
		}, err
	}
}

// readClaims reads all that was claimed about a figure, and the sources.
func readClaims(ctx context.Context, src Source, key data.FigureKey) (*pane.Claims, error) {
	rows, err := src.Claims(ctx, key)
	if err != nil {
		return nil, err
	}
	sources := map[data.Ref]*data.Source{}
	for _, c := range rows {
		if _, ok := sources[c.Source]; ok || c.Source == "" {
			continue
		}
		e, err := src.Get(ctx, c.Source)
		if err != nil && !errors.Is(err, data.ErrMissing) {
			return nil, err
		}
		sources[c.Source], _ = e.(*data.Source)
	}
	return pane.NewClaims(key, rows, sources), nil
}

// look returns a command that reads the claims about the cell under the cursor,
// unless they are being read already.
func (s *scopeView) look(m *Model) tea.Cmd {
	key := s.grid.Selected()
	if key == s.asked || s.claims != nil && s.claims.Key == key {
		return nil
	}
	s.asked = key
	return func() tea.Msg {
		claims, err := readClaims(m.ctx, m.src, key)
		if err != nil {
			return failedMsg{err: err}
		}
		return readMsg{func(m *Model) tea.Cmd { return s.take(m, claims) }}
	}
}

// take shows what was claimed about a cell, unless the cursor is elsewhere by
// now.
func (s *scopeView) take(m *Model, claims *pane.Claims) tea.Cmd {
	s.asked = data.FigureKey{}
	if claims.Key != s.grid.Selected() {
		return s.look(m)
	}
	if s.claims == nil || s.claims.Key != claims.Key {
		s.skip = 0
	}
	claims.Sum = s.grid.SumWords(claims.Key)
	claims.Crossed = s.grid.Crossed(claims.Key.Cell)
	s.claims = claims
	s.arrange()
	return nil
}

// about reports whether the claims shown are those about the cell under the
// cursor.
func (s *scopeView) about() bool { return s.claims != nil && s.claims.Key == s.grid.Selected() }

func (s *scopeView) actions(m *Model) []kit.Action {
	move := func(name, title, short, label string, rows, columns int, keys ...string) kit.Action {
		return kit.Action{Name: name, Title: title, Short: short, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd {
			s.grid.Move(rows, columns)
			return s.look(m)
		}}
	}
	scroll := func(name, title, label string, by int, keys ...string) kit.Action {
		return kit.Action{Name: name, Title: title, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd { s.scroll(by); return nil }}
	}
	all := s.grid.Rows()
	return []kit.Action{
		{Name: "open", Title: "Open the claims: which stands, and why", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"),
			Why: s.nothingStated, Run: func() tea.Cmd {
				if s.grid.OnNotices() {
					return m.push(newNoticesView(s.grid.Region()))
				}
				return m.push(newClaimsView(s.grid.Selected()))
			}},
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: m.back},
		{Name: "unit", Title: "Show " + string(s.grid.Other()), Short: string(s.grid.Other()), Group: "Look", Key: kit.Keys("U", "U"), Run: func() tea.Cmd {
			s.grid.Switch()
			s.arrange()
			return s.look(m)
		}},
		{Name: "next-view", Title: "Go to the next view", Short: "next view", Group: "Move", Key: kit.Keys("tab", "tab"), Run: m.turnView(1)},
		{Name: "previous-view", Title: "Go to the view before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab"), Run: m.turnView(-1)},
		move("down", "Go down", "move", "↓ j", 1, 0, "down", "j"),
		move("up", "Go up", "", "↑ k", -1, 0, "up", "k"),
		move("left", "Go left", "", "← h", 0, -1, "left", "h"),
		move("right", "Go right", "", "→ l", 0, 1, "right", "l"),
		move("first", "Go to the first row", "", "g home", -all, 0, "g", "home"),
		move("last", "Go to the last row", "", "G end", all, 0, "G", "end"),
		scroll("page-down", "Scroll the claims down", "pgdn ctrl+d", 1, "pgdown", "ctrl+d", "ctrl+f"),
		scroll("page-up", "Scroll the claims up", "pgup ctrl+u", -1, "pgup", "ctrl+u"),
	}
}

// scroll moves the claims by a page.
func (s *scopeView) scroll(by int) {
	w, h := s.width, s.height-s.grid.Height()
	if s.beside() {
		w, h = s.sideWidth()-gap, s.height
	}
	_, most := s.claimLines(w, h)
	s.skip = max(0, min(s.skip+by*max(h/2, 1), most))
}

func (s *scopeView) nothingStated() error {
	switch {
	case s.grid.OnNotices():
		return nil
	case s.grid.Figure() != nil || s.about() && len(s.claims.Rows) > 0:
		return nil
	case !s.grid.Read():
		return errors.New("the figures are still being read")
	}
	return errors.New("nobody has stated a number for " + pane.FigureName(s.grid.Selected()))
}

// held implements [holder].
func (s *scopeView) held() (data.Entity, data.Ref) {
	if s.grid.OnNotices() {
		return nil, ""
	}
	if c := s.grid.Figure(); c != nil {
		return c, c.Ref
	}
	return nil, ""
}

// adds lists the kinds that are added where the cursor is.
func (s *scopeView) adds() []data.Kind {
	if s.grid.OnNotices() {
		return []data.Kind{data.KindNotice}
	}
	return []data.Kind{data.KindClaim}
}

// given returns what is known of what is added where the cursor is.
func (s *scopeView) given() map[string]string {
	if s.grid.OnNotices() {
		return map[string]string{"region": string(s.grid.Region())}
	}
	return givenOf(s.grid.Selected())
}
