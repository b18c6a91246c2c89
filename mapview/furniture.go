package mapview

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"github.com/paulmach/orb"

	"cordon/mapview/viewport"
)

// orTheme returns the font, or the theme's when there is none.
func orTheme(r fyne.Resource, bold bool) fyne.Resource {
	switch {
	case r != nil:
		return r
	case bold:
		return theme.DefaultTextBoldFont()
	default:
		return theme.DefaultTextFont()
	}
}

// label is a text that is measured and uploaded only when it changes.
type label struct {
	*canvas.Text
	size fyne.Size
}

func newLabel(px float32) *label {
	t := canvas.NewText("", color.Black)
	t.TextSize = px
	return &label{Text: t}
}

func (l *label) style(font fyne.Resource, c color.Color) {
	l.FontSource, l.Color = font, c
	l.measure()
}

func (l *label) set(s string) {
	if l.Text.Text != s {
		l.Text.Text = s
		l.measure()
	}
}

func (l *label) measure() {
	l.size = l.MinSize()
	l.Resize(l.size)
	l.Refresh()
}

// at moves the text so that it starts at x and stands centred on y.
func (l *label) at(x, y float32) { l.Move(fyne.NewPos(x, y-l.size.Height/2)) }

// furniture is what stands at the edges: scale bar, attribution, position of the pointer.
type furniture struct {
	scaleText, attribution, coords *label
	bar                            [3]*canvas.Rectangle
	attributionBack, coordsBack    *canvas.Rectangle
	scaleBack                      *canvas.Rectangle
}

func newFurniture() *furniture {
	f := &furniture{scaleText: newLabel(11), attribution: newLabel(11), coords: newLabel(11)}
	for i := range f.bar {
		f.bar[i] = canvas.NewRectangle(color.Black)
	}
	f.scaleBack = canvas.NewRectangle(color.White)
	f.attributionBack, f.coordsBack = canvas.NewRectangle(color.White), canvas.NewRectangle(color.White)
	f.coordsBack.CornerRadius, f.scaleBack.CornerRadius = 3, 3
	f.coordsBack.Hide()
	f.coords.Hide()
	return f
}

func (f *furniture) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		f.scaleBack, f.bar[0], f.bar[1], f.bar[2], f.scaleText.Text,
		f.attributionBack, f.attribution.Text, f.coordsBack, f.coords.Text,
	}
}

func (f *furniture) restyle(s *Style) {
	f.scaleText.style(s.Regular, s.TextSecondary)
	f.attribution.style(s.Regular, s.TextSecondary)
	f.attribution.set(s.Attribution)
	f.coords.style(s.Regular, s.TextSecondary)
	back := fade(s.Panel, 0.78)
	f.attributionBack.FillColor, f.coordsBack.FillColor, f.scaleBack.FillColor = back, back, back
	f.scaleBack.Refresh()
	f.attributionBack.Refresh()
	f.coordsBack.Refresh()
	for _, b := range f.bar {
		b.FillColor = s.TextSecondary
		b.Refresh()
	}
}

func (f *furniture) place(v viewport.View, scale float64) {
	w, h := float32(v.W), float32(v.H)
	const left = 12
	metres := scaleBar(v.MetresPerPixel(), 110)
	width := float32(0)
	if mpp := v.MetresPerPixel(); mpp > 0 {
		width = float32(metres / mpp)
	}
	text := LengthText(metres)
	text = strings.Replace(text, ".0 ", " ", 1)
	text = strings.Replace(text, ".00 ", " ", 1)
	f.scaleText.set(text)
	f.scaleText.at(left, h-25)
	line := max(1, float32(int(1.3*scale+0.5))/float32(scale))
	for i, r := range [3][4]float32{
		{left, h - 12, width, line}, {left, h - 17, line, 5 + line}, {left + width - line, h - 17, line, 5 + line},
	} {
		f.bar[i].Move(fyne.NewPos(r[0], r[1]))
		f.bar[i].Resize(fyne.NewSize(r[2], r[3]))
	}
	f.scaleBack.Resize(fyne.NewSize(max(width, f.scaleText.size.Width)+16, 33))
	f.scaleBack.Move(fyne.NewPos(left-8, h-40))
	aw := f.attribution.size.Width + 12
	f.attributionBack.Resize(fyne.NewSize(aw, 18))
	f.attributionBack.Move(fyne.NewPos(w-aw, h-18))
	f.attribution.at(w-aw+6, h-9)
	f.placeCoords(w, h)
}

func (f *furniture) placeCoords(w, h float32) {
	cw := f.coords.size.Width + 14
	x := float32(int(min((w-cw)/2, w-f.attribution.size.Width-16-cw)))
	f.coordsBack.Resize(fyne.NewSize(cw, 18))
	f.coordsBack.Move(fyne.NewPos(x, h-18))
	f.coords.at(x+7, h-9)
}

// minCoordsWidth is the width in units below which the position would cover the scale bar.
const minCoordsWidth = 460

// point shows the position under the pointer; nil hides it.
func (f *furniture) point(p *orb.Point, v viewport.View) {
	if p == nil || v.W < minCoordsWidth {
		f.coordsBack.Hide()
		f.coords.Hide()
		return
	}
	f.coords.set(CoordText(*p))
	f.placeCoords(float32(v.W), float32(v.H))
	f.coordsBack.Show()
	f.coords.Show()
}

// snapped is the position on whole pixels, where text stays sharp.
func snapped(x, y float32, scale float64) fyne.Position {
	s := float32(scale)
	return fyne.NewPos(float32(int(x*s+0.5))/s, float32(int(y*s+0.5))/s)
}
