package mapview

import (
	"math"

	"github.com/paulmach/orb"

	"cordon/mapview/viewport"
)

// View returns what the window shows; sizes are units.
func (m *Map) View() viewport.View { return m.view }

// SetView moves to a position at a zoom; the size stays the window's.
func (m *Map) SetView(center orb.Point, zoom float64) {
	m.moveTo(viewport.New(center, zoom, m.view.W, m.view.H))
}

// FitBounds moves so that the bound (degrees) stands in the window with pad units free at each side, at
// zoom 17 at most, and keeps it so when the window's size changes, until the view is moved.
func (m *Map) FitBounds(b orb.Bound, pad float64) {
	f := &fit{b, pad}
	if m.view.W >= 1 && m.view.H >= 1 {
		m.moveTo(f.view(m.view))
	}
	m.fit = f
}

func (f *fit) view(v viewport.View) viewport.View {
	v = v.Fit(f.bound, f.pad)
	v.Zoom = math.Min(v.Zoom, 17)
	return v
}

// SetClear keeps the areas' tags out of the given units at the top, over which something floats.
func (m *Map) SetClear(top float32) {
	if m.clear != top {
		m.clear = top
		m.placeTags()
	}
}

// Fit moves so that all areas are in sight, or else all points and cameras; without any it does nothing.
func (m *Map) Fit() {
	var b orb.Bound
	any := false
	add := func(o orb.Bound) {
		if !any {
			b, any = o, true
			return
		}
		b = b.Union(o)
	}
	for i := range m.scene.areas {
		if len(m.scene.areas[i].Shape) > 0 {
			add(m.scene.areas[i].Shape.Bound())
		}
	}
	if !any {
		for i := range m.scene.points {
			add(m.scene.points[i].Pos.Bound())
		}
		for i := range m.scene.cameras {
			add(m.scene.cameras[i].Pos.Bound())
		}
	}
	if any {
		m.FitBounds(b, 64)
	}
}

// zoomStep is how far a key, a button or a notch of the wheel zooms.
const zoomStep = 0.5

// ZoomIn zooms in around the middle.
func (m *Map) ZoomIn() { m.zoomAt(m.view.W/2, m.view.H/2, zoomStep) }

// ZoomOut zooms out around the middle.
func (m *Map) ZoomOut() { m.zoomAt(m.view.W/2, m.view.H/2, -zoomStep) }

func (m *Map) zoomAt(x, y, dz float64) { m.moveTo(m.view.ZoomAt(x, y, dz)) }

// panBy moves the content by units.
func (m *Map) panBy(dx, dy float64) { m.moveTo(m.view.Pan(dx, dy)) }

func (m *Map) moveTo(v viewport.View) {
	if v == m.view {
		return
	}
	m.view, m.fit = v, nil
	m.refreshView()
	if m.OnViewChanged != nil {
		m.OnViewChanged(v)
	}
}

// refreshView brings everything to the view: moves what is there, asks for what is missing.
func (m *Map) refreshView() {
	m.tiles.update(m.view)
	m.labels.update(&m.cfg, m.view, m.scale)
	m.overlay.update(&m.cfg, m.view, m.scale)
	m.drawing.update(&m.cfg, m.view, m.scale)
	m.placeTags()
	m.box.place(m.view)
	m.chrome.place(m.view, m.scale)
	m.tip.place(m.view, m.board.Sketch())
}
