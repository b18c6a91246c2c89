package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
