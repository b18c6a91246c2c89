//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/app/demoworld"
	"cordon/assets/demo"
)

func code(t *testing.T) string {
	t.Helper()
	c, err := demoworld.Code("k.lindqvist", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(os.TempDir(), "cordon-e2e", "cordon")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-race", "-o", bin, "cordon/app").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

func makeDemo(t *testing.T, bin string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "workstation")
	if out, err := exec.CommandContext(t.Context(), bin, "demo", "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	return data
}

func run(t *testing.T, bin, data string, args ...string) []byte {
	t.Helper()
	const auditor = "a.moreno"
	cmd := exec.CommandContext(t.Context(), bin, append(args, "--data", data, "--json", "--user", auditor, "--accept-rules", rules(t, bin, data))...)
	cmd.Env = append(os.Environ(), "CORDON_PASSWORD="+demo.Password(auditor))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cordon %v: %v\n%s", args, err, out)
	}
	return out
}

func rules(t *testing.T, bin, data string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, "audit", "list", "--data", data, "--json", "--user", "a.moreno")
	cmd.Env = append(os.Environ(), "CORDON_PASSWORD="+demo.Password("a.moreno"))
	out, _ := cmd.Output() // exit status 3 is what it is asked for
	var refused struct {
		Error struct {
			Digest string `json:"rules_digest"`
		} `json:"error"`
	}
	if err := json.Unmarshal(out, &refused); err != nil || refused.Error.Digest == "" {
		t.Fatalf("no digest of the rules in %s (%v)", out, err)
	}
	return refused.Error.Digest
}

func auditKinds(t *testing.T, bin, data string) map[string]int {
	t.Helper()
	var list struct {
		Entries []struct{ Kind string }
	}
	if err := json.Unmarshal(run(t, bin, data, "audit", "list"), &list); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, e := range list.Entries {
		kinds[e.Kind]++
	}
	return kinds
}

func waitForFile(t *testing.T, d *desktop, pattern string) string {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		if found, err := filepath.Glob(pattern); err == nil && len(found) == 1 {
			return found[0]
		}
	}
	d.shot("no-file")
	t.Fatalf("no file %s after a minute; see out/e2e/no-file.png", pattern)
	return ""
}

func checkExport(t *testing.T, pdf, geo string) {
	t.Helper()
	var export struct {
		Audit struct {
			Root, Leaf string
		}
	}
	text, err := os.ReadFile(geo)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &export); err != nil {
		t.Fatal(err)
	}
	if len(export.Audit.Root) != 64 {
		t.Fatalf("the GeoJSON has the root %q", export.Audit.Root)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	for _, want := range []string{plate, caseNumber, export.Audit.Root, export.Audit.Leaf, "LEAD ONLY", "depot gate log"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the PDF's text lacks %q", want)
		}
	}
}
