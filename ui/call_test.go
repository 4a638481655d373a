package ui

import (
	"fmt"
	"testing"
)

func TestCallGolden(t *testing.T) {
	for _, template := range templates {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}, {200, 60}} {
			name := fmt.Sprintf("call-%s-%dx%d", template, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				s := newScreen(t, template, size[0], size[1]).press("C").whole()
				golden(t, name, s.m.View().Content)
			})
		}
	}
}
