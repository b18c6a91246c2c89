package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Tone is what a chip, a banner or a notice means.
type Tone int

// The tones.
const (
	Neutral Tone = iota
	Amber        // warns
	Red          // refuses, officer safety
	Accent       // can be acted on, selected
)

func (t Tone) roles() (fill, stroke, text fyne.ThemeColorName) {
	switch t {
	case Amber:
		return theme.ColorAmberSoft, theme.ColorAmberLine, theme.ColorAmber
	case Red:
		return theme.ColorRedSoft, theme.ColorRedLine, theme.ColorRed
	case Accent:
		return theme.ColorAccentSoft, theme.ColorAccentLine, theme.ColorAccent
	default:
		return "", theme.ColorStrong, theme.ColorText2
	}
}

// Chip is a small label with an edge; with OnTap it is a filter to press.
type Chip struct {
	control
	text string
	tone Tone
	icon theme.IconName
}

// NewChip returns a chip that only shows.
func NewChip(text string, tone Tone) *Chip {
	c := &Chip{text: text, tone: tone}
	c.init(c)
	return c
}

// WithIcon puts an icon before the text.
func (c *Chip) WithIcon(n theme.IconName) *Chip { c.icon = n; c.Refresh(); return c }

// OnTap makes the chip a button.
func (c *Chip) OnTap(f func()) *Chip { c.activate = f; return c }

// Set changes text and tone.
func (c *Chip) Set(text string, tone Tone) {
	if c.text == text && c.tone == tone {
		return
	}
	c.text, c.tone = text, tone
	c.Refresh()
}

// Text returns the text.
func (c *Chip) Text() string { return c.text }

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, img := rect(), rect(), newImage()
	text := newLine()
	st := Style{Size: theme.TextLabel, Weight: theme.Medium}
	height := func() float32 {
		if c.activate != nil {
			return 24
		}
		return 18
	}
	pad := func() float32 {
		if c.activate != nil {
			return 8
		}
		return 6
	}
	return newRend(c, []fyne.CanvasObject{focus, bg, img, text},
		func() fyne.Size {
			w := textWidth(c.text, st) + 2*pad()
			if c.icon != "" {
				w += 13 + 5
			}
			return fyne.NewSize(w, height())
		},
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			x := pad()
			if c.icon != "" {
				place(img, x, (s.Height-13)/2, 13, 13)
				x += 18
			}
			place(text, x, 0, textWidth(c.text, st), s.Height)
		},
		func() {
			fill, stroke, fg := c.tone.roles()
			if c.disabled {
				fill, stroke, fg = "", theme.ColorHairline, theme.ColorText3
			} else if c.hovered && c.activate != nil && c.tone == Neutral {
				fill = theme.ColorHover
			}
			box(c, bg, fill, stroke, theme.RadiusChip)
			ring(c, focus, c.focused && c.activate != nil, theme.RadiusChip)
			setIcon(c, img, c.icon, fg)
			dress(c, text, c.text, st.In(fg))
		})
}

// StateTag is the small tag of a registration state.
type StateTag struct {
	widget.BaseWidget
	state string
}

// NewStateTag returns a tag, such as "DE".
func NewStateTag(state string) *StateTag {
	t := &StateTag{state: state}
	t.ExtendBaseWidget(t)
	return t
}

// SetText changes the state; empty hides the tag's edge as well.
func (t *StateTag) SetText(s string) {
	if t.state == s {
		return
	}
	t.state = s
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *StateTag) CreateRenderer() fyne.WidgetRenderer {
	bg, text := rect(), newLine()
	st := Style{Size: theme.TextLabel, Weight: theme.SemiBold, Color: theme.ColorText2}
	return newRend(t, []fyne.CanvasObject{bg, text},
		func() fyne.Size {
			if t.state == "" {
				return fyne.Size{Height: 16}
			}
			return fyne.NewSize(textWidth(t.state, st)+8, 16)
		},
		func(s fyne.Size) {
			y := (s.Height - 16) / 2
			place(bg, 0, y, s.Width, 16)
			place(text, 4, y, max(0, s.Width-8), 16)
		},
		func() {
			stroke := theme.ColorStrong
			if t.state == "" {
				stroke = ""
			}
			box(t, bg, "", stroke, theme.RadiusState)
			dress(t, text, t.state, st)
		})
}

// Letter is the chip of an area: its letter on its colour, with an optional
// count beside it.
type Letter struct {
	widget.BaseWidget
	area  int
	count int
	size  float32
}

// NewLetter returns the chip of area i (0-based).
func NewLetter(i int) *Letter {
	l := &Letter{area: i, count: -1, size: 16}
	l.ExtendBaseWidget(l)
	return l
}

// NewLetterCount returns the chip of area i with a count in it.
func NewLetterCount(i, n int) *Letter {
	l := NewLetter(i)
	l.count, l.size = n, 17
	return l
}

// Set changes the area and the count (-1 for none).
func (l *Letter) Set(i, n int) {
	if l.area == i && l.count == n {
		return
	}
	l.area, l.count = i, n
	l.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (l *Letter) CreateRenderer() fyne.WidgetRenderer {
	edge, bg, letter, num := rect(), rect(), newLine(), newLine()
	st := Style{Size: theme.TextLabel, Weight: theme.SemiBold, Color: theme.OnArea, Align: fyne.TextAlignCenter}
	ns := Style{Size: theme.TextLabel, Weight: theme.SemiBold, Align: fyne.TextAlignCenter}
	number := func() string {
		if l.count < 0 {
			return ""
		}
		return strconv.Itoa(l.count)
	}
	return newRend(l, []fyne.CanvasObject{edge, bg, letter, num},
		func() fyne.Size {
			w := l.size
			if n := number(); n != "" {
				w += textWidth(n, ns) + 10
			}
			return fyne.NewSize(w, l.size)
		},
		func(s fyne.Size) {
			y := (s.Height - l.size) / 2
			place(bg, 0, y, l.size, l.size)
			place(letter, 0, y, l.size, l.size)
			place(edge, 0, y, s.Width, l.size)
			place(num, l.size, y, max(0, s.Width-l.size), l.size)
		},
		func() {
			role := theme.Area(l.area)
			box(l, bg, role, "", theme.RadiusChip)
			stroke := role
			if number() == "" {
				stroke = ""
			}
			box(l, edge, "", stroke, theme.RadiusChip)
			dress(l, letter, theme.Letter(l.area), st)
			dress(l, num, number(), ns)
		})
}
