package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A claimsView is the stack of a figure: all that was claimed about it, newest
// first, which claim stands and why. What is done with a claim is done to the one
// under the cursor.
type claimsView struct {
	full
	key    data.FigureKey
	claims *pane.Claims // nil until they are read
}

func newClaimsView(key data.FigureKey) *claimsView {
	c := &claimsView{key: key}
	c.full = newFull(pane.ClaimList(key, func() *pane.Claims { return c.claims }), func(i int) data.Ref { return c.claims.Rows[i].Ref })
	return c
}

func (c *claimsView) set(v *pane.View) {
	c.full.set(v)
	c.arrange()
}

func (c *claimsView) setSize(w, h int) {
	c.full.setSize(w, h)
	c.arrange()
}

// arrange leaves room above the claims for what is said of all of them, if that
// leaves them any.
func (c *claimsView) arrange() {
	c.pane.SetSize(c.width-c.sideWidth(), c.height-len(c.head()))
}

// head is what is said of all claims.
func (c *claimsView) head() []string {
	if c.claims == nil || c.view == nil || len(c.claims.Rows) == 0 || c.width < 3 {
		return nil
	}
	head := c.claims.Summary(c.view, c.width-c.sideWidth())
	if c.height >= leastRoomy {
		head = append(head, "")
	}
	return head[:max(min(len(head), c.height-leastStack), 0)]
}

// leastStack is how many lines the claims keep for themselves.
const leastStack = 5

// leastRoomy is from how many lines on there is an empty one below that.
const leastRoomy = 22

func (c *claimsView) lines() []string {
	list := c.pane.Lines(nil, "", true)
	if len(list) == 0 {
		return list
	}
	lines := []string{list[0]}
	for _, l := range c.head() {
		lines = append(lines, kit.Fit(l, c.pane.Width()))
	}
	lines = append(lines, list[1:]...)
	if c.sideWidth() == 0 {
		return lines
	}
	return beside(nil, lines, c.side.lines())
}

// click implements [pointed]. What is said of all claims is under the title.
func (c *claimsView) click(m *Model, x, y int) tea.Cmd {
	switch n := len(c.head()); {
	case y > n:
		y -= n
	case y > 0:
		return nil
	}
	return c.full.click(m, x, y)
}

// ask implements [live].
func (c *claimsView) ask() reading {
	reread := c.reread()
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		claims, err := readClaims(ctx, src, c.key)
		if err != nil {
			return nil, err
		}
		other := data.FigureKey{Cell: c.key.Cell, Unit: data.People}
		if c.key.Unit == data.People {
			other.Unit = data.Records
		}
		beside, err := src.Claims(ctx, other)
		shown := reread(ctx, src)
		return func(m *Model) tea.Cmd {
			shown()
			return c.take(m, claims, data.Pick(beside))
		}, err
	}
}

// take shows the claims; beside is what stands for the cell in the other unit. At
// first the cursor is on the claim that stands.
func (c *claimsView) take(m *Model, claims *pane.Claims, beside *data.Claim) tea.Cmd {
	first := c.claims == nil
	people, records := claims.Stands(), beside
	if c.key.Unit == data.Records {
		people, records = records, people
	}
	claims.Crossed = data.MorePeople(people, records)
	c.claims = claims
	c.set(c.view)
	if stands := claims.Stands(); first && stands != nil {
		c.pane.List().Select(string(stands.Ref))
	}
	return c.look(m)
}

// held implements [holder].
func (c *claimsView) held() (data.Entity, data.Ref) {
	if c.claims == nil || c.pane.Empty() {
		return nil, ""
	}
	r := c.claims.Rows[c.pane.List().Index()]
	return r, r.Ref
}

func (c *claimsView) actions(m *Model) []kit.Action { return c.full.actions(m, nil) }
