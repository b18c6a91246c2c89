package basemap

import (
	"image/color"
	"math"
	"slices"
)

// sheetFrame places the sheet of the outlines on the picture of a tile.
func (p *painter) sheetFrame(o *outlines, id TileID) frame {
	n := math.Exp2(float64(id.Z))
	px := float64(p.px)
	return newFrame(px*n/o.extent, -float64(id.X)*px, -float64(id.Y)*px, p.px, 16*float64(p.scale))
}

// ground paints land and sea from the outlines and keeps the coverage of the sea for paintSea.
func (p *painter) ground(o *outlines, id TileID) {
	p.frame = p.sheetFrame(o, id)
	n := p.px * p.px
	p.land = resize(p.land, n)
	switch {
	case id.Z < zoomMid:
		p.landOf(o.low)
	case id.Z < zoomStates:
		p.landOf(o.mid, o.us)
	default:
		p.landOf(o.mid, o.states)
		p.detail(o)
	}
	p.hasSea = slices.ContainsFunc(p.land, func(a uint8) bool { return a < 255 })
	p.flood(p.style.land)
	if !p.hasSea {
		return
	}
	p.sea = resize(p.sea, n)
	for i, a := range p.land {
		p.sea[i] = 255 - a
	}
	p.paintSea()
}

// landOf sets the coverage of the land to that of the rings. They are filled together, so that no seam shows between
// neighbours.
func (p *painter) landOf(groups ...[]ring) {
	clear(p.land)
	p.rings(groups...)
	p.eachCovered(func(land, m []uint8) { copy(land, m) })
}

// detail replaces the land in the zone by that of the detailed coast.
func (p *painter) detail(o *outlines) {
	p.rings(o.zone)
	p.eachCovered(func(land, m []uint8) {
		for i, a := range m {
			land[i] = mix(land[i], 0, uint32(a))
		}
	})
	p.rings(o.coast)
	p.eachCovered(func(land, m []uint8) {
		for i, a := range m {
			land[i] = mix(land[i], 255, uint32(a))
		}
	})
}

func (p *painter) rings(groups ...[]ring) {
	p.path.reset()
	for _, g := range groups {
		for _, r := range g {
			if r.box.overlaps(p.frame.view) {
				p.addRing(r.points, r.box)
			}
		}
	}
}

// eachCovered rasterises the path and calls fn for each row of land that it touches.
func (p *painter) eachCovered(fn func(land, mask []uint8)) {
	if !p.cover() {
		return
	}
	r := p.mask.Rect
	w := r.Dx()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		fn(p.land[y*p.px+r.Min.X:][:w], p.mask.Pix[(y-r.Min.Y)*w:][:w])
	}
}

// paintSea paints the sea over what lies there.
func (p *painter) paintSea() {
	if !p.hasSea {
		return
	}
	for y := range p.px {
		blendRow(p.dst.Pix[y*p.dst.Stride:][:4*p.px], p.sea[y*p.px:][:p.px], p.style.water)
	}
}

// borders draws the borders of countries, states and counties.
func (p *painter) borders(o *outlines, id TileID) {
	p.frame = p.sheetFrame(o, id)
	type look struct {
		level          uint8
		from           uint8 // zoom
		col            color.RGBA
		width, on, off float32
	}
	st := p.style
	for _, k := range []look{
		{6, 8, st.county, 0.9, 3, 3},
		{4, 4, st.state, 1.1, 7, 3},
		{2, 0, st.country, 1.2, 0, 0},
	} {
		if id.Z < k.from {
			continue
		}
		p.path.reset()
		for _, b := range o.borders {
			if b.level != k.level || (k.level == 2 && b.low != (id.Z < zoomMid)) || !b.box.overlaps(p.frame.view) {
				continue
			}
			p.eachLine(b.points, b.box, false, func(l []pt) {
				if k.on > 0 {
					p.path.dash(l, k.width*p.scale, k.on*p.scale, k.off*p.scale)
				} else {
					p.path.stroke(l, k.width*p.scale, true)
				}
			})
		}
		p.fill(k.col)
	}
}

func resize(b []uint8, n int) []uint8 {
	if cap(b) < n {
		return make([]uint8, n)
	}
	return b[:n]
}
