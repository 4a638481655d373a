//go:build unix && !linux

package term

// watchParent returns no file: only Linux has one for a parent that ends.
func watchParent() int { return -1 }
