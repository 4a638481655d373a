//go:build !unix

package ui

import "os"

// keyboard returns the file that keys are read from.
func keyboard(f *os.File) *os.File { return f }
