package tools

import (
	"math"
	"sort"

	"github.com/paulmach/orb"
)

// gridKey is a place rounded to the grid.
type gridKey [2]int64

// windingUnion returns the border of the places that the closed curve winds round at least once, as rings
// without crossings: outer ones counter-clockwise, holes clockwise. Every side is cut where it meets
// another, the pieces with the inside on the left and the outside on the right are kept, and joined. Corners
// are rounded to the grid (metres); ok is false when the pieces do not join, as rounding can rarely bring about.
func windingUnion(curve [][2]float64, grid float64) (rings [][][2]float64, ok bool) {
	n := len(curve)
	if n < 3 {
		return nil, false
	}
	keyOf := func(p [2]float64) gridKey {
		return gridKey{int64(math.Round(p[0] / grid)), int64(math.Round(p[1] / grid))}
	}
	at := func(k gridKey) [2]float64 { return [2]float64{float64(k[0]) * grid, float64(k[1]) * grid} }
	pts := make([][2]float64, 0, n)
	for _, p := range curve {
		if q := at(keyOf(p)); len(pts) == 0 || pts[len(pts)-1] != q {
			pts = append(pts, q)
		}
	}
	// Rounding a cut moves its sides a little, which may make them meet others: cut until nothing changes.
	for range 8 {
		cut := cutCurve(pts, grid, func(p [2]float64) [2]float64 { return at(keyOf(p)) })
		if len(cut) == len(pts) {
			break
		}
		pts = cut
	}
	n = len(pts)
	if n < 3 {
		return nil, false
	}
	idx := newSlabs(pts)

	type piece struct{ a, b gridKey }
	seen := map[piece]bool{}
	from := map[gridKey][]gridKey{}
	var order []piece
	for i := range n {
		pc := piece{keyOf(pts[i]), keyOf(pts[(i+1)%n])}
		if pc.a == pc.b || seen[pc] {
			continue
		}
		seen[pc] = true
		if left, right := windings(idx, at(pc.a), at(pc.b), grid); left > 0 && right <= 0 {
			from[pc.a] = append(from[pc.a], pc.b)
			order = append(order, pc)
		}
	}
	used := map[piece]bool{}
	for _, start := range order {
		if used[start] {
			continue
		}
		var ring [][2]float64
		cur := start
		for !used[cur] {
			used[cur] = true
			ring = append(ring, at(cur.a))
			next, found := gridKey{}, false
			best := math.Inf(1)
			for _, b := range from[cur.b] {
				if used[piece{cur.b, b}] && (piece{cur.b, b}) != start {
					continue
				}
				// The sharpest turn to the left keeps rings that touch in a corner apart.
				if t := turnRight(at(cur.a), at(cur.b), at(b)); t < best {
					next, best, found = b, t, true
				}
			}
			if !found {
				return nil, false
			}
			cur = piece{cur.b, next}
		}
		if cur != start {
			return nil, false
		}
		if len(ring) >= 3 {
			rings = append(rings, ring)
		}
	}
	return rings, len(rings) > 0
}

// cutCurve returns the closed curve with a corner wherever one of its sides meets another.
func cutCurve(pts [][2]float64, grid float64, round func([2]float64) [2]float64) [][2]float64 {
	n := len(pts)
	idx := newSlabs(pts)
	out := make([][2]float64, 0, n+n/4)
	add := func(p [2]float64) {
		if len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	var cuts []float64
	for i := range n {
		a, b := pts[i], pts[(i+1)%n]
		cuts = cuts[:0]
		for _, j := range idx.between(min(a[1], b[1])-grid, max(a[1], b[1])+grid) {
			if j != i {
				cuts = appendCuts(cuts, a, b, pts[j], pts[(j+1)%n], 0.7*grid)
			}
		}
		sort.Float64s(cuts)
		add(a)
		for _, t := range cuts {
			if p := round(lerp(a, b, t)); p != a && p != b {
				add(p)
			}
		}
	}
	return out
}

// turnRight returns the change of direction at b in (-π, π], positive to the right.
func turnRight(a, b, c [2]float64) float64 {
	u := math.Atan2(b[1]-a[1], b[0]-a[0])
	v := math.Atan2(c[1]-b[1], c[0]-b[0])
	return -math.Remainder(v-u, 2*math.Pi)
}

func lerp(a, b [2]float64, t float64) [2]float64 {
	return [2]float64{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// appendCuts adds the parameters of a–b where c–d meets it: a crossing, or an end of c–d that lies on it.
func appendCuts(cuts []float64, a, b, c, d [2]float64, eps float64) []float64 {
	if min(c[0], d[0]) > max(a[0], b[0])+eps || max(c[0], d[0]) < min(a[0], b[0])-eps ||
		min(c[1], d[1]) > max(a[1], b[1])+eps || max(c[1], d[1]) < min(a[1], b[1])-eps {
		return cuts
	}
	ux, uy := b[0]-a[0], b[1]-a[1]
	ll := ux*ux + uy*uy
	if ll == 0 {
		return cuts
	}
	length := math.Sqrt(ll)
	side := func(p [2]float64) float64 { return (ux*(p[1]-a[1]) - uy*(p[0]-a[0])) / length }
	along := func(p [2]float64) float64 { return (ux*(p[0]-a[0]) + uy*(p[1]-a[1])) / ll }
	sc, sd := side(c), side(d)
	for _, e := range []struct {
		p [2]float64
		s float64
	}{{c, sc}, {d, sd}} {
		if t := along(e.p); math.Abs(e.s) <= eps && t > 0 && t < 1 {
			cuts = append(cuts, t)
		}
	}
	if sc*sd < 0 {
		q := lerp(c, d, sc/(sc-sd))
		if t := along(q); t > 0 && t < 1 {
			cuts = append(cuts, t)
		}
	}
	return cuts
}

// windings returns how often the curve winds round the places just left and just right of the middle of a–b.
func windings(idx *slabs, a, b [2]float64, grid float64) (left, right int) {
	mx, my := (a[0]+b[0])/2, (a[1]+b[1])/2
	length := math.Hypot(b[0]-a[0], b[1]-a[1])
	off := math.Min(length, grid) / 64
	nx, ny := -(b[1]-a[1])/length*off, (b[0]-a[0])/length*off
	return idx.winding(mx+nx, my+ny), idx.winding(mx-nx, my-ny)
}

// slabs finds the sides of a closed curve by height.
type slabs struct {
	pts     [][2]float64
	y0, k   float64 // slab number = (y-y0)*k
	members [][]int // numbers of the sides that reach into each slab
	mark    []int   // the last search that returned the side
	round   int
	found   []int
}

func newSlabs(pts [][2]float64) *slabs {
	s := &slabs{pts: pts, members: make([][]int, 1+len(pts)/4), mark: make([]int, len(pts)), y0: math.Inf(1)}
	top := math.Inf(-1)
	for _, p := range pts {
		s.y0, top = math.Min(s.y0, p[1]), math.Max(top, p[1])
	}
	if top > s.y0 {
		s.k = float64(len(s.members)) / (top - s.y0)
	}
	for i, p := range pts {
		q := pts[(i+1)%len(pts)]
		for c := s.slab(min(p[1], q[1])); c <= s.slab(max(p[1], q[1])); c++ {
			s.members[c] = append(s.members[c], i)
		}
	}
	return s
}

func (s *slabs) slab(y float64) int {
	return max(0, min(len(s.members)-1, int((y-s.y0)*s.k)))
}

// between returns the sides that may reach between two heights, each once; valid until the next call.
func (s *slabs) between(lo, hi float64) []int {
	s.round++
	s.found = s.found[:0]
	for c := s.slab(lo); c <= s.slab(hi); c++ {
		for _, i := range s.members[c] {
			if s.mark[i] != s.round {
				s.mark[i] = s.round
				s.found = append(s.found, i)
			}
		}
	}
	return s.found
}

func (s *slabs) winding(x, y float64) int {
	w := 0
	for _, i := range s.members[s.slab(y)] {
		w += windingOf(s.pts[i], s.pts[(i+1)%len(s.pts)], x, y)
	}
	return w
}

func winding(pts [][2]float64, x, y float64) int {
	w := 0
	for i := range pts {
		w += windingOf(pts[i], pts[(i+1)%len(pts)], x, y)
	}
	return w
}

// windingOf is what one side adds to the winding number round (x, y).
func windingOf(p, q [2]float64, x, y float64) int {
	cross := (q[0]-p[0])*(y-p[1]) - (x-p[0])*(q[1]-p[1])
	switch {
	case p[1] <= y && q[1] > y && cross > 0:
		return 1
	case p[1] > y && q[1] <= y && cross < 0:
		return -1
	}
	return 0
}

// nestRings makes polygons of rings: each clockwise one is a hole of the smallest outer ring around it.
func nestRings(rings [][][2]float64, l local) orb.MultiPolygon {
	var shape orb.MultiPolygon
	var outers, holes [][][2]float64
	for _, r := range rings {
		if planeArea(r) > 0 {
			outers = append(outers, r)
		} else {
			holes = append(holes, r)
		}
	}
	ringOf := func(r [][2]float64) orb.Ring {
		ring := make(orb.Ring, 0, len(r)+1)
		for _, p := range r {
			ring = append(ring, l.point(p[0], p[1]))
		}
		return append(ring, ring[0])
	}
	for _, o := range outers {
		shape = append(shape, orb.Polygon{ringOf(o)})
	}
	for _, h := range holes {
		best := -1
		for i, o := range outers {
			inside := winding(o, (h[0][0]+h[1][0])/2, (h[0][1]+h[1][1])/2) != 0
			if inside && (best < 0 || planeArea(o) < planeArea(outers[best])) {
				best = i
			}
		}
		if best >= 0 {
			shape[best] = append(shape[best], ringOf(h))
		}
	}
	if !wellFormed(shape) {
		return nil
	}
	return shape
}

func planeArea(r [][2]float64) float64 {
	sum := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum / 2
}
