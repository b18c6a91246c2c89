package photo

import "math"

// Vehicle draws the view of the whole vehicle in its street, VehicleWidth × VehicleHeight pixels,
// with the caption burned in along the bottom, and returns it as a JPEG.
func Vehicle(s Spec) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	l := lightAt(s.Time, s.Lon, s.Lat)
	c := newCanvas(VehicleWidth, VehicleHeight)
	street(c, s, l)
	if s.Pedestrian {
		walker(c, s, l)
	}
	if err := drawCar(c, s, l); err != nil {
		return nil, err
	}
	if s.Rain {
		rain(c, s)
	}
	amount := map[light]int{night: 15, dusk: 10, day: 6}[l]
	if err := caption(c, s); err != nil {
		return nil, err
	}
	return encode(develop(c.img, s.Seed, moods[l].vignette, amount), s, 82)
}

// caption is the strip that the camera burns in: its name, the time and the direction.
func caption(c *canvas, s Spec) error {
	text := s.Camera + " " + s.Time.Format("2006-01-02 15:04:05 MST")
	if s.Caption != "" {
		text += " " + s.Caption
	}
	p, _, err := words(text, 16, 1, 0)
	if err != nil {
		return err
	}
	c.fill(rect(0, VehicleHeight-40, VehicleWidth, VehicleHeight, 0), solid(rgba{0, 0, 0, 178}))
	c.fill(p.moved(func(q pt) pt { return pt{q.x + 18, q.y + VehicleHeight - 12} }), solid(rgba{222, 226, 230, 255}))
	return nil
}

// Plate draws the close view of the plate, PlateWidth × PlateHeight pixels, and returns it as a
// JPEG. By night it is grey, as infrared cameras see.
func Plate(s Spec) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	l := lightAt(s.Time, s.Lon, s.Lat)
	c := newCanvas(PlateWidth, PlateHeight)
	base := mixed(bodyPaint(s.Color), rgba{58, 60, 64, 255}, 0.25)
	if l == night {
		base = mixed(bodyPaint(s.Color), rgba{44, 46, 50, 255}, 0.72)
	}
	c.fill(rect(0, 0, PlateWidth, PlateHeight, 0), vertical(stop{0, lit(base, 1.06)}, stop{180, base}, stop{PlateHeight, lit(base, 0.5)}))
	lip := 34 + 10*s.variety(21)
	c.fill(stroke(3, pt{-5, lip + 14}, pt{200, lip}, pt{440, lip - 6}, pt{645, lip + 2}), solid(alpha(lit(base, 0.4), 0.9)))
	c.fill(stroke(2, pt{-5, lip + 17}, pt{200, lip + 3}, pt{440, lip - 3}, pt{645, lip + 5}), solid(alpha(lit(base, 1.3), 0.5)))
	// A little turned, and seen a little from the side: one side is taller than the other.
	turn := (s.variety(22) - 0.62) * 0.07
	lean := (s.variety(23) - 0.5) * 0.1
	k := 1.62 + 0.1*(s.variety(24)-0.5)
	sin, cos := math.Sincos(turn)
	at := func(p pt) pt {
		x, y := (p.x-boardW/2)*k, (p.y-boardH/2)*k
		y *= 1 + lean*x/(boardW*k)
		return pt{PlateWidth/2 + x*cos - y*sin, PlateHeight/2 + 8 + x*sin + y*cos}
	}
	dark := solid(lit(base, 0.3))
	c.fill(rect(-14, -12, boardW+14, boardH+16, 18).moved(at), dark)
	c.fill(rect(-7, -6, boardW+7, boardH+8, 14).moved(at), solid(rgba{16, 17, 19, 255}))
	if err := drawPlate(c, s, at, 0.97, true); err != nil {
		return nil, err
	}
	spot := pt{PlateWidth * (0.35 + 0.3*s.variety(25)), PlateHeight * 0.42}
	switch l {
	case night:
		mono(c.img)
		c.glow(spot, 330, rgba{60, 60, 60, 255}, 0.5)
	default:
		c.glow(spot, 300, rgba{60, 60, 54, 255}, 0.25)
	}
	blur(c.img, 2)
	vignette := map[light]float64{night: 0.75, dusk: 0.5, day: 0.3}[l]
	return encode(develop(c.img, s.Seed, vignette, map[light]int{night: 12, dusk: 9, day: 6}[l]), s, 85)
}
