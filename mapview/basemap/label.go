package basemap

import (
	"image/color"
	"math"
)

// Label is a text on the map. Labels from Renderer.Labels are wishes, those from PlaceLabels stand. Values are
// not changed after they are made.
type Label struct {
	// Text as it is drawn, abbreviated and in capitals where the style asks for it.
	Text string
	// X and Y are the middle of the text in pixels of the view; W and H its size before it is turned.
	X, Y, W, H float64
	// Angle turns the text clockwise, in radians from -π/2 to π/2.
	Angle float64
	// Shield says that the text is a road number on a plate.
	Shield bool

	look     look
	priority float64 // lower goes first
	apart    float64 // least distance to the same text, in pixels
	loose    bool    // may stand beside its point where that is taken: the name of a town
}

// spots are the middles where the text may stand, the best first: its point, and if it is loose
// eight places around it, at three distances.
func (l *Label) spots() []spot {
	out := []spot{{l.X, l.Y}}
	if !l.loose {
		return out
	}
	for _, d := range [...]float64{14, 28, 46} {
		up, side := d+l.H/2, d+l.W/2
		for _, at := range [...]spot{{0, up}, {0, -up}, {side, 0}, {-side, 0}, {side, up}, {-side, up}, {side, -up}, {-side, -up}} {
			out = append(out, spot{l.X + at.x, l.Y + at.y})
		}
	}
	return out
}

// look is how a kind of label is drawn.
type look uint8

const (
	lookMinor look = iota
	lookMajor
	lookPlace
	lookCity
	lookWater
	lookPark
	lookShield
	lookBorder // countries, states, counties
	looks
)

type lookPaint struct {
	size    float64 // px
	weight  weight
	spacing float32 // em
}

// Sizes are those of ui/tokens.md, "Base map": 10 minor, 11 major and places, 12 water.
var lookPaints = [looks]lookPaint{
	lookMinor:  {10, medium, 0},
	lookMajor:  {11, semiBold, 0},
	lookPlace:  {11, medium, 0.08},
	lookCity:   {11, semiBold, 0.1},
	lookWater:  {12, medium, 0.03},
	lookPark:   {10, medium, 0.01},
	lookShield: {10, semiBold, 0},
	lookBorder: {11, medium, 0.12},
}

func (l look) colour(s *Style) color.RGBA {
	switch l {
	case lookMajor:
		return s.roadText
	case lookMinor:
		return s.minorText
	case lookWater:
		return s.waterText
	case lookShield:
		return s.shieldT
	}
	return s.placeText
}

// Padding of a shield around its text and the height of labels, in pixels and in sizes of the type.
const (
	shieldPadX   = 6
	shieldHeight = 14.5
	lineHeight   = 1.2
)

// quad is the area of a label: a turned rectangle, by its middle, half sizes and the direction of its text.
type quad struct {
	x, y, hw, hh, cos, sin float64
	reach                  float64 // of a circle around it
}

func (l *Label) quad(margin float64) quad {
	hw, hh := l.W/2+margin, l.H/2+margin
	return quad{l.X, l.Y, hw, hh, math.Cos(l.Angle), math.Sin(l.Angle), math.Hypot(hw, hh)}
}

// overlaps tests two turned rectangles by their four directions (separating axes).
func (q *quad) overlaps(o *quad) bool {
	dx, dy := o.x-q.x, o.y-q.y
	if r := q.reach + o.reach; dx*dx+dy*dy > r*r {
		return false
	}
	return !q.separates(o, dx, dy) && !o.separates(q, dx, dy)
}

func (q *quad) separates(o *quad, dx, dy float64) bool {
	c, s := math.Abs(q.cos*o.cos+q.sin*o.sin), math.Abs(q.cos*o.sin-q.sin*o.cos)
	return math.Abs(dx*q.cos+dy*q.sin) > q.hw+o.hw*c+o.hh*s ||
		math.Abs(dy*q.cos-dx*q.sin) > q.hh+o.hw*s+o.hh*c
}

// within reports whether the quad lies wholly in the rectangle from (0, 0) to (w, h).
func (q *quad) within(w, h float64) bool {
	ex := q.hw*math.Abs(q.cos) + q.hh*math.Abs(q.sin)
	ey := q.hw*math.Abs(q.sin) + q.hh*math.Abs(q.cos)
	return q.x-ex >= 0 && q.x+ex <= w && q.y-ey >= 0 && q.y+ey <= h
}
