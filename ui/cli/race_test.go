//go:build race

package cli

// underRace says that the race detector makes every step take ten times as long:
// less is tried then.
const underRace = true
