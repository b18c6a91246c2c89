package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestExchangedDetections: detections that were deleted or exchanged for an older copy are
// damage, and never "nothing found".
func TestExchangedDetections(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	f.Engine.Close()
	dir := filepath.Join(f.o.Dir, dirReads)
	old := t.TempDir()
	if err := os.CopyFS(filepath.Join(old, "reads"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	f.load(t, "one", 60)
	f.Engine.Close()
	for name, put := range map[string]func() error{
		"deleted": func() error { return nil },
		"older":   func() error { return os.CopyFS(dir, os.DirFS(filepath.Join(old, "reads"))) },
	} {
		keep := filepath.Join(old, "keep-"+name)
		if err := errors.Join(os.Rename(dir, keep), put()); err != nil {
			t.Fatal(err)
		}
		if e, err := openWith(ctx, f.o, f.k); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", name, err)
			if err == nil {
				e.Close()
			}
		}
		if err := errors.Join(os.RemoveAll(dir), os.Rename(keep, dir)); err != nil {
			t.Fatal(err)
		}
	}
	f.reopen(t)
	if n := f.DataState().Batches; n != 2 {
		t.Errorf("%d batches", n)
	}
}
