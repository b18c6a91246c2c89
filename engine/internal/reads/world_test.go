package reads

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// testKeys derives data keys from a seed.
type testKeys string

func (k testKeys) DataKey(_ context.Context, q int32) ([32]byte, error) {
	return sha256.Sum256(binary.BigEndian.AppendUint32([]byte(k), uint32(q))), nil
}

func openTest(t testing.TB, dir string, tune tuning) *Store {
	t.Helper()
	if tune.ballast == 0 {
		tune.ballast = 1 << 10
	}
	s, err := Open(context.Background(), Options{Dir: dir, Keys: testKeys("test"), MinFree: 1 << 20, Log: func(m string) { t.Log(m) }, tune: tune})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func seqOf(list []detection.Detection) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for _, d := range list {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// synthetic makes rows as a city's cameras would: fixed cameras with unequal traffic,
// some mobile reads, vehicles with stable attributes, 90 days up to 2026-06-30.
func synthetic(n int, seed uint64, mobile float64) iter.Seq2[detection.Detection, error] {
	r := rand.New(rand.NewPCG(seed, 1))
	const cameras, days = 150, 90
	type camera struct {
		pos     orb.Point
		heading float64
		name    string
	}
	cams := make([]camera, cameras)
	for i := range cams {
		cams[i] = camera{
			orb.Point{-75.8 + float64(r.IntN(7000000))/1e7, 38.5 + float64(r.IntN(13000000))/1e7},
			float64(r.IntN(360)), fmt.Sprintf("DE-%03d", i),
		}
	}
	type car struct {
		plate, state, mk, model, color string
		year                           int
	}
	makes := [][]string{{"TOYOTA", "CAMRY", "COROLLA", "RAV4"}, {"FORD", "F-150", "ESCAPE", "FUSION"}, {"HONDA", "CIVIC", "ACCORD", "CR-V"}, {"CHEVROLET", "SILVERADO", "MALIBU"}, {"BMW", "X5", "320I"}}
	colors := []string{"WHITE", "BLACK", "GRAY", "SILVER", "BLUE", "RED", "GREEN"}
	states := []string{"DE", "DE", "DE", "PA", "MD", "NJ", ""}
	cars := make([]car, max(n/10, 10))
	for i := range cars {
		m := makes[r.IntN(len(makes))]
		cars[i] = car{fmt.Sprintf("%c%c%04d", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(10000)), states[r.IntN(len(states))], m[0], m[1+r.IntN(len(m)-1)], colors[r.IntN(len(colors))], 1998 + r.IntN(28)}
	}
	start := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(detection.Detection, error) bool) {
		for i := range n {
			c := cars[int(float64(len(cars))*r.Float64()*r.Float64())]
			d := detection.Detection{
				ID: fmt.Sprint(i + 1), Plate: c.plate, State: c.state, Make: c.mk, Model: c.model, Color: c.color, Year: c.year,
				Time:   start.Add(time.Duration(float64(i)/float64(n)*days*24*3600*1000) * time.Millisecond),
				Source: detection.SourceCommercial, Confidence: float64(700+r.IntN(300)) / 1000, Photos: 2,
			}
			if r.Float64() < mobile {
				d.Pos = orb.Point{-75.8 + float64(r.IntN(7000000))/1e7, 38.5 + float64(r.IntN(13000000))/1e7}
				d.HeadingDeg, d.Camera = float64(r.IntN(360)), fmt.Sprintf("M-%d", r.IntN(5))
			} else {
				cam := cams[int(float64(cameras)*r.Float64()*r.Float64())]
				d.Pos, d.HeadingDeg, d.Camera = cam.pos, cam.heading, cam.name
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

func box(lon, lat, w, h float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{lon, lat}, {lon + w, lat}, {lon + w, lat + h}, {lon, lat + h}, {lon, lat}}}}
}

// heapMB is for reports.
func rssMB() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, rss int64
	fmt.Sscan(string(b), &size, &rss)
	return rss * int64(os.Getpagesize()) >> 20
}
