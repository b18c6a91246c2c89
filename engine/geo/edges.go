package geo

import (
	"cmp"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// edge is one edge of one ring; i is its index among the ring's edges.
type edge struct {
	a, b       orb.Point
	poly, ring int32
	i, n       int32 // index, and number of edges in the ring
	g          int32 // index among all edges
}

// checker looks for edges that cross or overlap. It splits the edges by place until few
// remain together, so that the work stays near n·log n for shapes that people draw.
type checker struct {
	edges   []edge
	work    int // edges and pairs looked at
	touches map[orb.Point]map[passage]struct{}
}

// passage is a way of the outline through a point: a corner of a ring, or the inside of
// an edge that another edge's corner lies on.
type passage struct {
	prev, next orb.Point
	poly, ring int32
	corner     int32 // index of the edge that starts at the corner, −1−index for the inside of an edge
}

func checkEdges(mp orb.MultiPolygon) error {
	c := checker{touches: map[orb.Point]map[passage]struct{}{}}
	for pi, poly := range mp {
		for ri, ring := range poly {
			n := len(ring) - 1
			for i := range n {
				c.edges = append(c.edges, edge{ring[i], ring[i+1], int32(pi), int32(ri), int32(i), int32(n), int32(len(c.edges))})
			}
		}
	}
	all := make([]int32, len(c.edges))
	for i := range all {
		all[i] = int32(i)
	}
	if err := c.split(all, mp.Bound(), 0); err != nil {
		return err
	}
	return c.checkTouches()
}

const (
	splitSmall = 24
	splitDepth = 40
	maxWork    = 30_000_000 // bound on the work; only a shape made to be slow needs more
)

func tooTangled(at orb.Point) error {
	e := refuse(-1, -1, at, ReasonManyPoints)
	e.Detail, e.Hint = "the shape has too many edges in one place", "Draw it with fewer points."
	return e
}

// split checks all pairs among the given edges that meet inside box.
func (c *checker) split(list []int32, box orb.Bound, depth int) error {
	if len(list) <= splitSmall || depth >= splitDepth {
		return c.pairs(list)
	}
	if c.work += 4 * len(list); c.work > maxWork {
		return tooTangled(c.edges[list[0]].a)
	}
	// Cut across the axis that leaves the fewest edges on both sides.
	var lo, hi orb.Bound
	nLo, nHi := len(list), len(list)
	for axis := range 2 {
		mid := box.Min[axis] + (box.Max[axis]-box.Min[axis])/2
		if mid <= box.Min[axis] || mid >= box.Max[axis] {
			continue
		}
		l, h := box, box
		l.Max[axis], h.Min[axis] = mid, mid
		if nl, nh := c.count(list, l), c.count(list, h); nl+nh < nLo+nHi {
			lo, hi, nLo, nHi = l, h, nl, nh
		}
	}
	// A cut that hardly separates (a star of edges through one point) is not worth going on with.
	if nLo+nHi > len(list)*9/5 {
		return c.pairs(list)
	}
	if err := c.split(c.inside(list, lo, nLo), lo, depth+1); err != nil {
		return err
	}
	return c.split(c.inside(list, hi, nHi), hi, depth+1)
}

func (c *checker) count(list []int32, box orb.Bound) int {
	n := 0
	for _, e := range list {
		if meets(c.edges[e].a, c.edges[e].b, box) {
			n++
		}
	}
	return n
}

func (c *checker) inside(list []int32, box orb.Bound, n int) []int32 {
	out := make([]int32, 0, n)
	for _, e := range list {
		if meets(c.edges[e].a, c.edges[e].b, box) {
			out = append(out, e)
		}
	}
	return out
}

func (c *checker) pairs(list []int32) error {
	if c.work += len(list) * (len(list) - 1) / 2; c.work > maxWork {
		return tooTangled(c.edges[list[0]].a)
	}
	for i, x := range list {
		for _, y := range list[i+1:] {
			if err := c.pair(&c.edges[x], &c.edges[y]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) pair(e, f *edge) error {
	if max(e.a[0], e.b[0]) < min(f.a[0], f.b[0]) || max(f.a[0], f.b[0]) < min(e.a[0], e.b[0]) ||
		max(e.a[1], e.b[1]) < min(f.a[1], f.b[1]) || max(f.a[1], f.b[1]) < min(e.a[1], e.b[1]) {
		return nil
	}
	o1, o2 := orient(e.a, e.b, f.a), orient(e.a, e.b, f.b)
	if o1*o2 > 0 {
		return nil
	}
	o3, o4 := orient(f.a, f.b, e.a), orient(f.a, f.b, e.b)
	if o3*o4 > 0 {
		return nil
	}
	if o1 == 0 && o2 == 0 {
		return c.collinear(e, f)
	}
	if o1*o2 < 0 && o3*o4 < 0 {
		return refuse(int(f.poly), int(f.ring), crossingPoint(e, f), ReasonCrossing)
	}
	for _, t := range [4]struct {
		zero bool
		p    orb.Point
	}{{o1 == 0, f.a}, {o2 == 0, f.b}, {o3 == 0, e.a}, {o4 == 0, e.b}} {
		if t.zero && !follows(e, f, t.p) {
			c.touch(e, t.p)
			c.touch(f, t.p)
		}
	}
	return nil
}

// collinear decides about two edges on one line whose boxes meet.
func (c *checker) collinear(e, f *edge) error {
	axis := 0
	if e.a[0] == e.b[0] {
		axis = 1
	}
	lo := max(min(e.a[axis], e.b[axis]), min(f.a[axis], f.b[axis]))
	hi := min(max(e.a[axis], e.b[axis]), max(f.a[axis], f.b[axis]))
	if lo > hi {
		return nil
	}
	at := e.a
	if at[axis] != lo {
		for _, p := range [3]orb.Point{e.b, f.a, f.b} {
			if p[axis] == lo {
				at = p
			}
		}
	}
	if lo < hi {
		return refuse(int(f.poly), int(f.ring), at, ReasonOverlap)
	}
	if !follows(e, f, at) {
		c.touch(e, at)
		c.touch(f, at)
	}
	return nil
}

// follows reports whether e and f are neighbours in one ring that share the corner p.
func follows(e, f *edge, p orb.Point) bool {
	if e.poly != f.poly || e.ring != f.ring {
		return false
	}
	return (e.i+1)%e.n == f.i && e.b == p || (f.i+1)%f.n == e.i && f.b == p
}

// touch notes how the outline passes p on e.
func (c *checker) touch(e *edge, p orb.Point) {
	var w passage
	ring := func(i int32) edge { return c.edges[e.g+i-e.i] }
	switch p {
	case e.a:
		w = passage{ring((e.i + e.n - 1) % e.n).a, e.b, e.poly, e.ring, e.i}
	case e.b:
		next := (e.i + 1) % e.n
		w = passage{e.a, ring(next).b, e.poly, e.ring, next}
	default:
		w = passage{e.a, e.b, e.poly, e.ring, -1 - e.i}
	}
	if c.touches[p] == nil {
		c.touches[p] = map[passage]struct{}{}
	}
	c.touches[p][w] = struct{}{}
}

func crossingPoint(e, f *edge) orb.Point {
	dx, dy := e.b[0]-e.a[0], e.b[1]-e.a[1]
	fx, fy := f.b[0]-f.a[0], f.b[1]-f.a[1]
	den := dx*fy - dy*fx
	if den == 0 {
		return f.a
	}
	t := ((f.a[0]-e.a[0])*fy - (f.a[1]-e.a[1])*fx) / den
	t = min(max(t, 0), 1)
	return orb.Point{e.a[0] + t*dx, e.a[1] + t*dy}
}

// checkTouches refuses outlines that cross where they touch: a ring, or two, that change
// sides at a common point.
func (c *checker) checkTouches() error {
	points := slices.SortedFunc(maps.Keys(c.touches), func(a, b orb.Point) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, p := range points {
		set := c.touches[p]
		ways := make([]passage, 0, len(set))
		for w := range set {
			ways = append(ways, w)
		}
		if c.work += len(ways) * (len(ways) - 1) / 2; c.work > maxWork {
			return tooTangled(p)
		}
		for i, v := range ways {
			for _, w := range ways[i+1:] {
				if leftOf(v, p, w.prev) != leftOf(v, p, w.next) {
					return refuse(int(w.poly), int(w.ring), p, ReasonCrossing)
				}
			}
		}
	}
	return nil
}

// leftOf reports whether the direction p → q lies left of the way v through p. Directions
// equal to one of v's are excluded: those edges would overlap.
func leftOf(v passage, p, q orb.Point) bool {
	in, out := orient(v.prev, p, q), orient(p, v.next, q)
	switch turn := orient(v.prev, p, v.next); {
	case turn > 0:
		return in > 0 && out > 0
	case turn < 0:
		return in >= 0 || out >= 0
	default:
		return in > 0
	}
}
