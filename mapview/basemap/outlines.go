package basemap

import (
	"fmt"
	"math"

	"cordon/mapview/basemap/mvt"
)

// sheetLimit is the largest extent of the outlines: with more, coordinates of a wide view lose whole pixels.
const sheetLimit = 1 << 27

// From which tile zoom on the outlines take which detail.
const (
	zoomMid    = 3 // countries at 1 : 50 million instead of 1 : 110 million
	zoomStates = 7 // United States by state, with the detailed coast of Delaware
)

// outlines is the decoded sheet of the world: land, borders and names where the street tiles have nothing. It is
// not changed after readOutlines. Coordinates are units of the extent, which spans the whole world.
type outlines struct {
	extent               float64
	low, mid, us, states []ring // land of countries, of the USA at mid detail, of its states
	zone, coast          []ring // where coast alone decides, and the land there
	borders              []border
	labels               []outlineLabel
}

type ring struct {
	points []mvt.Point
	box    box
}

type border struct {
	ring        // an open line
	level uint8 // as in OSM: 2 countries, 4 states, 6 counties
	low   bool  // of the low detail of countries
}

type outlineLabel struct {
	at   mvt.Point
	kind nameKind
	text string
	area float64 // square degrees
}

var outlineKinds = map[string]nameKind{"country": nameCountry, "state": nameState, "county": nameCounty}

// readOutlines decodes the sheet, gzip-compressed or plain.
func readOutlines(b []byte) (*outlines, error) {
	raw, err := unpack(b)
	if err != nil {
		return nil, err
	}
	layers, err := mvt.Layers(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTile, err)
	}
	o := &outlines{}
	for i := range layers {
		l := &layers[i]
		if l.Extent > sheetLimit || (o.extent != 0 && o.extent != float64(l.Extent)) {
			return nil, fmt.Errorf("%w: outlines with an extent of %d", ErrBadTile, l.Extent)
		}
		o.extent = float64(l.Extent)
		for j := range l.Len() {
			if err := o.add(l, j); err != nil {
				return nil, fmt.Errorf("%w: outlines, layer %q, feature %d: %w", ErrBadTile, l.Name, j, err)
			}
		}
	}
	if len(o.low) == 0 || len(o.mid) == 0 {
		return nil, fmt.Errorf("%w: outlines without land", ErrBadTile)
	}
	return o, nil
}

func (o *outlines) add(l *mvt.Layer, j int) error {
	f, err := l.Feature(j)
	if err != nil {
		return err
	}
	var level, area float64
	var us bool
	var class, text string
	err = f.Tags(func(k string, v mvt.Value) bool {
		switch k {
		case "level":
			level = v.Number()
		case "us":
			us = v.Number() != 0
		case "class":
			class = v.Text()
		case "name":
			text = v.Text()
		case "area":
			area = v.Number()
		}
		return true
	})
	if err != nil {
		return err
	}
	var g mvt.Geometry
	if err := f.Geometry(&g); err != nil {
		return err
	}
	for i := range g.Ends {
		p := g.Part(i)
		r := ring{points: p, box: boxOf(p)}
		switch l.Name {
		case "land110":
			o.low = append(o.low, r)
		case "land50":
			if us {
				o.us = append(o.us, r)
			} else {
				o.mid = append(o.mid, r)
			}
		case "states":
			o.states = append(o.states, r)
		case "zone":
			o.zone = append(o.zone, r)
		case "coast":
			o.coast = append(o.coast, r)
		case "border", "border110":
			o.borders = append(o.borders, border{r, uint8(level), l.Name == "border110"})
		case "label":
			if k, ok := outlineKinds[class]; ok {
				o.labels = append(o.labels, outlineLabel{p[0], k, text, area})
			}
		}
	}
	return nil
}

func boxOf(ps []mvt.Point) box {
	b := box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	for _, p := range ps {
		b.minX, b.maxX = min(b.minX, p.X), max(b.maxX, p.X)
		b.minY, b.maxY = min(b.minY, p.Y), max(b.maxY, p.Y)
	}
	return b
}

// frame places a grid on the picture: pixel = unit·scale + offset.
type frame struct {
	scale, ox, oy float64
	clip          rect // what is drawn, in pixels: the picture and a margin
	view          box  // the same in grid units
}

func newFrame(scale, ox, oy float64, px int, margin float64) frame {
	f := frame{scale: scale, ox: ox, oy: oy}
	f.clip = rect{float32(-margin), float32(-margin), float32(float64(px) + margin), float32(float64(px) + margin)}
	unit := func(p, o float64) int32 {
		return int32(math.Max(math.MinInt32/2, math.Min(math.MaxInt32/2, (p-o)/scale)))
	}
	f.view = box{
		unit(-margin, ox) - 1, unit(-margin, oy) - 1,
		unit(float64(px)+margin, ox) + 1, unit(float64(px)+margin, oy) + 1,
	}
	return f
}

func (f *frame) at(p mvt.Point) pt {
	return pt{float32(float64(p.X)*f.scale + f.ox), float32(float64(p.Y)*f.scale + f.oy)}
}
