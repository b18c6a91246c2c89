package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// TestSyncFullDisk (F-2, U-2): a disk that fills during a sync stops the lanes that bring rows, each
// with the reason, between two steps; what was applied is whole, the control lane goes on and
// questions are answered. With no byte left the audit log stops the sync. With room again the
// next sync ends row for row.
func TestSyncFullDisk(t *testing.T) {
	ctx := context.Background()
	disk := mounted(t, "600m")
	f := open(t, noWait, func(o *Options, k *knobs) { o.Dir, k.stepRows = filepath.Join(disk, "ws"), 1000 })
	pub := feedtest.New(t, t.TempDir())
	for i := range 8 {
		pub.Segment(laneA, feedtest.Reads(0, 1000*i, 1000), nil, nil)
		pub.Segment(laneB, feedtest.Reads(1, 1000*i, 1000), nil, nil)
	}
	pub.Segment(laneB, feedtest.Reads(1, 90_000, 5), []string{"r0000003"}, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(disk, "filler")
	fill := func(leave int64) {
		t.Helper()
		_ = os.Remove(filler)
		var st unix.Statfs_t
		file, err := os.Create(filler)
		if err == nil {
			err = unix.Statfs(disk, &st)
		}
		if err == nil {
			err = unix.Fallocate(int(file.Fd()), 0, 0, int64(st.Bavail)*st.Bsize-leave)
		}
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	r, err := f.Sync(ctx, SyncOptions{Progress: func(p SyncProgress) {
		if p.Lane == laneA.String() && p.Rows == 3000 { // between steps, or in the middle of the fourth
			fill(120 << 20)
		}
	}})
	a, b := laneOf(t, r, laneA), laneOf(t, r, laneB)
	if !errors.Is(err, ErrNoSpace) || !errors.Is(a.Err, ErrNoSpace) || !errors.Is(b.Err, ErrNoSpace) {
		t.Fatalf("%v", err)
	}
	if c := laneOf(t, r, feed.Control); c.Err != nil {
		t.Errorf("the control lane: %v", c.Err)
	}
	if a.To < 2 || a.To > 4 || b.To != 0 {
		t.Errorf("%+v\n%+v", a, b)
	}
	whole := func(when string) {
		t.Helper()
		want := map[string]feed.Read{}
		for _, x := range feedtest.Reads(0, 0, 1000) {
			want[x.ID] = x
		}
		for i := int64(1); i < a.To; i++ {
			for _, x := range feedtest.Reads(0, 1000*int(i), 1000) {
				want[x.ID] = x
			}
		}
		same(t, f.Engine, laneA, want)
		same(t, f.Engine, laneB, map[string]feed.Read{})
		if t.Failed() {
			t.Fatal(when)
		}
	}
	whole("after the sync that stopped")
	stopped := 0
	for _, e := range f.all(t) {
		if e.Kind == "sync-failed" && e.Fields["why"] == "disk-full" {
			stopped++
		}
	}
	if stopped != 2 {
		t.Errorf("%d lanes are recorded as stopped", stopped)
	}
	x := feedtest.Reads(0, 0, 1000)[7]
	q := detection.Query{Kind: detection.KindPlate, Plate: x.Plate, State: []string{x.State}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	s := f.door(t, "kl")
	if a, err := s.Run(ctx, q, RunOptions{}); err != nil || a.Count == 0 {
		t.Errorf("a question on a full disk: %+v, %v", a, err)
	}
	fill(0)
	if r, err := f.Sync(ctx, SyncOptions{}); !errors.Is(err, ErrNoSpace) && !errors.Is(err, ErrAudit) {
		t.Errorf("with no byte left: %+v, %v", r, err)
	}
	whole("with no byte left")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	same(t, f.Engine, laneA, pub.Rows(laneA))
	same(t, f.Engine, laneB, pub.Rows(laneB))
	if report, err := VerifyAudit(ctx, f.o); err != nil || len(report.Problems) > 0 {
		t.Errorf("the log: %+v, %v", report, err)
	}
}
