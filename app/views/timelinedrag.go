package views

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordon/app/session"
)

// rangeDrag is a timeframe being drawn or changed with the mouse.
type rangeDrag struct {
	active      bool
	fixed, live time.Time
}

func (d *rangeDrag) now() (session.Span, bool) {
	if !d.active {
		return session.Span{}, false
	}
	if d.fixed.Before(d.live) {
		return session.Span{From: d.fixed, To: d.live}, true
	}
	return session.Span{From: d.live, To: d.fixed}, true
}

// grab begins a drag at x: of the nearer edge of span when x is near it, else of a new one
// that begins at t.
func (d *rangeDrag) grab(x, x1, x2 float32, span session.Span, t time.Time) {
	const near = 9
	d.active = true
	switch {
	case !span.IsZero() && x > x1-near && x < x1+near:
		d.fixed, d.live = span.To, span.From
	case !span.IsZero() && x > x2-near && x < x2+near:
		d.fixed, d.live = span.From, span.To
	default:
		d.fixed, d.live = t, t
	}
}

// MouseDown implements desktop.Mouseable.
func (c *coverageChart) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary || c.axis.IsZero() || len(c.data.Spans) > 1 {
		return
	}
	var span session.Span
	if len(c.data.Spans) == 1 {
		span = c.data.Spans[0]
	}
	w := c.Size().Width
	c.drag.grab(e.Position.X, c.x(span.From, w), c.x(span.To, w), span, c.at(e.Position.X, w))
}

// Dragged implements fyne.Draggable.
func (c *coverageChart) Dragged(e *fyne.DragEvent) {
	if c.drag.active {
		c.drag.live = c.at(e.Position.X, c.Size().Width)
		c.Refresh()
	}
}

// DragEnd implements fyne.Draggable.
func (c *coverageChart) DragEnd() { c.letGo() }

// MouseUp implements desktop.Mouseable.
func (c *coverageChart) MouseUp(*desktop.MouseEvent) { c.letGo() }

func (c *coverageChart) letGo() {
	span, ok := c.drag.now()
	c.drag = rangeDrag{}
	if ok && span.From.Before(span.To) {
		c.onSpan(span)
		return
	}
	c.Refresh()
}

// MouseDown implements desktop.Mouseable.
func (c *histogramChart) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary || len(c.data.Bins) == 0 {
		return
	}
	x1, x2 := c.edges()
	c.drag.grab(e.Position.X, x1, x2, c.brush, c.at(e.Position.X))
}

// Dragged implements fyne.Draggable.
func (c *histogramChart) Dragged(e *fyne.DragEvent) {
	if c.drag.active {
		c.drag.live = c.at(e.Position.X)
		c.Refresh()
	}
}

// DragEnd implements fyne.Draggable.
func (c *histogramChart) DragEnd() { c.letGo() }

// MouseUp implements desktop.Mouseable.
func (c *histogramChart) MouseUp(*desktop.MouseEvent) { c.letGo() }

func (c *histogramChart) letGo() {
	span, ok := c.drag.now()
	c.drag = rangeDrag{}
	if ok && span.From.Before(span.To) {
		c.onBrush(span)
		return
	}
	c.Refresh()
}
