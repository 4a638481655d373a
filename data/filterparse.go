package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxFilter is the longest filter, in characters.
const maxFilter = 1_000

// ParseFilter reads a filter of items of a kind. An empty text matches all. The
// error is a [*filterError].
//
// Terms are separated by spaces, and all of them must hold:
//
//	word  "two words"       in a text, a name, the id or the workstream, whatever the case
//	owner:ana               the name, or a word in it, begins so
//	title:notice            the text has it in it
//	priority:P0,P1          any of several
//	owner:unknown           nobody has said (or: none)
//	due:<2d                 will have passed in two days, what is overdue among it
//	due:>3d  due:today  due:<2024-08-20  due:2024-08
//	updated:<2h             changed in the last two hours: other times look back
//	best:>=1000             numbers
//	is:late                 a word for something that is often asked, see CompleteFilter
//	not:is:late             the opposite of the term
//
// The name of a field may be cut short where only one begins so. A day begins and
// ends in UTC, as a deadline does. What is in quotes is never a word of the
// language; a quote inside is written twice.
func ParseFilter(k Kind, text string, now time.Time) (*Filter, error) {
	p := &filterParser{spec: SpecOf(k), text: []rune(text), now: now}
	f := &Filter{kind: k, text: strings.TrimSpace(text)}
	if p.spec == nil {
		return nil, p.fail(0, "there is no kind of item %q", short(string(k)))
	}
	if len(p.text) > maxFilter {
		return nil, p.fail(maxFilter, "the filter is longer than %d characters", maxFilter)
	}
	for p.skip(); p.at < len(p.text); p.skip() {
		c, err := p.term()
		if err != nil {
			return nil, err
		}
		f.cond.Of = append(f.cond.Of, c)
	}
	f.closed = p.closed
	return f, nil
}

type filterParser struct {
	spec   *Spec
	text   []rune
	at     int
	now    time.Time
	closed bool
}

func (p *filterParser) fail(at int, format string, args ...any) *filterError {
	return &filterError{At: at, What: fmt.Sprintf(format, args...)}
}

// because makes an error of one about a value.
func (p *filterParser) because(at int, err error) *filterError {
	return &filterError{At: at, What: err.Error(), Hint: HintOf(err)}
}

func (p *filterParser) skip() {
	for p.at < len(p.text) && unicode.IsSpace(p.text[p.at]) {
		p.at++
	}
}

// take reads on while ok says so.
func (p *filterParser) take(ok func(rune) bool) string {
	from := p.at
	for p.at < len(p.text) && ok(p.text[p.at]) {
		p.at++
	}
	return string(p.text[from:p.at])
}

func (p *filterParser) next(r rune) bool { return p.at < len(p.text) && p.text[p.at] == r }

// value reads a text in quotes, or else up to a space or one of stops.
func (p *filterParser) value(stops string) (text string, quoted bool, err error) {
	if !p.next('"') {
		text = p.take(func(r rune) bool { return !unicode.IsSpace(r) && !strings.ContainsRune(stops, r) })
		return strings.TrimSpace(Line(text)), false, nil
	}
	rest := splitter{line: string(p.text[p.at:]), quoting: FilterQuotes}
	w := rest.word(0)
	if w.Open != 0 {
		return "", true, p.fail(p.at, "the quote is not closed")
	}
	p.at += utf8.RuneCountInString(rest.line[:w.End])
	return Line(w.Text), true, nil
}

// term reads one term.
func (p *filterParser) term() (Cond, error) {
	from := p.at
	name := p.take(func(r rune) bool { return r <= unicode.MaxASCII && (unicode.IsLetter(r) || r == '_' || r == '-') })
	url := p.at+2 < len(p.text) && string(p.text[p.at:p.at+3]) == "://"
	if name == "" || !p.next(':') || url {
		p.at = from
		text, _, err := p.value("")
		if err == nil && text == "" {
			err = p.fail(from, "there is nothing to look for in the quotes")
		}
		return Cond{Test: CondText, Value: Fold(text)}, err
	}
	p.at++ // the colon
	switch name = strings.ToLower(name); name {
	case "not":
		if p.at == len(p.text) || unicode.IsSpace(p.text[p.at]) {
			return Cond{}, p.fail(p.at, "not: needs a term right behind it, such as not:is:late")
		}
		c, err := p.term()
		return negate(c), err
	case "is":
		return p.any(from, "is", p.isWord)
	}
	key, err := p.fieldKey(from, name)
	if err != nil {
		return Cond{}, err
	}
	if key == "state" {
		p.closed = true
	}
	return p.any(from, key, func() (Cond, error) { return p.fieldValue(key) })
}

// negate keeps a chain of not: as flat as it is meant.
func negate(c Cond) Cond {
	if c.Test == CondNot {
		return c.Of[0]
	}
	return Cond{Test: CondNot, Of: []Cond{c}}
}

// any reads values separated by commas, one of which must hold.
func (p *filterParser) any(from int, name string, one func() (Cond, error)) (Cond, error) {
	var all []Cond
	for {
		if p.at == len(p.text) || unicode.IsSpace(p.text[p.at]) || p.next(',') {
			return Cond{}, p.fail(p.at, "%s needs a value", short(string(p.text[from:p.at])))
		}
		c, err := one()
		if err != nil {
			return Cond{}, err
		}
		all = append(all, c)
		if !p.next(',') {
			break
		}
		p.at++
	}
	if p.at < len(p.text) && !unicode.IsSpace(p.text[p.at]) {
		return Cond{}, p.fail(p.at, "%s: a space or a comma is missing behind the quotes", name)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return Cond{Test: CondAny, Of: all}, nil
}

// fieldKey returns the key of the field that a name means.
func (p *filterParser) fieldKey(at int, name string) (string, error) {
	name = strings.ReplaceAll(name, "-", "_")
	keys := FilterKeys(p.spec.Kind)
	if slices.Contains(keys, name) {
		return name, nil
	}
	like := beginning(keys[:len(keys)-len(metaKeys)], name)
	if len(like) == 0 {
		like = beginning(metaKeys, name)
	}
	if len(like) == 1 {
		return like[0], nil
	}
	e := p.fail(at, "%q is no field of %s", short(name), article(p.spec.Label))
	if len(like) > 1 {
		e = p.fail(at, "%q may be %s", short(name), strings.Join(like, " or "))
	} else if like = near(append(keys, "is", "not"), name); len(like) > 0 {
		e.What += "; did you mean " + strings.Join(like, " or ") + "?"
	} else {
		e.What += "; there are " + strings.Join(keys, ", ")
	}
	e.Hint = "what is in quotes is looked for as it is"
	return "", e
}

func (p *filterParser) isWord() (Cond, error) {
	from := p.at
	text, _, err := p.value(",")
	if err != nil {
		return Cond{}, err
	}
	w := isWordOf(p.spec, strings.ToLower(text))
	if w == nil {
		words := isNames(p.spec)
		e := p.fail(from, "%s is never %q", article(p.spec.Label), short(text))
		if like := near(words, strings.ToLower(text)); len(like) > 0 {
			e.What += "; did you mean " + strings.Join(like, " or ") + "?"
		} else {
			e.What += "; is: takes " + strings.Join(words, ", ")
		}
		return Cond{}, e
	}
	p.closed = p.closed || w.closed
	return w.cond, nil
}

// sign reads <, <=, > or >=, if there is one.
func (p *filterParser) sign() string {
	from := p.at
	if p.next('<') || p.next('>') {
		if p.at++; p.next('=') {
			p.at++
		}
	}
	return string(p.text[from:p.at])
}

// fieldValue reads one value for a field.
func (p *filterParser) fieldValue(key string) (Cond, error) {
	c := Cond{Field: key, field: p.spec.Field(key)}
	from, op := p.at, ""
	compared := key == MadeKey || key == UpdatedKey ||
		c.field != nil && (c.field.Type == TimeType || c.field.Type == NumberType || c.field.Type == SpanType)
	if compared {
		op = p.sign()
	}
	text, quoted, err := p.value(",")
	switch {
	case err != nil:
		return c, err
	case text == "":
		return c, p.fail(p.at, "%s needs a value", key)
	case c.field != nil && op == "" && !quoted && (strings.EqualFold(text, "unknown") || strings.EqualFold(text, "none")):
		return c.unknown(), nil
	}
	if c.field == nil {
		err = p.metaValue(&c, op, text)
	} else {
		err = p.ownValue(&c, op, text)
	}
	if err != nil {
		return c, p.because(from, err)
	}
	return c, nil
}

// unknown is the condition that nobody has said what the field is, of items
// that can have it.
func (c Cond) unknown() Cond {
	c.Test = CondUnknown
	if c.field.applies == nil {
		return c
	}
	ask := Cond{Test: CondIs, Field: "kind", Value: string(Ask), field: actionSpec.Field("kind")}
	return Cond{Of: []Cond{ask, c}}
}

func (p *filterParser) metaValue(c *Cond, op, text string) (err error) {
	switch c.Field {
	case MadeKey, UpdatedKey:
		c.Test = CondTime
		c.when, err = parseSpan(op, text, false, p.now)
	case IDKey:
		c.Test = CondID
		if _, no := strconv.Atoi(text); no == nil && p.spec.Numbered() {
			text = p.spec.Prefix + "-" + text
		}
		ref, err := ParseRef(text)
		if err != nil || ref.Spec() != p.spec {
			return Refuse("%q is no id of %s", short(text), article(p.spec.Label))
		}
		c.Value = string(ref)
	default:
		c.Test, c.Value = CondBegins, Fold(text)
	}
	return err
}

func (p *filterParser) ownValue(c *Cond, op, text string) (err error) {
	switch c.field.Type {
	case TimeType:
		c.Test = CondTime
		c.when, err = parseSpan(op, text, c.field.Deadline(), p.now)
		return err
	case NumberType, SpanType:
		return c.number(op, text, p.now)
	case LineType, TextType:
		c.Test, c.Value = CondHas, Fold(text)
		return nil
	case NameType:
		c.Test, c.Value = CondBegins, Fold(text)
		return nil
	}
	c.Test = CondIs
	c.Value, err = c.field.Parse(text, p.now)
	if err != nil && c.field.Type == WordType {
		if like := near(c.field.Words, text); len(like) > 0 {
			err = Refuse("%v; did you mean %s?", err, strings.Join(like, " or "))
		} else if len(c.field.Words) < 9 {
			err = Refuse("%v; %s", err, HintOf(err))
		}
	}
	return err
}

// number makes c a comparison with a number or a length of time.
func (c *Cond) number(op, text string, now time.Time) error {
	stored, err := c.field.Parse(text, now)
	if err != nil {
		return err
	}
	var n int64
	if c.field.Type == SpanType {
		d, _ := ParseDuration(stored)
		n = int64(d)
	} else {
		n, _ = strconv.ParseInt(stored, 10, 64)
	}
	const most = 1<<63 - 1
	c.Test = CondNumber
	switch op {
	case "<":
		c.High = n - 1
	case "<=":
		c.High = n
	case ">":
		c.Low, c.High = n+1, most
	case ">=":
		c.Low, c.High = n, most
	default:
		c.Low, c.High = n, n
	}
	return nil
}
