package data

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a [Finding] may be.
const (
	mailAddress   = "e-mail address"
	phoneNumber   = "phone number"
	vehicleNumber = "vehicle identification number"
	cardNumber    = "payment card number"
)

// A Finding is a place in a text that looks like personal data.
type Finding struct {
	Kind    string // in words, such as "phone number"
	At, End int    // in bytes
	Text    string // what stands there; it is not to be shown or logged
	Mask    string // what may stand in its place
}

// gap is what stands in a mask for what was left out. To the rules it is a
// letter: what a mask leaves is never taken for a number of its own.
const gap = '…'

// Personal returns the places in a text that look like personal data, in their
// order; they do not overlap. It takes any bytes, and time in proportion to
// their number. What it finds is worth a second look and no more: it knows
// neither names nor postal addresses, only vehicle numbers with a check digit
// (North America's and China's), and of national phone numbers only the
// unmistakable ones. Nothing but an e-mail address is looked for in a URL.
func Personal(text string) []Finding {
	if !strings.ContainsAny(text, "0123456789@＠") {
		return nil
	}
	urls := urlParts(text)
	all := mailAddresses(text, urls)
	skip := besides(urls, all)
	vehicles := vehicleNumbers(text, skip)
	all = append(all, vehicles...)
	all = append(all, numbers(text, besides(skip, vehicles))...)
	slices.SortFunc(all, func(a, b Finding) int { return a.At - b.At })
	return all
}

// MaskPersonal returns a text with all that [Personal] finds in it masked. In
// what it returns Personal finds nothing. It is never longer than the text.
func MaskPersonal(text string) string {
	// Masking may part what stood together, so that more is found; each time
	// there are fewer digits and addresses to find.
	for {
		found := Personal(text)
		if len(found) == 0 {
			return text
		}
		var b strings.Builder
		at := 0
		for _, f := range found {
			b.WriteString(text[at:f.At])
			b.WriteString(f.Mask)
			at = f.End
		}
		b.WriteString(text[at:])
		text = b.String()
	}
}

// A stretch is a part of a text, in bytes.
type stretch struct{ from, to int }

// urlParts returns where URLs stand: from their "://" to the next space.
func urlParts(text string) (all []stretch) {
	for at := 0; ; {
		i := strings.Index(text[at:], "://")
		if i < 0 {
			return all
		}
		from := at + i
		to := len(text)
		if n := strings.IndexFunc(text[from:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"", r) }); n >= 0 {
			to = from + n
		}
		all = append(all, stretch{from, to})
		at = to
	}
}

// besides returns stretches and what was found outside them, in their order.
func besides(stretches []stretch, found []Finding) []stretch {
	all := slices.Clone(stretches)
	for _, f := range found {
		if _, inside := within(stretches, f.At); !inside {
			all = append(all, stretch{f.At, f.End})
		}
	}
	slices.SortFunc(all, func(a, b stretch) int { return a.from - b.from })
	return all
}

// within returns the first of the stretches, which are in their order, that ends
// after at.
func within(stretches []stretch, at int) (s stretch, inside bool) {
	i, _ := slices.BinarySearchFunc(stretches, at, func(s stretch, at int) int {
		if s.to <= at {
			return -1
		}
		return 1
	})
	if i == len(stretches) {
		return stretch{}, false
	}
	return stretches[i], stretches[i].from <= at
}

// inWord reports whether r is part of a word, so that no number begins or ends
// beside it.
func inWord(r rune) bool {
	return r == '_' || r == gap || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// before returns the character that ends at a place, or a space at the
// beginning.
func before(text string, at int) (rune, int) {
	if at == 0 {
		return ' ', 0
	}
	r, n := utf8.DecodeLastRuneInString(text[:at])
	return r, n
}

// after returns the character that begins at a place, or a space at the end.
func after(text string, at int) (rune, int) {
	if at == len(text) {
		return ' ', 0
	}
	r, n := utf8.DecodeRuneInString(text[at:])
	return r, n
}

// The longest parts of an address, in bytes (RFC 5321, 4.5.3.1).
const (
	maxLocal  = 64
	maxDomain = 255
)

// mailAddresses finds what reads local@domain.tld (RFC 5321), in any script (RFC
// 6531), with a tag behind a plus sign. Of the characters that the standard lets
// the local part have, only those in use count. The account in a URL is none, nor
// is what scp and git have before a colon and a path.
func mailAddresses(text string, urls []stretch) (all []Finding) {
	done := 0
	for i, r := range text {
		if r != '@' && r != '＠' || i < done {
			continue
		}
		from := i
		for from > done && i-from < maxLocal {
			r, n := before(text, from)
			if !inLocal(r) {
				break
			}
			from -= n
		}
		local := strings.TrimLeft(text[from:i], ".-'%")
		from = i - len(local)
		to := domainEnd(text, i+utf8.RuneLen(r))
		if local == "" || to < 0 || strings.HasSuffix(local, ".") {
			continue
		}
		if url, inside := within(urls, i); inside && !strings.ContainsAny(text[min(url.from+3, i):i], "/?#") {
			continue
		}
		if next, _ := after(text, min(to+1, len(text))); strings.HasPrefix(text[to:], ":") && (next == '/' || next == '~' || local == "git") {
			continue
		}
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(local, "._%+-'~"))
		mask := string(gap) + "@" + string(gap)
		if unicode.IsLetter(first) || unicode.IsDigit(first) {
			mask = string(first) + mask
		}
		all = append(all, Finding{mailAddress, from, to, text[from:to], mask})
		done = to
	}
	return all
}

func inLocal(r rune) bool {
	return r != gap && r != utf8.RuneError && (inWord(r) || strings.ContainsRune(".%+-'~", r))
}

// domainEnd returns where the domain that begins at a place ends, or -1 if there
// is none: two labels or more, the last of letters only, or encoded (xn--).
func domainEnd(text string, from int) int {
	end, label, labels, at := -1, from, 0, from
	for at <= len(text) && at-from <= maxDomain {
		r, n := after(text, at)
		if r != gap && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-') && n > 0 {
			at += n
			continue
		}
		if at == label { // empty
			break
		}
		if tld := topLabel(text[label:at]); labels > 0 && tld > 0 {
			end = label + tld
		}
		if r != '.' && r != '。' {
			break
		}
		at += n
		label = at
		labels++
	}
	return end
}

// topLabel returns how many bytes at the beginning of a label can be the last
// of a domain; 0 if none.
func topLabel(label string) int {
	if strings.HasPrefix(strings.ToLower(label), "xn--") && len(label) > 5 {
		return len(strings.TrimRight(label, "-"))
	}
	name, _, _ := strings.Cut(label, "-")
	if utf8.RuneCountInString(name) < 2 || strings.ContainsFunc(name, unicode.IsDigit) {
		return 0
	}
	return len(name)
}

// vehicleLength is how many characters a vehicle identification number has (ISO
// 3779); 17 is never a card's with letters in it.
const vehicleLength = 17

// vehicleNumbers finds words of 17 characters that are vehicle identification
// numbers by ISO 3779 and by their check digit.
func vehicleNumbers(text string, skip []stretch) (all []Finding) {
	for at := 0; at < len(text); {
		r, n := after(text, at)
		if !inWord(r) {
			at += n
			continue
		}
		from := at
		for n > 0 && inWord(r) {
			at += n
			r, n = after(text, at)
		}
		if _, inside := within(skip, from); !inside && isVehicle(text[from:at]) {
			all = append(all, Finding{vehicleNumber, from, at, text[from:at], text[from:from+3] + string(gap)})
		}
	}
	return all
}

// What a check digit is made of (49 CFR 565.15, the same in GB 16735): what each
// character counts, those that may not be there being spaces, and how much each
// position weighs; the digit itself weighs nothing.
const vehicleLetters = "ABCDEFGH JKLMN P R STUVWXYZ"
const vehicleValues = "12345678 12345 7 9 23456789"

var vehicleWeights = [vehicleLength]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}

// isVehicle reports whether a word is a vehicle identification number: 17 digits
// and letters without I, O and Q, letters among them, the last four digits (ISO
// 3779), and at position 9 the weighted sum of all modulo 11, X being 10. It may
// be written small.
func isVehicle(word string) bool {
	if len(word) != vehicleLength {
		return false
	}
	sum, letters := 0, false
	for i := range vehicleLength {
		c := word[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if '0' <= c && c <= '9' {
			sum += int(c-'0') * vehicleWeights[i]
			continue
		}
		at := strings.IndexByte(vehicleLetters, c)
		if at < 0 || i > 12 {
			return false
		}
		letters = letters || i != 8
		sum += int(vehicleValues[at]-'0') * vehicleWeights[i]
	}
	check := "0123456789X"[sum%11]
	return letters && (word[8] == check || check == 'X' && word[8] == 'x')
}
