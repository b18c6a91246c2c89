package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// rend is the renderer of all our widgets: three functions over a fixed or
// changing set of objects. update takes colours and texts from the widget and
// must not change the layout; Refresh runs both.
type rend struct {
	of     fyne.Widget
	objs   []fyne.CanvasObject
	min    func() fyne.Size
	layout func(fyne.Size)
	update func()
	deep   bool // Refresh goes on into what is inside
}

func newRend(of fyne.Widget, objs []fyne.CanvasObject, min func() fyne.Size, layout func(fyne.Size), update func()) *rend {
	r := &rend{of: of, objs: objs, min: min, layout: layout, update: update}
	update()
	return r
}

func (r *rend) Destroy()                     {}
func (r *rend) MinSize() fyne.Size           { return r.min() }
func (r *rend) Layout(s fyne.Size)           { r.layout(s) }
func (r *rend) Objects() []fyne.CanvasObject { return r.objs }
func (r *rend) Refresh() {
	r.update()
	r.layout(r.of.Size())
	if r.deep {
		refreshAll(r.objs)
	}
	canvas.Refresh(r.of)
}

// deepened makes a Refresh lay out and refresh what is inside as well: for
// widgets that put others together, whose height may have changed.
func (r *rend) deepened() *rend {
	r.deep = true
	return r
}

func refreshAll(objs []fyne.CanvasObject) {
	for _, o := range objs {
		switch o.(type) {
		case *fyne.Container, fyne.Widget:
			o.Refresh()
		}
	}
}

// Wrap is the renderer of a view that puts widgets together: Refresh lays out
// everything inside again, so that what was shown, hidden or has grown finds its
// place.
func Wrap(w fyne.Widget, content fyne.CanvasObject) fyne.WidgetRenderer { return newWrap(w, content) }

// control is the common part of everything that can be acted on: hover, focus,
// disabled, and activation by tap, Enter and Space.
type control struct {
	widget.BaseWidget
	hovered, focused, disabled bool

	activate func() // may be nil
	onFocus  func() // may be nil
	tip      string // tool tip, empty for none
	self     fyne.Widget
}

func (c *control) init(self fyne.Widget) {
	c.self = self
	c.ExtendBaseWidget(self)
}

func (c *control) Tapped(*fyne.PointEvent) { c.fire() }

func (c *control) fire() {
	if c.disabled || c.activate == nil {
		return
	}
	hideTip(c.self)
	c.activate()
}

func (c *control) MouseIn(*desktop.MouseEvent) {
	c.hovered = true
	if c.tip != "" {
		showTip(c.self, c.tip)
	}
	c.Refresh()
}
func (c *control) MouseMoved(*desktop.MouseEvent) {}

func (c *control) MouseOut() {
	c.hovered = false
	if c.tip != "" {
		hideTip(c.self)
	}
	c.Refresh()
}

func (c *control) FocusGained() {
	c.focused = true
	c.Refresh()
	if c.onFocus != nil {
		c.onFocus()
	}
}

// WhenFocused sets what is called when the focus comes.
func (c *control) WhenFocused(f func()) { c.onFocus = f }

func (c *control) FocusLost() {
	c.focused = false
	c.Refresh()
}
func (c *control) TypedRune(r rune) { passRune(c.self, r) }

func (c *control) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.fire()
	default:
		passKey(c.self, e)
	}
}

// passRune gives the window a letter that the focused widget has no use for, so that its
// keys work wherever no text is typed; not from inside a popover.
func passRune(w fyne.Widget, r rune) {
	if c := windowOf(w); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// passKey is passRune for keys.
func passKey(w fyne.Widget, e *fyne.KeyEvent) {
	if c := windowOf(w); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// windowOf is the canvas of a widget, nil while something lies over the window.
func windowOf(w fyne.Widget) fyne.Canvas {
	c := fyne.CurrentApp().Driver().CanvasForObject(w)
	if c == nil || c.Overlays().Top() != nil {
		return nil
	}
	return c
}

// Enable makes the control usable.
func (c *control) Enable() { c.setDisabled(false) }

// Disable greys the control and keeps it from acting; it stays in view.
func (c *control) Disable() { c.setDisabled(true) }

// Disabled reports whether the control is disabled.
func (c *control) Disabled() bool { return c.disabled }

func (c *control) setDisabled(v bool) {
	if c.disabled == v {
		return
	}
	c.disabled = v
	c.Refresh()
}

// SetTip sets the tool tip shown on hover; empty for none.
func (c *control) SetTip(s string) { c.tip = s }

func (c *control) Cursor() desktop.Cursor {
	if c.disabled || c.activate == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// of returns the colour of a role in the theme of a widget.
func of(w fyne.Widget, role fyne.ThemeColorName) color.Color {
	if role == "" || role == theme.ColorClear {
		return color.Transparent
	}
	return theme.Of(w, role)
}

func rect() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }

// inputEdge is a little more than a hairline: Fyne's shader softens edges by a
// pixel to both sides, which takes contrast from a line of 1 where 3:1 matters.
const inputEdge float32 = 1.25

// box sets a rectangle to roles of a widget's theme; an empty role is nothing.
func box(w fyne.Widget, r *canvas.Rectangle, fill, stroke fyne.ThemeColorName, radius float32) {
	r.FillColor = of(w, fill)
	r.StrokeColor = of(w, stroke)
	r.StrokeWidth = 0
	switch stroke {
	case "":
	case theme.ColorEdge:
		r.StrokeWidth = inputEdge
	default:
		r.StrokeWidth = theme.Hairline
	}
	r.CornerRadius = radius
	r.Refresh()
}

// ring shows or hides the focus ring: 2 of the accent with a gap of 1.
func ring(w fyne.Widget, r *canvas.Rectangle, on bool, radius float32) {
	r.FillColor = color.Transparent
	r.StrokeColor = of(w, theme.ColorAccent)
	r.StrokeWidth = theme.FocusRing
	r.CornerRadius = radius + theme.FocusGap + theme.FocusRing
	r.Hidden = !on
	r.Refresh()
}

func layRing(r *canvas.Rectangle, pos fyne.Position, s fyne.Size) {
	d := theme.FocusGap + theme.FocusRing
	place(r, pos.X-d, pos.Y-d, s.Width+2*d, s.Height+2*d)
}

func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// newImage returns an image object for an icon; the resource is set in update.
func newImage() *canvas.Image {
	i := &canvas.Image{}
	i.FillMode = canvas.ImageFillContain
	return i
}

func setIcon(w fyne.Widget, i *canvas.Image, name theme.IconName, role fyne.ThemeColorName) {
	i.Hidden = name == ""
	if name == "" {
		return
	}
	res := theme.IconIn(name, of(w, role))
	if i.Resource == res {
		return
	}
	i.Resource = res
	i.Refresh()
}

// newLine returns a text object that is dressed by dress.
func newLine() *canvas.Text { return canvas.NewText("", color.Transparent) }

func dress(w fyne.Widget, t *canvas.Text, s string, st Style) {
	c := of(w, st.role())
	if t.Text == s && t.TextSize == st.Size && t.FontSource == st.face() && t.Color == c && t.Alignment == st.Align {
		return
	}
	t.Text, t.TextSize, t.FontSource, t.Color, t.Alignment = s, st.Size, st.face(), c, st.Align
	t.TextStyle = fyne.TextStyle{Monospace: st.Mono, Bold: st.Weight >= theme.SemiBold}
	t.Refresh()
}

// measure returns the width and the line height of a text in a style.
func measure(s string, st Style) fyne.Size {
	size, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, st.Size, fyne.TextStyle{Monospace: st.Mono}, st.face())
	return fyne.NewSize(size.Width, theme.LineHeight(st.Size))
}

// textWidth is measure's width.
func textWidth(s string, st Style) float32 { return measure(s, st).Width }
