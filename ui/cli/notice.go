package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// noticeCommands returns what one can do with counts of notices.
func (e *env) noticeCommands() []*cobra.Command {
	all := []*cobra.Command{e.noticeAdd(), e.noticeShow()}
	for _, v := range noticeVerbs {
		all = append(all, e.noticeVerb(v))
	}
	return append(all, e.noticeSet(), e.noticeList())
}

// The numbers of a count, in their order.
var noticeNumbers = []string{"contactable", "sent", "delivered", "bounced", "resent", "answered"}

func (e *env) noticeAdd() *cobra.Command {
	c := &cobra.Command{
		Use:   "add REGION CHANNEL",
		Short: "Say how many people of a region were told by a channel, and print the count's id",
		Long: `add records one count of the notices to the people of a region by one channel: ` + channelList() + `. Each
number counts from the first notice on; what is left out is unknown, which is not 0.
Contactable and delivered are people, sent, bounced and resent are notices, answered
are people who did what the notice asks for. The count with the latest as-of stands
for its region and channel; the ones before it are its history.

How many were notified is what was delivered where that is known, else what was sent.

Numbers are written as 5740, 5 740, 40k or 1.5M. What can be read in two ways is refused.

` + timesLong,
		Example: "warroom notice add europe post --contactable 5804 --sent 1200 --bounced 31 --as-of today --source S-4\n" +
			"warroom notice add asia email --sent 4900 --delivered 4750 --bounced 150 --answered 300 --as-of -2h --standing estimated --basis \"mailing system\"",
		Args:              words(2, 2),
		ValidArgsFunction: completeRoutes,
	}
	wrote := e.fieldFlags(e.writes(c), data.KindNotice, append(slices.Clone(noticeNumbers), "as_of", "standing", "source", "basis")...)
	for _, key := range noticeNumbers {
		c.Flags().Lookup(key).Usage = noticeHelp[key]
	}
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		fields := wrote()
		region, err := data.ParseRegion(args[0])
		if err != nil {
			return err
		}
		channel, err := data.ParseChannel(args[1])
		if err != nil {
			return err
		}
		fields["region"], fields["channel"] = string(region), string(channel)
		body, err := data.Make(data.KindNotice, "", fields, e.now())
		if err != nil {
			return err
		}
		return e.with(ctx, func(s *store.View) error { return e.count(ctx, s, body) })
	})
}

// noticeHelp says what each number of a count is.
var noticeHelp = map[string]string{
	"contactable": "people who can be reached by the channel", "sent": "notices that went out", "delivered": "people whom a notice has reached",
	"bounced": "notices that came back", "resent": "notices that were sent again", "answered": "people who answered",
}

func channelList() string {
	return strings.Join(data.SpecOf(data.KindNotice).Field("channel").Words, ", ")
}

// completeRoutes offers regions, then channels.
func completeRoutes(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return data.RegionKeys, cobra.ShellCompDirectiveNoFileComp
	case 1:
		return data.SpecOf(data.KindNotice).Field("channel").Words, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// count records a count, after it said what was understood, and what there is to be
// said of it beside the other ones.
func (e *env) count(ctx context.Context, s *store.View, body data.Made) error {
	n, err := data.NoticeOf(body)
	if err != nil {
		return err
	}
	if n.NumberWords() != "" {
		e.say("understood: %s by %s, %s", n.Region, n.Channel, countWords(n, e.now()))
	}
	events, err := e.record(ctx, s, body)
	if err != nil {
		return err
	}
	e.told(ctx, s, n.Key())
	return e.recorded("%s", events[0].Ref)
}

// told says which count stands for a region and channel now, and what is odd. It is
// said beside what was recorded: an error is not worth a word.
func (e *env) told(ctx context.Context, s *store.View, key data.NoticeKey) {
	o, err := s.Overview(ctx, e.now())
	if err != nil {
		return
	}
	i := slices.IndexFunc(o.Regions, func(r data.RegionRow) bool { return r.Ref == key.Region })
	if i < 0 {
		return
	}
	r := o.Regions[i]
	j := slices.IndexFunc(r.Counts, func(n *data.Notice) bool { return n.Channel == key.Channel })
	if j < 0 {
		e.say("%s by %s: no count stands, so it is unknown", key.Region, key.Channel)
	} else {
		e.say("%s by %s: %s stands: it is the latest", key.Region, key.Channel, r.Counts[j].Ref)
	}
	for _, odd := range []string{r.Excess(), o.Notified().Excess(o.Affected)} {
		if odd != "" {
			e.say("%s", odd)
		}
	}
}

func (e *env) noticeSet() *cobra.Command {
	return e.setter(&cobra.Command{
		Use:   "set ID...",
		Short: "Change what is said of counts beside their numbers",
		Long: `set changes the fields that it is given; the value unknown makes one unknown. The numbers
of a count stay as they were counted: who counts again adds another.

` + timesLong,
		Example: "warroom notice set W-3 --source S-4 --basis \"log of the mailing system\" --as-of 2024-08-20",
		Args:    words(1, -1),
	}, data.KindNotice)
}

// A noticeVerb gives counts a standing.
type noticeVerb struct {
	name, short, example, value string
}

var noticeVerbs = []noticeVerb{
	{"confirm", "Say that counts are confirmed; takes a lead", "warroom notice confirm W-3 --why \"the mailing house signed it\"", string(data.Confirmed)},
	{"disprove", "Say that counts are disproved, which stand no more; takes a lead", "warroom notice disprove W-2 --why \"it was the test list\"", string(data.Disproved)},
	{"withdraw", "Withdraw counts, which stand no more; takes a lead", "warroom notice withdraw W-4 --why \"counted twice\" --seen 41", string(data.Withdrawn)},
}

func (e *env) noticeVerb(v noticeVerb) *cobra.Command {
	c := &cobra.Command{Use: v.name + " ID...", Short: v.short, Example: v.example, Args: words(1, -1)}
	c.ValidArgsFunction = e.completeItems(data.KindNotice, func(item data.Entity) bool {
		n := item.(*data.Notice)
		return n.Standing.Stands() && string(n.Standing) != v.value
	})
	flags := e.changes(c)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		var keys []data.NoticeKey
		ed := edit{changeFlags: flags, kind: data.KindNotice, ids: args}
		ed.set = func(item data.Entity, _ past) (map[string]string, error) {
			if key := item.(*data.Notice).Key(); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
			return map[string]string{"standing": v.value}, nil
		}
		ed.told = func(item data.Entity) string {
			n := item.(*data.Notice)
			return fmt.Sprintf("%s is %s: %s by %s, %s", n.Ref, v.value, n.Region, n.Channel, n.NumberWords())
		}
		if err := e.edit(ctx, c, ed); err != nil {
			return err
		}
		return e.with(ctx, func(s *store.View) error {
			for _, key := range keys {
				e.told(ctx, s, key)
			}
			return nil
		})
	})
}

func (e *env) noticeList() *cobra.Command {
	return e.lister("counts of notices", "List the counts of notices: those that stand, what they were before, and those that never do",
		"warroom notice list\nwarroom notice list region:europe channel:post\nwarroom notice list --json",
		list{kind: data.KindNotice,
			header: []string{"ID", "REGION", "CHANNEL", "AS OF", "STANDING", "SOURCE", "COUNTED"},
			sort:   func(a, b data.Entity) int { return data.CompareNotices(a.(*data.Notice), b.(*data.Notice)) },
			row: func(item data.Entity, now time.Time) []string {
				n := item.(*data.Notice)
				return []string{string(n.Ref), string(n.Region), string(n.Channel), timeText(n.AsOf, now), or(n.Standing, unsaid), or(n.Source, unsaid), n.NumberWords()}
			}})
}

// countWords returns a count in words, without its id.
func countWords(n *data.Notice, now time.Time) string {
	return fmt.Sprintf("%s; %s, source %s, as of %s, basis: %s", n.NumberWords(), standingWord(n.Standing), or(n.Source, unsaid), timeText(n.AsOf, now), or(data.FirstLine(n.Basis), unsaid))
}

func standingWord(s data.Standing) string { return or(s, "standing unknown") }

// notifiedText returns how many were told in words: never a number without its unit,
// standing, source and age.
func notifiedText(n data.Notified, affected *data.Claim, now time.Time) string {
	if !n.Known() {
		return unsaid
	}
	text := n.Words() + " people (" + n.By + ")"
	if share := n.ShareWords(affected); share != "" {
		text += ", " + share + " of those affected"
	}
	source, asOf := or(n.Source(), unsaid), timeText(n.AsOf, now)
	var refs []string
	for _, c := range n.Counts {
		if c.Source != n.Counts[0].Source {
			source = "of each count"
		}
		if c.AsOf != n.Counts[0].AsOf {
			asOf = timeText(n.AsOf, now) + " or later"
		}
		refs = append(refs, string(c.Ref))
	}
	return fmt.Sprintf("%s; %s, source %s, as of %s, %s", text, standingWord(n.Standing), source, asOf, strings.Join(refs, ", "))
}

// promiseText says by when people are to be told, and by how much that is late.
func promiseText(due data.Time, notices data.Notices, now time.Time) string {
	text := timeText(due, now)
	if late := data.LateWords(due, now, notices == "complete"); late != "" {
		text += ", " + late
	}
	return text
}

// print says how many were told in a region, by which channels.
func printRegion(w io.Writer, r data.RegionRow, all []*data.Notice, histories map[data.Ref][]data.Event, now time.Time) {
	sentence(w, "notified in %s: %s", r.Ref, notifiedText(r.Told(), r.People, now))
	sentence(w, "affected in %s: %s", r.Ref, figureText(r.People, data.People, now))
	sentence(w, "notices to %s: %s, due %s", r.Ref, or(r.Notices, unsaid), promiseText(r.NoticesDue, r.Notices, now))
	if odd := r.Excess(); odd != "" {
		sentence(w, "%s", odd)
	}
	for _, n := range all {
		stands := ""
		if slices.Contains(r.Counts, n) || slices.ContainsFunc(r.Counts, func(c *data.Notice) bool { return c.Ref == n.Ref }) {
			stands = ", which stands"
		}
		sentence(w, "count %s%s: by %s, %s", n.Ref, stands, n.Channel, countWords(n, now))
		for _, event := range histories[n.Ref] {
			sentence(w, "  event %d, %s, %s: %s", event.Seq, exactTime(event.At, now), event.By, did(event.Body, now))
		}
	}
}
