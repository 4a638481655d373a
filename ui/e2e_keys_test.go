//go:build e2e

package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// is fails the test unless fields of an item are these in the file: "field",
// "value" pairs, of which "null" is unknown.
func (h *home) is(ref string, pairs ...string) {
	h.t.Helper()
	out, _ := h.run(0, "show", ref, "-f", h.file, "--json")
	var item map[string]any
	if err := json.Unmarshal([]byte(out), &item); err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		got, ok := item[pairs[i]].(string)
		if !ok {
			got = "null"
		}
		if want := pairs[i+1]; got != want {
			h.t.Errorf("%s: %s is %q, want %q", ref, pairs[i], got, want)
		}
	}
}

// TestE2EByKeysAlone runs the incident from the board, by keys alone, in a terminal
// of 80 by 24.
func TestE2EByKeysAlone(t *testing.T) {
	h := newHome(t, "toyota-2024")
	editor := filepath.Join(h.dir, "write")
	script := "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo \"finding $i, in some words\"; done >\"$1\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	h.env = append(h.env, "EDITOR="+editor)
	w := h.board(80, 24)

	// An action and an ask, each by its form.
	w.press("a").shows("─ Add ─", "a piece of work with one owner").press("1").shows("─ New action ─", "Workstream        notification")
	w.press("-l", "Call the hotline? q u").press("Tab", "Tab").press("-l", "aiko").press("Tab", "Right", "Right").shows("P1")
	w.press("Tab").press("-l", "tomorrow 09:00").shows("09:00 ", ", in ").press("Enter").shows("stored: A-16 added", "Open actions 16")
	w.press("a", "2").shows("─ New ask ─").press("-l", "Lanternfish").press("Tab").press("-l", "When was it seen?").press("Tab").press("-l", "20m").shows(", in 20m")
	w.press("Enter").shows("stored: A-17 added", "Open actions 17", ">A-1 ")

	// One key, or a line, for one value.
	w.press("o").shows("Owner of A-1 ", "another name").press("o").shows("owner of A-1:").press("-l", "jonas").press("Enter").shows("stored: A-1 owner unknown → jonas")
	w.press("d").shows("Due of A-1 ", "tomorrow 09:00", "another time").press("d").shows("due of A-1:").press("-l", "+2h").shows("in 2h").press("Enter").shows("stored: A-1 due unknown → ")
	w.press("p").shows("Priority of A-1").press("1").shows("stored: A-1 priority unknown → P1")
	w.press("s").shows("State of A-1", "as it is").press("2").shows("stored: A-1 state open → doing")
	w.press("b").shows("waits for of A-1:").press("-l", "counsel").press("Enter").shows("stored: A-1 waits for unknown → counsel, state doing")
	w.press("n").shows("note about A-1:").press("-l", "counsel calls at nine").press("Enter").shows("stored: N-1 added")
	w.press("x").shows("stored: A-1 state blocked → done", "Open actions 16")
	w.press("x").shows(`A-1 is already so: state is "done"`)

	// Several at once, in the full view.
	w.press("4", "4").shows("─ Actions 1").press("g", "Space").shows("1 marked").press("Space").shows("2 marked")
	w.press("p").shows("Priority of 2 items").press("2").shows("stored: A-", "priority", "→ P2, and 1 more").press("Escape").shows("1 Regions")
	h.is("A-17", "priority", "P2", "kind", "ask", "to", "Lanternfish")
	h.is("A-16", "priority", "P2", "owner", "aiko", "stream", "notification")

	// A long text, in an editor.
	w.press("g").shows(">A-17").press("e").shows("─ Edit A-17", ">Title")
	for _, label := range []string{"Workstream", "Owner", "Priority", "State", "Due", "Waits for", "Asked", "Promised", "Answer", "Link", "Detail"} {
		w.press("Tab").shows(">" + label)
	}
	w.shows("ctrl+o").press("C-o").shows("finding 12, in some words").press("C-s").shows("stored: A-17 detail")

	// Somebody else was quicker: in a shell, and on another board.
	w.press("s").shows("State of A-17")
	h.run(0, "action", "done", "A-17", "-f", h.file)
	w.press("2").shows("A-17 state: somebody changed it while you did", "You saw           open", "Theirs, t takes   done", "Yours, m keeps    doing")
	w.press("t").shows("nothing was changed")
	second := h.terminal(80, 24, "WARROOM_ACTOR=ben "+h.program()).shows("live", "? help", ">A-16")
	second.press("o").shows("Owner of A-16").press("o").shows("owner of A-16: aiko")
	if w.press("g").shows(">A-1"); strings.Contains(w.text(), ">A-17") { // done, and under the cursor until that moves
		w.press("j")
	}
	w.shows(">A-16").press("o").shows("Owner of A-16").press("o").shows("owner of A-16: aiko").press("C-u").press("-l", "noor")
	second.press("C-u").press("-l", "ben").press("Enter").shows("stored: A-16 owner aiko → ben")
	w.press("Enter").shows("A-16 owner: somebody changed it", "You saw           aiko", "Theirs, t takes   ben", "ben, ", "Yours, m keeps    noor")
	w.press("m").shows("stored: A-16 owner ben → noor")

	// What is left is kept.
	w.press("a", "1").shows("─ New action ─").press("-l", "Half a thought").press("Escape").shows("kept as a draft; D shows the drafts")
	w.press("D").shows("Drafts: typed and not stored", "new action", "Half a thought").press("Enter").shows("─ New action ─", "Half a thought", "a draft of ")
	w.press("-l", ", and the rest").press("C-s").shows("stored: A-18 added")
	w.press("D").shows("no draft is kept").press("q").ends()
	second.press("q").ends()

	h.is("A-1", "owner", "jonas", "priority", "P1", "state", "done", "waits_for", "counsel")
	h.is("A-16", "title", "Call the hotline? q u", "owner", "noor", "changed_by", "ana")
	h.is("A-17", "title", "When was it seen?", "state", "done", "changed_by", "ana")
	h.is("A-18", "title", "Half a thought, and the rest", "stream", "notification", "owner", "null")
	h.is("N-1", "text", "counsel calls at nine", "about", "A-1")
	out, _ := h.run(0, "show", "A-17", "-f", h.file, "--json")
	if !strings.Contains(out, `finding 1, in some words\nfinding 2, in some words\n`) {
		t.Errorf("the detail is not what the editor wrote: %s", out)
	}
	h.run(0, "verify", "-f", h.file)
	h.clean()
}

// TestE2EUndoByKeys takes back what a key has done, and does it again.
func TestE2EUndoByKeys(t *testing.T) {
	h := newHome(t, "toyota-2024")
	w := h.board(80, 24)
	w.press("p", "1").shows("stored: A-1 priority unknown → P1").press("o").shows("Owner of A-1 ").press("o").shows("owner of A-1:").press("-l", "jonas").press("Enter").shows("stored: A-1 owner unknown → jonas")
	becomes := func(field, want string) {
		t.Helper()
		until(t, field+" becomes "+want, func() bool {
			out, _ := h.run(0, "show", "A-1", "-f", h.file, "--json")
			return strings.Contains(out, `"`+field+`": `+want)
		})
	}
	w.press("u").shows("undone: A-1 owner jonas → unknown")
	becomes("owner", "null")
	w.press("u").shows("undone: A-1 priority P1 → unknown")
	becomes("priority", "null")
	w.press("C-r")
	becomes("priority", `"P1"`)
	w.press("C-r")
	becomes("owner", `"jonas"`)
	w.press("q").ends()
	h.run(0, "verify", "-f", h.file)
}

// TestE2ECallModeAndNews: what is said on a call is recorded by it, and is news to
// who was not there.
func TestE2ECallModeAndNews(t *testing.T) {
	h := newHome(t, "toyota-2024")
	other := h.terminal(80, 24, "WARROOM_ACTOR=ben "+h.program()).shows("live", "? help")
	w := h.board(80, 24)
	w.press("c").shows("nothing has changed since you looked").press("Escape").shows("1 Regions").press("C").shows("Call mode", "private notes are hidden")
	w.press("-l", "dec We tell the authority today").press("Enter").shows("stored: D-1 added")
	w.press("-l", `ask Lanternfish "When was it seen?" 20m`).press("Enter").shows("stored: A-16 added", "When was it seen?")
	w.press("-l", "note half a thought").press("Escape").shows("kept as a draft")
	other.shows("Δ 2").press("c").shows("Changed since you looked", "Notes and decisions", "D-1", "A-16").press("c").shows("seen up to")
	h.run(0, "action", "done", "A-1", "-f", h.file, "--as", "cho")
	other.shows("Δ 1").press("q").ends()
	w.press("D").shows("note half a thought").press("q").shows("1 Regions").press("q").ends()
	if out, _ := h.run(0, "log", "--since", "last", "--as", "ben", "-f", h.file); !strings.Contains(out, "A-1") || strings.Contains(out, "D-1") {
		t.Errorf("since ben looked: %s", out)
	}
	h.run(0, "verify", "-f", h.file)
}
