package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"

	"github.com/dgraph-io/badger/v4"
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
	db, err := badger.Open(badger.DefaultOptions(filepath.Join(f.o.Dir, dirReads)).WithLogger(nil).WithBypassLockGuard(true).WithCompression(0).WithValueThreshold(4 << 10).WithValueLogFileSize(16 << 20))
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{prefix}})
		defer it.Close()
		n := 0
		for it.Rewind(); it.Valid(); it.Next() {
			key := it.Item().KeyCopy(nil)
			value, err := it.Item().ValueCopy(nil)
			if err != nil {
				return err
			}
			was := slices.Clone(value)
			switch now := change(n, value); {
			case now == nil:
				err = txn.Delete(key)
			case !bytes.Equal(now, was):
				err = txn.Set(key, now)
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestRepairBlocks: each block in turn is lost or changed; the check names its period and rows,
// the repair puts it back, and all answers are what they were. What was damaged is recorded
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
			case n == at && n%2 == 0:
				return nil
			case n == at:
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

// TestRemake: detections that do not open, or that lost what no block tells, are made anew from
// the files; answers and digests are what they were, and nothing is left beside them.
func TestRemake(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		harm  func(t *testing.T, f fixture)
		opens bool
	}{
		"deleted":   {func(t *testing.T, f fixture) { remove(t, f, dirReads) }, false},
		"manifest":  {func(t *testing.T, f fixture) { remove(t, f, dirReads+"/MANIFEST") }, false},
		"mark":      {func(t *testing.T, f fixture) { remove(t, f, dirReads+"/mark") }, false},
		"catalogue": {func(t *testing.T, f fixture) { stored(t, f, 'c', func(int, []byte) []byte { return nil }) }, false},
		"an edit, which holds words": {func(t *testing.T, f fixture) {
			stored(t, f, 'c', func(n int, v []byte) []byte { v[len(v)-1-n] ^= 1; return v })
		}, false},
		"head":         {func(t *testing.T, f fixture) { stored(t, f, 'h', func(int, []byte) []byte { return nil }) }, false},
		"all blocks":   {func(t *testing.T, f fixture) { stored(t, f, 'b', func(int, []byte) []byte { return nil }) }, true},
		"a key":        {func(t *testing.T, f fixture) { remove(t, f, fmt.Sprintf("vault/keys/%d", 2026*4)) }, true},
		"store's key":  {func(t *testing.T, f fixture) { remove(t, f, "vault/keys/0") }, false},
		"all the keys": {func(t *testing.T, f fixture) { remove(t, f, "vault/keys") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f, files := filed(t)
			want := heard(t, f)
			f.Engine.Close()
			c.harm(t, f)
			e, err := openWith(ctx, f.o, f.k)
			if c.opens != (err == nil) || err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatalf("open: %v", err)
			}
			if err != nil {
				k := f.k
				k.mend = true
				if e, err = openWith(ctx, f.o, k); err != nil {
					t.Fatal(err)
				}
			}
			f.Engine = e
			s := f.door2(t, "kl")
			if !c.opens {
				if _, err := s.Run(ctx, plateQuery(), RunOptions{}); !errors.Is(err, ErrDamaged) {
					t.Errorf("a query while nothing is open: %v", err)
				}
				if _, err := s.Import(ctx, ImportOptions{}, strings.NewReader(header), nil); !errors.Is(err, ErrDamaged) {
					t.Errorf("an import while nothing is open: %v", err)
				}
			}
			if r, err := s.Repair(ctx, files[:1], nil); err != nil || r.Remade || !strings.Contains(r.NotRemade, "b.csv") {
				t.Errorf("with one file: %+v, %v", r, err)
			}
			rows := int64(0)
			r, err := s.Repair(ctx, files, func(p RepairProgress) {
				if p.Stage == RepairRemake {
					rows = p.Done
				}
			})
			if err != nil || !r.Remade || len(r.Before) == 0 || r.NotRemade != "" || rows < 1800 {
				t.Fatalf("%+v, %d rows, %v", r, rows, err)
			}
			if err := f.Engine.Close(); err != nil {
				t.Fatal(err)
			}
			f.reopen(t)
			if got := heard(t, f); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if r, err := f.door(t, "kl").Check(ctx, nil); err != nil || len(r.Findings) > 0 || r.Rows != 1800 {
				t.Errorf("%+v, %v", r, err)
			}
			if left, _ := filepath.Glob(filepath.Join(f.o.Dir, dirReads+".*")); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// door2 signs in without a step-up, which a workstation that does not open refuses.
func (f fixture) door2(t *testing.T, user string) *Session {
	t.Helper()
	p, err := f.SignIn(context.Background(), user, password)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Accept(context.Background(), f.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func remove(t *testing.T, f fixture, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(f.o.Dir, name)); err != nil {
		t.Fatal(err)
	}
}

// TestRemakeIsSwappedIn: wherever a kill stops the exchange of folders, the next Open has all
// detections; made-anew detections that lack what came later are dropped.
func TestRemakeIsSwappedIn(t *testing.T) {
	f, _ := filed(t)
	want := heard(t, f)
	f.Engine.Close()
	whole := filepath.Join(t.TempDir(), "whole")
	in := func(name string) string { return filepath.Join(f.o.Dir, name) }
	if err := os.CopyFS(whole, os.DirFS(in(dirReads))); err != nil {
		t.Fatal(err)
	}
	put := func(from string, names ...string) {
		t.Helper()
		for _, n := range []string{dirReads, dirNew, dirReady, dirOld} {
			remove(t, f, n)
		}
		for _, n := range names {
			src := whole
			if kind, of, ok := strings.Cut(n, "="); ok {
				n = kind
				if of == "junk" {
					if err := errors.Join(os.MkdirAll(in(n), 0o700), os.WriteFile(filepath.Join(in(n), "000001.sst"), []byte("junk"), 0o600)); err != nil {
						t.Fatal(err)
					}
					continue
				}
				src = of
			}
			if err := os.CopyFS(in(n), os.DirFS(src)); err != nil {
				t.Fatal(err)
			}
		}
		f.reopen(t)
		if got := heard(t, f); got != want {
			t.Errorf("%s %q: %s, want %s", from, names, got, want)
		}
		f.Engine.Close()
		if left, _ := filepath.Glob(in(dirReads + ".*")); len(left) > 0 {
			t.Errorf("%q: left behind %q", names, left)
		}
	}
	put("while filling", dirReads, dirNew+"=junk")
	put("before the exchange", dirReads+"=junk", dirReady)
	put("before the exchange, with an older old one", dirReads+"=junk", dirReady, dirOld+"=junk")
	put("in the exchange", dirReady, dirOld+"=junk")
	put("after the exchange", dirReads, dirOld+"=junk")
	put("a ready one that is damaged", dirReads, dirReady+"=junk")
	put("in the exchange, with a ready one that is damaged", dirReady+"=junk", dirOld)

	earlier := filepath.Join(t.TempDir(), "earlier")
	if err := os.CopyFS(earlier, os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	f.load(t, "two", 40)
	want = heard(t, f)
	f.Engine.Close()
	if err := errors.Join(os.RemoveAll(whole), os.CopyFS(whole, os.DirFS(in(dirReads)))); err != nil {
		t.Fatal(err)
	}
	put("a ready one that lacks the last batch", dirReads, dirReady+"="+earlier)
}

// TestCannotRemake: what no file can bring back is said, and what to do.
func TestCannotRemake(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		before func(t *testing.T, f fixture)
		says   string
	}{
		"a demo": {func(t *testing.T, f fixture) { f.load(t, "two", 10) }, "Batch 3 (test) was not taken in from a file"},
		"destroyed quarters": {func(t *testing.T, f fixture) {
			if err := f.vault.DestroyDataKeys(ctx, []int32{quarter(day) - 2}); err != nil {
				t.Fatal(err)
			}
		}, "Detections of 2025-Q4 were destroyed for good since"},
	} {
		f, files := filed(t)
		c.before(t, f)
		f.Engine.Close()
		remove(t, f, dirReads)
		k := f.k
		k.mend = true
		e, err := openWith(ctx, f.o, k)
		if err != nil {
			t.Fatal(err)
		}
		f.Engine = e
		r, err := f.door2(t, "kl").Repair(ctx, files, nil)
		if err != nil || r.Remade || !strings.Contains(r.NotRemade, c.says) || len(r.After.Findings) == 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		f.Engine.Close()
	}
}
