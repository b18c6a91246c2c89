package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// optionList is the content of a select's popover.
type optionList struct {
	widget.BaseWidget
	s       *Select
	filter  *Input
	list    *List
	matches []int // options that match the filter
	col     fyne.CanvasObject
	pop     *Popover
}

func newOptionList(s *Select) *optionList {
	l := &optionList{s: s}
	l.list = NewList(theme.RowMenu, func() int { return len(l.matches) },
		func() fyne.CanvasObject { return newOptionRow() },
		func(i int, o fyne.CanvasObject) { o.(*optionRow).set(s.options[l.matches[i]], s.value) })
	l.list.Lines = false
	l.list.OnTapped(l.take) // arrows only move
	l.list.OnActivated = l.take
	l.match("")
	rows := float32(min(len(s.options), 10))
	body := fyne.CanvasObject(Fixed(0, rows*theme.RowMenu, l.list))
	if len(s.options) >= filterFrom {
		l.filter = NewInput("Type to filter").WithIcon(theme.IconSearch)
		l.filter.OnChanged = func(t string) { l.match(t); l.list.Refresh() }
		l.filter.OnKey = l.key
		body = V(4, l.filter, body)
	}
	w := float32(120)
	for _, o := range s.options {
		w = max(w, textWidth(o.Label, Body)+textWidth(o.Hint, Label)+64)
	}
	l.col = PadAll(4, Fixed(min(w, 360), 0, body))
	l.ExtendBaseWidget(l)
	return l
}

func (l *optionList) match(part string) {
	part = strings.ToLower(strings.TrimSpace(part))
	l.matches = l.matches[:0]
	at := -1
	for i, o := range l.s.options {
		if part == "" || strings.Contains(strings.ToLower(o.Label), part) {
			if o.Value == l.s.value || (at < 0 && part != "") {
				at = len(l.matches)
			}
			l.matches = append(l.matches, i)
		}
	}
	l.list.SetSelected(-1)
	l.list.SetSelected(at)
}

func (l *optionList) take(i int) {
	if i < 0 || i >= len(l.matches) || l.s.options[l.matches[i]].Disabled {
		return
	}
	l.s.choose(l.s.options[l.matches[i]].Value)
}

// key handles the keys of the filter and of the list; it reports whether it
// took the key.
func (l *optionList) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		l.list.TypedKey(e)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.take(l.list.Selected())
	case fyne.KeyEscape:
		l.pop.Hide()
	default:
		return false
	}
	return true
}

func (l *optionList) HeightForWidth(w float32) float32 { return heightOf(l.col, w) }
func (l *optionList) CreateRenderer() fyne.WidgetRenderer {
	return newWrap(l, l.col)
}

type optionRow struct {
	widget.BaseWidget
	o      Option
	chosen bool
}

func newOptionRow() *optionRow {
	r := &optionRow{}
	r.ExtendBaseWidget(r)
	return r
}

func (r *optionRow) set(o Option, value string) {
	r.o, r.chosen = o, o.Value == value
	r.Refresh()
}

func (r *optionRow) CreateRenderer() fyne.WidgetRenderer {
	icon, check, label, hint := newImage(), newImage(), newLine(), newLine()
	return newRend(r, []fyne.CanvasObject{icon, check, label, hint},
		func() fyne.Size { return fyne.NewSize(80, theme.RowMenu) },
		func(s fyne.Size) {
			x := float32(8)
			if r.o.Icon != "" {
				place(icon, x, (s.Height-16)/2, 16, 16)
				x += 24
			}
			hw := textWidth(r.o.Hint, Label)
			right := s.Width - 8 - hw
			place(hint, right, 0, hw, s.Height)
			if r.chosen {
				right -= 20
				place(check, right+4, (s.Height-13)/2, 13, 13)
			}
			st := r.style()
			dress(r, label, cut(r.o.Label, st, max(0, right-x)), st)
			place(label, x, 0, max(0, right-x), s.Height)
		},
		func() {
			setIcon(r, icon, r.o.Icon, theme.ColorText2)
			name := theme.IconName("")
			if r.chosen {
				name = theme.IconCheckBold
			}
			setIcon(r, check, name, theme.ColorAccent)
			dress(r, hint, r.o.Hint, Label)
		})
}

func (r *optionRow) style() Style {
	if r.o.Disabled {
		return Body.In(theme.ColorText3)
	}
	return Body
}
