package views

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

const (
	stripeTop  float32 = 18 // holds the word
	stripeSide float32 = 6
)

// stripeLayout gives the frame its stripes in training mode and nothing else.
type stripeLayout struct{ s *Shell }

func (l *stripeLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := objs[1].MinSize()
	if l.s.data.Training {
		m = m.AddWidthHeight(2*stripeSide, stripeTop+stripeSide)
	}
	return m
}

func (l *stripeLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	objs[0].Move(fyne.Position{})
	objs[0].Resize(s)
	if !l.s.data.Training {
		objs[1].Move(fyne.Position{})
		objs[1].Resize(s)
		return
	}
	objs[1].Move(fyne.NewPos(stripeSide, stripeTop))
	objs[1].Resize(s.SubtractWidthHeight(2*stripeSide, stripeTop+stripeSide))
}

// stripes is the striped frame of training mode with the word TRAINING at the
// top: nobody shall take invented data for real, or the other way round.
type stripes struct {
	widget.BaseWidget
}

func newStripes() *stripes {
	s := &stripes{}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *stripes) CreateRenderer() fyne.WidgetRenderer {
	label := kit.Box(theme.ColorAmberFill, "", 0, kit.PadXY(12, 2, kit.NewText("TRAINING · invented data", kit.Label.W(theme.SemiBold).In(stripeInk))))
	r := &stripeRenderer{s: s, label: label}
	for range 4 {
		edge := canvas.NewRasterWithPixels(func(x, y, _, _ int) color.Color { return r.pixel(x, y) })
		r.edges = append(r.edges, edge)
		r.objs = append(r.objs, edge)
	}
	r.objs = append(r.objs, label)
	r.dark, r.light = color.NRGBA{0x16, 0x20, 0x2B, 0xff}, theme.Of(s, theme.ColorAmberFill)
	return r
}

// stripeInk is the colour on the amber fill: near black in both themes.
const stripeInk = theme.ColorOnAmber

type stripeRenderer struct {
	s           *stripes
	edges       []*canvas.Raster
	label       *kit.Ground
	objs        []fyne.CanvasObject
	dark, light color.Color
}

func (r *stripeRenderer) pixel(x, y int) color.Color {
	if (x+y)/10%2 == 0 {
		return r.dark
	}
	return r.light
}

func (r *stripeRenderer) Destroy()                     {}
func (r *stripeRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *stripeRenderer) MinSize() fyne.Size           { return fyne.NewSize(1, 1) }

func (r *stripeRenderer) Layout(s fyne.Size) {
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	put(r.edges[0], 0, 0, s.Width, stripeTop)
	put(r.edges[1], 0, s.Height-stripeSide, s.Width, stripeSide)
	put(r.edges[2], 0, stripeTop, stripeSide, max(0, s.Height-stripeTop-stripeSide))
	put(r.edges[3], s.Width-stripeSide, stripeTop, stripeSide, max(0, s.Height-stripeTop-stripeSide))
	m := r.label.MinSize()
	put(r.label, (s.Width-m.Width)/2, 0, m.Width, stripeTop)
}

func (r *stripeRenderer) Refresh() {
	r.light = theme.Of(r.s, theme.ColorAmberFill)
	for _, e := range r.edges {
		e.Refresh()
	}
	r.Layout(r.s.Size())
	canvas.Refresh(r.s)
}
