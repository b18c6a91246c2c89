package publish_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
)

// TestTidy (F-2): segments that were replaced and files that no record names go when they are old enough,
// and nothing else does; the feed proves itself before and after and holds the same reads.
func TestTidy(t *testing.T) {
	b, s := newFeed(t)
	ahead := time.Duration(0)
	p := publish.New(publish.Options{Bucket: b, Signer: s, SegmentRows: 100, Clock: func() time.Time { return time.Now().Add(ahead) }})
	rows := some(0, 60)
	for part := range slices.Chunk(rows, 6) {
		r, err := p.Publish(ctx, batch(part))
		must(t, r, err, 6, 0, 0)
	}
	if c, err := p.Compact(ctx, lane, 4); err != nil || c.Replaced != 10 {
		t.Fatalf("%+v %v", c, err)
	}
	late := some(200, 203) // not replaced
	r, err := p.Publish(ctx, batch(late))
	must(t, r, err, 3, 0, 0)
	rubbish := lane.Dir() + "segments/period=2026-W18/" + feed.Digest{7}.String() + ".parquet"
	if err := b.Put(ctx, rubbish, bytes.NewReader([]byte("of a publisher that was killed"))); err != nil {
		t.Fatal(err)
	}
	all := idsOf(append(slices.Clone(rows), late...))
	tidy := func(grace time.Duration, dry bool, replaced, unnamed int64) {
		t.Helper()
		before := files(t, b)
		r, err := p.Tidy(ctx, lane, grace, dry)
		if err != nil || r.Replaced != replaced || r.Unnamed != unnamed || int64(len(r.Files)) != replaced+unnamed {
			t.Fatalf("%+v %v, want %d replaced, %d unnamed", r, err, replaced, unnamed)
		}
		after := files(t, b)
		want := slices.DeleteFunc(before, func(f string) bool { return !dry && slices.Contains(r.Files, f) })
		if !slices.Equal(after, want) {
			t.Fatalf("%d files, want %d", len(after), len(want))
		}
		report := whole(t, b, s, slices.Clone(all))
		if l := report.Lanes[1]; l.Segments != 2 || l.Replaced != 10 || l.Rows != 63 {
			t.Errorf("%+v", l)
		}
	}
	tidy(time.Hour, false, 0, 0) // all is young
	ahead = 2 * time.Hour
	tidy(time.Hour, true, 10, 1)
	tidy(time.Hour, false, 10, 1)
	tidy(time.Hour, false, 0, 0)
	if l := whole(t, b, s, slices.Clone(all)).Lanes[1]; l.Tidied != 10 {
		t.Errorf("%+v", l)
	}
	for _, p := range []*publish.Publisher{p, newPublisher(b, s)} {
		r, err := p.Publish(ctx, batch(rows))
		must(t, r, err, 0, 60, 0)
	}
	if err := b.Delete(ctx, segmentOf(t, b, s, 10)); err != nil { // the large one
		t.Fatal(err)
	}
	if _, err := p.Tidy(ctx, lane, time.Hour, false); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("the segment that replaced the others is lost: %v", err)
	}
}

// TestTidyKeepsAFileThatIsWrittenAgain (F-2): a file that a killed publisher left is written anew by the
// one that names it, so that it is young.
func TestTidyKeepsAFileThatIsWrittenAgain(t *testing.T) {
	b, s := newFeed(t)
	rows := some(0, 12)
	for at := int64(1); len(files(t, b)) == 0; at++ {
		b, s = newFeed(t)
		if _, err := newPublisher(&faulty{Bucket: b, at: at}, s).Publish(ctx, batch(rows)); err == nil {
			t.Fatal("no segment was left without a record")
		}
	}
	old := modified(t, b)
	time.Sleep(20 * time.Millisecond) // so that the file system's clock goes on
	r, err := newPublisher(b, s).Publish(ctx, batch(rows))
	must(t, r, err, 12, 0, 0)
	if now := modified(t, b); !now.After(old) {
		t.Errorf("the file is of %v and was of %v", now, old)
	}
}

// files lists the segments of the lane.
func files(t *testing.T, b bucket.Bucket) (out []string) {
	t.Helper()
	for o, err := range b.List(ctx, lane.Dir()+"segments/") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o.Key)
	}
	return out
}

func modified(t *testing.T, b bucket.Bucket) (at time.Time) {
	t.Helper()
	for o, err := range b.List(ctx, lane.Dir()+"segments/") {
		if err != nil {
			t.Fatal(err)
		}
		at = o.Modified
	}
	return at
}

// segmentOf is the path of a record's segment.
func segmentOf(t *testing.T, b bucket.Bucket, s *manifest.Signer, n int) string {
	t.Helper()
	f := &manifest.Follower{Source: b, Verifier: s.Verifier(), Clock: time.Now}
	records, _, err := f.Follow(ctx, lane, manifest.Seen{})
	if err != nil {
		t.Fatal(err)
	}
	return lane.PathFile(records[n])
}
