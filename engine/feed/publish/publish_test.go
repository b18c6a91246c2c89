package publish_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/segment"
	"cordon/engine/feed/verify"

	"github.com/paulmach/orb"
)

var (
	ctx    = context.Background()
	lane   = feed.Lane{Source: "test-pd", Region: "north"}
	monday = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)
)

var ticks atomic.Int64

// clock goes on by a millisecond a call.
func clock() time.Time {
	return time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC).Add(time.Duration(ticks.Add(1)) * time.Millisecond)
}

func newFeed(t testing.TB) (bucket.Bucket, *manifest.Signer) {
	t.Helper()
	return feedIn(t, t.TempDir())
}

func feedIn(t testing.TB, dir string) (bucket.Bucket, *manifest.Signer) {
	t.Helper()
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := manifest.GenerateKey(rand.Reader, "feed.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := manifest.Init(ctx, b, s, clock()); err != nil {
		t.Fatal(err)
	}
	return b, s
}

func newPublisher(b bucket.Bucket, s *manifest.Signer) *publish.Publisher {
	return publish.New(publish.Options{Bucket: b, Signer: s, Clock: clock, SegmentRows: 100})
}

var photo = func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		return nil
	}
	return b.Bytes()
}()

// some makes reads number from to to-1, an hour apart: a week is 168.
func some(from, to int) []feed.Read {
	var out []feed.Read
	for i := from; i < to; i++ {
		d := feed.Read{Detection: detection.Detection{
			ID: fmt.Sprint("r", i), Plate: fmt.Sprintf("AB%04d", i%10000), State: "DE", Time: monday.Add(time.Duration(i) * time.Hour),
			Pos: orb.Point{-75.5, 39.7}, HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
		}, Passes: 1}
		if i%5 == 0 {
			d.Pictures = []feed.Picture{{Kind: "vehicle", SHA256: sha256.Sum256(photo), Bytes: int64(len(photo))}}
			d.Photos = 1
		}
		out = append(out, d)
	}
	return out
}

func batch(rows []feed.Read) publish.Batch {
	return publish.Batch{
		Lane:    lane,
		Reads:   seq(rows),
		Picture: func(context.Context, *feed.Read, feed.Picture) ([]byte, error) { return photo, nil },
	}
}

func seq(rows []feed.Read) iter.Seq2[*feed.Read, error] {
	return func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	}
}

// taken is what a workstation holds that begins at nothing: it passes over what is replaced,
// and removes what a record takes back before it adds that record's rows.
func taken(t testing.TB, b bucket.Bucket, s *manifest.Signer) map[string]feed.Read {
	t.Helper()
	f := &manifest.Follower{Source: b, Verifier: s.Verifier(), Clock: clock}
	records, _, err := f.Follow(ctx, lane, manifest.Seen{})
	if errors.Is(err, feed.ErrNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	replaced := map[int64]bool{}
	for _, r := range records {
		for _, n := range r.Replaces {
			replaced[n] = true
		}
	}
	out := map[string]feed.Read{}
	for n, r := range records {
		if replaced[int64(n)] {
			continue
		}
		for _, id := range r.Gone {
			delete(out, id)
		}
		file, err := b.Get(ctx, lane.PathFile(r), r.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := segment.Open(r, file[r.Footer.Offset:])
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range r.Groups {
			reads, err := reader.Decode(i, file[g.Offset:g.Offset+g.Bytes], nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range reads {
				if _, twice := out[d.ID]; twice {
					t.Fatalf("read %s comes twice", d.ID)
				}
				out[d.ID] = d
			}
		}
	}
	return out
}

// whole demands that the feed verifies and holds exactly these ids.
func whole(t testing.TB, b bucket.Bucket, s *manifest.Signer, ids []string) *verify.Report {
	t.Helper()
	r, err := verify.Feed(ctx, b, verify.Options{Key: s.Verifier(), Clock: clock, Photos: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 {
		t.Fatalf("the feed has problems: %q", r.Problems)
	}
	got := slices.Sorted(maps.Keys(taken(t, b, s)))
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		t.Fatalf("%d ids %.300v, want %d %.300v", len(got), got, len(ids), ids)
	}
	return r
}

func idsOf(rows []feed.Read) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func must(t testing.TB, r publish.Report, err error, rows, duplicates, rejects int64) {
	t.Helper()
	if err != nil || r.Rows != rows || r.Duplicates != duplicates || r.Rejects != rejects {
		t.Fatalf("%+v %v, want %d rows, %d duplicates, %d rejects", r, err, rows, duplicates, rejects)
	}
}

// TestPublish_F_2: reads go to segments of one week, duplicates and contradictions do not,
// whoever sends them again.
func TestPublish_F_2(t *testing.T) {
	b, s := newFeed(t)
	p := newPublisher(b, s)
	rows := some(0, 400)
	r, err := p.Publish(ctx, batch(rows))
	must(t, r, err, 400, 0, 0)
	whole(t, b, s, idsOf(rows))
	again := some(0, 410)
	again[3].Color = "RED" // same id, other content
	again[4].Plate = "no plate"
	var rejects []publish.Reject
	next := batch(again)
	next.Reject = func(r publish.Reject) error { rejects = append(rejects, r); return nil }
	r, err = newPublisher(b, s).Publish(ctx, next)
	must(t, r, err, 10, 398, 2)
	if len(rejects) != 2 || rejects[0].ID != "r3" || rejects[1].ID != "r4" {
		t.Errorf("rejects %+v", rejects)
	}
	r, err = p.Publish(ctx, batch(again[400:])) // the first publisher learns what the second did
	must(t, r, err, 0, 10, 0)
	report := whole(t, b, s, idsOf(again))
	if l := report.Lanes[1]; l.Rows != 410 || l.Photos == 0 {
		t.Errorf("%+v", l)
	}
	if _, err := p.Publish(ctx, publish.Batch{Lane: feed.Control, Reads: seq(nil)}); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("reads in the control lane: %v", err)
	}
}

// TestCorrections_R_3: a correction takes back what it corrects, in any order of arrival,
// and a read that was taken back does not come again.
func TestCorrections_R_3(t *testing.T) {
	b, s := newFeed(t)
	p := newPublisher(b, s)
	rows := some(0, 20)
	fix := func(id, old string, i int) feed.Read {
		d := some(i, i+1)[0]
		d.ID, d.Supersedes, d.Color = id, old, "BLUE"
		return d
	}
	// r1 corrected in the same call; r2 corrected twice, the later one first
	list := append([]feed.Read{fix("r1b", "r1", 1), fix("r2b", "r2", 2), fix("r2c", "r2b", 200)}, rows...)
	r, err := p.Publish(ctx, batch(list))
	must(t, r, err, 23, 0, 0)
	want := slices.DeleteFunc(append(idsOf(rows), "r1b", "r2c"), func(s string) bool { return s == "r1" || s == "r2" })
	whole(t, b, s, slices.Clone(want))
	r, err = p.Publish(ctx, batch(rows))
	must(t, r, err, 0, 20, 0)
	if _, err := p.Compact(ctx, lane, 2); err != nil {
		t.Fatal(err)
	}
	whole(t, b, s, slices.Clone(want))
	r, err = newPublisher(b, s).Publish(ctx, batch(rows))
	must(t, r, err, 0, 20, 0)
	whole(t, b, s, want)
}

func TestPhotosAreChecked(t *testing.T) {
	b, s := newFeed(t)
	rows := some(0, 1)
	for name, give := range map[string][]byte{"other": append([]byte("x"), photo...), "short": photo[1:]} {
		next := batch(rows)
		next.Picture = func(context.Context, *feed.Read, feed.Picture) ([]byte, error) { return give, nil }
		r, err := newPublisher(b, s).Publish(ctx, next)
		if err != nil || r.Rejects != 1 {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
	text := []byte("<svg>no JPEG</svg>")
	rows[0].Pictures[0] = feed.Picture{Kind: "plate", SHA256: sha256.Sum256(text), Bytes: int64(len(text))}
	next := batch(rows)
	next.Picture = func(context.Context, *feed.Read, feed.Picture) ([]byte, error) { return text, nil }
	r, err := newPublisher(b, s).Publish(ctx, next)
	must(t, r, err, 0, 0, 1)
}

// TestCompact: many small segments become few, and who comes later takes those alone.
func TestCompact(t *testing.T) {
	b, s := newFeed(t)
	p := newPublisher(b, s)
	rows := some(0, 120)
	for part := range slices.Chunk(rows, 6) {
		r, err := p.Publish(ctx, batch(part))
		must(t, r, err, 6, 0, 0)
	}
	c, err := p.Compact(ctx, lane, 4)
	if err != nil || c.Replaced != 20 || c.Rows != 120 || len(c.Records) != 2 {
		t.Fatalf("%+v %v", c, err)
	}
	report := whole(t, b, s, idsOf(rows))
	if l := report.Lanes[1]; l.Segments != 2 || l.Replaced != 20 || l.Rows != 120 {
		t.Errorf("%+v", l)
	}
	r, err := p.Publish(ctx, batch(rows))
	must(t, r, err, 0, 120, 0)
	if c, err = p.Compact(ctx, lane, 4); err != nil || c.Replaced != 0 {
		t.Errorf("again: %+v %v", c, err)
	}
}

func TestDocuments(t *testing.T) {
	b, s := newFeed(t)
	p := newPublisher(b, s)
	for i, c := range []struct {
		name    string
		version int64
		body    string
		number  int64
		ok      bool
	}{
		{"places", 1, `{"a":1}`, 0, true},
		{"places", 1, `{"a":1}`, 0, true},
		{"places", 1, `{"a":2}`, 0, false},
		{"places", 3, `{"a":2}`, 1, true},
		{"places", 2, `{"a":3}`, 0, false},
		{"alerts", 1, `[]`, 2, true},
		{"alerts", 2, `not JSON`, 0, false},
		{"policy", 1, `{"version": 9}`, 0, false},
		{"agreements", 1, `{"agreements": [{"name": "x"}]}`, 0, false},
		{"accounts", 1, `{"accounts": [{"user": "kl"}]}`, 0, false},
		{"../x", 1, `[]`, 0, false},
		{"alerts", 0, `[]`, 0, false},
	} {
		n, err := p.PublishDocument(ctx, c.name, c.version, []byte(c.body))
		if (err == nil) != c.ok || c.ok && n != c.number || !c.ok && !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%d: number %d, %v", i, n, err)
		}
	}
	whole(t, b, s, nil)
}

// faulty fails the n-th call that changes the bucket, before or after it has its effect, and
// all later ones: as a kill does.
type faulty struct {
	bucket.Bucket
	at    int64
	after bool
	calls atomic.Int64
}

var errKilled = errors.New("killed")

func (f *faulty) step(do func() error) error {
	switch n := f.calls.Add(1); {
	case n < f.at:
		return do()
	case n == f.at && f.after:
		if err := do(); err != nil {
			return err
		}
	}
	return errKilled
}

func (f *faulty) Put(ctx context.Context, key string, body io.Reader) error {
	return f.step(func() error { return f.Bucket.Put(ctx, key, body) })
}

func (f *faulty) PutNew(ctx context.Context, key string, body []byte) error {
	return f.step(func() error { return f.Bucket.PutNew(ctx, key, body) })
}

func (f *faulty) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if f.calls.Load() >= f.at {
		return nil, errKilled
	}
	return f.Bucket.Get(ctx, key, limit)
}

// work is all that a publisher does, so that a kill may fall anywhere into it.
func work(b bucket.Bucket, s *manifest.Signer) error {
	p := newPublisher(b, s)
	rows := some(0, 12)
	fix := some(3, 4)[0]
	fix.ID, fix.Supersedes = "r3b", "r3"
	for _, part := range [][]feed.Read{rows[:5], rows[5:], append(some(160, 180), fix)} {
		if _, err := p.Publish(ctx, batch(part)); err != nil {
			return err
		}
	}
	if _, err := p.Compact(ctx, lane, 2); err != nil {
		return err
	}
	_, err := p.PublishDocument(ctx, "places", 1, []byte("[]"))
	return err
}

// TestKilledAnywhere_F_2: whichever call to the bucket is a publisher's last, with or without
// its effect: once a publisher has run again nothing is lost and nothing is there twice.
func TestKilledAnywhere_F_2(t *testing.T) {
	want := slices.DeleteFunc(idsOf(append(append(some(0, 12), some(160, 180)...), feed.Read{Detection: detection.Detection{ID: "r3b"}})),
		func(id string) bool { return id == "r3" })
	kills := 0
	for at := int64(1); ; at++ {
		done := false
		for _, after := range []bool{false, true} {
			b, s := newFeed(t)
			f := &faulty{Bucket: b, at: at, after: after}
			err := work(f, s)
			if f.calls.Load() < at {
				done = true
				break
			}
			if err == nil && !after {
				t.Fatalf("call %d failed unseen", at)
			}
			kills++
			// What a workstation sees now is a lane that proves, with some of the reads.
			for id := range taken(t, b, s) {
				if id != "r3" && !slices.Contains(want, id) {
					t.Fatalf("call %d: read %s", at, id)
				}
			}
			if err := work(b, s); err != nil {
				t.Fatalf("call %d, after %t: run again: %v", at, after, err)
			}
			whole(t, b, s, slices.Clone(want))
		}
		if done {
			break
		}
	}
	if kills < 40 {
		t.Errorf("only %d kills: the work is too small", kills)
	}
	t.Logf("%d kills", kills)
}
