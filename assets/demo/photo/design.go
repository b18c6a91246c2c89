package photo

// design is how a state's plate looks. Only the general impression follows the state's colours;
// nothing is copied, and the slogans are left out or invented.
type design struct {
	name        string
	top, bottom rgba // ground
	head, ink   rgba // name of the state, number
	foot        string
	band        []rgba // stripes along the bottom, left to right; nil: none
	topBand     rgba   // a strip behind the name; a = 0: none
}

var (
	white  = rgba{240, 241, 238, 255}
	cream  = rgba{243, 239, 226, 255}
	ink    = rgba{26, 30, 38, 255}
	navy   = rgba{24, 42, 98, 255}
	blue   = rgba{36, 86, 168, 255}
	red    = rgba{186, 36, 44, 255}
	gold   = rgba{232, 178, 44, 255}
	green  = rgba{30, 110, 66, 255}
	orange = rgba{226, 120, 40, 255}
)

var designs = map[string]design{
	"DE": {name: "DELAWARE", top: cream, bottom: cream, head: ink, ink: rgba{30, 36, 56, 255}},
	"PA": {name: "PENNSYLVANIA", top: white, bottom: white, head: white, ink: navy, topBand: blue, band: []rgba{gold}},
	"NJ": {name: "NEW JERSEY", top: rgba{244, 224, 140, 255}, bottom: rgba{248, 244, 224, 255}, head: ink, ink: ink, foot: "DEMO STATE"},
	"MD": {name: "MARYLAND", top: white, bottom: white, head: ink, ink: ink, band: []rgba{ink, gold, ink, gold, red, white, red, white}},
	"VA": {name: "VIRGINIA", top: white, bottom: white, head: blue, ink: navy},
	"NY": {name: "NEW YORK", top: gold, bottom: rgba{240, 196, 80, 255}, head: navy, ink: navy, topBand: gold},
	"NC": {name: "NORTH CAROLINA", top: rgba{220, 234, 246, 255}, bottom: white, head: red, ink: navy},
	"FL": {name: "FLORIDA", top: white, bottom: rgba{246, 224, 196, 255}, head: green, ink: green, band: []rgba{orange}},
	"CT": {name: "CONNECTICUT", top: rgba{120, 170, 220, 255}, bottom: white, head: white, ink: navy},
	"MA": {name: "MASSACHUSETTS", top: white, bottom: white, head: blue, ink: red},
	"OH": {name: "OHIO", top: rgba{190, 220, 246, 255}, bottom: rgba{214, 232, 196, 255}, head: red, ink: navy},
	"GA": {name: "GEORGIA", top: white, bottom: rgba{244, 208, 170, 255}, head: green, ink: ink},
	"DC": {name: "DISTRICT OF COLUMBIA", top: white, bottom: white, head: blue, ink: navy, band: []rgba{white, red, white, red, white}},
}

func designOf(state string) design {
	if d, ok := designs[state]; ok {
		return d
	}
	return design{name: state, top: white, bottom: white, head: ink, ink: ink}
}

// Plates are drawn on a board of these units.
const boardW, boardH = 300.0, 150.0

// drawPlate paints a plate; at maps board units to the picture. detail adds bolts and relief.
func drawPlate(c *canvas, s Spec, at func(pt) pt, shade float64, detail bool) error {
	d := designOf(s.State)
	tone := func(x rgba) rgba { return lit(x, shade) }
	top, bottom := at(pt{boardW / 2, 0}), at(pt{boardW / 2, boardH})
	c.fill(rect(0, 0, boardW, boardH, 12).moved(at), vertical(stop{top.y, tone(d.top)}, stop{bottom.y, tone(d.bottom)}))
	if d.topBand.a > 0 {
		band := rounded(corner{0, 0, 12}, corner{boardW, 0, 12}, corner{boardW, 38, 0}, corner{0, 38, 0})
		c.fill(band.moved(at), solid(tone(d.topBand)))
	}
	for i, b := range d.band {
		w := boardW / float64(len(d.band))
		cs := []corner{{float64(i) * w, 132, 0}, {float64(i+1) * w, 132, 0}, {float64(i+1) * w, boardH, 0}, {float64(i) * w, boardH, 0}}
		if i == 0 {
			cs[3].r = 12
		}
		if i == len(d.band)-1 {
			cs[2].r = 12
		}
		c.fill(rounded(cs...).moved(at), solid(tone(b)))
	}
	if err := centred(c, d.name, 15, 14, 34, 170, tone(d.head), at); err != nil {
		return err
	}
	if d.foot != "" {
		if err := centred(c, d.foot, 9, 6, 142, 160, tone(d.head), at); err != nil {
			return err
		}
	}
	if detail { // the numbers are embossed
		hi := func(p pt) pt { return at(pt{p.x - 1, p.y - 1.2}) }
		if err := centred(c, s.Plate, 62, 5, 117, 276, lit(tone(d.bottom), 1.35), hi); err != nil {
			return err
		}
		lo := func(p pt) pt { return at(pt{p.x + 1.2, p.y + 1.4}) }
		if err := centred(c, s.Plate, 62, 5, 117, 276, lit(tone(d.bottom), 0.72), lo); err != nil {
			return err
		}
	}
	if err := centred(c, s.Plate, 62, 5, 117, 276, tone(d.ink), at); err != nil {
		return err
	}
	if detail {
		for _, x := range []float64{40, 260} {
			for _, y := range []float64{17, 134} {
				c.fill(ellipse(pt{x, y}, 4.6, 4.6).moved(at), solid(tone(rgba{96, 98, 102, 255})))
				c.fill(ellipse(pt{x - 0.8, y - 1}, 2.4, 2.4).moved(at), solid(tone(rgba{168, 170, 174, 255})))
			}
		}
	}
	return nil
}

// centred writes a line of text in the middle of the board, narrowed to fit a width.
func centred(c *canvas, text string, capHeight, space, base, room float64, col rgba, at func(pt) pt) error {
	if text == "" {
		return nil
	}
	_, w, err := words(text, capHeight, 1, space)
	if err != nil {
		return err
	}
	stretch := 1.0
	if w > room {
		gaps := space * float64(len(text)-1)
		stretch = max(0.2, (room-gaps)/(w-gaps))
		if stretch < 0.55 {
			space /= 3
			stretch = (room - space*float64(len(text)-1)) / (w - gaps)
		}
	}
	p, w, err := words(text, capHeight, stretch, space)
	if err != nil {
		return err
	}
	left := (boardW - w) / 2
	c.fill(p.moved(func(q pt) pt { return at(pt{q.x + left, q.y + base}) }), solid(col))
	return nil
}
