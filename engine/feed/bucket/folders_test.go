package bucket

import (
	"bytes"
	"context"
	"slices"
	"testing"
)

// TestFolders: the names of folders, with and without a bucket's own way to list them.
func TestFolders(t *testing.T) {
	b, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for _, key := range []string{"lanes/b.x/checkpoint", "lanes/a.x/tile/0/000", "lanes/a.x/tile/0/001", "lanes/file", "other/c.x/y"} {
		if err := b.Put(ctx, key, bytes.NewReader([]byte("x"))); err != nil {
			t.Fatal(err)
		}
	}
	for name, b := range map[string]Bucket{"own": b, "by listing": struct{ Bucket }{b}} {
		if got, err := Folders(ctx, b, "lanes/"); err != nil || !slices.Equal(got, []string{"a.x", "b.x"}) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if got, err := Folders(ctx, b, "nothing/"); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if _, err := Folders(ctx, b, "../"); err == nil {
			t.Errorf("%s: a prefix outside", name)
		}
	}
}
