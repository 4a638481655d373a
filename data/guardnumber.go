package data

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A run is digits in groups with something between them: a candidate for a
// number of people's.
type run struct {
	text   string    // the text that it stands in
	from   int       // where it begins: at its plus sign or bracket, if it has one
	first  rune      // '+', '(' or 0
	groups []stretch // of digits
	seps   []string
}

// between are the characters that may stand between groups, and separators what
// they may make up. A full stop and a space end a sentence.
const between = " -./()\u00a0\u202f\u2011\u2013"

var separators = []string{" ", "-", ".", "/", " / ", "(", ")", " (", ") ", ")-"}

// numbers finds payment cards and phone numbers.
func numbers(text string, skip []stretch) (all []Finding) {
	for at := 0; at < len(text); {
		if s, inside := within(skip, at); inside {
			at = s.to
			continue
		}
		if text[at] < '0' || text[at] > '9' {
			at++
			continue
		}
		r := runAt(text, at, skip)
		at = r.groups[len(r.groups)-1].to
		if r.masked() {
			at = r.groups[0].to // what a mask left
			continue
		}
		all = append(all, r.findings()...)
	}
	return all
}

// runAt returns the run whose first digit stands at a place.
func runAt(text string, at int, skip []stretch) run {
	r := run{text: text, from: at}
	if at > 0 && (text[at-1] == '+' || text[at-1] == '(') {
		r.first, r.from = rune(text[at-1]), at-1
		if r.first == '(' && at > 1 && text[at-2] == '+' { // +(49)
			r.first, r.from = '+', at-2
		}
	}
	next, _ := within(skip, at)
	end := len(text)
	if next.to > 0 {
		end = next.from
	}
	for {
		g := stretch{at, at}
		for g.to < end && text[g.to] >= '0' && text[g.to] <= '9' {
			g.to++
		}
		r.groups = append(r.groups, g)
		at = g.to
		for n := 0; n < 3 && at < end; n++ {
			c, size := utf8.DecodeRuneInString(text[at:])
			if !strings.ContainsRune(between, c) {
				break
			}
			at += size
		}
		sep := plainSep.Replace(text[g.to:at])
		if at >= end || text[at] < '0' || text[at] > '9' || !slices.Contains(separators, sep) {
			break
		}
		r.seps = append(r.seps, sep)
	}
	if r.first == '(' && (len(r.seps) == 0 || r.seps[0][0] != ')') { // what stands in the brackets is more than the number's beginning
		r.first, r.from = 0, r.groups[0].from
	}
	return r
}

// plainSep makes the no-break forms of space and hyphen plain.
var plainSep = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2011", "-", "\u2013", "-")

// masked reports whether the first group is what a mask left of a number.
func (r run) masked() bool {
	c, _ := before(r.text, r.groups[0].from)
	return c == gap
}

// findings returns the numbers in a run.
func (r run) findings() []Finding {
	n := r.digits(0, len(r.groups))
	if r.first == '+' && n <= maxPhone {
		return r.international(len(r.groups))
	}
	if cards := r.cards(); len(cards) > 0 {
		return cards
	}
	if r.first == '+' {
		last := len(r.groups)
		for last > 0 && r.digits(0, last) > maxPhone {
			last--
		}
		return r.international(last)
	}
	if r.national() {
		return []Finding{r.phone(len(r.groups))}
	}
	return nil
}

// digits counts the digits of the groups from one up to another; beyond 40 it
// stops to count.
func (r run) digits(from, to int) (n int) {
	for _, g := range r.groups[from:to] {
		if n += g.to - g.from; n > 40 {
			break
		}
	}
	return n
}

// Phone numbers have up to 15 digits behind the plus sign, the first of which is
// no zero (ITU-T E.164, 6.2). Fewer than 8 are taken for something else.
const (
	minPhone = 8
	maxPhone = 15
)

// international returns the number that the first groups of a run, of no more
// than 15 digits, are if it is an international one: a plus sign and 8 or more.
func (r run) international(groups int) []Finding {
	n := r.digits(0, groups)
	if n < minPhone || r.text[r.groups[0].from] == '0' {
		return nil
	}
	if c, _ := before(r.text, r.from); inWord(c) || c == '+' || c == '/' {
		return nil
	}
	if c, _ := after(r.text, r.groups[groups-1].to); inWord(c) && c != 'x' {
		return nil
	}
	return []Finding{r.phone(groups)}
}

func (r run) phone(groups int) Finding {
	to := r.groups[groups-1].to
	return Finding{phoneNumber, r.from, to, r.text[r.from:to], string(gap) + lastDigits(r.text[r.from:to], 2)}
}

// national reports whether a run is a national phone number that cannot be
// taken for anything else. With a trunk prefix (E.164, annex A): a zero, 9 to 11
// digits in all, the groups apart by the same separator, except that a slash or
// brackets may set the area code off. With an international prefix: 00 and up to
// 15 digits, apart by spaces; with hyphens it may be any number with zeros before
// it. In North America: (201) 555-0123.
func (r run) national() bool {
	if !r.alone() || len(r.groups) < 2 {
		return false
	}
	area := r.group(0)
	n := r.digits(0, len(r.groups))
	switch {
	case r.first == '(' && area[0] >= '2' && r.shape() == "3)3-4":
		return true
	case strings.HasPrefix(area, "00"):
		return len(area) <= 5 && len(area) > 2 && area[2] != '0' && n >= minPhone+2 && n <= maxPhone+2 && r.seps[0] == " " && r.alike(0)
	case area[0] != '0' || len(area) < 2 || len(area) > 5 || n < 9 || n > 11 || r.dated():
		return false
	case r.first == '(':
		return r.alike(1)
	case r.seps[0] == "." && len(area) == 2:
		return r.shape() == "2.2.2.2.2"
	case strings.TrimSpace(r.seps[0]) == "/":
		return r.alike(1)
	}
	return r.alike(0)
}

func (r run) group(i int) string { return r.text[r.groups[i].from:r.groups[i].to] }

// shape returns how long the groups are, and what stands between them, spaces
// left out.
func (r run) shape() string {
	if len(r.groups) > 6 {
		return ""
	}
	var b strings.Builder
	for i, g := range r.groups {
		if i > 0 {
			b.WriteString(strings.TrimSpace(r.seps[i-1]))
		}
		b.WriteByte('0' + byte(min(g.to-g.from, 9)))
	}
	return b.String()
}

// alike reports whether the separators from one on are all single spaces or all
// single hyphens, and the groups between them longer than a digit.
func (r run) alike(from int) bool {
	for i := from; i < len(r.seps); i++ {
		if r.seps[i] != r.seps[from] || r.seps[i] != " " && r.seps[i] != "-" || len(r.group(i+1)) < 2 {
			return false
		}
	}
	return true
}

// dated reports whether a run begins as a date does: 15 08 2024.
func (r run) dated() bool {
	if len(r.groups) < 3 || len(r.group(0)) != 2 || len(r.group(1)) != 2 || len(r.group(2)) != 4 {
		return false
	}
	return strings.HasPrefix(r.group(2), "19") || strings.HasPrefix(r.group(2), "20")
}

// alone reports whether a run is no part of something longer: of a word or an
// id, of a decimal, of a time of day.
func (r run) alone() bool { return r.free(0, len(r.groups)-1) }

// free reports whether nothing is joined to the groups from one to another.
func (r run) free(first, last int) bool {
	from := r.groups[first].from
	if first == 0 {
		from = r.from
	}
	c, n := before(r.text, from)
	d, _ := before(r.text, from-n)
	if c == '#' || joined(c, d) || c == '/' && inWord(d) {
		return false
	}
	c, n = after(r.text, r.groups[last].to)
	d, _ = after(r.text, r.groups[last].to+n)
	return !joined(c, d)
}

// joined reports whether a character beside a number makes it part of something
// longer, d being the one beyond it.
func joined(c, d rune) bool {
	switch c {
	case '.', ',', ':':
		return '0' <= d && d <= '9'
	case '-', '\u2011':
		return inWord(d)
	}
	return inWord(c)
}

// The lengths of card numbers (ISO/IEC 7812-1; PCI DSS lets the last four digits
// be shown).
const (
	minCard  = 13
	maxCard  = 19
	cardTail = 4
)

// cards returns the payment cards in a run: 13 to 19 digits, in groups of four
// and more but for the last, all apart by one space or all by one hyphen.
func (r run) cards() (all []Finding) {
	for first := 0; first < len(r.groups); first++ {
		last, n := -1, 0
		for i := first; i < len(r.groups); i++ {
			n += r.groups[i].to - r.groups[i].from
			if n > maxCard {
				break
			}
			if r.isCard(first, i, n) {
				last = i
			}
			if r.groups[i].to-r.groups[i].from < 4 || i < len(r.seps) && (r.seps[i] != r.seps[first] || r.seps[i] != " " && r.seps[i] != "-") {
				break
			}
		}
		if last >= 0 {
			from, to := r.groups[first].from, r.groups[last].to
			all = append(all, Finding{cardNumber, from, to, r.text[from:to], string(gap) + lastDigits(r.text[from:to], cardTail)})
			first = last
		}
	}
	return all
}

// lastDigits returns the last n digits of a number, without what stands between
// them.
func lastDigits(number string, n int) string {
	digits := onlyDigits(number)
	return digits[len(digits)-n:]
}

func onlyDigits(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// isCard reports whether the groups from one to another, of n digits, are the
// number of a card.
func (r run) isCard(first, last, n int) bool {
	if n < minCard || !r.free(first, last) {
		return false
	}
	digits := onlyDigits(r.text[r.groups[first].from:r.groups[last].to])
	return network(digits) && luhn(digits)
}

// networks are the beginnings of card numbers, from one to another, by who
// issues them, and how long the numbers are.
var networks = []struct {
	from, to string
	lengths  []int
}{
	{"4", "4", []int{13, 16, 19}},                       // Visa
	{"51", "55", []int{16}},                             // Mastercard
	{"2221", "2720", []int{16}},                         // Mastercard
	{"34", "34", []int{15}},                             // American Express
	{"37", "37", []int{15}},                             // American Express
	{"300", "305", []int{14, 16, 17, 18, 19}},           // Diners Club
	{"3095", "3095", []int{14, 16, 17, 18, 19}},         // Diners Club
	{"36", "36", []int{14, 15, 16, 17, 18, 19}},         // Diners Club
	{"38", "39", []int{14, 16, 17, 18, 19}},             // Diners Club
	{"3528", "3589", []int{16, 17, 18, 19}},             // JCB
	{"6011", "6011", []int{16, 17, 18, 19}},             // Discover
	{"644", "659", []int{16, 17, 18, 19}},               // Discover
	{"62", "62", []int{16, 17, 18, 19}},                 // UnionPay
	{"2200", "2204", []int{16, 17, 18, 19}},             // Mir
	{"5018", "5020", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
	{"5038", "5038", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
	{"5893", "5893", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
	{"6304", "6304", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
	{"6759", "6763", []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
}

// network reports whether a number begins and is as long as those of a network
// that is known.
func network(digits string) bool {
	for _, n := range networks {
		if begin := digits[:len(n.from)]; n.from <= begin && begin <= n.to {
			for _, l := range n.lengths {
				if l == len(digits) {
					return true
				}
			}
		}
	}
	return false
}

// luhn reports whether the last digit is the check digit of the others (ISO/IEC
// 7812-1, annex B): from the right every second digit is doubled, 9 taken off if
// it has become more than that, and the sum ends in 0.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
