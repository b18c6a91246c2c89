package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/app/theme"
)

// ButtonKind says what a button means, and so how it looks.
type ButtonKind int

// The kinds of buttons.
const (
	Plain   ButtonKind = iota // edge, panel ground
	Primary                   // accent ground: the one thing to do here
	Danger                    // red text, red edge: refuses
	Quiet                     // no edge until hovered
	Link                      // accent text in a line, no edge, no padding
)

// Button is a button of 28 px height (a Link has a line's height).
type Button struct {
	control
	label    string
	kind     ButtonKind
	icon     theme.IconName
	trailing theme.IconName
	key      string
	small    bool
	style    *Style
}

// NewButton returns a button that calls onTap on a tap, Enter or Space.
func NewButton(label string, kind ButtonKind, onTap func()) *Button {
	b := &Button{label: label, kind: kind}
	b.activate = onTap
	b.init(b)
	return b
}

// WithIcon puts an icon before the label.
func (b *Button) WithIcon(n theme.IconName) *Button { b.icon = n; b.Refresh(); return b }

// WithTrailing puts an icon after the label, such as a caret.
func (b *Button) WithTrailing(n theme.IconName) *Button { b.trailing = n; b.Refresh(); return b }

// WithKey shows the key that does the same; the view binds it.
func (b *Button) WithKey(k string) *Button { b.key = k; b.Refresh(); return b }

// WithTip sets the tool tip.
func (b *Button) WithTip(s string) *Button { b.tip = s; return b }

// WithStyle sets the text style, for a button that is a heading.
func (b *Button) WithStyle(s Style) *Button { b.style = &s; b.Refresh(); return b }

// Compact makes the button 24 px high with 12 px text, for bars of filters.
func (b *Button) Compact() *Button { b.small = true; b.Refresh(); return b }

// Text returns the label.
func (b *Button) Text() string { return b.label }

// SetText changes the label.
func (b *Button) SetText(s string) {
	if b.label == s {
		return
	}
	b.label = s
	b.Refresh()
}

// SetKind changes the kind.
func (b *Button) SetKind(k ButtonKind) {
	if b.kind == k {
		return
	}
	b.kind = k
	b.Refresh()
}

// look is the resolved appearance of a button in its present state.
type look struct {
	fill, stroke, text, icon fyne.ThemeColorName
	weight                   theme.Weight
}

func (b *Button) look() look {
	if b.disabled {
		if b.kind == Link || b.kind == Quiet {
			return look{"", "", theme.ColorText3, theme.ColorText3, theme.Medium}
		}
		return look{theme.ColorSunken, theme.ColorHairline, theme.ColorText3, theme.ColorText3, theme.Medium}
	}
	hover := func(base fyne.ThemeColorName) fyne.ThemeColorName {
		if b.hovered {
			return theme.ColorHover
		}
		return base
	}
	switch b.kind {
	case Primary:
		return look{theme.ColorAccent, "", theme.ColorOnAccent, theme.ColorOnAccent, theme.SemiBold}
	case Danger:
		if b.hovered {
			return look{theme.ColorRedSoft, theme.ColorRed, theme.ColorRed, theme.ColorRed, theme.Medium}
		}
		return look{theme.ColorControl, theme.ColorRedLine, theme.ColorRed, theme.ColorRed, theme.Medium}
	case Quiet:
		return look{hover(""), "", theme.ColorText, theme.ColorText2, theme.Medium}
	case Link:
		return look{"", "", theme.ColorAccent, theme.ColorAccent, theme.Medium}
	default:
		return look{hover(theme.ColorControl), theme.ColorStrong, theme.ColorText, theme.ColorText2, theme.Medium}
	}
}

type buttonMetrics struct{ pad, height, gap, icon float32 }

func (b *Button) metrics() (Style, buttonMetrics) {
	st, m := Body, buttonMetrics{pad: 12, height: theme.Control, gap: 6, icon: theme.IconList}
	if b.small {
		st, m = Small, buttonMetrics{pad: 7, height: 24, gap: 4, icon: 13}
	}
	switch b.kind {
	case Link:
		m.pad, m.height, m.gap = 0, theme.LineHeight(st.Size)+2, 4
		m.icon = theme.IconText
	case Quiet:
		m.pad = 8
	}
	if b.icon != "" && b.kind != Link && !b.small {
		m.pad = 10
	}
	l := b.look()
	st = st.W(l.weight).In(l.text)
	if b.style != nil {
		st = *b.style
		if b.disabled {
			st = st.In(theme.ColorText3)
		}
	}
	return st, m
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	bg, focus := rect(), rect()
	icon, trail := newImage(), newImage()
	label := newLine()
	key := newKeyCap()
	wide := func() float32 {
		st, m := b.metrics()
		w := textWidth(b.label, st)
		if b.label == "" {
			w = -m.gap
		}
		if b.icon != "" {
			w += m.icon + m.gap
		}
		if b.trailing != "" {
			w += 13 + m.gap
		}
		if b.key != "" {
			w += key.width(b.key) + 8
		}
		return w
	}
	return newRend(b, []fyne.CanvasObject{focus, bg, icon, label, trail, key.bg, key.text},
		func() fyne.Size {
			_, m := b.metrics()
			return fyne.NewSize(wide()+2*m.pad, m.height)
		},
		func(s fyne.Size) {
			st, m := b.metrics()
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			x := max(m.pad, (s.Width-wide())/2)
			if b.kind == Link {
				x = m.pad
			}
			if b.icon != "" {
				place(icon, x, (s.Height-m.icon)/2, m.icon, m.icon)
				x += m.icon + m.gap
			}
			tw := textWidth(b.label, st)
			room := s.Width - x - m.pad
			if b.trailing != "" {
				room -= 13 + m.gap
			}
			if b.key != "" {
				room -= key.width(b.key) + 8
			}
			dress(b, label, cut(b.label, st, max(room, 0)), st)
			tw = min(tw, max(room, 0))
			place(label, x, 0, tw, s.Height)
			x += tw
			if b.trailing != "" {
				place(trail, x+m.gap, (s.Height-13)/2, 13, 13)
				x += 13 + m.gap
			}
			key.place(b.key, x+8, s.Height)
		},
		func() {
			l := b.look()
			_, m := b.metrics()
			if b.kind == Link {
				m.height = 0
			}
			box(b, bg, l.fill, l.stroke, theme.Radius)
			ring(b, focus, b.focused, theme.Radius)
			setIcon(b, icon, b.icon, l.icon)
			setIcon(b, trail, b.trailing, l.icon)
			key.dress(b, b.key, l)
		})
}

// keyCap is the small chip that names a key.
type keyCap struct {
	bg   *canvas.Rectangle
	text *canvas.Text
}

func newKeyCap() keyCap { return keyCap{rect(), newLine()} }

func keyStyle() Style { return Style{Size: theme.TextLabel, Weight: theme.Medium} }

func (k keyCap) width(s string) float32 { return textWidth(s, keyStyle()) + 10 }

func (k keyCap) place(s string, x, height float32) {
	w := k.width(s)
	place(k.bg, x, (height-18)/2, w, 18)
	place(k.text, x+5, (height-18)/2, w-10, 18)
}

func (k keyCap) dress(w fyne.Widget, s string, l look) {
	k.bg.Hidden, k.text.Hidden = s == "", s == ""
	fill, stroke := theme.ColorPanel, theme.ColorStrong
	if l.fill == theme.ColorAccent {
		fill, stroke = "", l.text
	}
	box(w, k.bg, fill, stroke, theme.RadiusChip)
	dress(w, k.text, s, keyStyle().In(l.text))
}

// KeyCap is the chip of a key on its own, for hints.
func KeyCap(key string) *Ground {
	return Box(theme.ColorPanel, theme.ColorStrong, theme.RadiusChip, PadXY(5, 2, NewText(key, keyStyle())))
}
