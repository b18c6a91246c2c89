package engine

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"cordon/engine/feed/feedtest"
)

// BenchmarkSync syncs a folder feed of CORDON_SYNC_ROWS rows (default 200,000) in segments of at
// most 500,000 into a new workstation.
func BenchmarkSync(b *testing.B) {
	rows := 200_000
	if text := os.Getenv("CORDON_SYNC_ROWS"); text != "" {
		if _, err := fmt.Sscan(text, &rows); err != nil {
			b.Fatal(err)
		}
	}
	pub := feedtest.New(b, b.TempDir())
	for first, week := 0, 0; first < rows; week++ {
		n := min(500_000, rows-first)
		pub.Segment(laneA, feedtest.Reads(week%4, first, n), nil, nil)
		first += n
	}
	dir, key := pub.Dir, pub.Key
	pub = nil // what it remembers is not the workstation's
	runtime.GC()
	for b.Loop() {
		f := open(b, noWait)
		if err := f.Join(b.Context(), FeedOptions{Address: dir, Key: key}); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		r, err := f.Sync(b.Context(), SyncOptions{})
		if err != nil {
			b.Fatal(err)
		}
		l := laneOf(b, r, laneA)
		b.ReportMetric(float64(l.Rows)/time.Since(began).Seconds(), "rows/s")
		b.ReportMetric(float64(l.Bytes)/float64(l.Rows), "bytes/row")
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
