package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// Check is a box to tick, with a label that may wrap and a line of detail. Space ticks it;
// Enter goes to OnEnter, or ticks it when there is none.
type Check struct {
	control
	OnEnter       func()
	label, detail *Para
	checked       bool
	onChange      func(bool)
}

// NewCheck returns an unticked box.
func NewCheck(label string, onChange func(bool)) *Check {
	c := &Check{label: P(label, Body), onChange: onChange}
	c.activate = func() {
		c.checked = !c.checked
		c.Refresh()
		if c.onChange != nil {
			c.onChange(c.checked)
		}
	}
	c.init(c)
	return c
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(e *fyne.KeyEvent) {
	if c.OnEnter != nil && (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter) {
		c.OnEnter()
		return
	}
	c.control.TypedKey(e)
}

// WithDetail puts spans below the label, which turns 600.
func (c *Check) WithDetail(spans ...Span) *Check {
	c.detail = NewPara(spans...)
	c.label.SetSpans(Span{c.label.Text(), BodyStrong})
	return c
}

// SetDetail changes the spans of a detail that WithDetail made.
func (c *Check) SetDetail(spans ...Span) {
	if c.detail != nil {
		c.detail.SetSpans(spans...)
		c.Refresh()
	}
}

// SetLabel changes the label.
func (c *Check) SetLabel(s string) { c.label.SetText(s) }

// Checked reports whether the box is ticked.
func (c *Check) Checked() bool { return c.checked }

// SetChecked ticks or unticks the box without a callback.
func (c *Check) SetChecked(v bool) {
	if c.checked == v {
		return
	}
	c.checked = v
	c.Refresh()
}

const checkSize, checkGap float32 = 16, 9

// HeightForWidth returns the height with a wrapped label.
func (c *Check) HeightForWidth(w float32) float32 {
	h := c.label.HeightForWidth(w - checkSize - checkGap)
	if c.detail != nil {
		h += 2 + c.detail.HeightForWidth(w-checkSize-checkGap)
	}
	return max(h, checkSize+2)
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	sq, tick, focus := rect(), newImage(), rect()
	objs := []fyne.CanvasObject{focus, sq, tick, c.label}
	if c.detail != nil {
		objs = append(objs, c.detail)
	}
	return newRend(c, objs,
		func() fyne.Size {
			w := float32(0)
			for _, s := range c.label.spans {
				w += textWidth(s.Text, s.Style)
			}
			w = min(w, 240) + checkSize + checkGap
			if c.Size().Width > 0 {
				return fyne.NewSize(min(w, c.Size().Width), c.HeightForWidth(c.Size().Width))
			}
			return fyne.NewSize(w, c.HeightForWidth(w+1))
		},
		func(s fyne.Size) {
			place(sq, 0, 1, checkSize, checkSize)
			place(tick, 2, 3, checkSize-4, checkSize-4)
			layRing(focus, fyne.NewPos(0, 1), fyne.NewSquareSize(checkSize))
			x := checkSize + checkGap
			h := c.label.HeightForWidth(s.Width - x)
			place(c.label, x, 0, s.Width-x, h)
			if c.detail != nil {
				place(c.detail, x, h+2, s.Width-x, c.detail.HeightForWidth(s.Width-x))
			}
		},
		func() {
			fill, stroke := theme.ColorControl, theme.ColorEdge
			switch {
			case c.disabled && c.checked:
				fill, stroke = theme.ColorText3, ""
			case c.disabled:
				fill, stroke = theme.ColorSunken, theme.ColorHairline
			case c.checked:
				fill, stroke = theme.ColorAccent, ""
			case c.hovered:
				fill = theme.ColorHover
			}
			box(c, sq, fill, stroke, theme.RadiusChip)
			ring(c, focus, c.focused, theme.RadiusChip)
			name := theme.IconName("")
			if c.checked {
				name = theme.IconCheckBold
			}
			setIcon(c, tick, name, theme.ColorOnAccent)
		})
}

// Tick is a round mark for something done, with a label: filled when done. With
// a callback a person can set it.
type Tick struct {
	control
	label string
	done  bool
}

// NewTick returns an open mark; with a nil onChange it only shows.
func NewTick(label string, onChange func(bool)) *Tick {
	t := &Tick{label: label}
	if onChange != nil {
		t.activate = func() {
			t.done = !t.done
			t.Refresh()
			onChange(t.done)
		}
	}
	t.init(t)
	return t
}

// Done reports whether the mark is set.
func (t *Tick) Done() bool { return t.done }

// SetDone sets the mark without a callback.
func (t *Tick) SetDone(v bool) {
	if t.done == v {
		return
	}
	t.done = v
	t.Refresh()
}

// Set changes label and mark.
func (t *Tick) Set(label string, done bool) {
	t.label, t.done = label, done
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Tick) CreateRenderer() fyne.WidgetRenderer {
	img, label, focus := newImage(), newLine(), rect()
	return newRend(t, []fyne.CanvasObject{focus, img, label},
		func() fyne.Size { return fyne.NewSize(15+5+textWidth(t.label, Body), 18) },
		func(s fyne.Size) {
			place(img, 0, (s.Height-15)/2, 15, 15)
			layRing(focus, fyne.NewPos(0, (s.Height-15)/2), fyne.NewSquareSize(15))
			place(label, 20, 0, max(0, s.Width-20), s.Height)
		},
		func() {
			name, role := theme.IconCircle, theme.ColorEdge
			if t.done {
				name, role = theme.IconCheckFill, theme.ColorText
			}
			if t.disabled {
				role = theme.ColorText3
			}
			setIcon(t, img, name, role)
			ring(t, focus, t.focused && t.activate != nil, 8)
			dress(t, label, t.label, Body)
		})
}

// Label returns the label.
func (t *Tick) Label() string { return t.label }
