package tools

import (
	"sort"

	"github.com/paulmach/orb"
)

// Crossing is a place where the border of a sketch meets itself. It is a warning while drawing; whether a
// shape is accepted is decided elsewhere, exactly.
type Crossing struct {
	At   orb.Point // (lon, lat)
	A, B int       // numbers of the two edges, A < B, from 0 in the order of drawing over all rings
}

// edge is one side of a border; next names the edge that follows it, -1 at the end of an open line.
type edge struct {
	a, b orb.Point
	next int
}

// lineEdges returns the edges of a line, with the closing one when closed. Repeated corners give no edge.
func lineEdges(points []orb.Point, closed bool) []edge {
	var es []edge
	add := func(a, b orb.Point) {
		if a != b {
			es = append(es, edge{a: a, b: b, next: len(es) + 1})
		}
	}
	for i := 1; i < len(points); i++ {
		add(points[i-1], points[i])
	}
	if closed && len(points) > 2 {
		add(points[len(points)-1], points[0])
	}
	if len(es) > 0 {
		es[len(es)-1].next = -1
		if closed {
			es[len(es)-1].next = 0
		}
	}
	return es
}

func shapeEdges(shape orb.MultiPolygon) []edge {
	var es []edge
	for _, poly := range shape {
		for _, ring := range poly {
			base := len(es)
			for _, e := range lineEdges(ring, true) {
				if e.next >= 0 {
					e.next += base
				}
				es = append(es, e)
			}
		}
	}
	return es
}

// findCrossing returns the crossing whose edges come first, or nil. Edges that follow each other meet
// rightly at their common corner and count only when they fold back onto each other.
func findCrossing(es []edge) *Crossing {
	if len(es) < 2 {
		return nil
	}
	ref := es[0].a[0]
	type span struct {
		i              int
		a, b           orb.Point
		x0, x1, y0, y1 float64
	}
	spans := make([]span, len(es))
	for i, e := range es {
		a, b := orb.Point{relLon(ref, e.a[0]), e.a[1]}, orb.Point{relLon(ref, e.b[0]), e.b[1]}
		spans[i] = span{
			i: i, a: a, b: b,
			x0: min(a[0], b[0]), x1: max(a[0], b[0]), y0: min(a[1], b[1]), y1: max(a[1], b[1]),
		}
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].x0 < spans[j].x0 })
	var best *Crossing
	for i, s := range spans {
		for _, t := range spans[i+1:] {
			if t.x0 > s.x1 {
				break
			}
			if t.y0 > s.y1 || t.y1 < s.y0 {
				continue
			}
			u, v := s, t
			if u.i > v.i {
				u, v = v, u
			}
			if best != nil && (u.i > best.A || u.i == best.A && v.i > best.B) {
				continue
			}
			at, hit := meet(u.a, u.b, v.a, v.b, es[u.i].next == v.i, es[v.i].next == u.i)
			if hit {
				best = &Crossing{At: orb.Point{at[0] + ref, at[1]}, A: u.i, B: v.i}
			}
		}
	}
	return best
}

// meet reports whether two edges touch apart from the corner they share by following each other: uv says
// that c follows b, vu that a follows d.
func meet(a, b, c, d orb.Point, uv, vu bool) (orb.Point, bool) {
	if uv || vu {
		// Followers cross only when they fold back: the far end of one lies on the other.
		if uv && (onSegment(d, a, b) && !vu || onSegment(a, c, d) && !vu) {
			return b, true
		}
		if vu && (onSegment(b, c, d) && !uv || onSegment(c, a, b) && !uv) {
			return a, true
		}
		return orb.Point{}, false
	}
	d1, d2 := orient(c, d, a), orient(c, d, b)
	d3, d4 := orient(a, b, c), orient(a, b, d)
	if d1*d2 < 0 && d3*d4 < 0 {
		t := d1 / (d1 - d2)
		return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}, true
	}
	switch {
	case onSegment(a, c, d):
		return a, true
	case onSegment(b, c, d):
		return b, true
	case onSegment(c, a, b):
		return c, true
	case onSegment(d, a, b):
		return d, true
	}
	return orb.Point{}, false
}

// orient is positive when c lies left of the line from a to b.
func orient(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func onSegment(p, a, b orb.Point) bool {
	return orient(a, b, p) == 0 &&
		p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) &&
		p[1] >= min(a[1], b[1]) && p[1] <= max(a[1], b[1])
}
