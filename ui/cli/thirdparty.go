package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) thirdPartyCommand() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "third-party",
		Aliases: []string{"thirdparty"},
		Short:   "Show what the third party was asked, promised and answered",
		Long: `third-party prints who the third party is and what they run, which asks to them are
late by their own promise, open or answered, and which of their answers contradict an
earlier one: numbers for the same figure that do not overlap.

An ask is to them if it asks one of their names: the incident's third party, or one of
the names that incident set --third-party-names lists. A source is theirs if it is the
answer to such an ask, or if one of these names published it or passed it on.`,
		Example: "warroom third-party\nwarroom third-party --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		return e.with(ctx, func(s *store.View) error {
			now := e.now()
			p, err := s.ThirdParty(ctx, now)
			if err != nil {
				return err
			}
			if asJSON {
				return e.print(func(w io.Writer) { writeJSON(w, partyJSON(p, now)) })
			}
			return e.print(func(w io.Writer) { printParty(w, p, now) })
		})
	})
	c.ValidArgsFunction = cobra.NoFileCompletions
	jsonFlag(c, &asJSON)
	return c
}

// printParty says what is known of the third party.
func printParty(w io.Writer, p *data.ThirdParty, now time.Time) {
	sentence(w, "third party: %s", or(p.Incident.ThirdParty, unsaid))
	sentence(w, "they run: %s", or(p.Incident.TheyRun, unsaid))
	sentence(w, "their names in asks and sources: %s", or(strings.Join(p.Incident.TheirNames(), ", "), unsaid))
	if len(p.Late)+len(p.Waiting)+len(p.Answered) == 0 {
		fmt.Fprintln(w, "nothing was asked of them")
	}
	when := func(t data.Time) string { return timeText(t, now) }
	for _, list := range [][]data.Asked{p.Late, p.Waiting, p.Answered} {
		for _, a := range list {
			word := string(a.State)
			if a.Late(now) {
				word = "late by their own promise"
			}
			sentence(w, "ask %s, %s: %s (asked %s by %s, %s; %s)", a.Ref, word, data.Line(data.FirstLine(a.Title)), or(a.To, unsaid), a.MadeBy, exactTime(a.MadeAt, now), a.Promise(now, when))
			if a.Answer == "" {
				continue
			}
			kept := ""
			if a.Source != nil {
				kept = ", kept as source " + string(a.Source.Ref)
			}
			sentence(w, "  answered %s%s: %s", exactTime(a.AnsweredAt, now), kept, data.Line(a.Answer))
		}
	}
	for _, c := range p.Contrary {
		sentence(w, "contradicts an earlier answer, %s in %s: %s", c.Later.Cell, c.Later.Unit, c.Words(when, "·"))
	}
	for _, s := range p.Sources {
		withdrawn := ""
		if s.Withdrawn {
			withdrawn = ", withdrawn"
		}
		sentence(w, "source %s%s: %s (received %s, from %s, grade %s)", s.Ref, withdrawn, or(data.FirstLine(s.Title), unsaid), when(s.Received), or(s.From, unsaid), or(s.Grade, unsaid))
	}
}

// partyJSON returns what is known of the third party as JSON has it.
func partyJSON(p *data.ThirdParty, now time.Time) object {
	asks := []object{}
	for _, list := range [][]data.Asked{p.Late, p.Waiting, p.Answered} {
		for _, a := range list {
			var source *string
			if a.Source != nil {
				source = known(a.Source.Ref)
			}
			asks = append(asks, append(flat(a.Action), member{"late_by_promise", a.Late(now)}, member{"answered_at", moment(a.AnsweredAt)}, member{"source", source}))
		}
	}
	contrary := []object{}
	for _, c := range p.Contrary {
		contrary = append(contrary, object{{"cell", c.Later.Cell}, {"unit", c.Later.Unit}, {"before", flat(c.Before.Claim)}, {"later", flat(c.Later.Claim)}})
	}
	sources := []object{}
	for _, s := range p.Sources {
		sources = append(sources, flat(s))
	}
	names := p.Incident.TheirNames()
	if names == nil {
		names = []string{}
	}
	return object{{"third_party", known(p.Incident.ThirdParty)}, {"runs", known(p.Incident.TheyRun)}, {"names", names}, {"asks", asks}, {"contradictions", contrary}, {"sources", sources}}
}
