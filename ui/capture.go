package ui

import (
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// The line of call mode: its first word says what it becomes. Words behind "@"
// are workstreams; what stands between quotes is one word.

// A captureWord is a first word.
type captureWord struct {
	word string
	use  string // how the rest is written
	read func(m *Model, text string) (captured, error)
}

// captureWords lists the first words.
var captureWords = []captureWord{
	{"ask", `ask WHOM "question" 20m`, (*Model).captureAsk},
	{"dec", `dec TEXT`, (*Model).captureDecision},
	{"fact", `fact TEXT, or fact who TEXT`, (*Model).captureFact},
	{"note", `note TEXT`, (*Model).captureNote},
	{"act", `act @stream TEXT`, (*Model).captureAction},
}

// captureUse says in one line what can be typed.
const captureUse = `ask WHOM "question" 20m; dec, fact, note TEXT; act @stream TEXT`

// A captured is what a line becomes.
type captured struct {
	kind   data.Kind
	fields map[string]string // as people write them
	means  string            // in words, before its text
	text   string
}

// capture reads a line. The word is nil if its first word is none.
func (m *Model) capture(line string) (*captureWord, captured, error) {
	first, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	for i, w := range captureWords {
		if strings.EqualFold(w.word, first) {
			c, err := w.read(m, strings.TrimSpace(rest))
			return &captureWords[i], c, err
		}
	}
	return nil, captured{}, data.Refuse("begin with ask, dec, fact, note or act").WithHint("your text stays; home goes to its beginning")
}

// captureBody returns what a line records.
func (m *Model) captureBody(line string) (data.Body, error) {
	_, c, err := m.capture(line)
	if err == nil {
		err = m.may(data.SpecOf(c.kind), nil, nil)
	}
	if err != nil {
		return nil, err
	}
	return data.Make(c.kind, "", c.fields, m.now())
}

// captureMeans says what a line will become, or what it lacks.
func (m *Model) captureMeans(line string) string {
	if strings.TrimSpace(line) == "" {
		return captureUse
	}
	word, c, err := m.capture(line)
	switch {
	case word == nil && slices.ContainsFunc(captureWords, func(w captureWord) bool { return strings.HasPrefix(w.word, strings.ToLower(line)) }):
		return captureUse
	case word == nil:
		return err.Error()
	case err != nil:
		return word.use + ": " + err.Error()
	}
	return c.means + ": " + c.text
}

func (m *Model) captureNote(text string) (captured, error) {
	return plainCaptured(data.KindNote, "note, for all to read", text, nil)
}

func (m *Model) captureDecision(text string) (captured, error) {
	return plainCaptured(data.KindDecision, "decision, by whom unknown", text, nil)
}

func (m *Model) captureFact(text string) (captured, error) {
	topic := "what"
	if first, rest, ok := strings.Cut(text, " "); ok {
		if t := strings.ToLower(strings.TrimSuffix(first, ":")); slices.Contains(data.Topics, data.Topic(t)) {
			topic, text = t, strings.TrimSpace(rest)
		}
	}
	return plainCaptured(data.KindFact, "fact, "+topic+", standing unknown", text, map[string]string{"topic": topic})
}

// plainCaptured is what has a text and no more.
func plainCaptured(k data.Kind, means, text string, fields map[string]string) (captured, error) {
	text = unquoted(text)
	if text == "" {
		return captured{}, data.Refuse("the text is missing")
	}
	all := map[string]string{"text": text}
	for key, v := range fields {
		all[key] = v
	}
	return captured{k, all, means, text}, nil
}

// unquoted takes the quotes away between which the whole of a text stands.
func unquoted(text string) string {
	all := captureParts(text)
	if len(all) == 0 || len(all) == 1 && all[0].Quoted {
		return joined(all)
	}
	return text
}

func (m *Model) captureAction(text string) (captured, error) {
	parts, stream, err := withStream(captureParts(text))
	switch {
	case err != nil:
		return captured{}, err
	case stream == "":
		return captured{}, data.Refuse("a workstream is missing").WithHint("tab goes through %s", atStreams())
	case len(parts) == 0:
		return captured{}, data.Refuse("what is to be done?")
	}
	title := joined(parts)
	fields := map[string]string{"title": title, "stream": string(stream)}
	return captured{data.KindAction, fields, "action, " + string(stream) + ", unassigned, no due", title}, nil
}

func (m *Model) captureAsk(text string) (captured, error) {
	parts, stream, err := withStream(captureParts(text))
	switch {
	case err != nil:
		return captured{}, err
	case len(parts) == 0:
		return captured{}, data.Refuse("who is asked?")
	case len(parts) == 1:
		return captured{}, data.Refuse("what is asked of %s?", parts[0].Text)
	}
	to, rest := parts[0].Text, parts[1:]
	n := whenAt(rest, m.now())
	question, when := joined(rest[:n]), joined(rest[n:])
	switch {
	case question == "":
		return captured{}, data.Refuse("what is asked of %s?", to)
	case when == "":
		return captured{}, data.Refuse("due when? end it with 20m, 3h or tomorrow 09:00")
	}
	if stream == "" {
		stream = m.askStream(to)
	}
	due := "due unknown"
	if t, err := data.ParseWhen(when, m.now()); err == nil {
		due = "due " + m.dueWords(t)
	}
	fields := map[string]string{"kind": string(data.Ask), "to": to, "title": question, "due": when, "stream": string(stream)}
	return captured{data.KindAction, fields, "ask " + to + ", " + due + ", " + string(stream), question}, nil
}

// askStream returns the workstream of an ask that names none: the only one that
// whoever is asked leads, else the person's, else investigation.
func (m *Model) askStream(to string) data.Ref {
	for _, who := range []string{to, string(m.cfg.Actor)} {
		var led []data.Ref
		for _, s := range m.view.Streams {
			if s.Lead != "" && data.Fold(s.Lead) == data.Fold(who) {
				led = append(led, s.Ref)
			}
		}
		if len(led) == 1 {
			return led[0]
		}
	}
	return "investigation"
}

// dueWords returns a deadline as the person's clock has it; the date only if it
// is another day.
func (m *Model) dueWords(t data.Time) string {
	now := m.now()
	words := t.Words()
	if t.Prec == data.Exact {
		at, layout := t.At.In(now.Location()), "15:04 MST"
		if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
			layout = "Mon 2 Jan 15:04 MST"
		}
		words = at.Format(layout)
	}
	if left := t.End().Sub(now); left < 0 {
		words += ", " + data.Ago(-left)
	}
	return words
}

// captureParts returns the words of a line that say something. A quote that is not
// closed goes on to the end.
func captureParts(line string) []data.Word {
	all := data.SplitWords(line, data.ProseQuotes)
	for i := range all {
		all[i].Text = strings.TrimSpace(all[i].Text)
	}
	return slices.DeleteFunc(all, func(w data.Word) bool { return w.Text == "" })
}

func joined(parts []data.Word) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.Text
	}
	return strings.Join(texts, " ")
}

// whenAt returns where among the words the time begins that they end with; their
// number if they end with none.
func whenAt(parts []data.Word, now time.Time) int {
	for n := min(2, len(parts)); n > 0; n-- {
		last := parts[len(parts)-n:]
		if slices.ContainsFunc(last, func(p data.Word) bool { return p.Quoted }) {
			continue
		}
		if _, err := data.ParseWhen(joined(last), now); err == nil && joined(last) != "" || strings.EqualFold(joined(last), "unknown") {
			return len(parts) - n
		}
	}
	return len(parts)
}

// withStream takes the workstream out of the words; "" if none of them is one. Its
// name may be cut short.
func withStream(parts []data.Word) (rest []data.Word, stream data.Ref, err error) {
	for i, p := range parts {
		name, at := strings.CutPrefix(p.Text, "@")
		if !at || p.Quoted {
			rest = append(rest, p)
			continue
		}
		is := beginning(data.StreamKeys, name)
		switch {
		case len(is) == 1 && stream == "":
			stream = data.Ref(is[0])
		case i == 0 || i == len(parts)-1:
			return nil, "", data.Refuse("%q is not one workstream", p.Text).WithHint("tab goes through %s", atStreams())
		default:
			rest = append(rest, p)
		}
	}
	return rest, stream, nil
}

func atStreams() string { return "@" + strings.Join(data.StreamKeys, " @") }

// captureTries returns what a line may become whose last word is completed.
func (m *Model) captureTries(line string) (tries []string) {
	at := strings.LastIndexByte(line, ' ') + 1
	first, _, _ := strings.Cut(line, " ")
	asks := strings.EqualFold(first, "ask")
	if words := data.SplitWords(line, data.ProseQuotes); asks && len(words) == 2 && words[1].Open != 0 { // a name with spaces
		at = words[1].At
	}
	head, word := line[:at], line[at:]
	add := func(before, after string, all []string) {
		for _, w := range all {
			tries = append(tries, head+before+w+after)
		}
	}
	switch {
	case at == 0:
		for _, w := range captureWords {
			if strings.HasPrefix(w.word, strings.ToLower(word)) {
				tries = append(tries, w.word+" ")
			}
		}
	case strings.HasPrefix(word, "@"):
		add("@", " ", beginning(data.StreamKeys, word[1:]))
	case asks && at == len(first)+1:
		for _, name := range beginning(m.callNames(), strings.TrimPrefix(word, `"`)) {
			if strings.Contains(name, " ") || strings.HasPrefix(word, `"`) {
				name = `"` + name + `"`
			}
			tries = append(tries, head+name+" ")
		}
	case strings.EqualFold(first, "fact") && at == len(first)+1:
		var topics []string
		for _, t := range data.Topics {
			topics = append(topics, string(t))
		}
		add("", " ", beginning(topics, word))
	case word == "" && (asks || strings.EqualFold(first, "act")):
		add("@", " ", data.StreamKeys)
	case word != "":
		add("", " ", beginning(m.callNames(), word))
	}
	return tries
}

// callNames returns the names on the screen: of those who own and lead, and who
// is asked.
func (m *Model) callNames() []string {
	all := m.people()
	for _, a := range m.view.Asks {
		all = append(all, a.To, a.Owner)
	}
	return slices.DeleteFunc(beginning(all, ""), func(name string) bool { return name == "" })
}
