package reads

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// Many small batches answer like one large one, and merging keeps the runs few. Late
// batches reach back over the whole time.
func TestManyBatches(t *testing.T) {
	ctx := context.Background()
	const batches, per = 100, 200
	var all []detection.Detection
	many := openTest(t, t.TempDir(), tuning{maxEdits: 7})
	for i := range batches {
		var list []detection.Detection
		for d := range synthetic(per, uint64(i), 0.3) {
			d.ID = fmt.Sprintf("%d-%s", i%3, d.ID) // two thirds come back as duplicates
			list = append(list, d)
		}
		all = append(all, list...)
		if _, err := many.Append(ctx, Batch{Lane: "local"}, seqOf(list), nil); err != nil {
			t.Fatal(err)
		}
	}
	one := openTest(t, t.TempDir(), tuning{})
	info, err := one.Append(ctx, Batch{Lane: "local"}, seqOf(all), nil)
	if err != nil || info.Rows != 3*per || info.Duplicates+info.Conflicts != (batches-3)*per {
		t.Fatalf("%+v %v", info, err)
	}
	plans := worldPlans(t)
	want, got := answers(t, one, plans), answers(t, many, plans)
	for i := range plans {
		if got[i] != want[i] {
			t.Errorf("plan %d differs", i)
		}
	}
	if st := many.State(); st.Lanes[0].Batch != batches || st.Rows != info.Rows {
		t.Errorf("%+v", st)
	}
	if err := many.tidy(ctx, false, 1); err != nil {
		t.Fatal(err)
	}
	many.mu.Lock()
	defer many.mu.Unlock()
	for k, runs := range many.latest.groups {
		if len(runs) > many.opt.tune.maxRuns {
			t.Errorf("%v %s: %d runs", k.kind, quarterName(k.quarter), len(runs))
		}
	}
	if many.oldest != many.latest || len(many.dead) > 0 {
		t.Error("old versions are kept")
	}
}

// Estimates are close to the truth and bounded in the blocks they read.
func TestEstimate(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{samples: 40})
	if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(150_000, 3, 0.2), nil); err != nil {
		t.Fatal(err)
	}
	newest := s.State().Newest
	inexact := 0
	for i := range 40 {
		var areas []*geo.Shape
		for k := range 1 + i%3 {
			a, err := geo.Prepare(box(-75.7+float64(i%7)/20, 38.6+float64(i%5)/10+float64(k)/5, 0.05+float64(i%4)/10, 0.05+float64(i%6)/10))
			if err != nil {
				t.Fatal(err)
			}
			areas = append(areas, a)
		}
		p := Plan{Kind: detection.KindGeo, Areas: areas, Windows: [][]detection.Window{{{From: newest.Add(-time.Duration(1+i*2) * 24 * time.Hour), To: newest}}}}
		if i%4 == 1 {
			p.Makes = []string{"FORD", "BMW"}
		}
		if i%8 == 7 {
			p.Kind, p.Areas, areas = detection.KindModel, nil, nil
			p.Colors = []string{"RED"}
		}
		res, err := s.Run(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Estimate(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		near := func(got, want int64) bool {
			return float64(got) >= 0.75*float64(want)-50 && float64(got) <= 1.25*float64(want)+50
		}
		if !near(e.Reads, res.Matched) || e.Exact && e.Reads != res.Matched || len(e.PerArea) != len(areas) || e.PerWindow[0] != e.Reads {
			t.Errorf("%d: estimate %+v for %d", i, e, res.Matched)
		}
		for k := range areas {
			one := p
			one.Areas = areas[k : k+1]
			res, err := s.Run(ctx, one)
			if err != nil {
				t.Fatal(err)
			}
			if !near(e.PerArea[k], res.Matched) {
				t.Errorf("%d: area %d: estimate %d for %d", i, k, e.PerArea[k], res.Matched)
			}
		}
		if !e.Exact {
			inexact++
		}
	}
	if inexact == 0 {
		t.Error("nothing was estimated")
	}
}
