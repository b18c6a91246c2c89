package geo

import (
	"math/big"

	"github.com/paulmach/orb"
)

// The oracle: even-odd rule and on-edge test in rational arithmetic, every edge looked at.
// It shares no code with the package.

func rat(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }

func oracleContains(mp orb.MultiPolygon, p orb.Point) bool {
	x, y := rat(p[0]), rat(p[1])
	crossings := 0
	for _, poly := range mp {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				ax, ay, bx, by := rat(ring[i-1][0]), rat(ring[i-1][1]), rat(ring[i][0]), rat(ring[i][1])
				if oracleOn(ax, ay, bx, by, x, y) {
					return true
				}
				// Count edges strictly to the right whose latitude span covers y, lower end included.
				if (ay.Cmp(y) <= 0) == (by.Cmp(y) <= 0) {
					continue
				}
				// Where the edge is at latitude y: ax + (y-ay)/(by-ay)*(bx-ax).
				t := new(big.Rat).Quo(new(big.Rat).Sub(y, ay), new(big.Rat).Sub(by, ay))
				at := t.Add(ax, t.Mul(t, new(big.Rat).Sub(bx, ax)))
				if at.Cmp(x) > 0 {
					crossings++
				}
			}
		}
	}
	return crossings%2 == 1
}

func oracleOn(ax, ay, bx, by, x, y *big.Rat) bool {
	between := func(a, b, v *big.Rat) bool {
		return a.Cmp(v) <= 0 && v.Cmp(b) <= 0 || b.Cmp(v) <= 0 && v.Cmp(a) <= 0
	}
	if !between(ax, bx, x) || !between(ay, by, y) {
		return false
	}
	return oracleCross(ax, ay, bx, by, x, y) == 0
}

func oracleCross(ax, ay, bx, by, x, y *big.Rat) int {
	l := new(big.Rat).Mul(new(big.Rat).Sub(bx, ax), new(big.Rat).Sub(y, ay))
	r := new(big.Rat).Mul(new(big.Rat).Sub(by, ay), new(big.Rat).Sub(x, ax))
	return l.Cmp(r)
}

// oracleFault reports whether two edges of the ring cross in their insides or share more
// than a point.
func oracleFault(ring orb.Ring) bool {
	n := len(ring) - 1
	for i := range n {
		for j := range i {
			a, b, c, d := ring[i], ring[i+1], ring[j], ring[j+1]
			s := func(p, q, r orb.Point) int {
				return oracleCross(rat(p[0]), rat(p[1]), rat(q[0]), rat(q[1]), rat(r[0]), rat(r[1]))
			}
			if s(a, b, c)*s(a, b, d) < 0 && s(c, d, a)*s(c, d, b) < 0 {
				return true
			}
			if s(a, b, c) == 0 && s(a, b, d) == 0 {
				k := 0
				if a[0] == b[0] {
					k = 1
				}
				if max(min(a[k], b[k]), min(c[k], d[k])) < min(max(a[k], b[k]), max(c[k], d[k])) {
					return true
				}
			}
		}
	}
	return false
}

// oracleWinding is the winding number of a ring around a point that is not on it.
func oracleWinding(ring orb.Ring, p orb.Point) int {
	w := 0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		s := oracleCross(rat(a[0]), rat(a[1]), rat(b[0]), rat(b[1]), rat(p[0]), rat(p[1]))
		if a[1] <= p[1] && b[1] > p[1] && s > 0 {
			w++
		}
		if a[1] > p[1] && b[1] <= p[1] && s < 0 {
			w--
		}
	}
	return w
}
