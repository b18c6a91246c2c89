package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Scroller scrolls its content vertically and gives it the height that it needs
// at the present width.
type Scroller struct {
	widget.BaseWidget
	content fyne.CanvasObject
	scroll  *container.Scroll
	wheel   *wheel
}

// Scroll returns a vertical scroller around an object.
func Scroll(o fyne.CanvasObject) *Scroller {
	s := &Scroller{content: o}
	s.scroll = container.NewVScroll(&fyne.Container{Layout: &scrollLayout{}, Objects: []fyne.CanvasObject{o}})
	s.wheel = &wheel{scroll: s.scroll}
	s.wheel.ExtendBaseWidget(s.wheel)
	s.ExtendBaseWidget(s)
	return s
}

// wheel lies over the content and takes the mouse wheel alone, so that a field under the
// pointer does not swallow it: Fyne gives the wheel to the topmost object that takes it.
type wheel struct {
	widget.BaseWidget
	scroll *container.Scroll
}

// wheelStep makes a notch as long as three lines of text; Fyne's is a third of that.
const wheelStep = 3

// Scrolled implements fyne.Scrollable.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	far := *e
	far.Scrolled = fyne.NewDelta(e.Scrolled.DX*wheelStep, e.Scrolled.DY*wheelStep)
	w.scroll.Scrolled(&far)
}

// CreateRenderer implements fyne.Widget.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return newRend(w, nil, func() fyne.Size { return fyne.Size{} }, func(fyne.Size) {}, func() {})
}

// ToTop scrolls to the beginning.
func (s *Scroller) ToTop() { s.scroll.ScrollToTop() }

// Offset returns how far the content is scrolled down.
func (s *Scroller) Offset() float32 { return s.scroll.Offset.Y }

// AtEnd reports whether the end of the content is in view.
func (s *Scroller) AtEnd() bool {
	return s.scroll.Offset.Y+s.scroll.Size().Height >= s.scroll.Content.Size().Height-1
}

// OnScrolled sets what is called when the offset has changed.
func (s *Scroller) OnScrolled(f func()) { s.scroll.OnScrolled = func(fyne.Position) { f() } }

// Reveal scrolls as little as needed to bring an object of the content into
// view. The object must be laid out and visible.
func (s *Scroller) Reveal(o fyne.CanvasObject) {
	y, ok := below(s.content, o)
	if !ok {
		d := fyne.CurrentApp().Driver()
		y = d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s.content).Y
	}
	s.reveal(y, o.Size().Height)
}

// below is how far an object lies below the top of another one that holds it through
// containers and grounds. The driver cannot say it of what has just been shown: it knows an
// object's window from drawing it.
func below(top, o fyne.CanvasObject) (float32, bool) {
	var inside []fyne.CanvasObject
	switch t := top.(type) {
	case *fyne.Container:
		inside = t.Objects
	case *Ground:
		inside = []fyne.CanvasObject{t.content}
	}
	for _, c := range inside {
		if c == o {
			return c.Position().Y, true
		}
		if y, ok := below(c, o); ok {
			return c.Position().Y + y, true
		}
	}
	return 0, false
}

func (s *Scroller) reveal(y, h float32) {
	view := s.scroll.Size().Height
	off := s.scroll.Offset.Y
	switch {
	case y < off || h > view:
		off = y
	case y+h > off+view:
		off = y + h - view
	default:
		return
	}
	s.scroll.ScrollToOffset(fyne.NewPos(0, max(0, off)))
}

// relayout gives the content its height again, after it changed.
func (s *Scroller) relayout() {
	size := s.Size()
	s.scroll.Resize(size)
	s.wheel.Resize(size)
	s.scroll.Content.Resize(fyne.NewSize(size.Width, max(size.Height, heightOf(s.content, size.Width))))
	s.scroll.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *Scroller) CreateRenderer() fyne.WidgetRenderer {
	return newRend(s, []fyne.CanvasObject{s.scroll, s.wheel},
		func() fyne.Size { return fyne.NewSize(s.content.MinSize().Width, 32) },
		func(fyne.Size) { s.relayout() },
		func() {}).deepened()
}

// scrollLayout gives the content its own height, at least that of the view, and
// never more width than the view has.
type scrollLayout struct{ width float32 }

func (l *scrollLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, heightOf(objs[0], l.width))
}

func (l *scrollLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	place(objs[0], 0, 0, s.Width, s.Height)
}
