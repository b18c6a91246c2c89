package mvt

import "fmt"

// Point is a position in units of the layer's extent, x to the right and y down from the tile's top left corner.
type Point struct{ X, Y int32 }

// Geometry is a decoded geometry. Part i (a line, a ring, or all points of a point feature) is
// Points[Ends[i-1]:Ends[i]], counted from 0 for the first. Rings are not closed: the last point differs from the first.
type Geometry struct {
	Points []Point
	Ends   []int
}

// Part returns part i.
func (g *Geometry) Part(i int) []Point {
	if i == 0 {
		return g.Points[:g.Ends[0]]
	}
	return g.Points[g.Ends[i-1]:g.Ends[i]]
}

// Reset empties the geometry and keeps its memory.
func (g *Geometry) Reset() { g.Points, g.Ends = g.Points[:0], g.Ends[:0] }

const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// maxCoord bounds coordinates: the largest extent and as much around it.
const maxCoord = 2 * maxExtent

// Geometry appends the feature's geometry to g. After an error g holds what was read before the fault.
func (f Feature) Geometry(g *Geometry) error {
	b := f.geom
	var x, y int64
	start := len(g.Points) // where the part that is being read starts
	for len(b) > 0 {
		cmd, n := uvarint(b)
		if n == 0 {
			return errTruncated
		}
		b = b[n:]
		id, count := cmd&7, cmd>>3
		switch id {
		case moveTo:
			if len(g.Points) > start && f.Type != Points {
				start = g.endPart(start)
			}
		case lineTo:
			if len(g.Points) == start {
				return fmt.Errorf("%w: a line without a start", ErrMalformed)
			}
		case closePath:
			start = g.endPart(start)
			continue
		default:
			return fmt.Errorf("%w: geometry command %d", ErrMalformed, id)
		}
		for range count { // each round takes two bytes at least, so a false count costs no memory
			dx, n := uvarint(b)
			if n == 0 {
				return errTruncated
			}
			b = b[n:]
			dy, n := uvarint(b)
			if n == 0 {
				return errTruncated
			}
			b = b[n:]
			x += int64(unzigzag(dx))
			y += int64(unzigzag(dy))
			if x < -maxCoord || x > maxCoord || y < -maxCoord || y > maxCoord {
				return fmt.Errorf("%w: coordinate (%d, %d)", ErrMalformed, x, y)
			}
			g.Points = append(g.Points, Point{int32(x), int32(y)})
		}
	}
	g.endPart(start)
	return nil
}

// endPart closes the part that began at start and returns where the next one begins.
func (g *Geometry) endPart(start int) int {
	if len(g.Points) > start {
		g.Ends = append(g.Ends, len(g.Points))
	}
	return len(g.Points)
}

// unzigzag takes the low 32 bits, as parameters are 32-bit integers.
func unzigzag(v uint64) int32 {
	u := uint32(v)
	return int32(u>>1) ^ -int32(u&1)
}
