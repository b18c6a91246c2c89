package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Popover is a box over the window that closes by Esc, by a tap outside, or by
// Hide. Only one thing is asked of its content: a size.
type Popover struct {
	widget.BaseWidget

	OnHidden func() // after it has closed, however that came about

	over    fyne.Canvas
	anchor  fyne.CanvasObject // nil: a modal in the middle
	box     *Ground
	content fyne.CanvasObject
	modal   bool
	open    bool
	width   float32
}

// ShowPopover opens content in a box below an object (above it where there is
// no room), and focuses the content if it can be focused. Nil where the anchor
// is in no window.
func ShowPopover(anchor, content fyne.CanvasObject) *Popover {
	c := fyne.CurrentApp().Driver().CanvasForObject(anchor)
	if c == nil {
		return nil
	}
	hideTip(anchor)
	p := &Popover{over: c, anchor: anchor, content: content}
	p.show()
	return p
}

// ShowModal opens content in the middle of a window that is dimmed meanwhile. A
// tap outside does not close it; Esc does.
func ShowModal(c fyne.Canvas, content fyne.CanvasObject) *Popover {
	p := &Popover{over: c, content: content, modal: true}
	p.show()
	return p
}

func (p *Popover) show() {
	p.box = Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, p.content)
	p.open = true
	p.ExtendBaseWidget(p)
	p.over.Overlays().Add(p)
	p.Resize(p.over.Size())
	if f, ok := p.content.(fyne.Focusable); ok {
		p.over.Focus(f)
	} else {
		p.over.Focus(p)
	}
}

// Open reports whether the box is in view.
func (p *Popover) Open() bool { return p != nil && p.open }

// Hide closes the box. Hiding twice does nothing.
func (p *Popover) Hide() {
	if p == nil || !p.open {
		return
	}
	p.open = false
	p.over.Overlays().Remove(p)
	if p.OnHidden != nil {
		p.OnHidden()
	}
}

// Tapped closes a box that is not modal: the tap was outside.
func (p *Popover) Tapped(e *fyne.PointEvent) {
	if !p.modal && !p.inside(e.Position) {
		p.Hide()
	}
}

// TappedSecondary does what Tapped does.
func (p *Popover) TappedSecondary(e *fyne.PointEvent) { p.Tapped(e) }

func (p *Popover) inside(at fyne.Position) bool {
	a, b := p.box.Position(), p.box.Position().Add(p.box.Size())
	return at.X >= a.X && at.Y >= a.Y && at.X < b.X && at.Y < b.Y
}

// FocusGained, FocusLost, TypedRune and TypedKey let Esc close the box.
func (p *Popover) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (p *Popover) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (p *Popover) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (p *Popover) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		p.Hide()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Popover) CreateRenderer() fyne.WidgetRenderer {
	dim := canvas.NewRectangle(color.Transparent)
	return newRend(p, []fyne.CanvasObject{dim, p.box}, func() fyne.Size { return fyne.NewSize(1, 1) },
		func(s fyne.Size) {
			place(dim, 0, 0, s.Width, s.Height)
			w := p.box.MinSize().Width
			if p.anchor != nil {
				w = max(w, p.width)
			}
			w = min(w, s.Width-16)
			h := min(heightOf(p.box, w), s.Height-16)
			if p.anchor == nil {
				place(p.box, (s.Width-w)/2, max(8, (s.Height-h)/3), w, h)
				return
			}
			pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.anchor)
			x := min(max(8, pos.X), s.Width-w-8)
			y := pos.Y + p.anchor.Size().Height + 4
			if y+h > s.Height-8 {
				y = max(8, min(pos.Y-h-4, s.Height-h-8))
			}
			place(p.box, x, y, w, h)
		},
		func() {
			dim.FillColor = color.Transparent
			if p.modal {
				dim.FillColor = color.NRGBA{R: 0x0A, G: 0x0E, B: 0x12, A: 0x73}
			}
			dim.Refresh()
		}).deepened()
}
