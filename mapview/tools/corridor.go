package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// joinStep is the largest angle in radians between two corners of a round end or bend.
const joinStep = math.Pi / 8

// corridorShape returns all places within widthM/2 metres of the line, with round ends and bends, as the
// union of what its segments cover; nil for fewer than two distinct points or no width. Holes appear where
// the line runs round a block.
func corridorShape(pts []orb.Point, widthM float64) orb.MultiPolygon {
	if len(pts) < 2 || !(widthM > 0) {
		return nil
	}
	l := newLocal(pts[0])
	var line [][2]float64
	for _, p := range simplify(pts, widthM*1e-3) {
		x, y := l.xy(p)
		if n := len(line); n == 0 || math.Hypot(x-line[n-1][0], y-line[n-1][1]) > widthM*1e-4 {
			line = append(line, [2]float64{x, y})
		}
	}
	if len(line) < 2 {
		return nil
	}
	curve := offsetOutline(line, widthM/2)
	for _, grid := range [...]float64{1e-5, 1e-4, 1e-6, 1e-3} {
		if rings, ok := windingUnion(curve, grid); ok {
			return nestRings(rings, l)
		}
	}
	return nil
}

// offsetOutline returns the closed curve at distance r around the line, counter-clockwise, with loops where
// the line bends sharply; the places with a winding number above 0 are the corridor.
func offsetOutline(line [][2]float64, r float64) [][2]float64 {
	n := len(line)
	// There and back again: the curve keeps the line at its left.
	walk := make([][2]float64, 0, 2*n-2)
	walk = append(walk, line...)
	for i := n - 2; i > 0; i-- {
		walk = append(walk, line[i])
	}
	m := len(walk)
	var out [][2]float64
	for i := range m {
		p, a, b := walk[i], walk[(i+m-1)%m], walk[(i+1)%m]
		// The outside lies at the right of the direction of walking.
		a1 := math.Atan2(p[1]-a[1], p[0]-a[0]) - math.Pi/2
		a2 := math.Atan2(b[1]-p[1], b[0]-p[0]) - math.Pi/2
		turn := math.Remainder(a2-a1, 2*math.Pi)
		if i == 0 || i == n-1 || turn < -math.Pi+1e-9 { // a round end, or back on itself: half a turn to the left
			turn = math.Pi
		}
		at := func(t float64) [2]float64 { return [2]float64{p[0] + r*math.Cos(t), p[1] + r*math.Sin(t)} }
		out = append(out, at(a1))
		if turn > 0 {
			steps := int(math.Ceil(turn/joinStep - 1e-9))
			for k := 1; k < steps; k++ {
				out = append(out, at(a1+turn*float64(k)/float64(steps)))
			}
		} else if turn < 0 {
			out = append(out, p) // inner bend: through the corner, so that the loop winds inside
		}
		if turn != 0 {
			out = append(out, at(a2))
		}
	}
	return out
}
