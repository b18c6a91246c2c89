package mapview

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
)

var (
	_ desktop.Mouseable  = (*Map)(nil)
	_ desktop.Hoverable  = (*Map)(nil)
	_ desktop.Cursorable = (*Map)(nil)
	_ fyne.Scrollable    = (*Map)(nil)
	_ fyne.Draggable     = (*Map)(nil)
	_ fyne.Focusable     = (*Map)(nil)
	_ fyne.Shortcutable  = (*Map)(nil)
)

// pointer is the state of the mouse over the map. Fyne's double tap is not used: it delays and swallows
// single clicks.
type pointer struct {
	down     bool
	captured bool // a tool takes the drag
	dragged  bool
	at       fyne.Position // of the press
	last     fyne.Position // of the drag
	inside   bool
	hits     int // under the pointer

	clickAt  fyne.Position // the click before, for double clicks
	clickEnd time.Time
}

const (
	clickReach  = 4 // units a click may wander
	doubleReach = 6 // units between the clicks of a double click
	doubleTime  = 400 * time.Millisecond
	toolReach   = 9 // units around a corner that count as on it
)

func (m *Map) positionAt(p fyne.Position) orb.Point {
	return m.view.Unproject(float64(p.X), float64(p.Y))
}

func (m *Map) event(kind tools.Kind, p fyne.Position) tools.Event {
	return tools.Event{Kind: kind, Pos: m.positionAt(p), TolM: tolM(m.view, toolReach)}
}

// feed gives an event to the tool and shows what became of the sketch.
func (m *Map) feed(ev tools.Event) (captured bool) {
	before := m.board.Sketch()
	s, changed, captured := m.board.Handle(ev)
	if !changed && !captured && ev.Kind > tools.Hover && before.HasHover == s.HasHover {
		return captured
	}
	m.showSketch()
	if changed && m.OnSketch != nil {
		m.OnSketch(s)
	}
	return captured
}

func (m *Map) showSketch() {
	m.drawing.changed()
	m.drawing.update(&m.cfg, m.view, m.scale)
	m.tip.place(m.view, m.board.Sketch())
}

// MouseDown implements desktop.Mouseable.
func (m *Map) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary && e.Button != desktop.MouseButtonTertiary {
		return
	}
	m.pointer.down, m.pointer.dragged, m.pointer.captured = true, false, false
	m.focus()
	m.pointer.at, m.pointer.last = e.Position, e.Position
	if e.Button == desktop.MouseButtonPrimary && m.board.Mode() != tools.Pan {
		m.pointer.captured = m.feed(m.event(tools.Press, e.Position))
	}
}

func (m *Map) focus() {
	if app := fyne.CurrentApp(); app != nil {
		if c := app.Driver().CanvasForObject(m); c != nil && c.Focused() != fyne.Focusable(m) {
			c.Focus(m)
		}
	}
}

// Dragged implements fyne.Draggable: the tool's drag if it took the press, else the map moves.
func (m *Map) Dragged(e *fyne.DragEvent) {
	p := &m.pointer
	if !p.down { // a drag without a press, as tests and touch screens send it
		p.down, p.captured = true, false
		p.at = e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY)
		p.last = p.at
	}
	if !p.dragged && math.Hypot(float64(e.Position.X-p.at.X), float64(e.Position.Y-p.at.Y)) < clickReach {
		return
	}
	p.dragged = true
	dx, dy := e.Position.X-p.last.X, e.Position.Y-p.last.Y
	p.last = e.Position
	if p.captured {
		m.feed(m.event(tools.Drag, e.Position))
		m.showCoords(e.Position)
		return
	}
	m.panBy(float64(dx), float64(dy))
}

// DragEnd implements fyne.Draggable. Fyne calls it after MouseUp, or instead when the button went up
// elsewhere.
func (m *Map) DragEnd() {
	p := &m.pointer
	if p.down && p.dragged && p.captured {
		m.feed(m.event(tools.Release, p.last))
	}
	p.down, p.dragged, p.captured = false, false, false
}

// MouseUp implements desktop.Mouseable.
func (m *Map) MouseUp(e *desktop.MouseEvent) {
	p := &m.pointer
	if !p.down || p.dragged {
		return // DragEnd follows
	}
	p.down = false
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	now := m.cfg.Now()
	double := now.Sub(p.clickEnd) <= doubleTime && distance(e.Position, p.clickAt) <= doubleReach
	p.clickAt, p.clickEnd = e.Position, now
	if double {
		p.clickEnd = time.Time{} // a third click starts anew
	}
	if m.board.Mode() != tools.Pan {
		kind := tools.Click
		if double {
			kind = tools.DoubleClick
		}
		m.feed(m.event(kind, e.Position))
		return
	}
	if double {
		dz := zoomStep * 2
		if e.Modifier&fyne.KeyModifierShift != 0 {
			dz = -dz
		}
		m.zoomAt(float64(e.Position.X), float64(e.Position.Y), dz)
		return
	}
	if m.OnTapped != nil {
		m.OnTapped(m.positionAt(e.Position), m.hitsAt(e.Position))
	}
}

func distance(a, b fyne.Position) float64 { return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) }

// MouseIn implements desktop.Hoverable.
func (m *Map) MouseIn(e *desktop.MouseEvent) { m.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (m *Map) MouseMoved(e *desktop.MouseEvent) {
	m.pointer.inside = true
	m.showCoords(e.Position)
	if m.board.Mode() != tools.Pan {
		m.feed(m.event(tools.Hover, e.Position))
		return
	}
	hits := m.hitsAt(e.Position)
	m.pointer.hits = len(hits)
	if len(hits) > 0 && hits[0].Kind == HitArea && m.tagAt(e.Position) < 0 {
		m.pointer.hits = 0 // an area is no button, its tag is
	}
	if m.OnHover != nil {
		m.OnHover(m.positionAt(e.Position), hits)
	}
}

func (m *Map) showCoords(p fyne.Position) {
	pos := m.positionAt(p)
	m.chrome.point(&pos, m.view)
}

// MouseOut implements desktop.Hoverable.
func (m *Map) MouseOut() {
	m.pointer.inside, m.pointer.hits = false, 0
	m.chrome.point(nil, m.view)
	if m.board.Mode() != tools.Pan {
		m.feed(tools.Event{Kind: tools.Leave})
		return
	}
	if m.OnHover != nil {
		m.OnHover(orb.Point{}, nil)
	}
}

// Cursor implements desktop.Cursorable.
func (m *Map) Cursor() desktop.Cursor {
	switch m.board.Mode() {
	case tools.Pan:
		if m.pointer.hits > 0 {
			return desktop.PointerCursor
		}
		return desktop.DefaultCursor
	case tools.Edit:
		if m.board.Sketch().Active.Kind != tools.NoHandle {
			return desktop.PointerCursor
		}
		return desktop.DefaultCursor
	default:
		return desktop.CrosshairCursor
	}
}

// wheelNotch is what Fyne sends for one notch of a wheel.
const wheelNotch = 25

// Scrolled implements fyne.Scrollable: a notch zooms by half a level around the pointer.
func (m *Map) Scrolled(e *fyne.ScrollEvent) {
	dz := float64(e.Scrolled.DY) / wheelNotch * zoomStep
	if dz == 0 || math.IsNaN(dz) {
		return
	}
	dz = math.Max(-1, math.Min(1, dz))
	m.zoomAt(float64(e.Position.X), float64(e.Position.Y), dz)
}
