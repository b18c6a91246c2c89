package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/feedtest"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
)

// TestSyncFromPublisher proves F-2 with the real publisher: reads, corrections and compactions,
// taken in by a workstation that follows all along, by one that comes now and then, and by a new
// one, end as the same rows.
func TestSyncFromPublisher(t *testing.T) {
	ctx := context.Background()
	signer, err := manifest.GenerateKey(rand.Reader, "test-feed")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	now := feedtest.Start.AddDate(0, 0, 20)
	if _, err := manifest.Init(ctx, b, signer, now); err != nil {
		t.Fatal(err)
	}
	p := publish.New(publish.Options{Bucket: b, Signer: signer, Clock: func() time.Time { return now }, SegmentRows: 5000})
	want := map[string]feed.Read{}
	put := func(rows []feed.Read) {
		t.Helper()
		r, err := p.Publish(ctx, publish.Batch{Lane: laneA, Reads: func(yield func(*feed.Read, error) bool) {
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
		}})
		if err != nil || r.Rows != int64(len(rows)) {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, x := range rows {
			delete(want, x.Supersedes)
			want[x.ID] = x
		}
	}
	join := func() fixture {
		f := open(t, noWait, func(_ *Options, k *knobs) { k.stepRows = 900 })
		if err := f.Join(ctx, FeedOptions{Address: dir, Key: signer.Verifier().String()}); err != nil {
			t.Fatal(err)
		}
		return f
	}
	check := func(f fixture) {
		t.Helper()
		if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
			t.Fatal(err)
		}
		rows := map[string]feed.Read{}
		for id, x := range want {
			rows[id] = x
		}
		same(t, f.Engine, laneA, rows)
	}
	steady, rare := join(), join()
	for round := range 9 {
		put(feedtest.Reads(round%2, 1000*round, 300))
		fix := feedtest.Reads(round%2, 1000*round+500, 2)
		for i := range fix {
			fix[i].Supersedes = fmt.Sprintf("r%07d", 1000*round+7*i)
		}
		put(fix)
		check(steady)
		if round%4 == 3 {
			check(rare)
		}
		if round%3 == 2 {
			if r, err := p.Compact(ctx, laneA, 2); err != nil || r.Replaced == 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			check(steady)
			// What was replaced goes; who has not got it takes what replaced it.
			tidier := publish.New(publish.Options{Bucket: b, Signer: signer, Clock: func() time.Time { return time.Now().Add(time.Hour) }})
			if r, err := tidier.Tidy(ctx, laneA, time.Minute, false); err != nil || r.Replaced == 0 || r.Unnamed != 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			check(steady)
		}
	}
	check(rare)
	check(join())
}
