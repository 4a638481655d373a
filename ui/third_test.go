package ui

import (
	"testing"
	"time"

	"warroom/data"
)

// third opens the view of the third party.
func third(t *testing.T, template string, w, h int) *screen {
	t.Helper()
	return newScreen(t, template, w, h).does("view third-party").whole()
}

func TestThirdPartyTellsTheStory(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		s := third(t, "exercise", size[0], size[1])
		s.shows("─ Third party", "Lanternfish Hosting (invented)", "they run: the customer database and the service portal",
			"asks to them: 1 open · 2 answered · 1 late by their own promise", "Late by their own promise 1",
			"A-76  When do we get corrected addresses?", "■ promised 10:02Z, 4h late", "asked Lanternfish duty manager by aiko, 7h · wanted by 11:02Z")
		s.press("G")
		for range 6 {
			s.press("k")
		}
		s.shows("A-81  Asia without closed accounts: how many?", "promised 13:27Z, answered 5m late", "kept as source S-8").press("g").whole()
	}
	s := third(t, "exercise", 140, 40)
	s.shows("Contradicts an earlier answer 2", "C-37  asia/all in people", "17 Aug 14:02Z: 31,000 to 34,000, reported, S-3 · 13:32Z: 27,400 (range",
		"C-4   all/all in people", "15 Aug 14:02Z: 2,300 (range unknown), withdrawn since, S-1").
		press("j", "j").shows(">C-37", "─ C-37 asia/all").press("enter").shows("─ C-37 asia/all ─").press("esc")
	// What they owe us becomes late while one looks.
	s.press("G").refresh()
	s.sets("aiko", "A-76", "they_promised", "2024-09-05T15:02:00Z").refresh().lacks("late by their own promise").press("g").shows("Asked, not answered yet 1", "promised 15:02Z, in 1h")
}

func TestThirdPartyOfWhichNothingIsKnown(t *testing.T) {
	s := third(t, "blank", 80, 24).shows("unknown: nobody has said who they are; e says it", "they run: unknown", "no ask can be to them until they have a name")
	s.sets("noor", "incident", "third_party_names", "the provider").refresh().shows("nothing was asked of them yet; a asks", `an ask is to them if it asks "the provider"`)
	s.press("a", "1").shows("New ask", "the provider", "Promised").press("esc").whole()
	third(t, "toyota-2024", 80, 24).shows("IT service provider, name not officially disclosed", "they run: customer-data management systems", "nothing was asked of them yet; a asks")
}

// TestThirdPartyAnswers asks, is promised, waits, and is answered: by keys and by
// commands, on one screen.
func TestThirdPartyAnswers(t *testing.T) {
	s := third(t, "toyota-2024", 140, 40)
	s.does(`ask add "The Provider" "How many accounts?" 30m --promised 20m`).refresh().shows("Asked, not answered yet 1", "promised 14:22Z, in 20m")
	s.pass(time.Hour).shows("Late by their own promise 1", "promised 14:22Z, 40m late").press("j").shows(">A-16")
	s.press("x").types("About 40,000").press("enter").refresh().shows("Answered 1", "promised 14:22Z, answered 40m late", "About 40,000 · answered now", ">A-16")
	s.press("a", "2").shows("New source", "Answer to A-16: How many accounts?").press("ctrl+s").refresh().shows("kept as source S-2", "What we have from them 1")
	s.has("S-2", "ask", "A-16").has("S-2", "from", "The Provider").has("S-2", "publisher", "the provider")
	s.does("figure add all/all 40k --unit people --standing reported --source S-2").press("esc")
	s.does(`ask add "the provider" "Are you sure?" 30m`).does(`ask answer A-17 "No, 2,300" --as-source`).press("esc").refresh()
	s.does("figure add all/all exactly 2300 --unit people --standing reported --source S-3").press("esc").refresh()
	s.shows("Contradicts an earlier answer 1", "C-2   all/all in people", "15:02Z: 40,000 (range unknown), reported, S-2 · 15:02Z:").whole()
	if s.item("S-3").(*data.Source).Ask != "A-17" {
		t.Error("the source is not the answer")
	}
	for _, size := range sizes {
		s.resize(size[0], size[1]).whole()
		for _, k := range []string{"G", "k", "g", "j", "pgdown", "T"} {
			s.press(k).whole()
		}
	}
}
