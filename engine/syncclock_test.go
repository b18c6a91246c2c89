package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// TestSyncSkewedClock (F-2): a workstation whose clock is a little off syncs; one that is so far off
// that the age of a checkpoint says nothing stops, changes nothing, and goes on when the clock is
// right again. Reads of a camera whose clock is ahead are taken as they are.
func TestSyncSkewedClock(t *testing.T) {
	ctx := context.Background()
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 100), nil, nil)
	pub.Segment(laneA, feedtest.Reads(3, 1000, 100), nil, nil)  // begins the day after "now"
	pub.Segment(laneA, feedtest.Reads(55, 2000, 100), nil, nil) // a year ahead
	for _, c := range []struct {
		name string
		skew time.Duration
		want error
	}{
		{"right", 0, nil},
		{"50 minutes behind", -50 * time.Minute, nil},
		{"2 hours behind", -2 * time.Hour, feed.ErrStale},
		{"a year behind", -365 * 24 * time.Hour, feed.ErrStale},
		{"2 hours ahead", 2 * time.Hour, nil},
		{"6 days ahead", 6 * 24 * time.Hour, nil},
		{"8 days ahead", 8 * 24 * time.Hour, feed.ErrStale},
		{"10 years ahead", 10 * 365 * 24 * time.Hour, feed.ErrStale},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, noWait)
			f.advance(pub.Now.Add(c.skew).Sub(f.o.Clock()))
			if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key, MaxAge: serverAge}); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Sync(ctx, SyncOptions{}); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if n := f.reads.State().Rows; c.want != nil && n != 0 {
				t.Errorf("%d rows came in", n)
			}
			f.advance(-c.skew)
			if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
				t.Fatalf("the clock is right: %v", err)
			}
			same(t, f.Engine, laneA, pub.Rows(laneA))
		})
	}
}
