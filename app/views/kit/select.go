package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Option is a choice of a Select.
type Option struct {
	Value    string
	Label    string
	Icon     theme.IconName
	Hint     string // at the right, such as a count
	Disabled bool
}

// filterFrom is the number of options from which a list can be filtered.
const filterFrom = 9

// Select is a field that opens a list of options; long lists have a field to
// type a part of the label in.
type Select struct {
	control
	placeholder string
	options     []Option
	value       string
	compact     bool
	onChange    func(string)
	open        *Popover
	problem     string
}

// NewSelect returns a select with nothing chosen.
func NewSelect(placeholder string, options []Option, onChange func(value string)) *Select {
	s := &Select{placeholder: placeholder, options: options, onChange: onChange}
	s.activate = s.show
	s.init(s)
	return s
}

// Value returns the chosen value, or "".
func (s *Select) Value() string { return s.value }

// SetValue chooses without a callback; an unknown value chooses nothing.
func (s *Select) SetValue(v string) {
	s.value = ""
	for _, o := range s.options {
		if o.Value == v {
			s.value = v
		}
	}
	s.Refresh()
}

// SetOptions replaces the options; a chosen value that is gone is dropped.
func (s *Select) SetOptions(options []Option) {
	s.options = options
	s.SetValue(s.value)
}

// Compact makes the select as narrow as its label, as a part of a sentence.
func (s *Select) Compact() *Select { s.compact = true; s.Refresh(); return s }

// SetError marks the edge red while msg is not empty.
func (s *Select) SetError(msg string) { s.problem = msg; s.Refresh() }

func (s *Select) label() (string, bool) {
	for _, o := range s.options {
		if o.Value == s.value && s.value != "" {
			return o.Label, true
		}
	}
	return s.placeholder, false
}

func (s *Select) choose(v string) {
	if s.open != nil {
		s.open.Hide()
	}
	if v == s.value {
		return
	}
	s.value = v
	s.Refresh()
	if s.onChange != nil {
		s.onChange(v)
	}
}

func (s *Select) show() {
	l := newOptionList(s)
	p := ShowPopover(s, l)
	if p == nil {
		return
	}
	s.open, l.pop = p, p
	p.width = s.Size().Width
	p.Refresh()
	if l.filter != nil {
		p.over.Focus(l.filter)
	}
	p.OnHidden = func() {
		s.open = nil
		if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
			c.Focus(s)
		}
	}
}

// TypedKey also opens the list by the arrow keys.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyDown || e.Name == fyne.KeyUp {
		s.fire()
		return
	}
	s.control.TypedKey(e)
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, caret, text := rect(), rect(), newImage(), newLine()
	height := func() float32 {
		if s.compact {
			return 22
		}
		return theme.Control
	}
	pad := func() float32 {
		if s.compact {
			return 6
		}
		return 9
	}
	style := func() Style {
		st := Body
		if _, chosen := s.label(); !chosen || s.disabled {
			st = st.In(theme.ColorText3)
		} else if s.compact {
			st = BodyStrong
		}
		return st
	}
	return newRend(s, []fyne.CanvasObject{focus, bg, text, caret},
		func() fyne.Size {
			w := float32(56)
			if l, _ := s.label(); s.compact {
				w = textWidth(l, style()) + 2*pad() + 15
			}
			return fyne.NewSize(w, height())
		},
		func(z fyne.Size) {
			place(bg, 0, 0, z.Width, z.Height)
			layRing(focus, fyne.Position{}, z)
			l, _ := s.label()
			w := max(0, z.Width-2*pad()-15)
			dress(s, text, cut(l, style(), w), style())
			place(text, pad(), 0, w, z.Height)
			place(caret, z.Width-pad()-12, (z.Height-12)/2, 12, 12)
		},
		func() {
			fill, stroke := theme.ColorControl, theme.ColorEdge
			switch {
			case s.problem != "":
				stroke = theme.ColorRed
			case s.disabled:
				fill, stroke = theme.ColorSunken, theme.ColorHairline
			case s.hovered:
				fill = theme.ColorHover
			}
			radius := theme.Radius
			if s.compact {
				radius = theme.RadiusChip
			}
			box(s, bg, fill, stroke, radius)
			ring(s, focus, s.focused, radius)
			setIcon(s, caret, theme.IconCaretDown, theme.ColorText3)
		})
}

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

func (l *optionList) FocusGained()                     {}
func (l *optionList) FocusLost()                       {}
func (l *optionList) TypedRune(rune)                   {}
func (l *optionList) TypedKey(e *fyne.KeyEvent)        { l.key(e) }
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
