package engine

import (
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/internal/scale"
)

// TestScaleFeed makes the feed that `make bench-feed` measures the first sync with, and says how
// fast it was published: CORDON_SCALE_ROWS rows of the scale world, a year, in one lane of the bucket
// CORDON_SCALE_FEED, whose key lies beside it. A feed that is there is left as it is.
func TestScaleFeed(t *testing.T) {
	dir := os.Getenv("CORDON_SCALE_FEED")
	if dir == "" {
		t.Skip("a measurement, not a check: it publishes millions of rows into CORDON_SCALE_FEED (make bench-feed)")
	}
	rows := int64(0)
	if _, err := fmt.Sscan(os.Getenv("CORDON_SCALE_ROWS"), &rows); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir + ".key"); err == nil {
		t.Log("the feed is there")
		return
	}
	ctx := t.Context()
	signer, err := manifest.GenerateKey(rand.Reader, "scale.test")
	if err == nil {
		err = os.MkdirAll(dir, 0o750)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := bucket.OpenFolder(dir)
	if err == nil {
		_, err = manifest.Init(ctx, b, signer, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	world := scale.New(scale.Options{Rows: rows, Seed: 1})
	late := time.Since(world.End()).Truncate(24 * time.Hour) // its year ends now, so that a workstation keeps it
	p := publish.New(publish.Options{Bucket: b, Signer: signer, Clock: time.Now})
	began := time.Now()
	r, err := p.Publish(ctx, publish.Batch{Lane: laneA, Reads: func(yield func(*feed.Read, error) bool) {
		for d, err := range world.Rows(0, rows) {
			d.Time, d.Photos = d.Time.Add(late).Truncate(time.Millisecond), 0
			if !yield(&feed.Read{Detection: d, Passes: 1}, err) {
				return
			}
		}
	}})
	if err != nil || r.Rows != rows {
		t.Fatalf("%+v, %v", r, err)
	}
	took := time.Since(began)
	t.Logf("published %d rows in %v: %.0f rows/s; %d segments, %.1f bytes a row", r.Rows, took.Round(time.Millisecond), float64(r.Rows)/took.Seconds(), len(r.Records), float64(r.Bytes)/float64(r.Rows))
	if err := manifest.WriteKey(dir+".key", signer); err != nil {
		t.Fatal(err)
	}
}
