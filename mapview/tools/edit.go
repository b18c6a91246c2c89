package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// stepEdit is the machine of Mode Edit.
func stepEdit(s Sketch, ev Event) (Sketch, bool) {
	if s.State != Editing {
		return s, false
	}
	switch ev.Kind {
	case Press:
		h := handleAt(s.Shape, ev.Pos, ev.TolM)
		s.Active = h
		if h.Kind != NoHandle {
			s.grab = grab{handle: h, from: ev.Pos, shape: s.Shape}
		}
		return s, false
	case Drag:
		return dragged(s, ev.Pos), false
	case Release:
		moved := s.grab.handle.Kind != NoHandle && !same(s.grab.shape, s.Shape)
		s.grab = grab{}
		return s, moved
	case Click, DoubleClick:
		s.grab = grab{}
		return s, false
	case Hover:
		s.Hover, s.HasHover = ev.Pos, true
		if h := handleAt(s.Shape, ev.Pos, ev.TolM); h.Kind != NoHandle || s.Active.Kind != VertexHandle {
			s.Active = h
		}
		return s, false
	case Leave:
		s.HasHover = false
		return s, false
	case Delete, Backspace:
		return withoutVertex(s)
	case Enter:
		s.State, s.grab, s.Active = Closed, grab{}, Handle{}
		return s, true
	case Escape:
		if s.grab.handle.Kind != NoHandle { // let go: as it was before the drag
			s.Shape, s.grab = s.grab.shape, grab{}
			return s, false
		}
		return drop(s)
	default:
		return s, false
	}
}

// handleAt returns what stands at the place: a corner first, then the middle of a side, then the shape.
func handleAt(shape orb.MultiPolygon, p orb.Point, tolM float64) Handle {
	best, h := tolM, Handle{}
	try := func(q orb.Point, kind HandleKind, poly, ring, vert int) {
		if math.Abs(q[1]-p[1])*rad*EarthRadiusM > best {
			return
		}
		if d := DistanceM(p, q); d <= best {
			best, h = d, Handle{Kind: kind, Poly: poly, Ring: ring, Vert: vert}
		}
	}
	for pi, poly := range shape {
		for ri, ring := range poly {
			for vi := range len(ring) - 1 {
				try(ring[vi], VertexHandle, pi, ri, vi)
			}
		}
	}
	if h.Kind != NoHandle {
		return h
	}
	for pi, poly := range shape {
		for ri, ring := range poly {
			for vi := range len(ring) - 1 {
				try(Midpoint(ring[vi], ring[vi+1]), EdgeHandle, pi, ri, vi)
			}
		}
	}
	if h.Kind == NoHandle && Contains(shape, p) {
		h = Handle{Kind: BodyHandle}
	}
	return h
}

// Midpoint returns the middle of the side a–b on the map, (lon, lat).
func Midpoint(a, b orb.Point) orb.Point {
	return orb.Point{a[0] + relLon(a[0], b[0])/2, (a[1] + b[1]) / 2}
}

// Contains reports whether p lies in the shape, holes left out (even-odd rule in degrees). It serves the
// pointer, not the query.
func Contains(shape orb.MultiPolygon, p orb.Point) bool {
	for _, poly := range shape {
		in := false
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				ax, bx := relLon(p[0], ring[i-1][0]), relLon(p[0], ring[i][0])
				ay, by := ring[i-1][1]-p[1], ring[i][1]-p[1]
				if (ay > 0) != (by > 0) && ax+(bx-ax)*ay/(ay-by) > 0 {
					in = !in
				}
			}
		}
		if in {
			return true
		}
	}
	return false
}

// dragged returns the sketch with the held part at its new place, counted from the shape at the press.
func dragged(s Sketch, to orb.Point) Sketch {
	g := s.grab
	switch g.handle.Kind {
	case VertexHandle:
		s.Shape = withVertex(g.shape, g.handle, to)
	case EdgeHandle:
		h := g.handle
		s.Shape = withInserted(g.shape, h, to)
		s.Active = Handle{Kind: VertexHandle, Poly: h.Poly, Ring: h.Ring, Vert: h.Vert + 1}
	case BodyHandle:
		s.Shape = translated(g.shape, g.from, to)
	default:
		return s
	}
	s.Hover, s.HasHover = to, true
	return s
}

func withVertex(shape orb.MultiPolygon, h Handle, p orb.Point) orb.MultiPolygon {
	out := copyRing(shape, h)
	ring := out[h.Poly][h.Ring]
	ring[h.Vert] = p
	if h.Vert == 0 {
		ring[len(ring)-1] = p
	}
	return out
}

func withInserted(shape orb.MultiPolygon, h Handle, p orb.Point) orb.MultiPolygon {
	out := copyRing(shape, h)
	old := shape[h.Poly][h.Ring]
	ring := make(orb.Ring, 0, len(old)+1)
	ring = append(ring, old[:h.Vert+1]...)
	ring = append(ring, p)
	out[h.Poly][h.Ring] = append(ring, old[h.Vert+1:]...)
	return out
}

// withoutVertex takes the active corner away, unless the ring would be left with fewer than three.
func withoutVertex(s Sketch) (Sketch, bool) {
	h := s.Active
	if h.Kind != VertexHandle || s.grab.handle.Kind != NoHandle || !valid(s.Shape, h) {
		return s, false
	}
	old := s.Shape[h.Poly][h.Ring]
	ring := make(orb.Ring, 0, len(old))
	ring = append(ring, old[:h.Vert]...)
	ring = append(ring, old[h.Vert+1:len(old)-1]...)
	if distinct(ring) < 3 {
		return s, false
	}
	out := copyRing(s.Shape, h)
	out[h.Poly][h.Ring] = append(ring, ring[0])
	s.Shape, s.Active = out, Handle{}
	return s, true
}

// translated moves the shape so that it keeps its size in metres: the width in degrees follows the latitude.
func translated(shape orb.MultiPolygon, from, to orb.Point) orb.MultiPolygon {
	k := math.Cos(from[1]*rad) / math.Max(0.01, math.Cos(to[1]*rad))
	dLat := to[1] - from[1]
	out := make(orb.MultiPolygon, len(shape))
	for i, poly := range shape {
		out[i] = make(orb.Polygon, len(poly))
		for j, ring := range poly {
			moved := make(orb.Ring, len(ring))
			for n, p := range ring {
				lat := math.Max(-90, math.Min(90, p[1]+dLat))
				moved[n] = orb.Point{to[0] + relLon(from[0], p[0])*k, lat}
			}
			out[i][j] = moved
		}
	}
	if !wellFormed(out) {
		return shape // pushed against a pole
	}
	return out
}

// copyRing copies the shape down to the ring of the handle; all others stay shared.
func copyRing(shape orb.MultiPolygon, h Handle) orb.MultiPolygon {
	out := append(orb.MultiPolygon(nil), shape...)
	out[h.Poly] = append(orb.Polygon(nil), out[h.Poly]...)
	out[h.Poly][h.Ring] = append(orb.Ring(nil), out[h.Poly][h.Ring]...)
	return out
}

func valid(shape orb.MultiPolygon, h Handle) bool {
	return h.Poly < len(shape) && h.Ring < len(shape[h.Poly]) && h.Vert < len(shape[h.Poly][h.Ring])-1
}

func same(a, b orb.MultiPolygon) bool { return a.Equal(b) }

// wellFormed reports whether every ring is closed and has three distinct corners on earth.
func wellFormed(shape orb.MultiPolygon) bool {
	for _, poly := range shape {
		if len(poly) == 0 {
			return false
		}
		for _, ring := range poly {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] || distinct(ring) < 3 {
				return false
			}
			for _, p := range ring {
				if !finitePoint(p) {
					return false
				}
			}
		}
	}
	return len(shape) > 0
}
