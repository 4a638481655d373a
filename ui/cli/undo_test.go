package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/data/seed"
	"warroom/store"
)

// fields returns every field of every item of some kinds, but not who changed it
// when.
func (d *desk) fields(kinds ...data.Kind) map[string]string {
	d.t.Helper()
	all := map[string]string{}
	for _, k := range kinds {
		items, err := d.Store.As("maria", data.Lead).List(d.t.Context(), k)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, item := range items {
			for _, f := range data.FieldsOf(item) {
				all[string(item.Info().Ref)+" "+f.Key] = f.Get(item)
			}
		}
	}
	return all
}

// Whatever one did with commands, undo takes all of it back and redo does all of
// it again, over what others did to other fields meanwhile.
func TestUndoTakesBackWhateverWasDone(t *testing.T) {
	d := newDesk(t, "exercise")
	kinds := []data.Kind{data.KindAction, data.KindWorkstream, data.KindFact, data.KindRegion}
	before := d.fields(kinds...)
	random := rand.New(rand.NewPCG(7, 11))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	done := 0
	for i := range 120 {
		a := fmt.Sprintf("A-%d", 1+random.IntN(81))
		b := fmt.Sprintf("A-%d", 1+random.IntN(81))
		line := pick(
			"action start "+a, "action block "+a+" "+b+" --on ben waits", "action unblock "+a, "action done "+a+" "+b, "action drop "+a, "action reopen "+a,
			"action assign "+a+" "+b+" p"+fmt.Sprint(i), "action due "+a+" +"+fmt.Sprint(i)+"h", "action due "+a+" unknown", "action priority "+a+" "+pick("P0", "P1", "P2"),
			"action edit "+a+" --title t"+fmt.Sprint(i)+" --detail unknown", "stream set support --headline h"+fmt.Sprint(i), "stream set notification authorities --status "+pick("blocked", "at-risk"),
			"fact set F-1 --standing "+pick("confirmed", "disproved"), "region set europe --notices "+pick("begun", "complete"), "undo", "undo", "redo")
		status, _, errs := d.as(data.Lead, strings.Fields(line)...)
		if status > 1 {
			t.Fatalf("%s: exit status %d: %s", line, status, errs)
		}
		if status == 0 {
			done++
		}
		if i%10 == 0 { // somebody else, elsewhere
			if _, _, errs := d.someoneElse("action link " + a + " https://example/" + fmt.Sprint(i)); strings.Contains(errs, "panic") {
				t.Fatal(errs)
			}
		}
	}
	if done < 40 {
		t.Fatalf("only %d commands did something", done)
	}
	after := d.fields(kinds...)
	repeat := func(command string) (n int) {
		for {
			status, _, errs := d.as(data.Lead, command)
			switch {
			case status == 0:
				n++
			case strings.HasPrefix(errs, "warroom: there is nothing of yours"):
				return n
			default:
				t.Fatalf("%s: exit status %d: %s", command, status, errs)
			}
		}
	}
	equal := func(when string, got, want map[string]string) {
		t.Helper()
		for key, v := range want {
			if got[key] != v && !strings.HasSuffix(key, " link") {
				t.Errorf("%s: %s is %q, want %q", when, key, got[key], v)
			}
		}
	}
	redone := repeat("redo") // what was taken back last
	if redone == 0 {
		equal("nothing to do again", d.fields(kinds...), after)
	}
	after = d.fields(kinds...)
	n := repeat("undo")
	equal("all undone", d.fields(kinds...), before)
	if m := repeat("redo"); m != n {
		t.Errorf("%d acts were undone, %d done again", n, m)
	}
	equal("all done again", d.fields(kinds...), after)
	var entries []map[string]any
	if err := json.Unmarshal([]byte(d.run("log --limit 1 --json")), &entries); err != nil || entries[0]["undoes"] == nil {
		t.Errorf("the log says %v, %v of what takes back another", entries, err)
	}
}

// Between a look and the write others write: with --force the write is tried again
// from what is there then, without it it is a conflict, and not for ever.
func TestForceTriesAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		force  bool
		others int // how often somebody is quicker
		tries  int
		class  data.Class
	}{
		{"nobody is quicker", false, 0, 1, 0},
		{"somebody is quicker", false, 1, 1, data.Conflict},
		{"forced", true, 1, 2, 0},
		{"forced, against some", true, forced - 1, forced, 0},
		{"forced, against too many", true, forced, forced, data.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, "toyota-2024")
			tries := 0
			e := d.env("ben", data.Lead, nil, io.Discard, io.Discard)
			err := e.edit(t.Context(), &cobra.Command{}, edit{changeFlags: &changeFlags{force: tt.force}, kind: data.KindAction, ids: []string{"A-1"},
				set: func(data.Entity, past) (map[string]string, error) {
					if tries++; tries <= tt.others {
						d.someoneElse(fmt.Sprintf("action assign A-1 p%d", tries))
					}
					return map[string]string{"owner": "ben"}, nil
				}})
			if data.ClassOf(err) != tt.class || tries != tt.tries {
				t.Errorf("%d tries, %v; want %d and class %d", tries, err, tt.tries, tt.class)
			}
			if owner := d.fields(data.KindAction)["A-1 owner"]; (owner == "ben") != (err == nil) {
				t.Errorf("A-1 is of %q", owner)
			}
		})
	}
}

// What looks like personal data is pointed out once, however often it is tried.
func TestForcePointsOutOnce(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	var errw strings.Builder
	e := d.env("ben", data.Lead, nil, io.Discard, &errw)
	tries := 0
	err := e.edit(t.Context(), &cobra.Command{}, edit{changeFlags: &changeFlags{force: true}, kind: data.KindAction, ids: []string{"A-1"},
		set: func(data.Entity, past) (map[string]string, error) {
			if tries++; tries < forced {
				d.someoneElse(fmt.Sprintf("action edit A-1 --detail d%d", tries))
			}
			return map[string]string{"detail": "ask jo@example.com"}, nil
		}})
	const want = "detail holds what looks like an e-mail address (j…@…); --mask stores it masked\n"
	if err != nil || tries != forced || errw.String() != want {
		t.Errorf("%d tries, %v, says %q; want %q", tries, err, errw.String(), want)
	}
}

// What takes a lead does not end the undo of a responder: they are told, and can
// pass over it.
func TestUndoPassesOverWhatTakesALead(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	for _, line := range []string{"action assign A-1 ben", "figure add all/all 100 --unit people --standing reported"} {
		args, _ := data.SplitCommand(line)
		if status, _, errs := d.as(data.Responder, args...); status != 0 {
			t.Fatal(errs)
		}
	}
	d.refuses(data.Responder, 4, "warroom: C-1: a responder may not do this\nhint: it takes the role lead; warroom undo --skip passes over it\n", "undo")
	for flag, want := range map[string]string{"": " C-1 +nothing: a responder may not do this; it takes the role lead\n", "--json": `"cannot": "a responder may not do this; it takes the role lead"`} {
		args := strings.Fields("undo --list " + flag)
		if _, out, _ := d.as(data.Responder, args...); !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("%v prints %s", args, out)
		}
	}
	status, out, errs := d.as(data.Responder, "undo", "--skip")
	if status != 0 || out != "undone: A-1 owner ben → unknown\n" || errs != "left as it is: C-1: a responder may not do this\n" {
		t.Errorf("exit status %d, prints %q, says %q", status, out, errs)
	}
	d.refuses(data.Viewer, 4, "warroom: a viewer may not do this\nhint: it takes the role lead\n", "undo", "--skip")
	if out := d.run("undo"); out != "undone: C-1 standing reported → withdrawn\n" {
		t.Errorf("a lead's undo prints %q", out)
	}
}

// What undo --skip passes over, one act after the other would be refused with the same
// words, and the act behind is not.
func TestUndoPassesOverWhatIsRefused(t *testing.T) {
	passed, done := 0, 0
	for seed := range uint64(4) {
		d := newDesk(t, "toyota-2024")
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		role := []data.Role{data.Lead, data.Responder}[random.IntN(2)]
		for i := range 30 {
			a, b := fmt.Sprintf("A-%d", 1+random.IntN(3)), fmt.Sprintf("A-%d", 4+random.IntN(3))
			d.as(role, strings.Fields(pick("note add hello", "action assign "+a+" "+b+" p"+fmt.Sprint(i), "action priority "+a+" "+pick("P0", "P1"), "action add more --stream support",
				"figure add all/all 100 --unit people --standing reported", "undo", "redo", "action done "+b))...)
			d.someoneElse(pick("action assign "+a+" q"+fmt.Sprint(i), "action assign "+b+" q"+fmt.Sprint(i), "action link "+a+" https://example/"+fmt.Sprint(i), "action reopen "+b))
		}
		for _, line := range []string{"action assign A-1 A-2 A-3 A-4 A-5 A-6 cas", "action priority A-1 A-2 A-3 P3"}[:random.IntN(3)] {
			d.someoneElse(line)
		}
		for i := range 8 {
			turn := &turn{name: "undo", done: "undone", skip: true, force: i > 5}
			e := d.env("ben", role, nil, io.Discard, io.Discard)
			acts, err := e.acts(t.Context(), d.Store.As("ben", role), false)
			if err != nil {
				t.Fatal(err)
			}
			if len(acts) == 0 {
				break
			}
			n, first, err := e.passOver(t.Context(), d.Store.As("ben", role), acts, turn)
			if err != nil || (n == 0) != (first == nil) {
				t.Fatalf("%d acts, %v, %v", n, first, err)
			}
			for i, act := range acts[:n] {
				_, err := e.turnAct(t.Context(), d.Store.As("ben", role), act, turn)
				if err == nil || !e.passable(err) || i == 0 && data.Line(err.Error()) != data.Line(first.Error()) {
					t.Errorf("act %d of %d is passed over for %v, and meets %v", i, n, first, err)
				}
				passed++
			}
			switch _, err := e.turnAct(t.Context(), d.Store.As("ben", role), acts[n], turn); {
			case err == nil:
				done++
			case n < len(acts)-1:
				t.Errorf("act %d is not passed over, and meets %v", n, err)
			}
		}
	}
	if passed < 10 || done < 6 {
		t.Errorf("only %d acts were passed over, and %d taken back", passed, done)
	}
}

// However much undo --skip passes over, it says so in one line, and records nothing
// but what it takes back.
func TestUndoSaysOnceWhatItPassesOver(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("action assign A-1 ben")
	for i := range 12 {
		d.run(fmt.Sprintf("action assign A-2 p%d", i))
	}
	d.someoneElse("action assign A-2 cas")
	d.run("note add hello")
	before := d.seq()
	status, out, errs := d.as(data.Lead, "undo", "--skip")
	if status != 0 || out != "undone: A-1 owner ben → unknown\n" || errs != "left as they are: 13 acts; the first: that N-1 was added cannot be undone\n" || d.seq() != before+1 {
		t.Errorf("exit status %d, prints %q, says %q, records %d", status, out, errs, d.seq()-before)
	}
	// The conflict that is said is that of the first, with who made it.
	d.run("action assign A-2 eve")
	d.someoneElse("action assign A-2 dan")
	if _, _, errs = d.as(data.Lead, "undo", "--skip"); !strings.HasPrefix(errs, `left as they are: 13 acts; the first: A-2: owner was "eve" when you looked (seq `) || !strings.Contains(errs, `is "dan" now (cas, 09:00Z)`) {
		t.Errorf("says %q", errs)
	}
}

// What ails the file is no reason to try the next act.
func TestUndoSkipsNothingForTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incident.db")
	tmpl, err := seed.Load("toyota-2024", testNow)
	if err != nil {
		t.Fatal(err)
	}
	if err := sow(t.Context(), path, 0, tmpl, time.UTC); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		s, err := store.Open(t.Context(), path, store.Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		d := &desk{t, Runner{Store: s, Now: func() time.Time { return testNow }}}
		if readOnly {
			status, _, errs := d.as(data.Lead, "undo", "--skip")
			if status != 1 || !strings.HasPrefix(errs, "warroom: nothing was recorded: ") {
				t.Errorf("exit status %d, says %q", status, errs)
			}
		} else {
			d.run("action assign A-1 ben")
			d.run("action assign A-2 ben")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// someoneElse runs a command line as cas.
func (d *desk) someoneElse(line string) (status int, out, errs string) {
	d.t.Helper()
	args, err := data.SplitCommand(line)
	if err != nil {
		d.t.Fatal(err)
	}
	var o, e strings.Builder
	status = d.Run(d.t.Context(), "cas", data.Lead, args, nil, &o, &e)
	return status, o.String(), e.String()
}
