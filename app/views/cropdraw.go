package views

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// CreateRenderer implements fyne.Widget.
func (c *cropTool) CreateRenderer() fyne.WidgetRenderer {
	r := &cropRenderer{c: c, label: kit.NewText("", kit.Small.In(theme.ColorText))}
	r.ground = canvas.NewRectangle(color.Transparent)
	r.picture = &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}
	for i := range r.dim {
		r.dim[i] = canvas.NewRectangle(color.NRGBA{0x0E, 0x13, 0x18, 0xA8})
	}
	r.frame = canvas.NewRectangle(color.Transparent)
	r.frame.StrokeColor, r.frame.StrokeWidth = color.White, 2
	for i := range r.thirds {
		r.thirds[i] = canvas.NewLine(color.NRGBA{0xff, 0xff, 0xff, 0x50})
		r.thirds[i].StrokeWidth = 1
	}
	for i := range r.grips {
		r.grips[i] = canvas.NewRectangle(color.White)
		r.grips[i].StrokeWidth = 1
	}
	r.labelBox = kit.Dark(kit.Box(theme.ColorPanel, "", theme.RadiusChip, kit.PadXY(8, 3, r.label))) // made after the photo's own look was set
	r.Refresh()
	return r
}

type cropRenderer struct {
	c        *cropTool
	ground   *canvas.Rectangle
	picture  *canvas.Image
	dim      [4]*canvas.Rectangle
	frame    *canvas.Rectangle
	thirds   [4]*canvas.Line
	grips    [8]*canvas.Rectangle
	label    *kit.Text
	labelBox fyne.CanvasObject
	covers   []*coverArt
	objs     []fyne.CanvasObject
}

func (r *cropRenderer) Destroy()                     {}
func (r *cropRenderer) MinSize() fyne.Size           { return fyne.NewSize(240, 180) }
func (r *cropRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *cropRenderer) Layout(fyne.Size)             { r.build() }

func (r *cropRenderer) Refresh() {
	r.build()
	canvas.Refresh(r.c)
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(0, w), max(0, h)))
}

func (r *cropRenderer) build() {
	c := r.c
	s := c.Size()
	r.objs = append(r.objs[:0], r.ground)
	put(r.ground, 0, 0, s.Width, s.Height)
	if c.img == nil || s.Width < 10 {
		return
	}
	if r.picture.Image != c.img {
		r.picture.Image = c.img
		r.picture.Refresh()
	}
	b := c.img.Bounds()
	tl, br := c.toView(b.Min), c.toView(b.Max)
	put(r.picture, tl.X, tl.Y, br.X-tl.X, br.Y-tl.Y)
	r.objs = append(r.objs, r.picture)

	// Whole units, so that the four dimmed parts meet without a seam.
	a, z := whole(c.toView(c.model.now.rect.Min)), whole(c.toView(c.model.now.rect.Max))
	tl, br = whole(tl), whole(br)
	alpha := uint8(0xA8)
	if c.preview {
		alpha = 0xFF
	}
	for i, d := range [4][4]float32{
		{tl.X, tl.Y, br.X - tl.X, a.Y - tl.Y},
		{tl.X, z.Y, br.X - tl.X, br.Y - z.Y},
		{tl.X, a.Y, a.X - tl.X, z.Y - a.Y},
		{z.X, a.Y, br.X - z.X, z.Y - a.Y},
	} {
		r.dim[i].FillColor = color.NRGBA{0x0E, 0x13, 0x18, alpha}
		put(r.dim[i], d[0], d[1], d[2], d[3])
		r.dim[i].Refresh()
		r.objs = append(r.objs, r.dim[i])
	}
	r.buildCovers()
	if c.preview {
		return
	}
	r.buildFrame(a, z)
	r.buildSketch()
}

func whole(p fyne.Position) fyne.Position {
	return fyne.NewPos(float32(math.Round(float64(p.X))), float32(math.Round(float64(p.Y))))
}

// buildFrame places the edge of the crop, its thirds, handles and label.
func (r *cropRenderer) buildFrame(a, z fyne.Position) {
	c := r.c
	for i := range r.thirds {
		k := float32(i%2+1) / 3
		if i < 2 {
			x := a.X + (z.X-a.X)*k
			r.thirds[i].Position1, r.thirds[i].Position2 = fyne.NewPos(x, a.Y), fyne.NewPos(x, z.Y)
		} else {
			y := a.Y + (z.Y-a.Y)*k
			r.thirds[i].Position1, r.thirds[i].Position2 = fyne.NewPos(a.X, y), fyne.NewPos(z.X, y)
		}
		r.thirds[i].Refresh()
		r.objs = append(r.objs, r.thirds[i])
	}
	put(r.frame, a.X, a.Y, z.X-a.X, z.Y-a.Y)
	r.frame.Refresh()
	r.objs = append(r.objs, r.frame)
	if c.mode == modeCrop {
		accent := theme.Of(c, theme.ColorAccent)
		for i, h := range handles {
			p := c.handlePos(h)
			r.grips[i].StrokeColor = accent
			put(r.grips[i], p.X-4, p.Y-4, 8, 8)
			r.grips[i].Refresh()
			r.objs = append(r.objs, r.grips[i])
		}
	}
	rect := c.model.now.rect
	r.label.SetText(grouped(rect.Dx()) + " × " + grouped(rect.Dy()) + " px kept")
	m := r.labelBox.MinSize()
	y := a.Y - m.Height - 6
	if y < 0 {
		y = a.Y + 6
	}
	put(r.labelBox, a.X, y, m.Width, m.Height)
	r.objs = append(r.objs, r.labelBox)
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// coverArt draws one cover: a picture of its filled outline, its edge and its
// corners.
type coverArt struct {
	poly  []image.Point // what fill was drawn for
	scale float64
	fill  *canvas.Image
	edges []*canvas.Line
	dots  []*canvas.Circle
	label *kit.Text
}

func (r *cropRenderer) buildCovers() {
	c := r.c
	for i, poly := range c.model.now.covers {
		if i == len(r.covers) {
			r.covers = append(r.covers, &coverArt{fill: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}, label: kit.NewText("covered", kit.Small)})
		}
		r.drawCover(r.covers[i], poly, i == c.chosen)
	}
}

func (r *cropRenderer) drawCover(art *coverArt, poly []image.Point, chosen bool) {
	c := r.c
	lo, hi := c.toView(poly[0]), c.toView(poly[0])
	for _, q := range poly {
		v := c.toView(q)
		lo, hi = fyne.NewPos(min(lo.X, v.X), min(lo.Y, v.Y)), fyne.NewPos(max(hi.X, v.X), max(hi.Y, v.Y))
	}
	w, h := hi.X-lo.X, hi.Y-lo.Y
	if scale := c.scale(); !samePoints(art.poly, poly) || art.scale != scale {
		art.poly, art.scale = append(art.poly[:0], poly...), scale
		img := image.NewRGBA(image.Rect(0, 0, max(1, int(w+1)), max(1, int(h+1))))
		pts := make([][2]float32, len(poly))
		for i, q := range poly {
			v := c.toView(q)
			pts[i] = [2]float32{v.X - lo.X, v.Y - lo.Y}
		}
		fillPolygon(img, pts, coverColor)
		art.fill.Image = img
		art.fill.Refresh()
	}
	b := art.fill.Image.Bounds()
	put(art.fill, lo.X, lo.Y, float32(b.Dx()), float32(b.Dy()))
	r.objs = append(r.objs, art.fill)
	if c.preview {
		return
	}
	mid := image.Point{}
	for _, q := range poly {
		mid = mid.Add(q)
	}
	mid = mid.Div(len(poly))
	if m := art.label.MinSize(); w > m.Width+16 && h > m.Height+8 && inside(poly, mid) {
		at := c.toView(mid)
		put(art.label, at.X-m.Width/2, at.Y-m.Height/2, m.Width, m.Height)
		r.objs = append(r.objs, art.label)
	}
	width := float32(1.5)
	if chosen {
		width = 2.5
	}
	r.outline(art, poly, true, width)
}

func samePoints(a, b []image.Point) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// outline draws edges and corners of a polygon, or of an open line.
func (r *cropRenderer) outline(art *coverArt, poly []image.Point, closed bool, width float32) {
	c := r.c
	accent := theme.Of(c, theme.ColorAccent)
	n := len(poly)
	if !closed {
		n--
	}
	for i := range n {
		if i == len(art.edges) {
			art.edges = append(art.edges, canvas.NewLine(accent))
		}
		e := art.edges[i]
		e.StrokeColor, e.StrokeWidth = accent, width
		e.Position1, e.Position2 = c.toView(poly[i]), c.toView(poly[(i+1)%len(poly)])
		e.Refresh()
		r.objs = append(r.objs, e)
	}
	for i, q := range poly {
		if i == len(art.dots) {
			d := canvas.NewCircle(color.White)
			d.StrokeWidth = 1.5
			art.dots = append(art.dots, d)
		}
		d, v := art.dots[i], c.toView(q)
		d.StrokeColor = accent
		put(d, v.X-4.5, v.Y-4.5, 9, 9)
		d.Refresh()
		r.objs = append(r.objs, d)
	}
}

// buildSketch draws the cover that is not closed yet, with an edge to the mouse.
func (r *cropRenderer) buildSketch() {
	c := r.c
	if len(c.sketch) == 0 {
		return
	}
	poly := append([]image.Point(nil), c.sketch...)
	closed := c.mode == modeBox
	if !closed {
		poly = append(poly, c.toImage(c.mouse))
	}
	r.outline(&coverArt{}, poly, closed, 2)
}
