package reads

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"sync/atomic"
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
		d.Pos = orb.Point{rapid.SampledFrom([]float64{180, -180, 179.9}).Draw(t, "far"), rapid.SampledFrom([]float64{39.5, 90, -90, 89}).Draw(t, "pole")}
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
		switch rapid.IntRange(0, 4).Draw(t, "shape") {
		case 0:
			a, b := pt(), pt()
			mp = box(min(a[0], b[0]), min(a[1], b[1]), math.Abs(a[0]-b[0]), math.Abs(a[1]-b[1]))
		case 1:
			a := pt()
			mp = box(a[0], a[1], 1, 1)
			mp[0] = append(mp[0], box(a[0]+0.25, a[1]+0.25, 0.5, 0.5)[0][0])
		case 2:
			mp = orb.MultiPolygon{box(175, 39, 5, 1)[0], box(-180, 39, 5, 1)[0]}
		case 3:
			mp = orb.MultiPolygon{box(-180, 85, 360, 5)[0], box(170, -90, 10, 1)[0]}
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
	p.Lanes = drawLanes(t, base)
	p.Limit, p.Reads = rapid.SampledFrom([]int{0, 1, 5, 1000}).Draw(t, "limit"), rapid.SampledFrom([]int{0, 2, 1000}).Draw(t, "reads")
	return p, shapes
}

// worldLanes are the lanes of the world; one of them often holds nothing.
var worldLanes = []string{"local", "other", "third.x"}

// drawLanes restricts half of the plans to lanes and times.
func drawLanes(t *rapid.T, base time.Time) []LaneAccess {
	if rapid.Bool().Draw(t, "unrestricted") {
		return nil
	}
	out := []LaneAccess{}
	for _, lane := range rapid.SliceOfNDistinct(rapid.SampledFrom(append(worldLanes, "never")), 0, 3, rapid.ID[string]).Draw(t, "lanes") {
		a := LaneAccess{Lane: lane}
		at := base
		for range rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "periods") {
			at = at.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "gap")) * time.Hour)
			to := at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "open")) * time.Hour).Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "ns")))
			a.Windows = append(a.Windows, detection.Window{From: at, To: to})
			at = to
		}
		out = append(out, a)
	}
	return out
}

// forgetLanes makes some blocks like those of a store of format 3, which says nothing of lanes.
func forgetLanes(s *Store, nth int) {
	s.committing.Lock()
	defer s.committing.Unlock()
	for _, runs := range s.current().groups {
		for _, r := range runs {
			for _, m := range r.blocks {
				if int(m.number)%nth == 0 {
					m.lanes = 0
				}
			}
		}
	}
}

// worldKeys are keys of which some may be destroyed.
type worldKeys struct {
	mu   sync.Mutex
	gone map[int32]bool
}

func (k *worldKeys) DataKey(ctx context.Context, q int32) ([32]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.gone[q] {
		return [32]byte{}, fmt.Errorf("vault: %w", ErrKeyDestroyed)
	}
	return testKeys("k").DataKey(ctx, q)
}

func (k *worldKeys) destroy(q int32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone[q] = true
}

// Answers equal a linear scan: Q-GEO-1, Q-GEO-5, Q-COM-1, Q-PART-1, T-3, whatever the
// batches, blocks, merges, removals, destructions and reopenings; and one of the permitted
// rows alone where a plan is restricted to lanes and times.
func TestRunEqualsOracle(t *testing.T) {
	ctx := context.Background()
	most := 8 // steps
	if underRace {
		most = 3
	}
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "reads")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		keys := &worldKeys{gone: map[int32]bool{}}
		var conflicts atomic.Int64
		opt := Options{Dir: dir, Keys: keys, MinFree: 1, tune: smallTune}
		s, err := Open(ctx, opt)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.Close() }()
		var o oracle
		id := 0
		reopen := func(same bool) {
			before := s.State()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = Open(ctx, opt); err != nil {
				t.Fatal(err)
			}
			if got := s.State(); same && (got.Rows != before.Rows || fmt.Sprint(got.Lanes) != fmt.Sprint(before.Lanes) || got.Oldest != before.Oldest || got.Newest != before.Newest) {
				t.Fatalf("state %v after reopening, %v before", got, before)
			}
		}
		var last []detection.Detection
		for range rapid.IntRange(1, most).Draw(t, "steps") {
			switch rapid.IntRange(0, 10).Draw(t, "do") {
			case 3:
				forgetLanes(s, rapid.IntRange(1, 3).Draw(t, "nth"))
				continue
			case 0:
				reopen(true)
				continue
			case 1:
				if err := s.tidy(ctx, rapid.Bool().Draw(t, "still"), rapid.IntRange(1, 3).Draw(t, "goroutines")); err != nil {
					t.Fatal(err)
				}
				continue
			case 2:
				q := rapid.SampledFrom([]int32{2026*4 + 0, 2026*4 + 1, 2025*4 + 3}).Draw(t, "quarter")
				from, to := quarterSpan(q)
				want := o.destroy(oracleQuarter(time.UnixMilli(from).UTC()))
				keys.destroy(q)
				if rapid.Bool().Draw(t, "killed") { // before the store heard of it
					reopen(false)
				}
				d, err := s.DestroyQuarters(ctx, []int32{q})
				if st := s.State(); err != nil || d.Rows != want && d.Rows != 0 || st.Rows != int64(len(o.rows)) || st.PurgedUntil.Before(time.UnixMilli(to)) {
					t.Fatalf("destroyed %+v, %v: %+v; want %d of %d rows", d, err, st, want, want+int64(len(o.rows)))
				}
				continue
			}
			b := Batch{
				Lane: rapid.SampledFrom(worldLanes).Draw(t, "lane"), Photos: rapid.SampledFrom([]string{"", "demo"}).Draw(t, "photos"),
				OnConflict: func(Conflict) { conflicts.Add(1) },
			}
			var list []detection.Detection
			for range rapid.IntRange(0, 60).Draw(t, "rows") {
				if len(last) > 0 && rapid.IntRange(0, 9).Draw(t, "repeat") == 0 {
					list = append(list, rapid.SampledFrom(last).Draw(t, "again"))
					continue
				}
				list = append(list, drawRow(t, id))
				id += rapid.SampledFrom([]int{1, 1, 1, 0, -2}).Draw(t, "step")
				id = max(id, 0)
			}
			if o.last == nil {
				o.last = map[string]int64{}
			}
			want := o.last[b.Lane] + 1
			if want > 1 && rapid.IntRange(0, 3).Draw(t, "more") == 0 {
				want--
				b.Number, b.More = want, true
			} else if rapid.Bool().Draw(t, "jumps") {
				want += rapid.Int64Range(0, 100).Draw(t, "skipped")
				b.Number = want
			}
			if len(last) > 0 && rapid.IntRange(0, 2).Draw(t, "removes") == 0 {
				for range rapid.IntRange(1, 30).Draw(t, "gone") {
					b.Gone = append(b.Gone, rapid.SampledFrom(last).Draw(t, "gone").ID)
				}
				b.Gone = append(b.Gone, "never there")
			}
			last = append(last, list...)
			conflicts.Store(0)
			info, err := s.Append(ctx, b, seqOf(list), nil)
			if err != nil {
				t.Fatal(err)
			}
			if o.last[b.Lane] = want; info.Number != want || info.Gone != o.remove(b.Lane, b.Gone) {
				t.Fatalf("batch %d, %d rows gone; wanted batch %d", info.Number, info.Gone, want)
			}
			if _, err := s.Append(ctx, Batch{Lane: b.Lane, Number: want + 1, More: true}, seqOf(nil), nil); !errors.Is(err, ErrNumber) {
				t.Fatalf("more of a batch that is not there: %v", err)
			}
			if _, err := s.Append(ctx, Batch{Lane: b.Lane, Number: want}, seqOf(nil), nil); !errors.Is(err, ErrNumber) {
				t.Fatalf("a number for the second time: %v", err)
			}
			if got, want := [4]int64{info.Rows, info.Duplicates, info.Conflicts, info.Purged}, o.append(b, list); got != want || conflicts.Load() != want[2] {
				t.Fatalf("stored, duplicates, conflicts, purged %v; want %v; told of %d", got, want, conflicts.Load())
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
		for _, l := range s.State().Lanes {
			rows := int64(0)
			for _, r := range o.rows {
				if r.lane == l.Lane {
					rows++
				}
			}
			if l.Batch != o.last[l.Lane] || len(o.gone) == 0 && l.Rows != rows {
				t.Fatalf("lane %+v; want batch %d", l, o.last[l.Lane])
			}
		}
		for _, r := range o.rows {
			row, err := s.Find(ctx, r.lane, r.ID)
			if err != nil || textOf(row) != textOf(Row{Detection: r.Detection, Lane: r.lane, PhotoProvider: r.photos}) {
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
