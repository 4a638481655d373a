package kit

import "strings"

// signs are the signs that we draw beside ASCII, each with the ASCII character
// that stands for it. Both take one cell, so that a finished line can be
// translated.
var signs = map[rune]rune{
	'●': '*', '◐': '%', '○': 'o', '▲': '^', '■': '#', '✓': '+', '×': 'x', '·': '-', '…': '~', // symbols
	'→': '>', '←': '<', '↓': 'v', '↑': '^', '▼': 'v', '▶': '>', '◀': '<', '▸': '>', '▾': 'v',
	'–': '-', '—': '-', '≥': '>', '≤': '<', '≈': '~', '±': '~', '−': '-', '•': '*', 'Δ': '!', '\ufffd': '?',
	'“': '"', '”': '"', '‘': '\'', '’': '\'', '«': '"', '»': '"', '\u00a0': ' ',
	'─': '-', '│': '|', '━': '=', '┃': '|', '═': '=', '║': '|', '┄': '-', '┆': '|', // rules and boxes
	'┌': '+', '┐': '+', '└': '+', '┘': '+', '├': '+', '┤': '+', '┬': '+', '┴': '+', '┼': '+',
	'╭': '+', '╮': '+', '╰': '+', '╯': '+',
	'░': '.', '▒': ':', '▓': '=', '█': '@', '▄': '#', '▀': '#', '▁': '_', // blocks
}

// ASCII returns s, which may be a whole screen with its styles, with each sign
// of ours as one ASCII character. It takes as many cells as before. What people
// wrote stays as it is, but for signs that we use as well.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		if c, ok := signs[r]; ok {
			return c
		}
		return r
	}, s)
}
