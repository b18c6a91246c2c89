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

// heightAt is heightOf for an object whose least size is known: only where the height
// depends on the width is it asked again. Fyne asks every object at each frame, and each
// level of stacks asks the ones below.
func heightAt(o fyne.CanvasObject, least fyne.Size, w float32) float32 {
	switch o := o.(type) {
	case heightForWidth:
		return o.HeightForWidth(w)
	case *fyne.Container:
		if l, ok := o.Layout.(layoutHeight); ok {
			return l.heightFor(o.Objects, w)
		}
	}
	return least.Height
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
	mins, w, n := make([]fyne.Size, len(objs)), float32(0), 0
	for i, o := range objs {
		if o.Visible() {
			mins[i] = o.MinSize()
			w = max(w, mins[i].Width)
			n++
		}
	}
	h, at := l.gap*float32(max(n-1, 0)), max(l.width, w)
	for i, o := range objs {
		if o.Visible() {
			h += heightAt(o, mins[i], at)
		}
	}
	return fyne.NewSize(w, h)
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

// least asks each visible object for its size once and returns the width of all.
func (l *hLayout) least(objs []fyne.CanvasObject) (mins []fyne.Size, w float32) {
	mins = make([]fyne.Size, len(objs))
	n := 0
	for i, o := range objs {
		if o.Visible() {
			mins[i] = o.MinSize()
			w += mins[i].Width
			n++
		}
	}
	return mins, w + l.gap*float32(max(n-1, 0))
}

// share gives what grows its part of what is left of a width; used is that of all.
func share(objs []fyne.CanvasObject, mins []fyne.Size, used, w float32) {
	growing := 0
	for _, o := range objs {
		if o.Visible() && grows(o) {
			growing++
		}
	}
	if growing == 0 {
		return
	}
	for i, o := range objs {
		if o.Visible() && grows(o) {
			mins[i].Width = max(0, mins[i].Width+(w-used)/float32(growing))
		}
	}
}

func (l *hLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	mins, used := l.least(objs)
	return tallest(objs, mins, used, w)
}

func tallest(objs []fyne.CanvasObject, mins []fyne.Size, used, w float32) float32 {
	h := float32(0)
	share(objs, mins, used, w)
	for i, o := range objs {
		if o.Visible() {
			h = max(h, heightAt(o, mins[i], mins[i].Width))
		}
	}
	return h
}

func (l *hLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	mins, w := l.least(objs)
	return fyne.NewSize(w, tallest(objs, mins, w, max(l.width, w)))
}

func (l *hLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	x := float32(0)
	ws, used := l.least(objs)
	share(objs, ws, used, s.Width)
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		h := min(heightAt(o, ws[i], ws[i].Width), s.Height)
		y := float32(0)
		if l.fill || grows(o) || upright(o) {
			h = s.Height
		} else if !l.top {
			y = (s.Height - h) / 2
		}
		place(o, x, y, ws[i].Width, h)
		x += ws[i].Width + l.gap
	}
}

// Divider is a horizontal hairline.
func Divider() *Line { return newLineWidget(theme.ColorHairline, false) }

// VDivider is a vertical hairline.
func VDivider() *Line { return newLineWidget(theme.ColorHairline, true) }
