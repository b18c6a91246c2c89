package engine

import (
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
)

// cut is a source whose segments cannot be had any more after so many.
type cut struct {
	client.Source
	left *atomic.Int64
}

func (c cut) Reader(ctx context.Context, path string, offset, n int64) (io.ReadCloser, error) {
	if strings.HasSuffix(path, ".parquet") && c.left.Add(-1) < 0 {
		return nil, fmt.Errorf("%w: cut", feed.ErrOffline)
	}
	return c.Source.Reader(ctx, path, offset, n)
}

// TestWidenedWeeks_F_2 proves F-2 and F-4 with a real server: when an agreement gives a
// workstation more weeks of a lane that it has, the reads that it passed over come, below its
// position, row for row, without those that were taken back; cut and closed in the middle it goes
// on; then nothing comes again. What is published behind is taken as ever.
func TestWidenedWeeks_F_2(t *testing.T) {
	ctx := context.Background()
	var left atomic.Int64
	left.Store(1 << 30)
	f := open(t, func(o *Options, k *knobs) {
		noWait(o, k)
		k.stepRows = 400
		k.source = func(s client.Source) client.Source { return cut{s, &left} }
	})
	pub := feedtest.New(t, t.TempDir())
	var numbers []int64
	first := 0
	segment := func(week, n int, gone ...string) {
		numbers = append(numbers, pub.Segment(laneA, feedtest.Reads(week, first, n), gone, nil))
		first += n
	}
	for i := range 9 {
		segment(i%3, 300)
	}
	segment(0, 10, "r0000301", "r0000302", "r0000601") // of weeks 1 and 2
	pub.Compact(laneA, numbers[1], numbers[4])         // of week 1
	version := int64(0)
	agree := func(weeks int) {
		version++
		pub.Document("agreements", version, fmt.Sprintf(`{"agreements": [{"name": "Test", "units": ["DSP"], "lanes": ["toll.*"], "from": %q, "to": %q}]}`,
			feedtest.Start.Format(time.RFC3339), feedtest.Start.AddDate(0, 0, 7*weeks).Format(time.RFC3339)))
	}
	want := func(weeks int) map[string]feed.Read {
		out := maps.Clone(pub.Rows(laneA))
		maps.DeleteFunc(out, func(_ string, r feed.Read) bool { return !r.Time.Before(feedtest.Start.AddDate(0, 0, 7*weeks)) })
		return out
	}
	agree(1)
	address, code, _ := serveFeed(t, pub, "", "", "DSP")
	if err := f.Join(ctx, FeedOptions{Address: address, Key: pub.Key, Code: code.String()}); err != nil {
		t.Fatal(err)
	}
	sync := func() LaneSync {
		t.Helper()
		r, err := f.Sync(ctx, SyncOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return laneOf(t, r, laneA)
	}
	sync()
	same(t, f.Engine, laneA, want(1))
	at := f.position(laneA.String())

	agree(3)
	left.Store(2) // two of the three steps or less
	var err error
	for end := time.Now().Add(20 * time.Second); err == nil && time.Now().Before(end); time.Sleep(20 * time.Millisecond) { // until the server knows
		_, err = f.Sync(ctx, SyncOptions{})
	}
	if err == nil {
		t.Fatal("the server does not give the weeks, or they are not fetched")
	}
	if f.position(laneA.String()) != at {
		t.Errorf("at %d, was at %d", f.position(laneA.String()), at)
	}
	part := f.DataState()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	left.Store(1 << 30)
	s := sync()
	same(t, f.Engine, laneA, want(3))
	if s.From != at || s.To != at || s.Rows == 0 || int(part.Rows+s.Rows) != len(want(3)) || s.Conflicts > 0 {
		t.Errorf("%+v after %d rows of %d", s, part.Rows, len(want(3)))
	}
	if e := last(f.all(t)); e.Kind != "sync-done" || e.Fields["rows"] != fmt.Sprint(s.Rows) || !strings.Contains(e.Fields["state"], fmt.Sprintf("%s@%d+", laneA, at)) {
		t.Errorf("recorded as %+v", e)
	}
	left.Store(0)
	if s := sync(); s.Bytes > 0 {
		t.Errorf("comes again: %+v", s)
	}
	left.Store(1 << 30)
	segment(1, 50, "r0000310")
	if s := sync(); s.To != at+1 || s.Gone != 1 || s.Rows != 50 {
		t.Errorf("%+v", s)
	}
	same(t, f.Engine, laneA, want(3))
	// An older copy of the detections is noticed below the position too.
	now, old := holding{map[string]laneHolding{"x": {7, 2, "b"}}}, holding{map[string]laneHolding{"x": {7, 1, "a"}}}
	if len(old.lost(now)) > 0 || len(now.lost(old)) != 1 {
		t.Errorf("%q, %q", old.lost(now), now.lost(old))
	}
}
