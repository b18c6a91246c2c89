package photo

import (
	"math"
)

const (
	horizon = 362.0 // the row where the road begins
	soft    = 4     // the background is drawn this many times smaller: it is out of focus
)

// mood is the palette of a time of day.
type mood struct {
	skyTop, skyLow, far, near rgba // sky; buildings or trees behind and in front
	window, dark              rgba // lit and unlit windows
	litShare                  float64
	road, roadFar, kerb, line rgba
	lamp                      float64 // strength of the street lamps
	car                       float64 // how bright the vehicle is
	vignette                  float64
}

var moods = map[light]mood{
	night: {
		rgba{8, 12, 22, 255},
		rgba{30, 38, 54, 255},
		rgba{20, 27, 39, 255},
		rgba{14, 20, 30, 255},
		rgba{226, 186, 112, 255},
		rgba{34, 38, 48, 255},
		0.55,
		rgba{58, 61, 66, 255},
		rgba{38, 42, 49, 255},
		rgba{46, 48, 52, 255},
		rgba{150, 152, 152, 255},
		1, 0.94, 0.5,
	},
	dusk: {
		rgba{44, 56, 92, 255},
		rgba{222, 150, 110, 255},
		rgba{74, 70, 92, 255},
		rgba{50, 50, 66, 255},
		rgba{240, 200, 128, 255},
		rgba{60, 62, 80, 255},
		0.4,
		rgba{86, 85, 90, 255},
		rgba{104, 96, 98, 255},
		rgba{100, 96, 98, 255},
		rgba{190, 186, 178, 255},
		0.55, 0.97, 0.35,
	},
	day: {
		rgba{112, 158, 208, 255},
		rgba{214, 226, 236, 255},
		rgba{166, 174, 182, 255},
		rgba{140, 142, 144, 255},
		rgba{176, 196, 212, 255},
		rgba{96, 110, 124, 255},
		0.4,
		rgba{122, 123, 124, 255},
		rgba{146, 147, 148, 255},
		rgba{164, 162, 156, 255},
		rgba{232, 232, 226, 255},
		0, 1, 0.16,
	},
}

// street paints everything but the vehicle.
func street(c *canvas, s Spec, l light) {
	m := moods[l]
	if s.Rain {
		m.skyTop, m.skyLow = mixed(m.skyTop, rgba{70, 76, 84, 255}, 0.5), mixed(m.skyLow, rgba{92, 98, 106, 255}, 0.55)
		m.road, m.roadFar = lit(m.road, 0.78), lit(m.roadFar, 0.85)
	}
	b := newCanvas(VehicleWidth/soft, int(horizon)/soft+16)
	h := horizon / soft
	c2 := float64(b.img.Rect.Dx())
	b.fill(rect(0, 0, c2, h+16, 0), vertical(stop{0, m.skyTop}, stop{h, m.skyLow}))
	if l != night && !s.Rain {
		clouds(b, s)
	}
	switch s.Setting {
	case Highway:
		trees(b, s, m, h, 0.6)
		gantry(b, s, h)
	case Suburb:
		trees(b, s, m, h, 1)
		houses(b, s, m, h)
	default:
		towers(b, s, m, h)
	}
	lamps(b, s, m, h)
	enlarge(c, b)
	roadway(c, s, m, l)
}

// towers are two rows of buildings with windows.
func towers(b *canvas, s Spec, m mood, h float64) {
	k := uint64(100)
	rnd := func() float64 { k++; return s.variety(k) }
	for row, col := range []rgba{m.far, m.near} {
		for x := -rnd() * 14; x < 325; {
			w := 20 + rnd()*30
			top := h - (24 + rnd()*46)
			if row == 1 {
				top = h - (12 + rnd()*34)
			}
			tint := lit(col, 0.85+rnd()*0.3)
			b.fill(rect(x, top, x+w, h+6, 0), solid(tint))
			share := m.litShare * (0.4 + rnd()*0.9)
			for wy := top + 4; wy < h-5; wy += 7.5 {
				for wx := x + 3.5; wx < x+w-4; wx += 6.6 {
					u := rnd()
					win := alpha(m.dark, 0.55)
					if u < share {
						win = alpha(lit(m.window, 0.55+0.45*rnd()), 0.85)
					} else if u > 0.8 {
						continue
					}
					b.fill(rect(wx, wy, wx+3.4, wy+4, 0), solid(win))
				}
			}
			x += w + rnd()*7*float64(1+row)
		}
	}
}

func trees(b *canvas, s Spec, m mood, h, size float64) {
	leaf := mixed(m.near, rgba{52, 92, 48, 255}, 0.2+m.car*0.35*(1-m.lamp*0.7))
	for i := range 46 {
		x := -10 + 7.4*float64(i) + 6*s.variety(uint64(200+i))
		r := (9 + 11*s.variety(uint64(250+i))) * size
		b.fill(ellipse(pt{x, h - r*0.55}, r, r*1.1), solid(lit(leaf, 0.7+0.5*s.variety(uint64(300+i)))))
	}
	b.fill(rect(-5, h-5, 330, h+16, 0), solid(lit(leaf, 0.7)))
}

func houses(b *canvas, s Spec, m mood, h float64) {
	for i := range 5 {
		x := 66*float64(i) - 10 + 26*s.variety(uint64(400+i))
		w, t := 32+12*s.variety(uint64(410+i)), h-18-6*s.variety(uint64(420+i))
		wall := lit(mixed(m.near, rgba{190, 178, 160, 255}, 0.12+0.4*(1-m.lamp)), 0.9)
		b.fill(rect(x, t, x+w, h+4, 0), solid(wall))
		b.fill(poly(pt{x - 3, t}, pt{x + w/2, t - 12}, pt{x + w + 3, t}), solid(lit(wall, 0.6)))
		for j := range 3 {
			win := m.dark
			if s.variety(uint64(430+i*4+j)) < m.litShare {
				win = m.window
			}
			wx := x + 4 + float64(j)*(w-6)/3
			b.fill(rect(wx, t+5, wx+4.5, t+11, 0), solid(alpha(win, 0.9)))
		}
	}
}

// gantry is a bridge of signs over the highway; the signs carry no words.
func gantry(b *canvas, s Spec, h float64) {
	if s.variety(50) < 0.35 {
		return
	}
	steel := rgba{92, 98, 106, 255}
	y := 22 + 12*s.variety(51)
	b.fill(rect(20, y, 300, y+2.2, 0), solid(steel))
	b.fill(rect(24, y, 26.5, h, 0), solid(steel))
	b.fill(rect(294, y, 296.5, h, 0), solid(steel))
	for i := range 2 {
		x := 70 + 110*float64(i) + 20*s.variety(uint64(52+i))
		b.fill(rect(x, y-10, x+56, y+14, 2), solid(rgba{22, 92, 66, 255}))
		b.fill(rect(x+5, y-5, x+38, y-2, 0), solid(rgba{212, 224, 218, 200}))
		b.fill(rect(x+5, y+2, x+28, y+5, 0), solid(rgba{212, 224, 218, 200}))
	}
}

func clouds(b *canvas, s Spec) {
	for i := range 6 {
		x, y := 330*s.variety(uint64(60+i)), 8+34*s.variety(uint64(70+i))
		for j := range 4 {
			b.fill(ellipse(pt{x + float64(j)*9, y + 2*s.variety(uint64(80+i*4+j))}, 13, 4.5), solid(rgba{255, 255, 255, 60}))
		}
	}
}

// lamps are street lamps on poles; by day they are poles.
func lamps(b *canvas, s Spec, m mood, h float64) {
	for i, at := range []pt{{50, 38}, {266, 30}, {222, 56}, {104, 58}} {
		at.x += 14*s.variety(uint64(20+i)) - 7
		foot := h + 3
		if i < 2 {
			foot = h + 12
		}
		b.fill(rect(at.x-0.7, at.y, at.x+0.7, foot, 0), solid(rgba{70, 74, 80, 200}))
		if m.lamp == 0 {
			b.fill(rect(at.x-1, at.y-1, at.x+7, at.y+0.6, 0), solid(rgba{84, 88, 94, 255}))
			continue
		}
		r := 44.0
		if i >= 2 {
			r = 20
		}
		b.glow(at, r, rgba{196, 152, 74, 255}, 0.62*m.lamp)
		b.glow(at, r/4, rgba{255, 236, 190, 255}, 0.95*m.lamp)
	}
}

// enlarge blows the background up, smoothly: bilinear, in 8-bit fractions.
func enlarge(c, b *canvas) {
	bw, bh := b.img.Rect.Dx(), b.img.Rect.Dy()
	rows := min(VehicleHeight, (bh-1)*soft)
	line := make([]uint32, bw*3)
	for y := range rows {
		fy := float64(y)/soft - 0.5 + 0.5/soft
		y0 := max(0, int(math.Floor(fy)))
		y1 := min(bh-1, y0+1)
		ty := uint32(256 * math.Max(0, fy-float64(y0)))
		p0, p1 := b.img.Pix[y0*b.img.Stride:], b.img.Pix[y1*b.img.Stride:]
		for x := range bw {
			for k := range 3 {
				line[x*3+k] = uint32(p0[x*4+k])*(256-ty) + uint32(p1[x*4+k])*ty
			}
		}
		d := c.img.Pix[y*c.img.Stride:]
		for x := range c.img.Rect.Dx() {
			q := max(0, x*2-3) // position in eighths of a background pixel
			x0 := q / 8
			t := uint32(q%8) * 32
			x1 := min(bw-1, x0+1)
			for k := range 3 {
				d[x*4+k] = uint8((line[x0*3+k]*(256-t) + line[x1*3+k]*t) >> 16)
			}
			d[x*4+3] = 255
		}
	}
}

// roadway is the carriageway with its lines, kerbs and wet shine.
func roadway(c *canvas, s Spec, m mood, l light) {
	vp := pt{640 + 90*(s.variety(10)-0.5), horizon - 14}
	edge := func(x, y float64) pt { // a line from the vanishing point to x at the bottom
		t := (y - vp.y) / (VehicleHeight - vp.y)
		return pt{vp.x + (x-vp.x)*t, y}
	}
	strip := func(a, b float64, y0, y1 float64) path {
		return poly(edge(a, y0), edge(b, y0), edge(b, y1), edge(a, y1))
	}
	ground := vertical(stop{horizon, m.roadFar}, stop{600, m.road}, stop{VehicleHeight, lit(m.road, 0.8)})
	c.below(int(horizon), ground.row)
	side := vertical(stop{horizon, lit(m.kerb, 0.8)}, stop{700, m.kerb})
	if s.Setting != City && s.Setting != "" {
		grass := mixed(m.kerb, rgba{66, 92, 48, 255}, 0.45*(1.2-m.lamp))
		side = vertical(stop{horizon, lit(grass, 0.75)}, stop{700, grass})
	}
	c.fill(strip(-7000, -420, horizon, VehicleHeight), side)
	c.fill(strip(1700, 8000, horizon, VehicleHeight), side)
	c.fill(strip(-460, -420, horizon, VehicleHeight), solid(lit(m.kerb, 1.12)))
	c.fill(strip(1700, 1740, horizon, VehicleHeight), solid(lit(m.kerb, 1.12)))
	line := alpha(m.line, 0.6)
	c.fill(strip(-64, -34, horizon, VehicleHeight), solid(line))
	for y := horizon + 6; y < VehicleHeight; {
		n := y + (y-vp.y)*0.34
		c.fill(strip(1290, 1318, y, math.Min(n, VehicleHeight)), solid(line))
		y = n + (y-vp.y)*0.5
	}
	if s.Setting == Highway {
		rail := alpha(lit(m.line, 0.8), 0.75)
		for _, x := range []float64{-900, 2200} {
			a, b := edge(x, horizon+8), edge(x, VehicleHeight)
			c.fill(poly(pt{a.x, a.y - 7}, pt{a.x, a.y - 3}, pt{b.x, b.y - 130}, pt{b.x, b.y - 250}), solid(rail))
		}
	}
	if m.lamp > 0 { // pools of light under the lamps
		for i := range 3 {
			x := 160 + 480*float64(i) + 60*s.variety(uint64(30+i))
			pool := ellipse(pt{x, 470}, 230, 60)
			at := pt{x, 470}
			c.fill(pool, paint{px: func(px, py int) rgba {
				dx, dy := (float64(px)-at.x)/230, (float64(py)-at.y)/60
				return alpha(rgba{196, 168, 116, 255}, 0.16*m.lamp*math.Max(0, 1-dx*dx-dy*dy))
			}})
		}
	}
	if s.Rain {
		for i := range 9 { // puddles that mirror the sky
			x, y := VehicleWidth*s.variety(uint64(500+i)), 480+440*s.variety(uint64(510+i))
			c.fill(ellipse(pt{x, y}, 40+(y-400)*0.35*s.variety(uint64(520+i)), 4+(y-400)*0.03), solid(alpha(m.skyLow, 0.22)))
		}
	}
}

// walker is somebody on the pavement: a silhouette without features.
func walker(c *canvas, s Spec, l light) {
	m := moods[l]
	x, foot, k := 1092+100*s.variety(40), 612+60*s.variety(41), 1.02+0.2*s.variety(42)
	if s.variety(43) < 0.4 {
		x = VehicleWidth - x
	}
	cloth := lit(mixed(m.near, rgba{40, 52, 78, 255}, 0.6), 0.9)
	legs := lit(cloth, 0.72)
	skin := lit(mixed(m.near, rgba{92, 72, 60, 255}, 0.6), 0.8)
	at := func(dx, h float64) pt { return pt{x + dx*k, foot - h*k} }
	body := func(col rgba, cs ...[3]float64) {
		var out []corner
		for _, q := range cs {
			p := at(q[0], q[1])
			out = append(out, corner{p.x, p.y, q[2] * k})
		}
		c.fill(rounded(out...), solid(col))
	}
	c.fill(ellipse(at(0, 0), 50*k, 8*k), solid(rgba{0, 0, 0, 90}))
	step := 10 * s.variety(44)
	body(legs, [3]float64{-20, 100, 4}, [3]float64{2, 100, 4}, [3]float64{-6 - step, 0, 5}, [3]float64{-23 - step, 0, 5})
	body(legs, [3]float64{-2, 100, 4}, [3]float64{20, 100, 4}, [3]float64{23 + step, 0, 5}, [3]float64{6 + step, 0, 5})
	body(cloth, [3]float64{-24, 182, 14}, [3]float64{24, 182, 14}, [3]float64{22, 90, 6}, [3]float64{-22, 90, 6})
	body(lit(cloth, 0.85), [3]float64{-33, 178, 8}, [3]float64{-22, 178, 8}, [3]float64{-25, 96, 6}, [3]float64{-36, 98, 6})
	body(lit(cloth, 0.85), [3]float64{22, 178, 8}, [3]float64{33, 178, 8}, [3]float64{37, 100, 6}, [3]float64{26, 98, 6})
	c.fill(ellipse(at(0, 203), 16*k, 19*k), solid(skin))
	c.fill(ellipse(at(0, 209), 17*k, 15*k), solid(lit(cloth, 0.55)))
}

// rain streaks fall over everything.
func rain(c *canvas, s Spec) {
	for i := range 150 {
		x, y := VehicleWidth*s.variety(uint64(600+i)), VehicleHeight*s.variety(uint64(800+i))
		n := 18 + 34*s.variety(uint64(1000+i))
		c.fill(stroke(1.4, pt{x, y}, pt{x - n*0.16, y + n}), solid(rgba{200, 210, 220, 58}))
	}
}
