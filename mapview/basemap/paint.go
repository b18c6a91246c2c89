package basemap

import (
	"image/color"
	"math"

	"cordon/mapview/basemap/mvt"
)

// painter draws one tile, layer after layer.
type painter struct {
	*canvas
	style *Style
	tile  *tileData
	frame frame
	zoom  uint8
	scale float32
	px    int
}

// zoomFactor is what the widths at zoom 15 are multiplied by: 2^(z-15) within limits, and below zoom 14, for
// which the design gives no width, gently smaller so that streets do not fill the map.
func zoomFactor(z uint8, class roadClass) float64 {
	f := math.Exp2(float64(z) - widthZoom)
	f = min(maxFactor, max(minFactor, f))
	if z < 14 {
		shrink := 0.87
		if class < roadPrimary {
			shrink = 0.76
		}
		f *= math.Pow(shrink, float64(14-z))
	}
	return f
}

// roadWidth returns the width of a road and of the casing on its two sides together, in pixels.
func (p *painter) roadWidth(c roadClass) (fill, casing float32) {
	f := zoomFactor(p.zoom, c)
	return float32(p.style.roads[c].width*f) * p.scale, float32(casingWidth*min(1, f/minFactor)) * p.scale
}

// addShape adds the rings of an area to the path.
func (p *painter) addShape(s shape) {
	if !s.box.overlaps(p.frame.view) {
		return
	}
	for i := s.first; i < s.last; i++ {
		p.addRing(p.tile.part(i), s.box)
	}
}

// addRing adds a closed ring, cut to the frame.
func (p *painter) addRing(ps []mvt.Point, b box) {
	if len(ps) < 3 {
		return
	}
	v := p.frame.view
	if b.minX >= v.minX && b.maxX <= v.maxX && b.minY >= v.minY && b.maxY <= v.maxY {
		for _, q := range ps {
			p.path.add(p.frame.at(q))
		}
		p.path.end()
		return
	}
	p.line = p.line[:0]
	for _, q := range ps {
		p.line = append(p.line, p.frame.at(q))
	}
	cut := clipRing(p.line, p.frame.clip, &p.ring, &p.ring2)
	if len(cut) < 3 {
		return
	}
	for _, q := range cut {
		p.path.add(q)
	}
	p.path.end()
}

// eachLine calls emit for the pieces of a line within the frame.
func (p *painter) eachLine(ps []mvt.Point, b box, closed bool, emit func([]pt)) {
	p.line = p.line[:0]
	for _, q := range ps {
		p.line = append(p.line, p.frame.at(q))
	}
	if closed && len(p.line) > 2 {
		p.line = append(p.line, p.line[0])
	}
	v := p.frame.view
	if b.minX >= v.minX && b.maxX <= v.maxX && b.minY >= v.minY && b.maxY <= v.maxY {
		if len(p.line) > 1 {
			emit(p.line)
		}
		return
	}
	clipLine(p.line, p.frame.clip, &p.ring, emit)
}

func (p *painter) strokeShape(s shape, width float32, round, closed bool) {
	if !s.box.overlaps(p.frame.view) {
		return
	}
	for i := s.first; i < s.last; i++ {
		p.eachLine(p.tile.part(i), s.box, closed, func(l []pt) { p.path.stroke(l, width, round) })
	}
}

// areas draws green, water and buildings.
func (p *painter) areas() {
	st := p.style
	colours := [areas]color.RGBA{
		areaIndustrial: st.industrial, areaParking: st.parking, areaGrass: st.grass, areaPark: st.park,
		areaCemetery: st.cemetery, areaWater: st.water, areaBuilding: st.building,
	}
	for a := range areas {
		if a == areaWater {
			p.paintSea() // reserves reach into the bay
			p.streams()
		}
		p.path.reset()
		for _, s := range p.tile.areas[a] {
			p.addShape(s)
		}
		p.fill(colours[a])
	}
	if p.zoom >= 15 {
		p.path.reset()
		for _, s := range p.tile.areas[areaBuilding] {
			p.strokeShape(s, edgeWidth*p.scale, false, true)
		}
		p.fill(st.buildingEdge)
	}
}

func (p *painter) streams() {
	w := 0.7
	if p.zoom >= 12 {
		w = math.Min(4, 0.9*math.Pow(1.35, float64(p.zoom)-12))
	}
	p.path.reset()
	for _, s := range p.tile.streams {
		p.strokeShape(s, float32(w)*p.scale, true, false)
	}
	p.fill(p.style.water)
}

// lines draws footways, rails, roads and bridges.
func (p *painter) lines() {
	st, t := p.style, p.tile
	f := float32(min(1.3, max(minFactor, math.Exp2(float64(p.zoom)-widthZoom))))
	if p.zoom >= 14 {
		p.path.reset()
		for _, s := range t.footways {
			if !s.box.overlaps(p.frame.view) {
				continue
			}
			for i := s.first; i < s.last; i++ {
				p.eachLine(t.part(i), s.box, false, func(l []pt) {
					p.path.dash(l, footwayWidth*f*p.scale, 3*p.scale, 2*p.scale)
				})
			}
		}
		p.fill(st.footway)
	}
	p.path.reset()
	for _, s := range t.rails {
		p.strokeShape(s, railWidth*max(0.7, f)*p.scale, false, false)
	}
	p.fill(st.rail)

	for _, bridges := range []bool{false, true} {
		for c := range roadClasses {
			w, k := p.roadWidth(c)
			if p.zoom < 13 && c <= roadMinor {
				continue // no room for casings
			}
			p.roadLayer(c, bridges, w+k, st.roads[c].casing, !bridges)
		}
		for c := range roadClasses {
			w, _ := p.roadWidth(c)
			p.roadLayer(c, bridges, w, st.roads[c].fill, true)
		}
	}
}

func (p *painter) roadLayer(c roadClass, bridge bool, width float32, col color.RGBA, round bool) {
	p.path.reset()
	for _, r := range p.tile.roads {
		if r.class == c && r.bridge == bridge {
			p.strokeShape(r.shape, width, round, false)
		}
	}
	p.fill(col)
}
