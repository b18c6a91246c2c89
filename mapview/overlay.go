package mapview

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/paulmach/orb"
	"golang.org/x/image/font"

	"cordon/mapview/viewport"
)

// scene is the data of the map, immutable: a change makes a new one that shares the rest.
type scene struct {
	look    *look
	areas   []Area
	shapes  [][][]orb.Ring // of the areas, in the unit square
	points  []Point
	pointsW []orb.Point // in the unit square
	cameras []Camera
	camW    []orb.Point
	places  []Place
	placesW []orb.Point
}

func (s *scene) empty() bool {
	return len(s.areas)+len(s.points)+len(s.cameras)+len(s.places) == 0
}

// overlayArt is one drawing of the scene into a frame.
type overlayArt struct {
	*painter
	*scene
	proj     projector
	k        float64 // pixels a unit
	count    font.Face
	label    font.Face
	sprites  map[spriteKey]*image.RGBA
	zoom     float64
	viewLat  float64
	clusters []cluster
}

// drawScene draws everything but tiles and labels; it returns the camera markers as they were grouped. It
// stops early when ctx ends.
func drawScene(ctx context.Context, s *scene, f frame, dst *image.RGBA) []cluster {
	a := &overlayArt{
		painter: newPainter(dst), scene: s, proj: f.projector(), k: f.scale,
		count: s.look.semi.face(11 * f.scale), label: s.look.regular.face(12 * f.scale),
		sprites: map[spriteKey]*image.RGBA{}, zoom: f.view.Zoom, viewLat: f.view.Center[1],
	}
	a.clusters = clusterCameras(s.cameras, s.camW, f.view.WorldSize())
	for _, step := range []func(){a.fills, a.buffers, a.borders, a.chips, a.dots, a.markers} {
		if ctx.Err() != nil {
			break
		}
		step()
	}
	return a.clusters
}

func (a *overlayArt) rings(i int) [][]orb.Ring {
	out := make([][]orb.Ring, len(a.shapes[i]))
	for j, poly := range a.shapes[i] {
		for _, r := range poly {
			out[j] = append(out[j], a.proj.line(r))
		}
	}
	return out
}

func (a *overlayArt) fills() {
	for i := range a.areas {
		alpha := a.look.FillAlpha
		if a.areas[i].Selected {
			alpha = math.Min(1, alpha*1.35)
		}
		for _, poly := range a.rings(i) {
			a.fill(windAlike(poly), fade(a.look.areaColor(&a.areas[i]), alpha))
		}
	}
}

func (a *overlayArt) borders() {
	for i := range a.areas {
		ar := &a.areas[i]
		width := float64(a.look.LineWidth) * a.k
		if ar.Selected {
			width *= 1.5
		}
		var dash []float64
		if ar.Dashed {
			dash = []float64{5 * a.k, 4 * a.k}
		}
		for _, poly := range a.rings(i) {
			for _, r := range poly {
				a.stroke(r, width, a.look.areaColor(ar), dash)
			}
		}
	}
}

// radiusPx is the size of metres on the ground at the latitude, in pixels of the frame.
func (a *overlayArt) radiusPx(m, lat float64) float64 {
	return m / (2 * math.Pi * mercatorRadiusM * math.Cos(lat*math.Pi/180)) * a.proj.size
}

// mercatorRadiusM is the radius of the sphere of EPSG:3857.
const mercatorRadiusM = 6378137

// buffers draws the surroundings of sensitive places, hatched where an area reaches into them.
func (a *overlayArt) buffers() {
	for i, pl := range a.places {
		x, y := a.proj.point(a.placesW[i])
		r := a.radiusPx(pl.BufferM, pl.Pos[1])
		if !(r > 2) || r > 20_000 || !a.near(x, y, r) {
			continue
		}
		circle := closed(circlePath(x, y, r))
		a.fill([]orb.Ring{circle}, fade(a.look.Amber, 0.12))
		a.hatch(circle)
		a.stroke(circle, 1.3*a.k, a.look.AmberText, []float64{3 * a.k, 3 * a.k})
	}
}

// closed repeats the first corner.
func closed(path []orb.Point) orb.Ring { return append(path, path[0]) }

func (a *overlayArt) near(x, y, r float64) bool {
	b := a.bounds
	return x+r > b.Min[0] && x-r < b.Max[0] && y+r > b.Min[1] && y-r < b.Max[1]
}

// hatch draws diagonal lines in what the circle shares with the areas.
func (a *overlayArt) hatch(circle orb.Ring) {
	cb := circle.Bound()
	r := image.Rect(int(cb.Min[0]), int(cb.Min[1]), int(cb.Max[0])+1, int(cb.Max[1])+1).Intersect(a.dst.Rect)
	if r.Empty() {
		return
	}
	var covered *image.Alpha
	for i := range a.areas {
		for _, poly := range a.rings(i) {
			if len(poly) == 0 || !poly[0].Bound().Intersects(cb) {
				continue
			}
			if covered == nil {
				covered = image.NewAlpha(r)
			}
			a.paths(a.clipped(windAlike(poly)), covered, image.Opaque)
		}
	}
	if covered == nil {
		return
	}
	disc := image.NewAlpha(r)
	a.paths(a.clipped([]orb.Ring{circle}), disc, image.Opaque)
	period, width := 7*a.k, 1.3*a.k
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := covered.PixOffset(x, y)
			both := uint32(covered.Pix[i]) * uint32(disc.Pix[i]) / 255
			if both == 0 {
				continue
			}
			// Distance across the lines, whose slope is 45°.
			d := math.Mod(float64(x+y)/math.Sqrt2, period)
			line := math.Max(0, math.Min(1, width/2+0.5-math.Abs(d-period/2)))
			covered.Pix[i] = uint8(float64(both) * (0.16 + 0.84*line))
		}
	}
	for i, v := range covered.Pix { // outside the circle the mask still holds the area
		if disc.Pix[i] == 0 && v != 0 {
			covered.Pix[i] = 0
		}
	}
	draw.DrawMask(a.dst, r, uniform(a.look.AmberText), image.Point{}, covered, r.Min, draw.Over)
}

// chips draws the icons of sensitive places and, near enough, their labels.
func (a *overlayArt) chips() {
	const half = 11
	for i, pl := range a.places {
		x, y := a.proj.point(a.placesW[i])
		if !a.near(x, y, 300*a.k) {
			continue
		}
		if a.zoom < 12.5 {
			a.disc(x, y, 3*a.k, a.look.Amber)
			continue
		}
		h := half * a.k
		a.box(x-h, y-h, x+h, y+h, 6*a.k, 1.2*a.k, a.look.AmberSoft, a.look.Amber)
		if !a.icon(pl.Kind, x, y, a.look.AmberText) {
			a.disc(x, y, 3*a.k, a.look.AmberText)
		}
		if a.zoom < placeLabelZoom || pl.Label == "" || a.label == nil {
			continue
		}
		w := textWidth(a.label, pl.Label)
		left, top := x+16*a.k, y-29*a.k
		a.box(left, top, left+w+16*a.k, top+22*a.k, 4*a.k, a.k, a.look.AmberSoft, a.look.AmberLine)
		drawText(a.dst, a.label, pl.Label, left+8*a.k, top+15.5*a.k, a.look.AmberText)
	}
}

// placeLabelZoom is the zoom from which sensitive places carry their label.
const placeLabelZoom = 14.5

// icon draws the named icon centred and reports whether there is one.
func (a *overlayArt) icon(name string, x, y float64, c color.Color) bool {
	m := a.look.icons[name]
	if m == nil || a.look.scale != a.k {
		return false
	}
	at := image.Pt(int(math.Round(x))-m.Rect.Dx()/2, int(math.Round(y))-m.Rect.Dy()/2)
	draw.DrawMask(a.dst, m.Rect.Add(at), uniform(c), image.Point{}, m, image.Point{}, draw.Over)
	return true
}

// pointRadius and fadedRadius are in units.
const (
	pointRadius = 3.4
	fadedRadius = 2.8
	fadedAlpha  = 0.32
)

type spriteKey struct {
	color    color.NRGBA
	faded    bool
	selected bool
	dx, dy   uint8 // quarters of a pixel
}

// dots draws the reads: faded ones first, selected ones last.
func (a *overlayArt) dots() {
	for pass := range 3 {
		for i := range a.points {
			p := &a.points[i]
			rank := 1
			if p.Selected {
				rank = 2
			} else if p.Faded {
				rank = 0
			}
			if rank == pass {
				x, y := a.proj.point(a.pointsW[i])
				a.dot(p, x, y)
			}
		}
	}
}

func (a *overlayArt) dot(p *Point, x, y float64) {
	if !a.near(x, y, 8*a.k) {
		return
	}
	fx, fy := math.Floor(x), math.Floor(y)
	key := spriteKey{
		color: a.look.indexed(p.ColorIndex), faded: p.Faded, selected: p.Selected,
		dx: uint8((x - fx) * 4), dy: uint8((y - fy) * 4),
	}
	s := a.sprites[key]
	if s == nil {
		s = a.sprite(key)
		a.sprites[key] = s
	}
	at := image.Pt(int(fx)-s.Rect.Dx()/2, int(fy)-s.Rect.Dy()/2)
	blit(a.dst, s, at)
}

func (a *overlayArt) sprite(key spriteKey) *image.RGBA {
	half := int(math.Ceil((pointRadius+0.8)*a.k)) + 1
	if key.selected {
		half = int(math.Ceil(7.2*a.k)) + 1
	}
	s := image.NewRGBA(image.Rect(0, 0, 2*half, 2*half))
	p := newPainter(s)
	x, y := float64(half)+float64(key.dx)/4+0.125, float64(half)+float64(key.dy)/4+0.125
	switch {
	case key.faded && !key.selected:
		p.disc(x, y, fadedRadius*a.k, fade(key.color, fadedAlpha))
	case key.selected:
		p.disc(x, y, 7.2*a.k, fade(a.look.Land, 0.75))
		p.disc(x, y, pointRadius*a.k, key.color)
		p.ring(x, y, 5.9*a.k, 1.8*a.k, a.look.Ring)
	default:
		p.disc(x, y, (pointRadius+0.8)*a.k, fade(a.look.Land, 0.6))
		p.disc(x, y, pointRadius*a.k, key.color)
	}
	return s
}

// worldPoint returns the position in the unit square.
func worldPoint(p orb.Point) orb.Point {
	x, y := viewport.World(viewport.ClampPoint(p))
	return orb.Point{x, y}
}
