package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "cordon"
	root   = "../.."
)

// source is one Go file of the tree with what it imports.
type source struct {
	path    string // slash-separated, from the module's root
	pkg     string // import path of its folder
	name    string // package clause
	doc     bool   // has a package comment
	imports []string
	lines   int
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources parses every Go file of the module, whatever its build tags.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(path, "go.mod"))
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || nested == nil) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		s := source{
			path: rel, pkg: module + "/" + filepath.ToSlash(filepath.Dir(rel)), name: file.Name.Name,
			doc: file.Doc != nil, lines: strings.Count(string(text), "\n"),
		}
		for _, imp := range file.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, p)
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d Go files found below %s: the walk is broken", len(out), root)
	}
	return out
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func withinAny(path string, folders ...string) bool {
	for _, f := range folders {
		if within(path, f) {
			return true
		}
	}
	return false
}

// rule forbids imports, with the reason that a person who breaks it should read.
type rule struct {
	name   string
	from   func(s source) bool
	banned func(path string) bool
	reason string
}

func own(path string) bool { return within(path, module) }

func fyne(path string) bool { return within(path, "fyne.io/fyne/v2") || within(path, "fyne.io/x") }

func rules() []rule {
	in := func(folders ...string) func(source) bool {
		return func(s source) bool { return withinAny(s.pkg, folders...) }
	}
	return []rule{
		{
			"engine stands alone", in("cordon/engine"),
			func(p string) bool { return own(p) && !within(p, "cordon/engine") || fyne(p) },
			"the engine is the one door to detections; it must build, test and be audited without any window or output format",
		},
		{
			"mapview stands alone", in("cordon/mapview"),
			func(p string) bool { return own(p) && !within(p, "cordon/mapview") },
			"the map widget knows shapes and colours, never detections; app adapts",
		},
		{
			"reports see only the engine", in("cordon/reports"),
			func(p string) bool { return own(p) && !withinAny(p, "cordon/reports", "cordon/engine") || fyne(p) },
			"a report is made from a case file, the same with and without a window",
		},
		{
			"assets stand alone", in("cordon/assets"),
			func(p string) bool { return own(p) && !within(p, "cordon/assets") || fyne(p) },
			"assets are data; whoever needs them adapts them",
		},
		{
			"the command line has no window", in("cordon/app/cli", "cordon/app/session", "cordon/app/demoworld"), fyne,
			"the verbs and the view-models must build with CGO_ENABLED=0 and be testable without a display",
		},
		{
			"views see view-models", func(s source) bool { return within(s.pkg, "cordon/app/views") && !s.test() },
			func(p string) bool { return withinAny(p, "cordon/engine", "cordon/reports", "cordon/app/cli") },
			"a view that reaches the engine could show what the door has not recorded",
		},
		{
			"storage stays behind the door", func(s source) bool { return !within(s.pkg, "cordon/engine") },
			func(p string) bool { return strings.HasPrefix(p, "cordon/engine/internal") },
			"every read of a detection goes through engine.Session",
		},
		{
			"one importer of fyne/app", func(s source) bool { return s.pkg != "cordon/app" && !s.test() },
			func(p string) bool { return p == "fyne.io/fyne/v2/app" },
			"the driver is started in one place, so that everything else runs under the test driver",
		},
		{
			"one importer of s2", func(s source) bool { return !within(s.pkg, "cordon/engine/geo") },
			func(p string) bool { return strings.HasPrefix(p, "github.com/golang/geo") },
			"spherical and planar geometry must not be mixed by accident; package geo states the boundary rule once",
		},
		{
			"badger stays in the stores", func(s source) bool {
				return !withinAny(s.pkg, "cordon/engine/internal/reads", "cordon/engine/internal/vault", "cordon/engine/internal/badgerfiles",
					"cordon/engine/internal/scale/benchscale") // measures the naive layout beside the store
			},
			func(p string) bool { return strings.HasPrefix(p, "github.com/dgraph-io/badger") },
			"its failure modes (design.md section 3) are handled in the stores alone",
		},
	}
}

func TestImportRules(t *testing.T) {
	files := sources(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, s := range files {
				if !r.from(s) {
					continue
				}
				for _, imp := range s.imports {
					if r.banned(imp) {
						t.Errorf("%s imports %s: %s", s.path, imp, r.reason)
					}
				}
			}
		})
	}
}

// TestImportRulesBite proves that each rule refuses what it is there for.
func TestImportRulesBite(t *testing.T) {
	for name, c := range map[string]struct{ pkg, imp string }{
		"engine stands alone":            {"cordon/engine/geo", "cordon/app/theme"},
		"mapview stands alone":           {"cordon/mapview/tools", "cordon/engine/detection"},
		"reports see only the engine":    {"cordon/reports", "cordon/mapview/basemap"},
		"assets stand alone":             {"cordon/assets/demo", "cordon/engine"},
		"the command line has no window": {"cordon/app/cli", "fyne.io/fyne/v2/widget"},
		"views see view-models":          {"cordon/app/views/kit", "cordon/engine"},
		"storage stays behind the door":  {"cordon/app/session", "cordon/engine/internal/reads"},
		"one importer of fyne/app":       {"cordon/app/views", "fyne.io/fyne/v2/app"},
		"one importer of s2":             {"cordon/reports", "github.com/golang/geo/s2"},
		"badger stays in the stores":     {"cordon/engine", "github.com/dgraph-io/badger/v4"},
	} {
		found := false
		for _, r := range rules() {
			if r.name == name {
				found = r.from(source{pkg: c.pkg, path: "x.go"}) && r.banned(c.imp)
			}
		}
		if !found {
			t.Errorf("rule %q lets %s import %s", name, c.pkg, c.imp)
		}
	}
}

func TestOnlyUIThreadCallsFyneDo(t *testing.T) {
	for _, s := range sources(t) {
		if within(s.pkg, "cordon/app/uithread") || s.test() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, s.path))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if strings.Contains(code, "fyne.Do(") || strings.Contains(code, "fyne.DoAndWait(") {
				t.Errorf("%s:%d calls fyne.Do: only app/uithread may, so that staleness is checked in one place", s.path, i+1)
			}
		}
	}
}

func TestEveryPackageHasOneDocComment(t *testing.T) {
	docs := map[string][]string{}
	for _, s := range sources(t) {
		if s.test() || s.name == "main" && !within(s.pkg, "cordon/app") {
			continue
		}
		if _, ok := docs[s.pkg]; !ok {
			docs[s.pkg] = nil
		}
		if s.doc {
			docs[s.pkg] = append(docs[s.pkg], s.path)
		}
	}
	for pkg, files := range docs {
		if len(files) != 1 {
			t.Errorf("package %s has %d package comments %v; write one", pkg, len(files), files)
		}
	}
}

// TestFileLength keeps one concept a file: above 500 lines a file holds several.
func TestFileLength(t *testing.T) {
	for _, s := range sources(t) {
		if !s.test() && s.lines > 500 {
			t.Errorf("%s has %d lines; split it by concept", s.path, s.lines)
		}
	}
}
