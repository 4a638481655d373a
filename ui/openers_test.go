package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// The commands open files only for who is at the local shell: a file that a person
// names is a localFile, which the tree refuses at the other doors. So whatever opens
// a file by its name must be handed that of a localFile.
//
// A function that hands on a parameter of its own opens files too: then its callers
// are looked at.
const (
	opensIn  = "ui/cli"
	madeIn   = "ui/cli/files.go" // where words become files
	fileType = "localFile"
	nameOf   = "name" // the method
)

// harmless is what os has that opens nothing.
var harmless = []string{"Args", "DevNull", "ErrNotExist", "File", "FileInfo", "FileMode", "Getpid", "Hostname", "Interrupt", "PathError",
	"O_APPEND", "O_CREATE", "O_EXCL", "O_RDONLY", "O_RDWR", "O_WRONLY", "Environ", "Setenv", "Signal", "Stderr", "Stdin", "Stdout"}

// walkers are what filepath has that looks into directories.
var walkers = []string{"EvalSymlinks", "Glob", "Walk", "WalkDir"}

// ownFiles are the functions, and the types with methods, that open files whose names
// the program makes by itself: those of the state directory, and the configuration.
var ownFiles = []string{"draftFile", "history", "seenFile", "config", "startOf"}

// openers are what opens a file, and which of its arguments is the name of the file.
// A function of the commands has its name alone, one of another package that of the
// package before it, and a method of whatever type a dot.
type openers map[string]int

// opener returns what a function is called among the openers.
func opener(pkg string, fn *ast.FuncDecl) string {
	switch {
	case fn.Recv != nil:
		return "." + fn.Name.Name
	case pkg == "cli":
		return fn.Name.Name
	}
	return pkg + "." + fn.Name.Name
}

// exported adds what a package of ours opens: its exported functions with a
// parameter called path.
func (o openers) exported(files []goFile, pkg string) {
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.pkg != pkg || f.test || !fn.Name.IsExported() {
				continue
			}
			if at := slices.Index(params(fn), "path"); at >= 0 {
				o[opener(f.Name.Name, fn)] = at
			}
		}
	}
}

// params returns the names of the parameters of a function.
func params(fn *ast.FuncDecl) (names []string) {
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// called returns which argument of a call is the name of a file, or -1.
func (o openers) called(call *ast.CallExpr) int {
	at, opens := 0, false
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		at, opens = o[fn.Name], hasKey(o, fn.Name)
	case *ast.SelectorExpr:
		x, _ := fn.X.(*ast.Ident)
		switch {
		case x != nil && opensItself(x.Name, fn.Sel.Name):
			opens = true
		case x != nil && hasKey(o, x.Name+"."+fn.Sel.Name):
			at, opens = o[x.Name+"."+fn.Sel.Name], true
		default:
			at, opens = o["."+fn.Sel.Name], hasKey(o, "."+fn.Sel.Name)
		}
	}
	if !opens || at >= len(call.Args) {
		return -1
	}
	return at
}

func hasKey(o openers, name string) bool {
	_, ok := o[name]
	return ok
}

func opensItself(pkg, name string) bool {
	return pkg == "os" && !slices.Contains(harmless, name) || pkg == "filepath" && slices.Contains(walkers, name)
}

// wrong returns what a file of the commands opens that nobody has declared, and adds
// to the openers those functions of it that hand on a parameter.
func (o openers) wrong(f goFile) (found []ast.Node) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		own := slices.Contains(ownFiles, fn.Name.Name) || fn.Recv != nil && slices.Contains(ownFiles, receiver(fn))
		calls := map[ast.Expr]bool{}
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				calls[n.Fun] = true
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == fileType && f.name != madeIn {
					found = append(found, n)
				}
				at := o.called(n)
				if at < 0 || own {
					return true
				}
				if name, ok := n.Args[at].(*ast.Ident); ok && !reused(fn, name.Name) {
					if i := slices.Index(params(fn), name.Name); i >= 0 {
						o[opener("cli", fn)] = i
						return true
					}
				}
				if !declared(n.Args[at], fn) {
					found = append(found, n)
				}
			case *ast.SelectorExpr:
				x, _ := n.X.(*ast.Ident)
				if x == nil || calls[n] || own {
					return true
				}
				if hasKey(o, x.Name+"."+n.Sel.Name) || opensItself(x.Name, n.Sel.Name) {
					found = append(found, n) // not called, but handed on
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Keys" && !declared(n.Value, fn) {
					found = append(found, n) // of a serve.Config
				}
			}
			return true
		})
	}
	return found
}

// reused reports whether a function gives a parameter another value that is not the
// name of a declared file.
func reused(fn *ast.FuncDecl, param string) (is bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if set, ok := n.(*ast.AssignStmt); ok {
			for i, left := range set.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == param {
					is = is || len(set.Lhs) != len(set.Rhs) || !declared(set.Rhs[i], fn)
				}
			}
		}
		return true
	})
	return is
}

// declared reports whether an expression is the name of a declared file, a name that
// the program has in its text, or the directory of such a file.
func declared(x ast.Expr, fn *ast.FuncDecl) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "defaultFile"
	case *ast.SelectorExpr:
		id, _ := x.X.(*ast.Ident)
		return id != nil && id.Name == "os" && x.Sel.Name == "DevNull"
	case *ast.CallExpr:
		sel, _ := x.Fun.(*ast.SelectorExpr)
		if sel == nil {
			return false
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == "filepath" && sel.Sel.Name == "Dir" {
			param, ok := x.Args[0].(*ast.Ident)
			return ok && slices.Contains(params(fn), param.Name) && !reused(fn, param.Name)
		}
		return sel.Sel.Name == nameOf && len(x.Args) == 0
	}
	return false
}

// opening returns all that opens files, itself or by handing on a parameter.
func opening(files []goFile) openers {
	o := openers{}
	o.exported(files, "store")
	o.exported(files, "ui/serve")
	for before := -1; before < len(o); { // who calls one that hands on may hand on too
		before = len(o)
		for _, f := range files {
			if f.pkg == opensIn && !f.test {
				o.wrong(f)
			}
		}
	}
	return o
}

func TestCommandsOpenOnlyDeclaredFiles(t *testing.T) {
	files := goFiles(t)
	o := opening(files)
	for _, name := range []string{"store.Open", "store.Create", ".Backup", "serve.LoadKeys", "sow", ".create", ".publicKey"} {
		if !hasKey(o, name) {
			t.Errorf("%s is not taken for something that opens a file: %v", name, o)
		}
	}
	for _, f := range files {
		if f.pkg != opensIn || f.test {
			continue
		}
		for _, n := range o.wrong(f) {
			t.Errorf("%s: a file is opened whose name is not that of a declared %s: take it from fileArg or fileFlag", f.at(n), fileType)
		}
		for _, spec := range f.Imports {
			if slices.Contains([]string{`"os/exec"`, `"io/ioutil"`}, spec.Path.Value) {
				t.Errorf("%s: a command may not import %s", f.at(spec), spec.Path.Value)
			}
		}
	}
}

// TestUndeclaredFilesAreFound shows the check commands that open what a person names
// without having declared it, and some that may.
func TestUndeclaredFilesAreFound(t *testing.T) {
	known := opening(goFiles(t))
	for _, tt := range []struct {
		body  string
		wrong int
	}{
		{`os.Open(args[0])`, 1},
		{`os.ReadFile(word)`, 1}, // its own flag
		{`os.Remove(filepath.Join(args[0], "x"))`, 1},
		{`os.MkdirAll(filepath.Dir(args[0]), 0o700)`, 1},
		{`open := os.Open; open(args[0])`, 1},
		{`store.Open(ctx, args[0], store.Options{})`, 1},
		{`s.Backup(ctx, args[0])`, 1},
		{`serve.LoadKeys(word)`, 1},
		{`serve.New(serve.Config{Keys: word})`, 1},
		{`filepath.Glob(args[0])`, 1},
		{`e.create(ctx, args[0], "blank", nil)`, 1},
		{`e.shell.open(ctx, args[0])`, 1},
		{`file = localFile(args[0]); os.Open(file.name())`, 1},
		{`os.Open(file.name())`, 0},
		{`e.create(ctx, file.name(), "blank", nil)`, 0},
		{`os.Lstat(defaultFile); os.Open(os.DevNull)`, 0},
		{`os.Getpid(); filepath.Base(args[0])`, 0},
	} {
		text := "package cli\nfunc (e *env) doIt(ctx context.Context, args []string) {\n" + tt.body + "\n}\n"
		f := goFile{pkg: opensIn, name: opensIn + "/new.go", set: token.NewFileSet()}
		var err error
		if f.File, err = parser.ParseFile(f.set, f.name, text, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
		if n := len(known.wrong(f)); n != tt.wrong {
			t.Errorf("%s: %d faults are found, want %d", strings.TrimSpace(tt.body), n, tt.wrong)
		}
	}
	// One that hands on a parameter is found where it is called.
	text := "package cli\nfunc read(name string) { os.ReadFile(name) }\nfunc (e *env) doIt(args []string) { read(args[0]) }\n" +
		"func again(name string) { name = other(); os.ReadFile(name) }\n"
	f := goFile{pkg: opensIn, name: opensIn + "/new.go", set: token.NewFileSet()}
	var err error
	if f.File, err = parser.ParseFile(f.set, f.name, text, parser.SkipObjectResolution); err != nil {
		t.Fatal(err)
	}
	if n := len(opening([]goFile{f}).wrong(f)); n != 2 {
		t.Errorf("%d faults are found where a parameter is handed on, want 2", n)
	}
}
