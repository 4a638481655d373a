package cli

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

// manSections is what the manual page says beside what the tree says of itself.
var manSections = []struct{ name, text string }{
	{"Exit status", "0: done. 1: refused or failed. 2: the words of the command were wrong. 3: somebody changed the same field meanwhile. 4: not permitted. 5: not an incident file, one whose log has a newer format, or a damaged one."},
	{"Times", strings.ReplaceAll(timesLong, "\n", " ") + " What can be read in two ways, such as 03/04/2024, is refused with both readings."},
	{"Conflicts", "Two people who change different fields never get in each other's way. Who changes a field that somebody else has changed since is told of both, with exit status 3, and nothing is stored. A command takes what is there when it begins as seen; --seen SEQ says that one looked at event SEQ of warroom log, --force that what is there now is to be changed whatever it is."},
	{"Settings", settingsText()},
	{"Environment", "WARROOM_FILE: the incident file. WARROOM_ACTOR: who you are. XDG_CONFIG_HOME: where the configuration file is, as warroom/config.toml (else in ~/.config). XDG_STATE_HOME: where what belongs to you and not to the incident is kept, in warroom (else ~/.local/state). TZ: the zone that times are shown in. NO_COLOR: any value turns colour off."},
}

// settingsText says what the configuration file may hold.
func settingsText() string {
	text := "A file in TOML, config.toml, holds how you want it. A file with an error is named with its line and ignored."
	for _, s := range settings {
		text += fmt.Sprintf(" %s: %s.", s.key, s.takes)
	}
	return text
}

// shorthand finds a flag of one letter that the generator gave two dashes.
var shorthand = regexp.MustCompile(`\\fB--(\w) `)

func (e *env) manCommand() *cobra.Command {
	return e.command(&cobra.Command{
		Use:     "man",
		Short:   "Print the manual page",
		Example: "warroom man > /usr/local/share/man/man1/warroom.1",
		Hidden:  true,
		Args:    words(0, 0),
	}, func(_ context.Context, c *cobra.Command, _ []string) error {
		page, err := mango.NewManPage(1, c.Root())
		if err != nil {
			return err
		}
		for _, s := range manSections {
			page = page.WithSection(s.name, s.text)
		}
		text := shorthand.ReplaceAllString(page.Build(roff.NewDocument()), `\fB-$1 `)
		return e.print(func(w io.Writer) { io.WriteString(w, text) })
	})
}
