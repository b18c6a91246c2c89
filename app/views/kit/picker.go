package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// picker is a field that shows a value and opens a popover to change it.
type picker struct {
	control
	icon        theme.IconName
	placeholder string
	text        func() string // "" shows the placeholder
	problem     string
}

// SetError marks the edge red while msg is not empty.
func (p *picker) SetError(msg string) {
	p.problem = msg
	p.Refresh()
}

// Shown returns the words in the field.
func (p *picker) Shown() string {
	if s := p.text(); s != "" {
		return s
	}
	return p.placeholder
}

// TypedKey also opens the popover by the arrow keys.
func (p *picker) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyDown {
		p.fire()
		return
	}
	p.control.TypedKey(e)
}

// CreateRenderer implements fyne.Widget.
func (p *picker) CreateRenderer() fyne.WidgetRenderer {
	w := p.self
	bg, focus, img, text := rect(), rect(), newImage(), newLine()
	style := func() Style {
		if p.text() == "" || p.disabled {
			return Body.In(theme.ColorText3)
		}
		return Body
	}
	return newRend(w, []fyne.CanvasObject{focus, bg, img, text},
		func() fyne.Size { return fyne.NewSize(110, theme.Control) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			place(img, 10, (s.Height-14)/2, 14, 14)
			room := max(0, s.Width-32-8)
			dress(w, text, cut(p.Shown(), style(), room), style())
			place(text, 32, 0, room, s.Height)
		},
		func() {
			fill, stroke := theme.ColorControl, theme.ColorEdge
			switch {
			case p.problem != "":
				stroke = theme.ColorRed
			case p.disabled:
				fill, stroke = theme.ColorSunken, theme.ColorHairline
			case p.hovered:
				fill = theme.ColorHover
			}
			box(w, bg, fill, stroke, theme.Radius)
			ring(w, focus, p.focused, theme.Radius)
			setIcon(w, img, p.icon, theme.ColorText3)
		})
}
