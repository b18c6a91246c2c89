package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// TestSyncBadFileStopsItsLane (F-2): a segment that is changed, cut, empty, longer, exchanged or not
// there stops its lane before its rows, and no other; when the file is back the lane goes on.
func TestSyncBadFileStopsItsLane(t *testing.T) {
	ctx := context.Background()
	laneC := feed.Lane{Source: "zulu", Region: "de-north"} // behind the bad one
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 200), nil, nil)
	pub.Segment(laneB, feedtest.Reads(0, 0, 300), nil, nil)
	pub.Segment(laneC, feedtest.Reads(0, 0, 400), nil, nil)
	first := files(t, pub.Dir, laneB)
	pub.Segment(laneB, feedtest.Reads(0, 5000, 70_000), nil, nil) // of two groups
	var bad string
	for path := range files(t, pub.Dir, laneB) {
		if first[path] == nil {
			bad = path
		}
	}
	good, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	var other []byte
	for _, other = range first {
	}
	changed := func(at int) func() error {
		return func() error {
			text := append([]byte{}, good...)
			text[at] ^= 4
			return os.WriteFile(bad, text, 0o600)
		}
	}
	write := func(text []byte) func() error { return func() error { return os.WriteFile(bad, text, 0o600) } }
	for _, c := range []struct {
		name string
		harm func() error
		want error
	}{
		{"changed in the first group", changed(2000), feed.ErrDamaged},
		{"changed in the last group", changed(len(good) * 9 / 10), feed.ErrDamaged},
		{"changed in the footer", changed(len(good) - 40), feed.ErrDamaged},
		{"cut in a group", write(good[:len(good)/2]), feed.ErrDamaged},
		{"cut by a byte", write(good[:len(good)-1]), feed.ErrDamaged},
		{"empty", write(nil), feed.ErrDamaged},
		{"another", write(other), feed.ErrDamaged},
		{"not there", func() error { return os.Remove(bad) }, feed.ErrNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.harm(); err != nil {
				t.Fatal(err)
			}
			f := open(t, noWait)
			if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
				t.Fatal(err)
			}
			r, err := f.Sync(ctx, SyncOptions{})
			var failed *SyncError
			if !errors.As(err, &failed) || len(failed.Failed) != 1 || failed.Failed[0].Lane != laneB.String() || !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v of lane %s alone", err, c.want, laneB)
			}
			if a, z := laneOf(t, r, laneA), laneOf(t, r, laneC); a.Rows != 200 || z.Rows != 400 {
				t.Errorf("%+v\n%+v", a, z)
			}
			if n := f.reads.State().Rows; n != 600 && n != 900 {
				t.Errorf("%d rows: some of the bad step's came in", n)
			}
			if err := os.WriteFile(bad, good, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
				t.Fatal(err)
			}
			same(t, f.Engine, laneA, pub.Rows(laneA))
			same(t, f.Engine, laneB, pub.Rows(laneB))
			same(t, f.Engine, laneC, pub.Rows(laneC))
		})
	}
}

// files reads the segments of a lane, by path.
func files(t *testing.T, dir string, l feed.Lane) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(filepath.Join(dir, "lanes", l.String(), "segments"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
