package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// List shows rows of one height out of a count; only the rows in view exist as
// objects, and they are used again for others. The selected row has the accent's
// soft ground and a bar of 3 px at its left edge.
type List struct {
	widget.BaseWidget

	// OnSelected is called when a person picks a row by tap or arrow.
	OnSelected func(i int)
	// OnActivated is called on Enter, or on a tap on the row picked already.
	OnActivated func(i int)
	// Lines draws a hairline below each row.
	Lines bool

	rowHeight float32
	count     func() int
	create    func() fyne.CanvasObject
	update    func(i int, o fyne.CanvasObject)

	tapPicks func(i int) // instead of selecting; see OnTapped

	selected int
	focused  bool
	scroll   *container.Scroll
	body     *listBody
}

// NewList returns a list. create makes the content of a row, update puts row i
// into it; both run on the main thread, update for the rows in view at each
// scroll and refresh, so it must be quick.
func NewList(rowHeight float32, count func() int, create func() fyne.CanvasObject, update func(i int, o fyne.CanvasObject)) *List {
	l := &List{rowHeight: rowHeight, count: count, create: create, update: update, selected: -1, Lines: true}
	l.body = &listBody{l: l}
	l.body.ExtendBaseWidget(l.body)
	l.scroll = container.NewVScroll(l.body)
	l.scroll.OnScrolled = func(fyne.Position) { l.body.show(false) }
	l.ExtendBaseWidget(l)
	return l
}

// OnTapped makes a tap call f instead of selecting the row, for lists in which a
// tap is the choice.
func (l *List) OnTapped(f func(i int)) { l.tapPicks = f }

// Selected returns the selected row, or -1.
func (l *List) Selected() int { return l.selected }

// SetSelected selects a row, -1 for none, without a callback.
func (l *List) SetSelected(i int) {
	if i < -1 || i >= l.count() {
		i = -1
	}
	if l.selected == i {
		return
	}
	l.selected = i
	l.body.show(false)
	if i >= 0 {
		l.Reveal(i)
	}
}

// Reveal scrolls as little as needed to bring row i into view.
func (l *List) Reveal(i int) {
	y, view, off := float32(i)*l.rowHeight, l.scroll.Size().Height, l.scroll.Offset.Y
	switch {
	case y < off:
		l.scroll.ScrollToOffset(fyne.NewPos(0, y))
	case y+l.rowHeight > off+view:
		l.scroll.ScrollToOffset(fyne.NewPos(0, y+l.rowHeight-view))
	}
	l.body.show(false)
}

// Visible rows, first and one past the last; for tests and for "1–5 of 38".
func (l *List) InView() (from, to int) {
	n := l.count()
	from = max(0, int(l.scroll.Offset.Y/l.rowHeight))
	to = int((l.scroll.Offset.Y+l.scroll.Size().Height+l.rowHeight-1)/l.rowHeight) + 1
	return min(from, n), min(to, n)
}

// Refresh shows the data again, after count or rows changed.
func (l *List) Refresh() {
	if l.selected >= l.count() {
		l.selected = -1
	}
	l.body.Resize(fyne.NewSize(l.scroll.Size().Width, max(l.scroll.Size().Height, float32(l.count())*l.rowHeight)))
	l.scroll.Refresh() // an offset beyond fewer rows comes back
	l.body.show(true)
	l.BaseWidget.Refresh()
}

func (l *List) pick(i int) {
	if i < 0 || i >= l.count() {
		return
	}
	if i == l.selected {
		return
	}
	l.SetSelected(i)
	if l.OnSelected != nil {
		l.OnSelected(i)
	}
}

func (l *List) tapped(i int) {
	if l.tapPicks != nil {
		l.tapPicks(i)
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil && c.Focused() != fyne.Focusable(l) {
		c.Focus(l)
	}
	if i == l.selected && l.OnActivated != nil {
		l.OnActivated(i)
		return
	}
	l.pick(i)
}

// FocusGained implements fyne.Focusable.
func (l *List) FocusGained() {
	l.focused = true
	l.body.show(false)
}

// FocusLost implements fyne.Focusable.
func (l *List) FocusLost() {
	l.focused = false
	l.body.show(false)
}

// TypedRune implements fyne.Focusable.
func (l *List) TypedRune(r rune) { passRune(l, r) }

// TypedKey moves the selection and activates it.
func (l *List) TypedKey(e *fyne.KeyEvent) {
	last := l.count() - 1
	page := max(1, int(l.scroll.Size().Height/l.rowHeight)-1)
	switch e.Name {
	case fyne.KeyDown:
		l.pick(min(l.selected+1, last))
	case fyne.KeyUp:
		l.pick(max(l.selected-1, 0))
	case fyne.KeyPageDown:
		l.pick(min(l.selected+page, last))
	case fyne.KeyPageUp:
		l.pick(max(l.selected-page, 0))
	case fyne.KeyHome:
		l.pick(0)
	case fyne.KeyEnd:
		l.pick(last)
	case fyne.KeyReturn, fyne.KeyEnter:
		if l.selected >= 0 && l.OnActivated != nil {
			l.OnActivated(l.selected)
		}
	default:
		passKey(l, e)
	}
}

// CreateRenderer implements fyne.Widget.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return newRend(l, []fyne.CanvasObject{l.scroll},
		func() fyne.Size { return fyne.NewSize(l.create().MinSize().Width, l.rowHeight) },
		func(s fyne.Size) {
			place(l.scroll, 0, 0, s.Width, s.Height)
			l.body.show(false)
		}, func() {})
}
