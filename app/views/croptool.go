package views

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// cropMode is the tool in hand.
type cropMode int

const (
	modeCrop  cropMode = iota // handles of the crop, covers can be taken hold of
	modeHand                  // moves the picture
	modeBox                   // draws a covered rectangle
	modeCover                 // draws a covered polygon, corner by corner
)

// grab is what a press took hold of.
type grab int

const (
	grabNone grab = iota
	grabHandle
	grabCorner
	grabCover
	grabPan
	grabBox
	grabSpan
)

const (
	handleReach float32 = 9 // px around a handle
	clickReach  float32 = 4 // px a click may move
	zoomMax             = 8.0
)

// cropTool is the picture with the crop on it. It knows the geometry of the
// view and of the mouse; the model holds the crop. Positions in the view are
// Fyne units, those of the model pixels of the original.
type cropTool struct {
	widget.BaseWidget

	onChange func() // the crop, the sketch, the zoom or the tool has changed
	onResize func() // the picture is laid out in another size: the fit differs
	onKey    func(*fyne.KeyEvent) bool

	img     image.Image
	model   *cropModel
	mode    cropMode
	space   bool // Space is held: the hand for the time being
	preview bool // only what is kept is shown

	zoom    float64 // view units per pixel; 0: fit
	origin  fyne.Position
	moved   bool // the picture was moved by hand; else it stays in the middle
	sketch  []image.Point
	mouse   fyne.Position
	chosen  int // cover chosen, -1 none
	focused bool

	held      grab
	heldAt    handle
	heldIndex [2]int
	pressed   bool
	dragged   bool
	start     fyne.Position
	startRect image.Rectangle
	startPoly []image.Point
	startOrig fyne.Position
}

func newCropTool() *cropTool {
	c := &cropTool{chosen: -1}
	c.ExtendBaseWidget(c)
	return c
}

// Resize implements fyne.CanvasObject.
func (c *cropTool) Resize(s fyne.Size) {
	if s == c.Size() {
		return
	}
	c.BaseWidget.Resize(s)
	if c.onResize != nil {
		c.onResize()
	}
}

// show puts a picture and its crop in view.
func (c *cropTool) show(img image.Image, m *cropModel) {
	c.img, c.model = img, m
	c.zoom, c.moved, c.sketch, c.chosen, c.held = 0, false, nil, -1, grabNone
	c.changed()
}

func (c *cropTool) changed() {
	c.Refresh()
	if c.onChange != nil {
		c.onChange()
	}
}

func (c *cropTool) setMode(m cropMode) {
	c.mode, c.sketch = m, nil
	c.changed()
}

func (c *cropTool) handy() bool { return c.mode == modeHand || c.space }

// scale returns view units per pixel.
func (c *cropTool) scale() float64 {
	if c.zoom > 0 {
		return c.zoom
	}
	return c.fit()
}

func (c *cropTool) fit() float64 {
	if c.img == nil {
		return 1
	}
	b, s := c.img.Bounds(), c.Size()
	return max(0.01, min(float64(s.Width-24)/float64(b.Dx()), float64(s.Height-24)/float64(b.Dy())))
}

// corner returns the place of the picture's top left corner.
func (c *cropTool) corner() fyne.Position {
	if c.moved || c.img == nil {
		return c.origin
	}
	b, s, z := c.img.Bounds(), c.Size(), c.scale()
	return fyne.NewPos((s.Width-float32(float64(b.Dx())*z))/2, (s.Height-float32(float64(b.Dy())*z))/2)
}

func (c *cropTool) toView(p image.Point) fyne.Position {
	o, z, b := c.corner(), c.scale(), c.img.Bounds()
	return fyne.NewPos(o.X+float32(float64(p.X-b.Min.X)*z), o.Y+float32(float64(p.Y-b.Min.Y)*z))
}

func (c *cropTool) toImage(p fyne.Position) image.Point {
	o, z, b := c.corner(), c.scale(), c.img.Bounds()
	return image.Pt(b.Min.X+int(math.Round(float64(p.X-o.X)/z)), b.Min.Y+int(math.Round(float64(p.Y-o.Y)/z)))
}

// zoomBy changes the zoom and keeps the place under a point.
func (c *cropTool) zoomBy(f float64, about fyne.Position) {
	if c.img == nil {
		return
	}
	old, corner := c.scale(), c.corner()
	z := min(max(old*f, c.fit()*0.5), zoomMax)
	k := float32(z / old)
	c.zoom, c.moved = z, true
	c.origin = fyne.NewPos(about.X-(about.X-corner.X)*k, about.Y-(about.Y-corner.Y)*k)
	c.changed()
}

// zoomFit shows the whole picture, zoomCrop the crop.
func (c *cropTool) zoomFit() {
	c.zoom, c.moved = 0, false
	c.changed()
}

func (c *cropTool) zoomCrop() {
	if c.img == nil {
		return
	}
	r, s := c.model.now.rect, c.Size()
	c.zoom = min(zoomMax, float64(s.Width-64)/float64(r.Dx()), float64(s.Height-64)/float64(r.Dy()))
	b := c.img.Bounds()
	mid := r.Min.Add(r.Max).Div(2).Sub(b.Min)
	c.moved = true
	c.origin = fyne.NewPos(s.Width/2-float32(float64(mid.X)*c.zoom), s.Height/2-float32(float64(mid.Y)*c.zoom))
	c.changed()
}

// handleAt returns the handle of the crop near a place.
func (c *cropTool) handleAt(p fyne.Position) (handle, bool) {
	best, found, d := handle{}, false, handleReach
	for _, h := range handles {
		q := c.handlePos(h)
		if dist := max(abs(q.X-p.X), abs(q.Y-p.Y)); dist <= d {
			best, found, d = h, true, dist
		}
	}
	if found {
		return best, true
	}
	a, b := c.toView(c.model.now.rect.Min), c.toView(c.model.now.rect.Max)
	inX, inY := p.X > a.X && p.X < b.X, p.Y > a.Y && p.Y < b.Y
	switch { // anywhere on an edge
	case inX && abs(p.Y-a.Y) < 5:
		return handle{0, -1}, true
	case inX && abs(p.Y-b.Y) < 5:
		return handle{0, 1}, true
	case inY && abs(p.X-a.X) < 5:
		return handle{-1, 0}, true
	case inY && abs(p.X-b.X) < 5:
		return handle{1, 0}, true
	}
	return handle{}, false
}

func (c *cropTool) handlePos(h handle) fyne.Position {
	a, b := c.toView(c.model.now.rect.Min), c.toView(c.model.now.rect.Max)
	at := func(lo, hi float32, n int) float32 { return lo + (hi-lo)*float32(n+1)/2 }
	return fyne.NewPos(at(a.X, b.X, h.x), at(a.Y, b.Y, h.y))
}

// cornerAt returns the corner of a cover near a place.
func (c *cropTool) cornerAt(p fyne.Position) (cover, corner int, ok bool) {
	for i := len(c.model.now.covers) - 1; i >= 0; i-- {
		for j, q := range c.model.now.covers[i] {
			v := c.toView(q)
			if max(abs(v.X-p.X), abs(v.Y-p.Y)) <= handleReach {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

func abs(x float32) float32 { return max(x, -x) }

var (
	_ fyne.Draggable    = (*cropTool)(nil)
	_ fyne.Scrollable   = (*cropTool)(nil)
	_ fyne.Focusable    = (*cropTool)(nil)
	_ desktop.Mouseable = (*cropTool)(nil)
	_ desktop.Hoverable = (*cropTool)(nil)
	_ desktop.Keyable   = (*cropTool)(nil)
)
