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
	const version, want = 3, "9b0234939ae2ad864fcf27481bede1ce3cf75b6b32ba98f6f6f6f3be64745c1c"
	sum := sha256.Sum256([]byte(strings.Join(slices.Concat(schema(), shadowSchema), ";\n")))
	if got := hex.EncodeToString(sum[:]); Version != version || got != want {
		t.Errorf("schema version %d has hash %s, want version %d with %s", Version, got, version, want)
	}
}
