package basemap

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// pt is a position in pixels of the picture.
type pt struct{ x, y float32 }

// path is a set of closed rings in pixels. Rings that run the same way add up, those that run the other
// way cut holes.
type path struct {
	points                 []pt
	ends                   []int
	minX, minY, maxX, maxY float32
}

func (p *path) reset() {
	p.points, p.ends = p.points[:0], p.ends[:0]
	p.minX, p.minY = math.MaxFloat32, math.MaxFloat32
	p.maxX, p.maxY = -math.MaxFloat32, -math.MaxFloat32
}

func (p *path) add(q pt) {
	p.points = append(p.points, q)
	p.minX, p.maxX = min(p.minX, q.x), max(p.maxX, q.x)
	p.minY, p.maxY = min(p.minY, q.y), max(p.maxY, q.y)
}

// end closes the ring of the points added since the last end.
func (p *path) end() {
	if n := len(p.points); len(p.ends) == 0 || p.ends[len(p.ends)-1] < n {
		p.ends = append(p.ends, n)
	}
}

// canvas fills paths into a picture with antialiasing. It is used by one goroutine at a time and keeps its
// memory from picture to picture.
type canvas struct {
	dst    *image.RGBA
	ras    vector.Rasterizer
	mask   image.Alpha
	path   path
	line   []pt // scratch of the stroker
	ring   []pt // scratch of the clipper
	ring2  []pt
	sea    []uint8 // coverage of the sea, one byte for a pixel
	land   []uint8
	hasSea bool
}

// cover rasterises the path into c.mask, whose bounds are then the part of the picture that the path
// touches; false means none.
func (c *canvas) cover() bool {
	p := &c.path
	b := c.dst.Bounds()
	if len(p.ends) == 0 {
		return false
	}
	x0, y0 := max(b.Min.X, floor(p.minX)), max(b.Min.Y, floor(p.minY))
	x1, y1 := min(b.Max.X, floor(p.maxX)+1), min(b.Max.Y, floor(p.maxY)+1)
	if x0 >= x1 || y0 >= y1 {
		return false
	}
	w, h := x1-x0, y1-y0
	if n := w * h; cap(c.mask.Pix) < n {
		c.mask.Pix = make([]uint8, n)
	} else {
		c.mask.Pix = c.mask.Pix[:n]
	}
	c.mask.Stride, c.mask.Rect = w, image.Rect(0, 0, w, h)
	c.ras.Reset(w, h)
	ox, oy := float32(x0), float32(y0)
	start := 0
	for _, e := range p.ends {
		r := p.points[start:e]
		start = e
		c.ras.MoveTo(r[0].x-ox, r[0].y-oy)
		for _, q := range r[1:] {
			c.ras.LineTo(q.x-ox, q.y-oy)
		}
		c.ras.ClosePath()
	}
	c.ras.DrawOp = 1 // draw.Src: the mask need not be cleared
	c.ras.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	c.mask.Rect = image.Rect(x0, y0, x1, y1)
	return true
}

// fill paints the path in an opaque colour onto an opaque picture.
func (c *canvas) fill(col color.RGBA) {
	if !c.cover() {
		return
	}
	r := c.mask.Rect
	w := r.Dx()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		m := c.mask.Pix[(y-r.Min.Y)*w:][:w]
		blendRow(c.dst.Pix[c.dst.PixOffset(r.Min.X, y):][:4*w], m, col)
	}
}

// blendRow mixes the colour into a row of opaque pixels by the coverage of each.
func blendRow(row, m []uint8, col color.RGBA) {
	for i := 0; i < len(m); i++ {
		for i+8 <= len(m) && binary.LittleEndian.Uint64(m[i:]) == 0 {
			i += 8
		}
		if i == len(m) {
			return
		}
		switch a := uint32(m[i]); a {
		case 0:
		case 255:
			d := row[4*i : 4*i+4 : 4*i+4]
			d[0], d[1], d[2] = col.R, col.G, col.B
		default:
			d := row[4*i : 4*i+4 : 4*i+4]
			d[0] = mix(d[0], col.R, a)
			d[1] = mix(d[1], col.G, a)
			d[2] = mix(d[2], col.B, a)
		}
	}
}

// mix returns d + (s-d)·a/255, rounded.
func mix(d, s uint8, a uint32) uint8 {
	v := uint32(d)*(255-a) + uint32(s)*a + 127
	return uint8(v * 0x8081 >> 23) // v/255 for v below 65536
}

// blendOver mixes the colour into premultiplied pixels that may be transparent.
func blendOver(row, m []uint8, col color.RGBA) {
	for i, cov := range m {
		if cov == 0 {
			continue
		}
		a := uint32(cov)
		d := row[4*i : 4*i+4 : 4*i+4]
		d[0] = mix(d[0], col.R, a)
		d[1] = mix(d[1], col.G, a)
		d[2] = mix(d[2], col.B, a)
		d[3] = mix(d[3], 255, a)
	}
}

// fillOver is fill for a picture that may be transparent, with its own premultiplied pixels.
func (c *canvas) fillOver(col color.RGBA) {
	if !c.cover() {
		return
	}
	r := c.mask.Rect
	w := r.Dx()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		blendOver(c.dst.Pix[c.dst.PixOffset(r.Min.X, y):][:4*w], c.mask.Pix[(y-r.Min.Y)*w:][:w], col)
	}
}

// flood paints the whole picture.
func (c *canvas) flood(col color.RGBA) {
	p := c.dst.Pix
	if len(p) == 0 {
		return
	}
	p[0], p[1], p[2], p[3] = col.R, col.G, col.B, col.A
	for n := 4; n < len(p); n *= 2 {
		copy(p[n:], p[:n])
	}
}

func floor(f float32) int { return int(math.Floor(float64(f))) }
