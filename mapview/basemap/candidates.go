package basemap

import (
	"context"
	"math"
	"strings"

	"cordon/mapview/viewport"
)

// nameRule says from which zoom of the view a kind of name is wished for, how it looks and how it competes.
type nameRule struct {
	from, to float64 // zoom of the view, to exclusive
	look     look
	priority float64
	apart    float64 // least distance of the same text, px
	upper    bool
	line     bool // along a line; else at a point
}

const anyZoom = viewport.MaxZoom + 1

var nameRules = [...]nameRule{
	nameMotorway: {12.5, anyZoom, lookMajor, 30, 420, false, true},
	nameTertiary: {13.5, anyZoom, lookMinor, 40, 380, false, true},
	nameMinor:    {14.4, anyZoom, lookMinor, 50, 360, false, true},
	nameService:  {16, anyZoom, lookMinor, 70, 360, false, true},
	nameCity:     {5, 14, lookCity, 1, 300, true, false},
	nameTown:     {8.5, 15, lookPlace, 5, 300, true, false},
	nameVillage:  {10.5, 15, lookPlace, 12, 300, true, false},
	nameSuburb:   {12, 14.6, lookPlace, 14, 300, true, false},
	nameHamlet:   {13.2, 14.6, lookPlace, 16, 300, true, false},
	nameLake:     {13, anyZoom, lookWater, 45, 300, false, false},
	nameBay:      {8.5, anyZoom, lookWater, 15, 300, false, false},
	nameCove:     {13, anyZoom, lookWater, 44, 300, false, false},
	nameRiver:    {10, anyZoom, lookWater, 25, 520, false, true},
	nameStream:   {14.4, anyZoom, lookWater, 60, 420, false, true},
	namePark:     {14, anyZoom, lookPark, 46, 300, false, false},
	nameSite:     {15.4, anyZoom, lookPark, 65, 300, false, false},
	nameCountry:  {2, 6, lookBorder, 2, 200, true, false},
	nameState:    {4.4, 9, lookBorder, 3, 300, true, false},
	nameCounty:   {8.4, 11, lookBorder, 20, 300, false, false},
}

// shieldZoom is from which zoom of the view roads show their number, by the rank of the road: minor to motorway.
var shieldZoom = [...]float64{14, 12.5, 11.5, 10, 9, 8}

// Shields: priority, distance of the same number and length of road that must carry the plate, in pixels.
const (
	shieldPriority = 10
	shieldApart    = 380
	shieldRun      = 26
)

// Labels returns the labels that the view could carry, for PlaceLabels. Positions are pixels of the view. A renderer
// without fonts gives none.
func (r *Renderer) Labels(ctx context.Context, v viewport.View) ([]Label, error) {
	if !r.fonts.usable() {
		return nil, nil
	}
	c := collector{r: r, v: v, lines: map[lineKey][][]spot{}, ranks: map[lineKey]float64{}}
	if r.src != nil {
		for _, t := range v.Tiles(min(v.TileZoom(), r.src.MaxZoom())) {
			data, from, err := r.tile(ctx, TileID{t.Z, t.X, t.Y})
			if err != nil {
				return nil, err
			}
			if data != nil {
				c.tile(data, from, t)
			}
		}
	}
	c.outlines(r.outlines)
	c.runs()
	return c.out, ctx.Err()
}

// lineKey groups the pieces of what carries one name.
type lineKey struct {
	kind   nameKind
	text   string
	shield bool
}

type collector struct {
	r     *Renderer
	v     viewport.View
	out   []Label
	lines map[lineKey][][]spot
	ranks map[lineKey]float64
	keys  []lineKey // in the order of finding
	cut   []pt
}

// tile takes the names of one tile that stands at t on the screen.
func (c *collector) tile(data *tileData, from TileID, t viewport.Tile) {
	k := t.Size / gridSize
	for i := range data.names {
		n := &data.names[i]
		rule := nameRules[n.kind]
		shield := shieldText(n.ref)
		named := n.text != "" && c.v.Zoom >= rule.from && c.v.Zoom < rule.to
		plated := rule.line && shield != "" && c.v.Zoom >= shieldZoom[int(n.rank)]
		if !named && !plated {
			continue
		}
		if !rule.line {
			p := data.part(n.first)[0]
			if p.X >= 0 && p.Y >= 0 && p.X < gridSize && p.Y < gridSize { // not in the margin, where the neighbour has it
				c.point(n.kind, n.text, t.Left+float64(p.X)*k, t.Top+float64(p.Y)*k, n.rank)
			}
			continue
		}
		for j := n.first; j < n.last; j++ {
			c.piece(n, data, j, t, named, plated, shield)
		}
	}
}

// piece cuts a line to its tile, so that it meets the neighbour's piece at the edge, and keeps it for runs.
func (c *collector) piece(n *name, data *tileData, j int32, t viewport.Tile, named, plated bool, shield string) {
	k := t.Size / gridSize
	var line []pt
	for _, p := range data.part(j) {
		line = append(line, pt{float32(p.X), float32(p.Y)})
	}
	clipLine(line, rect{0, 0, gridSize, gridSize}, &c.cut, func(l []pt) {
		s := make([]spot, 0, len(l))
		for _, p := range l {
			s = append(s, spot{t.Left + float64(p.x)*k, t.Top + float64(p.y)*k})
		}
		if named {
			text := n.text
			if n.kind <= nameService {
				text = abbreviateStreet(text)
			}
			c.keep(lineKey{kind: n.kind, text: text}, s, n.rank)
		}
		if plated {
			c.keep(lineKey{kind: nameMotorway, text: shield, shield: true}, s, n.rank)
		}
	})
}

func (c *collector) keep(k lineKey, s []spot, rank float64) {
	if _, ok := c.lines[k]; !ok {
		c.keys = append(c.keys, k)
	}
	c.lines[k] = append(c.lines[k], s)
	c.ranks[k] = math.Max(c.ranks[k], rank)
}

func (c *collector) point(kind nameKind, text string, x, y, rank float64) {
	rule := nameRules[kind]
	if c.v.Zoom < rule.from || c.v.Zoom >= rule.to {
		return
	}
	if rule.upper {
		text = strings.ToUpper(text)
	}
	l := c.label(text, rule.look)
	l.X, l.Y = x, y
	l.priority = rule.priority - math.Min(0.9, math.Log10(1+rank)/10)
	l.apart = rule.apart
	l.loose = rule.look == lookPlace || rule.look == lookCity || rule.look == lookBorder
	c.out = append(c.out, l)
}

// label measures a text.
func (c *collector) label(text string, k look) Label {
	p := lookPaints[k]
	w := float64(c.r.fonts.shape(text, p.weight, p.spacing).width) * p.size
	return Label{Text: text, W: w, H: lineHeight * p.size, look: k}
}

// runs finds the places for the texts along lines.
func (c *collector) runs() {
	for _, k := range c.keys {
		if k.shield {
			c.shields(k)
			continue
		}
		rule := nameRules[k.kind]
		base := c.label(k.text, rule.look)
		tol := 2.0
		if rule.look == lookWater {
			tol = 4
		}
		for _, line := range joinLines(c.lines[k]) {
			runs := straightRuns(line, base.W+8, tol)
			for i, a := range runs {
				l := base
				l.X, l.Y, l.Angle, l.apart = a.x, a.y, a.angle, rule.apart
				// The middle of the line first, the straighter the better.
				mid := math.Abs(float64(2*i+1-len(runs))) / float64(len(runs)+1)
				l.priority = rule.priority - c.ranks[k] + 0.5*mid + 0.3*a.off/tol
				c.out = append(c.out, l)
			}
		}
	}
}

func (c *collector) shields(k lineKey) {
	base := c.label(k.text, lookShield)
	base.Shield = true
	base.W += 2 * shieldPadX
	base.H = shieldHeight
	for _, line := range joinLines(c.lines[k]) {
		runs := straightRuns(line, shieldRun, 3)
		for i, a := range runs {
			l := base
			l.X, l.Y, l.apart = a.x, a.y, shieldApart
			mid := math.Abs(float64(2*i+1-len(runs))) / float64(len(runs)+1)
			l.priority = shieldPriority - c.ranks[k]/10 + 0.5*mid
			c.out = append(c.out, l)
		}
	}
}

// outlines takes the names of countries, states and counties.
func (c *collector) outlines(o *outlines) {
	for _, l := range o.labels {
		x, y := c.v.Project(viewport.FromWorld(float64(l.at.X)/o.extent, float64(l.at.Y)/o.extent))
		if x > 0 && y > 0 && x < c.v.W && y < c.v.H {
			c.point(l.kind, l.text, x, y, l.area)
		}
	}
}
