// Command warroom is a terminal dashboard for the people who handle a
// personal-data breach together.
package main

import (
	"os"

	"warroom/ui/cli"
)

func main() { os.Exit(cli.Main()) }
