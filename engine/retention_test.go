package engine

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
)

// seenAt yields one read of OLD123 at each time.
func seenAt(prefix string, times ...time.Time) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for d := range grid(1, prefix) {
			d.Plate = "OLD123"
			for i, at := range times {
				d.ID, d.Time = fmt.Sprintf("%s%d", prefix, i), at
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

// TestPurge proves T-3: quarters over the policy's window are destroyed, keys and rows, it is
// recorded, and what is older than the window is not returned before its quarter is over.
func TestPurge(t *testing.T) {
	ctx := context.Background()
	f := open(t) // 21 May 2026, 09:00; 20 years are kept
	at := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }
	_, err := f.Load(ctx, LoadOptions{Origin: "test", Provider: "two"}, seenAt("o",
		at(2006, 1, 5, 0), at(2006, 3, 31, 23), // the first quarter is over
		at(2006, 4, 1, 0), at(2006, 5, 21, 8), // older than the window, in a quarter that is not
		at(2006, 5, 21, 9), at(2006, 6, 30, 23), at(2026, 5, 1, 0)), nil)
	if err != nil {
		t.Fatal(err)
	}
	q := plateQuery()
	q.Plate, q.Windows = "OLD123", []detection.Window{{From: at(2005, 1, 1, 0), To: at(2026, 6, 1, 0)}}
	ids := func(want string) {
		t.Helper()
		a, err := f.door(t, "kl").Run(ctx, q, RunOptions{Confirm: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range a.Rows {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != want || a.KeptFrom.IsZero() || !a.KeptFrom.Equal(f.policy().KeptFrom(f.o.Clock())) {
			t.Errorf("%v, kept from %v, want %s", got, a.KeptFrom, want)
		}
	}
	key := func(quarter int) error {
		_, err := os.Stat(filepath.Join(f.o.Dir, "vault", "keys", fmt.Sprint(quarter)))
		return err
	}
	ids("o6 o5 o4")
	if s := f.DataState(); s.Rows != 5 || !s.PurgedUntil.Equal(at(2006, 4, 1, 0)) {
		t.Errorf("%+v", s)
	}
	if !errors.Is(key(2006*4), fs.ErrNotExist) || key(2006*4+1) != nil {
		t.Errorf("keys: %v, %v", key(2006*4), key(2006*4+1))
	}
	f.advance(45 * 24 * time.Hour) // 5 July
	f.Engine.Close()
	f.reopen(t)
	ids("o6")
	if s := f.DataState(); s.Rows != 1 || !s.PurgedUntil.Equal(at(2006, 7, 1, 0)) {
		t.Errorf("%+v", s)
	}
	if !errors.Is(key(2006*4+1), fs.ErrNotExist) {
		t.Errorf("key: %v", key(2006*4+1))
	}
	var told []string
	for _, e := range f.all(t) {
		if e.Kind == "purge-done" {
			told = append(told, e.Fields["quarters"]+" "+e.Fields["rows"])
		}
	}
	if strings.Join(told, ", ") != "2006-Q1 2, 2006-Q2 4" {
		t.Errorf("recorded: %v", told)
	}
	r, err := f.Load(ctx, LoadOptions{Origin: "test", Provider: "two"}, seenAt("p", at(2006, 2, 1, 0), at(2026, 5, 2, 0)), nil)
	if err != nil || r.Rows != 1 || r.TooOld != 1 {
		t.Errorf("taken in again: %+v, %v", r, err)
	}
	ids("p1 o6")
	if r, err := f.door(t, "kl").Check(ctx, nil); err != nil || len(r.Findings) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestPurgeCompletes: a kill after a key was destroyed and before its blocks were dropped
// leaves a workstation that opens, answers and is whole.
func TestPurgeCompletes(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 500)
	if err := f.vault.DestroyDataKeys(ctx, []int32{quarter(day)}); err != nil {
		t.Fatal(err)
	}
	f.Engine.Close()
	f.reopen(t)
	if s := f.DataState(); s.Rows != 0 || !s.PurgedUntil.Equal(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", s)
	}
	s := f.door(t, "kl")
	if a, err := s.Run(ctx, plateQuery(), RunOptions{}); err != nil || a.Count != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	if r, err := s.Check(ctx, nil); err != nil || len(r.Findings) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestContradictions: a row whose id is stored with other content is rejected with its line,
// and the first stays; the same row again is a duplicate.
func TestContradictions(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	s := f.door(t, "kl")
	line := func(id, plate string) string {
		return id + "," + plate + ",DE,2026-05-01T00:00:00Z,-75.55,39.74,,,,,,C1,,\n"
	}
	take := func(text string) (ImportReport, [][]string) {
		t.Helper()
		r, err := s.Import(ctx, ImportOptions{Name: "a.csv", RejectsPath: filepath.Join(t.TempDir(), "rejects.csv")}, strings.NewReader(header+text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.RejectsFile == "" {
			return r, nil
		}
		file, err := os.Open(r.RejectsFile)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		rows, err := csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return r, rows[1:]
	}
	take(line("1", "AAA111") + line("2", "BBB222"))
	r, rows := take(line("9", "NEW999") + "bad\n" + line("1", "AAA111") + line("2", "ZZZ222") + line("3", "CCC333") + line("3", "DDD333"))
	if r.Rows != 2 || r.Duplicates != 1 || r.Rejects != 3 || len(rows) != 3 {
		t.Fatalf("%+v %q", r, rows)
	}
	lines := map[string]string{}
	for _, x := range rows {
		lines[x[0]] = x[1] + " | " + x[2]
	}
	if !strings.Contains(lines["5"], "id 2 is stored with other content: BBB222 DE") || !strings.Contains(lines["5"], "2,ZZZ222,DE") || !strings.Contains(lines["7"], "CCC333") {
		t.Errorf("%q", lines)
	}
}

// TestOldRowsAreLeftOut: a row older than the policy's window is counted and not taken in (T-3).
func TestOldRowsAreLeftOut(t *testing.T) {
	f := open(t)
	const text = header + "1,AAA111,DE,2006-05-21T08:59:59Z,-75.55,39.74,,,,,,C1,,\n" + "2,BBB222,DE,2006-05-21T09:00:00Z,-75.55,39.74,,,,,,C1,,\n"
	r, err := f.door(t, "kl").Import(context.Background(), ImportOptions{Name: "old.csv"}, strings.NewReader(text), nil)
	if err != nil || r.Rows != 1 || r.TooOld != 1 || r.Rejects != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if s := f.DataState(); s.Rows != 1 || !s.PurgedUntil.IsZero() {
		t.Errorf("%+v", s)
	}
}
