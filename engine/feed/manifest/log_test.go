package manifest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
)

var lane = feed.Lane{Source: "test-pd", Region: "north"}

type world struct {
	b      bucket.Bucket
	dir    string
	signer *manifest.Signer
	now    time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), now: time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)}
	var err error
	if w.b, err = bucket.OpenFolder(w.dir); err != nil {
		t.Fatal(err)
	}
	if w.signer, err = manifest.GenerateKey(rand.Reader, "feed.test"); err != nil {
		t.Fatal(err)
	}
	if _, err := manifest.Init(context.Background(), w.b, w.signer, w.now); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) clock() time.Time { return w.now }

func (w *world) open() *manifest.Log {
	return manifest.Open(w.b, lane, w.signer, w.clock, manifest.Seen{})
}

func (w *world) follower() *manifest.Follower {
	return &manifest.Follower{Source: w.b, Verifier: w.signer.Verifier(), Clock: w.clock}
}

func record(i int) *feed.Record {
	return &feed.Record{Digest: feed.Digest{byte(i), byte(i >> 8)}, Bytes: int64(i + 1), At: time.Unix(int64(i), 0).UTC(), Name: "doc", Version: int64(i + 1)}
}

// appendOne appends as publishers do: behind whoever was first.
func appendOne(ctx context.Context, l *manifest.Log, r *feed.Record) (int64, error) {
	for {
		n, err := l.Append(ctx, r)
		if !errors.Is(err, manifest.ErrBehind) {
			return n, err
		}
		if _, err := l.Sync(ctx); err != nil {
			return 0, err
		}
	}
}

func TestAppendAndFollow(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	a, b := w.open(), w.open()
	for _, l := range []*manifest.Log{a, b} {
		if _, err := l.Sync(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var last manifest.Seen
	got := 0
	for i := range 300 {
		l := a
		if i%3 == 1 || i > 270 {
			l = b
		}
		if n, err := appendOne(ctx, l, record(i)); err != nil || n != int64(i) {
			t.Fatalf("record %d: number %d, %v", i, n, err)
		}
		if i%7 != 0 && i != 299 {
			continue
		}
		records, seen, err := w.follower().Follow(ctx, lane, last)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.Version != int64(got+1) {
				t.Fatalf("record %d is %+v", got, r)
			}
			got++
		}
		if last = seen; last.Size != int64(i+1) || got != i+1 {
			t.Fatalf("after record %d: seen %d, got %d", i, last.Size, got)
		}
	}
	all, err := w.open().Sync(ctx)
	if err != nil || len(all) != 300 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	if fmt.Sprint(all[299].Version) != "300" {
		t.Errorf("last %+v", all[299])
	}
}
