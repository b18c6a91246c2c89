package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// Mode names a tool.
type Mode uint8

const (
	Pan       Mode = iota // moves the map; no sketch
	Polygon               // a click adds a corner
	Rectangle             // a drag spans it, sides along the meridians and parallels
	Circle                // a drag from the centre to the rim
	Corridor              // clicks make a line that is widened
	Freehand              // a drag follows the hand
	Edit                  // moves, adds and takes away corners of a finished shape
	Measure               // length and area, no shape
)

// State says how far a sketch is.
type State uint8

const (
	Idle    State = iota // nothing drawn yet
	Drawing              // in the making
	Closed               // finished; Shape holds the outcome (none for a measured line)
	Editing              // Mode Edit: Shape is what is being edited
	Dropped              // given up with Esc; like Idle, but undo brings it back
)

// Kind is the kind of an event.
type Kind uint8

const (
	Press       Kind = iota // the button went down
	Drag                    // moved with the button held
	Release                 // the button went up after a drag
	Click                   // the button went down and up in one place
	DoubleClick             // a second click soon and near, instead of its Click
	Hover                   // moved without a button
	Leave                   // the pointer left the map
	Enter                   // keys
	Backspace
	Escape
	Delete
)

// Event is what a tool is told.
type Event struct {
	Kind Kind
	Pos  orb.Point // (lon, lat) in degrees; unused by keys
	TolM float64   // how near counts as "on it", metres on the ground at the present zoom
}

// Handle names a part of the shape in Mode Edit. The zero value with Kind NoHandle is none.
type Handle struct {
	Kind             HandleKind
	Poly, Ring, Vert int // for an edge: the corner before its middle
}

// HandleKind says what a handle takes hold of.
type HandleKind uint8

const (
	NoHandle     HandleKind = iota
	VertexHandle            // a corner
	EdgeHandle              // the middle of a side; a drag makes a corner of it
	BodyHandle              // the whole shape
)

// Sketch is the state of a drawing and all that a window shows of it. Treat it as immutable; its slices are
// shared between steps.
type Sketch struct {
	Mode  Mode
	State State

	// Points are the places given so far, (lon, lat): corners of a polygon or line, [anchor, opposite
	// corner] of a rectangle, [centre, rim] of a circle. The ring is not closed by a repetition.
	Points []orb.Point
	// Shape is the outcome when State is Closed, and what is edited in Mode Edit; nil otherwise.
	Shape orb.MultiPolygon

	Hover    orb.Point // where the next corner would go, after snapping
	HasHover bool
	Snapped  bool   // Hover stands on a corner or side of a shape
	Active   Handle // Mode Edit: what is under the pointer or was last taken hold of

	Corner   int       // number from 1 of the corner that the next click places; 0 when none
	EdgeM    float64   // metres from the last corner to Hover; radius while a circle is drawn
	LengthM  float64   // metres along the line or around the ring so far, with Hover
	AreaM2   float64   // square metres so far, with Hover
	WidthM   float64   // full width of a corridor in metres
	Crossing *Crossing // where the border meets itself, nil when it does not

	grab grab
}

// grab is what a drag in Mode Edit started from.
type grab struct {
	handle Handle
	from   orb.Point
	shape  orb.MultiPolygon
}

// DefaultWidthM is the width of a corridor when none was chosen.
const DefaultWidthM = 40

// MaxPoints bounds the places of one sketch; further ones are not taken.
const MaxPoints = 10_000

// MaxLinePoints bounds the points of a corridor, whose border is found anew with every movement.
const MaxLinePoints = 150

// InHand reports whether something is in the making that Esc would drop.
func (s Sketch) InHand() bool { return s.State == Drawing || s.State == Editing }

// Preview returns the shape as it would be if the sketch were closed now, with Hover as its last corner;
// nil when there is none yet. It shares no memory with the sketch unless State is Closed or Editing.
func (s Sketch) Preview() orb.MultiPolygon {
	if s.State == Closed || s.State == Editing {
		return s.Shape
	}
	if s.State != Drawing {
		return nil
	}
	return outcome(s.Mode, s.path(), s.WidthM)
}

// path returns the points with Hover as the last one where the tool has it so. Fresh memory.
func (s Sketch) path() []orb.Point {
	pts := append(make([]orb.Point, 0, len(s.Points)+1), s.Points...)
	if s.HasHover && s.State == Drawing && (s.Mode == Polygon || s.Mode == Corridor || s.Mode == Measure) {
		if n := len(pts); n == 0 || pts[n-1] != s.Hover {
			pts = append(pts, s.Hover)
		}
	}
	return pts
}

// outcome makes the shape of a tool out of its places; nil when they do not make one.
func outcome(mode Mode, pts []orb.Point, widthM float64) orb.MultiPolygon {
	switch mode {
	case Polygon, Freehand:
		if distinct(pts) < 3 {
			return nil
		}
		return orb.MultiPolygon{{closedRing(pts)}}
	case Rectangle:
		if len(pts) < 2 || pts[0][0] == pts[1][0] || pts[0][1] == pts[1][1] {
			return nil
		}
		a, b := pts[0], pts[1]
		return orb.MultiPolygon{{closedRing([]orb.Point{a, {b[0], a[1]}, b, {a[0], b[1]}})}}
	case Circle:
		if len(pts) < 2 {
			return nil
		}
		return circleShape(pts[0], DistanceM(pts[0], pts[1]))
	case Corridor:
		return corridorShape(pts, widthM)
	default:
		return nil
	}
}

// closedRing returns the ring without repeated neighbours, closed and counter-clockwise.
func closedRing(pts []orb.Point) orb.Ring {
	ring := make(orb.Ring, 0, len(pts)+1)
	for _, p := range pts {
		if n := len(ring); n == 0 || ring[n-1] != p {
			ring = append(ring, p)
		}
	}
	for len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	ring = append(ring, ring[0])
	if signedArea(ring) < 0 {
		ring.Reverse()
	}
	return ring
}

func distinct(pts []orb.Point) int {
	seen := make(map[orb.Point]struct{}, len(pts))
	for _, p := range pts {
		seen[p] = struct{}{}
	}
	return len(seen)
}

// circleCorners is the number of corners of a drawn circle; the sides then stay within 0.12 % of the rim.
const circleCorners = 64

func circleShape(c orb.Point, radiusM float64) orb.MultiPolygon {
	if !(radiusM > 0) || radiusM > maxRadiusM || math.Abs(c[1])+radiusM/EarthRadiusM/rad > 89 {
		return nil
	}
	pts := make([]orb.Point, circleCorners)
	for i := range pts {
		pts[i] = Destination(c, -360*float64(i)/circleCorners, radiusM)
	}
	if distinct(pts) < 3 {
		return nil
	}
	return orb.MultiPolygon{{closedRing(pts)}}
}

// maxRadiusM bounds a circle; no query reaches that far.
const maxRadiusM = 500_000
