package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/badgerfiles/badgertest"
)

// csvOf makes a detection file of n rows from a day on; what differs by name are its ids.
func csvOf(name string, n int, from time.Time) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		plate := fmt.Sprintf("P%03d", i%200)
		if i%7 == 0 {
			plate = "VAN123"
		}
		fmt.Fprintf(&b, "%s%d,%s,DE,%s,-75.%d,39.74,Ford,Transit,white,2015,90,C%d,commercial,0.9\n",
			name, i, plate, from.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), 54+i%3, i%3)
	}
	return b.String()
}

// filed is a workstation that two files were taken in to, one of them with rows that were left
// out: repeated, too old, and not to be read.
func filed(t *testing.T) (fixture, []RepairFile) {
	t.Helper()
	f := open(t)
	first := csvOf("a", 1500, day.AddDate(0, 0, -70))
	second := csvOf("b", 300, day) + strings.Join(strings.SplitAfter(first, "\n")[100:200], "") +
		"old,P1,DE,2001-05-01T00:00:00Z,-75.55,39.74,,,,,,,,\nbad,P1,DE,never,-75.55,39.74,,,,,,,,\n"
	var files []RepairFile
	for _, x := range [][2]string{{"a.csv", first}, {"b.csv", second}} {
		r, err := f.door(t, "kl").Import(context.Background(), ImportOptions{Name: x[0]}, strings.NewReader(x[1]), nil)
		if err != nil || r.Rows == 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		files = append(files, given(x[0], x[1]))
		f.advance(time.Hour)
	}
	return f, files
}

func given(name, text string) RepairFile {
	return RepairFile{"/elsewhere/" + name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// heard is what the workstation answers, and its data state.
func heard(t *testing.T, f fixture) string {
	t.Helper()
	s := f.door(t, "kl")
	var out bytes.Buffer
	for _, q := range []detection.Query{geoQuery(), plateQuery(), commonQuery()} {
		q.Windows[0].From = day.AddDate(0, 0, -80)
		a, err := s.Run(context.Background(), q, RunOptions{Confirm: true})
		if err != nil || a.Count == 0 && q.Kind != detection.KindCommon {
			t.Fatalf("%+v, %v", a, err)
		}
		fmt.Fprintln(&out, a.Count, a.Digest)
	}
	fmt.Fprintln(&out, f.DataState(), holdingOf(f.reads.State()))
	return out.String()
}

// stored changes values of the closed detections. change returns nil to delete one.
func stored(t *testing.T, f fixture, prefix byte, change func(n int, value []byte) []byte) {
	t.Helper()
	if err := badgertest.Change(filepath.Join(f.o.Dir, dirReads), prefix, change); err != nil {
		t.Fatal(err)
	}
}

// TestRepairBlocks: each block in turn is lost or changed (always the oldest: what is put back
// is stored behind the others); the check names its period and rows, the repair puts it back, and all answers are what they were. What was damaged is recorded
// before, what was put back after.
func TestRepairBlocks(t *testing.T) {
	ctx := context.Background()
	f, files := filed(t)
	want := heard(t, f)
	kinds := map[string]int{}
	blocks := f.reads.State().Blocks
	for at := range blocks {
		f.Engine.Close()
		stored(t, f, 'b', func(n int, value []byte) []byte {
			switch {
			case n > 0:
			case at%2 == 0:
				return nil
			default:
				value[len(value)/2] ^= 1
			}
			return value
		})
		f.reopen(t)
		s := f.door(t, "kl")
		if r, err := s.Check(ctx, nil); err != nil || len(r.Findings) == 0 || r.Findings[0].Rows == 0 || r.Findings[0].From.IsZero() || r.Findings[0].Quarter == "" || len(r.Findings[0].Files) == 0 || r.Findings[0].Made {
			t.Fatalf("%+v, %v", r.Findings, err)
		}
		r, err := s.Repair(ctx, files, nil)
		if err != nil || len(r.After.Findings) > 0 || r.Blocks != 1 || len(r.Before) == 0 || r.Remade || len(r.Refused) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, b := range r.Before {
			kinds[b.Kind]++
		}
		list := f.all(t)
		var kindsOf []string
		for _, e := range list[len(list)-4:] {
			kindsOf = append(kindsOf, e.Kind)
		}
		if got := strings.Join(kindsOf, " "); !strings.Contains(got, "repair repair-damage repair-done") {
			t.Fatalf("recorded: %s", got)
		}
		for _, e := range list[len(list)-4:] {
			if e.Kind == "repair-damage" && (e.Fields["blocks"] == "" || e.Fields["quarters"] == "" || e.Fields["damaged"] == "0") ||
				e.Kind == "repair-done" && (e.Fields["blocks"] != "1" || e.Fields["rows"] == "0" || e.Fields["left"] != "0" || e.Fields["files"] != "a.csv, b.csv") {
				t.Errorf("%+v", e)
			}
		}
		if got := heard(t, f); got != want {
			t.Fatalf("after block %d (%+v):\n%s, want\n%s", at, r.Before[0], got, want)
		}
	}
	t.Logf("blocks by kind: %v", kinds)
	for _, kind := range []string{"place", "plate", "id", "vehicle"} {
		if kinds[kind] == 0 {
			t.Errorf("of %d blocks none was of kind %s: %v", blocks, kind, kinds)
		}
	}
	if r, err := f.door(t, "kl").Repair(ctx, nil, nil); err != nil || len(r.Before) > 0 || r.Blocks > 0 || r.After.Rows == 0 {
		t.Errorf("with nothing to do: %+v, %v", r, err)
	}
}

// TestRepairRights: who may not take detections in may not repair them either.
func TestRepairRights(t *testing.T) {
	f, files := filed(t)
	for _, user := range []string{"df", "auditor"} {
		_, err := f.door(t, user).Repair(context.Background(), files, nil)
		wantRefusal(t, err, "X-1")
	}
}

// TestRepairNeedsTheFiles: with all blocks lost, files that are not what was taken in put
// nothing back, and what is lacking is named.
func TestRepairNeedsTheFiles(t *testing.T) {
	ctx := context.Background()
	f, files := filed(t)
	want := heard(t, f)
	f.Engine.Close()
	stored(t, f, 'b', func(int, []byte) []byte { return nil })
	f.reopen(t)
	text := func(r RepairFile) string {
		in, err := r.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	b := text(files[1])
	for name, c := range map[string]struct {
		files []RepairFile
		says  string
	}{
		"none":           {nil, ""},
		"one":            {files[:1], "not named: b.csv. Name them all with --file"},
		"another name":   {[]RepairFile{files[0], given("c.csv", b)}, "not named: b.csv"},
		"a plate":        {[]RepairFile{files[0], given("b.csv", strings.Replace(b, "P015", "P915", 1))}, "one of them was changed"},
		"a time":         {[]RepairFile{files[0], given("b.csv", strings.Replace(b, "T13:00:00Z", "T13:00:01Z", 1))}, "one of them was changed"},
		"a row less":     {[]RepairFile{files[0], given("b.csv", b[:strings.Index(b, "b299,")])}, "b.csv is not what was taken in as batch 2: it gives 299 rows, and 300 were stored"},
		"no such column": {[]RepairFile{files[0], given("b.csv", "id,plate\n")}, "b.csv is no detection file"},
	} {
		r, err := f.door(t, "kl").Repair(ctx, c.files, nil)
		if err != nil && name == "no such column" && errors.Is(err, ErrInvalid) {
			continue
		}
		if err != nil || r.Remade || r.Blocks > 0 || len(r.After.Findings) == 0 || !strings.Contains(r.NotRemade, c.says) || (c.says == "") != (r.NotRemade == "") {
			t.Errorf("%s: %q, %d put back, %v", name, r.NotRemade, r.Blocks, err)
		}
		if left, _ := filepath.Glob(filepath.Join(f.o.Dir, dirReads+".*")); len(left) > 0 {
			t.Errorf("%s: left behind %q", name, left)
		}
		for _, x := range r.After.Findings {
			if x.Kind == "vehicle" && !strings.Contains(x.String(), "stands nowhere else") && !strings.Contains(x.String(), "stand nowhere else") {
				t.Errorf("%s: %s", name, x)
			}
		}
	}
	if r, err := f.door(t, "kl").Repair(ctx, files, nil); err != nil || !r.Remade || r.RemadeRows != 1800 {
		t.Fatalf("%+v, %v", r, err)
	}
	f.Engine.Close()
	f.reopen(t)
	if got := heard(t, f); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
