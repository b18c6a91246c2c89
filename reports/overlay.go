package reports

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	sm "github.com/flopp/go-staticmaps"
	"github.com/fogleman/gg"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

type imageColor = color.Color

// overlay draws areas and detections of one picture. It projects by itself, without the
// wrapping of sm.Transformer, and clips to the picture first: a vertex far outside hung
// the renderer.
type overlay struct {
	*sm.Area     // the centre, as a shape: how a position reaches the renderer without spherical geometry here
	f            frame
	v            MapView
	tag, label   font.Face
	k            float64 // pixels of the picture for one of these sizes
	baseX, baseY float64 // pixel of the centre in the renderer's image
}

// Sizes in pixels of a picture paperPx wide, so that they are the same on paper whatever
// the picture's size.
const (
	paperPx    = 860.0
	overhang   = 12.0 // pixels that shapes may reach outside the picture, so that no outline follows its edge
	areaAlpha  = 0x24 // 14 %
	outlinePx  = 2.4
	readPx     = 5.2
	tagPx      = 22.0
	labelsEach = 4
)

func newOverlay(f frame, v MapView, ttf *sfnt.Font) (*overlay, error) {
	centre, err := sm.ParseAreaString(fmt.Sprintf("%.10f,%.10f", f.centre.Lat(), f.centre.Lon()))
	if err != nil {
		return nil, fmt.Errorf("map centre: %w", err)
	}
	o := &overlay{Area: centre, f: f, v: v, k: float64(f.w) / paperPx}
	for face, size := range map[*font.Face]float64{&o.tag: 15, &o.label: 13} {
		made, err := opentype.NewFace(ttf, &opentype.FaceOptions{Size: size * o.k, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("map font: %w", err)
		}
		*face = made
	}
	return o, nil
}

func (o *overlay) close() {
	_ = o.tag.Close()
	_ = o.label.Close()
}

// Draw draws areas, then their letters, then reads.
func (o *overlay) Draw(gc *gg.Context, trans *sm.Transformer) {
	o.baseX, o.baseY = trans.LatLngToXY(o.Positions[0])
	var tags []func()
	for _, a := range o.v.Areas {
		if at, ok := o.drawArea(gc, a); ok {
			at = o.clearOfReads(at)
			tags = append(tags, func() { o.drawTag(gc, at, a.Index) })
		}
	}
	for _, tag := range tags {
		tag()
	}
	o.drawReads(gc)
}

// px is the pixel of p in the renderer's image.
func (o *overlay) px(p orb.Point) orb.Point {
	x, y := world(p)
	return orb.Point{o.baseX + (x-o.f.cx)*o.f.worldPx, o.baseY + (y-o.f.cy)*o.f.worldPx}
}

func (o *overlay) window(grow float64) orb.Bound {
	w, h := float64(o.f.w)/2+grow, float64(o.f.h)/2+grow
	return orb.Bound{Min: orb.Point{o.baseX - w, o.baseY - h}, Max: orb.Point{o.baseX + w, o.baseY + h}}
}

// drawArea fills and outlines a shape and returns where its letter goes.
func (o *overlay) drawArea(gc *gg.Context, a MapArea) (at orb.Point, ok bool) {
	col, box := areaColor(a.Index), o.window(overhang)
	var largest float64
	for _, poly := range a.Shape {
		shape := make(orb.Polygon, len(poly))
		for i, ring := range poly {
			shape[i] = o.ring(ring)
		}
		clipped := clip.Polygon(box, shape.Clone())
		if len(clipped) > 0 {
			gc.SetFillRuleEvenOdd()
			for _, ring := range clipped {
				path(gc, ring)
				gc.ClosePath()
			}
			gc.SetColor(color.NRGBA{col.R, col.G, col.B, areaAlpha})
			gc.Fill()
			gc.SetFillRuleWinding()
			if size := math.Abs(planar.Area(clipped)); !ok || size > largest {
				at, ok, largest = o.letterPlace(clipped), true, size
			}
		}
		gc.SetLineWidth(outlinePx * o.k)
		gc.SetLineJoinRound()
		gc.SetColor(col)
		for _, ring := range shape {
			for _, part := range clip.LineString(box, orb.LineString(ring)) {
				path(gc, part)
				gc.Stroke()
			}
		}
	}
	return at, ok
}

// ring projects a ring, with long edges divided: they are straight in longitude and
// latitude, which Mercator bends.
func (o *overlay) ring(ring orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(ring))
	for i, p := range ring {
		if i > 0 {
			prev := ring[i-1]
			steps := min(int(math.Abs(p.Lat()-prev.Lat())/0.05), 400)
			for s := 1; s < steps; s++ {
				t := float64(s) / float64(steps)
				out = append(out, o.px(orb.Point{prev[0] + t*(p[0]-prev[0]), prev[1] + t*(p[1]-prev[1])}))
			}
		}
		out = append(out, o.px(p))
	}
	return out
}

func path[T ~[]orb.Point](gc *gg.Context, pts T) {
	gc.NewSubPath()
	for _, p := range pts {
		gc.LineTo(p[0], p[1])
	}
}

// letterPlace is the middle of the widest stretch of poly at its centroid's height; a
// small shape gets its letter beside it.
func (o *overlay) letterPlace(poly orb.Polygon) orb.Point {
	b, size := poly.Bound(), tagPx*o.k
	if b.Max[0]-b.Min[0] < 2*size && b.Max[1]-b.Min[1] < 2*size {
		return orb.Point{b.Max[0] + size*0.75, b.Min[1] - size*0.75}
	}
	c, _ := planar.CentroidArea(poly)
	var xs []float64
	for _, ring := range poly {
		for i := 1; i < len(ring); i++ {
			p, q := ring[i-1], ring[i]
			if (p[1] > c[1]) != (q[1] > c[1]) {
				xs = append(xs, p[0]+(c[1]-p[1])*(q[0]-p[0])/(q[1]-p[1]))
			}
		}
	}
	slices.Sort(xs)
	best := 0.0
	for i := 1; i < len(xs); i += 2 {
		if w := xs[i] - xs[i-1]; w > best {
			best, c[0] = w, (xs[i]+xs[i-1])/2
		}
	}
	return c
}

// clearOfReads moves a letter off the dots, where one of the places around it is free.
func (o *overlay) clearOfReads(at orb.Point) orb.Point {
	step := 1.7 * tagPx * o.k
	for _, by := range []orb.Point{{0, 0}, {0, -1}, {0, 1}, {-1, 0}, {-1, -1}, {-1, 1}, {1.6, 0}, {0, -2}, {0, 2}} {
		p := orb.Point{at[0] + by[0]*step, at[1] + by[1]*step}
		if !slices.ContainsFunc(o.v.Points, func(m MapPoint) bool { return planar.Distance(o.px(m.Pos), p) < 0.9*step }) {
			return p
		}
	}
	return at
}

func (o *overlay) drawTag(gc *gg.Context, at orb.Point, index int) {
	size, rim := tagPx*o.k, 1.5*o.k
	box := o.window(-size / 2)
	x, y := min(max(at[0], box.Min[0]), box.Max[0]), min(max(at[1], box.Min[1]), box.Max[1])
	gc.DrawRoundedRectangle(x-size/2-rim, y-size/2-rim, size+2*rim, size+2*rim, 5.5*o.k)
	gc.SetColor(inkWhite)
	gc.Fill()
	gc.DrawRoundedRectangle(x-size/2, y-size/2, size, size, 4*o.k)
	gc.SetColor(areaColor(index))
	gc.Fill()
	gc.SetFontFace(o.tag)
	gc.SetColor(inkWhite)
	gc.DrawStringAnchored(letter(index), x, y, 0.5, 0.36)
}

// drawReads draws a dot a place; reads of one place share it and list their labels.
func (o *overlay) drawReads(gc *gg.Context) {
	box := o.window(0)
	labels := map[[2]int][]string{}
	var order [][2]int
	for _, p := range o.v.Points {
		at := o.px(p.Pos)
		if !box.Contains(at) {
			continue
		}
		key := [2]int{int(math.Round(at[0])), int(math.Round(at[1]))}
		if _, ok := labels[key]; !ok {
			order = append(order, key)
		}
		labels[key] = append(labels[key], p.Label)
	}
	gc.SetFontFace(o.label)
	for _, key := range order {
		x, y := float64(key[0]), float64(key[1])
		gc.DrawCircle(x, y, (readPx+2)*o.k)
		gc.SetColor(inkWhite)
		gc.Fill()
		gc.DrawCircle(x, y, readPx*o.k)
		gc.SetColor(inkRead)
		gc.Fill()
	}
	for _, key := range order {
		o.drawLabel(gc, float64(key[0]), float64(key[1]), joinLabels(labels[key]))
	}
}

func (o *overlay) drawLabel(gc *gg.Context, x, y float64, s string) {
	if s == "" {
		return
	}
	w, _ := gc.MeasureString(s)
	gap := (readPx + 4) * o.k
	left := x + gap
	if left+w > o.window(-2).Max[0] {
		left = x - gap - w
	}
	gc.SetColor(rgb(0xF7F8F9))
	for dx := -2 * o.k; dx <= 2*o.k; dx += o.k {
		for dy := -2 * o.k; dy <= 2*o.k; dy += o.k {
			gc.DrawStringAnchored(s, left+dx, y+dy, 0, 0.36)
		}
	}
	gc.SetColor(inkText)
	gc.DrawStringAnchored(s, left, y, 0, 0.36)
}

func joinLabels(all []string) string {
	all = slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
	if len(all) <= labelsEach {
		return strings.Join(all, ", ")
	}
	return strings.Join(all[:labelsEach], ", ") + " and " + strconv.Itoa(len(all)-labelsEach) + " more"
}
