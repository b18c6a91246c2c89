//go:build linux

package torture

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

const (
	lane      = "local"
	batchRows = 900
)

var worldStart = time.Date(2025, 8, 4, 0, 0, 0, 0, time.UTC)

// batchOf makes batch n (from 1) of a world: rows of half a year, so that quarters and periods
// mix, a tenth of them given before, some of those with other content.
func batchOf(seed uint64, n int64) []detection.Detection {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	list := make([]detection.Detection, 0, batchRows)
	for i := range batchRows {
		if n > 1 && r.IntN(10) == 0 {
			again := freshRow(seed, 1+r.Int64N(n-1), r.IntN(batchRows))
			if r.IntN(4) == 0 {
				again.Color = "OTHER"
			}
			list = append(list, again)
			continue
		}
		list = append(list, freshRow(seed, n, i))
	}
	return list
}

// freshRow makes row i of batch n, a function of these numbers alone.
func freshRow(seed uint64, n int64, i int) detection.Detection {
	r := rand.New(rand.NewPCG(seed^uint64(n)<<20, uint64(i)))
	makes := []string{"TOYOTA", "FORD", "HONDA", "BMW"}
	car := r.IntN(400)
	d := detection.Detection{
		ID: strconv.FormatInt(n*1_000_000+int64(i), 10), Plate: fmt.Sprintf("%c%c%03d", 'A'+car%7, 'A'+car%11, car),
		State: []string{"DE", "PA", ""}[car%3], Make: makes[car%4], Model: "M" + strconv.Itoa(car%13), Color: []string{"RED", "BLUE", "GREY"}[car%3],
		Year: 2000 + car%25, HeadingDeg: float64(r.IntN(360)), Source: detection.SourceCommercial, Photos: r.IntN(3), Confidence: float64(r.IntN(1000)) / 1000,
		Time: worldStart.Add(time.Duration((n+int64(r.IntN(4)))%12)*14*24*time.Hour + time.Duration(r.IntN(7*86_400_000))*time.Millisecond),
	}
	if cam := r.IntN(60); cam < 45 {
		d.Camera, d.Pos = "C"+strconv.Itoa(cam), orb.Point{-75.8 + float64(cam*7%45)/100, 39 + float64(cam)/90}
	} else {
		d.Camera, d.Pos = "M", orb.Point{-75.8 + float64(r.IntN(5_000_000))/1e7, 39 + float64(r.IntN(5_000_000))/1e7}
	}
	return d
}

func given(list []detection.Detection) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for _, d := range list {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// quarterNumber is the retention quarter of t as the store counts them.
func quarterNumber(t time.Time) int32 { return int32(t.Year()*4 + int(t.Month()+2)/3 - 1) }
