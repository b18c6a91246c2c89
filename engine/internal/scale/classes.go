package scale

import (
	"fmt"
	"math"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"
)

// Instances is how many queries a class has.
const Instances = 20

// Class is a kind of question with its instances.
type Class struct {
	Name, What string
	Warm, Cold float64 // ms to reach at 10 million rows
	Plans      []reads.Plan
}

const (
	limit    = 5000
	metreLat = 1 / 111_195.0 // degrees
)

// Classes returns the classes of the benchmark. Areas lie where traffic is, windows anywhere
// in the year, plates are those of rows picked at random.
func (w *World) Classes() ([]Class, error) {
	b := &builder{w: w}
	geoPlan := func(width float64, days int) reads.Plan {
		return reads.Plan{Kind: detection.KindGeo, Areas: b.areas(1, width), Windows: b.window(days), Limit: limit}
	}
	common := func(areas int, width float64, days int) reads.Plan {
		return reads.Plan{Kind: detection.KindCommon, Areas: b.areas(areas, width), Windows: b.window(days), MinSeen: 2, Limit: limit}
	}
	partial := func(mask func(plate string) string, star detection.Star, days, limit int) reads.Plan {
		p := reads.Plan{Kind: detection.KindPartial, Windows: b.window(days), Limit: limit}
		p.Pattern = b.pattern(mask, star, &p)
		return p
	}
	list := []Class{
		{Name: "G1", What: "500 m polygon, 7 days, all rows", Warm: 0.04, Cold: 0.15},
		{Name: "G2", What: "5 km, 24 hours", Warm: 0.08, Cold: 0.15},
		{Name: "G3", What: "5 km, 90 days, make + colour", Warm: 0.5, Cold: 1},
		{Name: "G4", What: "30 km, 30 days: count + newest 5,000", Warm: 2, Cold: 3},
		{Name: "E1", What: "the count of G4 alone", Warm: 0.6, Cold: 1.5},
		{Name: "C1", What: "plates in ≥ 2 of 3 polygons of 1 km, 30 days", Warm: 0.2, Cold: 0.8},
		{Name: "C2", What: "the same, 10 polygons of 2 km, 90 days", Warm: 4, Cold: 9},
		{Name: "P1", What: "plate + state, 90 days", Warm: 0.01, Cold: 0.03},
		{Name: "P2", What: "AB?123, 365 days", Warm: 0.01, Cold: 0.03},
		{Name: "P3", What: "??7K9? + make, 90 days", Warm: 0.7, Cold: 1},
		{Name: "P4", What: "*123 (any run), 365 days: count + newest 5,000", Warm: 1.5, Cold: 8},
	}
	for i := range list {
		c := &list[i]
		for n := range Instances {
			stream := uint64(i)
			if c.Name == "E1" {
				stream-- // the areas and windows of G4
			}
			b.dice = newDice(w.opt.Seed, 16+stream, uint64(n))
			var p reads.Plan
			switch c.Name {
			case "G1":
				p = geoPlan(500, 7)
			case "G2":
				p = geoPlan(5000, 1)
			case "G3":
				p = geoPlan(5000, 90)
				car := w.Row(b.row())
				p.Makes, p.Colors = []string{car.Make}, []string{car.Color}
			case "G4":
				p = geoPlan(30_000, 30)
			case "E1":
				p = geoPlan(30_000, 30)
				p.Limit = 0
			case "C1":
				p = common(3, 1000, 30)
			case "C2":
				p = common(10, 2000, 90)
			case "P1":
				car := w.Row(b.row())
				p = reads.Plan{Kind: detection.KindPlate, Plate: car.Plate, States: []string{car.State}, Windows: b.window(90), Limit: limit}
			case "P2":
				p = partial(func(s string) string { return s[:2] + "?" + s[3:] }, detection.StarOne, 365, limit)
			case "P3":
				p = partial(func(s string) string { return "??" + s[2:5] + "?" }, detection.StarOne, 90, limit)
				// The pattern's own car, so that something matches.
				p.Makes = []string{b.last.Make}
			default:
				p = partial(func(s string) string { return "*" + s[len(s)-3:] }, detection.StarAny, 365, limit)
			}
			if b.err != nil {
				return nil, fmt.Errorf("class %s, instance %d: %w", c.Name, n, b.err)
			}
			c.Plans = append(c.Plans, p)
		}
	}
	return list, nil
}

// builder makes the parts of plans.
type builder struct {
	w    *World
	dice dice
	last detection.Detection
	err  error
}

func (b *builder) row() int64 { return int64(b.dice.below(uint64(b.w.opt.Rows))) }

func (b *builder) window(days int) [][]detection.Window {
	from := Start
	if days < Days {
		from = from.Add(time.Duration(b.dice.below(uint64(Days-days)*24)) * time.Hour)
	}
	return [][]detection.Window{{{From: from, To: from.AddDate(0, 0, days)}}}
}

// areas returns n twelve-sided shapes of a width in metres. The first lies at a camera
// picked by traffic, the others near it.
func (b *builder) areas(n int, width float64) []*geo.Shape {
	first := b.w.pick[b.dice.below(uint64(len(b.w.pick)))]
	at := int(b.w.rank[first])
	var out []*geo.Shape
	for i := range n {
		cam := b.w.cams[b.w.order[(at+i)%Cameras]]
		s, err := geo.Prepare(b.polygon(cam.pos, width))
		if err != nil {
			b.err = err
			return nil
		}
		out = append(out, s)
	}
	return out
}

func (b *builder) polygon(at orb.Point, width float64) orb.MultiPolygon {
	lat := metreLat * width / 2
	lon := lat / math.Cos(at[1]*math.Pi/180)
	at[0] += lon * 0.4 * (b.dice.float() - 0.5) // the camera is not the centre
	at[1] += lat * 0.4 * (b.dice.float() - 0.5)
	const corners = 12
	var ring orb.Ring
	for i := range corners {
		r, a := 0.85+0.3*b.dice.float(), 2*math.Pi*float64(i)/corners
		ring = append(ring, orb.Point{at[0] + r*lon*math.Cos(a), at[1] + r*lat*math.Sin(a)})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// pattern masks the plate of a random row whose form is the one a class asks about.
func (b *builder) pattern(mask func(string) string, star detection.Star, p *reads.Plan) *detection.Pattern {
	form := "LLLDDD"
	if p.Windows[0][0].To.Sub(p.Windows[0][0].From) < 365*24*time.Hour {
		form = "DDDLDD"
	}
	for b.last = b.w.Row(b.row()); !hasForm(b.last.Plate, form); {
		b.last = b.w.Row(b.row())
	}
	pat, err := detection.ParsePattern(mask(b.last.Plate), star)
	if err != nil {
		b.err = err
	}
	return &pat
}

func hasForm(plate, form string) bool {
	if len(plate) != len(form) {
		return false
	}
	for i := range len(form) {
		if (plate[i] >= 'A') != (form[i] == 'L') {
			return false
		}
	}
	return true
}
