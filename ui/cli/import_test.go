package cli

import (
	"strings"
	"testing"

	"warroom/data"
)

// sheet runs import actions - with a sheet on standard input.
func (d *desk) sheet(role data.Role, src string, flags ...string) (status int, out, errs string) {
	d.t.Helper()
	var o, e strings.Builder
	status = d.Run(d.t.Context(), "ben", role, append([]string{"import", "actions", "-"}, flags...), strings.NewReader(src), &o, &e)
	return status, o.String(), e.String()
}

// Behind the other doors there are no files, and what one may do is asked.
func TestImportBehindTheOtherDoors(t *testing.T) {
	d := newDesk(t, "blank")
	const src = "title,stream\nCall,support\n"
	before := d.seq()
	d.refuses(data.Lead, 2, noFileLines, "import", "actions", "/etc/passwd")
	if status, _, errs := d.sheet(data.Viewer, src, "--yes"); status != 4 || !strings.Contains(errs, "a viewer may not do this") {
		t.Errorf("a viewer: exit status %d, says %q", status, errs)
	}
	if status, _, errs := d.sheet(data.Responder, src, "--yes"); status != 4 || !strings.Contains(errs, "it takes the role lead") {
		t.Errorf("a responder: exit status %d, says %q", status, errs)
	}
	if after := d.seq(); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
	if status, out, errs := d.sheet(data.Lead, src, "--yes"); status != 0 || out != "A-1\n" {
		t.Errorf("a lead: exit status %d, prints %q, says %q", status, out, errs)
	}
	if status, out, _ := d.sheet(data.Lead, src, "--yes"); status != 0 || out != "" {
		t.Errorf("the same by somebody else: exit status %d, prints %q", status, out)
	}
}

// An imported row whose event was redacted is known all the same.
func TestImportAfterARedaction(t *testing.T) {
	d := newDesk(t, "blank")
	const src = "title,stream,detail\nCall,support,a secret\n"
	d.sheet(data.Lead, src, "--yes")
	head := d.seq()
	if status, _, errs := d.as(data.Lead, "redact", data.Digits(head), "--why", "a name"); status != 0 {
		t.Fatal(errs)
	}
	status, out, errs := d.sheet(data.Lead, src)
	if status != 0 || !strings.Contains(out, "line 2: it is there already: A-1\n") {
		t.Errorf("exit status %d, prints %q, says %q", status, out, errs)
	}
}

// Of two that import the same file at once, neither adds an action twice.
func TestImportTwiceAtOnce(t *testing.T) {
	d := newDesk(t, "blank")
	src := "id,title,stream\n" + strings.Repeat("x,Call,support\n", 3) + "y,Write,support\n"
	done := make(chan int)
	for range 4 {
		data.Go(func() {
			status, _, _ := d.sheet(data.Lead, src, "--yes")
			done <- status
		}, func(err error) { t.Error(err) })
	}
	for range 4 {
		if status := <-done; status != 0 {
			t.Errorf("exit status %d", status)
		}
	}
	if out := d.run("action list"); strings.Count(out, "\n") != 3 {
		t.Errorf("not two actions and a header:\n%s", out)
	}
}
