package mapview

import (
	"image"
	"math"

	"github.com/paulmach/orb"

	"cordon/mapview/viewport"
)

// frame is what a picture shows: a view with a margin around the window, in whole pixels.
type frame struct {
	view  viewport.View // units
	scale float64       // pixels a unit
	w, h  int           // pixels
}

// newFrame returns the frame around the view with margin units free at each side.
func newFrame(v viewport.View, margin, scale float64) frame {
	w, h := int(math.Ceil((v.W+2*margin)*scale)), int(math.Ceil((v.H+2*margin)*scale))
	v.W, v.H = float64(w)/scale, float64(h)/scale
	return frame{view: v, scale: scale, w: w, h: h}
}

// place returns where the frame's picture stands in the view: its left top corner and size in units.
func (f frame) place(v viewport.View) (left, top, width, height float64) {
	cx, cy := v.Project(f.view.Center)
	k := math.Exp2(v.Zoom - f.view.Zoom)
	width, height = f.view.W*k, f.view.H*k
	return cx - width/2, cy - height/2, width, height
}

// covers reports whether the frame still shows the view with spare units around it.
func (f frame) covers(v viewport.View, scale, spare float64) bool {
	if f.w == 0 || f.scale != scale || f.view.Zoom != v.Zoom {
		return false
	}
	left, top, width, height := f.place(v)
	return left <= -spare && top <= -spare && left+width >= v.W+spare && top+height >= v.H+spare
}

// cut returns the part of the frame that shows the bound with some room for lines and marks, and whether
// that is all of it.
func (f frame) cut(b orb.Bound) (frame, bool) {
	const room = 16 // units
	x0, y1 := f.view.Project(b.Min)
	x1, y0 := f.view.Project(b.Max)
	x0, y0, x1, y1 = x0-room, y0-room, x1+room, y1+room
	whole := x0 >= 0 && y0 >= 0 && x1 <= f.view.W && y1 <= f.view.H
	x0, y0 = math.Max(0, x0), math.Max(0, y0)
	x1, y1 = math.Max(x0+1, math.Min(f.view.W, x1)), math.Max(y0+1, math.Min(f.view.H, y1))
	f.w, f.h = int(math.Ceil((x1-x0)*f.scale)), int(math.Ceil((y1-y0)*f.scale))
	w, h := float64(f.w)/f.scale, float64(f.h)/f.scale
	f.view.Center = f.view.Unproject(x0+w/2, y0+h/2)
	f.view.W, f.view.H = w, h
	return f, whole
}

// projector turns positions of the unit square into pixels of one frame.
type projector struct {
	cx, cy, size, ox, oy float64
}

func (f frame) projector() projector {
	cx, cy := viewport.World(f.view.Center)
	return projector{cx: cx, cy: cy, size: f.view.WorldSize() * f.scale, ox: float64(f.w) / 2, oy: float64(f.h) / 2}
}

// point returns the pixel of the copy of the world nearest to the frame's middle.
func (p projector) point(w orb.Point) (x, y float64) {
	dx := w[0] - p.cx
	dx -= math.Round(dx)
	return p.ox + dx*p.size, p.oy + (w[1]-p.cy)*p.size
}

// line projects a path in one piece, so that it does not tear at the antimeridian.
func (p projector) line(path []orb.Point) []orb.Point {
	out := make([]orb.Point, len(path))
	shift := 0.0
	for i, w := range path {
		if i == 0 {
			shift = math.Round(w[0] - p.cx)
		}
		out[i] = orb.Point{p.ox + (w[0]-shift-p.cx)*p.size, p.oy + (w[1]-p.cy)*p.size}
	}
	return out
}

// worldLine returns positions of the unit square, continuous over the antimeridian.
func worldLine(line []orb.Point) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, p := range line {
		x, y := viewport.World(p)
		if i > 0 {
			x += math.Round(out[i-1][0] - x)
		}
		out[i] = orb.Point{x, y}
	}
	return out
}

func worldShape(shape orb.MultiPolygon) [][]orb.Ring {
	out := make([][]orb.Ring, len(shape))
	for i, poly := range shape {
		for _, ring := range poly {
			out[i] = append(out[i], worldLine(ring))
		}
	}
	return out
}

// windAlike turns outer rings one way and holes the other, as filling needs it.
func windAlike(rings []orb.Ring) []orb.Ring {
	out := make([]orb.Ring, len(rings))
	for i, r := range rings {
		sum := 0.0
		for j := 1; j < len(r); j++ {
			sum += r[j-1][0]*r[j][1] - r[j][0]*r[j-1][1]
		}
		if (sum < 0) == (i == 0) {
			r = append(orb.Ring(nil), r...)
			r.Reverse()
		}
		out[i] = r
	}
	return out
}

// rect is a rectangle in pixels.
type rect = image.Rectangle

func pixelRect(x, y, w, h, scale float64) rect {
	return image.Rect(int(x*scale), int(y*scale), int((x+w)*scale)+1, int((y+h)*scale)+1)
}
