package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// Step returns the sketch after the event and whether undo ought to come back to the one before. It is the
// state machine of every tool; s is not changed. Events with a position that is no place on earth are
// ignored.
func Step(s Sketch, ev Event) (Sketch, bool) {
	if ev.Kind <= Hover && !finitePoint(ev.Pos) {
		return s, false
	}
	if math.IsNaN(ev.TolM) || ev.TolM < 0 {
		ev.TolM = 0
	}
	var next Sketch
	var step bool
	switch s.Mode {
	case Polygon, Corridor, Measure:
		next, step = stepCorners(s, ev)
	case Rectangle, Circle, Freehand:
		next, step = stepDragged(s, ev)
	case Edit:
		next, step = stepEdit(s, ev)
	default:
		return s, false
	}
	return measure(next), step
}

// Captures reports whether the tool takes a drag that starts with this press; otherwise it moves the map.
func Captures(s Sketch, press Event) bool {
	switch s.Mode {
	case Rectangle, Circle, Freehand:
		return true
	case Edit:
		return handleAt(s.Shape, press.Pos, press.TolM).Kind != NoHandle
	default:
		return false
	}
}

// stepCorners is the machine of the tools that take corners by clicks.
func stepCorners(s Sketch, ev Event) (Sketch, bool) {
	switch ev.Kind {
	case Hover, Drag:
		s.Hover, s.HasHover = ev.Pos, true
		return s, false
	case Leave:
		s.HasHover = false
		return s, false
	case Click:
		if s.State != Drawing {
			return fresh(s, ev.Pos), true
		}
		if closes(s, ev) {
			return finish(s, true)
		}
		if s.Points[len(s.Points)-1] == ev.Pos || len(s.Points) >= maxPoints(s.Mode) {
			return s, false
		}
		s.Points = appended(s.Points, ev.Pos)
		s.Hover, s.HasHover = ev.Pos, true
		return s, true
	case Enter, DoubleClick:
		return finish(s, false)
	case Backspace, Delete:
		if s.State != Drawing {
			return s, false
		}
		if len(s.Points) == 1 {
			return blank(s, Idle), true
		}
		s.Points = s.Points[: len(s.Points)-1 : len(s.Points)-1]
		return s, true
	case Escape:
		return drop(s)
	default:
		return s, false
	}
}

func maxPoints(m Mode) int {
	if m == Corridor {
		return MaxLinePoints
	}
	return MaxPoints
}

// closes reports whether a click at the event's place stands on the first corner of a ring that can close.
func closes(s Sketch, ev Event) bool {
	return s.Mode != Corridor && distinct(s.Points) >= 3 && DistanceM(ev.Pos, s.Points[0]) <= ev.TolM
}

// stepDragged is the machine of the tools that are drawn in one drag.
func stepDragged(s Sketch, ev Event) (Sketch, bool) {
	switch ev.Kind {
	case Press:
		next := fresh(s, ev.Pos)
		return next, false
	case Drag:
		if s.State != Drawing {
			return s, false
		}
		s.Hover, s.HasHover = ev.Pos, true
		if s.Mode != Freehand {
			s.Points = []orb.Point{s.Points[0], ev.Pos}
			return s, false
		}
		if len(s.Points) < MaxPoints && DistanceM(s.Points[len(s.Points)-1], ev.Pos) > ev.TolM/8 {
			s.Points = appended(s.Points, ev.Pos)
		}
		return s, false
	case Release:
		if s.State != Drawing {
			return s, false
		}
		if s.Mode == Freehand {
			s.Points = simplify(s.Points, ev.TolM/4)
		}
		next, done := finish(s, false)
		if !done {
			return blank(s, Idle), false
		}
		return next, true
	case Click, DoubleClick:
		if s.State == Drawing { // pressed, but never dragged
			return blank(s, Idle), false
		}
		return s, false
	case Hover:
		s.Hover, s.HasHover = ev.Pos, true
		return s, false
	case Leave:
		s.HasHover = false
		return s, false
	case Escape:
		return drop(s)
	default:
		return s, false
	}
}

// finish closes the sketch when it can be closed. ring says that a measured line was led back to its start.
func finish(s Sketch, ring bool) (Sketch, bool) {
	if s.State != Drawing {
		return s, false
	}
	if s.Mode == Measure {
		if distinct(s.Points) < 2 {
			return s, false
		}
		s.State, s.HasHover = Closed, false
		if ring {
			s.Shape = orb.MultiPolygon{{closedRing(s.Points)}}
		}
		return s, true
	}
	shape := outcome(s.Mode, s.Points, s.WidthM)
	if shape == nil {
		return s, false
	}
	s.State, s.Shape, s.HasHover = Closed, shape, false
	return s, true
}

// drop gives the sketch up. In the hand or not, nothing is left.
func drop(s Sketch) (Sketch, bool) {
	if s.State == Idle || s.State == Dropped {
		return s, false
	}
	return blank(s, Dropped), true
}

// blank is the sketch of the same tool with nothing drawn.
func blank(s Sketch, state State) Sketch {
	return Sketch{Mode: s.Mode, State: state, WidthM: s.WidthM, Hover: s.Hover, HasHover: s.HasHover}
}

// fresh is the sketch with its first point.
func fresh(s Sketch, p orb.Point) Sketch {
	s = blank(s, Drawing)
	s.Points = []orb.Point{p}
	s.Hover, s.HasHover = p, true
	return s
}

// appended returns a new slice: sketches that were handed out keep theirs.
func appended(pts []orb.Point, p orb.Point) []orb.Point {
	return append(pts[:len(pts):len(pts)], p)
}

// measure fills the figures that a window shows.
func measure(s Sketch) Sketch {
	s.Corner, s.EdgeM, s.LengthM, s.AreaM2 = 0, 0, 0, 0
	switch s.State {
	case Drawing:
		measureDrawing(&s)
	case Closed, Editing:
		s.AreaM2 = ShapeAreaM2(s.Shape)
		if s.Mode == Measure && s.Shape == nil {
			s.LengthM = LengthM(s.Points)
		}
		for _, poly := range s.Shape {
			for _, ring := range poly {
				s.LengthM += LengthM(ring)
			}
		}
		if s.Mode == Edit && s.grab.handle.Kind != NoHandle && vertices(s.Shape) > liveCrossingLimit {
			return s // keep the last verdict during a drag of a huge shape
		}
		s.Crossing = findCrossing(shapeEdges(s.Shape))
	default:
		s.Crossing = nil
	}
	return s
}

// liveCrossingLimit is the number of corners up to which a shape is checked at every step of a drag.
const liveCrossingLimit = 2000

func measureDrawing(s *Sketch) {
	path := s.path()
	switch s.Mode {
	case Polygon, Measure, Corridor:
		s.Corner = len(s.Points) + 1
		if s.HasHover {
			s.EdgeM = DistanceM(s.Points[len(s.Points)-1], s.Hover)
		}
		s.LengthM = LengthM(path)
		switch s.Mode {
		case Polygon, Measure:
			s.AreaM2 = RingAreaM2(path)
		default:
			s.AreaM2 = ShapeAreaM2(corridorShape(path, s.WidthM))
		}
		s.Crossing = nil
		if s.Mode == Polygon {
			s.Crossing = crossingWhileDrawing(path)
		}
	case Freehand:
		s.LengthM, s.AreaM2 = LengthM(path), RingAreaM2(path)
		s.Crossing = nil
	default:
		if len(path) == 2 {
			s.EdgeM = DistanceM(path[0], path[1])
		}
		shape := outcome(s.Mode, path, s.WidthM)
		s.AreaM2 = ShapeAreaM2(shape)
		s.Crossing = nil
	}
}

// crossingWhileDrawing looks at the drawn sides first and then at the side that would close the ring.
func crossingWhileDrawing(path []orb.Point) *Crossing {
	if c := findCrossing(lineEdges(path, false)); c != nil {
		return c
	}
	return findCrossing(lineEdges(path, true))
}

func vertices(shape orb.MultiPolygon) int {
	n := 0
	for _, poly := range shape {
		for _, ring := range poly {
			n += len(ring)
		}
	}
	return n
}
