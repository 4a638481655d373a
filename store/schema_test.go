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
	const version, want = 5, "b67bc75f4d834f741ea9faa2e59e484b8aeda02f9e948d6ef330fc1c8b22873d"
	sum := sha256.Sum256([]byte(strings.Join(slices.Concat(schema(), shadowSchema), ";\n")))
	if got := hex.EncodeToString(sum[:]); Version != version || got != want {
		t.Errorf("schema version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}
