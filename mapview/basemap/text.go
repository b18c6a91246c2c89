package basemap

import (
	"image"
	"image/color"
	"math"
)

// haloWidth is the width of the line around letters in pixels, half of it outside of them: ui/tokens.md.
const haloWidth = 2.6

// xMiddle is how far the middle of text lies above its base line, in em: about half the height of capitals.
const xMiddle = 0.35

// DrawLabels draws labels on a picture that may be transparent, at the scale in device pixels a unit. Shields
// lie above the other labels.
func (r *Renderer) DrawLabels(dst *image.RGBA, labels []Label, style *Style, scale float32) {
	if !r.fonts.usable() || dst.Bounds().Empty() {
		return
	}
	c := r.canvases.Get().(*canvas)
	defer func() {
		c.dst = nil
		r.canvases.Put(c)
	}()
	c.dst = dst
	for i := range labels {
		if l := &labels[i]; !l.Shield {
			c.text(r.fonts, l, style, scale, true)
		}
	}
	for i := range labels {
		if l := &labels[i]; l.Shield {
			c.plate(l, style, scale)
			c.text(r.fonts, l, style, scale, false)
		}
	}
}

// text draws the letters of a label, with a halo below them if asked for.
func (c *canvas) text(fonts *fontSet, l *Label, style *Style, scale float32, halo bool) {
	k := lookPaints[l.look]
	sh := fonts.shape(l.Text, k.weight, k.spacing)
	size := float32(k.size) * scale
	cos, sin := float32(math.Cos(l.Angle)), float32(math.Sin(l.Angle))
	ox, oy := float32(l.X)*scale, float32(l.Y)*scale
	each := func(emit func([]pt)) {
		for i, g := range sh.glyphs {
			start := 0
			for _, e := range g.ends {
				c.line = c.line[:0]
				for _, q := range g.points[start:e] {
					x, y := (q.x+sh.at[i]-sh.width/2)*size, (q.y+xMiddle)*size
					c.line = append(c.line, pt{ox + x*cos - y*sin, oy + x*sin + y*cos})
				}
				start = e
				if len(c.line) > 2 {
					emit(c.line)
				}
			}
		}
	}
	if halo {
		c.path.reset()
		each(func(ring []pt) {
			c.line = append(c.line, ring[0], ring[1]) // round to the first corner
			c.path.stroke(c.line, haloWidth*scale, false)
		})
		c.fillOver(style.halo)
	}
	c.path.reset()
	each(func(ring []pt) {
		for _, q := range ring {
			c.path.add(q)
		}
		c.path.end()
	})
	c.fillOver(l.look.colour(style))
}

// plate draws the rounded plate of a road number.
func (c *canvas) plate(l *Label, style *Style, scale float32) {
	x, y := float32(l.X)*scale, float32(l.Y)*scale
	hw, hh := float32(l.W)/2*scale, float32(l.H)/2*scale
	for _, k := range []struct {
		inset float32
		col   color.RGBA
	}{{0, style.shieldEdge}, {scale, style.shield}} {
		c.path.reset()
		c.path.rounded(x-hw+k.inset, y-hh+k.inset, x+hw-k.inset, y+hh-k.inset, 3.5*scale-k.inset)
		c.fillOver(k.col)
	}
}

// rounded adds a rectangle whose corners have the radius.
func (p *path) rounded(x0, y0, x1, y1, r float32) {
	for i, o := range [4]pt{{x1 - r, y0 + r}, {x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}} {
		for j := range 5 {
			a := (float64(i) - 1 + float64(j)/4) * math.Pi / 2
			p.add(pt{o.x + r*float32(math.Cos(a)), o.y + r*float32(math.Sin(a))})
		}
	}
	p.end()
}
