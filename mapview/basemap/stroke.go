package basemap

import "math"

// stroke adds the outline of a line of the width to the path, one piece for each segment and corner. All
// pieces run the same way round, so that they add up wherever they overlap. Corners are bevelled, ends are
// round or cut straight.
func (p *path) stroke(line []pt, width float32, round bool) {
	h := width / 2
	var px, py float32 // normal of the segment before
	seen := false
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b.x-a.x, b.y-a.y
		l := float32(math.Sqrt(float64(dx*dx + dy*dy)))
		if l < 1e-4 {
			continue
		}
		nx, ny := -dy/l*h, dx/l*h
		p.add(pt{a.x + nx, a.y + ny})
		p.add(pt{a.x - nx, a.y - ny})
		p.add(pt{b.x - nx, b.y - ny})
		p.add(pt{b.x + nx, b.y + ny})
		p.end()
		if seen {
			p.corner(a, px, py, nx, ny, h)
		} else if round {
			p.cap(a, nx, ny)
		}
		px, py, seen = nx, ny, true
	}
	if seen && round {
		p.cap(line[len(line)-1], -px, -py)
	}
}

// corner fills the wedge between two segments on the outside of the bend at a, with one more point for
// wide lines and a half circle where the line turns back.
func (p *path) corner(a pt, px, py, nx, ny, h float32) {
	if px*nx+py*ny < 0 { // it turns back
		p.cap(a, -px, -py)
		return
	}
	cross := px*ny - py*nx
	if cross > -0.02*h*h && cross < 0.02*h*h {
		return
	}
	if cross > 0 { // the outside is at the negative normals
		px, py, nx, ny = -nx, -ny, -px, -py
	}
	// From the earlier to the later direction, in the sense of the quads.
	p.add(a)
	p.add(pt{a.x + nx, a.y + ny})
	mx, my := px+nx, py+ny
	if l := float32(math.Sqrt(float64(mx*mx + my*my))); h > 1 && l > 1e-3 {
		p.add(pt{a.x + mx/l*h, a.y + my/l*h})
	}
	p.add(pt{a.x + px, a.y + py})
	p.end()
}

// halfCircle holds the inner points of a half circle by sevenths.
var halfCircle = [6][2]float32{
	{0.9009689, 0.4338837},
	{0.6234898, 0.7818315},
	{0.2225209, 0.9749279},
	{-0.2225209, 0.9749279},
	{-0.6234898, 0.7818315},
	{-0.9009689, 0.4338837},
}

// cap adds a half circle at the start a of a line with normal (nx, ny), which is half a width long.
func (p *path) cap(a pt, nx, ny float32) {
	p.add(pt{a.x - nx, a.y - ny})
	p.add(pt{a.x + nx, a.y + ny})
	for _, k := range halfCircle { // towards the back of the line: the normal turned by 90°
		p.add(pt{a.x + k[0]*nx - k[1]*ny, a.y + k[0]*ny + k[1]*nx})
	}
	p.end()
}

// dash adds the dashes of a line: on pixels drawn, off pixels left out.
func (p *path) dash(line []pt, width, on, off float32) {
	pos := float32(0) // within the pattern
	var seg [2]pt
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b.x-a.x, b.y-a.y
		l := float32(math.Sqrt(float64(dx*dx + dy*dy)))
		if l < 1e-4 {
			continue
		}
		for t := float32(0); t < l; {
			step := min(on-pos, l-t)
			if pos >= on {
				step = min(on+off-pos, l-t)
			} else {
				seg[0] = pt{a.x + dx*t/l, a.y + dy*t/l}
				seg[1] = pt{a.x + dx*(t+step)/l, a.y + dy*(t+step)/l}
				p.stroke(seg[:], width, false)
			}
			step = max(step, 1e-3) // rounding cannot stop the walk
			t += step
			pos += step
			if pos >= on+off-1e-4 {
				pos = 0
			}
		}
	}
}
