package interop

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/paulmach/orb"
)

var (
	lane   = feed.Lane{Source: "test-pd", Region: "north"}
	monday = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)
)

// fleet makes n reads of one week, some with everything unknown that may be.
func fleet(n int) []feed.Read {
	rng := rand.New(rand.NewPCG(5, 6))
	out := make([]feed.Read, n)
	for i := range out {
		cam := rng.IntN(300)
		d := feed.Read{Detection: detection.Detection{
			ID: fmt.Sprintf("wpd-%07d", i), Plate: fmt.Sprintf("%dKD%03d", 1+rng.IntN(9), rng.IntN(1000)),
			Time:       monday.Add(time.Duration(int64(i)*6*24*3_600_000/int64(n)) * time.Millisecond),
			Pos:        orb.Point{-75.6 + 0.2*rng.Float64(), 39.6 + 0.2*rng.Float64()},
			HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
		}, Passes: 1 + i%3}
		if cam%10 > 0 {
			d.State, d.Make, d.Color, d.Year, d.Camera = "DE", "FORD", "RED", 2000+cam%20, fmt.Sprint("CAM-", cam)
			d.HeadingDeg, d.Confidence, d.Source = float64(cam), float64(cam%100)/100, detection.SourceCommercial
			d.Box = feed.Box{X: cam, Y: 2, W: 3, H: 4}
		}
		out[i] = d
	}
	return out
}

func seq(rows []feed.Read) iter.Seq2[*feed.Read, error] {
	return func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	}
}
