package mapview

import (
	"fyne.io/fyne/v2"

	"cordon/mapview/tools"
)

// FocusGained implements fyne.Focusable: a frame shows that keys go to the map, unless the mouse chose it.
func (m *Map) FocusGained() {
	if !m.pointer.down {
		m.focusRing.Show()
	}
}

// FocusLost implements fyne.Focusable.
func (m *Map) FocusLost() { m.focusRing.Hide() }

// TypedRune implements fyne.Focusable.
func (m *Map) TypedRune(r rune) {
	switch r {
	case '+', '=':
		m.ZoomIn()
	case '-', '_':
		m.ZoomOut()
	case '0':
		m.Fit()
	default:
		if m.OnRune != nil {
			m.OnRune(r)
		}
	}
}

// keyPan is how far an arrow key moves the map, in units.
const keyPan = 96

// TypedKey implements fyne.Focusable. While a tool draws, arrows bring the next corner to the middle of the
// window and the space bar places it: drawing needs no mouse.
func (m *Map) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		m.keyPan(keyPan, 0)
	case fyne.KeyRight:
		m.keyPan(-keyPan, 0)
	case fyne.KeyUp:
		m.keyPan(0, keyPan)
	case fyne.KeyDown:
		m.keyPan(0, -keyPan)
	case fyne.KeySpace:
		if cornerTool(m.board.Mode()) {
			m.feed(m.event(tools.Click, m.middle()))
		}
	case fyne.KeyPageUp:
		m.ZoomIn()
	case fyne.KeyPageDown:
		m.ZoomOut()
	case fyne.KeyHome:
		m.Fit()
	default:
		if !m.ToolKey(e.Name) && m.OnKey != nil {
			m.OnKey(e)
		}
	}
}

func cornerTool(mode tools.Mode) bool {
	return mode == tools.Polygon || mode == tools.Corridor || mode == tools.Measure
}

func (m *Map) middle() fyne.Position { return fyne.NewPos(float32(m.view.W/2), float32(m.view.H/2)) }

func (m *Map) keyPan(dx, dy float64) {
	m.panBy(dx, dy)
	if cornerTool(m.board.Mode()) {
		m.feed(m.event(tools.Hover, m.middle()))
	}
}

// corridorWidths are what the brackets step through, in metres.
var corridorWidths = [...]float64{10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 500}

// stepWidth makes corridors narrower or wider by one step.
func (m *Map) stepWidth(wider bool) {
	now, to := m.board.WidthM(), m.board.WidthM()
	for _, w := range corridorWidths {
		if !wider && w < now || wider && w > now {
			to = w
			if wider {
				break
			}
		}
	}
	m.board.SetWidthM(to)
	m.showSketch()
}

// ToolKey gives Enter, Backspace, Delete, Esc and, for the width of a corridor, the brackets to the tool in
// hand and reports whether it took the key.
// The map does so itself while it has the focus; a window that has it elsewhere may pass keys on.
func (m *Map) ToolKey(name fyne.KeyName) bool {
	var kind tools.Kind
	switch name {
	case fyne.KeyLeftBracket, fyne.KeyRightBracket:
		if m.board.Mode() != tools.Corridor {
			return false
		}
		m.stepWidth(name == fyne.KeyRightBracket)
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		kind = tools.Enter
	case fyne.KeyBackspace:
		kind = tools.Backspace
	case fyne.KeyDelete:
		kind = tools.Delete
	case fyne.KeyEscape:
		kind = tools.Escape
	default:
		return false
	}
	before := m.board.Sketch()
	if m.board.Mode() == tools.Pan || !before.InHand() && before.State != tools.Closed {
		return false
	}
	m.feed(tools.Event{Kind: kind})
	if kind == tools.Escape {
		m.pointer.captured = false
	}
	return true
}

// TypedShortcut implements fyne.Shortcutable: undo and redo of the drawing; what the drawing has no use for
// goes to OnShortcut.
func (m *Map) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutUndo:
		if m.Undo() {
			return
		}
	case *fyne.ShortcutRedo:
		if m.Redo() {
			return
		}
	}
	if m.OnShortcut != nil {
		m.OnShortcut(s)
	}
}
