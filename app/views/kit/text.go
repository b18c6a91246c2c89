package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

const ellipsis = "…"

// Text is one line of text. If it is made by Shrink it asks for no width and
// ends in an ellipsis where the space does not do.
type Text struct {
	widget.BaseWidget
	text   string
	style  Style
	shrink bool
	shown  string  // what fits into fitted
	fitted float32 // width that shown was made for

	size    fyne.Size // of sizeOf in sizeIn; the driver asks at every frame
	sizeOf  string
	sizeIn  Style
	sizable bool
}

// whole is the size of the text uncut.
func (t *Text) whole() fyne.Size {
	if !t.sizable || t.sizeOf != t.text || t.sizeIn != t.style {
		t.size, t.sizeOf, t.sizeIn, t.sizable = measure(t.text, t.style), t.text, t.style, true
	}
	return t.size
}

// NewText returns a line that asks for its whole width.
func NewText(s string, st Style) *Text {
	t := &Text{text: s, style: st, fitted: -1}
	t.ExtendBaseWidget(t)
	return t
}

// Shrink returns a line that asks for no width and is cut with an ellipsis.
func Shrink(s string, st Style) *Text {
	t := NewText(s, st)
	t.shrink = true
	return t
}

// Text returns the whole text, cut or not.
func (t *Text) Text() string { return t.text }

// Shown returns what is drawn at the present width.
func (t *Text) Shown() string { return t.fit(t.Size().Width) }

// SetText changes the text.
func (t *Text) SetText(s string) {
	if t.text == s {
		return
	}
	t.text, t.fitted = s, -1
	t.Refresh()
}

// SetStyle changes the style.
func (t *Text) SetStyle(st Style) {
	if t.style == st {
		return
	}
	t.style, t.fitted = st, -1
	t.Refresh()
}

// Set changes text and style with one refresh.
func (t *Text) Set(s string, st Style) {
	if t.text == s && t.style == st {
		return
	}
	t.text, t.style, t.fitted = s, st, -1
	t.Refresh()
}

func (t *Text) fit(width float32) string {
	if !t.shrink {
		return t.text
	}
	if t.fitted == width {
		return t.shown
	}
	t.shown, t.fitted = cut(t.text, t.style, width), width
	return t.shown
}

// cut returns the longest start of s that fits into width with an ellipsis, or
// s itself if it fits.
func cut(s string, st Style, width float32) string {
	if textWidth(s, st) <= width+0.5 {
		return s
	}
	r := []rune(s)
	lo, hi := 0, len(r) // r[:lo] fits, r[:hi] does not
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if textWidth(string(r[:mid])+ellipsis, st) <= width {
			lo = mid
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return ellipsis
	}
	return string(r[:lo]) + ellipsis
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	line := newLine()
	update := func() { dress(t, line, t.fit(t.Size().Width), t.style) }
	return newRend(t, []fyne.CanvasObject{line},
		func() fyne.Size {
			m := t.whole()
			if t.shrink {
				m.Width = 0
			}
			return m
		},
		func(s fyne.Size) {
			dress(t, line, t.fit(s.Width), t.style)
			place(line, 0, 0, s.Width, s.Height)
		}, update)
}
