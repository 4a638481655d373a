package cli

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// actionCommands returns what one can do with actions.
func (e *env) actionCommands() []*cobra.Command {
	all := []*cobra.Command{e.actionAdd(), e.actionEdit()}
	for _, v := range stateVerbs {
		all = append(all, e.stateVerb(v))
	}
	for _, v := range fieldVerbs {
		all = append(all, e.fieldVerb(v))
	}
	return append(all, e.actionNote(), e.actionList())
}

func (e *env) actionAdd() *cobra.Command {
	c := &cobra.Command{
		Use:   "add TITLE",
		Short: "Add an action and print its id",
		Long: `add prints the id of the new action. What is left out is unknown.

` + timesLong,
		Example: "warroom action add \"Send notices in Europe\" --stream notification --owner aiko --priority P1 --due \"tomorrow 09:00\"",
		Args:    words(1, -1),

		ValidArgsFunction: cobra.NoFileCompletions,
	}
	wrote := e.fieldFlags(e.writes(c), data.KindAction, "stream", "owner", "priority", "due", "detail", "link", "waits_for")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		fields := wrote()
		if err := needed(c, data.KindAction, fields, "stream"); err != nil {
			return err
		}
		fields["title"] = strings.Join(args, " ")
		return e.add(ctx, data.KindAction, fields)
	})
}

// needed refuses to make an item without a field that it cannot be without.
func needed(c *cobra.Command, k data.Kind, fields map[string]string, key string) error {
	if _, ok := fields[key]; ok {
		return nil
	}
	f := data.SpecOf(k).Field(key)
	return misused(c, "%s needs --%s", strings.TrimPrefix(c.CommandPath(), "warroom "), flagName(key)).WithHint("one of: %s", strings.Join(f.Words, ", "))
}

// add records a new item, after it said what was understood of it, and prints its
// id.
func (e *env) add(ctx context.Context, k data.Kind, fields map[string]string) error {
	body, err := data.Make(k, "", fields, e.now())
	if err != nil {
		return err
	}
	return e.with(ctx, func(s *store.View) error {
		e.understood(body)
		events, err := e.record(ctx, s, body)
		if err != nil {
			return err
		}
		return e.recorded("%s", events[0].Ref)
	})
}

func (e *env) actionEdit() *cobra.Command {
	c := &cobra.Command{
		Use:   "edit ID",
		Short: "Change any fields of an action",
		Long: `edit changes the fields that it is given; the value unknown makes one unknown. An
action that is dropped is reopened before it is edited.

` + timesLong,
		Example: "warroom action edit A-12 --title \"Send notices in Europe and Asia\" --due unknown\n" +
			"warroom action edit A-12 --owner aiko --seen 41 --why \"Jonas is ill\"",
		Args:              words(1, 1),
		ValidArgsFunction: e.completeOpenActions,
	}
	return e.setter(c, data.KindAction)
}

// A stateVerb gives actions a state.
type stateVerb struct {
	name, short, example string
	state                data.ActionState
	blocks               bool // takes whom it waits for and, behind the ids, the reason
	open                 bool // is about open actions, which completion offers
	// from refuses an action that the verb is not about, or returns what the
	// state is to be where that depends on what it was; nil is any action.
	from func(a *data.Action, past past) (data.ActionState, error)
}

// stateVerbs are the verbs that give actions a state.
var stateVerbs = []stateVerb{
	{name: "start", short: "Say that actions are being done", state: data.Doing, open: true,
		example: "warroom action start A-12\nwarroom action start A-12 A-13"},
	{name: "block", short: "Say that actions are blocked, by whom and why", state: data.Blocked, open: true, blocks: true,
		example: "warroom action block A-12 --on \"the provider\" \"no answer since Monday\"\nwarroom action block A-12 A-13 --why \"waits for counsel\""},
	{name: "unblock", short: "Say that actions are no longer blocked: being done if they were, else open", state: data.Open, open: true, from: unblocked,
		example: "warroom action unblock A-12 --why \"the logs arrived\""},
	{name: "done", short: "Say that actions are done, all of them or none", state: data.Done, open: true,
		example: "warroom action done A-12\nwarroom action done A-12 A-13 A-14"},
	{name: "drop", short: "Say that actions will not be done", state: data.Dropped, open: true,
		example: "warroom action drop A-12 --why \"the provider does it\""},
	{name: "reopen", short: "Open actions again that are done or dropped", state: data.Open, from: reopened,
		example: "warroom action reopen A-12 --why \"two notices came back\""},
}

// unblocked returns what an action was before it was blocked, if it was being
// done, else open. One that was done or dropped in between, and is blocked again
// since that was taken back, is what it was before that.
func unblocked(a *data.Action, past past) (data.ActionState, error) {
	if a.State != data.Blocked {
		return "", data.Refuse("%s is not blocked: it is %s", a.Ref, a.State)
	}
	for seq := int64(0); ; {
		event, err := past.said("state", seq)
		b, ok := event.Body.(data.Changed)
		if err != nil || !ok {
			return data.Open, err
		}
		for _, c := range b.Changes {
			was := data.ActionState(c.Was)
			if c.Field == "state" && c.Now == string(data.Blocked) && (was == data.Open || was == data.Doing) {
				return was, nil
			}
		}
		seq = event.Seq - 1
	}
}

func reopened(a *data.Action, _ past) (data.ActionState, error) {
	if a.State.Open() {
		return "", data.Refuse("%s is neither done nor dropped: it is %s", a.Ref, a.State)
	}
	return data.Open, nil
}

func (e *env) stateVerb(v stateVerb) *cobra.Command {
	c := &cobra.Command{Use: v.name + " ID...", Short: v.short, Example: v.example, Args: words(1, -1)}
	c.ValidArgsFunction = e.completeOpenActions
	if !v.open {
		c.ValidArgsFunction = e.completeActions("state:done,dropped")
	}
	flags := e.changes(c)
	var on string
	if v.blocks {
		c.Use += " [REASON]"
		c.Flags().StringVar(&on, "on", "", "who or what they wait for")
	}
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		ed := edit{changeFlags: flags, kind: data.KindAction, ids: args}
		if v.blocks {
			var reason string
			if ed.ids, reason = parted(args); reason != "" && flags.why != "" {
				return misused(c, "the reason is given twice: %q and --why %q", cut(reason), cut(flags.why))
			}
			flags.why = cmp.Or(flags.why, reason)
		}
		become := map[data.Ref]data.ActionState{}
		ed.set = func(item data.Entity, past past) (map[string]string, error) {
			a, state := item.(*data.Action), v.state
			if v.from != nil {
				was, err := v.from(a, past)
				if err == nil {
					state = was
				} else if looked, failed := flags.looked(a, "state", past); !looked {
					return nil, cmp.Or(failed, err)
				}
			}
			become[a.Ref] = state
			fields := map[string]string{"state": string(state)}
			switch {
			case c.Flags().Changed("on"):
				fields["waits_for"] = on
			case v.name == "unblock" && a.WaitsFor != "":
				fields["waits_for"] = "unknown"
			}
			return fields, nil
		}
		ed.told = func(item data.Entity) string {
			ref := item.Info().Ref
			return string(ref) + " is " + string(become[ref]) + ": " + data.Line(item.Name())
		}
		return e.edit(ctx, c, ed)
	})
}

// A fieldVerb gives one field of actions a value: the words behind the ids.
type fieldVerb struct {
	name, takes, field, short, example string
	one                                bool // takes one action only
}

// fieldVerbs are the verbs that give actions a value.
var fieldVerbs = []fieldVerb{
	{name: "assign", takes: "NAME", field: "owner", short: "Give actions an owner, or none with unknown",
		example: "warroom action assign A-12 A-13 aiko\nwarroom action assign A-12 unknown"},
	{name: "due", takes: "WHEN", field: "due", short: "Give actions a deadline, or none with unknown",
		example: "warroom action due A-12 tomorrow 09:00\nwarroom action due A-12 A-13 +2h\nwarroom action due A-12 \"fri 17:00 Asia/Tokyo\""},
	{name: "priority", takes: "P0|P1|P2|P3", field: "priority", short: "Say how urgent actions are, from P0 (now) to P3",
		example: "warroom action priority A-12 A-13 P1"},
	{name: "link", takes: "URL", field: "link", short: "Give an action a link", one: true,
		example: "warroom action link A-12 https://tracker.example/4711"},
}

func (e *env) fieldVerb(v fieldVerb) *cobra.Command {
	c := &cobra.Command{Use: v.name + " ID... " + v.takes, Short: v.short, Example: v.example, Args: words(2, -1)}
	if v.one {
		c.Use = v.name + " ID " + v.takes
		c.Args = words(2, 2)
	}
	if data.SpecOf(data.KindAction).Field(v.field).Type == data.TimeType {
		c.Long = v.short + ".\n\n" + timesLong
	}
	f := data.SpecOf(data.KindAction).Field(v.field)
	c.ValidArgsFunction = e.completeThen(e.completeOpenActions, e.completeValue(f))
	flags := e.changes(c)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		ids, value := parted(args)
		if value == "" { // the last word looks like an id
			ids, value = args[:len(args)-1], args[len(args)-1]
			if _, err := data.ParseRef(value); err == nil && v.field == "owner" {
				return misused(c, "action assign needs a name behind the ids, and %q is one of them", cut(value)).
					WithHint("warroom action edit %s --owner %s, if somebody is called so", ids[0], cut(value)).
					OnBoard("if somebody is called so, set it with {owner o} on %s", ids[0])
			}
		}
		return e.edit(ctx, c, edit{changeFlags: flags, kind: data.KindAction, ids: ids,
			set: func(data.Entity, past) (map[string]string, error) {
				return map[string]string{v.field: value}, nil
			}})
	})
}

func (e *env) actionNote() *cobra.Command {
	c := &cobra.Command{
		Use:               "note ID TEXT",
		Short:             "Add a note about an action and print its id; the text - is read from standard input",
		Example:           "warroom action note A-12 \"The provider answers tomorrow\"\nwarroom action note A-12 - --private < call.txt",
		Args:              words(2, -1),
		ValidArgsFunction: e.completeThen(e.completeOpenActions, nil),
	}
	private := c.Flags().Bool("private", false, "for leads and responders only, left out of public exports")
	return e.command(e.writes(c), func(ctx context.Context, _ *cobra.Command, args []string) error {
		text, err := e.text(ctx, args[1:])
		if err != nil {
			return err
		}
		err = e.with(ctx, func(s *store.View) error {
			item, err := e.item(ctx, s, args[0])
			if err == nil && item.Kind() != data.KindAction {
				err = data.Refuse("%s is no action", item.Info().Ref).WithHint("warroom note add TEXT --about %s", item.Info().Ref).
					OnBoard("{note n} on %s adds a note about it", item.Info().Ref)
			}
			return err
		})
		if err != nil {
			return err
		}
		fields := map[string]string{"text": text, "about": args[0]}
		if *private {
			fields["private"] = "yes"
		}
		return e.add(ctx, data.KindNote, fields)
	})
}

// setter gives a command the flags of all fields of a kind that can be changed,
// and the work of changing them. Its arguments are the items.
func (e *env) setter(c *cobra.Command, k data.Kind) *cobra.Command {
	var keys []string
	for _, f := range data.SpecOf(k).Fields {
		if !f.Fixed && !f.Internal {
			keys = append(keys, f.Key)
		}
	}
	wrote := e.fieldFlags(c, k, keys...)
	flags := e.changes(c)
	if c.ValidArgsFunction == nil {
		c.ValidArgsFunction = e.completeItems(k, nil)
	}
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		fields := wrote()
		if len(fields) == 0 {
			return misused(c, "%s: nothing to change", strings.TrimPrefix(c.CommandPath(), "warroom "))
		}
		if k == data.KindIncident {
			args = []string{string(data.IncidentRef)}
		}
		return e.edit(ctx, c, edit{changeFlags: flags, kind: k, ids: args,
			set: func(data.Entity, past) (map[string]string, error) { return maps.Clone(fields), nil }})
	})
}
