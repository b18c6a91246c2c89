package photo

import "math"

// car is a vehicle being painted at a place in the picture.
type car struct {
	*canvas
	spec   Spec
	shape  shape
	light  light
	base   rgba
	middle float64 // x of its middle
	ground float64 // y of the road under it
	k      float64 // pixels per unit
}

// drawCar paints the vehicle, from behind or from the front, with its plate.
func drawCar(c *canvas, s Spec, l light) error {
	v := car{canvas: c, spec: s, shape: shapeOf(s.Body), light: l}
	v.k = v.shape.scale * (0.97 + 0.06*s.variety(2))
	v.middle = 570 + 90*s.variety(1)
	v.ground = 846 + 16*s.variety(3)
	v.base = lit(bodyPaint(s.Color), moods[l].car)
	v.shadow()
	v.tyres()
	v.fillBody(v.mirrored(v.shape.cabin), 0.9)
	v.mirrors()
	v.glazing()
	v.fillBody(v.mirrored(v.shape.hull), 1)
	if s.Front {
		v.face()
		return v.plate(v.shape.frontPlate)
	}
	v.back()
	return v.plate(v.shape.plate)
}

func (v *car) at(x, h float64) pt { return pt{v.middle + x*v.k, v.ground - h*v.k} }

// mirrored closes a right half outline over the middle.
func (v *car) mirrored(half []corner) path {
	var cs []corner
	put := func(c corner, sign float64) {
		p := v.at(sign*c.x, c.y)
		cs = append(cs, corner{p.x, p.y, c.r * v.k})
	}
	for _, c := range half {
		put(c, 1)
	}
	for i := len(half) - 1; i >= 0; i-- {
		if half[i].x != 0 {
			put(half[i], -1)
		}
	}
	return rounded(cs...)
}

// sides returns a polygon on the right (sign 1) or the left (-1).
func (v *car) side(whole []corner, sign float64) path {
	cs := make([]corner, len(whole))
	for i, c := range whole {
		p := v.at(sign*c.x, c.y)
		cs[i] = corner{p.x, p.y, c.r * v.k}
	}
	return rounded(cs...)
}

func (v *car) box(x0, h0, x1, h1, r float64) path {
	a, b := v.at(x0, h1), v.at(x1, h0)
	return rect(a.x, a.y, b.x, b.y, r*v.k)
}

// fillBody paints sheet metal: lighter above, darker towards the sides, a sheen on the shoulder.
func (v *car) fillBody(p path, bright float64) {
	r := p.bounds().Intersect(v.img.Rect)
	across := make([]float64, r.Dx())
	for i := range across {
		d := math.Abs(float64(r.Min.X+i)-v.middle) / (v.shape.width * v.k)
		across[i] = 1 - 0.34*math.Pow(math.Min(1, d), 4)
	}
	var key [2]float64
	var sheen float64
	row := -1
	v.fill(p, paint{px: func(x, y int) rgba {
		if y != row {
			row = y
			h := (v.ground - float64(y)) / v.k
			key[0] = (0.66 + 0.38*math.Min(1, h/v.shape.deck)) * bright
			d := (h - v.shape.deck + 14) / 20
			sheen = 0.16*math.Exp(-d*d) + 0.07*math.Exp(-math.Pow((h-v.shape.deck*0.62)/36, 2))
		}
		t := key[0] * across[x-r.Min.X]
		f := func(b uint8) uint8 {
			x := float64(b)*t + sheen*(255-float64(b)*t)
			return uint8(math.Min(255, x))
		}
		return rgba{f(v.base.r), f(v.base.g), f(v.base.b), 255}
	}})
}

func (v *car) shadow() {
	a := v.at(0, 6)
	rx, ry := (v.shape.width+70)*v.k, 42*v.k
	v.fill(ellipse(a, rx, ry), paint{px: func(x, y int) rgba {
		dx, dy := (float64(x)-a.x)/rx, (float64(y)-a.y)/ry
		return alpha(rgba{0, 0, 0, 255}, 0.85*math.Min(1, 2*math.Max(0, 1-dx*dx-dy*dy)))
	}})
}

func (v *car) tyres() {
	t := v.shape.tyre
	for _, sign := range []float64{-1, 1} {
		v.fill(v.side([]corner{{t[0], 130, 10}, {t[1], 130, 10}, {t[1], 0, 22}, {t[0], 0, 22}}, sign), vertical(stop{v.ground - 110*v.k, rgba{10, 10, 12, 255}}, stop{v.ground, rgba{36, 37, 40, 255}}))
	}
	v.fill(v.box(-t[0], 24, t[0], 120, 10), solid(rgba{9, 10, 12, 255}))
}

func (v *car) mirrors() {
	h, w := v.shape.mirror, v.shape.cabin[len(v.shape.cabin)-1].x
	for _, sign := range []float64{-1, 1} {
		v.fill(v.side([]corner{{w - 16, h + 8, 4}, {w + 34, h + 24, 12}, {w + 38, h - 14, 10}, {w + 4, h - 16, 6}}, sign), solid(lit(v.base, 0.62)))
	}
	if v.shape.rails {
		top := v.shape.cabin[0].y
		for _, sign := range []float64{-1, 1} {
			v.fill(v.side([]corner{{168, top + 6, 5}, {214, top - 10, 5}, {222, top - 24, 4}, {176, top - 4, 4}}, sign), solid(rgba{30, 32, 36, 255}))
		}
	}
}

// glazing paints the glass and what shows in it.
func (v *car) glazing() {
	half := v.shape.glass
	if v.spec.Front {
		half = v.shape.windscreen
	}
	top, low := v.at(0, half[0].y).y, v.at(0, half[len(half)-1].y).y
	tint := map[light][2]rgba{
		night: {{16, 22, 31, 255}, {34, 46, 60, 255}},
		dusk:  {{34, 40, 58, 255}, {92, 84, 92, 255}},
		day:   {{48, 62, 74, 255}, {104, 124, 138, 255}},
	}[v.light]
	glass := v.mirrored(half)
	if v.shape.split && !v.spec.Front {
		glass = v.side(half, 1)
		glass.add(v.side(half, -1))
	}
	v.fill(glass, vertical(stop{top, tint[0]}, stop{low, tint[1]}))
	inside := lit(mixed(tint[0], tint[1], 0.3), 0.62)
	seat := lit(inside, 0.8)
	w, bottom := half[len(half)-1].x, half[len(half)-1].y
	if v.shape.split && !v.spec.Front {
		w, bottom = 190, 448
	}
	room := half[0].y - bottom
	for _, sign := range []float64{-1, 1} { // headrests
		x := sign * w * 0.46
		v.fill(v.box(x-34, bottom, x+34, bottom+room*0.36, 16), solid(seat))
		v.fill(v.box(x-23, bottom+room*0.38, x+23, bottom+room*0.6, 12), solid(seat))
	}
	if v.spec.Front {
		v.fill(v.box(-w*0.9, bottom, w*0.9, bottom+room*0.12, 10), solid(lit(seat, 0.8))) // dashboard
	}
	if v.spec.Driver {
		v.driver(w, bottom, room)
	}
	v.reflections(w, bottom, room)
	edge := solid(alpha(rgba{0, 0, 0, 255}, 0.35))
	v.fill(v.box(-w, bottom-3, w, bottom+2, 1), edge)
	if v.shape.split && !v.spec.Front {
		v.fill(v.box(-3, 100, 3, v.shape.cabin[0].y-16, 1), edge)
	}
}

// driver is a head and shoulders: on the left from behind, on the right from the front.
func (v *car) driver(w, bottom, room float64) {
	x := -w * 0.46
	if v.spec.Front {
		x = -x
	}
	body := map[light]rgba{night: {10, 13, 18, 255}, dusk: {28, 28, 38, 255}, day: {30, 36, 44, 255}}[v.light]
	head := lit(body, 0.9)
	if v.spec.Front { // lit from ahead
		body = lit(body, 1.22)
		head = mixed(body, rgba{120, 94, 78, 255}, 0.4)
	}
	v.fill(v.box(x-52, bottom, x+52, bottom+room*0.4, 34), solid(body))
	v.fill(v.box(x-14, bottom+room*0.3, x+14, bottom+room*0.5, 6), solid(lit(head, 0.8)))
	c := v.at(x, bottom+room*0.64)
	v.fill(ellipse(c, 27*v.k, 33*v.k), solid(head))
	if v.spec.Front {
		v.fill(ellipse(pt{c.x, c.y - 12*v.k}, 29*v.k, 24*v.k), solid(lit(body, 0.5))) // hands at the wheel
		v.fill(stroke(9*v.k, v.at(x-44, bottom+room*0.1), v.at(x-26, bottom+room*0.24), v.at(x+26, bottom+room*0.24), v.at(x+44, bottom+room*0.1)), solid(rgba{16, 18, 22, 255}))
	}
}

// reflections are two slanted bands of light on the glass.
func (v *car) reflections(w, bottom, room float64) {
	shine := solid(alpha(rgba{190, 206, 222, 255}, map[light]float64{night: 0.1, dusk: 0.14, day: 0.2}[v.light]))
	top := bottom + room*0.96
	band := func(x, width float64) {
		v.fill(poly(v.at(x, bottom+4), v.at(x+width, bottom+4), v.at(x+width+70, top), v.at(x+70, top)), shine)
	}
	from := -w * (0.7 - 0.1*v.spec.variety(5))
	if v.shape.split && !v.spec.Front {
		from = -w * 0.9
		band(from+20, 22)
		band(w*0.25, 18)
		return
	}
	band(from, 38)
	band(w*0.32, 26)
}

// back paints lamps, lid, bumper and exhausts.
func (v *car) back() {
	s := v.shape
	line := solid(alpha(lit(v.base, 0.42), 0.9))
	for _, sign := range []float64{-1, 1} { // lid
		var ps []pt
		for _, c := range s.panel {
			ps = append(ps, v.at(sign*c.x, c.y))
		}
		v.fill(stroke(3*v.k, ps...), line)
	}
	first, last := s.panel[0], s.panel[len(s.panel)-1]
	v.fill(stroke(3*v.k, v.at(-first.x, first.y), v.at(-first.x*0.4, first.y+7), v.at(first.x*0.4, first.y+7), v.at(first.x, first.y)), line)
	v.fill(stroke(3*v.k, v.at(-s.width+8, last.y-4), v.at(-last.x, last.y), v.at(last.x, last.y), v.at(s.width-8, last.y-4)), line)
	if v.spec.Body == Pickup {
		v.fill(v.box(-70, 300, 70, 322, 8), solid(rgba{20, 21, 24, 255})) // handle
		v.fill(v.box(-s.width, 56, s.width, 128, 16), vertical(stop{v.at(0, 128).y, rgba{186, 190, 196, 255}}, stop{v.at(0, 56).y, rgba{92, 96, 104, 255}}))
		v.fill(v.box(-110, 44, 110, 128, 6), solid(rgba{30, 32, 36, 255}))
	} else {
		v.lower(s.bumper)
		for _, sign := range []float64{-1, 1} {
			v.fill(v.side([]corner{{172, s.bumper - 14, 7}, {222, s.bumper - 14, 7}, {222, s.bumper - 30, 7}, {172, s.bumper - 30, 7}}, sign), solid(rgba{112, 120, 130, 255}))
			v.fill(v.side([]corner{{s.width - 74, s.bumper + 34, 5}, {s.width - 14, s.bumper + 34, 6}, {s.width - 17, s.bumper + 20, 5}, {s.width - 72, s.bumper + 20, 5}}, sign), solid(rgba{226, 74, 44, 255}))
		}
	}
	if !s.split && v.spec.Body != Pickup {
		v.fill(ellipse(v.at(0, s.plate+126), 10*v.k, 10*v.k), solid(rgba{206, 210, 216, 255}))
	}
	glow := map[light]float64{night: 0.4, dusk: 0.3, day: 0.05}[v.light]
	if v.spec.Parked {
		glow = 0
	}
	for _, sign := range []float64{-1, 1} {
		c := s.lamp
		x, y, n := 0.0, 0.0, float64(len(c))
		for _, q := range c {
			x, y = x+q.x/n, y+q.y/n
		}
		mid := v.at(sign*x, y)
		lampR := 70 * v.k
		bright, dark := rgba{255, 74, 58, 255}, rgba{150, 10, 18, 255}
		if v.light == day || v.spec.Parked {
			bright, dark = rgba{214, 40, 38, 255}, rgba{132, 14, 20, 255}
		}
		rim := make([]corner, len(c))
		for i, q := range c {
			rim[i] = corner{x + (q.x-x)*1.05, y + (q.y-y)*1.06, q.r * 1.05}
		}
		v.fill(v.side(rim, sign), solid(lit(v.base, 0.38)))
		v.fill(v.side(c, sign), paint{px: func(px, py int) rgba {
			d := math.Hypot(float64(px)-mid.x, float64(py)-mid.y) / lampR
			return mixed(bright, dark, math.Min(1, d))
		}})
		v.fill(v.side([]corner{{x - 22, y + 9, 3}, {x + 22, y + 9, 3}, {x + 22, y - 9, 3}, {x - 22, y - 9, 3}}, sign), solid(rgba{255, 150, 138, 210}))
		v.glow(mid, 150*v.k, rgba{255, 46, 36, 255}, glow)
		if v.spec.Rain {
			v.glow(pt{mid.x, v.ground + 50}, 90*v.k, rgba{255, 50, 40, 255}, glow*0.7)
		}
	}
}

// face paints headlamps, grille and bumper.
func (v *car) face() {
	s := v.shape
	line := solid(alpha(lit(v.base, 0.45), 0.8))
	for _, sign := range []float64{-1, 1} { // creases of the bonnet
		v.fill(stroke(3*v.k, v.at(sign*s.windscreen[len(s.windscreen)-1].x*0.8, s.deck+12), v.at(sign*s.grille[0]*0.95, s.grille[1]+8)), line)
	}
	g := s.grille
	v.fill(v.box(-g[0], g[2], g[0], g[1], g[3]), solid(rgba{16, 17, 20, 255}))
	for i := range 3 {
		h := g[2] + (g[1]-g[2])*(float64(i)+0.7)/3.4
		v.fill(v.box(-g[0]+12, h-2, g[0]-12, h+2, 2), solid(rgba{92, 98, 106, 255}))
	}
	v.fill(ellipse(v.at(0, (g[1]+g[2])/2), 17*v.k, 13*v.k), solid(rgba{196, 200, 206, 255}))
	v.fill(v.box(-s.width*0.62, s.frontPlate-18, s.width*0.62, s.frontPlate+66, 26), solid(rgba{20, 21, 24, 255}))
	v.lower(s.bumper * 0.75)
	for _, sign := range []float64{-1, 1} {
		c := s.headlamp
		x, y, n := 0.0, 0.0, float64(len(c))
		for _, q := range c {
			x, y = x+q.x/n, y+q.y/n
		}
		mid := v.at(sign*x, y)
		shell := v.side(c, sign)
		if v.light == day || v.spec.Parked {
			v.fill(shell, vertical(stop{mid.y - 30, rgba{214, 220, 226, 255}}, stop{mid.y + 30, rgba{128, 136, 146, 255}}))
			v.fill(ellipse(mid, 22*v.k, 20*v.k), solid(rgba{70, 78, 88, 255}))
			v.fill(ellipse(mid, 14*v.k, 13*v.k), solid(rgba{226, 232, 238, 255}))
			continue
		}
		v.fill(shell, solid(rgba{188, 194, 198, 255}))
		v.fill(ellipse(mid, 26*v.k, 24*v.k), solid(rgba{255, 252, 240, 255}))
		v.glow(mid, 190*v.k, rgba{255, 244, 214, 255}, 0.62)
		v.glow(mid, 60*v.k, rgba{255, 250, 236, 255}, 0.8)
	}
}

// lower is the dark part of the bumper.
func (v *car) lower(h float64) {
	s := v.shape
	v.fill(v.mirrored([]corner{{0, h, 0}, {s.width * 0.82, h, 10}, {s.width * 0.76, 26, 16}}), vertical(stop{v.at(0, h).y, rgba{22, 24, 28, 255}}, stop{v.ground, rgba{38, 41, 46, 255}}))
}

// plate paints the plate in its recess; h is its lower edge.
func (v *car) plate(h float64) error {
	const w = 190.0
	tall := w * boardH / boardW
	if v.spec.Body != Pickup && !v.spec.Front {
		v.fill(v.box(-w/2-16, h-10, w/2+16, h+tall+12, 10), solid(lit(v.base, 0.42)))
	}
	corner := v.at(-w/2, h+tall)
	unit := w / boardW * v.k
	shade := 1.0
	if v.light == night {
		shade = 0.98
	}
	return drawPlate(v.canvas, v.spec, func(p pt) pt { return pt{corner.x + p.x*unit, corner.y + p.y*unit} }, shade, false)
}
