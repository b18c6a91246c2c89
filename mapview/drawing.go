package mapview

import (
	"image/color"

	"github.com/paulmach/orb"

	"cordon/mapview/tools"
)

// SetTool takes up a tool with nothing drawn; tools.Edit needs a shape, see EditShape.
func (m *Map) SetTool(mode tools.Mode) {
	if mode == tools.Edit {
		return
	}
	m.board.SetMode(mode)
	m.pointer.captured = false
	m.showSketch()
}

// Tool returns the tool in hand.
func (m *Map) Tool() tools.Mode { return m.board.Mode() }

// EditShape takes up tools.Edit with a shape and reports whether it can be edited: rings closed, three
// distinct corners each. The shape is copied.
func (m *Map) EditShape(shape orb.MultiPolygon) bool {
	ok := m.board.Edit(shape)
	m.pointer.captured = false
	m.showSketch()
	return ok
}

// SetSketch makes s the drawing in hand, with its tool, and forgets the steps before. The zero Sketch is the
// pan tool. OnSketch is not called.
func (m *Map) SetSketch(s tools.Sketch) {
	m.board.Set(s)
	m.pointer.captured = false
	m.showSketch()
}

// Sketch returns the drawing in hand.
func (m *Map) Sketch() tools.Sketch { return m.board.Sketch() }

// SetSketchName says what the drawing will be: its letter for the words, its colour; nil is the accent.
func (m *Map) SetSketchName(letter string, c color.Color) {
	m.inkName, m.ink = letter, c
	m.tip.name = letter
	m.showSketch()
}

func (m *Map) sketchInk() color.NRGBA {
	if m.ink != nil {
		return or(m.ink, 0)
	}
	return or(m.style.Accent, 0)
}

// SetSnap switches snapping to corners and sides of the areas on or off.
func (m *Map) SetSnap(on bool) { m.board.SetSnap(on) }

// Snap reports whether snapping is on.
func (m *Map) Snap() bool { return m.board.Snap() }

// Undo takes the last step of the drawing back and reports whether there was one.
func (m *Map) Undo() bool { return m.stepped(m.board.Undo()) }

// Redo takes the last Undo back and reports whether there was one.
func (m *Map) Redo() bool { return m.stepped(m.board.Redo()) }

// CanUndo reports whether Undo would do anything.
func (m *Map) CanUndo() bool { return m.board.CanUndo() }

// CanRedo reports whether Redo would do anything.
func (m *Map) CanRedo() bool { return m.board.CanRedo() }

func (m *Map) stepped(s tools.Sketch, ok bool) bool {
	if !ok {
		return false
	}
	m.pointer.captured = false
	m.showSketch()
	if m.OnSketch != nil {
		m.OnSketch(s)
	}
	return true
}
