package reads

import (
	"context"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// TestMeasure prints the figures of the closing note. It runs when CORDON_MEASURE holds a
// number of rows.
func TestMeasure(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("CORDON_MEASURE"))
	if n == 0 {
		t.Skip("set CORDON_MEASURE to a number of rows")
	}
	dir, ctx := t.TempDir(), context.Background()
	s := openTest(t, dir, tuning{})
	begin := time.Now()
	parts, _ := strconv.Atoi(os.Getenv("CORDON_MEASURE_BATCHES"))
	next, stop := iter.Pull2(synthetic(n, 1, 0.2))
	defer stop()
	var info BatchInfo
	var slowest time.Duration
	for range max(parts, 1) {
		one := time.Now()
		part, err := s.Append(ctx, Batch{Lane: "local", Origin: "measure"}, func(yield func(detection.Detection, error) bool) {
			for range n / max(parts, 1) {
				if d, err, ok := next(); !ok || !yield(d, err) {
					return
				}
			}
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		info.Rows += part.Rows
		slowest = max(slowest, time.Since(one))
	}
	took := time.Since(begin)
	st := s.State()
	t.Logf("%d rows in %v: %.0f rows/s, %.1f bytes/row, %d blocks, rss %d MB, slowest batch %v", info.Rows, took, float64(info.Rows)/took.Seconds(), float64(st.Bytes)/float64(st.Rows), st.Blocks, rssMB(), slowest)
	for k, runs := range s.latest.groups {
		if k.week%4 == 0 {
			b := int64(0)
			for _, r := range runs {
				for _, m := range r.blocks {
					b += int64(m.bytes)
				}
			}
			t.Logf("%v %s: %d runs %.2f bytes/row", k.kind, quarterName(k.quarter), len(runs), float64(b)/float64(runs[0].rows))
		}
	}
	area := func(lon, lat, w, h float64) *geo.Shape {
		sh, err := geo.Prepare(box(lon, lat, w, h))
		if err != nil {
			t.Fatal(err)
		}
		return sh
	}
	to := st.Newest
	win := func(days int) [][]detection.Window {
		return [][]detection.Window{{{From: to.AddDate(0, 0, -days), To: to}}}
	}
	pat := func(s string, star detection.Star) *detection.Pattern {
		p, err := detection.ParsePattern(s, star)
		if err != nil {
			t.Fatal(err)
		}
		return &p
	}
	shapes := []*geo.Shape{area(-75.7, 39, .2, .2), area(-75.5, 39.2, .2, .2), area(-75.3, 38.7, .15, .3)}
	var row Row
	var err error
	for _, c := range []struct {
		name string
		p    Plan
	}{
		{"geo small 7d", Plan{Kind: detection.KindGeo, Areas: []*geo.Shape{area(-75.6, 39.1, .1, .1)}, Windows: win(7), Limit: 5000}},
		{"geo large 30d", Plan{Kind: detection.KindGeo, Areas: []*geo.Shape{area(-75.7, 38.9, .5, .7)}, Windows: win(30), Limit: 5000}},
		{"geo large 30d count", Plan{Kind: detection.KindGeo, Areas: []*geo.Shape{area(-75.7, 38.9, .5, .7)}, Windows: win(30)}},
		{"geo 90d red toyota", Plan{Kind: detection.KindGeo, Areas: shapes[:1], Windows: win(90), Makes: []string{"TOYOTA"}, Colors: []string{"RED"}, Limit: 5000}},
		{"common 3 areas 30d", Plan{Kind: detection.KindCommon, Areas: shapes, Windows: win(30), Limit: 5000, Reads: 5000}},
		{"repeat 3 windows", Plan{Kind: detection.KindRepeat, Areas: shapes[:1], Windows: [][]detection.Window{win(7)[0], {{From: to.AddDate(0, 0, -21), To: to.AddDate(0, 0, -14)}}}, Limit: 5000}},
		{"model 90d", Plan{Kind: detection.KindModel, Makes: []string{"BMW"}, Models: []string{"X5"}, Colors: []string{"RED"}, Windows: win(90), Limit: 5000}},
		{"plate", Plan{Kind: detection.KindPlate, Windows: win(90), Limit: 5000}},
		{"partial AB?1??", Plan{Kind: detection.KindPartial, Pattern: pat("AB?1??", detection.StarOne), Windows: win(90), Limit: 5000}},
		{"partial *123 any", Plan{Kind: detection.KindPartial, Pattern: pat("*123", detection.StarAny), Windows: win(90), Limit: 5000}},
	} {
		if c.p.Kind == detection.KindPlate {
			if row, err = s.Find(ctx, "local", strconv.Itoa(n/2)); err != nil {
				t.Fatal(err)
			}
			c.p.Plate = row.Plate
		}
		if only := os.Getenv("CORDON_MEASURE_ONLY"); only != "" && !strings.HasPrefix(c.name, only) {
			continue
		}
		var times, cold, est []time.Duration
		var res *Result
		var e Estimate
		for i := range 30 {
			if i >= 20 {
				s.cache = newBlockCache(s.opt.CacheBytes)
			}
			b := time.Now()
			if res, err = s.Run(ctx, c.p); err != nil {
				t.Fatal(err)
			}
			if i >= 20 {
				cold = append(cold, time.Since(b))
			} else {
				times = append(times, time.Since(b))
			}
			b = time.Now()
			if e, err = s.Estimate(ctx, c.p); err != nil {
				t.Fatal(err)
			}
			est = append(est, time.Since(b))
		}
		slices.Sort(times)
		slices.Sort(cold)
		slices.Sort(est)
		t.Logf("%-20s %7d match, %5d rows: warm %v cold %v; estimate %d exact %v in %v", c.name, res.Matched, len(res.Rows)+len(res.Vehicles), times[10], cold[5], e.Reads, e.Exact, est[15])
	}
	b := time.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("close %v, disk %d MB for %d MB of blocks", time.Since(b), diskMB(t, dir), st.Bytes>>20)
	b = time.Now()
	s = openTest(t, dir, tuning{})
	t.Logf("open %v rss %d MB", time.Since(b), rssMB())
	b = time.Now()
	rep, err := s.Check(ctx, nil)
	t.Logf("check %v: %d blocks %d rows %v %v", time.Since(b), rep.Blocks, rep.Rows, rep.Findings, err)
}

func diskMB(t *testing.T, dir string) int64 {
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			sum += info.Size()
		}
	}
	return sum >> 20
}
