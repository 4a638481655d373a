//go:build race

package ui

// underRace says that the race detector makes every step take ten times as long:
// long walks are shorter then.
const underRace = true
