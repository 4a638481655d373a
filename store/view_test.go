package store

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// keepers are the methods of a Store. None of them returns what people wrote.
var keepers = strings.Fields(`AcceptHead As Close Copies Head Path Reachable ReadOnly Rebuild Record
	StableID Upgraded Verify Version Warnings Watch`)

// What reads the incident is a method of View, where it is seen by one person. Whoever
// adds a method to Store puts it there, or here if it returns nothing that people wrote.
func TestAStoreIsReadThroughAView(t *testing.T) {
	var got []string
	for m := range reflect.TypeFor[*Store]().Methods() {
		got = append(got, m.Name)
	}
	if !slices.Equal(got, keepers) {
		t.Errorf("a Store has the methods\n%v, want\n%v", got, keepers)
	}
}

// hush is in every private note of a secretsFile, and nowhere else.
const hush = "xyzzy"

// secrets are what only a responder may know of a secretsFile: the texts and ids of
// its private notes, and who did nothing but write them.
var secrets = []string{hush, "mallory", "N-1", "N-3", "N-4", "N-5"}

// secretsFile returns a file with private notes: one that was changed, and of which an
// event is masked, one that became private, the last one, and one that ben wrote when he
// changed an action, in one act.
func secretsFile(t *testing.T) *Store {
	t.Helper()
	s := newStore(t, action("detail", "plugh"), claim())
	private := func(kv ...string) data.Made {
		return made(data.KindNote, append([]string{"text", hush + " for counsel", "private", "true"}, kv...)...)
	}
	says := func(by data.Actor, bodies ...data.Body) {
		t.Helper()
		offers := make([]Offer, len(bodies))
		for i, b := range bodies {
			offers[i] = Offer{By: by, Role: data.Lead, Body: b}
		}
		if _, err := s.Record(t.Context(), offers...); err != nil {
			t.Fatal(err)
		}
	}
	says("mallory", private("about", "A-1"))
	says("ben", made(data.KindNote, "text", "plugh for all"))
	says("mallory", made(data.KindNote, "text", hush+" at first"))
	says("mallory", change("N-3", "private", "", "true"))
	says("mallory", change("N-1", "text", hush+" for counsel", hush+" again"))
	says("mallory", redaction(t, s, 4))
	says("ben", change("A-1", "owner", "", "plugh"))
	act, note := change("A-1", "link", "", "https://example.org"), private()
	id := NewID()
	act.Act, note.Act = id, id
	says("ben", act, note)
	says("mallory", private())
	return s
}

// An answer is what one method returned.
type answer struct {
	method, args string
	texts        []string
	err          error
}

// readAll calls each method that a View adds to a Store, with all that there is to
// ask for.
func readAll(t *testing.T, v *View) (all []answer) {
	t.Helper()
	is, ids := reflect.ValueOf(v), []string{"none"}
	log, err := viewed(v.Store).Log(t.Context(), 0, 100)
	for _, e := range log.Entries {
		ids = append(ids, e.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	for m := range is.Type().Methods() {
		if slices.Contains(keepers, m.Name) || m.Name == "Backup" {
			continue
		}
		for _, args := range argsOf(t, m.Type, ids) {
			r := answer{method: m.Name, args: fmt.Sprint(args[1:])}
			if m.Name == "Try" { // what it tries is read by the function that it is given
				r.args = "N-1"
				r.err = v.Try(t.Context(), func(trial *Trial) error {
					e, err := trial.Item(data.Ref("N-1"))
					r.texts = append(textsOf(reflect.ValueOf(&e)), fmt.Sprint(err))
					return nil
				})
			} else {
				for _, out := range is.MethodByName(m.Name).Call(args) {
					if err, ok := out.Interface().(error); ok {
						r.err = err
					} else {
						r.texts = append(r.texts, textsOf(out)...)
					}
				}
			}
			all = append(all, r)
		}
	}
	return all
}

// argsOf returns the arguments to call a method with: for each parameter each value
// that its type can have here.
func argsOf(t *testing.T, m reflect.Type, ids []string) [][]reflect.Value {
	t.Helper()
	calls := [][]reflect.Value{nil}
	for i := 1; i < m.NumIn(); i++ { // the first one is the receiver
		values, ok := arguments(m.In(i), ids)
		if !ok {
			t.Fatalf("this test knows no %s to call a method with", m.In(i))
		}
		var longer [][]reflect.Value
		for _, call := range calls {
			for _, v := range values {
				longer = append(longer, append(slices.Clone(call), reflect.ValueOf(v)))
			}
		}
		calls = longer
	}
	return calls
}

// arguments returns what a parameter of a type is tried with. ids are those of all events.
func arguments(of reflect.Type, ids []string) (values []any, ok bool) {
	switch of {
	case reflect.TypeFor[context.Context]():
		return []any{context.Background()}, true
	case reflect.TypeFor[time.Time]():
		return []any{at.Add(-time.Hour), at.Add(time.Hour)}, true
	case reflect.TypeFor[data.Ref]():
		return []any{data.Ref(""), data.Ref("A-1"), data.Ref("N-1"), data.Ref("N-2"), data.Ref("N-3"), data.Ref("N-9"), data.Ref("europe")}, true
	case reflect.TypeFor[data.Kind]():
		for _, s := range data.Specs() {
			values = append(values, s.Kind)
		}
		return values, true
	case reflect.TypeFor[data.Actor]():
		return []any{data.Actor("ana"), data.Actor("mallory")}, true
	case reflect.TypeFor[data.FigureKey]():
		return []any{data.FigureKey{Cell: data.AllPeople, Unit: data.People}}, true
	case reflect.TypeFor[data.ActionQuery]():
		return []any{data.ActionQuery{}, data.ActionQuery{All: true, Now: at}}, true
	case reflect.TypeFor[[]string]():
		return []any{ids}, true
	case reflect.TypeFor[string]():
		return []any{hush, "plugh", "N-1", "text"}, true
	case reflect.TypeFor[int]():
		return []any{-100, 0, 1, 100}, true
	case reflect.TypeFor[int64]():
		values = []any{int64(0)}
		for seq := range int64(20) {
			values = append(values, seq)
		}
		return values, true
	case reflect.TypeFor[func(*Trial) error]():
		return []any{func(*Trial) error { return nil }}, true
	}
	return nil, false
}

// textsOf returns every text in a value, however deep.
func textsOf(v reflect.Value) (all []string) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return textsOf(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return []string{string(v.Bytes())}
		}
		for i := range v.Len() {
			all = append(all, textsOf(v.Index(i))...)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			all = append(append(all, textsOf(it.Key())...), textsOf(it.Value())...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, textsOf(v.Field(i))...)
		}
	}
	return all
}

// TestAViewHoldsBackWhatIsPrivate calls all that reads. A viewer is told neither a
// private text, nor the id of a private note, nor who wrote it, unless the viewer asks
// for this note by its id; then the answer is that it is private.
func TestAViewHoldsBackWhatIsPrivate(t *testing.T) {
	s := secretsFile(t)
	leaks := func(r answer) (found []string) {
		if data.ClassOf(r.err) == data.Forbidden && r.err != nil {
			if want := r.err.Error(); !strings.HasSuffix(want, " is a private note") || data.HintOf(r.err) != "it takes the role responder" {
				t.Errorf("%s %s is refused with %q", r.method, r.args, want)
			}
		} else if r.err != nil {
			r.texts = append(r.texts, r.err.Error(), data.HintOf(r.err))
		}
		for _, text := range r.texts {
			for _, h := range secrets {
				if strings.Contains(text, h) && !strings.Contains(r.args, h) {
					found = append(found, text)
				}
			}
		}
		return found
	}
	tells := map[string]bool{}
	for _, r := range readAll(t, s.As("ben", data.Viewer)) {
		if found := leaks(r); len(found) > 0 {
			t.Errorf("a viewer is told by %s %s: %q", r.method, r.args, found)
		}
	}
	for _, role := range []data.Role{data.Responder, data.Lead} {
		for _, r := range readAll(t, s.As("ben", role)) {
			if data.ClassOf(r.err) == data.Forbidden && r.err != nil {
				t.Errorf("%s %s is refused to a %s: %v", r.method, r.args, role, r.err)
			}
			if len(leaks(r)) > 0 {
				tells[r.method] = true
			}
		}
	}
	for _, method := range []string{"Delta", "Event", "Get", "History", "Known", "LastBy", "List", "Log", "News", "Overview", "RecentHistory", "Said", "Search", "Try"} {
		if !tells[method] {
			t.Errorf("%s tells a responder nothing that is private: this proves nothing", method)
		}
	}
}

// TestAViewHoldsBackNothingElse compares what a viewer is told of a file with private
// notes with what there is of it: each list and each count is that of the rest.
func TestAViewHoldsBackNothingElse(t *testing.T) {
	s := secretsFile(t)
	v, ctx := s.As("eve", data.Viewer), t.Context()
	log, err := v.Log(ctx, 0, 100)
	var seqs []int64
	for _, e := range log.Entries {
		seqs = append(seqs, e.Seq)
	}
	if want := []int64{1, 2, 3, 5, 10, 11}; err != nil || !slices.Equal(seqs, want) || log.Left != 7 || log.From != 0 || log.Upto != 13 {
		t.Errorf("the log has %v, %d left out, from %d up to %d, %v", seqs, log.Left, log.From, log.Upto, err)
	}
	if log, err := v.Log(ctx, 5, 3); err != nil || len(log.Entries) > 0 || log.Left != 3 || log.Upto != 8 {
		t.Errorf("a page in which all is private is %+v, %v", log, err)
	}
	if n, err := v.Items(ctx); err != nil || n != 4 {
		t.Errorf("%d items are searched, %v", n, err)
	}
	for ref, want := range map[data.Ref]string{"N-9": "there is no N-9; the last is N-2", "A-9": "there is no A-9; the last is A-1", "N-4": "N-4 is a private note"} {
		if _, err := v.Get(ctx, ref); err == nil || err.Error() != want {
			t.Errorf("%s is answered with %v, want %s", ref, err, want)
		}
	}
	news, err := v.News(ctx, 3)
	if err != nil || news.From != 3 || news.Upto != 13 || news.Left() != 0 || news.Count() != 2 {
		t.Errorf("the news are %+v, %v", news, err)
	}
	delta, err := v.Delta(ctx, 3)
	if n, more := delta.Count(); err != nil || n != 2 || more {
		t.Errorf("the delta counts %d, %v, %v", n, more, err)
	}
	own, err := v.LastBy(ctx, "ben", 100) // without the change that is of one act with a private note
	if err != nil || len(own) != 2 || own[0].Ref != "N-2" || own[1].Seq != 10 {
		t.Errorf("ben did %+v, %v", own, err)
	}
}

func TestNewsForViewers(t *testing.T) {
	s := newStore(t, made(data.KindNote, "text", "For all"), made(data.KindNote, "text", "For few", "private", "true"))
	for role, want := range map[data.Role]string{data.Viewer: "[N-1]", data.Responder: "[N-2 N-1]"} {
		n, err := s.As("me", role).News(t.Context(), 1)
		if err != nil || len(n.Panes) != 1 || fmt.Sprint(newsRefs(n.Panes[0])) != want {
			t.Errorf("to a %s: %+v, %v; want %s", role, n, err, want)
		}
	}
	if n, err := s.As("me", data.Viewer).News(t.Context(), 2); err != nil || n.Panes != nil || n.Upto != 3 {
		t.Errorf("nothing but a private note: %+v, %v", n, err)
	}
}

func newsRefs(p data.NewsPane) (refs []data.Ref) {
	for _, i := range p.Items {
		refs = append(refs, i.Ref)
	}
	return refs
}

// However many private events are the last, the activity shows what was before them.
func TestActivityGoesBackBehindPrivateEvents(t *testing.T) {
	s := newStore(t, action())
	for i := range 30 {
		record(t, s, change("A-1", "owner", owner(i), owner(i+1)))
	}
	record(t, s, made(data.KindNote, "text", hush, "private", "true"))
	for i := range 200 {
		record(t, s, change("N-1", "text", hush+owner(i), hush+owner(i+1)))
	}
	for role, want := range map[data.Role]int{data.Viewer: 32, data.Lead: overviewActivity} {
		o, err := s.As("eve", role).Overview(t.Context(), at)
		if err != nil || len(o.Activity) != want {
			t.Errorf("a %s sees %d changes, want %d: %v", role, len(o.Activity), want, err)
		}
		for i, e := range o.Activity {
			if i > 0 && e.Seq >= o.Activity[i-1].Seq {
				t.Errorf("a %s sees event %d after event %d", role, e.Seq, o.Activity[i-1].Seq)
			}
		}
	}
}

// owner returns the name of an owner, "" of the first.
func owner(i int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprint("person-", i)
}

// Somebody without a role reads nothing, whatever they ask.
func TestNobodyReadsNothing(t *testing.T) {
	v := secretsFile(t).As("nobody", data.NoRole)
	for _, r := range readAll(t, v) {
		if r.err == nil || data.ClassOf(r.err) != data.Forbidden {
			if r.method != "Search" || data.ClassOf(r.err) != data.Failed { // a limit of 0 is refused before
				t.Errorf("%s %s: %v", r.method, r.args, r.err)
			}
		}
	}
}

// A backup holds everything, and only those make one who may read everything.
func TestWhoMakesABackup(t *testing.T) {
	s := secretsFile(t)
	for role, may := range map[data.Role]bool{data.NoRole: false, data.Viewer: false, data.Responder: true, data.Lead: true} {
		_, err := s.As("eve", role).Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db"))
		if (err == nil) != may || err != nil && data.ClassOf(err) != data.Forbidden {
			t.Errorf("a %s: %v", role, err)
		}
	}
}
