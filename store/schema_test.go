package store

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// TestSchemaIsThatOfItsVersion fails when a table changes without a new
// version: a file of the old one would be taken for damaged. Raise Version, then
// put the new hash here.
func TestSchemaIsThatOfItsVersion(t *testing.T) {
	const version, want = 5, "f169912d7b945932557c1cfbe96445f7c8f503f380c18ed3cbd520b61440030f"
	sum := sha256.Sum256([]byte(strings.Join(slices.Concat(schema(), shadowSchema), ";\n")))
	if got := hex.EncodeToString(sum[:]); Version != version || got != want {
		t.Errorf("schema version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}
