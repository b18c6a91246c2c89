package engine

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"cordon/engine/detection"
)

// sanFrancisco is a workstation with the measured positions.
func sanFrancisco(b *testing.B) (*Session, detection.Query) {
	b.Helper()
	data, err := os.ReadFile("../../shared/data/sf-vehicles-2008-05-20.csv.gz")
	if err != nil {
		b.Skip("the measured positions are not here: " + err.Error())
	}
	f := open(b, func(o *Options, _ *knobs) { o.CacheBytes = 256 << 20 })
	s := f.door(b, "kl")
	if _, err := s.Import(context.Background(), ImportOptions{Name: "sf"}, bytes.NewReader(data), nil); err != nil {
		b.Fatal(err)
	}
	from := time.Unix(1211260000, 0).UTC()
	q := geoQuery()
	q.Areas = []detection.Area{square("A", -122.41, 37.785, 0.004), square("B", -122.395, 37.79, 0.003)}
	q.Windows = []detection.Window{{From: from, To: from.Add(6 * time.Hour)}}
	return s, q
}

func benchmarkRun(b *testing.B, change func(*detection.Query)) {
	s, q := sanFrancisco(b)
	change(&q)
	var audit, engine time.Duration
	for b.Loop() {
		a, err := s.Run(context.Background(), q, RunOptions{Confirm: true})
		if err != nil {
			b.Fatal(err)
		}
		audit, engine = audit+a.AuditTime, engine+a.EngineTime
		s.Release(a.Entry)
	}
	b.ReportMetric(float64(audit.Microseconds())/float64(b.N), "audit-µs/op")
	b.ReportMetric(float64(engine.Microseconds())/float64(b.N), "engine-µs/op")
}

func BenchmarkGeo(b *testing.B) { benchmarkRun(b, func(*detection.Query) {}) }
func BenchmarkGeoCount(b *testing.B) {
	benchmarkRun(b, func(q *detection.Query) { q.Limit = 0 })
}

func BenchmarkCommon(b *testing.B) {
	benchmarkRun(b, func(q *detection.Query) { q.Kind = detection.KindCommon })
}

func BenchmarkEstimate(b *testing.B) {
	s, q := sanFrancisco(b)
	for b.Loop() {
		if _, err := s.Estimate(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
}
