package ui

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"warroom/data"
	"warroom/ui/pane"
)

// How a number of people or records may stand on a screen.
const (
	amountText = `(?:exactly [\d,]+|~\S+ \((?:\S+–\S+|[≥≤]\S+|no range)\)|at (?:least|most) \S+|[\d.]+[kMG]?–[\d.]+[kMG]?)`
	sureText   = `[●◐○?×](?: (?:confirmed|estimated|reported|claimed|unknown|disproved|withdrawn))?`
	sourceText = `(?:source )?(?:S-\d+|S-\?|no source)`
	ageText    = `(?:\d+[mhdy]|now)(?: old)?`
)

// inFull are the ways to tell a number in full: range or "exactly", how sure it is,
// where it is from and how old.
var inFull = []*regexp.Regexp{
	regexp.MustCompile(amountText + `(?: people| records)?\s+` + sureText + `\s+` + sourceText + `\s+` + ageText + `(?:\s|$)`),
	regexp.MustCompile(`notified [≤\d,]+ of ~\S+ \([^)]* %\)`), // of the number told before it on the same line
	regexp.MustCompile(amountText + ` ` + sureText + `, [\dmhdy]+ old · ` + sourceText),
}

// In a table the heading has the unit, a cell the number and how sure it is. The
// cell that the cursor is on is told in full on the same screen.
var (
	cells   = regexp.MustCompile(`[~≥≤]?[\d.,]+[kMG]? ?[●◐○?×]`)
	spreads = regexp.MustCompile(`exactly [\d,]+|[\d.]+[kMG]?–[\d.]+[kMG]?|≥[\d.]+[kMG]?`) // the number: where a row is several lines high
	shade   = regexp.MustCompile(`from [\d.]+[kMG]?`)                                      // the legend of shades
	axis    = regexp.MustCompile(`(?m)(?:^| )[\d.]+[kMG]? (?: |░|█)`)                      // of a chart whose title has the unit
	before  = regexp.MustCompile(`[~≥≤]?[\d.,]+[kMG]? [●◐○?×] →`)                          // what was, before what is in full
	titled  = regexp.MustCompile(`Edit C-\d+: ` + amountText + ` people`)                  // of a form that has the others as fields
	field   = regexp.MustCompile(`(?:Low|Best|High) +[\d,]+`)                              // of the page of a claim, which has all the others
)

// aNumber finds what may be one of the numbers of a claim.
var aNumber = regexp.MustCompile(`\d[\d,.]*[kMG]?`)

// numbersOf returns the numbers of all claims of a file as screens write them, but
// those too short to be told from ids and times.
func numbersOf(t *testing.T, s *screen) (numbers map[string]bool, prose string) {
	t.Helper()
	numbers = map[string]bool{}
	var texts []string
	for i := int64(1); ; i++ {
		item, err := s.store.Get(context.Background(), data.Ref(fmt.Sprint("C-", i)))
		if err != nil {
			break
		}
		c := item.(*data.Claim)
		for _, n := range []data.Count{c.Low, c.Best, c.High} {
			if n.Known && n.N >= 1000 {
				numbers[pane.Round(n.N)], numbers[data.Digits(n.N)] = true, true
			}
		}
	}
	if len(numbers) < 60 {
		t.Fatalf("only %d numbers are in the file", len(numbers))
	}
	log, err := s.store.Log(context.Background(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log.Entries {
		switch b := e.Body.(type) {
		case data.Made:
			for key, text := range b.Fields {
				if f := data.SpecOf(b.Of).Field(key); f.Type == data.TextType || f.Type == data.LineType {
					texts = append(texts, text)
				}
			}
		case data.Changed:
			for _, change := range b.Changes {
				texts = append(texts, change.Now, b.Why)
			}
		}
	}
	return numbers, strings.Join(texts, " | ")
}

// bare returns the numbers of claims on a screen that are not told in full, with
// what stands around them, but those in what people wrote.
func bare(text, prose string, numbers map[string]bool, allowed ...*regexp.Regexp) (found []string) {
	for _, r := range append(inFull[:len(inFull):len(inFull)], allowed...) {
		text = r.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("·", len([]rune(s))) })
	}
	for _, at := range aNumber.FindAllStringIndex(text, -1) {
		n := strings.TrimRight(text[at[0]:at[1]], ".,")
		if !numbers[n] {
			continue
		}
		line := text[strings.LastIndex(text[:at[0]], "\n")+1:]
		line, _, _ = strings.Cut(line, "\n")
		left, right := text[max(at[0]-6, 0):at[1]], text[at[0]:min(at[1]+6, len(text))]
		if strings.Contains(prose, left) || strings.Contains(prose, right) {
			continue
		}
		found = append(found, n+" in "+strings.TrimSpace(line))
	}
	return found
}

// TestNoNumberIsBare looks at every screen of the exercise: no number of people or
// records stands without its unit, range, standing, source and age.
func TestNoNumberIsBare(t *testing.T) {
	table := []*regexp.Regexp{cells, spreads, shade}
	looks := [][2]int{{80, 24}, {60, 16}, {100, 30}, {140, 40}, {200, 60}}
	if underRace { // nothing here runs at the same time
		looks = looks[:1]
	}
	for _, size := range looks {
		for _, tt := range []struct {
			name    string
			keys    string
			unit    string // which the screen must say
			allowed []*regexp.Regexp
		}{
			{"the board", "", "people", []*regexp.Regexp{cells, axis}},
			{"scope", "v 2", "Scope in people", table},
			{"scope in records", "v 2 U", "Scope in records", table},
			{"a figure", "v 2 enter", "in people", []*regexp.Regexp{field}},
			{"a claim", "v 2 enter enter", "people", []*regexp.Regexp{field}},
			{"workstreams", "v 3", "PEOPLE", nil},
			{"actions", "v 4", "PEOPLE", nil},
			{"timeline", "v 5", "PEOPLE", nil},
			{"briefing", "v 6", "PEOPLE", nil},
			{"trends", "v 7", "People affected", []*regexp.Regexp{axis}},
			{"call mode", "C", "PEOPLE", nil},
			{"the incident", "i", "PEOPLE", nil},
			{"news", "c", "PEOPLE", []*regexp.Regexp{before, field}},
			{"a claim's form", "v 2 a", "New claim", []*regexp.Regexp{cells, spreads, shade}},
			{"edit a claim", "v 2 enter e", "people, all/all", []*regexp.Regexp{field, titled}},
		} {
			t.Run(fmt.Sprintf("%s %dx%d", tt.name, size[0], size[1]), func(t *testing.T) {
				s := newScreen(t, "exercise", size[0], size[1])
				numbers, prose := numbersOf(t, s)
				if tt.name == "news" {
					s.looks().records("lena", newItem(t, data.KindClaim, "cell", "all/all", "unit", "people", "low", "41000", "best", "47000", "high", "53000",
						"standing", "estimated", "source", "S-4", "as_of", "2024-09-04")).refresh()
					numbers["47k"], numbers["41k"], numbers["53k"] = true, true, true
				}
				for _, k := range strings.Fields(tt.keys) {
					s.press(k)
				}
				text := s.text()
				if !strings.Contains(text, tt.unit) {
					t.Errorf("the unit is not said: %q is missing\n%s", tt.unit, text)
				}
				for _, b := range bare(text, prose, numbers, tt.allowed...) {
					t.Errorf("bare: %s", b)
				}
			})
		}
	}
}
