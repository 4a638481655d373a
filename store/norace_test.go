//go:build !race

package store

// unlessRace returns how often a long loop is run: n times, or fewer where the
// race detector makes every step take ten times as long.
func unlessRace(n, _ int) int { return n }
