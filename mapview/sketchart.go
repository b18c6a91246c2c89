package mapview

import (
	"context"
	"image"
	"image/color"

	"github.com/paulmach/orb"

	"cordon/mapview/tools"
)

// sketchArt is what is needed to draw a sketch.
type sketchArt struct {
	look   *look
	sketch tools.Sketch
	color  color.NRGBA
}

func (s sketchArt) empty() bool {
	k := s.sketch
	if k.Mode == tools.Pan {
		return true
	}
	idle := k.State == tools.Idle || k.State == tools.Dropped
	return idle && !(k.HasHover && k.Snapped)
}

// bound returns what the drawing covers, in degrees.
func (s sketchArt) bound() orb.Bound {
	var b orb.Bound
	first := true
	add := func(o orb.Bound) {
		if first {
			b, first = o, false
		} else {
			b = b.Union(o)
		}
	}
	k := s.sketch
	if shape := k.Preview(); len(shape) > 0 {
		add(shape.Bound())
	}
	if len(k.Points) > 0 {
		add(orb.MultiPoint(k.Points).Bound())
	}
	if k.HasHover {
		add(k.Hover.Bound())
	}
	return b
}

// draw draws the drawing in hand: fill, sides, dashed what is not placed yet, corners, the place of a
// crossing in amber.
func (s sketchArt) draw(_ context.Context, f frame, dst *image.RGBA) {
	a := &overlayArt{painter: newPainter(dst), proj: f.projector(), k: f.scale}
	k := s.sketch
	if shape := k.Preview(); shape != nil {
		for _, poly := range worldShape(shape) {
			rings := make([]orb.Ring, len(poly))
			for i, r := range poly {
				rings[i] = a.proj.line(r)
			}
			a.fill(windAlike(rings), fade(s.color, 0.14))
			if k.Mode != tools.Polygon && k.Mode != tools.Measure || k.State != tools.Drawing {
				for _, r := range rings {
					a.stroke(r, 2*a.k, s.color, s.dash(a.k))
				}
			}
		}
	}
	switch k.Mode {
	case tools.Polygon, tools.Corridor, tools.Measure:
		s.corners(a)
	case tools.Freehand:
		if k.State == tools.Drawing {
			a.stroke(a.proj.line(worldLine(k.Points)), 2*a.k, s.color, nil)
		}
	case tools.Circle:
		if k.State == tools.Drawing {
			a.stroke(a.proj.line(worldLine(k.Points)), 1.2*a.k, s.color, []float64{3 * a.k, 3 * a.k})
		}
	case tools.Edit:
		s.handles(a)
	}
	if k.Crossing != nil {
		x, y := a.proj.point(worldPoint(k.Crossing.At))
		a.ring(x, y, 9*a.k, 2*a.k, s.look.Amber)
		a.disc(x, y, 3*a.k, s.look.Amber)
	}
	if k.HasHover && (k.State == tools.Drawing || k.Snapped) && k.Mode != tools.Freehand {
		x, y := a.proj.point(worldPoint(k.Hover))
		if k.Snapped {
			a.ring(x, y, 6*a.k, 1.6*a.k, s.look.Accent)
		}
		if k.State == tools.Drawing {
			for _, d := range []orb.Point{{9 * a.k, 0}, {0, 9 * a.k}} {
				a.stroke([]orb.Point{{x - d[0], y - d[1]}, {x + d[0], y + d[1]}}, 1.3*a.k, s.look.Text, nil)
			}
		}
	}
}

func (s sketchArt) dash(k float64) []float64 {
	if s.sketch.State == tools.Closed || s.sketch.Mode == tools.Edit {
		return nil
	}
	return []float64{5 * k, 4 * k}
}

// corners draws a line in the making: sides placed, the side to the pointer, the dashed side that closes.
func (s sketchArt) corners(a *overlayArt) {
	k := s.sketch
	if k.State != tools.Drawing && k.Mode != tools.Measure || len(k.Points) == 0 {
		return
	}
	line := k.Points
	live := k.State == tools.Drawing && k.HasHover && k.Hover != line[len(line)-1]
	if live {
		line = append(line[:len(line):len(line)], k.Hover)
	}
	px := a.proj.line(worldLine(line))
	a.stroke(px, 2*a.k, s.color, nil)
	if k.Mode == tools.Polygon && len(px) > 2 {
		a.stroke([]orb.Point{px[len(px)-1], px[0]}, 2*a.k, s.color, []float64{5 * a.k, 4 * a.k})
	}
	for i := range k.Points {
		s.corner(a, px[i])
	}
	if k.State == tools.Drawing && k.Mode != tools.Corridor && len(k.Points) > 2 {
		a.ring(px[0][0], px[0][1], 8.5*a.k, 1.3*a.k, s.color)
	}
}

func (s sketchArt) corner(a *overlayArt, p orb.Point) {
	h := 4.2 * a.k
	a.box(p[0]-h, p[1]-h, p[0]+h, p[1]+h, 1.5*a.k, 2*a.k, s.look.Panel, s.color)
}

// handles draws what can be taken hold of in Mode Edit.
func (s sketchArt) handles(a *overlayArt) {
	for pi, poly := range s.sketch.Shape {
		for ri, ring := range poly {
			px := a.proj.line(worldLine(ring))
			for i := 1; i < len(px); i++ {
				x, y := (px[i-1][0]+px[i][0])/2, (px[i-1][1]+px[i][1])/2
				if d := px[i-1]; (x-d[0])*(x-d[0])+(y-d[1])*(y-d[1]) > 144*a.k*a.k {
					a.disc(x, y, 3.6*a.k, s.color)
					a.disc(x, y, 2.2*a.k, s.look.Panel)
				}
			}
			for i := range len(px) - 1 {
				h := tools.Handle{Kind: tools.VertexHandle, Poly: pi, Ring: ri, Vert: i}
				if h == s.sketch.Active {
					a.ring(px[i][0], px[i][1], 8.5*a.k, 1.6*a.k, s.look.Accent)
				}
				s.corner(a, px[i])
			}
		}
	}
}
