package cli_test

import (
	"math"
	"math/big"
)

// inside reports whether a point lies in a polygon with holes, edges and corners included:
// design section 5's boundary rule. It is the oracle's own: a winding number whose
// orientation tests are exact.
func inside(x, y float64, rings [][][2]float64) bool {
	for i, ring := range rings {
		w, onEdge := winding(x, y, ring)
		switch {
		case onEdge:
			return true
		case i == 0 && w == 0:
			return false
		case i > 0 && w != 0:
			return false
		}
	}
	return true
}

// winding counts how often a closed ring goes round a point.
func winding(x, y float64, ring [][2]float64) (n int, onEdge bool) {
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if y < min(a[1], b[1]) || y > max(a[1], b[1]) {
			continue
		}
		side := leftOf(a, b, x, y)
		if side == 0 && x >= min(a[0], b[0]) && x <= max(a[0], b[0]) {
			return 0, true
		}
		switch {
		case a[1] <= y && b[1] > y && side > 0:
			n++
		case a[1] > y && b[1] <= y && side < 0:
			n--
		}
	}
	return n, false
}

// leftOf is the sign of (b−a)×(p−a), in rationals where floats cannot tell.
func leftOf(a, b [2]float64, x, y float64) int {
	l, r := (b[0]-a[0])*(y-a[1]), (x-a[0])*(b[1]-a[1])
	if d := l - r; math.Abs(d) > 1e-12*(math.Abs(l)+math.Abs(r)) && math.Abs(d) > 1e-18 {
		if d > 0 {
			return 1
		}
		return -1
	}
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	sub := func(p, q float64) *big.Rat { return new(big.Rat).Sub(rat(p), rat(q)) }
	left := new(big.Rat).Mul(sub(b[0], a[0]), sub(y, a[1]))
	return left.Cmp(new(big.Rat).Mul(sub(x, a[0]), sub(b[1], a[1])))
}
