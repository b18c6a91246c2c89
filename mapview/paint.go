package mapview

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"golang.org/x/image/vector"
)

// painter fills and strokes paths in pixels of a picture, anti-aliased. It is used by one goroutine.
type painter struct {
	dst *image.RGBA
	ras vector.Rasterizer
	// bounds is what paths are cut to before they are rasterised: the picture and some room for borders.
	bounds orb.Bound
}

func newPainter(dst *image.RGBA) *painter {
	const room = 16
	r := dst.Rect
	return &painter{dst: dst, bounds: orb.Bound{
		Min: orb.Point{float64(r.Min.X) - room, float64(r.Min.Y) - room},
		Max: orb.Point{float64(r.Max.X) + room, float64(r.Max.Y) + room},
	}}
}

// paths rasterises closed paths, all wound alike where they overlap, and calls draw with the rectangle that
// they cover and the offset of the rasteriser in it.
func (p *painter) paths(paths [][]orb.Point, into draw.Image, src image.Image) {
	b := boundOf(paths)
	r := image.Rect(int(math.Floor(b.Min[0])), int(math.Floor(b.Min[1])), int(math.Ceil(b.Max[0])), int(math.Ceil(b.Max[1])))
	r = r.Intersect(into.Bounds())
	if r.Empty() {
		return
	}
	p.ras.Reset(r.Dx(), r.Dy())
	p.ras.DrawOp = draw.Over
	ox, oy := float64(r.Min.X), float64(r.Min.Y)
	for _, path := range paths {
		if len(path) < 3 {
			continue
		}
		for i, q := range path {
			x, y := float32(q[0]-ox), float32(q[1]-oy)
			if i == 0 {
				p.ras.MoveTo(x, y)
			} else {
				p.ras.LineTo(x, y)
			}
		}
		p.ras.ClosePath()
	}
	p.ras.Draw(into, r, src, image.Point{})
}

func boundOf(paths [][]orb.Point) orb.Bound {
	b := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, path := range paths {
		for _, q := range path {
			b.Min[0], b.Min[1] = math.Min(b.Min[0], q[0]), math.Min(b.Min[1], q[1])
			b.Max[0], b.Max[1] = math.Max(b.Max[0], q[0]), math.Max(b.Max[1], q[1])
		}
	}
	if b.Min[0] > b.Max[0] {
		return orb.Bound{}
	}
	return b
}

// clipped returns the rings cut to the picture: rasterising time must not depend on how far a shape
// reaches beyond it.
func (p *painter) clipped(rings []orb.Ring) [][]orb.Point {
	out := make([][]orb.Point, 0, len(rings))
	for _, r := range rings {
		if b := r.Bound(); !p.bounds.Contains(b.Min) || !p.bounds.Contains(b.Max) {
			r = clip.Ring(p.bounds, append(orb.Ring(nil), r...))
		}
		if len(r) > 2 {
			out = append(out, r)
		}
	}
	return out
}

// fill fills rings, outer ones wound one way and holes the other.
func (p *painter) fill(rings []orb.Ring, c color.Color) {
	p.paths(p.clipped(rings), p.dst, uniform(c))
}

// stroke draws a line of the width, in pixels, with round joints. dash alternates drawn and left lengths in
// pixels; nil draws all.
func (p *painter) stroke(line []orb.Point, width float64, c color.Color, dash []float64) {
	if len(line) < 2 {
		return
	}
	parts := orb.MultiLineString{line}
	if b := orb.LineString(line).Bound(); !p.bounds.Contains(b.Min) || !p.bounds.Contains(b.Max) {
		parts = clip.LineString(p.bounds, append(orb.LineString(nil), line...))
	}
	var paths [][]orb.Point
	for _, part := range parts {
		if dash == nil {
			paths = appendStroke(paths, part, width, true)
			continue
		}
		for _, d := range dashes(part, dash) {
			paths = appendStroke(paths, d, width, false)
		}
	}
	p.paths(paths, p.dst, uniform(c))
}

// appendStroke adds one path a segment, and one a joint, all wound alike.
func appendStroke(paths [][]orb.Point, line []orb.Point, width float64, caps bool) [][]orb.Point {
	h := width / 2
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		if l == 0 {
			continue
		}
		nx, ny := -(b[1]-a[1])/l*h, (b[0]-a[0])/l*h
		paths = append(paths, []orb.Point{
			{a[0] - nx, a[1] - ny}, {b[0] - nx, b[1] - ny}, {b[0] + nx, b[1] + ny}, {a[0] + nx, a[1] + ny},
		})
	}
	for i, q := range line {
		if inner := i > 0 && i < len(line)-1; inner || caps && len(line) > 1 {
			paths = append(paths, circlePath(q[0], q[1], h))
		}
	}
	return paths
}

// dashes cuts a line into the pieces that are drawn.
func dashes(line []orb.Point, pattern []float64) [][]orb.Point {
	var out [][]orb.Point
	k, left := 0, pattern[0]
	cur := []orb.Point{line[0]}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		for done := 0.0; done < l; {
			step := math.Min(left, l-done)
			done += step
			left -= step
			q := orb.Point{a[0] + (b[0]-a[0])*done/l, a[1] + (b[1]-a[1])*done/l}
			if k%2 == 0 {
				cur = append(cur, q)
			}
			if left > 0 {
				continue
			}
			if k%2 == 0 {
				out = append(out, cur)
			}
			k++
			left = math.Max(0.5, pattern[k%len(pattern)])
			cur = []orb.Point{q}
		}
	}
	if k%2 == 0 && len(cur) > 1 {
		out = append(out, cur)
	}
	return out
}

// circlePath is a circle wound as appendStroke winds.
func circlePath(x, y, r float64) []orb.Point {
	n := max(8, min(64, int(r*3)))
	path := make([]orb.Point, n)
	for i := range path {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		path[i] = orb.Point{x + r*c, y + r*s}
	}
	return path
}

func (p *painter) disc(x, y, r float64, c color.Color) {
	p.paths([][]orb.Point{circlePath(x, y, r)}, p.dst, uniform(c))
}

// ring draws a circle line whose middle has the radius r.
func (p *painter) ring(x, y, r, width float64, c color.Color) {
	inner := circlePath(x, y, r-width/2)
	for i, j := 0, len(inner)-1; i < j; i, j = i+1, j-1 {
		inner[i], inner[j] = inner[j], inner[i]
	}
	p.paths([][]orb.Point{circlePath(x, y, r+width/2), inner}, p.dst, uniform(c))
}

func rectPath(x0, y0, x1, y1, radius float64) []orb.Point {
	if radius <= 0 {
		return []orb.Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
	}
	const steps = 5
	var path []orb.Point
	corner := func(cx, cy, from float64) {
		for i := range steps + 1 {
			s, c := math.Sincos(from + math.Pi/2*float64(i)/steps)
			path = append(path, orb.Point{cx + radius*c, cy + radius*s})
		}
	}
	corner(x1-radius, y1-radius, 0)
	corner(x0+radius, y1-radius, math.Pi/2)
	corner(x0+radius, y0+radius, math.Pi)
	corner(x1-radius, y0+radius, 3*math.Pi/2)
	return path
}

// box fills a rounded rectangle with a border inside its edge.
func (p *painter) box(x0, y0, x1, y1, radius, border float64, fill, line color.Color) {
	p.paths([][]orb.Point{rectPath(x0, y0, x1, y1, radius)}, p.dst, uniform(line))
	p.paths([][]orb.Point{rectPath(x0+border, y0+border, x1-border, y1-border, radius-border)}, p.dst, uniform(fill))
}

// fade returns the colour with its opacity multiplied.
func fade(c color.Color, alpha float64) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = uint8(math.Round(float64(n.A) * alpha))
	return n
}

func uniform(c color.Color) *image.Uniform { return image.NewUniform(c) }

// blit lays a small picture over another with its left top corner at a pixel. Thousands of points are drawn
// by it, most of whose pixels are empty.
func blit(dst, src *image.RGBA, at image.Point) {
	r := src.Rect.Add(at).Intersect(dst.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		s := src.Pix[src.PixOffset(r.Min.X-at.X, y-at.Y):]
		d := dst.Pix[dst.PixOffset(r.Min.X, y):]
		for i := 0; i < 4*r.Dx(); i += 4 {
			switch a := uint32(s[i+3]); a {
			case 0:
			case 0xff:
				copy(d[i:i+4], s[i:i+4])
			default:
				n := 0xff - a
				d[i] = uint8(uint32(s[i]) + (uint32(d[i])*n+127)/0xff)
				d[i+1] = uint8(uint32(s[i+1]) + (uint32(d[i+1])*n+127)/0xff)
				d[i+2] = uint8(uint32(s[i+2]) + (uint32(d[i+2])*n+127)/0xff)
				d[i+3] = uint8(a + (uint32(d[i+3])*n+127)/0xff)
			}
		}
	}
}
