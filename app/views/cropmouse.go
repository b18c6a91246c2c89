package views

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// MouseDown takes hold of what is under the mouse.
func (c *cropTool) MouseDown(e *desktop.MouseEvent) {
	if c.img == nil {
		return
	}
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
	if e.Button == desktop.MouseButtonSecondary {
		c.takeBack()
		return
	}
	c.press(e.Position)
}

func (c *cropTool) press(p fyne.Position) {
	c.pressed, c.dragged, c.start, c.held = true, false, p, grabNone
	c.startRect, c.startOrig = c.model.now.rect, c.corner()
	switch {
	case c.handy():
		c.held = grabPan
		return
	case c.mode == modeCover:
		return // corners are set on release
	case c.mode == modeBox:
		c.held = grabBox
		return
	}
	c.model.begin()
	if i, j, ok := c.cornerAt(p); ok {
		c.held, c.heldIndex, c.chosen = grabCorner, [2]int{i, j}, i
	} else if h, ok := c.handleAt(p); ok {
		c.held, c.heldAt, c.chosen = grabHandle, h, -1
	} else if i := c.model.coverAt(c.toImage(p)); i >= 0 {
		c.held, c.heldIndex, c.chosen = grabCover, [2]int{i, 0}, i
		c.startPoly = slices.Clone(c.model.now.covers[i])
	} else if c.toImage(p).In(c.model.now.rect) {
		c.held, c.heldAt, c.chosen = grabHandle, handle{}, -1
	} else {
		c.held, c.chosen = grabSpan, -1
	}
	c.Refresh()
}

// Dragged moves what is held.
func (c *cropTool) Dragged(e *fyne.DragEvent) {
	if c.img == nil {
		return
	}
	if !c.pressed { // a touch, or a driver that sends no press
		c.press(e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY))
	}
	c.pull(e.Position)
}

func (c *cropTool) pull(p fyne.Position) {
	c.mouse = p
	if !c.dragged && max(abs(p.X-c.start.X), abs(p.Y-c.start.Y)) < clickReach {
		return
	}
	c.dragged = true
	d := c.toImage(p).Sub(c.toImage(c.start))
	switch c.held {
	case grabPan:
		c.moved = true
		c.zoom = c.scale()
		c.origin = c.startOrig.AddXY(p.X-c.start.X, p.Y-c.start.Y)
	case grabHandle:
		c.model.drag(c.heldAt, c.startRect, d)
	case grabSpan:
		c.model.span(c.toImage(c.start), c.toImage(p))
	case grabCorner:
		c.model.moveCorner(c.heldIndex[0], c.heldIndex[1], c.toImage(p))
	case grabCover:
		c.model.moveCover(c.heldIndex[0], c.startPoly, d)
	case grabBox:
		a, b := c.toImage(c.start), c.toImage(p)
		c.sketch = []image.Point{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}}
	}
	c.changed()
}

// DragEnd ends a drag.
func (c *cropTool) DragEnd() { c.release(c.mouse) }

// MouseUp ends a drag or sets a corner.
func (c *cropTool) MouseUp(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonSecondary {
		return
	}
	c.release(e.Position)
}

// release comes from MouseUp and from DragEnd; the first of them counts.
func (c *cropTool) release(p fyne.Position) {
	if !c.pressed {
		return
	}
	c.pressed = false
	held := c.held
	c.held = grabNone
	switch {
	case c.handy() && held == grabPan:
	case c.mode == modeCover:
		c.setCorner(p)
		return
	case held == grabBox:
		sketch := c.sketch
		c.sketch = nil
		if c.dragged {
			c.model.addCover(sketch)
			c.chosen = len(c.model.now.covers) - 1
		}
	default:
		c.model.commit()
	}
	c.changed()
}

// setCorner adds a corner to the cover that is being drawn; one on the first
// corner closes it.
func (c *cropTool) setCorner(p fyne.Position) {
	if n := len(c.sketch); n >= 3 {
		first := c.toView(c.sketch[0])
		if max(abs(first.X-p.X), abs(first.Y-p.Y)) <= handleReach {
			c.closeSketch()
			return
		}
	}
	c.sketch = append(c.sketch, c.model.clamp(c.toImage(p)))
	c.changed()
}

// closeSketch burns the drawn cover in; it reports whether there was one.
func (c *cropTool) closeSketch() bool {
	if len(c.sketch) < 3 {
		return false
	}
	if c.model.addCover(c.sketch) {
		c.chosen = len(c.model.now.covers) - 1
	}
	c.sketch = nil
	c.changed()
	return true
}

// takeBack drops the last corner of a sketch; it reports whether there was one.
func (c *cropTool) takeBack() bool {
	if len(c.sketch) == 0 {
		return false
	}
	c.sketch = c.sketch[:len(c.sketch)-1]
	c.changed()
	return true
}

// MouseIn implements desktop.Hoverable.
func (c *cropTool) MouseIn(e *desktop.MouseEvent) { c.mouse = e.Position }

// MouseMoved draws the open edge of a sketch after the mouse.
func (c *cropTool) MouseMoved(e *desktop.MouseEvent) {
	c.mouse = e.Position
	if len(c.sketch) > 0 && c.mode == modeCover {
		c.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (c *cropTool) MouseOut() {}

// Scrolled zooms about the mouse.
func (c *cropTool) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY > 0:
		c.zoomBy(1.15, e.Position)
	case e.Scrolled.DY < 0:
		c.zoomBy(1/1.15, e.Position)
	}
}

// Cursor shows what a press would take hold of.
func (c *cropTool) Cursor() desktop.Cursor {
	switch {
	case c.img == nil:
		return desktop.DefaultCursor
	case c.handy():
		return desktop.PointerCursor
	case c.mode != modeCrop:
		return desktop.CrosshairCursor
	}
	if h, ok := c.handleAt(c.mouse); ok {
		switch {
		case h.x == 0:
			return desktop.VResizeCursor
		case h.y == 0:
			return desktop.HResizeCursor
		}
		return desktop.CrosshairCursor
	}
	return desktop.DefaultCursor
}
