package term

import (
	"strconv"
	"strings"
)

// lookup returns a variable of an environment, "" if it is not set.
func lookup(env []string, name string) (value string) {
	for _, v := range env {
		if after, ok := strings.CutPrefix(v, name+"="); ok {
			value = after
		}
	}
	return value
}

// fallback is the size of a terminal that does not know it.
func fallback(env []string) (w, h int) {
	or := func(name string, or int) int {
		if n, err := strconv.Atoi(lookup(env, name)); err == nil && n > 0 {
			return n
		}
		return or
	}
	return or("COLUMNS", 80), or("LINES", 24)
}

// Light reports whether COLORFGBG says that the terminal's background is light. Some
// terminals set it, and some of these do not answer when they are asked.
func Light(env []string) bool {
	value := lookup(env, "COLORFGBG") // such as 0;15, or 0;default;15
	n, err := strconv.Atoi(value[strings.LastIndexByte(value, ';')+1:])
	return err == nil && (n == 7 || n >= 9 && n <= 15)
}
