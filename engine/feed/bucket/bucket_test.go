package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

var ctx = context.Background()

// conform is what every bucket does, whatever it lies on.
func conform(t *testing.T, b bucket.Bucket) {
	t.Helper()
	put := func(key, text string) {
		t.Helper()
		if err := b.Put(ctx, key, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	put("a/b/c.txt", "hello")
	put("a/b/c.txt", "hello, world")
	put("a/b-1", "1")
	put("a/b=2/x", "")
	put("z", "z")
	if got, err := b.Get(ctx, "a/b/c.txt", 100); err != nil || string(got) != "hello, world" {
		t.Errorf("Get: %q %v", got, err)
	}
	if _, err := b.Get(ctx, "a/b/c.txt", 5); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("Get of too much: %v", err)
	}
	if _, err := b.Get(ctx, "a/b", 5); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("Get of a folder: %v", err)
	}
	if got, err := b.GetRange(ctx, "a/b/c.txt", 7, 5); err != nil || string(got) != "world" {
		t.Errorf("GetRange: %q %v", got, err)
	}
	if _, err := b.GetRange(ctx, "a/b/c.txt", 7, 6); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("GetRange beyond the end: %v", err)
	}
	if _, err := b.GetRange(ctx, "a/b/c.txt", 100, 6); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("GetRange behind the end: %v", err)
	}
	for _, c := range []struct{ offset, n int64 }{{-1, 1}, {0, -1}, {0, bucket.MaxRange + 1}} {
		if _, err := b.GetRange(ctx, "a/b/c.txt", c.offset, c.n); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("GetRange %+v: %v", c, err)
		}
	}
	r, err := b.Reader(ctx, "a/b/c.txt", 3, -1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "lo, world" || r.Close() != nil {
		t.Errorf("Reader: %q %v", got, err)
	}
	if n, err := b.Size(ctx, "a/b/c.txt"); err != nil || n != 12 {
		t.Errorf("Size: %d %v", n, err)
	}
	for key, want := range map[string]bool{"z": true, "y": false, "a/b/c": false} {
		if got, err := bucket.Exists(ctx, b, key); err != nil || got != want {
			t.Errorf("Exists %s: %t %v", key, got, err)
		}
	}
	list := func(prefix string) (keys []string) {
		for o, err := range b.List(ctx, prefix) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, o.Key)
		}
		return keys
	}
	if got := list(""); !slices.Equal(got, []string{"a/b-1", "a/b/c.txt", "a/b=2/x", "z"}) {
		t.Errorf("List: %q", got)
	}
	if got := list("a/b/"); !slices.Equal(got, []string{"a/b/c.txt"}) {
		t.Errorf("List a/b/: %q", got)
	}
	if got := list("none/"); len(got) != 0 {
		t.Errorf("List none/: %q", got)
	}
	if err := b.Put(ctx, "a/broken", io.MultiReader(strings.NewReader("x"), failing{})); err == nil {
		t.Error("Put of a failing body")
	}
	if ok, err := bucket.Exists(ctx, b, "a/broken"); ok || err != nil {
		t.Errorf("a failed Put left something: %v", err)
	}
	for range 2 {
		if err := b.Delete(ctx, "z"); err != nil {
			t.Error(err)
		}
	}
	for _, key := range []string{"", "/a", "a/", "a//b", "..", "a/../b", ".tmp/x", "a\\b", "a b", "ü", strings.Repeat("a", 501)} {
		if _, err := b.Get(ctx, key, 1); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("key %q: %v", key, err)
		}
		if err := b.Put(ctx, key, strings.NewReader("")); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("put key %q: %v", key, err)
		}
	}
	onlyOne(t, b)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the body failed") }

// onlyOne: of many that create one object exactly one does, and the object is its own.
func onlyOne(t *testing.T, b bucket.Bucket) {
	t.Helper()
	for round := range 5 {
		key := "new/" + string(rune('a'+round))
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				err := b.PutNew(ctx, key, bytes.Repeat([]byte{byte(i)}, 10_000))
				switch {
				case err == nil:
					if !won.CompareAndSwap(0, int64(i)+1) {
						t.Error("two won")
					}
				case !errors.Is(err, bucket.ErrExists) && !errors.Is(err, feed.ErrOffline):
					t.Errorf("PutNew: %v", err)
				}
			})
		}
		wg.Wait()
		got, err := b.Get(ctx, key, 10_000)
		if err != nil || won.Load() == 0 || !bytes.Equal(got, bytes.Repeat([]byte{byte(won.Load() - 1)}, 10_000)) {
			t.Errorf("%d won, and %.3v is there (%v)", won.Load()-1, got, err)
		}
		if err := b.PutNew(ctx, key, nil); !errors.Is(err, bucket.ErrExists) {
			t.Errorf("PutNew again: %v", err)
		}
	}
}

func TestFolder_F_1(t *testing.T) {
	dir := t.TempDir()
	b, err := bucket.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, b)
	old := filepath.Join(dir, ".tmp", "put-left")
	if err := errors.Join(os.WriteFile(old, nil, 0o600), os.Chtimes(old, time.Time{}, time.Now().Add(-25*time.Hour))); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, ".tmp")); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Error("what a kill left is still there after a day")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, get := b.Get(ctx, "a", 1)
	for _, err := range []error{get, b.Put(ctx, "a", strings.NewReader("")), b.PutNew(ctx, "a", nil)} {
		if !errors.Is(err, feed.ErrOffline) {
			t.Errorf("a folder that is gone: %v", err)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder that is gone was made anew")
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := bucket.Open(ctx, "file://"+filepath.ToSlash(dir)); err != nil {
		t.Error(err)
	}
	for place, want := range map[string]error{
		filepath.Join(dir, "none"): feed.ErrOffline, "https://example.org/": feed.ErrInvalid,
		"file://host/x": feed.ErrInvalid, "s3://": feed.ErrInvalid,
	} {
		if _, err := bucket.Open(ctx, place); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", place, err, want)
		}
	}
}
