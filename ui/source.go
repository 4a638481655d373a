// Package ui is the dashboard: one root model that routes messages, lays out
// the panes, and owns the only path to the incident.
package ui

import (
	"context"
	"time"

	"warroom/data"
)

// A Source is what the dashboard needs of an open incident file, as one person may
// read it: what is not for this person is not in it. Its errors are for people: see
// [data.Error].
type Source interface {
	// Overview returns what the first screen shows, as of now.
	Overview(ctx context.Context, now time.Time) (*data.Overview, error)
	// Actions returns a window of the actions that q asks for; a zero q asks for
	// the open ones, worst first. It is placed around the action with the id on,
	// or at the top, or, with a limit below 0, holds the last ones.
	Actions(ctx context.Context, q data.ActionQuery, on data.Ref, before, limit int) (data.Window[*data.Action], error)
	// CountActions counts the actions that q asks for.
	CountActions(ctx context.Context, q data.ActionQuery) (int, error)
	// List returns all items of a kind, in their order.
	List(ctx context.Context, k data.Kind) ([]data.Entity, error)
	// Figures returns the claim that stands for each figure that is known.
	Figures(ctx context.Context) ([]*data.Claim, error)
	// Latest returns up to limit of the entries and facts that people wrote down
	// last, the newest first, without private notes.
	Latest(ctx context.Context, limit int) ([]data.Entity, error)
	// Claims returns all claims about a figure, newest first.
	Claims(ctx context.Context, key data.FigureKey) ([]*data.Claim, error)
	// Notices returns all counts of the notices to a region, or to all if it is "":
	// by region and channel, and of each what stands first, then what it was before.
	Notices(ctx context.Context, region data.Ref) ([]*data.Notice, error)
	// Get returns one item.
	Get(ctx context.Context, ref data.Ref) (data.Entity, error)
	// History returns the events about an item, oldest first.
	History(ctx context.Context, ref data.Ref) ([]data.Event, error)
	// Search returns the items in which all words of text stand, up to limit, the
	// likeliest first. Private notes are marked.
	Search(ctx context.Context, text string, limit int) ([]data.Found, error)
	// Fall returns a source, and what falls with it if it is withdrawn now.
	Fall(ctx context.Context, source data.Ref) (*data.Source, data.Fall, error)
	// ThirdParty returns what is known of the third party, as of now.
	ThirdParty(ctx context.Context, now time.Time) (*data.ThirdParty, error)
	// Log looks at up to limit events, in the order of the log: those after seq,
	// or, with a limit below 0, the last ones. It returns those that the person may read.
	Log(ctx context.Context, seq int64, limit int) (data.LogPage, error)
	// Trend returns what was opened and closed on each day of a range, and what
	// stood for the people affected, over all time.
	Trend(ctx context.Context, from, to time.Time) (data.Trend, error)
	// News returns what changed after a position of the log.
	News(ctx context.Context, after int64) (data.News, error)
	// Delta returns which items and figures others than the person have changed after a
	// position of the log. It is quick in any file.
	Delta(ctx context.Context, after int64) (*data.Delta, error)
	// Watch returns a channel that receives after every change, until ctx is
	// done. It holds one value at most.
	Watch(ctx context.Context) <-chan struct{}
	// Reachable returns nil if the file that is open is the one at its path, and may
	// be read; else why not. data.ErrReplaced is behind it if another file is there.
	Reachable() error
	// ReadOnly returns why the file takes no writes, or "".
	ReadOnly() string
	// Warnings returns messages about the file that people must see although nobody has
	// asked for them, the oldest first.
	Warnings() []string
	// Path returns the absolute path of the file.
	Path() string
}

// A Config says how a board is run.
type Config struct {
	Source   Source // as the actor may read the file with the role
	Actor    data.Actor
	Role     data.Role
	Now      func() time.Time // in the zone of the person
	Notice   string           // shown in the footer until the first key, such as where a new file was made
	Env      []string         // the environment of the person's terminal, as os.Environ has it
	Settings Settings         // how the person wants it

	Console Console
	Writer  Writer
	Drafts  Drafts
	Editor  []string // what edits a long text on this machine, with its arguments; nil if nothing does
	Seen    Seen     // how far the person has looked
	Room    *Room    // where those meet who are on the same board; nil if nobody else can be
}
