package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// TestSchemaIsThatOfItsVersion fails when a table changes without a new version: a file
// of the old one would be taken for damaged. Raise Version, keep files of the old one in
// testdata/, then put the new hash here.
func TestSchemaIsThatOfItsVersion(t *testing.T) {
	const version, want = 6, "d23581d2da1cd411a7f4f5336cdc33a1e8329334ac5457982630b927c464fb52"
	if got := hashOf(schema()); got != want || Version != version {
		t.Errorf("the schema of version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}

// TestFormatOfTheLog fails when the table of events changes, or what guards it: no
// older warroom could read the log then.
func TestFormatOfTheLog(t *testing.T) {
	const format, want = 1, "713167fb386a5d179a1c2424b635270a5d83aa2f165a332806900d9ff75c983f"
	if got := hashOf(logSchema); got != want || Format != format {
		t.Errorf("the log of format %d has hash %s, want format %d with %s", Format, got, format, want)
	}
}

func hashOf(statements []string) string {
	sum := sha256.Sum256([]byte(strings.Join(statements, ";\n")))
	return hex.EncodeToString(sum[:])
}

func TestNumber(t *testing.T) {
	for n, want := range map[number][2]int{5: {1, 5}, 6: {1, 6}, 999: {1, 999}, 1000: {2, 0}, 2007: {3, 7}} {
		if got := [2]int{n.format(), n.version()}; got != want {
			t.Errorf("%d is format and version %v, want %v", n, got, want)
		}
	}
}
