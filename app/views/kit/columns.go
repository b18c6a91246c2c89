package kit

import "fyne.io/fyne/v2"

// Columns puts objects side by side in equal widths and the same height.
func Columns(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &columnLayout{gap: gap}, Objects: present(objs)}
}

type columnLayout struct{ gap, width float32 }

func (l *columnLayout) each(objs []fyne.CanvasObject, w float32) (float32, int) {
	n := 0
	for _, o := range objs {
		if o.Visible() {
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return max(0, (w-l.gap*float32(n-1))/float32(n)), n
}

func (l *columnLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	each, _ := l.each(objs, w)
	h := float32(0)
	for _, o := range objs {
		if o.Visible() {
			h = max(h, heightOf(o, each))
		}
	}
	return h
}

func (l *columnLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	_, n := l.each(objs, 0)
	for _, o := range objs {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	w = w*float32(n) + l.gap*float32(max(n-1, 0))
	return fyne.NewSize(w, l.heightFor(objs, max(l.width, w)))
}

func (l *columnLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	each, _ := l.each(objs, s.Width)
	x := float32(0)
	for _, o := range objs {
		if o.Visible() {
			place(o, x, 0, each, s.Height)
			x += each + l.gap
		}
	}
}

// Flow puts objects side by side and goes to a new line where they do not fit.
func Flow(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gap: gap}, Objects: present(objs)}
}

type flowLayout struct{ gap, width float32 }

func (l *flowLayout) walk(objs []fyne.CanvasObject, w float32, put func(o fyne.CanvasObject, x, y float32, s fyne.Size)) float32 {
	x, y, row := float32(0), float32(0), float32(0)
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if x > 0 && x+m.Width > w+0.5 {
			x, y, row = 0, y+row+l.gap, 0
		}
		if put != nil {
			put(o, x, y, fyne.NewSize(min(m.Width, max(w, 1)), m.Height))
		}
		x += m.Width + l.gap
		row = max(row, m.Height)
	}
	return y + row
}

func (l *flowLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return l.walk(objs, w, nil)
}

func (l *flowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objs {
		w = max(w, o.MinSize().Width)
	}
	return fyne.NewSize(w, l.heightFor(objs, max(l.width, w)))
}

func (l *flowLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.walk(objs, s.Width, func(o fyne.CanvasObject, x, y float32, m fyne.Size) { place(o, x, y, m.Width, m.Height) })
}
