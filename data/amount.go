package data

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// An Amount is how many people or records there are, so far as somebody says.
// Any of its numbers may be unknown; where low and high are the same, the amount
// is exact.
type Amount struct{ Low, Best, High Count }

// Amount returns the numbers of a claim.
func (c *Claim) Amount() Amount { return Amount{c.Low, c.Best, c.High} }

// Fields returns an amount as the fields of a claim have it, in their stored
// form. What is unknown is left out.
func (a Amount) Fields() map[string]string {
	fields := map[string]string{}
	for key, n := range map[string]Count{"low": a.Low, "best": a.Best, "high": a.High} {
		if n.Known {
			fields[key] = n.String()
		}
	}
	return fields
}

// AmountUse says how an amount is written.
const AmountUse = "write 46k, 40k..52k, 40k..46k..52k (low, best, high), at least 40k, at most 52k or exactly 17412"

// The words and signs that may stand before a single number.
var amountWords = []struct {
	word string
	is   func(n Count) Amount
}{
	{"exactly", exact}, {"=", exact},
	{"at least", atLeast}, {">=", atLeast}, {"≥", atLeast},
	{"at most", atMost}, {"up to", atMost}, {"<=", atMost}, {"≤", atMost},
	{"about", about}, {"~", about}, {"≈", about},
}

func exact(n Count) Amount   { return Amount{n, n, n} }
func atLeast(n Count) Amount { return Amount{Low: n} }
func atMost(n Count) Amount  { return Amount{High: n} }
func about(n Count) Amount   { return Amount{Best: n} }

// ParseAmount reads an amount as people write it, and as it is shown: 46k, ~46k,
// 40k..52k, 40k–52k, 40k..46k..52k, "~46k (40k–52k)", "at least 40k", ">=40k",
// "40k..", "at most 52k", "exactly 17412". A number alone is the best one, and
// its range is unknown: only "exactly" claims that there is none.
//
// What can be read in two ways is refused: a comma, a dot before three digits, a
// number without the k that the other one has.
func ParseAmount(text string) (Amount, error) {
	s := strings.ToLower(strings.Join(strings.Fields(text), " "))
	raw := strings.Join(strings.Fields(text), " ") // M is not m
	if len(s) != len(raw) || len(raw) > MaxLine {
		return Amount{}, noAmount(text)
	}
	if raw == "" || s == "unknown" {
		return Amount{}, Refuse("a claim needs a number").WithHint(AmountUse)
	}
	a, err := parseShape(raw, s)
	switch {
	case err != nil:
		return Amount{}, err
	case !a.Low.Known && !a.Best.Known && !a.High.Known:
		return Amount{}, noAmount(text)
	}
	if a.Low.Known && a.Low == a.High && !a.Best.Known {
		a.Best = a.Low
	}
	return a, a.rule()
}

// parseShape finds out which parts of a text are numbers, and which of them they
// are. lower is the text in lower case.
func parseShape(raw, lower string) (a Amount, err error) {
	for _, w := range amountWords {
		rest, ok := strings.CutPrefix(lower, w.word)
		if !ok {
			continue
		}
		rest = strings.TrimSpace(raw[len(raw)-len(rest):])
		if best, span, ok := strings.Cut(rest, "("); ok && w.word == "~" {
			return parseShown(best, span)
		}
		n, err := parseCount(rest)
		return w.is(n), err
	}
	if rest, ok := strings.CutSuffix(raw, "+"); ok {
		n, err := parseCount(rest)
		return atLeast(n), err
	}
	if strings.Contains(raw, "..") {
		return parseDots(raw)
	}
	for _, sep := range []string{"–", "—", "-", " to "} {
		if low, high, ok := strings.Cut(raw, sep); ok && strings.TrimSpace(low) != "" {
			if strings.TrimSpace(high) == "" { // 40k.. is open; this may have been cut off
				return Amount{}, noAmount(raw)
			}
			return parseRange(low, "", high)
		}
	}
	n, err := parseCount(raw)
	return about(n), err
}

// parseShown reads what the board shows: a best number, and its range in
// brackets.
func parseShown(best, span string) (Amount, error) {
	span, ok := strings.CutSuffix(span, ")")
	if !ok {
		return Amount{}, noAmount("~" + best + "(" + span)
	}
	if rest, ok := strings.CutPrefix(span, "≥"); ok {
		return parseRange(rest, best, "")
	}
	if rest, ok := strings.CutPrefix(span, "≤"); ok {
		return parseRange("", best, rest)
	}
	low, high, ok := strings.Cut(span, "–")
	if !ok || low == "" || high == "" {
		return Amount{}, noAmount("~" + best + "(" + span + ")")
	}
	return parseRange(low, best, high)
}

// parseDots reads low..high and low..best..high, in which any part may be left
// out.
func parseDots(raw string) (Amount, error) {
	parts := strings.Split(raw, "..")
	for i, p := range parts {
		if parts[i] = strings.TrimSpace(p); strings.HasPrefix(parts[i], ".") || strings.HasSuffix(parts[i], ".") {
			return Amount{}, noAmount(raw)
		}
	}
	switch len(parts) {
	case 2:
		return parseRange(parts[0], "", parts[1])
	case 3:
		return parseRange(parts[0], parts[1], parts[2])
	}
	return Amount{}, noAmount(raw)
}

// parseRange reads the numbers of a range, each of which may be "".
func parseRange(low, best, high string) (a Amount, err error) {
	texts := [3]string{strings.TrimSpace(low), strings.TrimSpace(best), strings.TrimSpace(high)}
	places := [3]*Count{&a.Low, &a.Best, &a.High}
	for i, text := range texts {
		if text == "" {
			continue
		}
		if *places[i], err = parseCount(text); err != nil {
			return Amount{}, err
		}
	}
	for i, text := range texts { // does the 40 of 40..52k mean 40k?
		unit := unitOf(text)
		for j, before := range texts[:i] {
			if n := places[j]; !n.Known || n.N == 0 || unit == "" || unitOf(before) != "" {
				continue
			}
			if more, err := parseCount(before + unit); err == nil && more.N <= places[i].N {
				return Amount{}, either(before+".."+text, before+" to "+text, before+unit+" to "+text)
			}
		}
	}
	return a, nil
}

// unitOf returns the unit behind a number that was read, or "".
func unitOf(text string) string {
	if m := countForm.FindStringSubmatch(text); m != nil {
		return m[3]
	}
	return ""
}

// The units behind a number. A small m is a thousand to some and a million to
// others; so is a billion.
var countUnits = map[string]int{"": 0, "k": 3, "K": 3, "thousand": 3, "M": 6, "million": 6, "G": 9, "T": 12, "P": 15}

var (
	countForm = regexp.MustCompile(`^([0-9]+)(?:\.([0-9]+))? ?([A-Za-z]*)$`)
	powerForm = regexp.MustCompile(`^10\^([0-9]{1,3})$`)
	groupForm = regexp.MustCompile(`^[0-9]{1,3}(?:[ '_][0-9]{3})+$`)
)

// parseCount reads one number as people write it: 40000, 40 000, 46k, 1.5M,
// 10^15.
func parseCount(text string) (Count, error) {
	s := strings.TrimSpace(text)
	if groupForm.MatchString(s) {
		s = strings.NewReplacer(" ", "", "'", "", "_", "").Replace(s)
	}
	if m := powerForm.FindStringSubmatch(s); m != nil {
		s = "1" + strings.Repeat("0", mustInt(m[1]))
	}
	m := countForm.FindStringSubmatch(s)
	if m == nil {
		return Count{}, noCount(s)
	}
	whole, part, unit := m[1], m[2], m[3]
	power, ok := countUnits[unit]
	switch {
	case !ok:
		return Count{}, noUnit(s, unit)
	case len(part) == 3:
		return Count{}, either(s, whole+"."+strings.TrimRight(part, "0")+unit, whole+part+unit)
	}
	part = strings.TrimRight(part, "0")
	if len(part) > power {
		return Count{}, Refuse("%q is no whole number", short(s)).WithHint(AmountUse)
	}
	n, ok := new(big.Int).SetString(whole+part+strings.Repeat("0", power-len(part)), 10)
	if !ok || n.Cmp(big.NewInt(maxNumber)) > 0 {
		return Count{}, Refuse("%q is more than 10^15", short(text)).WithHint(AmountUse)
	}
	return countOf(n.Int64()), nil
}

// CountUse says how a single number is written.
const CountUse = "write 5740, 5 740, 40k or 1.5M"

// parseOneCount reads one number as people write it, and refuses what can be read in
// two ways. A range is none.
func parseOneCount(text string) (Count, error) {
	n, err := parseCount(strings.Join(strings.Fields(text), " "))
	var e *Error
	if errors.As(err, &e) && e.Hint == AmountUse {
		e.Hint = CountUse
	}
	return n, err
}

// mustInt reads a few digits.
func mustInt(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 999
	}
	return n
}

// noCount says why a text is no number.
func noCount(s string) *Error {
	switch {
	case strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−"):
		return Refuse("%q is below zero", short(s)).WithHint(AmountUse)
	case strings.Contains(s, ","):
		return Refuse("%q can be read in two ways: a comma parts thousands, or a fraction", short(s)).
			WithHint("write 40000, 40 000 or 40k; 1500 or 1.5k")
	case strings.HasPrefix(s, ">") || strings.HasPrefix(s, "<") || strings.HasPrefix(strings.ToLower(s), "more than"):
		return Refuse("%q leaves out the number itself", short(s)).WithHint("write >=40k or <=52k")
	}
	return noAmount(s)
}

// noUnit says why letters behind a number are none of its units.
func noUnit(s, unit string) *Error {
	switch strings.ToLower(unit) {
	case "m", "mm", "mio":
		return Refuse("%q can be read in two ways: a thousand or a million", short(s)).WithHint("write 1500 or 1.5k, 1500000 or 1.5M")
	case "b", "bn", "billion":
		return Refuse("%q can be read in two ways: 10^9 or 10^12", short(s)).WithHint("write 10^9 or 10^12, or G or T behind the number")
	}
	return noAmount(s)
}

func noAmount(s string) *Error { return Refuse("%q is no number", short(s)).WithHint(AmountUse) }

// rule refuses numbers that are not in order.
func (a Amount) rule() error {
	for _, pair := range []struct {
		below, above string
		small, large Count
	}{{"low", "best", a.Low, a.Best}, {"best", "high", a.Best, a.High}, {"low", "high", a.Low, a.High}} {
		if above(pair.small, pair.large) {
			return Refuse("%s %d is above %s %d", pair.below, pair.small.N, pair.above, pair.large.N).WithHint("the smallest comes first")
		}
	}
	return nil
}

// String returns an amount as it can be read again, with nothing lost:
// "40k..46k..52k", "at least 40k", "exactly 17412", "~46k"; "" if nothing is
// known.
func (a Amount) String() string {
	write := a.writer()
	low, best, high := write(a.Low), write(a.Best), write(a.High)
	switch {
	case a.Low.Known && a.Low == a.High && (a.Best == a.Low || !a.Best.Known):
		return "exactly " + low
	case a.Best.Known && !a.Low.Known && !a.High.Known:
		return "~" + best
	case a.Best.Known:
		return low + ".." + best + ".." + high
	case a.Low.Known && a.High.Known:
		return low + ".." + high
	case a.Low.Known:
		return "at least " + low
	case a.High.Known:
		return "at most " + high
	}
	return ""
}

// writer returns what writes the numbers of an amount: in thousands where that
// loses nothing in any of them, so that none lacks a k that another one has.
func (a Amount) writer() func(Count) string {
	for _, n := range []Count{a.Low, a.Best, a.High} {
		if n.Known && n.N%1000 != 0 {
			return Count.String
		}
	}
	return func(n Count) string {
		if !n.Known || n.N == 0 {
			return n.String()
		}
		return strconv.FormatInt(n.N/1000, 10) + "k"
	}
}

// Words returns an amount in words, with nothing rounded: "46,000 (40,000 to
// 52,000)", "exactly 17,412", "40,000 (range unknown)".
func (a Amount) Words() string {
	var span string
	switch {
	case a.Low.Known && a.Low == a.High:
		return "exactly " + Digits(a.Low.N)
	case a.Low.Known && a.High.Known:
		span = Digits(a.Low.N) + " to " + Digits(a.High.N)
	case a.Low.Known:
		span = "at least " + Digits(a.Low.N)
	case a.High.Known:
		span = "at most " + Digits(a.High.N)
	default:
		span = "range unknown"
	}
	if !a.Best.Known {
		return span
	}
	return Digits(a.Best.N) + " (" + span + ")"
}

// Digits returns n with a comma between thousands.
func Digits(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
