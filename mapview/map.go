package mapview

import (
	"context"
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

// Config is what a map needs from outside.
type Config struct {
	// Do runs a function on the UI thread, later or at once. Required.
	Do func(func())
	// Go runs a function in the background; nil starts a goroutine.
	Go func(func())
	// Now is the clock for double clicks; nil is time.Now.
	Now func() time.Time

	again   func(*layer)
	arrived func()
}

// LabelLayer draws street names. It is called by one goroutine at a time.
type LabelLayer interface {
	// DrawLabels draws the names of the view into dst, whose pixels are scale times the view's units, and
	// keeps them off the exclusions, which are in pixels of dst.
	DrawLabels(ctx context.Context, view viewport.View, scale float64, dst *image.RGBA, exclusions []image.Rectangle) error
}

// Map is the map widget. Make it with New; all methods belong to the UI thread.
type Map struct {
	widget.BaseWidget

	// OnViewChanged is called after the view was moved, zoomed or resized.
	OnViewChanged func(viewport.View)
	// OnTapped is called for a click that no drawing tool takes; hits are what lies under it.
	OnTapped func(pos orb.Point, hits []Hit)
	// OnHover is called when the pointer moves while no tool draws, with what lies under it; once with no hits
	// when it leaves the map.
	OnHover func(pos orb.Point, hits []Hit)
	// OnSketch is called when the drawing changed: a corner placed or taken back, a shape dragged, closed,
	// dropped, undone. Not for mere pointer movement.
	OnSketch func(tools.Sketch)
	// OnKey, OnRune and OnShortcut get what is typed while the map has the focus and neither the map nor its
	// tool has a use for.
	OnKey      func(*fyne.KeyEvent)
	OnRune     func(rune)
	OnShortcut func(fyne.Shortcut)
	// OnError is called when a tile or labels cannot be drawn; the map goes on without them.
	OnError func(error)

	cfg   Config
	view  viewport.View
	scale float64
	style Style
	scene *scene
	board *tools.Board

	labelSource LabelLayer
	ink         color.Color // of the sketch; nil: the accent
	inkName     string      // what the sketch will be called: "C"
	callout     *Callout
	clusters    []cluster
	index       pointIndex

	land      *canvas.Rectangle
	focusRing *canvas.Rectangle
	tiles     *tileLayer
	labels    *layer
	overlay   *layer
	drawing   *layer
	tags      []*tag
	tagZoom   float64 // at which their corners were chosen
	box       *calloutBox
	clear     float32 // units at the top that tags keep out of
	tip       *tooltip
	chrome    *furniture
	objects   []fyne.CanvasObject

	pointer pointer
	fit     *fit // the view is a fit: it is made anew when the size changes
}

// fit is a bound that is to be in sight.
type fit struct {
	bound orb.Bound
	pad   float64
}

// layerMargin is the room in units around the window in pictures that are moved while panning.
const layerMargin = 256

// New returns a map of the whole world without tiles or data.
func New(cfg Config) *Map {
	if cfg.Go == nil {
		cfg.Go = func(f func()) { go f() }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	m := &Map{
		cfg: cfg, scale: 1, board: tools.NewBoard(),
		view: viewport.New(orb.Point{}, 2, 0, 0), land: canvas.NewRectangle(nil),
	}
	m.cfg.again = func(l *layer) { l.update(&m.cfg, m.view, m.scale) }
	m.cfg.arrived = func() { m.tiles.update(m.view) }
	m.scene = &scene{look: newLook(Style{}, 1)}
	m.style = m.scene.look.Style
	m.tiles = newTileLayer(&m.cfg)
	m.tiles.onChange = m.collect
	m.tiles.onErr = m.failed
	m.labels, m.overlay, m.drawing = newLayer(layerMargin), newLayer(layerMargin), newLayer(layerMargin)
	m.overlay.content = m.overlayContent
	m.labels.content = m.labelContent
	m.drawing.content = m.sketchContent
	m.drawing.extent = func() orb.Bound { return sketchArt{sketch: m.board.Sketch()}.bound() }
	m.chrome = newFurniture()
	m.box, m.tip = newCalloutBox(), newTooltip()
	m.focusRing = canvas.NewRectangle(color.Transparent)
	m.focusRing.StrokeWidth = 2
	m.focusRing.Hide()
	m.ExtendBaseWidget(m)
	m.restyle()
	return m
}

func (m *Map) failed(err error) {
	if m.OnError != nil {
		m.OnError(err)
	}
}

// SetBase gives the map its tiles and labels, either of which may be nil. Tiles drawn before are dropped.
func (m *Map) SetBase(tiles TileRenderer, labels LabelLayer) {
	m.labelSource = labels
	m.tiles.setSource(tiles, m.scale)
	m.labels.changed()
	m.refreshView()
}

// SetTheme gives the map its colours, fonts and icons.
func (m *Map) SetTheme(s Style) {
	m.style = s.filled()
	m.setLook()
	m.restyle()
}

func (m *Map) setLook() {
	next := *m.scene
	next.look = newLook(m.style, m.scale)
	m.scene = &next
	m.overlay.changed()
	m.drawing.changed()
}

func (m *Map) restyle() {
	m.land.FillColor = m.style.Land
	m.focusRing.StrokeColor = m.style.Accent
	m.chrome.restyle(&m.style)
	m.tip.restyle(&m.style)
	m.box.restyle(&m.style)
	m.box.set(m.callout)
	m.retag()
	canvas.Refresh(m.land)
	m.refreshView()
}

// SetAreas shows the areas. The slice is not copied.
func (m *Map) SetAreas(areas []Area) {
	next := *m.scene
	next.areas = areas
	next.shapes = make([][][]orb.Ring, len(areas))
	shapes := make([]orb.MultiPolygon, len(areas))
	for i := range areas {
		next.shapes[i] = worldShape(areas[i].Shape)
		shapes[i] = areas[i].Shape
	}
	m.board.SetTargets(shapes)
	m.labels.changed() // names keep off the tags
	m.setScene(&next)
	m.retag()
	m.refreshView()
}

// SetPoints shows single reads. The slice is not copied.
func (m *Map) SetPoints(points []Point) {
	next := *m.scene
	next.points = points
	next.pointsW = make([]orb.Point, len(points))
	for i := range points {
		next.pointsW[i] = worldPoint(points[i].Pos)
	}
	m.index = newPointIndex(next.pointsW)
	m.setScene(&next)
	m.refreshView()
}

// SetCameras shows cameras. The slice is not copied.
func (m *Map) SetCameras(cameras []Camera) {
	next := *m.scene
	next.cameras = cameras
	next.camW = make([]orb.Point, len(cameras))
	for i := range cameras {
		next.camW[i] = worldPoint(cameras[i].Pos)
	}
	m.clusters = nil
	m.labels.changed()
	m.setScene(&next)
	m.anchorTags()
	m.refreshView()
}

// SetSensitive shows sensitive places and their buffers. The slice is not copied.
func (m *Map) SetSensitive(places []Place) {
	next := *m.scene
	next.places = places
	next.placesW = make([]orb.Point, len(places))
	for i := range places {
		next.placesW[i] = worldPoint(places[i].Pos)
	}
	m.labels.changed()
	m.setScene(&next)
	m.anchorTags()
	m.refreshView()
}

func (m *Map) setScene(s *scene) {
	m.scene = s
	m.overlay.changed()
}

// SetCallout shows the box at a selected read; nil takes it away.
func (m *Map) SetCallout(c *Callout) {
	m.callout = c
	m.box.set(c)
	m.refreshView()
}

func (m *Map) overlayContent(f frame) func(context.Context, *image.RGBA) func() {
	s := m.scene
	if s.empty() {
		return nil
	}
	return func(ctx context.Context, dst *image.RGBA) func() {
		clusters := drawScene(ctx, s, f, dst)
		return func() {
			if s == m.scene {
				m.clusters = clusters
			}
		}
	}
}

func (m *Map) labelContent(f frame) func(context.Context, *image.RGBA) func() {
	source := m.labelSource
	if source == nil {
		return nil
	}
	s := m.scene
	off := m.tagRects(f)
	return func(ctx context.Context, dst *image.RGBA) func() {
		p := f.projector()
		r := 12 * f.scale
		for _, w := range s.camW {
			x, y := p.point(w)
			if x > -r && y > -r && x < float64(f.w)+r && y < float64(f.h)+r {
				off = append(off, image.Rect(int(x-r), int(y-r), int(x+r), int(y+r)))
			}
		}
		off = append(off, placeRects(s.places, s.placesW, f)...)
		err := source.DrawLabels(ctx, f.view, f.scale, dst, off)
		return func() {
			if err != nil {
				m.failed(err)
			}
		}
	}
}

func (m *Map) sketchContent(f frame) func(context.Context, *image.RGBA) func() {
	art := sketchArt{look: m.scene.look, sketch: m.board.Sketch(), color: m.sketchInk()}
	if art.empty() {
		return nil
	}
	return func(ctx context.Context, dst *image.RGBA) func() {
		art.draw(ctx, f, dst)
		return nil
	}
}

// collect makes the list of objects, lowest first.
func (m *Map) collect() {
	objs := make([]fyne.CanvasObject, 0, len(m.tiles.below)+len(m.tiles.shown)+len(m.tags)+12)
	objs = append(objs, m.land)
	for _, o := range m.tiles.below {
		objs = append(objs, o.img)
	}
	for _, o := range m.tiles.shown {
		objs = append(objs, o.img)
	}
	objs = append(objs, m.labels.img, m.overlay.img, m.drawing.img)
	for _, t := range m.tags {
		objs = append(objs, t.box)
	}
	objs = append(objs, m.chrome.objects()...)
	m.objects = append(objs, m.box.box, m.tip.box, m.focusRing)
	canvas.Refresh(m.land)
}
