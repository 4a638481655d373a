package ui

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// spared are the exported names that no other package uses, and why they are exported
// all the same.
var spared = map[string]string{
	"data.Decision":         "a kind of item, as are all others",
	"data.RoleRow":          "a row of RoleTable",
	"data.RoleTable":        "the tests of ui hold the board to it",
	"ui.Model":              "the root, under the name that programs of Bubble Tea give it",
	"ui.Model.KeepDrafts":   "who runs a Model must call it at the end",
	"ui.New":                "makes a Model",
	"ui.Settings.Bind":      "what Settings.Check checks",
	"ui/cli.Runner":         "the tests of ui make boards with it",
	"ui/cli.Runner.Console": "the tests of ui make boards with it",
	"ui/cli.Runner.Run":     "what a Runner is for",
	"ui/cli.Runner.Writer":  "the tests of ui make boards with it",
}

// TestExportedNamesAreUsedElsewhere looks for exported functions, types, methods,
// constants and variables that only their own package uses, or only tests do. Methods
// that satisfy an interface are as they must be. The constants of one declaration go
// together.
func TestExportedNamesAreUsedElsewhere(t *testing.T) {
	all, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: ".."}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	e := exports{used: map[types.Object]bool{}, contracts: map[string][]*types.Interface{}}
	for _, p := range all {
		if len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
		e.use(p)
	}
	e.learn(all)
	left := maps.Clone(spared)
	total := 0
	for _, p := range all {
		if strings.HasSuffix(p.PkgPath, "test") { // a package for tests, which are not looked at
			continue
		}
		names := e.names(p)
		total += len(names)
		for _, name := range names {
			if !name.used && spared[name.text] == "" {
				t.Errorf("%s: nothing outside of its package uses %s", p.Fset.Position(name.obj.Pos()), name.text)
			}
			if !name.used {
				delete(left, name.text)
			}
		}
	}
	if total < 500 {
		t.Errorf("only %d exported names are found", total)
	}
	t.Logf("%d names are exported", total)
	for name, why := range left {
		t.Errorf("%s is used, or is not there: it needs no excuse (%s)", name, why)
	}
}

// exports says what the packages use of each other.
type exports struct {
	used      map[types.Object]bool
	contracts map[string][]*types.Interface // that have a method, by its name
	ours      []*types.Named
}

// An exported name, such as data.Line or data.Field.Get.
type exported struct {
	text string
	obj  types.Object
	used bool
}

// use notes what a package uses of others: names, and the types of what it handles.
func (e *exports) use(p *packages.Package) {
	for _, obj := range p.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok {
			obj = fn.Origin()
		}
		if obj.Pkg() != nil && obj.Pkg() != p.Types {
			e.used[obj] = true
		}
	}
	for _, tv := range p.TypesInfo.Types {
		e.useType(p, tv.Type)
	}
}

func (e *exports) useType(p *packages.Package, typ types.Type) {
	switch typ := typ.(type) {
	case *types.Named:
		if obj := typ.Obj(); obj.Pkg() != nil && obj.Pkg() != p.Types {
			e.used[obj] = true
		}
	case *types.Alias:
		e.used[typ.Obj()] = true
	case *types.Map:
		e.useType(p, typ.Key())
		e.useType(p, typ.Elem())
	case interface{ Elem() types.Type }: // a pointer, a slice, an array, a channel
		e.useType(p, typ.Elem())
	case *types.Tuple:
		for v := range typ.Variables() {
			e.useType(p, v.Type())
		}
	case *types.Signature:
		e.useType(p, typ.Params())
		e.useType(p, typ.Results())
	}
}

// learn collects the interfaces that a method may be there for: all that the packages
// can name, and those that they write where they need them.
func (e *exports) learn(all []*packages.Package) {
	add := func(typ types.Type) {
		if i, ok := typ.Underlying().(*types.Interface); ok {
			for m := range i.Methods() {
				e.contracts[m.Name()] = append(e.contracts[m.Name()], i)
			}
		}
	}
	add(types.Universe.Lookup("error").Type())
	seen := map[*types.Package]bool{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, name := range p.Scope().Names() {
			if tn, ok := p.Scope().Lookup(name).(*types.TypeName); ok {
				if n, ok := tn.Type().(*types.Named); !ok || n.TypeParams() == nil {
					add(tn.Type())
				}
			}
		}
		for _, i := range p.Imports() {
			visit(i)
		}
	}
	for _, p := range all {
		visit(p.Types)
		for _, name := range p.Types.Scope().Names() {
			if named, ok := p.Types.Scope().Lookup(name).Type().(*types.Named); ok && named.TypeParams() == nil {
				e.ours = append(e.ours, named)
			}
		}
		for _, tv := range p.TypesInfo.Types {
			if i, ok := tv.Type.(*types.Interface); ok && tv.IsType() {
				add(i)
			}
		}
	}
}

// names returns what a package exports.
func (e *exports) names(p *packages.Package) (all []exported) {
	path := strings.TrimPrefix(p.PkgPath, module)
	scope := p.Types.Scope()
	together := constGroups(p)
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if obj.Exported() {
			used := e.used[obj] || slices.ContainsFunc(together[obj], func(o types.Object) bool { return e.used[o] })
			all = append(all, exported{path + "." + name, obj, used})
		}
		named, ok := obj.Type().(*types.Named)
		if _, is := obj.(*types.TypeName); !is || !ok || types.IsInterface(named) {
			continue
		}
		for m := range named.Methods() {
			if m.Exported() {
				all = append(all, exported{fmt.Sprintf("%s.%s.%s", path, name, m.Name()), m, e.used[m] || e.promised(m)})
			}
		}
	}
	slices.SortFunc(all, func(a, b exported) int { return cmp.Compare(a.obj.Pos(), b.obj.Pos()) })
	return all
}

// promised reports whether an interface asks for a method, of its type or of one that
// embeds it. Those that the package errors looks for have no name.
func (e *exports) promised(m *types.Func) bool {
	if slices.Contains([]string{"Is", "As", "Unwrap"}, m.Name()) {
		return true
	}
	return slices.ContainsFunc(e.ours, func(typ *types.Named) bool {
		ptr := types.NewPointer(typ)
		has, _, _ := types.LookupFieldOrMethod(ptr, false, m.Pkg(), m.Name())
		return has == m && slices.ContainsFunc(e.contracts[m.Name()], func(i *types.Interface) bool { return types.Implements(ptr, i) })
	})
}

// constGroups returns for each constant those that are declared with it.
func constGroups(p *packages.Package) map[types.Object][]types.Object {
	together := map[types.Object][]types.Object{}
	for _, f := range p.Syntax {
		for _, decl := range f.Decls {
			var all []types.Object
			ast.Inspect(decl, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					if c, ok := p.TypesInfo.Defs[id].(*types.Const); ok {
						all = append(all, c)
					}
				}
				return true
			})
			for _, c := range all {
				together[c] = all
			}
		}
	}
	return together
}
