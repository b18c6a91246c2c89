package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// Error bound of the floating-point orientation, relative to the sum of the two products:
// (3 + 16ε)ε with ε = 2⁻⁵³ (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic
// and Fast Robust Geometric Predicates", 1997). tinyProduct guards against underflow, which
// that bound leaves out.
const (
	orientBound = (3 + 16*0x1p-53) * 0x1p-53
	tinyProduct = 0x1p-900
)

// orient returns the exact sign of the turn a → b → c: 1 left (counter-clockwise in lon
// right, lat up), −1 right, 0 straight.
func orient(a, b, c orb.Point) int {
	l := (a[0] - c[0]) * (b[1] - c[1])
	r := (a[1] - c[1]) * (b[0] - c[0])
	det, sum := l-r, math.Abs(l)+math.Abs(r)
	if bound := orientBound * sum; sum > tinyProduct && (det > bound || det < -bound) {
		if det > 0 {
			return 1
		}
		return -1
	}
	return orientExact(a, b, c)
}

func orientExact(a, b, c orb.Point) int {
	// Equal coordinates are frequent (grid-aligned edges, vertices) and need no big numbers.
	if (a[0] == c[0] && b[0] == c[0]) || (a[1] == c[1] && b[1] == c[1]) || a == c || b == c || a == b {
		return 0
	}
	sub := func(x, y float64) *big.Rat {
		r := new(big.Rat).SetFloat64(x)
		return r.Sub(r, new(big.Rat).SetFloat64(y))
	}
	l := sub(a[0], c[0])
	l.Mul(l, sub(b[1], c[1]))
	r := sub(a[1], c[1])
	r.Mul(r, sub(b[0], c[0]))
	return l.Cmp(r)
}

// position is where a point lies relative to a closed ring.
type position int8

const (
	outside position = iota
	onEdge
	inside
)

// ringPosition is the exact even-odd position of p, in time linear in the ring.
func ringPosition(ring orb.Ring, p orb.Point) position {
	in := false
	for i := range len(ring) - 1 {
		switch crossesRay(ring[i], ring[i+1], p) {
		case onEdge:
			return onEdge
		case inside:
			in = !in
		}
	}
	if in {
		return inside
	}
	return outside
}

// crossesRay says what the edge a–b means for p: onEdge when p is on it, inside when the
// ray from p towards greater longitude crosses it (half-open in latitude), else outside.
func crossesRay(a, b, p orb.Point) position {
	if a[1] > b[1] {
		a, b = b, a
	}
	if p[1] < a[1] || p[1] > b[1] {
		return outside
	}
	if p[0] < a[0] && p[0] < b[0] {
		if p[1] < b[1] {
			return inside
		}
		return outside
	}
	if p[0] > a[0] && p[0] > b[0] {
		return outside
	}
	if a[1] == b[1] { // horizontal, p between its ends
		return onEdge
	}
	o := orient(a, b, p) // a below b: left of the edge means the ray crosses it
	if o == 0 {
		return onEdge
	}
	if o > 0 && p[1] < b[1] {
		return inside
	}
	return outside
}

// ringInside reports whether ring lies inside outer, for two rings whose edges neither
// cross nor overlap (they may touch).
func ringInside(ring, outer orb.Ring) bool {
	for _, p := range ring[:len(ring)-1] {
		if pos := ringPosition(outer, p); pos != onEdge {
			return pos == inside
		}
	}
	// Every corner touches: the middle of an edge decides. It may not be a float64.
	x, y := midpoint(ring[0][0], ring[1][0]), midpoint(ring[0][1], ring[1][1])
	in := false
	for i := range len(outer) - 1 {
		a, b := ratPoint(outer[i]), ratPoint(outer[i+1])
		if (a[1].Cmp(y) > 0) == (b[1].Cmp(y) > 0) {
			continue
		}
		// x < ax + (y−ay)(bx−ax)/(by−ay)
		t := new(big.Rat).Sub(y, a[1])
		t.Mul(t, new(big.Rat).Sub(b[0], a[0]))
		t.Quo(t, new(big.Rat).Sub(b[1], a[1]))
		if x.Cmp(t.Add(t, a[0])) < 0 {
			in = !in
		}
	}
	return in
}

func ratPoint(p orb.Point) [2]*big.Rat {
	return [2]*big.Rat{new(big.Rat).SetFloat64(p[0]), new(big.Rat).SetFloat64(p[1])}
}

func midpoint(a, b float64) *big.Rat {
	r := new(big.Rat).SetFloat64(a)
	r.Add(r, new(big.Rat).SetFloat64(b))
	return r.Mul(r, big.NewRat(1, 2))
}
