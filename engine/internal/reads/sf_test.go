package reads

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// readSF reads the San Francisco set: 436,714 real positions, every row at its own place.
func readSF(t testing.TB) []detection.Detection {
	f, err := os.Open("../../../../shared/data/sf-vehicles-2008-05-20.csv.gz")
	if err != nil {
		t.Skip("the San Francisco set is not here:", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	var list []detection.Detection
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec[0] == "id" {
			continue
		}
		sec, _ := strconv.ParseInt(rec[3], 10, 64)
		lon, _ := strconv.ParseFloat(rec[4], 64)
		lat, _ := strconv.ParseFloat(rec[5], 64)
		year, _ := strconv.Atoi(rec[9])
		list = append(list, detection.Detection{
			ID: rec[0], Plate: rec[1], State: rec[2], Time: time.Unix(sec, 0).UTC(), Pos: orb.Point{lon, lat}, Make: rec[6], Model: rec[7],
			Color: rec[8], Year: year, HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence, Source: detection.Source(rec[12]),
		})
	}
}

// On real positions the answers equal a linear scan (Q-GEO-1, Q-COM-1, Q-GEO-5).
func TestSanFrancisco(t *testing.T) {
	if underRace {
		t.Skip("the rational oracle is too slow here; TestRunEqualsOracle runs the same code")
	}
	list := readSF(t)
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{})
	start := time.Now()
	info, err := s.Append(ctx, Batch{Lane: "local"}, seqOf(list), nil)
	took := time.Since(start)
	if err != nil || info.Rows != 436714 || info.Duplicates != 0 {
		t.Fatalf("%+v %v", info, err)
	}
	st := s.State()
	t.Logf("%.0f rows/s, %.1f bytes/row", float64(info.Rows)/took.Seconds(), float64(st.Bytes)/float64(st.Rows))
	shapes := []orb.MultiPolygon{
		{{{{-122.41, 37.785}, {-122.395, 37.795}, {-122.39412, 37.78}, {-122.405, 37.775}, {-122.41, 37.785}}, {{-122.403, 37.786}, {-122.4, 37.786}, {-122.4, 37.783}, {-122.403, 37.786}}}},
		{{{{-122.43, 37.76}, {-122.42, 37.77}, {-122.415, 37.755}, {-122.43, 37.76}}}},
		{{{{-122.3973, 37.6132}, {-122.38, 37.62}, {-122.39, 37.608}, {-122.3973, 37.6132}}}},
	}
	var areas []*geo.Shape
	for _, mp := range shapes {
		a, err := geo.Prepare(mp)
		if err != nil {
			t.Fatal(err)
		}
		areas = append(areas, a)
	}
	var o oracle
	o.append(Batch{Lane: "local"}, list)
	day := func(h int) time.Time { return time.Date(2008, 5, 20, h, 0, 0, 0, time.UTC) }
	for _, p := range []Plan{
		{Kind: detection.KindGeo, Areas: areas[:1], Windows: [][]detection.Window{{{From: day(0), To: day(3)}}}, Limit: 5000},
		{Kind: detection.KindCommon, Areas: areas, Windows: [][]detection.Window{{{From: day(-2), To: day(20)}}}, Limit: 5000, Reads: 50},
		{Kind: detection.KindCommon, Areas: areas, MinSeen: 3, Makes: []string{"FORD"}, Limit: 5000},
		{Kind: detection.KindRepeat, Areas: areas[1:2], Windows: [][]detection.Window{{{From: day(0), To: day(4)}}, {{From: day(10), To: day(14)}}}, Limit: 5000},
	} {
		begin := time.Now()
		res, err := s.Run(ctx, p)
		took := time.Since(begin)
		if err != nil {
			t.Fatal(err)
		}
		if resultText(res) != o.run(p, shapes[:len(p.Areas)]) && p.Kind != detection.KindRepeat || p.Kind == detection.KindRepeat && resultText(res) != o.run(p, shapes[1:2]) {
			t.Errorf("%s: %d of %d reads differ from the scan", p.Kind, res.Count, res.Matched)
		}
		e, err := s.Estimate(ctx, p)
		if err != nil || float64(e.Reads) < 0.75*float64(res.Matched)-50 || float64(e.Reads) > 1.25*float64(res.Matched)+50 {
			t.Errorf("%s: estimate %+v for %d, %v", p.Kind, e, res.Matched, err)
		}
		t.Logf("%s: %d, %d reads in %v", p.Kind, res.Count, res.Matched, took)
	}
}
