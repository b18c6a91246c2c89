package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine"
	"cordon/reports"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// TestCSVReadsBack (T-4, R-6): an independent reader finds every kept value.
func TestCSVReadsBack(t *testing.T) {
	cf := sampleCase(t)
	rows := readCSV(t, cf)
	if len(rows) != len(cf.Case.Items) {
		t.Fatalf("%d rows, want %d", len(rows), len(cf.Case.Items))
	}
	for i, it := range cf.Case.Items {
		r := rows[i]
		at, err := time.Parse(time.RFC3339Nano, r["time"])
		if err != nil || !at.Equal(it.Row.Time) {
			t.Errorf("row %d: time %q, %v, want %v", i, r["time"], err, it.Row.Time)
		}
		lon, err1 := strconv.ParseFloat(r["lon"], 64)
		lat, err2 := strconv.ParseFloat(r["lat"], 64)
		if err1 != nil || err2 != nil || lon != it.Row.Pos.Lon() || lat != it.Row.Pos.Lat() {
			t.Errorf("row %d: position %q %q, want %v", i, r["lon"], r["lat"], it.Row.Pos)
		}
		for column, want := range map[string]string{
			"id": it.Row.ID, "plate": it.Row.Plate, "state": "DE", "make": "TOYOTA", "model": "CAMRY", "color": "RED", "year": "2016", "heading": "92",
			"camera": "WIL-014", "source": "law-enforcement", "confidence": "0.97", "relevant_reason": it.Reason, "case": cf.Case.Number,
			"verified_plate": it.Verified.Plate, "verified_state": "DE", "verified_by": "lindqvist", "query_entry": strconv.FormatInt(it.Entry, 10),
			"export_entry": "56", "audit_root": cf.Audit.Root, "notice": reports.Notice, "mark": "", "corroborated": cf.Corroborated,
		} {
			if r[column] != want {
				t.Errorf("row %d: %s is %q, want %q", i, column, r[column], want)
			}
		}
	}
}

// TestCSVNoCellIsAFormula: no text cell, wherever a spreadsheet splits, starts one.
func TestCSVNoCellIsAFormula(t *testing.T) {
	cf := hostileCase(t)
	for i, r := range readCSV(t, cf) {
		for column, cell := range r {
			if _, err := strconv.ParseFloat(cell, 64); err == nil {
				continue // a bare number is not evaluated
			}
			if s := strings.TrimSpace(cell); s != "" && strings.ContainsAny(s[:1], "=+-@|%") {
				t.Errorf("row %d: %s starts a formula: %q", i, column, cell)
			}
			if strings.ContainsAny(cell, "\x00\x07\x1b\r\n\t\u202e") {
				t.Errorf("row %d: %s holds a control character: %q", i, column, cell)
			}
		}
	}
	var b bytes.Buffer
	if err := reports.CSV(&b, cf); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		outside := true
		for _, r := range line {
			if r == '"' {
				outside = !outside
			}
			if r == ';' && outside {
				t.Fatalf("a separator of other locales stands outside quotes: %q", line)
			}
		}
	}
}

// TestSyntheticDataIsMarked (N-1).
func TestSyntheticDataIsMarked(t *testing.T) {
	cf := sampleCase(t)
	cf.Case.Items[1].Provider = reports.ProviderDemo
	for i, r := range readCSV(t, cf) {
		if r["mark"] != reports.SyntheticMark {
			t.Errorf("row %d: mark %q", i, r["mark"])
		}
	}
	var b bytes.Buffer
	if err := reports.GeoJSON(&b, cf); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"mark":"`+reports.SyntheticMark+`"`) {
		t.Error("GeoJSON carries no mark")
	}
}

// TestGeoJSONReadsBack (T-4, R-6): another decoder finds areas, reads, notice and proof.
func TestGeoJSONReadsBack(t *testing.T) {
	for name, cf := range map[string]engine.CaseFile{"sample": sampleCase(t), "hostile": hostileCase(t)} {
		var b bytes.Buffer
		if err := reports.GeoJSON(&b, cf); err != nil {
			t.Fatal(err)
		}
		fc, err := geojson.UnmarshalFeatureCollection(b.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if fc.ExtraMembers["notice"] != reports.Notice {
			t.Errorf("%s: notice %q", name, fc.ExtraMembers["notice"])
		}
		audit, _ := fc.ExtraMembers["audit"].(map[string]any)
		if audit["root"] != cf.Audit.Root || audit["entry"] != float64(cf.Audit.Entry) {
			t.Errorf("%s: audit reference %v", name, audit)
		}
		var areas, points int
		for _, f := range fc.Features {
			switch g := f.Geometry.(type) {
			case orb.Polygon:
				if want := cf.Queries[0].Query.Areas[areas].Shape[0]; !orb.Equal(g, want) {
					t.Errorf("%s: area %d is %v, want %v", name, areas, g, want)
				}
				if want := string(rune('A' + areas)); f.Properties["letter"] != want {
					t.Errorf("%s: letter %v, want %s", name, f.Properties["letter"], want)
				}
				areas++
			case orb.Point:
				it := cf.Case.Items[points]
				if g != it.Row.Pos || f.Properties["plate"] != it.Row.Plate || f.Properties["query_entry"] != float64(it.Entry) {
					t.Errorf("%s: point %d: %v %v", name, points, g, f.Properties)
				}
				points++
			}
		}
		if areas != 3 || points != len(cf.Case.Items) {
			t.Errorf("%s: %d areas, %d points", name, areas, points)
		}
		if strings.ContainsAny(b.String(), "\u202E\u202C\u0007") {
			t.Errorf("%s: a text can turn the line round", name)
		}
		if !json.Valid(b.Bytes()) {
			t.Errorf("%s: not JSON", name)
		}
	}
}

// TestWriteIsWholeAndRefusesToReplace: all files or none, and nothing is overwritten
// unless told.
func TestWriteIsWholeAndRefusesToReplace(t *testing.T) {
	cf, dir := sampleCase(t), filepath.Join(t.TempDir(), "out")
	o := reports.WriteOptions{Options: reports.Options{Fonts: goFonts(), Zone: newYork(t)}}
	paths, err := reports.Write(t.Context(), dir, cf, o)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(dir, "HSI-2026-00123-20260521-0931.pdf")
	if len(paths) != 3 || paths[0] != want {
		t.Fatalf("paths %v, want %s first", paths, want)
	}
	before, err := os.ReadFile(paths[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(paths[0]); err != nil { // the PDF is gone, CSV and GeoJSON are there
		t.Fatal(err)
	}
	cf.Corroborated = "another"
	if _, err := reports.Write(t.Context(), dir, cf, o); !errors.Is(err, engine.ErrExists) {
		t.Fatalf("got %v, want ErrExists", err)
	}
	after, err := os.ReadFile(paths[2])
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("a refused write changed a file (%v)", err)
	}
	if left := names(t, dir); len(left) != 2 {
		t.Errorf("a refused write left files: %v", left)
	}
	o.Overwrite = true
	if _, err := reports.Write(t.Context(), dir, cf, o); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) != 3 {
		t.Errorf("files %v", left)
	}
	if after, err = os.ReadFile(paths[2]); err != nil || bytes.Equal(before, after) {
		t.Errorf("overwriting did not replace (%v)", err)
	}
	if _, err := reports.Write(t.Context(), dir, cf, reports.WriteOptions{Formats: []reports.Format{"doc"}}); !errors.Is(err, reports.ErrFormat) {
		t.Errorf("got %v, want ErrFormat", err)
	}
}

// TestWriteFailsWholly: when one format cannot be made, no file appears.
func TestWriteFailsWholly(t *testing.T) {
	cf, dir := sampleCase(t), t.TempDir()
	cf.Case.Items[0].Photos[0].SHA256[0] ^= 1
	_, err := reports.Write(t.Context(), dir, cf, reports.WriteOptions{
		Options: reports.Options{Fonts: goFonts()},
		Formats: []reports.Format{reports.FormatCSV, reports.FormatPDF},
	})
	if !errors.Is(err, engine.ErrDamaged) {
		t.Fatalf("got %v, want ErrDamaged", err)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("files %v", left)
	}
}

func TestFileNameStaysInItsFolder(t *testing.T) {
	for number, want := range map[string]string{
		"HSI-2026-00123":           "HSI-2026-00123-20260521-1331.csv",
		"../../etc/passwd\x00 CON": "etc-passwd--CON-20260521-1331.csv",
		"":                         "case-20260521-1331.csv",
		`C:\x?*<>|`:                "C--x-20260521-1331.csv",
		strings.Repeat("A", 500):   strings.Repeat("A", 80) + "-20260521-1331.csv",
	} {
		cf := engine.CaseFile{Case: engine.Case{Number: number}, At: exportedAt}
		if got := reports.FileName(cf, reports.FormatCSV, nil); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func readCSV(t *testing.T, cf engine.CaseFile) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.CSV(&b, cf); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}
