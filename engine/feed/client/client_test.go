package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
	"cordon/engine/feed/manifest"
)

var lane = feed.Lane{Source: "wilmington-pd", Region: "de-north"}

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func open(t *testing.T, f *feedtest.Feed, wrap func(client.Source) client.Source, o client.Options) *client.Client {
	t.Helper()
	s, err := client.OpenSource(t.Context(), f.Dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if wrap != nil {
		s = wrap(s)
	}
	if o.Clock == nil {
		o.Clock = func() time.Time { return f.Now }
	}
	if o.Sleep == nil {
		o.Sleep = noSleep
	}
	c, err := client.New(s, f.Key, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// take applies all that is new to rows, as a store does.
func take(ctx context.Context, c *client.Client, seen *manifest.Seen, at *int64, rows map[string]feed.Read) error {
	u, err := c.Follow(ctx, client.Lane{Lane: lane}, *seen, *at, nil)
	if err != nil {
		return err
	}
	*seen = u.Seen
	for _, s := range u.Steps {
		var fresh []feed.Read
		for r, err := range u.Reads(ctx, s, nil) {
			if err != nil {
				return err
			}
			fresh = append(fresh, r)
		}
		for _, id := range s.Gone {
			delete(rows, id)
		}
		for _, r := range fresh {
			if _, ok := rows[r.ID]; !ok {
				rows[r.ID] = r
			}
		}
		*at = s.To
	}
	return nil
}

func equal(t *testing.T, got, want map[string]feed.Read) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for id, w := range want {
		if g := got[id]; !reflect.DeepEqual(g, w) {
			t.Fatalf("%s:\ngot  %+v\nwant %+v", id, g, w)
		}
	}
}

// F-2: what comes through a source that cuts, changes, delays and loses files is what was
// published, row for row: several row groups, small and large segments, corrections,
// compactions.
func TestFaultySource(t *testing.T) {
	f := feedtest.New(t, t.TempDir())
	first := 0
	publish := func(week, n int, gone []string, replaces []int64) int64 {
		rows := feedtest.Reads(week, first, n)
		first += n
		return f.Segment(lane, rows, gone, replaces)
	}
	publish(0, 150_000, nil, nil)
	for i := range 20 {
		publish(i%2, 100, []string{fmt.Sprintf("r%07d", i*37)}, nil)
	}
	seen, at, rows := manifest.Seen{}, int64(0), map[string]feed.Read{}
	var faulty *feedtest.Faulty
	c := open(t, f, func(s client.Source) client.Source {
		faulty = feedtest.NewFaulty(s, 1, 2, time.Millisecond)
		return faulty
	}, client.Options{StepRows: 500, Stall: time.Minute})
	for tries := 0; ; tries++ {
		err := take(t.Context(), c, &seen, &at, rows)
		if err == nil {
			break
		}
		if tries == 200 || !errors.Is(err, feed.ErrOffline) && !errors.Is(err, feed.ErrDamaged) && !errors.Is(err, feed.ErrSubstituted) && !errors.Is(err, feed.ErrSignature) && !errors.Is(err, feed.ErrInvalid) {
			t.Fatalf("try %d: %v", tries, err)
		}
	}
	equal(t, rows, f.Rows(lane))
	// More, compacted; a client that is there and a new one end with the same.
	f.Compact(lane, 0, 1, 3, 5)
	publish(1, 200, []string{"r0000001"}, nil)
	fresh, freshAt, freshRows := manifest.Seen{}, int64(0), map[string]feed.Read{}
	faulty.OneIn = 0
	for _, err := range []error{take(t.Context(), c, &seen, &at, rows), take(t.Context(), c, &fresh, &freshAt, freshRows)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	equal(t, rows, f.Rows(lane))
	equal(t, freshRows, f.Rows(lane))
	if at != freshAt || at != seen.Size {
		t.Errorf("positions %d and %d of %d", at, freshAt, seen.Size)
	}
	if faulty.Faults() < 10 {
		t.Errorf("only %d faults", faulty.Faults())
	}
}

// copyDir is a feed as it was.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(filepath.Join(to, "feed"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(to, "feed")
}

// F-1: a feed that is not what it was, or not what it should be, is refused with an error of
// its own, and nothing of it is handed on.
func TestRefused(t *testing.T) {
	f := feedtest.New(t, t.TempDir())
	for i := range 3 {
		f.Segment(lane, feedtest.Reads(0, 100*i, 100), nil, nil)
	}
	old, rolled := copyDir(t, f.Dir), copyDir(t, f.Dir)
	f.Segment(lane, feedtest.Reads(0, 1000, 100), nil, nil)
	good := copyDir(t, f.Dir)
	fork := feedtest.At(f, old)
	fork.Segment(lane, feedtest.Reads(0, 2000, 100), nil, nil)
	fork.Segment(lane, feedtest.Reads(0, 3000, 100), nil, nil)
	other := feedtest.New(t, t.TempDir())
	for i := range 4 {
		other.Segment(lane, feedtest.Reads(0, 100*i, 100), nil, nil)
	}
	harm := func(change func(dir string)) string {
		dir := copyDir(t, good)
		change(dir)
		return dir
	}
	each := func(pattern string, do func(path string)) func(dir string) {
		return func(dir string) {
			paths, err := filepath.Glob(filepath.Join(dir, "lanes", lane.String(), pattern))
			if err != nil || len(paths) == 0 {
				t.Fatalf("%s: no files, %v", pattern, err)
			}
			for _, p := range paths {
				do(p)
			}
		}
	}
	remove := func(path string) {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	flip := func(path string) {
		b, err := os.ReadFile(path)
		if err == nil {
			b[len(b)/2] ^= 1
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		dir  string
		seen int // records seen and applied before
		late time.Duration
		want error
	}{
		{"rollback", rolled, 4, 0, feed.ErrRollback},
		{"fork", fork.Dir, 4, 0, feed.ErrFork},
		{"gap", harm(each("tile/entries", remove)), 0, 0, feed.ErrGap},
		{"substitution", harm(each("tile/entries/*/*", flip)), 0, 0, feed.ErrSubstituted},
		{"signature", other.Dir, 0, 0, feed.ErrSignature},
		{"damage", harm(each("segments/*/*", flip)), 0, 0, feed.ErrDamaged},
		{"files gone", harm(each("segments/*/*", remove)), 0, 0, feed.ErrNotFound},
		{"no such lane", harm(each("../"+lane.String(), remove)), 0, 0, feed.ErrNotFound},
		{"stale", good, 0, 48 * time.Hour, feed.ErrStale},
		{"not there", filepath.Join(t.TempDir(), "no"), 0, 0, feed.ErrOffline},
		{"all is well", good, 4, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen, at, rows := manifest.Seen{}, int64(0), map[string]feed.Read{}
			if c.seen > 0 {
				if err := take(t.Context(), open(t, f, nil, client.Options{}), &seen, &at, rows); err != nil || at != 4 {
					t.Fatal(at, err)
				}
			}
			before := len(rows)
			s, err := client.OpenSource(t.Context(), c.dir, nil)
			if err == nil {
				defer s.Close()
				cl, bad := client.New(s, f.Key, client.Options{Clock: func() time.Time { return f.Now.Add(c.late) }, Sleep: noSleep, MaxAge: 24 * time.Hour})
				if bad != nil {
					t.Fatal(bad)
				}
				err = take(t.Context(), cl, &seen, &at, rows)
			}
			if !errors.Is(err, c.want) || len(rows) != before {
				t.Errorf("%v; want %v; %d rows, had %d", err, c.want, len(rows), before)
			}
		})
	}
}
