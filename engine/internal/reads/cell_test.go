package reads

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// hilbertBitwise is the number of a place on the Hilbert curve, one bit at a time
// (Hamilton; the form of Warren's "Hacker's Delight" and of Wikipedia's xy2d).
func hilbertBitwise(x, y, side uint64) (d uint64) {
	for s := side / 2; s > 0; s /= 2 {
		var rx, ry uint64
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = side-1-x, side-1-y
			}
			x, y = y, x
		}
	}
	return d
}

// The table gives the cells that the definition of the curve gives: stored blocks are in
// their order.
func TestCells(t *testing.T) {
	const side = 1 << cellBits
	r := rand.New(rand.NewPCG(8, 9))
	at := func(share float64) uint64 { return uint64(min(max(share*side, 0), side-1)) }
	check := func(p orb.Point) {
		if want := hilbertBitwise(at((p[0]+180)/360), at((p[1]+90)/180), side); cellOf(p) != want {
			t.Fatalf("%v: cell %d, want %d", p, cellOf(p), want)
		}
	}
	for _, lon := range []float64{-180, -90, 0, 1e-7, 90, 180} {
		for _, lat := range []float64{-90, -45, 0, 1e-7, 45, 90} {
			check(orb.Point{lon, lat})
		}
	}
	for range 100_000 {
		check(orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90})
	}
}
