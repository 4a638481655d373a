package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
)

// A noun is a kind of item with verbs that its fields make: add, set, list. Any
// field without a place among the words has a flag.
type noun struct {
	kind         data.Kind
	name, short  string
	added        string   // what the line of add says it does; "" if none can be added
	adds         []string // fields that add has flags for
	needs        string   // one that add cannot do without
	columns      []string // fields that list shows between the id and the name
	add, set     string   // examples
	note, answer bool     // the verbs that only these have
	lists        func(*env) *cobra.Command
}

// nouns are all nouns but action, ask and figure.
var nouns = []noun{
	{kind: data.KindIncident, name: "incident", short: "The breach itself",
		set: "warroom incident set --severity SEV1 --phase contained --commander maria\nwarroom incident set --next-update-due \"today 17:00\""},
	{kind: data.KindWorkstream, name: "stream", short: "The five lines of work", lists: (*env).streamList,
		set: "warroom stream set notification --status at-risk --headline \"Letters for Asia wait for counsel\"\nwarroom stream set support authorities --lead aiko --promise 8h"},
	{kind: data.KindRegion, name: "region", short: "Where affected people live", columns: []string{"notices"},
		set: "warroom region set europe --notices complete"},
	{kind: data.KindCategory, name: "category", short: "Kinds of exposed data", columns: []string{"exposure"},
		set: "warroom category set phone-numbers --exposure confirmed"},
	{kind: data.KindNote, name: "note", short: "Things worth keeping", note: true,
		added: "Add a note and print its id; the text - is read from standard input", adds: []string{"about", "happened"}, columns: []string{"private", "about"},
		add: "warroom note add \"Counsel agrees with the text\" --about A-12\nwarroom note add --private - < minutes.txt"},
	{kind: data.KindDecision, name: "decision", short: "What was decided, by whom and why",
		added: "Add a decision and print its id", adds: []string{"decided_by", "reason", "review_due"}, columns: []string{"decided_by", "review_due"},
		add: "warroom decision add \"Notify all regions at once\" --by maria --why \"the forum spreads\" --review \"fri 17:00\"",
		set: "warroom decision set D-1 --review unknown"},
	{kind: data.KindQuestion, name: "question", short: "What is not known yet", answer: true,
		added: "Add a question and print its id", columns: []string{"state"},
		add: "warroom question add \"Were passwords in the export?\"",
		set: "warroom question set Q-1 --state open --answer unknown"},
	{kind: data.KindRisk, name: "risk", short: "What may come of the breach",
		added: "Add a risk and print its id", adds: []string{"to", "standing"}, columns: []string{"standing", "to"},
		add: "warroom risk add \"Phishing in our name\" --to customers --standing reported",
		set: "warroom risk set R-1 --standing withdrawn"},
	{kind: data.KindLesson, name: "lesson", short: "What to do better",
		added: "Add a lesson and print its id", add: "warroom lesson add \"Ask providers for their logs in the contract\"",
		set: "warroom lesson set X-1 --text \"Ask providers for their logs, in the contract\""},
	{kind: data.KindFact, name: "fact", short: "What was said about the incident", needs: "topic",
		added: "Add a fact and print its id", adds: []string{"topic", "standing", "source", "happened"}, columns: []string{"topic", "standing", "source"},
		add: "warroom fact add \"The export ran on 2 August\" --topic when --standing reported --source S-1",
		set: "warroom fact set F-1 --standing confirmed --source S-1"},
	{kind: data.KindSource, name: "source", short: "Where facts and claims come from",
		added: "Add a source and print its id", adds: []string{"publisher", "url", "language", "received", "from", "grade", "ask", "note"}, columns: []string{"grade", "received", "withdrawn"},
		add: "warroom source add \"Provider's letter\" --from \"the provider\" --received 2024-08-20 --grade B2",
		set: "warroom source set S-1 --grade B2"},
}

// nounCommands returns the verbs of a noun.
func (e *env) nounCommands(n noun) (all []*cobra.Command) {
	if n.added != "" {
		all = append(all, e.nounAdd(n))
	}
	switch {
	case n.note:
		all = append(all, e.noteAmend())
	case n.answer:
		all = append(all, e.questionAnswer(), e.nounSet(n))
	default:
		all = append(all, e.nounSet(n))
	}
	if n.kind == data.KindSource {
		all = append(all, e.sourceWithdraw())
	}
	switch {
	case n.lists != nil:
		all = append(all, n.lists(e))
	case n.kind != data.KindIncident:
		all = append(all, e.nounList(n))
	}
	return all
}

func (e *env) nounAdd(n noun) *cobra.Command {
	spec := data.SpecOf(n.kind)
	c := &cobra.Command{Use: "add " + strings.ToUpper(spec.NameField), Short: n.added, Example: n.add, Args: words(1, -1),
		ValidArgsFunction: cobra.NoFileCompletions}
	c.Long = n.added + ". What is left out is unknown."
	if slices.ContainsFunc(n.adds, func(key string) bool { return spec.Field(key).Type == data.TimeType }) {
		c.Long += "\n\n" + timesLong
	}
	wrote := e.fieldFlags(e.writes(c), n.kind, n.adds...)
	var private bool
	if n.note {
		c.Flags().BoolVar(&private, "private", false, "for leads and responders only, left out of public exports")
	}
	var why string
	if n.kind == data.KindDecision {
		c.Flags().StringVar(&why, "why", "", "the same as --reason")
	}
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		text, err := e.text(ctx, args)
		if err != nil {
			return err
		}
		fields := wrote()
		if n.needs != "" {
			if err := needed(c, n.kind, fields, n.needs); err != nil {
				return err
			}
		}
		fields[spec.NameField] = text
		if private {
			fields["private"] = "yes"
		}
		if why != "" {
			if fields["reason"] != "" {
				return misused(c, "the reason is given twice: --why and --reason")
			}
			fields["reason"] = why
		}
		return e.add(ctx, n.kind, fields)
	})
}

func (e *env) nounSet(n noun) *cobra.Command {
	spec := data.SpecOf(n.kind)
	c := &cobra.Command{Use: "set ID...", Short: "Change fields of " + spec.Plural, Example: n.set, Args: words(1, -1)}
	switch {
	case n.kind == data.KindIncident:
		c.Use, c.Short, c.Args = "set", "Change fields of the incident", words(0, 0)
		c.ValidArgsFunction = cobra.NoFileCompletions
	case !spec.Numbered():
		c.Use = "set KEY..."
	}
	c.Long = "set changes the fields that it is given; the value unknown makes one unknown."
	if slices.ContainsFunc(spec.Fields, func(f *data.Field) bool { return f.Type == data.TimeType }) {
		c.Long += "\n\n" + timesLong
	}
	return e.setter(c, n.kind)
}

func (e *env) noteAmend() *cobra.Command {
	c := &cobra.Command{
		Use:               "amend ID TEXT",
		Short:             "Give a note another text; the one before stays on record. The text - is read from standard input",
		Example:           "warroom note amend N-1 \"Counsel agrees with the text for Europe\"\nwarroom note amend N-1 - < minutes.txt",
		Args:              words(2, -1),
		ValidArgsFunction: e.completeThen(e.completeItems(data.KindNote, nil), nil),
	}
	flags := e.changes(c)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		text, err := e.text(ctx, args[1:])
		if err != nil {
			return err
		}
		return e.edit(ctx, c, edit{changeFlags: flags, kind: data.KindNote, ids: args[:1],
			set: func(data.Entity, past) (map[string]string, error) {
				return map[string]string{"text": text}, nil
			},
			told: func(item data.Entity) string { return string(item.Info().Ref) + " is amended" }})
	})
}

// nounList lists the items of a kind: their id, some fields, what they are called.
func (e *env) nounList(n noun) *cobra.Command {
	spec := data.SpecOf(n.kind)
	l := list{kind: n.kind, header: []string{"ID"}}
	for _, key := range n.columns {
		l.header = append(l.header, strings.ToUpper(spec.Field(key).Label))
	}
	l.header = append(l.header, strings.ToUpper(spec.Field(spec.NameField).Label))
	if n.kind == data.KindQuestion {
		l.header[len(l.header)-1] = "QUESTION"
	}
	l.row = func(item data.Entity, now time.Time) []string {
		row := []string{string(item.Info().Ref)}
		for _, key := range n.columns {
			f := spec.Field(key)
			row = append(row, short(f, f.Get(item), now))
		}
		return append(row, data.Line(data.FirstLine(item.Name())))
	}
	inStates := ""
	example := "warroom " + n.name + " list\nwarroom " + n.name + " list --json"
	if n.kind == data.KindQuestion {
		inStates = ", in all states"
		example += "\nwarroom question list is:open\nwarroom question list affected not:is:answered"
	}
	return e.lister(spec.Plural, "List the "+spec.Plural+inStates, example, l)
}

// lister returns a command that lists items by a filter.
func (e *env) lister(plural, does, example string, l list) *cobra.Command {
	l.plural = plural
	c := e.filtered(&cobra.Command{Use: "list [FILTER...]", Short: does, Example: example,
		Long: "list lists the " + plural + ", all of them unless there is a filter."}, l.kind)
	asJSON := false
	jsonFlag(c, &asJSON)
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		l.filter, l.asJSON = strings.Join(args, " "), asJSON
		return e.list(ctx, l)
	})
}
