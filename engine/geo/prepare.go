package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Limits of a shape.
const (
	MinAreaM2   = 3.0     // Q-GEO-1
	MaxVertices = 100_000 // points of all rings
	MaxRings    = 10_000
)

// Prepare checks mp and makes it ready for queries. It copies what it keeps. Points that
// repeat their predecessor are dropped. A ring may touch itself or another ring at a point
// but not cross or lie on one. Every refusal is a *ShapeError with the place of the fault.
func Prepare(mp orb.MultiPolygon) (*Shape, error) {
	clean, err := cleanRings(mp)
	if err != nil {
		return nil, err
	}
	if err := checkEdges(clean); err != nil {
		return nil, err
	}
	if err := checkNesting(clean); err != nil {
		return nil, err
	}
	area := areaM2(clean)
	if !(area >= MinAreaM2) {
		return nil, refuse(-1, -1, clean[0][0][0], ReasonTooSmall)
	}
	return newShape(clean, area), nil
}

func cleanRings(mp orb.MultiPolygon) (orb.MultiPolygon, error) {
	if len(mp) == 0 {
		return nil, refuse(-1, -1, orb.Point{}, ReasonEmpty)
	}
	points, rings := 0, 0
	out := make(orb.MultiPolygon, 0, min(len(mp), MaxRings))
	for pi, poly := range mp {
		if len(poly) == 0 {
			return nil, refuse(pi, -1, orb.Point{}, ReasonEmpty)
		}
		clean := make(orb.Polygon, 0, min(len(poly), MaxRings))
		for ri, ring := range poly {
			points += len(ring)
			if rings++; points > MaxVertices || rings > MaxRings {
				return nil, refuse(pi, ri, orb.Point{}, ReasonManyPoints)
			}
			r, err := cleanRing(ring)
			if err != nil {
				err.Polygon, err.Ring = pi, ri
				return nil, err
			}
			clean = append(clean, r)
		}
		out = append(out, clean)
	}
	return out, nil
}

func cleanRing(ring orb.Ring) (orb.Ring, *ShapeError) {
	if len(ring) == 0 {
		return nil, refuse(0, 0, orb.Point{}, ReasonEmpty)
	}
	out := make(orb.Ring, 0, len(ring))
	for i, p := range ring {
		switch {
		case !finite(p[0]) || !finite(p[1]):
			at := orb.Point{}
			if i > 0 {
				at = ring[i-1] // the place of a point that has none: the one before it
			}
			return nil, refuse(0, 0, at, ReasonNotFinite)
		case math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90:
			return nil, refuse(0, 0, p, ReasonOutOfRange)
		}
		p = orb.Point{p[0] + 0, p[1] + 0} // no negative zero
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 0 && math.Abs(p[0]-out[n-1][0]) > 180 {
			return nil, refuse(0, 0, p, ReasonTooWide)
		}
		out = append(out, p)
	}
	switch {
	case out[0] != out[len(out)-1]:
		return nil, refuse(0, 0, out[len(out)-1], ReasonOpen)
	case len(out) < 4:
		return nil, refuse(0, 0, out[0], ReasonFewPoints)
	}
	return out, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// checkNesting expects rings that neither cross nor overlap.
func checkNesting(mp orb.MultiPolygon) error {
	bounds := make([][]orb.Bound, len(mp))
	for i, poly := range mp {
		for _, ring := range poly {
			bounds[i] = append(bounds[i], ring.Bound())
		}
	}
	for i, poly := range mp {
		for h := 1; h < len(poly); h++ {
			if !within(bounds[i][h], bounds[i][0]) || !ringInside(poly[h], poly[0]) {
				return refuse(i, h, poly[h][0], ReasonHoleOutside)
			}
			for g := 1; g < len(poly); g++ {
				if g != h && within(bounds[i][h], bounds[i][g]) && ringInside(poly[h], poly[g]) {
					return refuse(i, h, poly[h][0], ReasonHoleInHole)
				}
			}
		}
		for j, other := range mp {
			if i == j || !within(bounds[i][0], bounds[j][0]) || !ringInside(poly[0], other[0]) {
				continue
			}
			inHole := false
			for g := 1; g < len(other) && !inHole; g++ {
				inHole = within(bounds[i][0], bounds[j][g]) && ringInside(poly[0], other[g])
			}
			if !inHole {
				return refuse(i, 0, poly[0][0], ReasonPolygons)
			}
		}
	}
	return nil
}

func within(inner, outer orb.Bound) bool {
	return inner.Min[0] >= outer.Min[0] && inner.Max[0] <= outer.Max[0] &&
		inner.Min[1] >= outer.Min[1] && inner.Max[1] <= outer.Max[1]
}
