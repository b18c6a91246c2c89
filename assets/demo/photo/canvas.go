package photo

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// pt is a position in pixels, y downwards.
type pt struct{ x, y float64 }

// rgba is a colour, not premultiplied.
type rgba struct{ r, g, b, a uint8 }

// paint gives the colour of a pixel: one for all, one a row, or one a pixel.
type paint struct {
	solid rgba
	row   func(y int) rgba
	px    func(x, y int) rgba
}

func solid(c rgba) paint { return paint{solid: c} }

// vertical is a gradient through colours at heights, top first.
func vertical(stops ...stop) paint {
	return paint{row: func(y int) rgba { return between(stops, float64(y)) }}
}

type stop struct {
	y float64
	c rgba
}

func between(stops []stop, y float64) rgba {
	if y <= stops[0].y {
		return stops[0].c
	}
	for i := 1; i < len(stops); i++ {
		if y < stops[i].y {
			return mixed(stops[i-1].c, stops[i].c, (y-stops[i-1].y)/(stops[i].y-stops[i-1].y))
		}
	}
	return stops[len(stops)-1].c
}

// mixed is a at t = 0 and b at t = 1.
func mixed(a, b rgba, t float64) rgba {
	f := func(p, q uint8) uint8 { return uint8(float64(p) + (float64(q)-float64(p))*t + 0.5) }
	return rgba{f(a.r, b.r), f(a.g, b.g), f(a.b, b.b), f(a.a, b.a)}
}

// lit is a colour made lighter (k > 1, towards white) or darker (k < 1).
func lit(c rgba, k float64) rgba {
	if k > 1 {
		return mixed(c, rgba{255, 255, 255, c.a}, math.Min(1, k-1))
	}
	return mixed(rgba{0, 0, 0, c.a}, c, math.Max(0, k))
}

func alpha(c rgba, a float64) rgba { c.a = uint8(255 * math.Max(0, math.Min(1, a))); return c }

// canvas is a picture being painted.
type canvas struct {
	img  *image.RGBA
	z    vector.Rasterizer
	mask image.Alpha
}

func newCanvas(w, h int) *canvas { return &canvas{img: image.NewRGBA(image.Rect(0, 0, w, h))} }

// path is a closed outline, or several.
type path struct{ seg []segment }

type segment struct {
	op      byte // m, l, q, c
	a, b, p pt   // controls, end
}

func (p *path) move(to pt)        { p.seg = append(p.seg, segment{op: 'm', p: to}) }
func (p *path) line(to pt)        { p.seg = append(p.seg, segment{op: 'l', p: to}) }
func (p *path) quad(a, to pt)     { p.seg = append(p.seg, segment{op: 'q', a: a, p: to}) }
func (p *path) cubic(a, b, to pt) { p.seg = append(p.seg, segment{op: 'c', a: a, b: b, p: to}) }
func (p *path) add(other path)    { p.seg = append(p.seg, other.seg...) }

// moved returns the path with every point mapped.
func (p path) moved(f func(pt) pt) path {
	out := path{seg: make([]segment, len(p.seg))}
	for i, s := range p.seg {
		out.seg[i] = segment{s.op, f(s.a), f(s.b), f(s.p)}
	}
	return out
}

func (p path) bounds() image.Rectangle {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	grow := func(q pt) {
		x0, y0, x1, y1 = math.Min(x0, q.x), math.Min(y0, q.y), math.Max(x1, q.x), math.Max(y1, q.y)
	}
	for _, s := range p.seg {
		grow(s.p)
		if s.op == 'q' || s.op == 'c' {
			grow(s.a)
		}
		if s.op == 'c' {
			grow(s.b)
		}
	}
	if x0 > x1 {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1))+1, int(math.Ceil(y1))+1)
}

// fill paints the inside of a path (non-zero winding), with smooth edges.
func (c *canvas) fill(p path, with paint) {
	r := p.bounds().Intersect(c.img.Rect)
	if r.Empty() {
		return
	}
	c.z.Reset(r.Dx(), r.Dy())
	ox, oy := float64(r.Min.X), float64(r.Min.Y)
	f := func(q pt) (float32, float32) { return float32(q.x - ox), float32(q.y - oy) }
	open := false
	for _, s := range p.seg {
		x, y := f(s.p)
		ax, ay := f(s.a)
		bx, by := f(s.b)
		switch s.op {
		case 'm':
			if open {
				c.z.ClosePath()
			}
			open = true
			c.z.MoveTo(x, y)
		case 'l':
			c.z.LineTo(x, y)
		case 'q':
			c.z.QuadTo(ax, ay, x, y)
		case 'c':
			c.z.CubeTo(ax, ay, bx, by, x, y)
		}
	}
	c.z.ClosePath()
	need := r.Dx() * r.Dy()
	if cap(c.mask.Pix) < need {
		c.mask.Pix = make([]uint8, need)
	}
	c.mask.Pix, c.mask.Stride, c.mask.Rect = c.mask.Pix[:need], r.Dx(), image.Rect(0, 0, r.Dx(), r.Dy())
	clear(c.mask.Pix)
	c.z.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	for y := r.Min.Y; y < r.Max.Y; y++ {
		col := with.solid
		if with.row != nil {
			col = with.row(y)
		}
		m := c.mask.Pix[(y-r.Min.Y)*r.Dx():][:r.Dx()]
		d := c.img.Pix[c.img.PixOffset(r.Min.X, y):]
		for i, cov := range m {
			if cov == 0 {
				continue
			}
			if with.px != nil {
				col = with.px(r.Min.X+i, y)
			}
			over(d[i*4:i*4+4:i*4+4], col, uint32(cov))
		}
	}
}

func over(d []uint8, c rgba, cov uint32) {
	a := div255(uint32(c.a) * cov)
	if a == 255 {
		d[0], d[1], d[2], d[3] = c.r, c.g, c.b, 255
		return
	}
	n := 255 - a
	d[0] = uint8(div255(uint32(c.r)*a + uint32(d[0])*n))
	d[1] = uint8(div255(uint32(c.g)*a + uint32(d[1])*n))
	d[2] = uint8(div255(uint32(c.b)*a + uint32(d[2])*n))
	d[3] = 255
}

// div255 divides by 255, rounded; exact for products of two bytes.
func div255(v uint32) uint32 { return (v + 128 + (v+128)>>8) >> 8 }

// below paints whole rows from y0 down, without edges.
func (c *canvas) below(y0 int, col func(y int) rgba) {
	for y := y0; y < c.img.Rect.Max.Y; y++ {
		d, q := c.img.Pix[y*c.img.Stride:][:4*c.img.Rect.Dx()], col(y)
		d[0], d[1], d[2], d[3] = q.r, q.g, q.b, 255
		for n := 4; n < len(d); n *= 2 {
			copy(d[n:], d[:n])
		}
	}
}

// glow adds light around a point, fading with the distance.
func (c *canvas) glow(at pt, radius float64, col rgba, strength float64) {
	r := image.Rect(int(at.x-radius), int(at.y-radius), int(at.x+radius)+1, int(at.y+radius)+1).Intersect(c.img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		d := c.img.Pix[c.img.PixOffset(r.Min.X, y):]
		dy := (float64(y) - at.y) / radius
		for x := r.Min.X; x < r.Max.X; x++ {
			dx := (float64(x) - at.x) / radius
			q := 1 - dx*dx - dy*dy
			if q <= 0 {
				d = d[4:]
				continue
			}
			k := strength * q * q * q
			d[0] = plus(d[0], float64(col.r)*k)
			d[1] = plus(d[1], float64(col.g)*k)
			d[2] = plus(d[2], float64(col.b)*k)
			d = d[4:]
		}
	}
}

func plus(v uint8, f float64) uint8 {
	if s := float64(v) + f; s < 255 {
		return uint8(s)
	}
	return 255
}

// corner is a corner of a polygon, rounded by a radius.
type corner struct{ x, y, r float64 }

// rounded returns the polygon through the corners, each rounded.
func rounded(cs ...corner) path {
	var p path
	n := len(cs)
	for i, c := range cs {
		a, b := cs[(i+n-1)%n], cs[(i+1)%n]
		from, to := toward(c, a), toward(c, b)
		if i == 0 {
			p.move(from)
		} else {
			p.line(from)
		}
		p.quad(pt{c.x, c.y}, to)
	}
	return p
}

// toward is the point on the edge from c to o where the rounding of c begins.
func toward(c, o corner) pt {
	d := math.Hypot(o.x-c.x, o.y-c.y)
	if d == 0 {
		return pt{c.x, c.y}
	}
	t := math.Min(c.r, d/2) / d
	return pt{c.x + (o.x-c.x)*t, c.y + (o.y-c.y)*t}
}

func rect(x0, y0, x1, y1, r float64) path {
	return rounded(corner{x0, y0, r}, corner{x1, y0, r}, corner{x1, y1, r}, corner{x0, y1, r})
}

func poly(ps ...pt) path {
	cs := make([]corner, len(ps))
	for i, p := range ps {
		cs[i] = corner{p.x, p.y, 0}
	}
	return rounded(cs...)
}

func ellipse(c pt, rx, ry float64) path {
	const k = 0.5523 // four cubic arcs
	var p path
	p.move(pt{c.x + rx, c.y})
	p.cubic(pt{c.x + rx, c.y + k*ry}, pt{c.x + k*rx, c.y + ry}, pt{c.x, c.y + ry})
	p.cubic(pt{c.x - k*rx, c.y + ry}, pt{c.x - rx, c.y + k*ry}, pt{c.x - rx, c.y})
	p.cubic(pt{c.x - rx, c.y - k*ry}, pt{c.x - k*rx, c.y - ry}, pt{c.x, c.y - ry})
	p.cubic(pt{c.x + k*rx, c.y - ry}, pt{c.x + rx, c.y - k*ry}, pt{c.x + rx, c.y})
	return p
}

// stroke is a line of some width through points.
func stroke(width float64, ps ...pt) path {
	var left, right []pt
	for i := range ps {
		a, b := ps[max(0, i-1)], ps[min(len(ps)-1, i+1)]
		d := math.Hypot(b.x-a.x, b.y-a.y)
		if d == 0 {
			continue
		}
		nx, ny := -(b.y-a.y)/d*width/2, (b.x-a.x)/d*width/2
		left = append(left, pt{ps[i].x + nx, ps[i].y + ny})
		right = append(right, pt{ps[i].x - nx, ps[i].y - ny})
	}
	for i := len(right) - 1; i >= 0; i-- {
		left = append(left, right[i])
	}
	if len(left) == 0 {
		return path{}
	}
	return poly(left...)
}
