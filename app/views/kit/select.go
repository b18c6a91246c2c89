package kit

import (
	"fyne.io/fyne/v2"

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
	s.activate = func() { s.show() }
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

// show opens the list and returns it; nil where the select is in no window.
func (s *Select) show() *optionList {
	l := newOptionList(s)
	p := ShowPopover(s, l)
	if p == nil {
		return nil
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
	return l
}

// TypedKey opens the list by Enter, Space and the arrow keys, ready to go on with keys.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if s.disabled {
			return
		}
		if l := s.show(); l != nil {
			l.begin()
		}
	default:
		s.control.TypedKey(e)
	}
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
