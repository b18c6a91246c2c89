package views

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// FocusGained implements fyne.Focusable.
func (c *cropTool) FocusGained() {
	c.focused = true
	c.Refresh()
}

// FocusLost implements fyne.Focusable.
func (c *cropTool) FocusLost() {
	c.focused, c.space = false, false
	c.Refresh()
}

// TypedRune takes the letters of the tools.
func (c *cropTool) TypedRune(r rune) {
	if c.img == nil {
		return
	}
	mid := fyne.NewPos(c.Size().Width/2, c.Size().Height/2)
	switch r {
	case 'c', 'C':
		c.setMode(modeCrop)
	case 'h', 'H':
		c.setMode(modeHand)
	case 'r', 'R':
		c.setMode(modeBox)
	case 'p', 'P':
		c.setMode(modeCover)
	case '+', '=':
		c.zoomBy(1.25, mid)
	case '-':
		c.zoomBy(1/1.25, mid)
	case '0':
		c.zoomFit()
	}
}

// TypedKey moves the crop by a pixel, ends a sketch, or removes a cover.
func (c *cropTool) TypedKey(e *fyne.KeyEvent) {
	if c.img == nil {
		return
	}
	d := image.Point{}
	switch e.Name {
	case fyne.KeyLeft:
		d.X = -1
	case fyne.KeyRight:
		d.X = 1
	case fyne.KeyUp:
		d.Y = -1
	case fyne.KeyDown:
		d.Y = 1
	case fyne.KeyEscape:
		if len(c.sketch) > 0 {
			c.sketch = nil
			c.changed()
			return
		}
	case fyne.KeyBackspace:
		if c.takeBack() {
			return
		}
	case fyne.KeyDelete:
		c.model.removeCover(c.chosen)
		c.chosen = -1
		c.changed()
		return
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.closeSketch() {
			return
		}
	}
	if d != (image.Point{}) {
		c.nudge(d)
		return
	}
	if c.onKey != nil {
		c.onKey(e)
	}
}

// nudge moves the chosen cover, or the crop, by pixels of the original.
func (c *cropTool) nudge(d image.Point) {
	c.model.begin()
	if c.chosen >= 0 && c.chosen < len(c.model.now.covers) {
		c.model.moveCover(c.chosen, append([]image.Point(nil), c.model.now.covers[c.chosen]...), d)
	} else {
		c.model.drag(handle{}, c.model.now.rect, d)
	}
	c.model.commit()
	c.changed()
}

// KeyDown and KeyUp make Space a hand while it is held.
func (c *cropTool) KeyDown(e *fyne.KeyEvent) { c.hold(e, true) }

// KeyUp implements desktop.Keyable.
func (c *cropTool) KeyUp(e *fyne.KeyEvent) { c.hold(e, false) }

func (c *cropTool) hold(e *fyne.KeyEvent, v bool) {
	if e.Name == fyne.KeySpace && c.space != v {
		c.space = v
		c.changed()
	}
}

// TypedShortcut takes undo and redo.
func (c *cropTool) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		c.undo()
	case *fyne.ShortcutRedo:
		c.redo()
	case *desktop.CustomShortcut:
		switch {
		case s.KeyName == fyne.KeyZ && s.Modifier == fyne.KeyModifierShortcutDefault:
			c.undo()
		case s.KeyName == fyne.KeyY && s.Modifier == fyne.KeyModifierShortcutDefault,
			s.KeyName == fyne.KeyZ && s.Modifier == fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift:
			c.redo()
		}
	}
}

func (c *cropTool) undo() {
	if c.img == nil || c.takeBack() {
		return
	}
	c.model.undo()
	c.chosen = -1
	c.changed()
}

func (c *cropTool) redo() {
	if c.img == nil {
		return
	}
	c.model.redo()
	c.chosen = -1
	c.changed()
}
