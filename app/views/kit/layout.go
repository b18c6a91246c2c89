package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// heightForWidth is implemented by widgets and layouts whose height depends on
// the width they get: wrapping text, and the stacks around it.
type heightForWidth interface{ HeightForWidth(w float32) float32 }

type layoutHeight interface {
	heightFor(objs []fyne.CanvasObject, w float32) float32
}

// heightOf returns the height that an object needs at a width.
func heightOf(o fyne.CanvasObject, w float32) float32 {
	switch o := o.(type) {
	case heightForWidth:
		return o.HeightForWidth(w)
	case *fyne.Container:
		if l, ok := o.Layout.(layoutHeight); ok {
			return l.heightFor(o.Objects, w)
		}
	}
	return o.MinSize().Height
}

func present(objs []fyne.CanvasObject) []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(objs))
	for _, o := range objs {
		if o != nil {
			out = append(out, o)
		}
	}
	return out
}

// V stacks objects from the top, each as wide as the stack, gap between them.
// Hidden objects take no room.
func V(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &vLayout{gap: gap}, Objects: present(objs)}
}

// H puts objects side by side, centred vertically.
func H(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &hLayout{gap: gap}, Objects: present(objs)}
}

// HTop puts objects side by side, aligned to the top.
func HTop(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &hLayout{gap: gap, top: true}, Objects: present(objs)}
}

// HFill puts objects side by side, all as high as the stack.
func HFill(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &hLayout{gap: gap, fill: true}, Objects: present(objs)}
}

// Grow marks an object that takes the space a stack has left.
func Grow(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{grow: true}, Objects: []fyne.CanvasObject{o}}
}

// Spacer takes the space a stack has left.
func Spacer() *fyne.Container { return Grow(rect()) }

func grows(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	l, ok := c.Layout.(*padLayout)
	return ok && l.grow
}

type vLayout struct {
	gap   float32
	width float32 // last laid out; MinSize has no other way to know it
}

func (l *vLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	h, n := float32(0), 0
	for _, o := range objs {
		if o.Visible() {
			h += heightOf(o, w)
			n++
		}
	}
	return h + l.gap*float32(max(n-1, 0))
}

func (l *vLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objs {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightFor(objs, max(l.width, w)))
}

func (l *vLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	left := s.Height - l.heightFor(objs, s.Width)
	growing := 0
	for _, o := range objs {
		if o.Visible() && grows(o) {
			growing++
		}
	}
	y := float32(0)
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		h := heightOf(o, s.Width)
		if growing > 0 && grows(o) {
			h = max(0, h+left/float32(growing))
		}
		place(o, 0, y, s.Width, h)
		y += h + l.gap
	}
}

type hLayout struct {
	gap       float32
	top, fill bool
	width     float32
}

// upright reports whether an object is a vertical hairline, which always spans
// the height.
func upright(o fyne.CanvasObject) bool {
	l, ok := o.(*Line)
	return ok && l.vertical
}

// widths shares a width out: what grows gets its minimum and what is left.
func (l *hLayout) widths(objs []fyne.CanvasObject, w float32) []float32 {
	out := make([]float32, len(objs))
	used, n, growing := float32(0), 0, 0
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		out[i] = o.MinSize().Width
		used += out[i]
		n++
		if grows(o) {
			growing++
		}
	}
	left := w - used - l.gap*float32(max(n-1, 0))
	if growing == 0 {
		return out
	}
	for i, o := range objs {
		if o.Visible() && grows(o) {
			out[i] = max(0, out[i]+left/float32(growing))
		}
	}
	return out
}

func (l *hLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	h := float32(0)
	ws := l.widths(objs, w)
	for i, o := range objs {
		if o.Visible() {
			h = max(h, heightOf(o, ws[i]))
		}
	}
	return h
}

func (l *hLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w, n := float32(0), 0
	for _, o := range objs {
		if o.Visible() {
			w += o.MinSize().Width
			n++
		}
	}
	w += l.gap * float32(max(n-1, 0))
	return fyne.NewSize(w, l.heightFor(objs, max(l.width, w)))
}

func (l *hLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	x := float32(0)
	ws := l.widths(objs, s.Width)
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		h := min(heightOf(o, ws[i]), s.Height)
		y := float32(0)
		if l.fill || grows(o) || upright(o) {
			h = s.Height
		} else if !l.top {
			y = (s.Height - h) / 2
		}
		place(o, x, y, ws[i], h)
		x += ws[i] + l.gap
	}
}

// Divider is a horizontal hairline.
func Divider() *Line { return newLineWidget(theme.ColorHairline, false) }

// VDivider is a vertical hairline.
func VDivider() *Line { return newLineWidget(theme.ColorHairline, true) }
