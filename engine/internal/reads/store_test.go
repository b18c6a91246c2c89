package reads

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

var smallTune = tuning{placeRows: 7, plateRows: 5, idRows: 6, vehicleRows: 4, chunkRows: 16, maxRuns: 3, maxEdits: 4, samples: 1 << 20, shareRows: 1, shareHits: 1, ballast: 1 << 10}

func drawRow(t *rapid.T, i int) detection.Detection {
	words := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "word") }
	base := time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC) // a quarter ends inside the world
	d := detection.Detection{
		Plate: rapid.SampledFrom([]string{"A", "AB1", "AB12", "AB123", "XY9", "XY99", "ZZZZZZZZZZZ1", "ZZZZZZZZZZZ2", "0", "123", "9AB123"}).Draw(t, "plate"),
		State: words("", "DE", "PA"), Make: words("", "FORD", "BMW"), Model: words("", "X5", "F-150"), Color: words("", "RED", "BLUE"),
		Year: rapid.SampledFrom([]int{0, 1999, 2015, 2020}).Draw(t, "year"), HeadingDeg: rapid.SampledFrom([]float64{-1, 0, 90, 12.5, 359.99, 1.0 / 3}).Draw(t, "heading"),
		Camera: words("", "C1", "C2"), Source: detection.Source(words("", "commercial")),
		Confidence: rapid.SampledFrom([]float64{-1, 0, 0.5, 0.913, 1.0 / 7}).Draw(t, "conf"), Photos: rapid.IntRange(0, 255).Draw(t, "photos"),
		Time: base.Add(time.Duration(rapid.IntRange(0, 12*24).Draw(t, "h")) * time.Hour),
	}
	d.Pos = orb.Point{-75 + float64(rapid.IntRange(0, 8).Draw(t, "x"))/4, 39 + float64(rapid.IntRange(0, 8).Draw(t, "y"))/4}
	switch rapid.IntRange(0, 9).Draw(t, "odd") {
	case 0:
		d.Pos[0] = math.Nextafter(d.Pos[0], 0)
		d.Time = d.Time.Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "ms")) * time.Millisecond)
	case 1:
		d.Pos = orb.Point{rapid.SampledFrom([]float64{180, -180, 179.9}).Draw(t, "far"), 39.5}
	}
	switch rapid.IntRange(0, 5).Draw(t, "idform") {
	case 0:
		d.ID = fmt.Sprintf("id-%04d", i%50)
	case 1:
		d.ID = fmt.Sprintf("%03d", i%40)
	case 2:
		d.ID = fmt.Sprintf("q%x", i*7919)
	default:
		d.ID = fmt.Sprint(i)
	}
	return d
}

func drawShape(t *rapid.T) (orb.MultiPolygon, *geo.Shape) {
	pt := func() orb.Point {
		return orb.Point{-75 + float64(rapid.IntRange(-1, 17).Draw(t, "vx"))/8, 39 + float64(rapid.IntRange(-1, 17).Draw(t, "vy"))/8}
	}
	for {
		var mp orb.MultiPolygon
		switch rapid.IntRange(0, 3).Draw(t, "shape") {
		case 0:
			a, b := pt(), pt()
			mp = box(min(a[0], b[0]), min(a[1], b[1]), math.Abs(a[0]-b[0]), math.Abs(a[1]-b[1]))
		case 1:
			a := pt()
			mp = box(a[0], a[1], 1, 1)
			mp[0] = append(mp[0], box(a[0]+0.25, a[1]+0.25, 0.5, 0.5)[0][0])
		case 2:
			mp = orb.MultiPolygon{box(175, 39, 5, 1)[0], box(-180, 39, 5, 1)[0]}
		default:
			var r orb.Ring
			for range rapid.IntRange(3, 6).Draw(t, "n") {
				r = append(r, pt())
			}
			mp = orb.MultiPolygon{{append(r, r[0])}}
		}
		if s, err := geo.Prepare(mp); err == nil {
			return mp, s
		}
	}
}

func drawPlan(t *rapid.T) (Plan, []orb.MultiPolygon) {
	p := Plan{Kind: rapid.SampledFrom(detection.Kinds()).Draw(t, "kind"), MinSeen: rapid.IntRange(0, 3).Draw(t, "min")}
	var shapes []orb.MultiPolygon
	least := 0
	if p.Kind == detection.KindCommon {
		least = 1
	}
	for range rapid.IntRange(least, 3).Draw(t, "areas") {
		mp, s := drawShape(t)
		shapes, p.Areas = append(shapes, mp), append(p.Areas, s)
	}
	base := time.Date(2026, 3, 26, 0, 0, 0, 0, time.UTC)
	least = 0
	if p.Kind == detection.KindRepeat {
		least = 1
	}
	for range rapid.IntRange(least, 3).Draw(t, "windows") {
		var g []detection.Window
		at := base.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "start")) * time.Hour)
		for range rapid.IntRange(1, 6).Draw(t, "spans") {
			to := at.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "len")) * time.Hour).Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "ns")))
			g = append(g, detection.Window{From: at, To: to})
			at = to.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "gap")) * time.Hour)
		}
		p.Windows = append(p.Windows, g)
	}
	some := func(list ...string) []string {
		if rapid.IntRange(0, 3).Draw(t, "restrict") > 0 {
			return nil
		}
		return rapid.SliceOfNDistinct(rapid.SampledFrom(list), 1, 2, rapid.ID[string]).Draw(t, "some")
	}
	p.States, p.Makes, p.Models, p.Colors = some("", "DE", "PA", "XX"), some("FORD", "BMW", "NONE"), some("X5", "F-150"), some("RED", "BLUE", "")
	if rapid.IntRange(0, 3).Draw(t, "years") == 0 {
		p.Year = detection.YearRange{Min: rapid.SampledFrom([]int{0, 2000, 2015}).Draw(t, "y0"), Max: rapid.SampledFrom([]int{0, 2015, 2016}).Draw(t, "y1")}
	}
	if p.Kind == detection.KindPlate {
		p.Plate = rapid.SampledFrom([]string{"AB123", "XY9", "A", "ZZZZZZZZZZZ2", "NOPE"}).Draw(t, "plate")
	}
	if p.Kind == detection.KindPartial || rapid.IntRange(0, 5).Draw(t, "pattern") == 0 {
		star := rapid.SampledFrom([]detection.Star{detection.StarOne, detection.StarAny}).Draw(t, "star")
		pat, err := detection.ParsePattern(rapid.SampledFrom([]string{"AB*", "*123", "?B1*", "X*9", "*B*2*", "ZZZZZZZZZZZ?", "*Z1", "A", "?B?2", "??????3", "*1"}).Draw(t, "text"), star)
		if err != nil {
			t.Fatal(err)
		}
		p.Pattern = &pat
	}
	p.Limit, p.Reads = rapid.SampledFrom([]int{0, 1, 5, 1000}).Draw(t, "limit"), rapid.SampledFrom([]int{0, 2, 1000}).Draw(t, "reads")
	return p, shapes
}

// Answers equal a linear scan: Q-GEO-1, Q-GEO-5, Q-COM-1, Q-PART-1, whatever the batches,
// blocks, merges and reopenings.
func TestRunEqualsOracle(t *testing.T) {
	ctx := context.Background()
	most := 8 // batches
	if underRace {
		most = 3
	}
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "reads")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		opt := Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: smallTune}
		s, err := Open(ctx, opt)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.Close() }()
		var o oracle
		id := 0
		for range rapid.IntRange(1, most).Draw(t, "batches") {
			b := Batch{Lane: rapid.SampledFrom([]string{"local", "other"}).Draw(t, "lane"), Photos: rapid.SampledFrom([]string{"", "demo"}).Draw(t, "photos")}
			var list []detection.Detection
			for range rapid.IntRange(0, 60).Draw(t, "rows") {
				list = append(list, drawRow(t, id))
				id += rapid.SampledFrom([]int{1, 1, 1, 0, -2}).Draw(t, "step")
				id = max(id, 0)
			}
			info, err := s.Append(ctx, b, seqOf(list), nil)
			if err != nil {
				t.Fatal(err)
			}
			if rows, dup := o.append(b, list); info.Rows != rows || info.Duplicates != dup {
				t.Fatalf("stored %d, %d duplicates; want %d, %d", info.Rows, info.Duplicates, rows, dup)
			}
			if rapid.IntRange(0, 3).Draw(t, "reopen") == 0 {
				before := s.State()
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if s, err = Open(ctx, opt); err != nil {
					t.Fatal(err)
				}
				if got := s.State(); fmt.Sprint(got) != fmt.Sprint(before) {
					t.Fatalf("state %v after reopening, %v before", got, before)
				}
			}
		}
		for range 12 {
			p, shapes := drawPlan(t)
			res, err := s.Run(ctx, p)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := resultText(res), o.run(p, shapes); got != want {
				t.Fatalf("%+v\ngot:\n%s\nwant:\n%s", p, got, want)
			}
			e, err := s.Estimate(ctx, p)
			if err != nil || !e.Exact || e.Reads != res.Matched {
				t.Fatalf("%+v: estimate %+v, %v; want %d", p, e, err, res.Matched)
			}
		}
		for _, r := range o.rows {
			row, err := s.Find(ctx, r.lane, r.ID)
			if err != nil || textOf(row) != textOf(Row{r.Detection, r.lane, r.photos, 0}) {
				t.Fatalf("find %s %s: %v, %v", r.lane, r.ID, row, err)
			}
		}
		if _, err := s.Find(ctx, "local", "no such id"); !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		rep, err := s.Check(ctx, nil)
		if err != nil || len(rep.Findings) > 0 || rep.Rows != int64(len(o.rows)) {
			t.Fatalf("check: %+v, %v; want %d rows", rep, err, len(o.rows))
		}
	})
}
