package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// Fold is the strip of 56 px that a folded panel leaves: an icon and a label,
// the whole of it a button.
type Fold struct {
	control
	icon  theme.IconName
	label string
}

// NewFold returns a strip that calls onOpen.
func NewFold(icon theme.IconName, label string, onOpen func()) *Fold {
	f := &Fold{icon: icon, label: label}
	f.activate = onOpen
	f.tip = "Open " + label
	f.init(f)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *Fold) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, img, text := rect(), rect(), newImage(), newLine()
	return newRend(f, []fyne.CanvasObject{bg, img, text, focus},
		func() fyne.Size { return fyne.NewSize(theme.FoldWidth, 60) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(img, (s.Width-18)/2, 15, 18, 18)
			place(text, 0, 37, s.Width, 14)
			layRing(focus, fyne.NewPos(6, 10), fyne.NewSize(s.Width-12, 46))
		},
		func() {
			fill := theme.ColorChrome
			if f.hovered {
				fill = theme.ColorHover
			}
			box(f, bg, fill, "", 0)
			setIcon(f, img, f.icon, theme.ColorText2)
			dress(f, text, f.label, LabelMedium.Centered())
			ring(f, focus, f.focused, theme.RadiusChip)
		})
}
