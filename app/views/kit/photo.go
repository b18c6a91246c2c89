package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/app/theme"
)

// Photo shows a picture, scaled to fit, with an edge; with OnTap it is a button.
type Photo struct {
	control
	img      image.Image
	none     string // what is said where there is no picture
	min      fyne.Size
	selected bool
}

// NewPhoto returns a picture; nil shows an icon for a missing picture. The
// image is not copied and must not change.
func NewPhoto(img image.Image) *Photo {
	p := &Photo{img: img, min: fyne.NewSize(80, 50)}
	p.init(p)
	return p
}

// OnTap makes the picture a button.
func (p *Photo) OnTap(f func()) *Photo { p.activate = f; return p }

// WithMin sets the smallest size.
func (p *Photo) WithMin(w, h float32) *Photo { p.min = fyne.NewSize(w, h); return p }

// SetImage changes the picture.
func (p *Photo) SetImage(img image.Image) {
	if p.img == img {
		return
	}
	p.img = img
	p.Refresh()
}

// SetNone says, in a few words, why there is no picture.
func (p *Photo) SetNone(text string) {
	if p.none == text {
		return
	}
	p.none = text
	p.Refresh()
}

// SetSelected marks the picture as the one in work.
func (p *Photo) SetSelected(v bool) {
	if p.selected == v {
		return
	}
	p.selected = v
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Photo) CreateRenderer() fyne.WidgetRenderer {
	bg, edge, focus, none, why := rect(), rect(), rect(), newImage(), newLine()
	pic := &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	return newRend(p, []fyne.CanvasObject{focus, bg, pic, none, why, edge}, func() fyne.Size { return p.min },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(pic, 1, 1, max(0, s.Width-2), max(0, s.Height-2))
			place(none, (s.Width-24)/2, (s.Height-24)/2, 24, 24)
			place(why, 0, s.Height/2+16, s.Width, 18)
			place(edge, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
		},
		func() {
			box(p, bg, theme.ColorSunken, "", theme.RadiusChip)
			if p.img != nil {
				bg.FillColor = theme.New(theme.Dark).Color(theme.ColorChrome, 0) // beside the picture: never like a part of it
			}
			pic.Hidden = p.img == nil
			why.Hidden = p.img != nil
			dress(p, why, p.none, Small.Centered())
			if pic.Image != p.img {
				pic.Image = p.img
				pic.Refresh()
			}
			name := theme.IconName("")
			if p.img == nil {
				name = theme.IconImageBroken
			}
			setIcon(p, none, name, theme.ColorText3)
			role := theme.ColorStrong
			if p.selected || (p.hovered && p.activate != nil) {
				role = theme.ColorAccent
			}
			box(p, edge, "", role, theme.RadiusChip)
			if p.selected {
				edge.StrokeWidth = 2
			}
			ring(p, focus, p.focused && p.activate != nil, theme.RadiusChip)
		})
}
