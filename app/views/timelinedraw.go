package views

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/app/theme"
)

// pen collects the objects of a drawn chart; sizes are Fyne units, origin top left.
type pen struct {
	of   fyne.Widget
	objs []fyne.CanvasObject
}

// role is a colour of the theme with a share of its opacity.
func (p *pen) role(n fyne.ThemeColorName, alpha float32) color.Color {
	c := color.NRGBAModel.Convert(theme.Of(p.of, n)).(color.NRGBA)
	c.A = uint8(float32(c.A) * alpha)
	return c
}

func (p *pen) rect(x, y, w, h, radius float32, fill color.Color) {
	if w <= 0 || h <= 0 {
		return
	}
	r := canvas.NewRectangle(fill)
	r.CornerRadius = radius
	r.Move(fyne.NewPos(x, y))
	r.Resize(fyne.NewSize(w, h))
	p.objs = append(p.objs, r)
}

// text draws one line; x is its left edge, its middle or its right edge by align.
func (p *pen) text(x, y float32, s string, w theme.Weight, role fyne.ThemeColorName, align fyne.TextAlign) {
	t := canvas.NewText(s, theme.Of(p.of, role))
	t.TextSize, t.FontSource = theme.TextLabel, theme.Font(w, false)
	size := t.MinSize()
	switch align {
	case fyne.TextAlignCenter:
		x -= size.Width / 2
	case fyne.TextAlignTrailing:
		x -= size.Width
	}
	t.Move(fyne.NewPos(x, y))
	t.Resize(size)
	p.objs = append(p.objs, t)
}

// note is text on a ground of the panel, for what lies over a chart.
func (p *pen) note(x, y float32, s string, w theme.Weight, role fyne.ThemeColorName, align fyne.TextAlign) {
	at := len(p.objs)
	p.text(x, y, s, w, role, align)
	t := p.objs[at]
	p.rect(t.Position().X-3, y, t.Size().Width+6, t.Size().Height, theme.RadiusChip, p.role(theme.ColorPanel, .9))
	p.objs[at], p.objs[at+1] = p.objs[at+1], t
}

// handles draws the two edges of a timeframe with their grips.
func (p *pen) handles(x1, x2, top, bottom float32) {
	for _, x := range []float32{x1, x2} {
		p.rect(x-theme.ChartHandle/2, top, theme.ChartHandle, bottom-top, 0, p.role(theme.ColorAccent, 1))
		grip := canvas.NewRectangle(p.role(theme.ColorPanel, 1))
		grip.StrokeColor, grip.StrokeWidth, grip.CornerRadius = p.role(theme.ColorAccent, 1), theme.ChartHandle, 3
		mid := (top + bottom) / 2
		grip.Move(fyne.NewPos(x-4, mid-11))
		grip.Resize(fyne.NewSize(8, 22))
		p.objs = append(p.objs, grip)
		p.rect(x-1.5, mid-5, 1, 10, 0, p.role(theme.ColorAccent, 1))
		p.rect(x+.5, mid-5, 1, 10, 0, p.role(theme.ColorAccent, 1))
	}
}

// chartRenderer draws a widget anew on every layout and refresh.
type chartRenderer struct {
	of   fyne.Widget
	min  fyne.Size
	draw func(p *pen, s fyne.Size)
	objs []fyne.CanvasObject
	size fyne.Size
}

func (r *chartRenderer) Destroy()                     {}
func (r *chartRenderer) MinSize() fyne.Size           { return r.min }
func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objs }

func (r *chartRenderer) Layout(s fyne.Size) {
	r.size = s
	p := &pen{of: r.of}
	if s.Width > 1 && s.Height > 1 {
		r.draw(p, s)
	}
	r.objs = p.objs
}

func (r *chartRenderer) Refresh() {
	r.Layout(r.of.Size())
	canvas.Refresh(r.of)
}
