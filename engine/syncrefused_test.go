package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// TestSyncRefuses proves F-1 through the engine: a lane whose log is not what it was, or not what
// it should be, stops with an error of its own that is recorded, changes nothing, and does not
// hold up the other lane; when all is well again it goes on.
func TestSyncRefuses(t *testing.T) {
	ctx := context.Background()
	copied := func(from string) string {
		t.Helper()
		to := filepath.Join(t.TempDir(), "feed")
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		return to
	}
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 100), nil, nil)
	old := copied(pub.Dir)
	pub.Segment(laneA, feedtest.Reads(0, 1000, 100), nil, nil)
	pub.Segment(laneB, feedtest.Reads(0, 0, 50), nil, nil)
	seen := copied(pub.Dir) // what the workstation saw
	pub.Segment(laneA, feedtest.Reads(0, 2000, 100), nil, nil)
	good := copied(pub.Dir)
	fork := feedtest.At(pub, copied(old))
	for i := range 3 {
		fork.Segment(laneA, feedtest.Reads(0, 5000+1000*i, 100), nil, nil)
	}
	other := feedtest.New(t, t.TempDir())
	for range 3 {
		other.Segment(laneA, feedtest.Reads(0, 0, 100), nil, nil)
	}
	lane := func(dir string) string { return filepath.Join(dir, "lanes", laneA.String()) }
	entries := func(dir string, do func(path string) error) {
		t.Helper()
		err := filepath.WalkDir(filepath.Join(lane(dir), "tile", "entries"), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return do(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	with := func(from string) func(dir string) { // lane A of another feed in the place of ours
		return func(dir string) {
			if err := errors.Join(os.RemoveAll(lane(dir)), os.CopyFS(lane(dir), os.DirFS(lane(from)))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		harm  func(dir string)
		later time.Duration
		want  error
	}{
		{"rollback", with(old), 0, feed.ErrRollback},
		{"fork", with(fork.Dir), 0, feed.ErrFork},
		{"signature", with(other.Dir), 0, feed.ErrSignature},
		{"gap", func(dir string) { entries(dir, os.Remove) }, 0, feed.ErrGap},
		{"substitution", func(dir string) {
			entries(dir, func(path string) error {
				b, err := os.ReadFile(path)
				if err == nil {
					b[len(b)-2] ^= 1 // of the newest record
					err = os.WriteFile(path, b, 0o600)
				}
				return err
			})
		}, 0, feed.ErrSubstituted},
		{"not-found", func(dir string) {
			if err := os.RemoveAll(lane(dir)); err != nil {
				t.Fatal(err)
			}
		}, 0, feed.ErrNotFound},
		{"stale", func(string) {}, 72 * time.Hour, feed.ErrStale},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, noWait)
			f.advance(pub.Now.Sub(f.o.Clock()))
			at := filepath.Join(t.TempDir(), "feed")
			lay := func(from string) {
				if err := errors.Join(os.RemoveAll(at), os.CopyFS(at, os.DirFS(from))); err != nil {
					t.Fatal(err)
				}
			}
			lay(seen)
			if err := f.Join(ctx, FeedOptions{Address: at, Key: pub.Key, MaxAge: 48 * time.Hour}); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
				t.Fatal(err)
			}
			before := f.reads.State()
			lay(good)
			c.harm(at)
			f.advance(c.later)
			r, err := f.Sync(ctx, SyncOptions{})
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if now := f.reads.State(); now.Rows != before.Rows || laneOf(t, r, laneA).To != 2 {
				t.Errorf("%d rows, had %d", now.Rows, before.Rows)
			}
			if b := laneOf(t, r, laneB); c.later == 0 && b.Err != nil {
				t.Errorf("the other lane: %v", b.Err)
			}
			recorded := false
			for _, e := range f.all(t) {
				recorded = recorded || e.Kind == "sync-failed" && e.Fields["why"] == c.name
			}
			if !recorded {
				t.Error("it is not recorded")
			}
			lay(good)
			f.advance(-c.later)
			if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
				t.Fatalf("all is well again: %v", err)
			}
			same(t, f.Engine, laneA, pub.Rows(laneA))
		})
	}
}
