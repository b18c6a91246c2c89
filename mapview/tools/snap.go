package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// Snap returns the place of the targets that p is drawn to: the nearest corner within tolM metres, else the
// nearest place of a side within tolM, else p itself and false.
func Snap(p orb.Point, targets []orb.LineString, tolM float64) (orb.Point, bool) {
	if !finitePoint(p) || !(tolM > 0) {
		return p, false
	}
	corner, side := p, p
	bestCorner, bestSide := tolM, tolM
	found, foundSide := false, false
	tolLat := tolM / (rad * EarthRadiusM)
	for _, line := range targets {
		for i, q := range line {
			if math.Abs(q[1]-p[1]) <= tolLat {
				if d := DistanceM(p, q); d <= bestCorner {
					corner, bestCorner, found = q, d, true
				}
			}
			if i == 0 || found {
				continue
			}
			a := line[i-1]
			if max(a[1], q[1]) < p[1]-tolLat || min(a[1], q[1]) > p[1]+tolLat {
				continue
			}
			if at, d := nearestOnSegment(p, a, q); d <= bestSide {
				side, bestSide, foundSide = at, d, true
			}
		}
	}
	if found {
		return corner, true
	}
	return side, foundSide
}
