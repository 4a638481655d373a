package term

import "testing"

func TestLight(t *testing.T) {
	for value, want := range map[string]bool{
		"": false, "15;0": false, "0;15": true, "0;default;15": true, "15;default;0": false, "0;7": true, "15;8": false, "0;11": true, "0;default": false, "nonsense": false,
	} {
		if got := Light([]string{"TERM=rxvt", "COLORFGBG=" + value}); got != want {
			t.Errorf("%q is light: %v", value, got)
		}
	}
}

func TestFallback(t *testing.T) {
	if w, h := fallback(nil); w != 80 || h != 24 {
		t.Errorf("it is %d×%d", w, h)
	}
	if w, h := fallback([]string{"COLUMNS=100", "LINES=x"}); w != 100 || h != 24 {
		t.Errorf("it is %d×%d", w, h)
	}
}
