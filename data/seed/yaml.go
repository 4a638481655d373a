package seed

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"warroom/data"
)

// What a template may take up. The time that the parser takes for some files
// grows with the square of the last two.
const (
	maxSize    = 1 << 20 // bytes
	maxTokens  = 100_000 // keys, values and signs; an action has about twelve
	maxNesting = 8       // of brackets, in a schema that needs four
)

const tooLarge = "a template holds what an incident begins with; take data in with warroom import"

// A file is the name of a template, as its errors have it.
type file string

// A pos is a place in a file. Both numbers begin with 1; columns are characters.
type pos struct{ line, col int }

// place returns p as errors and steps have it.
func (f file) place(p pos) string { return fmt.Sprintf("%s:%d:%d", f, p.line, p.col) }

// fault says what is wrong at p.
func (f file) fault(p pos, format string, args ...any) *data.Error {
	return data.Refuse("%s: %s", f.place(p), fmt.Sprintf(format, args...))
}

// locate says that err happened at p.
func (f file) locate(p pos, err error) *data.Error {
	e := f.fault(p, "%s", err)
	e.Hint = data.HintOf(err)
	return e
}

// quote returns a text from the file as an error message has it.
func quote(s string) string {
	s = data.Line(s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// A shape is what kind of thing a node is.
type shape uint8

const (
	nothing shape = iota // a key without a value, null or ~
	scalar
	list
	mapping
)

func (s shape) String() string {
	return [...]string{"nothing", "a single value", "a list", "a mapping"}[s]
}

// A node is one value of a YAML document. One without content stands where its
// key or dash does. All that a template does not need (anchors, aliases, tags,
// types of scalars) is refused or gone.
type node struct {
	pos   pos
	shape shape
	text  string // of a scalar, as it stands in the file, unquoted
	items []*node
	pairs []pair // in the order of the file; no key stands there twice
}

type pair struct{ key, value *node }

// value returns what stands under key in a mapping, or nil.
func (n *node) value(key string) *node {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// parse reads the one document in src.
func (f file) parse(src []byte) (*node, error) {
	if len(src) > maxSize {
		return nil, f.fault(pos{1, 1}, "the file is %d bytes long, the most is %d", len(src), maxSize).
			WithHint(tooLarge)
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !utf8.Valid(src) {
		return nil, f.fault(badUTF8(src), "this is not text in UTF-8").WithHint("save the file with the encoding UTF-8")
	}
	tokens := lexer.Tokenize(tidy(string(src)))
	if err := f.refuseTokens(tokens); err != nil {
		return nil, err
	}
	doc, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // tree words that error better
	if err != nil {
		return nil, f.syntax(err)
	}
	if len(doc.Docs) == 0 || doc.Docs[0].Body == nil {
		return &node{pos: pos{1, 1}}, nil
	}
	return f.tree(doc.Docs[0].Body)
}

// tidy takes from src what means nothing and what the lexer errs about: it counts
// blanks at the end of a line into the column of the value before them, and drops
// tabs within a text. Every other character keeps its place.
func tidy(src string) string {
	lines := strings.Split(src, "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		text := strings.TrimLeft(line, " \t")
		lines[i] = line[:len(line)-len(text)] + strings.ReplaceAll(text, "\t", " ")
	}
	return strings.Join(lines, "\n")
}

// badUTF8 returns the place of the first byte in src that is no UTF-8.
func badUTF8(src []byte) pos {
	p := pos{1, 1}
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if p.col++; r == '\n' {
			p = pos{p.line + 1, 1}
		}
		src = src[n:]
	}
	return p
}

// refused lists what YAML can do and a template may not, because it hides what
// stands in the file or makes much of little.
var refused = map[token.Type]string{
	token.AnchorType:     "an anchor (&)",
	token.AliasType:      "an alias (*)",
	token.MergeKeyType:   "a merge key (<<)",
	token.TagType:        "a tag (!)",
	token.DirectiveType:  "a directive (%)",
	token.MappingKeyType: "a key marked with ?",
}

// refuseTokens refuses, before anything is built, what a template may not use.
func (f file) refuseTokens(tokens token.Tokens) error {
	depth, dash := 0, 0
	begun, ended := false, false
	for i, t := range tokens {
		p := pos{t.Position.Line, t.Position.Column}
		if i == maxTokens {
			return f.fault(p, "the file holds more than a template may").WithHint(tooLarge)
		}
		if what := refused[t.Type]; what != "" {
			return f.fault(p, "%s has no place in a template", what).WithHint("if it is meant as text, put it in quotes")
		}
		switch t.Type {
		case token.CommentType:
			continue
		case token.DocumentHeaderType:
			ended = begun
		case token.DocumentEndType:
			ended = true
			continue
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > maxNesting {
				return f.fault(p, "brackets are nested too deep").WithHint("no value of a template needs more than four")
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			if dash == p.line {
				return f.fault(p, "a list cannot stand in a list").WithHint("if the dash is meant as text, put it in quotes")
			}
			dash = p.line
		}
		if ended {
			return f.fault(p, "a second document begins here").WithHint("a template is one document: make the other a template of its own")
		}
		begun = true
	}
	return nil
}

// syntax turns an error of the YAML library, which shows an excerpt of the
// file, into one line.
func (f file) syntax(err error) *data.Error {
	p, what := pos{1, 1}, err.Error()
	var e interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &e) {
		what = e.GetMessage()
		if t := e.GetToken(); t != nil {
			p = pos{t.Position.Line, t.Position.Column}
		}
	}
	what = data.Line(strings.ReplaceAll(what, "\t", `\t`))
	return f.fault(p, "this is not valid YAML: %s", what).
		WithHint(`indent with spaces only; put text in quotes that holds ": " or " #" or begins with a sign such as @ %% [ { | >`)
}

// tree returns what n holds.
func (f file) tree(n ast.Node) (*node, error) {
	t := n.GetToken()
	v := &node{pos: pos{t.Position.Line, t.Position.Column}, shape: scalar, text: t.Value}
	switch n := n.(type) {
	case *ast.NullNode:
		v.shape, v.text = nothing, ""
	case *ast.StringNode:
		v.text = n.Value
	case *ast.LiteralNode:
		v.text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		// As it stands in the file: the field says what it is.
	case *ast.MappingNode:
		if err := f.addPairs(v, n.Values); err != nil {
			return nil, err
		}
		if n.IsFlowStyle {
			v.pos = pos{n.Start.Position.Line, n.Start.Position.Column}
		}
	case *ast.SequenceNode:
		v.shape = list
		for i, e := range n.Values {
			item, err := f.tree(e)
			if err != nil {
				return nil, err
			}
			if item.shape == nothing && !n.IsFlowStyle {
				dash := n.Entries[i].Start.Position
				item.pos = pos{dash.Line, dash.Column}
			}
			v.items = append(v.items, item)
		}
	default:
		return nil, f.fault(v.pos, "%s has no place in a template", strings.ToLower(n.Type().String()))
	}
	return v, nil
}

// addPairs makes v a mapping of values. It stands where its first key does.
func (f file) addPairs(v *node, values []*ast.MappingValueNode) error {
	v.shape = mapping
	lines := map[string]int{}
	for _, pv := range values {
		key, err := f.tree(pv.Key)
		if err != nil {
			return err
		}
		if line, ok := lines[key.text]; ok {
			return f.fault(key.pos, "%s is given twice", quote(key.text)).WithHint("it stands in line %d already", line)
		}
		lines[key.text] = key.pos.line
		value, err := f.tree(pv.Value)
		if err != nil {
			return err
		}
		if v.pairs == nil {
			v.pos = key.pos
		}
		if value.shape == nothing {
			value.pos = key.pos
		}
		v.pairs = append(v.pairs, pair{key, value})
	}
	return nil
}
