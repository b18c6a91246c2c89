package verify_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

func clock() time.Time { return monday.AddDate(0, 0, 10) }

func some(from, to int) []feed.Read {
	var out []feed.Read
	for i := from; i < to; i++ {
		out = append(out, feed.Read{Detection: detection.Detection{
			ID: fmt.Sprint("r", i), Plate: "ABC123", Time: monday.Add(time.Duration(i) * time.Minute), Pos: orb.Point{-75.5, 39.7},
			HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
		}, Passes: 1})
	}
	return out
}

type world struct {
	dir    string
	b      bucket.Bucket
	signer *manifest.Signer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	var err error
	if w.b, err = bucket.OpenFolder(w.dir); err != nil {
		t.Fatal(err)
	}
	if w.signer, err = manifest.GenerateKey(rand.Reader, "feed.test"); err != nil {
		t.Fatal(err)
	}
	if _, err := manifest.Init(ctx, w.b, w.signer, clock()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) problems(t *testing.T) []string {
	t.Helper()
	r, err := verify.Feed(ctx, w.b, verify.Options{Key: w.signer.Verifier(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return r.Problems
}

func seq(rows []feed.Read) func(func(*feed.Read, error) bool) {
	return func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	}
}

// put writes a segment and returns its record.
func (w *world) put(t *testing.T, rows []feed.Read) *feed.Record {
	t.Helper()
	var file bytes.Buffer
	r, err := segment.Write(&file, seq(rows))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.b.Put(ctx, lane.PathFile(r), &file); err != nil {
		t.Fatal(err)
	}
	r.At = clock()
	return r
}

// TestEveryFile_F_1: a bit that is flipped in any file that counts, and any of them missing,
// is found.
func TestEveryFile_F_1(t *testing.T) {
	w := newWorld(t)
	p := publish.New(publish.Options{Bucket: w.b, Signer: w.signer, Clock: clock})
	for i := range 3 {
		if _, err := p.Publish(ctx, publish.Batch{Lane: lane, Reads: seq(some(10*i, 10*i+10))}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Compact(ctx, lane, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := p.PublishDocument(ctx, "places", 1, []byte(`{"a": 1}`)); err != nil {
		t.Fatal(err)
	}
	if got := w.problems(t); len(got) > 0 {
		t.Fatalf("before: %q", got)
	}
	var files []string
	if err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		// partial tiles of smaller logs count no more
		if err == nil && !d.IsDir() && !strings.Contains(path, ".p/") || strings.HasSuffix(path, ".p/4") || strings.Contains(path, "control.all") && strings.HasSuffix(path, ".p/1") {
			files = append(files, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(files) < 14 {
		t.Fatalf("only %d files: %q", len(files), files)
	}
	tidied := 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, len(data) / 3, len(data) / 2, len(data) - 1} {
			bad := slices.Clone(data)
			bad[at] ^= 4
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := w.problems(t); len(got) == 0 {
				t.Errorf("byte %d of %s was changed unseen", at, path)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		r, err := verify.Feed(ctx, w.b, verify.Options{Clock: clock})
		if err == nil && len(r.Problems) == 0 && r.Lanes[slices.IndexFunc(r.Lanes, func(l verify.Lane) bool { return l.Lane == lane.String() })].Tidied == 1 {
			if tidied++; !strings.Contains(path, "/segments/") {
				t.Errorf("%s is no segment", path)
			}
		} else if err == nil && len(r.Problems) == 0 || err != nil && !errors.Is(err, feed.ErrNotFound) {
			t.Errorf("%s is missing unseen (%v)", path, err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if tidied != 3 { // those that were replaced
		t.Errorf("%d files may be missing", tidied)
	}
	if got := w.problems(t); len(got) > 0 {
		t.Fatalf("put back: %q", got)
	}
}

// TestLies_F_1: records that are signed and do not fit each other are found: what a faulty
// publisher with the key would write.
func TestLies_F_1(t *testing.T) {
	for name, c := range map[string]struct {
		lie  func(t *testing.T, w *world) []*feed.Record
		want string
	}{
		"replaced twice": {func(t *testing.T, w *world) []*feed.Record {
			a, b, c := w.put(t, some(0, 5)), w.put(t, some(0, 5)), w.put(t, some(0, 5))
			b.Replaces, c.Replaces = []int64{0}, []int64{0}
			return []*feed.Record{a, b, c}
		}, "which record 1 replaced already"},
		"replaces what comes": {func(t *testing.T, w *world) []*feed.Record {
			a := w.put(t, some(0, 5))
			a.Replaces = []int64{0}
			return []*feed.Record{a}
		}, "no earlier segment"},
		"a row lost": {func(t *testing.T, w *world) []*feed.Record {
			a, b := w.put(t, some(0, 5)), w.put(t, some(0, 4))
			b.Replaces = []int64{0}
			return []*feed.Record{a, b}
		}, "its 4 rows are not the 5"},
		"a row changed": {func(t *testing.T, w *world) []*feed.Record {
			rows := some(0, 5)
			a := w.put(t, rows)
			rows[2].Color = "RED"
			b := w.put(t, rows)
			b.Replaces = []int64{0}
			return []*feed.Record{a, b}
		}, "its 5 rows are not the 5"},
		"a row that was taken back": {func(t *testing.T, w *world) []*feed.Record {
			a, b, c := w.put(t, some(0, 5)), w.put(t, some(5, 6)), w.put(t, some(0, 5))
			b.Gone, c.Replaces = []string{"r3"}, []int64{0}
			return []*feed.Record{a, b, c}
		}, `read "r3" was taken back by record 1`},
		"a row twice": {func(t *testing.T, w *world) []*feed.Record {
			return []*feed.Record{w.put(t, some(0, 5)), w.put(t, some(4, 6))}
		}, "1 ids stand in it twice"},
		"a document among reads": {func(t *testing.T, w *world) []*feed.Record {
			return []*feed.Record{{Digest: feed.Digest{1}, Bytes: 1, At: clock(), Name: "x", Version: 1}}
		}, "a document in a lane of reads"},
		"rows miscounted": {func(t *testing.T, w *world) []*feed.Record {
			a := w.put(t, some(0, 5))
			a.Rows, a.Groups[0].Rows = 4, 4
			return []*feed.Record{a}
		}, "its record says 4"},
		"a smaller box": {func(t *testing.T, w *world) []*feed.Record {
			a := w.put(t, some(0, 5))
			a.Box = orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{2, 2}}
			return []*feed.Record{a}
		}, "outside what its record says"},
		"another digest": {func(t *testing.T, w *world) []*feed.Record {
			a := w.put(t, some(0, 5))
			file, err := w.b.Get(ctx, lane.PathFile(a), a.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			a.Digest[0] ^= 1
			if err := w.b.Put(ctx, lane.PathFile(a), bytes.NewReader(file)); err != nil {
				t.Fatal(err)
			}
			return []*feed.Record{a}
		}, "not the one that its digest names"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l := manifest.Open(w.b, lane, w.signer, clock, manifest.Seen{})
			if _, err := l.Sync(ctx); err != nil {
				t.Fatal(err)
			}
			for _, r := range c.lie(t, w) {
				if _, err := l.Append(ctx, r); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.problems(t); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestBegun_F_1: a lane whose first publishing ended before it counted is no fault, and is
// named; one whose checkpoint is lost is.
func TestBegun_F_1(t *testing.T) {
	w := newWorld(t)
	r := w.put(t, some(0, 5))
	report := func() *verify.Report {
		t.Helper()
		r, err := verify.Feed(ctx, w.b, verify.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if got := report(); len(got.Problems) > 0 || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], lane.String()) {
		t.Errorf("a segment without a record: %+v", got)
	}
	log := manifest.Open(w.b, lane, w.signer, clock, manifest.Seen{})
	if _, err := log.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(ctx, r); err != nil {
		t.Fatal(err)
	}
	if got := report(); len(got.Problems) > 0 || len(got.Notes) > 0 {
		t.Errorf("published: %+v", got)
	}
	if err := os.Remove(filepath.Join(w.dir, lane.PathCheckpoint())); err != nil {
		t.Fatal(err)
	}
	if got := report(); len(got.Problems) != 1 || len(got.Notes) > 0 {
		t.Errorf("without its checkpoint: %+v", got)
	}
}
