package engine

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
)

// shelf is a source that counts the photos that are fetched at once, and can hold them back.
type shelf struct {
	client.Source
	c *shelfCount
}

type shelfCount struct {
	mu             sync.Mutex
	now, most, all int
	hold           chan struct{} // nil: none is held back
}

func (s shelf) Reader(ctx context.Context, path string, offset, n int64) (io.ReadCloser, error) {
	if !strings.HasSuffix(path, ".jpg") {
		return s.Source.Reader(ctx, path, offset, n)
	}
	s.c.mu.Lock()
	s.c.now, s.c.all = s.c.now+1, s.c.all+1
	s.c.most = max(s.c.most, s.c.now)
	hold := s.c.hold
	s.c.mu.Unlock()
	defer func() { s.c.mu.Lock(); s.c.now--; s.c.mu.Unlock() }()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	time.Sleep(time.Millisecond) // long enough for others to begin
	return s.Source.Reader(ctx, path, offset, n)
}

// TestPhotosAhead_F_2 proves F-2, R-4 and X-7's share of photos that are fetched ahead: they show
// without the feed then, a bounded number comes at once, none but those of rows of the open
// answer, a missing one holds up no other, nothing of it is recorded, and it ends when told.
func TestPhotosAhead_F_2(t *testing.T) {
	ctx := context.Background()
	count := &shelfCount{}
	f := open(t, func(o *Options, k *knobs) {
		noWait(o, k)
		k.source = func(s client.Source) client.Source { return shelf{s, count} }
	})
	pub := feedtest.New(t, t.TempDir())
	rows := feedtest.Reads(0, 0, 40)
	for i := range rows {
		rows[i].Plate, rows[i].State, rows[i].Photos = "AHEAD1", "DE", 2
		shots, err := snapshots{2}.Photos(ctx, rows[i].Detection)
		if err != nil {
			t.Fatal(err)
		}
		for k, kind := range []string{"vehicle", "plate"} {
			rows[i].Pictures = append(rows[i].Pictures, pub.Photo(laneA, kind, append(shots[k].JPEG, byte(i))))
		}
	}
	pub.Segment(laneA, rows, nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindPlate, Plate: "AHEAD1", State: []string{"DE"}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	a, err := s.Run(ctx, q, RunOptions{})
	if err != nil || len(a.Rows) != 40 {
		t.Fatal(len(a.Rows), err)
	}
	var refs []DetectionRef
	for _, r := range a.Rows[:20] {
		refs = append(refs, r.Ref())
	}
	gone := pub.Dir + "/" + laneA.PathPicture(rowOf(rows, refs[2].ID).Pictures[0].SHA256)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	entries := len(f.all(t))
	if err := s.PhotosAhead(ctx, a.Entry, refs); err != nil {
		t.Fatal(err)
	}
	if count.most > aheadAtOnce || count.most < 2 || len(f.all(t)) != entries {
		t.Errorf("%d at once, %d entries more", count.most, len(f.all(t))-entries)
	}
	all := count.all
	if err := s.PhotosAhead(ctx, a.Entry, refs[3:]); err != nil || count.all != all {
		t.Errorf("%d fetched again, %v", count.all-all, err)
	}
	for entry, ref := range map[int64]DetectionRef{a.Entry: {laneA.String(), "none"}, a.Entry + 7: refs[0]} {
		if err := s.PhotosAhead(ctx, entry, []DetectionRef{ref}); !errors.Is(err, ErrNotFound) || count.all != all {
			t.Errorf("of no answer: %v", err)
		}
	}

	// Told to end, it ends, with what it waits for.
	count.hold = make(chan struct{})
	ended, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		done <- s.PhotosAhead(ended, a.Entry, []DetectionRef{a.Rows[30].Ref(), a.Rows[31].Ref(), a.Rows[32].Ref(), a.Rows[33].Ref(), a.Rows[34].Ref()})
	}()
	for waiting := 0; waiting < aheadAtOnce; time.Sleep(time.Millisecond) {
		count.mu.Lock()
		waiting = count.now
		count.mu.Unlock()
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || count.all != all+aheadAtOnce {
		t.Errorf("ended with %v after %d more", err, count.all-all)
	}
	count.hold = nil

	if err := os.Rename(pub.Dir, pub.Dir+".away"); err != nil {
		t.Fatal(err)
	}
	for i, ref := range refs {
		list, err := s.Photos(ctx, a.Entry, ref)
		if i == 2 {
			if err == nil {
				t.Error("a photo that is gone is shown")
			}
		} else if err != nil || len(list) != 2 {
			t.Errorf("without the feed: row %d: %d photos, %v", i, len(list), err)
		}
	}
	if err := s.PhotosAhead(ctx, a.Entry, []DetectionRef{a.Rows[38].Ref(), a.Rows[39].Ref()}); !errors.Is(err, feed.ErrOffline) {
		t.Errorf("without the feed: %v", err)
	}
	s.Release(a.Entry)
	if err := s.PhotosAhead(ctx, a.Entry, refs[:1]); !errors.Is(err, ErrNotFound) {
		t.Errorf("of a released answer: %v", err)
	}
}

func rowOf(rows []feed.Read, id string) feed.Read {
	for _, r := range rows {
		if r.ID == id {
			return r
		}
	}
	return feed.Read{}
}
