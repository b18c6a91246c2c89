package feedtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/segment"
)

// Start is the time of the oldest read of a feed: a Monday.
var Start = time.Date(2026, 4, 27, 0, 0, 0, 0, time.UTC)

// Feed is a feed in a folder with all that was published. It is for one goroutine.
type Feed struct {
	Dir  string
	Key  string // public
	Now  time.Time
	t    testing.TB
	key  *manifest.Signer
	b    bucket.Bucket
	logs map[feed.Lane]*manifest.Log
	live map[feed.Lane]map[string]feed.Read
	segs map[feed.Lane]map[int64][]feed.Read // by record
}

// New makes an empty feed in dir.
func New(t testing.TB, dir string) *Feed {
	t.Helper()
	key, err := manifest.GenerateKey(rand.Reader, "test-feed")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := &Feed{
		Dir: dir, Key: key.Verifier().String(), Now: Start.AddDate(0, 0, 20), t: t, key: key, b: b,
		logs: map[feed.Lane]*manifest.Log{}, live: map[feed.Lane]map[string]feed.Read{}, segs: map[feed.Lane]map[int64][]feed.Read{},
	}
	if _, err := manifest.Init(context.Background(), b, key, f.Now); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *Feed) log(l feed.Lane) *manifest.Log {
	if f.logs[l] == nil {
		f.logs[l] = manifest.Open(f.b, l, f.key, func() time.Time { return f.Now }, manifest.Seen{})
		f.live[l], f.segs[l] = map[string]feed.Read{}, map[int64][]feed.Read{}
	}
	return f.logs[l]
}

func (f *Feed) append(l feed.Lane, r *feed.Record) int64 {
	f.t.Helper()
	log := f.log(l)
	if _, err := log.Sync(context.Background()); err != nil {
		f.t.Fatal(err)
	}
	n, err := log.Append(context.Background(), r)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f *Feed) put(path string, body []byte) {
	f.t.Helper()
	if err := f.b.Put(context.Background(), path, bytes.NewReader(body)); err != nil {
		f.t.Fatal(err)
	}
}

// Segment publishes reads of one week as one segment, with the ids that no longer count and the
// records that it stands for, and returns its record's number.
func (f *Feed) Segment(l feed.Lane, rows []feed.Read, gone []string, replaces []int64) int64 {
	f.t.Helper()
	f.log(l)
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b feed.Read) int { return a.Time.Compare(b.Time) })
	var body bytes.Buffer
	rec, err := segment.Write(&body, func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	})
	if err != nil {
		f.t.Fatal(err)
	}
	rec.At, rec.Gone, rec.Replaces = f.Now.UTC(), gone, replaces
	f.put(l.PathFile(rec), body.Bytes())
	n := f.append(l, rec)
	for _, id := range gone {
		delete(f.live[l], id)
	}
	if len(replaces) == 0 {
		for _, r := range rows {
			f.live[l][r.ID] = r
		}
	}
	f.segs[l][n] = rows
	return n
}

// Compact publishes a segment with all rows of records that still count.
func (f *Feed) Compact(l feed.Lane, records ...int64) int64 {
	f.t.Helper()
	var rows []feed.Read
	for _, n := range records {
		for _, r := range f.segs[l][n] {
			if _, ok := f.live[l][r.ID]; ok {
				rows = append(rows, r)
			}
		}
	}
	return f.Segment(l, rows, nil, records)
}

// Document publishes a document of the control lane.
func (f *Feed) Document(name string, version int64, text string) int64 {
	f.t.Helper()
	r := &feed.Record{Digest: sha256.Sum256([]byte(text)), Bytes: int64(len(text)), At: f.Now.UTC(), Name: name, Version: version}
	f.put(feed.Control.PathFile(r), []byte(text))
	return f.append(feed.Control, r)
}

// Photo puts a photo of a lane and returns how reads name it.
func (f *Feed) Photo(l feed.Lane, kind string, jpeg []byte) feed.Picture {
	f.t.Helper()
	p := feed.Picture{Kind: kind, SHA256: sha256.Sum256(jpeg), Bytes: int64(len(jpeg))}
	f.put(l.PathPicture(p.SHA256), jpeg)
	return p
}

// Rows returns the rows of a lane that count, by id.
func (f *Feed) Rows(l feed.Lane) map[string]feed.Read { return maps.Clone(f.live[l]) }

// vehicles is how many there are.
const vehicles = 50_021

// Reads makes n reads of a lane's week (0: the one of Start), with ids from first on.
func Reads(week, first, n int) []feed.Read {
	out := make([]feed.Read, n)
	for i := range out {
		id := first + i
		v, h := uint32(id%vehicles)*2654435761, uint32(id)*2246822519
		out[i] = feed.Read{Passes: 1, Detection: detection.Detection{
			ID: fmt.Sprintf("r%07d", id), Plate: fmt.Sprintf("%c%c%04d", 'A'+v%26, 'A'+v/26%26, v/676%10000), State: []string{"DE", "PA", "MD"}[v%3],
			Time: Start.AddDate(0, 0, 7*week).Add(time.Duration(i) * time.Duration(int64(7*24*time.Hour-time.Second)/int64(max(n, 1)))).Truncate(time.Millisecond),
			Pos:  orb.Point{-75.7 + float64(h%64)/100, 39 + float64(h/64%64)/100}, Make: "FORD", Model: []string{"F-150", "ESCAPE"}[v%2], Color: "RED",
			Year: 2010 + int(v%15), HeadingDeg: float64(h % 360), Camera: fmt.Sprintf("C%d", h%64), Source: detection.SourceCommercial, Confidence: 0.9,
		}}
	}
	return out
}

// At is the same feed as it lies in another folder, e.g. a copy of an older state: what is
// published there forks it.
func At(f *Feed, dir string) *Feed {
	f.t.Helper()
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		f.t.Fatal(err)
	}
	return &Feed{
		Dir: dir, Key: f.Key, Now: f.Now, t: f.t, key: f.key, b: b,
		logs: map[feed.Lane]*manifest.Log{}, live: map[feed.Lane]map[string]feed.Read{}, segs: map[feed.Lane]map[int64][]feed.Read{},
	}
}
