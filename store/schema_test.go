package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// TestSchemaIsThatOfItsVersion fails when a table changes without a new
// version: a file of the old one would be taken for damaged. Raise Version, then
// put the new hash here.
func TestSchemaIsThatOfItsVersion(t *testing.T) {
	const version, want = 1, "c21b3de4f7dc88c779d871e3b0a05dd4e3852d29f1b5950a00a6861f9cf9ffff"
	sum := sha256.Sum256([]byte(strings.Join(schema(), ";\n")))
	if got := hex.EncodeToString(sum[:]); Version != version || got != want {
		t.Errorf("schema version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}
