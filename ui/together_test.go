package ui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"warroom/data"
	"warroom/store"
)

var togetherSeed = flag.Uint64("together.seed", 0, "repeat the two boards of TestTwoBoardsAtOnce with this seed")

// editsEach is how many changes each of two boards decides on.
const editsEach = 200

// TestTwoBoardsAtOnce lets two people change the same few items of one file at the
// same time, each on a board of their own over a file opened for themselves, with
// every door that the board has. What one is told was stored is stored, once;
// what is stored was wanted, by somebody who had seen what it replaces; and in
// the end both see what the log says.
func TestTwoBoardsAtOnce(t *testing.T) {
	seed := *togetherSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("again with: go test ./ui -run TwoBoardsAtOnce -together.seed %d", seed)
	path := newFile(t, "exercise")
	race := &race{news: make(chan struct{})}
	mates := []*mate{newMate(t, path, race, "ana", seed, 1), newMate(t, path, race, "ben", seed, 2)}
	begin := mates[0].seq()
	t.Run("boards", func(t *testing.T) {
		for _, b := range mates {
			t.Run(string(b.name), func(t *testing.T) {
				t.Parallel() // with the other one
				b.t = t
				defer race.end() // also when it fails
				for b.edits = 0; b.edits < editsEach; b.edits++ {
					b.act()
				}
			})
		}
	})
	for _, b := range mates {
		b.t = t
		t.Logf("%s: %d times stored, %d conflicts, %d drafts put aside, refused: %v", b.name, len(b.told), b.met, b.asides, b.refusals)
		for _, least := range []struct {
			what string
			n    int
		}{{"stored", len(b.told) - editsEach/4}, {"conflicts", b.met - 1}, {"drafts", b.asides - 3}} {
			if least.n < 0 {
				t.Errorf("%s: too few %s for a test", b.name, least.what)
			}
		}
	}
	told(t, mates, begin)
	folded(t, mates)
}

// A race lets one of two decide just after the other one has stored something.
type race struct {
	mu      sync.Mutex
	news    chan struct{} // closed when something is stored
	waiting bool
	about   data.Ref // what whoever waits will change
	over    bool     // one of them is done
}

// stored wakes whoever waits.
func (r *race) stored() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.news)
	r.news = make(chan struct{})
}

func (r *race) end() {
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.stored()
}

// wait waits until the other one has stored something, unless that one waits too.
func (r *race) wait(about data.Ref) {
	r.mu.Lock()
	if r.waiting || r.over {
		r.mu.Unlock()
		return
	}
	r.waiting, r.about = true, about
	news := r.news
	r.mu.Unlock()
	<-news
	r.mu.Lock()
	r.waiting, r.about = false, ""
	r.mu.Unlock()
}

// wants returns the item that whoever waits will change, or "".
func (r *race) wants() data.Ref {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.about
}

// A mate is one of the people at boards on the same file. What they have seen and
// what they want is noted from their screen, before they decide.
type mate struct {
	*screen
	race *race
	name data.Actor
	rnd  *rand.Rand
	n    int // numbers what is typed

	edits, met, asides int
	refusals           map[string]int

	now    *wish            // what is being done; nil if nothing is
	drafts map[string]*wish // what was typed and left, by what it is about
	done   []data.Event     // of the last success of which the screen was told
	told   []data.Event     // everything that was stored, as Record returned it
}

// A wish is what a person wants, and what they have seen where they want it.
type wish struct {
	about string // what it is a draft of, once it is left
	refs  []data.Ref
	seen  map[string]string   // by item and field
	over  map[string][]string // what stood in a field when it was typed into again
	want  map[string]string
	made  string // the text of a new item
}

func key2(ref data.Ref, field string) string { return string(ref) + " " + field }

func newMate(t *testing.T, path string, race *race, name data.Actor, seed, which uint64) *mate {
	b := &mate{race: race, name: name, rnd: rand.New(rand.NewPCG(seed, which)), refusals: map[string]int{}, drafts: map[string]*wish{}}
	b.screen = &screen{t: t, path: path, now: made}
	b.store = openFile(t, path, store.Options{Now: func() time.Time { return made }, Busy: time.Minute})
	b.src = &source{Source: b.store}
	w := Writes(b.store, name, data.Lead)
	record := w.Record
	w.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) { return b.record(ctx, record, acts) }
	b.start(Config{Source: b.src, Actor: name, Role: data.Lead, Now: func() time.Time { return made.In(zone) }, Writer: w}, 100, 30)
	return b
}

// record records, and asks of everything whether it was wanted and seen. At
// times the answer is lost on its way.
func (b *mate) record(ctx context.Context, record func(context.Context, []Act) ([]data.Event, error), acts []Act) ([]data.Event, error) {
	for _, a := range acts {
		b.wanted(a.Body)
	}
	events, err := record(ctx, acts)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if !slices.ContainsFunc(b.told, func(x data.Event) bool { return x.ID == e.ID }) {
			b.told = append(b.told, e)
		}
	}
	if b.chance(5) && b.now.made != "" {
		return nil, errors.New("the line is lost")
	}
	b.done = events
	b.race.stored()
	return events, nil
}

// wanted fails the test unless the person wants this, and has seen what it
// replaces.
func (b *mate) wanted(body data.Body) {
	switch body := body.(type) {
	case data.Made:
		if text := body.Fields["title"] + body.Fields["text"]; b.now == nil || text != b.now.made {
			b.t.Errorf("%s: stores %q, which nobody wants now: %+v", b.name, text, b.now)
		}
	case data.Changed:
		for _, c := range body.Changes {
			k := key2(body.Ref, c.Field)
			if b.now == nil {
				b.t.Errorf("%s: stores %s → %q, and nobody did anything", b.name, k, c.Now)
			} else if want, ok := b.now.want[k]; !ok || want != c.Now {
				b.t.Errorf("%s: stores %s → %q, wanted %q (%v)", b.name, k, c.Now, want, ok)
			} else if seen := b.now.seen[k]; seen != c.Was && !slices.Contains(b.now.over[k], c.Was) {
				b.t.Errorf("%s: stores %s %q → %q, but had seen %q", b.name, k, c.Was, c.Now, seen)
			}
		}
	}
}

// chance is true so many times in a hundred.
func (b *mate) chance(percent int) bool { return b.rnd.IntN(100) < percent }

func (b *mate) pick(all ...string) string { return all[b.rnd.IntN(len(all))] }

// text returns a text that nobody has typed yet.
func (b *mate) text() string {
	b.n++
	return fmt.Sprintf("%s %d", b.name, b.n)
}

// press types keys, between which the board may be told of what the other one
// does.
func (b *mate) press(keys ...string) {
	for _, k := range keys {
		if b.chance(15) {
			b.refresh()
		}
		b.screen.press(k)
	}
}

// decide presses the key that stores something, at times just after the other one
// has changed what this is about.
func (b *mate) decide(key string) {
	if len(b.now.refs) > 0 && b.chance(70) {
		b.race.wait(b.now.refs[0])
	}
	b.screen.press(key)
}

// act does one thing of all that can be done, to its end.
func (b *mate) act() {
	b.home()
	if b.chance(40) {
		b.refresh()
	}
	b.now, b.done = nil, nil
	n := b.rnd.IntN(100)
	if b.race.wants() != "" {
		n = b.rnd.IntN(55) + b.rnd.IntN(2)*100
	}
	switch {
	case n < 30:
		b.oneKey()
	case n < 55:
		b.line()
	case n < 62:
		b.note()
	case n < 70:
		b.newForm()
	case n < 92 || n >= 100 || len(b.m.drafts) == 0:
		b.editForm()
	default:
		b.goBack()
	}
	b.settle()
	if b.edits%20 == 0 {
		b.whole()
	}
}

// home goes to one of the first actions or workstreams, at times in the full
// view of the actions.
func (b *mate) home() {
	b.toBoard()
	b.m.unmark()
	pane := b.pick("4", "4", "4", "3")
	about := b.race.wants()
	if about != "" {
		pane = "4"
		if about.Spec().Kind == data.KindWorkstream {
			pane = "3"
		}
	}
	b.screen.press("i", "esc", "1", pane)
	if pane == "4" && b.chance(25) {
		b.screen.press("4")
	}
	b.screen.press("g")
	for range b.rnd.IntN(3) {
		b.screen.press("j")
	}
	if about == "" {
		return
	}
	b.screen.press("g")
	for range 40 { // to what the other one is about to change
		if _, ref := b.m.held(); ref == about {
			return
		}
		b.screen.press("j")
	}
}

// toBoard goes back to the board.
func (b *mate) toBoard() {
	for i := 0; b.m.typing != nil || b.m.top() != nil; i++ {
		if i > 20 {
			b.t.Fatalf("%s: there is no way back:\n%s", b.name, b.screen.text())
		}
		b.screen.press("esc")
	}
}

// begin notes which items a key is about and what the screen shows of them.
func (b *mate) begin(field map[data.Kind]string) *wish {
	items := b.m.marks()
	if len(items) == 0 {
		item, ref := b.m.held()
		if item == nil {
			b.t.Fatalf("%s: nothing is held at %q:\n%s", b.name, ref, b.screen.text())
		}
		items = []data.Entity{item}
	}
	w := &wish{seen: map[string]string{}, want: map[string]string{}, over: map[string][]string{}}
	for _, item := range items {
		ref := item.Info().Ref
		w.refs = append(w.refs, ref)
		for _, key := range []string{field[item.Kind()], "state", "status"} {
			if f := data.SpecOf(item.Kind()).Field(key); f != nil {
				w.seen[key2(ref, key)] = f.Get(b.shown(item))
			}
		}
	}
	b.now = w
	return w
}

// shown returns an item as the list on the screen has it.
func (b *mate) shown(item data.Entity) data.Entity {
	rows := b.m.view.Open.Rows
	if v, ok := b.m.top().(*actionsView); ok {
		rows = v.rows.Rows
	}
	for _, a := range rows {
		if a.Ref == item.Info().Ref {
			return a
		}
	}
	return item
}

// mark marks some actions.
func (b *mate) mark() {
	if !b.m.canMark() || !b.chance(25) {
		return
	}
	for range 1 + b.rnd.IntN(3) {
		b.press("space")
	}
}

// wants notes what a field of all items is to become.
func (w *wish) wants(field, value string) {
	for _, ref := range w.refs {
		w.want[key2(ref, field)] = value
	}
}

// oneKey changes what takes a key or two.
func (b *mate) oneKey() {
	b.mark()
	item, _ := b.m.held()
	_, stream := item.(*data.Workstream)
	if b.chance(10) && !stream {
		b.refresh()
		b.begin(doneField).wants("state", "done")
		b.screen.press("x") // at once: what is seen is what is there
		return
	}
	verb, fields := "s", statusField
	if b.chance(50) && !stream {
		verb, fields = "p", priorityField
	}
	if b.chance(15) {
		b.refresh()
	}
	w := b.begin(fields)
	b.screen.press(verb)
	if _, ok := b.m.top().(*menu); !ok {
		return // it was refused
	}
	f := data.SpecOf(item.Kind()).Field(fields[item.Kind()])
	i := b.rnd.IntN(3)
	w.wants(f.Key, f.Words[i])
	if verb == "p" {
		b.decide(fmt.Sprint(i))
	} else {
		b.decide(fmt.Sprint(i + 1))
	}
}

// line types into the place of the footer.
func (b *mate) line() {
	b.mark()
	item, _ := b.m.held()
	_, stream := item.(*data.Workstream)
	verb, fields := "o", ownerField
	switch n := b.rnd.IntN(3); {
	case n == 1 && !stream:
		verb, fields = "d", dueField
	case n == 2:
		verb, fields = "b", blockField
	}
	if b.chance(15) {
		b.refresh()
	}
	w := b.begin(fields)
	b.screen.press(verb)
	if _, ok := b.m.top().(*menu); ok { // the key again asks for another
		b.screen.press(verb)
	}
	if b.m.typing == nil {
		return // it was refused
	}
	f := data.SpecOf(item.Kind()).Field(fields[item.Kind()])
	text := b.valueOf(f)
	stored, err := f.Parse(text, made.In(zone))
	if err != nil {
		b.t.Fatal(err)
	}
	w.wants(f.Key, stored)
	if verb == "b" && stream {
		w.wants("status", "blocked")
	} else if verb == "b" {
		w.wants("state", "blocked")
	}
	w.about = fmt.Sprint(w.refs, " ", f.Key)
	b.press("ctrl+u")
	b.types(text)
	b.endLine()
}

// endLine stores a line, or leaves it for later.
func (b *mate) endLine() {
	if b.chance(15) {
		b.aside()
		return
	}
	b.decide("enter")
}

// aside leaves what is typed as a draft.
func (b *mate) aside() {
	b.asides++
	b.drafts[b.now.about] = b.now
	b.now = nil
	b.press("esc")
}

func (b *mate) note() {
	item, _ := b.m.held()
	b.now = &wish{about: "note " + string(item.Info().Ref), made: b.text()}
	b.screen.press("n")
	b.press("ctrl+u")
	b.types(b.now.made)
	b.endLine()
}

// valueOf returns something to type into a field.
func (b *mate) valueOf(f *data.Field) string {
	switch {
	case f.Type == data.TimeType:
		return fmt.Sprintf("+%dm", 1+b.rnd.IntN(500))
	case len(f.Words) > 0:
		return f.Words[b.rnd.IntN(min(len(f.Words), 3))]
	case f.Type == data.NameType && b.chance(30):
		return b.pick("aiko", "jonas") // the other one may want the same
	}
	return b.text()
}

// newForm adds an action. A second one goes on with the first, if that was left.
func (b *mate) newForm() {
	for b.m.top() != nil {
		b.screen.press("esc")
	}
	b.screen.press("4", "g", "a", "1")
	p, ok := b.m.top().(*formPage)
	if !ok {
		b.t.Fatalf("%s: there is no form:\n%s", b.name, b.screen.text())
	}
	b.press("ctrl+u")
	b.now = &wish{about: "new action", made: b.text()}
	b.types(b.now.made)
	if p.form.Text("stream") == "" {
		b.t.Fatalf("%s: no workstream is given:\n%s", b.name, b.screen.text())
	}
	b.endForm()
}

// editForm changes some fields of an item.
func (b *mate) editForm() {
	b.screen.press("e")
	p, ok := b.m.top().(*formPage)
	if !ok {
		b.t.Fatalf("%s: there is no form:\n%s", b.name, b.screen.text())
	}
	b.openForm(p)
	b.fillForm(p)
	b.endForm()
}

// openForm notes what a form shows: what was typed before is still wanted.
func (b *mate) openForm(p *formPage) {
	ref := p.item.Info().Ref
	w := &wish{about: p.draft.ID, refs: []data.Ref{ref}, seen: map[string]string{}, want: map[string]string{}, over: map[string][]string{}}
	if old := b.drafts[w.about]; old != nil {
		w.seen, w.want, w.over = maps.Clone(old.seen), maps.Clone(old.want), maps.Clone(old.over)
	}
	b.now = w
	b.look(p)
}

// look notes what a form shows where nothing else is wanted.
func (b *mate) look(p *formPage) {
	for _, key := range p.keys {
		k := key2(p.item.Info().Ref, key)
		if f := p.spec.Field(key); f != nil {
			if _, ok := b.now.want[k]; !ok {
				b.now.seen[k] = b.parse(f, p.form.Text(key))
			}
		}
	}
}

func (b *mate) parse(f *data.Field, text string) string {
	v, err := f.Parse(text, made.In(zone))
	if err != nil {
		b.t.Errorf("%s: %s shows %q: %v", b.name, f.Key, text, err)
	}
	return v
}

// fillForm types into one to three fields of a form.
func (b *mate) fillForm(p *formPage) {
	for range 1 + b.rnd.IntN(3) {
		key := b.pick("title", "owner", "owner", "priority", "due", "detail")
		if p.spec.Kind == data.KindWorkstream {
			key = b.pick("headline", "lead", "lead", "status")
		}
		for p.form.Field().Key != key {
			b.press("tab")
		}
		b.look(p)
		f, k := p.spec.Field(key), key2(p.item.Info().Ref, key)
		text := b.valueOf(f)
		if _, ok := b.now.want[k]; ok { // the other one may have stored the same
			b.now.over[k] = append(b.now.over[k], b.parse(f, p.form.Text(key)))
		}
		p.form.Put(key, "") // as holding backspace does
		b.types(text)
		b.now.want[k] = b.parse(f, text)
	}
}

// endForm stores what a form holds, leaves it for later, or throws it away.
func (b *mate) endForm() {
	switch n := b.rnd.IntN(100); {
	case n < 75:
		b.decide("ctrl+s")
	case n < 92:
		b.aside()
	default:
		delete(b.drafts, b.now.about)
		b.now = nil
		b.press("ctrl+x")
	}
}

// goBack goes on with a draft, and ends it.
func (b *mate) goBack() {
	b.press("D")
	e, ok := b.m.top().(*menu)
	if !ok {
		b.t.Fatalf("%s: there are no drafts:\n%s", b.name, b.screen.text())
	}
	for range b.rnd.IntN(len(e.items)) {
		b.press("j")
	}
	d := b.m.drafts[e.list.Index()]
	about := d.ID
	old := b.drafts[about]
	if old == nil {
		b.t.Fatalf("%s: a draft of what was not left: %s, of %v", b.name, about, slices.Collect(maps.Keys(b.drafts)))
	}
	b.now = old
	b.screen.press("enter")
	switch p, _ := b.m.top().(*formPage); {
	case p == nil && b.m.typing == nil:
		b.t.Fatalf("%s: %s is not opened:\n%s", b.name, about, b.screen.text())
	case p == nil:
		b.endLine()
	case p.item == nil:
		b.endForm()
	default:
		b.openForm(p)
		b.endForm()
	}
}

// settle goes on until nothing is asked any more, and asks of what the footer
// says whether it is so.
func (b *mate) settle() {
	for range 50 {
		switch p := b.m.top().(type) {
		case *conflictPage:
			b.choose(p)
			continue
		case *formPage:
			b.failed(p)
			continue
		}
		break
	}
	stored := strings.HasPrefix(b.m.notice, "stored: ")
	switch {
	case stored && b.done == nil:
		b.t.Errorf("%s: it says %q, and nothing is", b.name, b.m.notice)
	case stored && !strings.HasPrefix(b.m.notice, "stored: "+string(b.done[0].Ref)+" "):
		b.t.Errorf("%s: it says %q of %s", b.name, b.m.notice, b.done[0].Ref)
	case !stored && b.done != nil:
		b.t.Errorf("%s: %s is stored, and the footer says %q", b.name, b.done[0].Ref, b.footer())
	case b.m.console.wrong != nil:
		b.refusals[kindOf(b.m.console.wrong.what)]++
	}
	if b.done != nil && b.now != nil {
		delete(b.drafts, b.now.about)
	}
	if b.now != nil && b.now.about != "" && b.done == nil { // a line that was refused
		b.drafts[b.now.about] = b.now
	}
	b.now = nil
}

// kindOf leaves out of a refusal what differs each time.
func kindOf(what string) string {
	for _, k := range []string{"when you looked", "already so", "it cannot become", "line is lost"} {
		if strings.Contains(what, k) {
			return k
		}
	}
	return what
}

// choose settles one field of a conflict.
func (b *mate) choose(p *conflictPage) {
	b.met++
	if b.met%5 == 1 {
		b.whole()
	}
	if b.chance(30) {
		b.refresh()
	}
	x := p.left[0]
	b.shows("You saw", "Theirs", "Yours", data.FirstLine(x.field.Show(x.theirs)))
	k := key2(x.item.Info().Ref, x.field.Key)
	if seen := b.now.seen[k]; seen != x.base && !slices.Contains(b.now.over[k], x.base) {
		b.t.Errorf("%s: the page says that %s was %q, seen was %q", b.name, k, x.base, seen)
	}
	if want := b.now.want[k]; want != x.mine {
		b.t.Errorf("%s: the page says that %q is wanted for %s, it was %q", b.name, x.mine, k, want)
	}
	answers := []string{"m", "t", "e", "esc"}
	if x.field.Type == data.TextType {
		answers = []string{"b", "b", "m", "t", "e", "esc"}
	}
	form, one := p.of.(*formPage)
	if !one { // of several items
		answers = []string{"m", "t", "m", "t", "esc"}
	}
	answer := b.pick(answers...)
	switch answer {
	case "b":
		b.now.want[k] = strings.TrimRight(x.theirs, "\n") + "\n\n" + x.mine
	case "t":
		delete(b.now.want, k)
	case "e", "esc":
		if !one {
			b.press(answer)
			return
		}
		for _, x := range p.left {
			b.now.seen[key2(x.item.Info().Ref, x.field.Key)] = x.theirs
		}
	}
	b.now.seen[k] = x.theirs
	if one {
		b.now.about = form.draft.ID // a line has become a form
	}
	b.press(answer)
	if answer == "e" || answer == "esc" {
		if b.m.top() == overlay(form) && b.chance(40) {
			b.fillForm(form)
		}
		b.endForm()
	}
}

// failed goes on with a form that could not be stored.
func (b *mate) failed(p *formPage) {
	if p.wrong == nil {
		b.t.Fatalf("%s: the form stays and does not say why:\n%s", b.name, b.screen.text())
	}
	b.refusals[kindOf(p.wrong.what)]++
	switch {
	case b.chance(60) && kindOf(p.wrong.what) == "line is lost":
		b.press("ctrl+s")
	case b.chance(50):
		b.aside()
	default:
		b.now = nil
		b.press("ctrl+x")
	}
}

// told compares what the boards were told with the log.
func told(t *testing.T, mates []*mate, begin int64) {
	t.Helper()
	log, err := mates[0].other().Log(t.Context(), begin, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]int{}
	texts := map[string]int{}
	of := map[data.Actor]int{}
	for _, e := range log.Entries {
		byID[e.ID]++
		of[e.By]++
		if b, ok := e.Body.(data.Made); ok {
			texts[b.Fields["title"]+b.Fields["text"]]++
		}
	}
	for text, n := range texts {
		if n > 1 {
			t.Errorf("%q was added %d times", text, n)
		}
	}
	for _, b := range mates {
		for _, e := range b.told {
			if n := byID[e.ID]; n != 1 {
				t.Errorf("%s was told that event %d is stored; it is there %d times", b.name, e.Seq, n)
			}
			if b.name != e.By {
				t.Errorf("%s was told of an event of %s", b.name, e.By)
			}
		}
		if of[b.name] != len(b.told) {
			t.Errorf("%d events of %s, who was told of %d", of[b.name], b.name, len(b.told))
		}
	}
}

// folded compares both boards, and the tables, with the fold of the log.
func folded(t *testing.T, mates []*mate) {
	t.Helper()
	st := mates[0].other()
	log, err := st.Log(t.Context(), 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	state := data.NewState(nil, 0)
	for _, e := range log.Entries {
		if err := state.Apply(&e.Event); err != nil {
			t.Fatal(err)
		}
	}
	open := map[data.Ref]data.Entity{}
	for _, want := range state.All() {
		ref := want.Info().Ref
		for _, s := range []*store.View{st, mates[0].store, mates[1].store} {
			if got, err := s.Get(t.Context(), ref); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is\n%+v, %v\nthe log says\n%+v", ref, got, err, want)
			}
		}
		if a, ok := want.(*data.Action); ok && a.State.Open() {
			open[ref] = a
		}
	}
	views := make([]string, len(mates))
	for i, b := range mates {
		b.toBoard()
		b.m.unmark()
		// What is under the cursor stays there though it is done: it goes elsewhere.
		b.screen.press("1", "4", "g", "1").resize(200, 60).refresh().refresh()
		if b.m.view.Seq != state.Seq || b.m.view.Actions.Open != len(open) || len(b.m.view.Open.Rows) != len(open) {
			t.Errorf("%s sees %d events, %d open actions, %d in the list; the log has %d and %d", b.name, b.m.view.Seq, b.m.view.Actions.Open, len(b.m.view.Open.Rows), state.Seq, len(open))
		}
		for _, a := range b.m.view.Open.Rows {
			if !reflect.DeepEqual(data.Entity(a), open[a.Ref]) {
				t.Errorf("%s sees %+v, the log says %+v", b.name, a, open[a.Ref])
			}
		}
		b.screen.press("4", "g")
		views[i] = b.screen.text()
	}
	if views[0] != views[1] {
		theirs := strings.Split(views[1], "\n")
		for i, line := range strings.Split(views[0], "\n") {
			if line != theirs[i] {
				t.Errorf("the boards differ in line %d:\n%s\n%s", i, line, theirs[i])
			}
		}
	}
	if rep, err := st.Verify(t.Context()); err != nil || rep.Head.Seq != state.Seq {
		t.Errorf("verify: %+v, %v", rep, err)
	}
}
