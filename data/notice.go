package data

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Channel is a way by which people are told.
type Channel string

// channels lists the channels.
var channels = []Channel{"email", "post", "phone", "sms", "app", "portal", "other"}

// A Notice is one count of the notices to the people of one region by one channel,
// as it stood at one time. Each of its numbers counts from the first notice on, and
// may be unknown, but not all. As with a claim, they stay as they were counted:
// who counts again adds another.
type Notice struct {
	Meta
	Region      Ref
	Channel     Channel
	Contactable Count // people who can be reached by the channel
	Sent        Count // notices that went out; some senders count those sent again among them
	Delivered   Count // people whom a notice has reached
	Bounced     Count // notices that came back, those sent again among them
	Resent      Count // notices that were sent again
	Answered    Count // people who have answered, or done what the notice asks for
	AsOf        Time
	Standing    Standing
	Source      Ref
	Basis       string
}

var noticeSpec = &Spec{
	Kind: KindNotice, NameField: "region", NameWith: "channel", Label: "Notice count", Plural: "notices", Prefix: "W", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Notice{} },
	Fields: []*Field{
		word("region", "Region", refsOf(RegionKeys), func(n *Notice) *Ref { return &n.Region }).required().fixed(),
		word("channel", "Channel", channels, func(n *Notice) *Channel { return &n.Channel }).required().fixed(),
		number("contactable", "Contactable", func(n *Notice) *Count { return &n.Contactable }).fixed().written(),
		number("sent", "Sent", func(n *Notice) *Count { return &n.Sent }).fixed().written(),
		number("delivered", "Delivered", func(n *Notice) *Count { return &n.Delivered }).fixed().written(),
		number("bounced", "Bounced", func(n *Notice) *Count { return &n.Bounced }).fixed().written(),
		number("resent", "Sent again", func(n *Notice) *Count { return &n.Resent }).fixed().written(),
		number("answered", "Answered", func(n *Notice) *Count { return &n.Answered }).fixed().written(),
		when("as_of", "As of", func(n *Notice) *Time { return &n.AsOf }).before(),
		word("standing", "Standing", standings, func(n *Notice) *Standing { return &n.Standing }).only(Lead),
		ref("source", "Source", func(n *Notice) *Ref { return &n.Source }),
		prose("basis", "Basis", func(n *Notice) *string { return &n.Basis }),
	},
}

func refsOf(keys []string) (all []Ref) {
	for _, k := range keys {
		all = append(all, Ref(k))
	}
	return all
}

// Kind implements [Entity].
func (n *Notice) Kind() Kind { return KindNotice }

// Name implements [Entity].
func (n *Notice) Name() string { return string(n.Region) + "/" + string(n.Channel) }

func (n *Notice) clone() Entity { c := *n; return &c }

func (n *Notice) rule(s *State, before Entity) error {
	var named Ref
	if was, changed := before.(*Notice); changed { // else what it says of its region is as it was
		named = was.Source
	} else if err := cmp.Or(n.adds(), n.hasRegion(s)); err != nil {
		return err
	}
	return s.mayRest(n.Source, named, n.Standing.Stands())
}

func (n *Notice) tally(add func(string)) { tallyRests(n.Source, n.Standing, add) }

// hasRegion refuses a count about a region that the incident does not have.
func (n *Notice) hasRegion(s *State) error {
	e, err := s.Get(n.Region)
	if err != nil || e != nil {
		return err
	}
	var there []string
	for _, key := range RegionKeys {
		if e, err := s.Get(Ref(key)); err == nil && e != nil {
			there = append(there, key)
		}
	}
	return Refuse("there is no region %s in this incident", n.Region).WithHint("its regions: %s", strings.Join(there, ", "))
}

// adds refuses numbers that cannot all be right. What is unknown refutes nothing,
// but that more came of the notices than were sent is only so if some were sent
// again, and then that has to be said.
func (n *Notice) adds() error {
	if *n.numbers() == [6]Count{} {
		return Refuse("a count of notices needs a number: contactable, sent, delivered, bounced, sent again or answered")
	}
	for _, pair := range []struct {
		part, whole   string
		small, larger Count
	}{
		{"delivered", "sent", n.Delivered, n.Sent}, {"answered", "delivered", n.Answered, n.Delivered}, {"answered", "sent", n.Answered, n.Sent},
	} {
		if above(pair.small, pair.larger) {
			return Refuse("%s %d is more than %s %d", pair.part, pair.small.N, pair.whole, pair.larger.N)
		}
	}
	again := plus(n.Sent, n.Resent)
	for _, c := range []struct {
		what      string
		part, sum Count
	}{
		{"bounced", n.Bounced, again}, {"delivered and bounced", plus(n.Delivered, n.Bounced), again}, {"sent", n.Sent, plus(n.Contactable, n.Resent)},
	} {
		whole := "sent"
		if c.what == "sent" {
			whole = "contactable"
		}
		if above(c.part, c.sum) {
			return Refuse("%s %d is more than %s %d%s", c.what, c.part.N, whole, c.sum.N-n.Resent.N, n.againWords()).
				WithHint("say how many were sent again, if some were: that is the number resent")
		}
	}
	return nil
}

func (n *Notice) againWords() string {
	if n.Resent.N == 0 {
		return ""
	}
	return fmt.Sprintf(" and sent again %d", n.Resent.N)
}

// plus adds numbers that are known; what is not known of the second adds nothing.
func plus(a, b Count) Count { return Count{a.N + b.N, a.Known} }

func (n *Notice) numbers() *[6]Count {
	return &[6]Count{n.Contactable, n.Sent, n.Delivered, n.Bounced, n.Resent, n.Answered}
}

// NoticeOf returns the count that b makes, which has no id yet.
func NoticeOf(b Made) (*Notice, error) {
	if b.Of != KindNotice {
		return nil, Refuse("%s is no count of notices", b.Of)
	}
	e, err := b.build("")
	if err != nil {
		return nil, err
	}
	return e.(*Notice), nil
}

// NumberWords says what was counted: "sent 7,611, delivered 7,493, bounced 118".
// What is unknown is left out.
func (n *Notice) NumberWords() string {
	var parts []string
	for i, c := range n.numbers() {
		if c.Known {
			parts = append(parts, [...]string{"contactable", "sent", "delivered", "bounced", "sent again", "answered"}[i]+" "+Digits(c.N))
		}
	}
	return strings.Join(parts, ", ")
}

// Moment returns when a count was right: its as-of, or, if nobody said that, when
// it was recorded.
func (n *Notice) Moment() time.Time {
	if n.AsOf.Known() {
		return n.AsOf.At
	}
	return n.MadeAt
}

// A NoticeKey names what counts of notices are about: there is one that stands per
// region and channel.
type NoticeKey struct {
	Region  Ref
	Channel Channel
}

// Key returns what the count is about.
func (n *Notice) Key() NoticeKey { return NoticeKey{n.Region, n.Channel} }

// latest returns the count that stands, of counts about one region and channel: the
// one with the latest as-of, then the latest recorded. One that is withdrawn or
// disproved never stands. It returns nil if none stands.
func latest(counts []*Notice) *Notice {
	var last *Notice
	for _, n := range counts {
		if n.Standing.Stands() && (last == nil || n.after(last)) {
			last = n
		}
	}
	return last
}

func (n *Notice) after(m *Notice) bool {
	return cmp.Or(n.AsOf.At.Compare(m.AsOf.At), cmp.Compare(n.MadeSeq, m.MadeSeq)) > 0
}

// Stand returns the counts that stand, of counts about any regions and channels, in
// the order of the vocabulary.
func Stand(counts []*Notice) (all []*Notice) {
	byKey := map[NoticeKey][]*Notice{}
	for _, n := range counts {
		byKey[n.Key()] = append(byKey[n.Key()], n)
	}
	for _, some := range byKey {
		if n := latest(some); n != nil {
			all = append(all, n)
		}
	}
	SortNotices(all)
	return all
}

// SortNotices sorts counts by region and channel as the vocabulary has them, then
// with what stands before what does not, and the latest before the one it follows.
func SortNotices(counts []*Notice) { slices.SortFunc(counts, CompareNotices) }

// CompareNotices is the order of [SortNotices].
func CompareNotices(a, b *Notice) int {
	order := cmp.Or(
		slices.Index(RegionKeys, string(a.Region))-slices.Index(RegionKeys, string(b.Region)),
		slices.Index(channels, a.Channel)-slices.Index(channels, b.Channel),
	)
	switch {
	case order != 0:
		return order
	case a.Standing.Stands() != b.Standing.Stands():
		if a.Standing.Stands() {
			return -1
		}
		return 1
	}
	return cmp.Or(b.AsOf.At.Compare(a.AsOf.At), cmp.Compare(b.MadeSeq, a.MadeSeq))
}

// ParseRegion reads a region by its key or its usual name. The error of one that
// there is not names those that are like it.
func ParseRegion(text string) (Ref, error) {
	return nearWord("region", text, RegionKeys, nil)
}

// ParseChannel reads a channel, also by other words for it. What may mean two of
// them is refused.
func ParseChannel(text string) (Channel, error) {
	if word := plainName(text); word == "mail" || word == "mailing" {
		return "", Refuse("channel cannot be %q, which may be e-mail or a letter", short(text)).WithHint("write email or post")
	}
	var keys []string
	for _, c := range channels {
		keys = append(keys, string(c))
	}
	c, err := nearWord("channel", text, keys, channelWords)
	return Channel(c), err
}

// channelWords are other words for channels, in their plain form.
var channelWords = map[string]string{
	"e mail": "email", "emails": "email", "letter": "post", "letters": "post", "postal": "post", "telephone": "phone", "call": "phone", "calls": "phone",
	"text": "sms", "text message": "sms", "in app": "app", "push": "app", "website": "portal", "web": "portal",
}

// nearWord reads one of a few keys, or another word for one.
func nearWord(what, text string, keys []string, others map[string]string) (Ref, error) {
	word := plainName(text)
	if other, ok := others[word]; ok {
		return Ref(other), nil
	}
	key := strings.ReplaceAll(word, " ", "-")
	if slices.Contains(keys, key) {
		return Ref(key), nil
	}
	e := Refuse("%q is no %s", short(text), what).WithHint("one of: %s", strings.Join(keys, ", "))
	if near := nearWords(key, keys); key != "" && len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, " or ") + "? " + e.Hint
	}
	return "", e
}
