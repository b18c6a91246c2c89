package geo

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

// ErrShape is matched by every *ShapeError.
var ErrShape = errors.New("shape refused")

// Reason says why a shape is refused.
type Reason string

// The reasons.
const (
	ReasonEmpty       Reason = "empty"        // no polygon, or a polygon without rings
	ReasonOpen        Reason = "open"         // first and last point of a ring differ
	ReasonFewPoints   Reason = "few-points"   // fewer than three different corners
	ReasonManyPoints  Reason = "many-points"  // more than MaxVertices or MaxRings
	ReasonNotFinite   Reason = "not-finite"   // NaN or infinity
	ReasonOutOfRange  Reason = "out-of-range" // beyond ±180° or ±90°
	ReasonTooWide     Reason = "too-wide"     // an edge spans more than 180° of longitude
	ReasonCrossing    Reason = "crossing"     // edges cross
	ReasonOverlap     Reason = "overlap"      // edges lie on each other
	ReasonHoleOutside Reason = "hole-outside" // a hole is not inside its outer ring
	ReasonHoleInHole  Reason = "hole-in-hole" // a hole lies inside another hole
	ReasonPolygons    Reason = "polygons"     // two polygons of the shape overlap
	ReasonTooSmall    Reason = "too-small"    // less than MinAreaM2
)

// ShapeError says what is wrong with a shape, and where. It matches ErrShape.
type ShapeError struct {
	Polygon int       // index of the polygon, −1 when the whole shape is meant
	Ring    int       // index of the ring in the polygon, 0 the outer one; −1 when none
	At      orb.Point // place of the fault (lon, lat); the crossing point for a crossing
	Reason  Reason
	Detail  string // what is wrong, without a full stop
	Hint    string // what to do, a sentence
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("%s at %.7f, %.7f (lon, lat). %s", e.Detail, e.At[0], e.At[1], e.Hint)
}

// Is makes errors.Is(err, ErrShape) true.
func (e *ShapeError) Is(target error) bool { return target == ErrShape }

var reasonText = map[Reason][2]string{
	ReasonEmpty:       {"the shape has no outline", "Draw at least three corners."},
	ReasonOpen:        {"the outline is not closed", "Repeat the first point as the last one."},
	ReasonFewPoints:   {"the outline has fewer than three different corners", "Draw at least three corners."},
	ReasonManyPoints:  {"the shape has too many points", "Use at most 100,000 points in 10,000 rings."},
	ReasonNotFinite:   {"a coordinate is not a number", "Give every point as longitude, latitude in degrees."},
	ReasonOutOfRange:  {"a coordinate is out of range", "Longitude goes from -180 to 180, latitude from -90 to 90."},
	ReasonTooWide:     {"an edge spans more than 180° of longitude", "Split the shape at the 180° meridian into one polygon on each side."},
	ReasonCrossing:    {"the outline crosses itself", "Move one of the corners so that no edges cross."},
	ReasonOverlap:     {"two edges lie on each other", "Remove the doubled edge; join polygons that share one, or make them separate areas."},
	ReasonHoleOutside: {"a hole lies outside its outline", "Move the hole inside, or make it a polygon of its own."},
	ReasonHoleInHole:  {"a hole lies inside another hole", "Remove the inner hole, or make it a polygon of its own."},
	ReasonPolygons:    {"two polygons of the shape overlap", "Join them, or make them separate areas."},
	ReasonTooSmall:    {"the shape is smaller than 3 m²", "Draw a larger area."},
}

func refuse(polygon, ring int, at orb.Point, r Reason) *ShapeError {
	t := reasonText[r]
	return &ShapeError{Polygon: polygon, Ring: ring, At: at, Reason: r, Detail: t[0], Hint: t[1]}
}
