package cli

import (
	"context"
	"github.com/spf13/cobra"
	"io"
	"runtime/debug"

	"warroom/store"
)

func (e *env) versionCommand() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "warroom version\nwarroom version --json",
		Args:    words(0, 0),
	}, func(context.Context, *cobra.Command, []string) error {
		version, commit, goVersion := built()
		if asJSON {
			return e.print(func(w io.Writer) {
				writeJSON(w, object{{"version", version}, {"commit", known(commit)}, {"go", goVersion}, {"log_format", store.Format}, {"schema", store.Version}})
			})
		}
		if commit != "" {
			version += " (" + commit + ")"
		}
		return e.result("warroom %s, log format %d, version %d of the tables, %s", version, store.Format, store.Version, goVersion)
	})
	jsonFlag(c, &asJSON)
	return c
}

// built returns what the build says of itself.
func built() (version, commit, goVersion string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unsaid, "", unsaid
	}
	version = info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit, info.GoVersion
}
