package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/app/cli"
)

// TestExactSanFrancisco: 436,714 real positions are imported with no reject, and geographic
// and common-plate queries over downtown San Francisco answer, through the command line,
// exactly as a scan of the file does (Q-GEO-1, Q-COM-1, Q-ALL-1, Q-ALL-3, Q-ALL-4). The scan
// shares no code with the engine: its own reader, its own point-in-polygon in rationals,
// its own grouping.
func TestExactSanFrancisco(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("imports 436,714 rows: run it without -short and -race")
	}
	file := filepath.Join(sharedData(t), "sf-vehicles-2008-05-20.csv.gz")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the shared test data is absent (%v): exactness over real positions is not shown here", err)
	}
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	station := filepath.Join(t.TempDir(), "sf")
	all := scanFile(t, file)
	if len(all) != 436_714 {
		t.Fatalf("the scan reads %d rows", len(all))
	}
	run := func(stdin string, args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		vars := map[string]string{
			"HOME": station, "CORDON_DATA": station, "CORDON_USER": w.accounts[0].User,
			"CORDON_PASSWORD": w.accounts[0].Password, "CORDON_TOTP": w.accounts[0].TOTP,
		}
		status := cli.Run(t.Context(), append(args, "--accept-rules", w.rules), cli.Env{
			Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr, GOOS: "linux", Clock: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
			Getenv: func(k string) string { return vars[k] },
		})
		if status != 0 {
			t.Fatalf("%v: exit status %d\n%s", args, status, stderr.String())
		}
		return stdout.Bytes()
	}
	run("", "demo", "--rows", "0")
	var imported struct {
		Rows, Duplicates, Rejects int64
		PerSecond                 float64 `json:"rows_per_second"`
	}
	if err := json.Unmarshal(run("", "import", file, "--json"), &imported); err != nil {
		t.Fatal(err)
	}
	if imported.Rows != 436_714 || imported.Rejects != 0 || imported.Duplicates != 0 {
		t.Fatalf("imported %+v", imported)
	}
	t.Logf("imported at %.0f rows a second", imported.PerSecond)

	queries := downtownQueries(all)
	var lines bytes.Buffer
	for _, q := range queries {
		b, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(b, '\n'))
	}
	answers := bufio.NewScanner(bytes.NewReader(run(lines.String(), "query", "-", "--batch", "--confirm")))
	answers.Buffer(nil, 64<<20)
	var filled, cut, common int
	for i, q := range queries {
		if !answers.Scan() {
			t.Fatalf("only %d answers to %d queries", i, len(queries))
		}
		scanned := scanAnswer(all, q)
		want, err := json.Marshal(scanned)
		if err != nil {
			t.Fatal(err)
		}
		if scanned.Count > 0 {
			filled++
			if q.Kind == "common" {
				common++
			}
			if scanned.Cut && q.Limit == nil {
				cut++
			}
		}
		got := comparable(t, answers.Bytes())
		if !bytes.Equal(got, want) {
			t.Errorf("query %d (%s, %d areas) differs at byte %d:\n got %s\nwant %s", i, q.Kind, len(q.Areas), firstDifference(got, want), around(got, want), around(want, got))
		}
	}
	t.Logf("%d queries, %d with an answer, %d of them common-plate, %d cut at 5,000", len(queries), filled, common, cut)
	if filled < len(queries)*3/4 || common < 8 || cut < 1 {
		t.Error("the queries are too poor to show anything")
	}
}

// comparable keeps of an answer what scanAnswer knows, in the same form.
func comparable(t *testing.T, line []byte) []byte {
	t.Helper()
	var a struct {
		sfAnswer
		Error any `json:"error"`
	}
	if err := json.Unmarshal(line, &a); err != nil {
		t.Fatal(err)
	}
	if a.Error != nil {
		t.Fatalf("the answer is an error: %v", a.Error)
	}
	for _, row := range a.Rows {
		if _, isRead := row["id"]; isRead {
			keepOnly(row, "id", "plate", "state", "time", "lon", "lat", "areas")
		} else {
			keepOnly(row, "plate", "state", "seen", "counts", "reads", "first", "last")
		}
	}
	b, err := json.Marshal(a.sfAnswer)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func keepOnly(m map[string]any, keys ...string) {
	for k := range m {
		if !slices.Contains(keys, k) {
			delete(m, k)
		}
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func around(a, b []byte) string {
	i := firstDifference(a, b)
	return fmt.Sprintf("…%s…", a[max(0, i-120):min(len(a), i+120)])
}
