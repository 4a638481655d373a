package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"warroom/data"
)

// upgrade turns a file of an older version into one of our version. No other process may
// have it open. First upgrade makes a copy and proves it. Then one transaction changes the
// file. Whatever happens, the file is the old one or the new one.
func (s *Store) upgrade(ctx context.Context) error {
	unlock, err := s.home.lock(ctx, s.opts.Busy)
	if err != nil {
		return err
	}
	defer unlock()
	if n, err := headerNumber(s.home.file); err == nil && n == ours {
		return nil // somebody else has upgraded it, and has it open
	}
	name := data.Line(filepath.Base(s.path))
	if isUsed(s.home.file) {
		return data.Refuse("%s is open elsewhere, and is to be upgraded to version %d", name, Version).
			WithHint("close it there first: each board, server and command that has it open")
	}
	u := &upgrading{s: s, name: name}
	c, err := s.home.dialHeld(ctx, s.dsn(mending), s.opts.Busy)
	if err != nil {
		return err
	}
	defer c.discard()
	if err := u.do(ctx, c); err != nil {
		return err
	}
	switch {
	case u.doubt != "":
		s.other, s.readOnly = u.from, u.doubt
		return nil
	case u.kept == "":
		return nil
	}
	// An older warroom looks at the file alone, and not at the WAL, for its number.
	if err := c.run(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	s.upgraded = fmt.Sprintf("%s was upgraded to version %d; the old file is kept as %s", name, Version, data.Line(filepath.Base(u.kept)))
	if s.opts.Progress != nil {
		s.opts.Progress(s.upgraded)
	}
	return nil
}

// An upgrading is an upgrade under way.
type upgrading struct {
	s     *Store
	name  string
	from  number
	head  Head
	doubt string // how the log falls short of the last head known, or ""
	kept  string // the path of the copy
	began time.Time
	said  time.Duration // how long it took when that was last said
}

// do upgrades the file over a connection that nobody else has beside it.
func (u *upgrading) do(ctx context.Context, c *conn) (err error) {
	if u.from, err = readNumber(ctx, c); err != nil || u.from >= ours {
		return err // somebody else has upgraded it
	}
	if err := cmp.Or(u.from.readable(u.name), checkSchema(ctx, c, u.from)); err != nil {
		return err
	}
	if u.head, err = readHead(ctx, c); err != nil {
		return err
	}
	if u.doubt, err = u.short(ctx, c); err != nil || u.doubt != "" {
		return err // such a file is not written
	}
	if u.kept, err = u.keep(ctx, c); err != nil {
		return err
	}
	return c.inTx(ctx, func() error { return u.project(ctx, c) })
}

// short says how the log falls short of the last head known here, or "".
func (u *upgrading) short(ctx context.Context, c *conn) (string, error) {
	first, err := collect(ctx, c, scanShown, pickEvent+`WHERE seq = 1`)
	if err != nil || len(first) == 0 {
		return "", err
	}
	made, ok := first[0].Body.(data.Made)
	if !ok {
		return "", nil // the proof says what is wrong
	}
	u.s.uid = made.Fields["uid"]
	return behind(ctx, c, u.head, u.s.heads.known())
}

// project proves the log, makes the tables anew from it, and compares.
func (u *upgrading) project(ctx context.Context, c *conn) error {
	p := newProof()
	err := walkChain(ctx, c, func(e data.Event, masked bool, body string) error {
		if e.Seq%1000 == 0 {
			u.say("%s of %s events are proved", data.Digits(e.Seq), data.Digits(u.head.Seq))
		}
		return p.visit(e, masked, body)
	})
	if err != nil {
		return err
	}
	if head, err := readHead(ctx, c); err != nil || head != u.head {
		return cmp.Or(err, error(data.Refuse("%s was changed while it was upgraded", u.name).WithHint("try again")))
	}
	what, err := lost(ctx, c, p.state)
	if err != nil {
		return err
	}
	if what != "" {
		return cutEnd(what)
	}
	if masks := p.unredacted(u.head.Seq); len(masks) > 0 {
		return maskedAlone(masks[0].event.Seq)
	}
	rows := 0
	step := func() {
		if rows++; rows%1000 == 1 {
			u.say("the tables are made")
		}
	}
	if err := renewLog(ctx, c); err != nil {
		return err
	}
	if err := remake(ctx, c, p.state, step); err != nil {
		return err
	}
	u.say("the tables are compared with the log")
	if err := checkSchema(ctx, c, ours); err != nil {
		return err
	}
	if err := checkTables(ctx, c, p.state); err != nil {
		return err
	}
	u.say("the tables are stored")
	return c.run(ctx, ours.pragma())
}

// renewLog makes the table of the log anew if it is that of version 1, with all events as
// they are, and proves them once more.
func renewLog(ctx context.Context, c *conn) error {
	says, err := collect(ctx, c, scanString, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'event'`)
	if err != nil || !slices.Contains(says, firstLog) {
		return err
	}
	moved := []string{`DROP TRIGGER event_no_update`, `DROP TRIGGER event_no_delete`, `DROP TRIGGER event_no_replace`, `DROP INDEX event_ref`,
		`ALTER TABLE event RENAME TO event_1`, logSchema[0], `INSERT INTO event SELECT * FROM event_1 ORDER BY seq`, `DROP TABLE event_1`}
	if err := c.run(ctx, append(moved, logSchema[1:]...)...); err != nil {
		return err
	}
	return checkChain(ctx, c)
}

// say tells how far the upgrade is, when it has taken a second, and then every five.
func (u *upgrading) say(format string, args ...any) {
	if u.s.opts.Progress == nil {
		return
	}
	now := u.s.opts.Now()
	if u.began.IsZero() {
		u.began = now
	}
	took := now.Sub(u.began)
	if took < time.Second || u.said > 0 && took < u.said+5*time.Second {
		return
	}
	u.said = took
	u.tell(format, args...)
}

// tell is say for what cannot be told while it lasts.
func (u *upgrading) tell(format string, args ...any) {
	if u.s.opts.Progress == nil {
		return
	}
	u.s.opts.Progress(fmt.Sprintf("upgrading %s to version %d: ", u.name, Version) + fmt.Sprintf(format, args...))
}

// keep returns the path of a copy of the file as it is, for its owner alone, beside it.
// One that is there already, and ends with the same event, is as good as another.
func (u *upgrading) keep(ctx context.Context, c *conn) (string, error) {
	path := ""
	for n := 1; ; n++ {
		path = fmt.Sprintf("%s.before-v%d", u.s.path, Version)
		if n > 1 {
			path += fmt.Sprintf(".%d", n)
		}
		if _, err := os.Lstat(path); err != nil {
			break
		}
		if u.prove(ctx, path) == nil {
			return path, u.room(2)
		}
	}
	if err := u.room(3); err != nil {
		return "", err
	}
	u.say("a copy is made")
	if size := u.size(); size > large {
		u.tell("a copy of %s MB is made", data.Digits(size/1_000_000))
	}
	return path, publish(path, func(temp string) error {
		if err := copyFrom(ctx, c, temp); err != nil {
			return err
		}
		db := openDB((&Store{path: temp, opts: u.s.opts}).dsn(writing)) // sets WAL, which VACUUM INTO does not copy
		if err := cmp.Or(db.PingContext(ctx), db.Close()); err != nil {
			return err
		}
		u.say("the copy is proved")
		return u.prove(ctx, temp)
	})
}

// prove returns nil if the file at a path is a whole copy of the one that is upgraded.
func (u *upgrading) prove(ctx context.Context, path string) error {
	if hasWAL(path) {
		return errUnfinished
	}
	c, err := dial(ctx, (&Store{path: path, opts: u.s.opts}).dsn(fixed))
	if err != nil {
		return err
	}
	defer c.discard()
	n, err := readNumber(ctx, c)
	if err != nil {
		return err
	}
	if n != u.from {
		return data.Refuse("the copy is of version %d", n)
	}
	if err := checkSchema(ctx, c, n); err != nil {
		return err
	}
	if head, err := readHead(ctx, c); err != nil || head != u.head {
		return cmp.Or(err, error(data.Refuse("the copy ends with another event")))
	}
	return checkChain(ctx, c)
}

// large is from how many bytes on a copy takes so long that it is said before.
const large = 50_000_000

// size returns how many bytes the file takes, with its WAL.
func (u *upgrading) size() (size int64) {
	for _, suffix := range []string{"", suffixes[theWAL]} {
		if info, err := os.Stat(u.s.path + suffix); err == nil {
			size += info.Size()
		}
	}
	return size
}

// room refuses to begin where the disk has no room for so many times the file.
func (u *upgrading) room(times int64) error {
	size := u.size()
	ask := u.s.opts.room
	if ask == nil {
		ask = roomIn
	}
	dir := filepath.Dir(u.s.path)
	free, err := ask(dir)
	if err != nil || free >= times*size {
		return nil // where it cannot be asked, a full disk is an error like any other
	}
	return data.Refuse("%s cannot be upgraded to version %d: that takes %s MB, and %s MB are free", u.name, Version,
		data.Digits(times*size/1_000_000+1), data.Digits(free/1_000_000)).WithHint("make room on the disk of %s", data.Line(dir))
}

// roomIn returns how many bytes may be written to the disk of a directory.
func roomIn(dir string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	if fs.Blocks == 0 {
		return 0, errors.ErrUnsupported // as of a file system that does not say
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
