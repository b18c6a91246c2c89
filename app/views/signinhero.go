package views

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/vector"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// hero is the left side of the sign-in: the mark and the name over a map with an
// area drawn on it, and the notice that every user must see.
type hero struct {
	banner *kit.Para
	object fyne.CanvasObject
}

func newHero(picture image.Image) *hero {
	h := &hero{banner: kit.P("", kit.Body.In(theme.ColorText2))}
	photo := &canvas.Image{FillMode: canvas.ImageFillCover, ScaleMode: canvas.ImageScaleSmooth, Image: picture}
	photo.Hidden = picture == nil
	area := canvas.NewRaster(drawPentagon)
	area.ScaleMode = canvas.ImageScaleSmooth
	ground := color.NRGBA{0x0E, 0x13, 0x18, 0xff}
	clear := color.NRGBA{0x0E, 0x13, 0x18, 0x00}
	veil := canvas.NewRectangle(color.NRGBA{0x0E, 0x13, 0x18, 0x38})
	top, foot := canvas.NewVerticalGradient(ground, clear), canvas.NewVerticalGradient(clear, ground)
	base := canvas.NewRectangle(ground)
	fade := &fyne.Container{Layout: fadeLayout{}, Objects: []fyne.CanvasObject{top, foot, base}}

	mark := canvas.NewImageFromResource(theme.Mark())
	mark.FillMode = canvas.ImageFillContain
	head := kit.V(0,
		kit.H(14, kit.Fixed(38, 38, mark), kit.NewText("Cordon", kit.Product)),
		kit.Fixed(0, 20, nil),
		kit.NewText("Area and plate queries", kit.Head.W(theme.Regular).In(theme.ColorText2)),
		kit.NewText("with the purpose built in", kit.Head.W(theme.Regular).In(theme.ColorText2)))
	notice := kit.V(4, kit.NewText("Official use only", kit.BodyStrong), h.banner)
	credit := kit.H(0, kit.Spacer(), kit.NewText("© OpenStreetMap contributors", kit.Label))
	text := kit.Frame(kit.Pad(39, 40, 0, 40, head), kit.V(0, kit.Pad(0, 64, 24, 40, notice), kit.Pad(0, 8, 4, 0, credit)), nil, nil, nil)
	h.object = kit.Dark(kit.Surface(theme.ColorChrome, kit.Stack(photo, veil, area, fade, text)))
	return h
}

func (h *hero) set(banner string) {
	if h.banner.Text() != banner {
		h.banner.SetText(banner)
	}
}

// fadeLayout darkens the upper third and the lower part, where text stands.
type fadeLayout struct{}

func (fadeLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (fadeLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	part := func(o fyne.CanvasObject, from, to float32) {
		o.Move(fyne.NewPos(0, s.Height*from))
		o.Resize(fyne.NewSize(s.Width, s.Height*(to-from)))
	}
	part(objs[0], 0, 0.3)
	part(objs[1], 0.6, 0.86)
	part(objs[2], 0.86, 1)
}

// pentagon is the drawn area, in shares of the left side's width and height.
var pentagon = [][2]float32{{0.30, 0.39}, {0.524, 0.366}, {0.676, 0.466}, {0.60, 0.577}, {0.352, 0.553}}

// drawPentagon paints the area: its fill, its edge and a handle at each corner.
func drawPentagon(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if w < 8 || h < 8 {
		return img
	}
	at := func(i int) (float32, float32) {
		p := pentagon[i%len(pentagon)]
		return p[0] * float32(w), p[1] * float32(h)
	}
	accent := color.NRGBA{0x41, 0xC7, 0xBA, 0xff}
	fill := accent
	fill.A = 0x26
	scale := max(1, float32(w)/500)
	paint := func(c color.NRGBA, path func(z *vector.Rasterizer)) {
		z := vector.NewRasterizer(w, h)
		z.DrawOp = draw.Over
		path(z)
		z.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{})
	}
	paint(fill, func(z *vector.Rasterizer) {
		for i := range pentagon {
			x, y := at(i)
			if i == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	})
	for i := range pentagon {
		x0, y0 := at(i)
		x1, y1 := at(i + 1)
		paint(accent, func(z *vector.Rasterizer) { thickLine(z, x0, y0, x1, y1, scale) })
	}
	square := func(z *vector.Rasterizer, x, y, r float32) {
		z.MoveTo(x-r, y-r)
		z.LineTo(x+r, y-r)
		z.LineTo(x+r, y+r)
		z.LineTo(x-r, y+r)
		z.ClosePath()
	}
	for i := range pentagon {
		x, y := at(i)
		paint(accent, func(z *vector.Rasterizer) { square(z, x, y, 5*scale) })
		paint(color.NRGBA{0x10, 0x16, 0x1C, 0xff}, func(z *vector.Rasterizer) { square(z, x, y, 3*scale) })
	}
	return img
}

// thickLine adds a line of half width r as a closed outline.
func thickLine(z *vector.Rasterizer, x0, y0, x1, y1, r float32) {
	dx, dy := x1-x0, y1-y0
	n := hypot(dx, dy)
	if n == 0 {
		return
	}
	ux, uy := -dy/n*r, dx/n*r
	z.MoveTo(x0+ux, y0+uy)
	z.LineTo(x1+ux, y1+uy)
	z.LineTo(x1-ux, y1-uy)
	z.LineTo(x0-ux, y0-uy)
	z.ClosePath()
}
