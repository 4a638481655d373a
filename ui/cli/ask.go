package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) askAdd() *cobra.Command {
	c := &cobra.Command{
		Use:   "add TO QUESTION WHEN",
		Short: "Ask somebody something, to be answered by a time, and print its id",
		Long: `add puts a question to somebody; it is an action that is due soon. WHEN is mostly
a span such as 20m, which counts from now. --promised is when those asked said that
they would answer; ask promise says it later.

Without --stream it is put to the workstream that whoever is asked leads, else to
the one that you lead, else to investigation, and says to which. It is an action too: action edit, due, drop
and the others work on it.

` + timesLong,
		Example:           "warroom ask add \"the provider\" \"Which tables were exported?\" 20m\nwarroom ask add aiko \"Is the hotline up?\" \"today 17:00\" --stream support",
		Args:              words(3, -1),
		ValidArgsFunction: e.completeThen(e.completeNames, nil),
	}
	wrote := e.fieldFlags(e.writes(c), data.KindAction, "stream", "owner", "priority", "they_promised", "detail", "link")
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		fields := wrote()
		fields["kind"], fields["to"], fields["title"] = string(data.Ask), args[0], args[1]
		fields["due"] = strings.Join(args[2:], " ")
		if _, ok := fields["stream"]; !ok {
			err := e.with(ctx, func(s *store.View) (err error) {
				fields["stream"], err = e.streamOf(ctx, s, args[0])
				return err
			})
			if err != nil {
				return err
			}
		}
		if _, err := data.Make(data.KindAction, "", fields, e.now()); err != nil {
			return err
		}
		if _, ok := wrote()["stream"]; !ok {
			e.say("workstream %s", fields["stream"])
		}
		return e.add(ctx, data.KindAction, fields)
	})
}

// streamOf returns the workstream that an ask belongs to which names none: the
// only one that whoever is asked leads, else that who asks leads.
func (e *env) streamOf(ctx context.Context, s *store.View, to string) (string, error) {
	streams, err := s.List(ctx, data.KindWorkstream)
	if err != nil {
		return "", err
	}
	me, err := e.who()
	if err != nil {
		return "", err
	}
	for _, who := range []string{to, string(me)} {
		var led []string
		for _, item := range streams {
			if w := item.(*data.Workstream); w.Lead != "" && data.Fold(w.Lead) == data.Fold(who) {
				led = append(led, string(w.Ref))
			}
		}
		if len(led) == 1 {
			return led[0], nil
		}
	}
	return "investigation", nil
}

func (e *env) askPromise() *cobra.Command {
	return e.fieldVerb(fieldVerb{name: "promise", takes: "WHEN", field: "they_promised", short: "Say when those asked said that they would answer",
		example: "warroom ask promise A-12 tomorrow 09:00\nwarroom ask promise A-12 unknown"})
}

func (e *env) askAnswer() *cobra.Command {
	c := &cobra.Command{
		Use:   "answer ID TEXT",
		Short: "Record the answer to an ask, which is done by it; the text - is read from standard input",
		Long: `answer records what was answered. An ask that somebody has answered is not
answered again unless --force or --seen says that this was seen.

With --as-source the answer becomes a source as well, in one act: claims and facts can
rest on it, and of the third party it is seen when it contradicts an earlier one.`,
		Example:           "warroom ask answer A-12 \"Names and phone numbers, nothing else\"\nwarroom ask answer A-12 \"About 40,000 accounts\" --as-source",
		Args:              words(2, -1),
		ValidArgsFunction: e.completeThen(e.completeActions("kind:ask is:open"), nil),
	}
	asSource := c.Flags().Bool("as-source", false, "make a source of the answer as well")
	also := func(item data.Entity) (data.Body, error) {
		a := item.(*data.Action)
		return data.Make(data.KindSource, "", map[string]string{"title": data.AnswerTitle(a), "from": a.To, "received": e.now().UTC().Format(time.RFC3339), "ask": string(a.Ref)}, e.now())
	}
	return e.answer(c, data.KindAction, func() func(data.Entity) (data.Body, error) {
		if *asSource {
			return also
		}
		return nil
	}, func(item data.Entity) (state, answer string, err error) {
		a := item.(*data.Action)
		if a.Type != data.Ask {
			err = data.Refuse("%s is no ask", a.Ref).WithHint("warroom action done %s", a.Ref)
		}
		return string(data.Done), a.Answer, err
	})
}

func (e *env) questionAnswer() *cobra.Command {
	c := &cobra.Command{
		Use:   "answer ID TEXT",
		Short: "Record the answer to a question; the text - is read from standard input",
		Long: `answer records what is known now. A question that somebody has answered is not
answered again unless --force or --seen says that this was seen.`,
		Example: "warroom question answer Q-1 \"12,400 people, by the delivery of Monday\"",
		Args:    words(2, -1),
		ValidArgsFunction: e.completeThen(e.completeItems(data.KindQuestion, func(item data.Entity) bool {
			return !data.Closed(item)
		}), nil),
	}
	return e.answer(c, data.KindQuestion, nil, func(item data.Entity) (state, answer string, err error) {
		return "answered", item.(*data.Question).Answer, nil
	})
}

// answer gives a command the work of answering: is returns the state of what is
// answered, and the answer that is there; also, if it is not nil, what is recorded
// with it.
func (e *env) answer(c *cobra.Command, k data.Kind, also func() func(data.Entity) (data.Body, error), is func(data.Entity) (state, answer string, err error)) *cobra.Command {
	flags := e.changes(c)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		text, err := e.text(ctx, args[1:])
		if err != nil {
			return err
		}
		if strings.TrimSpace(text) == "" {
			return data.Refuse("answer may not be empty")
		}
		ed := edit{changeFlags: flags, kind: k, ids: args[:1]}
		if also != nil {
			ed.also = also()
		}
		ed.set = func(item data.Entity, past past) (map[string]string, error) {
			state, was, err := is(item)
			if err == nil && was != "" && flags.seen == 0 && !flags.force {
				by, failed := past.said("answer", 0)
				if failed != nil {
					return nil, failed
				}
				err = data.Refuse("%s is answered already (%s, %s): %q", item.Info().Ref, data.Line(string(by.By)), exactTime(by.At, e.now()), cut(was)).
					WithHint("--force to write yours, or look: warroom show %s", item.Info().Ref).
					OnBoard("{edit e} on %s changes the answer", item.Info().Ref)
			}
			return map[string]string{"answer": text, "state": state}, err
		}
		ed.told = func(item data.Entity) string {
			return string(item.Info().Ref) + " is answered: " + data.Line(data.FirstLine(item.Name()))
		}
		return e.edit(ctx, c, ed)
	})
}

func (e *env) askList() *cobra.Command {
	return e.lister("asks", "List the asks, in all states", "warroom ask list\nwarroom ask list is:open is:late\nwarroom ask list --json",
		list{kind: data.KindAction, only: func(item data.Entity) bool { return item.(*data.Action).Type == data.Ask },
			header: []string{"ID", "STATE", "ASKED", "DUE", "PROMISED", "QUESTION", "ANSWER"},
			row: func(item data.Entity, now time.Time) []string {
				a := item.(*data.Action)
				due := "no deadline"
				if a.Due.Known() {
					due = dueText(a.Due, a.Overdue(now), now)
				}
				return []string{string(a.Ref), string(a.State), or(a.To, unsaid), due, timeText(a.Promised, now), data.Line(a.Title), or(data.FirstLine(a.Answer), unsaid)}
			}})
}
