package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Relation says how a box lies to a shape.
type Relation uint8

// The relations. Crosses means that an edge may meet the box: its points must be tested.
const (
	Outside Relation = iota
	Inside
	Crosses
)

// Shape is a prepared area: one or more polygons with holes.
type Shape struct {
	mp    orb.MultiPolygon
	bound orb.Bound
	area  float64

	// Edges by slab of latitude: slab k holds edges[start[k]:start[k+1]].
	slabs   int
	perDeg  float64 // slabs per degree of latitude
	start   []int32
	edges   [][2]orb.Point
	meridia bool // reaches longitude 180 or −180
}

const maxSlabs = 1 << 15

func newShape(mp orb.MultiPolygon, area float64) *Shape {
	s := &Shape{mp: mp, bound: mp.Bound(), area: area}
	n := 0
	for _, poly := range mp {
		for _, ring := range poly {
			n += len(ring) - 1
		}
	}
	s.slabs = min(max(n/2, 1), maxSlabs)
	if h := s.bound.Max[1] - s.bound.Min[1]; h > 0 {
		s.perDeg = float64(s.slabs) / h
	}
	if math.IsInf(s.perDeg, 0) || s.perDeg == 0 {
		s.slabs, s.perDeg = 1, 0
	}
	s.meridia = s.bound.Min[0] == -180 || s.bound.Max[0] == 180
	count := make([]int32, s.slabs+1)
	each := func(do func(slab int, e [2]orb.Point)) {
		for _, poly := range mp {
			for _, ring := range poly {
				for i := range len(ring) - 1 {
					a, b := ring[i], ring[i+1]
					for k := s.slab(min(a[1], b[1])); k <= s.slab(max(a[1], b[1])); k++ {
						do(k, [2]orb.Point{a, b})
					}
				}
			}
		}
	}
	each(func(k int, _ [2]orb.Point) { count[k+1]++ })
	for k := range s.slabs {
		count[k+1] += count[k]
	}
	s.start = append([]int32(nil), count...)
	s.edges = make([][2]orb.Point, count[s.slabs])
	each(func(k int, e [2]orb.Point) { s.edges[count[k]] = e; count[k]++ })
	return s
}

// slab returns the slab of a latitude; it rises with lat, so an edge lies in the slabs
// from that of its lower to that of its upper end.
func (s *Shape) slab(lat float64) int {
	k := int((lat - s.bound.Min[1]) * s.perDeg)
	return min(max(k, 0), s.slabs-1)
}

// Geometry returns the shape's polygons. The caller must not change them.
func (s *Shape) Geometry() orb.MultiPolygon { return s.mp }

// Bound returns the smallest box around the shape (lon, lat).
func (s *Shape) Bound() orb.Bound { return s.bound }

// AreaM2 returns the area in square metres on the WGS 84 ellipsoid, edges straight in
// longitude/latitude. The relative error is below 10⁻⁸.
func (s *Shape) AreaM2() float64 { return s.area }

// Vertices returns the number of corners.
func (s *Shape) Vertices() int {
	n := 0
	for _, poly := range s.mp {
		for _, ring := range poly {
			n += len(ring) - 1
		}
	}
	return n
}

// Contains reports whether the point lies inside or on the edge. Coordinates that are not
// finite lie outside.
func (s *Shape) Contains(lon, lat float64) bool {
	if s.contains(orb.Point{lon, lat}) {
		return true
	}
	return s.meridia && (lon == 180 || lon == -180) && s.contains(orb.Point{-lon, lat})
}

func (s *Shape) contains(p orb.Point) bool {
	if !(p[0] >= s.bound.Min[0] && p[0] <= s.bound.Max[0] && p[1] >= s.bound.Min[1] && p[1] <= s.bound.Max[1]) {
		return false
	}
	k, in := s.slab(p[1]), false
	for i := s.start[k]; i < s.start[k+1]; i++ {
		e := &s.edges[i]
		switch crossesRay(e[0], e[1], p) {
		case onEdge:
			return true
		case inside:
			in = !in
		}
	}
	return in
}

// Relate says whether every point of the closed box is inside the shape, every point is
// outside, or the box must be looked into. Inside and Outside are certain.
func (s *Shape) Relate(box orb.Bound) Relation {
	overMeridian := s.meridia && (box.Min[0] == -180 || box.Max[0] == 180)
	if box.Min[0] > s.bound.Max[0] || box.Max[0] < s.bound.Min[0] ||
		box.Min[1] > s.bound.Max[1] || box.Max[1] < s.bound.Min[1] {
		if overMeridian {
			return Crosses
		}
		return Outside
	}
	first := s.slab(box.Min[1])
	for k := first; k <= s.slab(box.Max[1]); k++ {
		for i := s.start[k]; i < s.start[k+1]; i++ {
			e := &s.edges[i]
			if k > first && s.slab(min(e[0][1], e[1][1])) < k {
				continue // seen in a slab below
			}
			if meets(e[0], e[1], box) {
				return Crosses
			}
		}
	}
	if s.contains(box.Min) {
		return Inside
	}
	if overMeridian {
		return Crosses
	}
	return Outside
}

// meets reports whether the edge a–b may meet the closed box; false is certain.
func meets(a, b orb.Point, box orb.Bound) bool {
	if max(a[0], b[0]) < box.Min[0] || min(a[0], b[0]) > box.Max[0] ||
		max(a[1], b[1]) < box.Min[1] || min(a[1], b[1]) > box.Max[1] {
		return false
	}
	if box.Contains(a) || box.Contains(b) {
		return true
	}
	side := orient(a, b, box.Min)
	return side == 0 ||
		orient(a, b, box.Max) != side ||
		orient(a, b, orb.Point{box.Min[0], box.Max[1]}) != side ||
		orient(a, b, orb.Point{box.Max[0], box.Min[1]}) != side
}
