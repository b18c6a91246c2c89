package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName = regexp.MustCompile(`\b(?:Test|Fuzz|Example)[A-Z][A-Za-z0-9_]*\b`)
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)[A-Z][A-Za-z0-9_]*)\(`)
	rowID    = regexp.MustCompile(`(?m)^\| ([A-Z]+(?:-[A-Z]+)?-[0-9]+) \|`)
)

// TestControlsNameRealTests: docs/controls.md names only tests and stories that exist.
func TestControlsNameRealTests(t *testing.T) {
	text := read(t, "docs/controls.md")
	exists := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			for _, m := range testFunc.FindAllStringSubmatch(read(t, s.path), -1) {
				exists[m[1]] = true
			}
		}
	}
	for _, name := range testName.FindAllString(text, -1) {
		if !exists[name] {
			t.Errorf("docs/controls.md names %s, which no test file has", name)
		}
	}
	for _, m := range regexp.MustCompile(`\b([a-z0-9_-]+\.txtar)\b`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(root, "app/cli/testdata", m[1])); err != nil {
			t.Errorf("docs/controls.md names story %s: %v", m[1], err)
		}
	}
}

// TestControlsCoverEveryRequirement: every id of the requirements has one row.
func TestControlsCoverEveryRequirement(t *testing.T) {
	path := filepath.Join(root, "../shared/requirements.md")
	source, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the requirements are not beside this checkout (%v); the rows cannot be compared", err)
	}
	have := map[string]int{}
	for _, m := range rowID.FindAllStringSubmatch(read(t, "docs/controls.md"), -1) {
		have[m[1]]++
	}
	want := rowID.FindAllStringSubmatch(string(source), -1)
	if len(want) < 50 {
		t.Fatalf("only %d ids found in %s: the pattern is broken", len(want), path)
	}
	for _, m := range want {
		if have[m[1]] != 1 {
			t.Errorf("docs/controls.md has %d rows for %s, want 1", have[m[1]], m[1])
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}
