package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Segments offers a few short choices in a row, such as 1 w, 2 w, 4 w, 3 m.
type Segments struct {
	widget.BaseWidget
	parts    []*segment
	at       int
	onChange func(int)
	row      *fyne.Container
}

// NewSegments returns segments with the first one chosen.
func NewSegments(labels []string, onChange func(i int)) *Segments {
	s := &Segments{onChange: onChange}
	objs := make([]fyne.CanvasObject, 0, len(labels))
	for i, l := range labels {
		p := &segment{label: l}
		p.on = func() bool { return s.at == i }
		p.activate = func() { s.pick(i) }
		p.key = func(d int) { s.step(i, d) }
		p.init(p)
		s.parts = append(s.parts, p)
		objs = append(objs, p)
	}
	s.row = H(2, objs...)
	s.ExtendBaseWidget(s)
	return s
}

// Selected returns the chosen one.
func (s *Segments) Selected() int { return s.at }

// SetSelected chooses without a callback; -1 chooses none.
func (s *Segments) SetSelected(i int) {
	s.at = i
	for _, p := range s.parts {
		p.Refresh()
	}
}

func (s *Segments) pick(i int) {
	if i == s.at {
		return
	}
	s.SetSelected(i)
	if s.onChange != nil {
		s.onChange(i)
	}
}

func (s *Segments) step(from, d int) {
	to := from + d
	if to < 0 || to >= len(s.parts) {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
		c.Focus(s.parts[to])
	}
	s.pick(to)
}

// CreateRenderer implements fyne.Widget.
func (s *Segments) CreateRenderer() fyne.WidgetRenderer { return newWrap(s, s.row) }

type segment struct {
	control
	label string
	on    func() bool
	key   func(d int)
}

func (p *segment) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		p.key(-1)
	case fyne.KeyRight:
		p.key(1)
	default:
		p.control.TypedKey(e)
	}
}

func (p *segment) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, text := rect(), rect(), newLine()
	wide := Style{Size: theme.TextSmall, Weight: theme.SemiBold}
	return newRend(p, []fyne.CanvasObject{focus, bg, text},
		func() fyne.Size {
			return fyne.NewSize(textWidth(p.label, wide)+14, 22)
		},
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			place(text, 0, 0, s.Width, s.Height)
		},
		func() {
			on := p.on()
			st, fill := Small.Centered().In(theme.ColorText2), fyne.ThemeColorName("")
			switch {
			case p.disabled:
				st = st.In(theme.ColorText3)
			case on:
				st = st.W(theme.SemiBold).In(theme.ColorText)
				fill = theme.ColorHover
			case p.hovered:
				st = st.In(theme.ColorText)
				fill = theme.ColorHover
			}
			box(p, bg, fill, "", theme.RadiusChip)
			ring(p, focus, p.focused, theme.RadiusChip)
			dress(p, text, p.label, st)
		})
}
