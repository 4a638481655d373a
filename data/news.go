package data

import (
	"slices"
	"strings"
	"time"
)

// A Seen is how far into the log a person has looked, and when the person said
// so.
type Seen struct {
	Seq   int64
	At    time.Time
	First bool // nothing was kept: it is the end of the log at the first look
}

// News is what changed after a position of the log: what the changes come to,
// not each of them. It is an immutable value.
type News struct {
	After  int64     // the position that was asked for
	From   int64     // the position after which events were looked at: later than After if there were too many
	Upto   int64     // the last event of the log when it was read
	UptoAt time.Time // when that was recorded; zero if there is none after From
	Panes  []NewsPane
}

// A NewsPane is the news of one pane, the newest first.
type NewsPane struct {
	Name  string
	Items []NewsItem
}

// A NewsItem says what became of one item, or of one figure.
type NewsItem struct {
	Ref      Ref // of a figure, the claim that was stated or changed last
	Name     string
	Private  bool
	New      bool     // it was made since
	Changes  []Change // what is otherwise than before, states and the like first; of a new item, than when it was made
	Redacted bool     // something that was said of it was masked
	Newer    bool     // something was recorded of it that this warroom does not know
	Figure   *FigureNews
	By       []Actor // who, each once, the latest first
	At       time.Time
	Seq      int64 // of the last event about it
	Mine     bool  // by nobody but the reader; see [News.For]
}

// A FigureNews is what stood for a figure, and what stands now; nil is unknown.
type FigureNews struct {
	Key      FigureKey
	Was, Now *Claim
}

// Touched reports whether the item was changed, but is as it was before.
func (i *NewsItem) Touched() bool {
	if f := i.Figure; f != nil {
		return f.Same()
	}
	return !i.New && !i.Newer && len(i.Changes) == 0
}

// Same reports whether the board shows of the figure what it showed before.
func (f *FigureNews) Same() bool {
	if f.Was == nil || f.Now == nil {
		return f.Was == f.Now
	}
	a, b := f.Was, f.Now
	return a.Low == b.Low && a.Best == b.Best && a.High == b.High && a.Standing == b.Standing
}

// newsPanes are the panes in their order, and the kinds of items in each.
var newsPanes = []struct {
	name  string
	kinds []Kind
}{
	{"Incident", []Kind{KindIncident}},
	{"Regions", []Kind{KindRegion, KindNotice}},
	{"Data", []Kind{KindCategory, KindDelivery}},
	{"Workstreams", []Kind{KindWorkstream}},
	{"Actions", []Kind{KindAction}},
	{"Questions", []Kind{KindQuestion}},
	{"Briefing", []Kind{KindFact, KindRisk, KindLesson, KindSource}},
	{"Notes and decisions", []Kind{KindNote, KindDecision}},
	{"Of a newer warroom", []Kind{""}}, // items that this one does not know
}

// pane returns the kind whose pane shows the item.
func (i *NewsItem) pane() Kind {
	switch f := i.Figure; {
	case f == nil:
		if spec := i.Ref.Spec(); spec != nil {
			return spec.Kind
		}
		return ""
	case strings.HasSuffix(string(f.Key.Cell), "/all"):
		return KindRegion
	}
	return KindCategory
}

// MakeNews returns what the events after position from come to. entries are all
// of them, in the order of the log; claims are all claims, as they are now, of
// each figure of which one was stated or changed.
func MakeNews(from int64, entries []Entry, claims []*Claim) News {
	n := News{After: from, From: from, Upto: from}
	items := map[Ref]*newsMaker{}
	for _, e := range entries {
		ref := e.Item()
		if items[ref] == nil {
			items[ref] = &newsMaker{NewsItem: NewsItem{Ref: ref, Name: e.Name, Private: e.Private}, was: map[string]string{}, now: map[string]string{}}
		}
		items[ref].add(e)
		n.Upto, n.UptoAt = e.Seq, e.At
	}
	byPane := map[Kind][]NewsItem{}
	for _, i := range mergeFigures(items, claims) {
		byPane[i.pane()] = append(byPane[i.pane()], i)
	}
	for _, p := range newsPanes {
		pane := NewsPane{Name: p.name}
		for _, k := range p.kinds {
			pane.Items = append(pane.Items, byPane[k]...)
		}
		if len(pane.Items) > 0 {
			slices.SortFunc(pane.Items, func(a, b NewsItem) int { return int(b.Seq - a.Seq) })
			n.Panes = append(n.Panes, pane)
		}
	}
	return n
}

// A newsMaker collects what happened to one item.
type newsMaker struct {
	NewsItem
	was, now map[string]string // of each field that was changed: at first, and in the end
}

func (i *newsMaker) add(e Entry) {
	i.At, i.Seq = e.At, e.Seq
	i.By = slices.DeleteFunc(i.By, func(by Actor) bool { return by == e.By })
	i.By = slices.Insert(i.By, 0, e.By)
	i.Newer = i.Newer || IsNewer(e.Body) || len(NewerFields(e.Body)) > 0
	switch b := e.Body.(type) {
	case Made:
		i.New = true
	case Redacted:
		i.Redacted = true
	case Changed:
		for _, c := range b.Changes {
			if _, ok := i.was[c.Field]; !ok {
				i.was[c.Field] = c.Was
			}
			i.now[c.Field] = c.Now
		}
	}
}

// item returns what all of it comes to.
func (i *newsMaker) item() NewsItem {
	spec := i.Ref.Spec()
	if spec == nil {
		return i.NewsItem
	}
	var rest []Change
	for _, f := range spec.Fields {
		was, ok := i.was[f.Key]
		switch c := (Change{f.Key, was, i.now[f.Key]}); {
		case !ok || c.Was == c.Now:
		case f.Type == WordType:
			i.Changes = append(i.Changes, c)
		default:
			rest = append(rest, c)
		}
	}
	i.Changes = append(i.Changes, rest...)
	return i.NewsItem
}

// before returns a claim as it was, or nil if there was none.
func (i *newsMaker) before(c *Claim) *Claim {
	if i == nil {
		return c
	}
	if i.New {
		return nil
	}
	old := c.clone().(*Claim)
	for _, f := range claimSpec.Fields {
		if was, ok := i.was[f.Key]; ok {
			f.set(old, was)
		}
	}
	return old
}

// mergeFigures returns the news of each item, and, in the place of claims, those
// of the figures that they are about.
func mergeFigures(items map[Ref]*newsMaker, claims []*Claim) (all []NewsItem) {
	figures := map[FigureKey]*NewsItem{}
	was, now := map[FigureKey][]*Claim{}, map[FigureKey][]*Claim{}
	of := map[Ref]FigureKey{}
	for _, c := range claims {
		of[c.Ref] = c.Key()
		now[c.Key()] = append(now[c.Key()], c)
		if old := items[c.Ref].before(c); old != nil {
			was[c.Key()] = append(was[c.Key()], old)
		}
	}
	var oldestFirst []*newsMaker
	for _, i := range items {
		oldestFirst = append(oldestFirst, i)
	}
	slices.SortFunc(oldestFirst, func(a, b *newsMaker) int { return int(a.Seq - b.Seq) })
	for _, i := range oldestFirst {
		key, ok := of[i.Ref]
		if !ok {
			all = append(all, i.item())
			continue
		}
		f := NewsItem{Figure: &FigureNews{key, Pick(was[key]), Pick(now[key])}}
		if old := figures[key]; old != nil {
			f = *old
		}
		f.Ref, f.Name, f.At, f.Seq = i.Ref, i.Name, i.At, i.Seq
		f.Redacted = f.Redacted || i.Redacted
		for _, by := range f.By {
			if !slices.Contains(i.By, by) {
				i.By = append(i.By, by)
			}
		}
		f.By = i.By
		figures[key] = &f
	}
	for _, f := range figures {
		all = append(all, *f)
	}
	return all
}

// For returns the news as somebody reads them: with what is theirs alone marked.
func (n News) For(me Actor) News {
	n.Panes = slices.Clone(n.Panes)
	for i := range n.Panes {
		items := slices.Clone(n.Panes[i].Items)
		for j := range items {
			items[j].Mine = len(items[j].By) == 1 && items[j].By[0] == me
		}
		n.Panes[i].Items = items
	}
	return n
}

// Count returns how many items and figures others have changed.
func (n News) Count() (count int) {
	for _, p := range n.Panes {
		for _, i := range p.Items {
			if !i.Mine {
				count++
			}
		}
	}
	return count
}

// Left returns how many events after the position that was asked for were not
// looked at, because there are too many.
func (n News) Left() int64 { return n.From - n.After }
