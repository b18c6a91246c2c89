package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// mounted makes a small disk of its own for a test, where the system lets it.
func mounted(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skip("no right to mount a small disk: " + err.Error())
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// TestFullDisk: with no byte left nothing is answered or stored, each error says why, and
// when there is room again everything is there (U-2).
func TestFullDisk(t *testing.T) {
	ctx := context.Background()
	dir := mounted(t, "450m")
	f := open(t, func(o *Options, _ *knobs) { o.Dir = filepath.Join(dir, "ws") })
	f.load(t, "two", 100)
	s := f.door(t, "kl")
	if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	file, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<20); len(block) > 0; block = block[:len(block)/2] {
		for err = nil; err == nil; {
			_, err = file.Write(block)
		}
	}
	file.Close()
	failed := false
	for range 20 { // the log's last page may still have room for a few entries
		if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
			if failed = true; !errors.Is(err, ErrAudit) {
				t.Fatalf("query on a full disk: %v, want ErrAudit", err)
			}
		}
	}
	if !failed {
		t.Error("twenty queries on a full disk")
	}
	if _, err := s.OpenCase(ctx, purpose.Case, ""); !errors.Is(err, ErrAudit) && !errors.Is(err, ErrNoSpace) {
		t.Errorf("case on a full disk: %v", err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	f.Engine.Close() // may not be able to sign its last checkpoint
	if e, err := openWith(ctx, f.o, f.k); !errors.Is(err, ErrNoSpace) && !errors.Is(err, ErrAudit) {
		t.Errorf("opening on a full disk: %v", err)
		if err == nil {
			e.Close()
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	s = f.door(t, "kl")
	if a, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil || a.Count != 34 {
		t.Errorf("%+v, %v", a, err)
	}
	if r, err := s.Check(ctx, nil); err != nil || len(r.Findings) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := f.Engine.Close(); err != nil {
		t.Error(err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReadOnlyDisk: opening says so, and the log can still be verified.
func TestReadOnlyDisk(t *testing.T) {
	ctx := context.Background()
	dir := mounted(t, "450m")
	f := open(t, func(o *Options, _ *knobs) { o.Dir = filepath.Join(dir, "ws") })
	if err := f.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skip("cannot remount: " + err.Error())
	}
	if e, err := openWith(ctx, f.o, f.k); !errors.Is(err, ErrReadOnly) {
		t.Errorf("%v, want ErrReadOnly", err)
		if err == nil {
			e.Close()
		}
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 || r.Entries == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	other := f.o
	other.Dir = filepath.Join(dir, "new")
	if err := initWith(ctx, other, f.k, cast()...); !errors.Is(err, ErrReadOnly) {
		t.Errorf("init: %v, want ErrReadOnly", err)
	}
}
