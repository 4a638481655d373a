package ui

import (
	"context"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/data/clock"
	"warroom/ui/kit"
	"warroom/ui/pane"
	"warroom/ui/term"
)

// Model is the root model of one session. It routes messages, and does nothing
// of a pane's work itself. Make one with New.
type Model struct {
	ctx   context.Context
	src   Source
	cfg   Config
	watch <-chan struct{}

	view     *pane.View // what is shown; replaced as a whole
	lost     error      // why the last reading failed; nil if it did not
	lostAt   time.Time  // of when what is shown is, then
	tries    int        // how often it was tried again since
	retrying bool       // a command waits to try again
	asked    uint64     // how many readings were asked for
	answered uint64     // the last of them to which an answer came
	other    error      // says that another file is where the one that is shown was; else nil
	notice   string     // one line in the footer, until the next key
	heard    int        // how many of the source's warnings the person was told

	seen    data.Seen // how far the person has looked; zero if that is not known
	seenErr error     // why it is not

	seat *seat        // in the room; nil if the board is on its own
	met  *pane.People // who is on
	open edits        // what the others know to be open here

	board  board
	stack  []overlay // pages over the board, the one that is shown last
	viewAt int       // which of the full views was shown last
	call   *callView // the one that was shown last, or nil
	typing *prompt   // the line that is being typed in the footer's place, or nil

	console console
	marked  marker
	keeper  keeper
	drafts  []*Draft // what was typed and is not stored, also in earlier sessions
	width   int
	height  int

	mouseOn bool // clicks and the wheel are ours

	blurred     bool                  // the terminal is not in focus; it says so only in call mode
	ticking     bool                  // a command waits for the next second
	everySecond func() tea.Cmd        // such a command; but for tests
	soon        func(tea.Msg) tea.Cmd // after draftDelay; but for tests

	screen string   // what was drawn last; "" if it must be drawn anew, which Update alone says
	named  string   // the window's title then
	head   []string // its header; nil if the view or the size has changed since
	times  pane.Times
	dark   bool
	looks  kit.Look // what theme is for
	theme  kit.Theme
}

// New returns a board for one session. It stops using the source when ctx is
// done.
func New(ctx context.Context, cfg Config) *Model {
	m := &Model{ctx: ctx, src: cfg.Source, cfg: cfg, notice: cfg.Notice, dark: true, times: cfg.Settings.Times, mouseOn: cfg.Settings.Mouse, everySecond: everySecond, soon: soon}
	m.board = newBoard()
	m.sit()
	if m.seat != nil { // earlier warnings were shown to the people who were on then
		m.heard = len(m.src.Warnings())
	}
	m.show(&pane.View{Overview: &data.Overview{Incident: &data.Incident{}}})
	return m
}

// The messages of the model's own.
type (
	changedMsg struct{}          // the file has changed
	minuteMsg  struct{}          // a minute has begun
	retryMsg   struct{}          // it is time to try to read again
	loadedMsg  struct{ *loaded } // the incident was read
	failedMsg  struct {
		err   error
		asked uint64 // which reading failed; 0 if it was of one page alone
	}
)

// Init starts what keeps the board live.
func (m *Model) Init() tea.Cmd {
	m.watch = m.src.Watch(m.ctx)
	return tea.Batch(m.waitForChange, m.tick(), m.readDrafts(), m.loadTrend())
}

// Update handles one message. What was drawn is forgotten here and nowhere else. It
// holds again if the message came by itself and the same view is shown as before:
// View is asked after every message, and need not draw the same once more.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	drawn, shown := m.screen, m.view
	m.screen = ""
	cmd, ok := m.act(msg)
	if !ok {
		if cmd = m.follow(msg); m.view == shown {
			m.screen = drawn
		}
	}
	m.tellEdits()
	return m, cmd
}

// act handles a message of the person or of a command, which may change anything. It
// reports false, and does nothing, where it has none of these.
func (m *Model) act(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return m.input(msg), true
	case tea.MouseMsg:
		return m.mouse(msg), true
	case tea.FocusMsg:
		return m.looked(false), true
	case tea.BlurMsg:
		return m.looked(true), true
	case tea.WindowSizeMsg:
		if msg.Width == m.width && msg.Height == m.height {
			return nil, false
		}
		m.resize(msg.Width, msg.Height)
		return m.loadTrend(), true
	case secondMsg:
		return m.second(), true
	case triesMsg:
		return m.offer(msg), true
	case ranMsg:
		return m.ran(msg), true
	case term.NoteMsg:
		m.notice = string(msg)
		return nil, true
	case failedMsg:
		if msg.asked != 0 && m.overtaken(msg.asked) {
			return nil, true
		}
		return m.fail(msg.err), true
	case readMsg:
		cmd := msg.show(m)
		if m.notice != "" || m.console.wrong != nil { // a result that has waited would take its place
			return cmd, true
		}
		return tea.Batch(cmd, m.release()), true
	}
	return nil, false
}

// follow handles a message that comes by itself. It changes the screen only by
// showing another view; a message that is not known changes nothing.
func (m *Model) follow(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		if dark := msg.IsDark(); dark != m.dark {
			m.dark = dark
			m.redraw()
		}
	case changedMsg:
		return tea.Batch(m.load(), m.waitForChange)
	case peopleMsg:
		m.meet()
		return m.waitForChange
	case minuteMsg:
		return tea.Batch(m.load(), m.tick())
	case retryMsg:
		m.retrying = false
		return m.load()
	case loadedMsg:
		return m.take(msg.loaded)
	case keepMsg:
		msg.d.due = false
		return m.keep1(msg.d)
	}
	return nil
}

// input handles a key or a text that is pasted.
func (m *Model) input(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case isKey && m.interrupt(k):
		return nil
	case isKey && m.typing != nil && m.screenKey(k) != nil:
		return m.screenKey(k)()
	case m.typing != nil:
		return tea.Batch(m.typed(msg), m.release())
	}
	if w, ok := m.top().(writing); ok && !m.small() {
		return tea.Batch(m.write(w, msg), m.release())
	}
	if isKey {
		return tea.Batch(m.press(k), m.release())
	}
	return nil
}

// write hands a key or a paste to an overlay that takes text.
func (m *Model) write(w writing, msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey && slices.ContainsFunc(m.actions(), func(a kit.Action) bool { return key.Matches(k, a.Key) }) {
		return m.press(k)
	}
	return w.typed(m, msg)
}

// press does what the key means here and now, or says why it cannot be done.
// A key without a meaning does nothing.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	m.notice, m.console.wrong = "", nil
	for _, a := range m.actions() {
		if !key.Matches(msg, a.Key) {
			continue
		}
		if why := a.Blocked(); why != nil {
			m.notice = why.Error()
			return nil
		}
		return a.Run()
	}
	return nil
}

// small reports whether the terminal is too small for the board.
func (m *Model) small() bool { return m.width < leastWidth || m.height < leastHeight }

func (m *Model) resize(w, h int) {
	w, h = min(max(w, 0), term.MostWidth), min(max(h, 0), term.MostHeight)
	m.width, m.height, m.head = w, h, nil
	m.board.layout(w, h-headerHeight-footerHeight)
	if o := m.top(); o != nil {
		o.setSize(w, h-headerHeight-footerHeight)
	}
}

// show replaces what the board is drawn from.
func (m *Model) show(v *pane.View) {
	if look := m.look(); look != m.looks || m.view == nil {
		m.looks, m.theme = look, kit.NewTheme(look)
	}
	v.Theme, v.Now, v.Times, v.Marked = m.theme, m.now(), m.times, m.marked.set()
	v.Keys = m.cfg.Settings.Keys
	if m.seat != nil {
		v.People, v.Me, v.Session = m.met, string(m.seat.actor), m.seat.id
	}
	m.view, m.head = v, nil
	m.board.set(v)
	m.board.layout(m.width, m.height-headerHeight-footerHeight)
	if o := m.top(); o != nil {
		o.set(v)
	}
}

// redraw draws the same in another look.
func (m *Model) redraw() {
	v := *m.view
	m.show(&v)
}

func (m *Model) now() time.Time {
	if m.cfg.Now == nil {
		return clock.Now()
	}
	return m.cfg.Now()
}
