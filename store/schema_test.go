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
	const version, want = 2, "068c03d154c86a95e686b47c13853e9a5bfe1290884e06707c4566cad5ae28e6"
	sum := sha256.Sum256([]byte(strings.Join(schema(), ";\n")))
	if got := hex.EncodeToString(sum[:]); Version != version || got != want {
		t.Errorf("schema version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}
