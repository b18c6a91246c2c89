package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Icon is one icon in a colour role.
type Icon struct {
	widget.BaseWidget
	name theme.IconName
	role fyne.ThemeColorName
	size float32
}

// NewIcon returns an icon; size is its edge in Fyne units.
func NewIcon(name theme.IconName, role fyne.ThemeColorName, size float32) *Icon {
	i := &Icon{name: name, role: role, size: size}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes what is shown and in which role; an empty name shows nothing.
func (i *Icon) Set(name theme.IconName, role fyne.ThemeColorName) {
	if i.name == name && i.role == role {
		return
	}
	i.name, i.role = name, role
	i.Refresh()
}

// Name returns the icon's name.
func (i *Icon) Name() theme.IconName { return i.name }

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	img := newImage()
	return newRend(i, []fyne.CanvasObject{img}, func() fyne.Size { return fyne.NewSquareSize(i.size) },
		func(s fyne.Size) { place(img, (s.Width-i.size)/2, (s.Height-i.size)/2, i.size, i.size) },
		func() { setIcon(i, img, i.name, i.role) })
}
