package ui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "warroom/"

// arrows says which of our packages each package may import.
var arrows = map[string][]string{
	".":                {"ui/cli"},
	"data":             {},
	"data/clock":       {},
	"data/seed":        {"data"},
	"store":            {"data", "data/clock"},
	"ui/kit":           {},
	"ui/pane":          {"data", "ui/kit"},
	"ui/term":          {"data", "data/clock"},
	"ui/term/termtest": {},
	"ui":               {"data", "data/clock", "ui/kit", "ui/pane", "ui/term"},
	"ui/serve":         {"data", "data/clock", "store", "ui", "ui/term"},
	"ui/cli":           {"data", "data/clock", "data/seed", "store", "ui", "ui/serve"},
}

// reserved says which packages alone may import what is not ours, by the
// beginning of its path.
var reserved = map[string][]string{
	"github.com/goccy/go-yaml": {"data/seed"},
	"database/sql":             {"store"},
	"modernc.org/":             {"store"},
	"net/http":                 {},
	"math/rand":                {},
	"github.com/spf13/":        {"ui/cli"},
	"charm.land/fang":          {"ui/cli"},
	"charm.land/ssh":           {"ui/serve"},
	"github.com/pelletier/":    {"ui/cli"},
	"github.com/pelletier/go-toml/v2/unstable": {}, // it may change with any release
	"github.com/hanwen/":                       {},
}

// banned says what a package may not import, by the beginning of its path, and
// why.
var banned = map[string]map[string]string{
	"data":      {"os": "data is pure", "io": "data is pure", "net": "data is pure", "database": "data knows no storage", "crypto/rand": "data knows no randomness"},
	"data/seed": {"os": "it reads what is embedded, or what it is handed", "database": "it knows no storage", "net": "it reads what is embedded"},
	"ui/kit":    {"os": "widgets do no input or output", "io": "widgets do no input or output", "database": "widgets do no input or output"},
	"ui/pane":   {"os": "panes ask, they do not act", "io": "panes ask, they do not act", "database": "panes ask, they do not act"},
}

// v1 are the packages whose current releases are under charm.land.
var v1 = []string{"bubbletea", "bubbles", "lipgloss", "glamour", "huh", "fang", "log", "wish", "ssh"}

// Limits that keep every file small enough to read in one sitting.
const (
	maxFile = 400 // lines
	maxFunc = 60  // lines
)

// A source file of ours.
type goFile struct {
	pkg  string // its package's directory, from the root
	name string // its path, from the root
	test bool
	set  *token.FileSet
	*ast.File
}

// goFiles returns every Go file of the module.
func goFiles(t *testing.T) (all []goFile) {
	t.Helper()
	const root = ".."
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != root || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go"):
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		f := goFile{name: filepath.ToSlash(rel), set: token.NewFileSet(), test: strings.HasSuffix(file, "_test.go")}
		f.pkg = path.Dir(f.name)
		f.File, err = parser.ParseFile(f.set, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d files: the walk began in the wrong place", len(all))
	}
	return all
}

func (f goFile) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.name, f.set.Position(n.Pos()).Line)
}

// under reports whether an import path is prefix or below it.
func under(imp, prefix string) bool {
	return imp == prefix || strings.HasPrefix(imp, strings.TrimSuffix(prefix, "/")+"/")
}

func TestArrows(t *testing.T) {
	for _, f := range goFiles(t) {
		may, known := arrows[f.pkg]
		if !known {
			t.Errorf("%s: package %s is not in the layout", f.name, f.pkg)
		}
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if after, ok := strings.CutPrefix(imp, "github.com/charmbracelet/"); ok {
				if first, _, _ := strings.Cut(after, "/"); slices.Contains(v1, first) {
					t.Errorf("%s imports %s: its current release is under charm.land", f.at(spec), imp)
				}
			}
			if f.test {
				continue
			}
			ours, ok := strings.CutPrefix(imp, module)
			if ok && !slices.Contains(may, ours) {
				t.Errorf("%s: %s may not import %s", f.at(spec), f.pkg, ours)
			}
			if host, _, _ := strings.Cut(imp, "/"); f.pkg == "data" && strings.Contains(host, ".") {
				t.Errorf("%s imports %s: data rests on the standard library", f.at(spec), imp)
			}
			for prefix, why := range banned[f.pkg] {
				if under(imp, prefix) {
					t.Errorf("%s: %s may not import %s: %s", f.at(spec), f.pkg, imp, why)
				}
			}
			for prefix, users := range reserved {
				if under(imp, prefix) && !slices.Contains(users, f.pkg) {
					t.Errorf("%s: %s may not import %s: that is for %v", f.at(spec), f.pkg, imp, users)
				}
			}
		}
	}
}

// TestNoBareGo looks for goroutines in which a panic would end the program, and
// for code that waits without knowing what for.
func TestNoBareGo(t *testing.T) {
	for _, f := range goFiles(t) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				if !f.test && f.name != "data/safe.go" {
					t.Errorf("%s: a bare go statement; use data.Go", f.at(n))
				}
			case *ast.SelectorExpr:
				x, _ := n.X.(*ast.Ident)
				name := n.Sel.Name
				switch {
				case x != nil && x.Name == "time" && name == "Sleep":
					t.Errorf("%s: time.Sleep", f.at(n))
				case f.test:
				case name == "Go" && (x == nil || x.Name != "data"):
					t.Errorf("%s: a goroutine that does not recover; use data.Go", f.at(n))
				}
			}
			return true
		})
	}
}

// TestTheScreenIsForgottenInOnePlace looks for code that says by hand that the screen
// must be drawn anew: Update says so before each message.
func TestTheScreenIsForgottenInOnePlace(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.pkg != "ui" || f.test {
			continue
		}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && (fn.Name.Name == "Update" || fn.Name.Name == "View") {
				continue
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "screen" {
					t.Errorf("%s: only Update and View touch what was drawn last", f.at(n))
				}
				return true
			})
		}
	}
}

// measures are the tests that ask the machine for the time: they measure how long
// something takes, or say until when to wait.
var measures = []string{
	"store/bench_test.go", "store/kill_test.go", "ui/e2e_load_test.go", "ui/e2e_serve_test.go", "ui/e2e_terminal_test.go", "ui/e2e_test.go",
	"ui/remote_test.go", "ui/serve/flood_linux_test.go", "ui/serve/flood_test.go", "ui/serve/gate_test.go", "ui/serve/serve_test.go",
	"ui/serve/threats_test.go", "ui/stored_test.go", "ui/term/stage_test.go", "ui/together_test.go",
}

// TestTheTimeComesFromTheClock looks for code, and for tests, that ask the machine
// for the time. Tests cannot set that.
func TestTheTimeComesFromTheClock(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.pkg == "data/clock" || slices.Contains(measures, f.name) {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s: time.%s asks the machine for the time; use clock.Now", f.at(n), sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestFilesAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		if n := f.set.Position(f.FileEnd).Line; n > maxFile+1 {
			t.Errorf("%s is %d lines long, the most is %d", f.name, n-1, maxFile)
		}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				if n := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1; n > maxFunc {
					t.Errorf("%s: %s is %d lines long, the most is %d", f.at(fn), fn.Name.Name, n, maxFunc)
				}
			}
		}
	}
}

// TestPackagesSayWhatTheyAre asks for one comment per package. It says what the package
// is for, and lists no files.
func TestPackagesSayWhatTheyAre(t *testing.T) {
	docs := map[string][]string{}
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		docs[f.pkg] = append(docs[f.pkg], "")
		if f.Doc != nil {
			docs[f.pkg] = append(docs[f.pkg], f.Doc.Text())
		}
	}
	for pkg, all := range docs {
		all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
		begin := "Package " + path.Base(pkg) + " "
		if pkg == "." {
			begin = "Command warroom "
		}
		if len(all) != 1 || !strings.HasPrefix(all[0], begin) {
			t.Errorf("package %s has %d comments, want one that begins with %q", pkg, len(all), begin)
		}
		if file := regexp.MustCompile(`\S*\.go\b`).FindString(strings.Join(all, "")); file != "" {
			t.Errorf("the comment of package %s names the file %s: files have names that say what they hold", pkg, file)
		}
	}
}

// TestExportedNamesAreExplained asks of every exported name for a sentence that
// begins with it. Names in a group may share the group's.
func TestExportedNamesAreExplained(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || f.pkg == "." {
			continue
		}
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
					explained(t, f, d, d.Name.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					explainedSpec(t, f, d, spec)
				}
			}
		}
	}
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func explainedSpec(t *testing.T, f goFile, d *ast.GenDecl, spec ast.Spec) {
	t.Helper()
	switch s := spec.(type) {
	case *ast.TypeSpec:
		doc := s.Doc
		if doc == nil && !d.Lparen.IsValid() {
			doc = d.Doc
		}
		if s.Name.IsExported() {
			explained(t, f, s, s.Name.Name, doc)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			switch {
			case !name.IsExported():
			case d.Lparen.IsValid():
				if d.Doc == nil && s.Doc == nil && s.Comment == nil {
					t.Errorf("%s: neither %s nor its group is explained", f.at(s), name.Name)
				}
			default:
				explained(t, f, s, name.Name, d.Doc)
			}
		}
	}
}

// explained fails the test unless doc is a sentence that begins with name, or
// with an article and the name.
func explained(t *testing.T, f goFile, n ast.Node, name string, doc *ast.CommentGroup) {
	t.Helper()
	if doc == nil {
		t.Errorf("%s: %s is not explained", f.at(n), name)
		return
	}
	text := strings.TrimSpace(doc.Text())
	ok := false
	for _, article := range []string{"", "A ", "An ", "The "} {
		ok = ok || strings.HasPrefix(text, article+name+" ")
	}
	if first, _, _ := strings.Cut(text, "\n\n"); !ok || !strings.HasSuffix(first, ".") && !strings.HasSuffix(first, ":") {
		t.Errorf("%s: the comment of %s is no sentence that begins with it: %q", f.at(n), name, text)
	}
}

// TestReadmeNamesWhatItRestsOn looks for each module that we require in the
// README.
func TestReadmeNamesWhatItRestsOn(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mod), "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
		name, version, ok := strings.Cut(line, " ")
		if !ok || !strings.HasPrefix(version, "v") || strings.Contains(line, "// indirect") {
			continue
		}
		if !strings.Contains(string(readme), name) {
			t.Errorf("the README does not name %s", name)
		}
	}
}
