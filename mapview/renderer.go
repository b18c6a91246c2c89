package mapview

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/mapview/viewport"
)

// CreateRenderer implements fyne.Widget.
func (m *Map) CreateRenderer() fyne.WidgetRenderer {
	m.ExtendBaseWidget(m)
	m.collect()
	return &mapRenderer{m: m}
}

// MinSize implements fyne.CanvasObject.
func (m *Map) MinSize() fyne.Size { return fyne.NewSize(160, 120) }

type mapRenderer struct{ m *Map }

func (r *mapRenderer) Destroy()                     {}
func (r *mapRenderer) MinSize() fyne.Size           { return r.m.MinSize() }
func (r *mapRenderer) Objects() []fyne.CanvasObject { return r.m.objects }

// IsClip keeps tiles and pictures inside the widget. Fyne looks for this method on renderers.
func (r *mapRenderer) IsClip() {}

func (r *mapRenderer) Layout(size fyne.Size) {
	m := r.m
	m.land.Resize(size)
	m.focusRing.Resize(size)
	changed := m.rescale()
	w, h := float64(size.Width), float64(size.Height)
	if w == m.view.W && h == m.view.H {
		if changed {
			m.refreshView()
		}
		return
	}
	v := viewport.New(m.view.Center, m.view.Zoom, w, h)
	f := m.fit
	if f != nil && w >= 1 && h >= 1 {
		v = f.view(v)
	}
	m.moveTo(v)
	m.fit = f
}

func (r *mapRenderer) Refresh() {
	r.m.rescale()
	r.m.refreshView()
	canvas.Refresh(r.m.land)
}

// rescale looks whether the window stands on a screen of another scale; pictures are drawn for its pixels.
func (m *Map) rescale() bool {
	app := fyne.CurrentApp()
	if app == nil {
		return false
	}
	c := app.Driver().CanvasForObject(m)
	if c == nil {
		return false
	}
	px, _ := c.PixelCoordinateForPosition(fyne.NewPos(1000, 0))
	scale := math.Max(0.5, math.Min(4, float64(px)/1000))
	if scale == m.scale {
		return false
	}
	m.scale = scale
	m.setLook()
	m.labels.changed()
	m.tiles.setSource(m.tiles.source, scale)
	return true
}
