package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Pad keeps a distance around an object, in the order top, right, bottom, left.
func Pad(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{t: top, r: right, b: bottom, l: left}, Objects: present([]fyne.CanvasObject{o})}
}

// PadAll keeps the same distance on all sides.
func PadAll(p float32, o fyne.CanvasObject) *fyne.Container { return Pad(p, p, p, p, o) }

// PadXY keeps x at the left and right, y above and below.
func PadXY(x, y float32, o fyne.CanvasObject) *fyne.Container { return Pad(y, x, y, x, o) }

// Fixed gives an object a width, a height, or both; 0 keeps the natural one.
func Fixed(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{fixW: w, fixH: h}, Objects: present([]fyne.CanvasObject{o})}
}

// Stack lays objects over each other, the first at the bottom.
func Stack(objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{}, Objects: present(objs)}
}

// Center puts an object of its natural size in the middle.
func Center(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{center: true}, Objects: present([]fyne.CanvasObject{o})}
}

type padLayout struct {
	t, r, b, l   float32
	fixW, fixH   float32
	grow, center bool
}

func (l *padLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	if l.fixH > 0 {
		return l.fixH
	}
	if l.fixW > 0 {
		w = l.fixW
	}
	h := float32(0)
	for _, o := range objs {
		if o.Visible() {
			h = max(h, heightOf(o, w-l.l-l.r))
		}
	}
	return h + l.t + l.b
}

func (l *padLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := fyne.Size{}
	for _, o := range objs {
		if o.Visible() {
			m = m.Max(o.MinSize())
		}
	}
	m = m.AddWidthHeight(l.l+l.r, l.t+l.b)
	if l.fixW > 0 {
		m.Width = l.fixW
	}
	if l.fixH > 0 {
		m.Height = l.fixH
	}
	return m
}

func (l *padLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	w, h := s.Width-l.l-l.r, s.Height-l.t-l.b
	for _, o := range objs {
		if !l.center {
			place(o, l.l, l.t, w, h)
			continue
		}
		ow := min(o.MinSize().Width, w)
		oh := min(heightOf(o, ow), h)
		place(o, l.l+(w-ow)/2, l.t+(h-oh)/2, ow, oh)
	}
}

// Frame puts parts along the edges, each at its natural measure, and mid into
// the rest. The top and the bottom span the whole width. Nil parts are left out.
func Frame(top, bottom, left, right, mid fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{
		Layout:  &frameLayout{top, bottom, left, right, mid, 0},
		Objects: present([]fyne.CanvasObject{mid, top, bottom, left, right}),
	}
}

type frameLayout struct {
	top, bottom, left, right, mid fyne.CanvasObject
	width                         float32
}

func shown(o fyne.CanvasObject) bool { return o != nil && o.Visible() }

func (l *frameLayout) heightFor(_ []fyne.CanvasObject, w float32) float32 {
	h, side, rest := float32(0), float32(0), w
	for _, o := range []fyne.CanvasObject{l.left, l.right} {
		if shown(o) {
			m := o.MinSize()
			rest -= m.Width
			side = max(side, heightOf(o, m.Width))
		}
	}
	if shown(l.mid) {
		side = max(side, heightOf(l.mid, rest))
	}
	for _, o := range []fyne.CanvasObject{l.top, l.bottom} {
		if shown(o) {
			h += heightOf(o, w)
		}
	}
	return h + side
}

func (l *frameLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	across, w := float32(0), float32(0)
	for _, o := range []fyne.CanvasObject{l.left, l.mid, l.right} {
		if shown(o) {
			across += o.MinSize().Width
		}
	}
	for _, o := range []fyne.CanvasObject{l.top, l.bottom} {
		if shown(o) {
			w = max(w, o.MinSize().Width)
		}
	}
	w = max(w, across)
	return fyne.NewSize(w, l.heightFor(objs, max(l.width, w)))
}

func (l *frameLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	y0, y1, x0, x1 := float32(0), s.Height, float32(0), s.Width
	if shown(l.top) {
		y0 = heightOf(l.top, s.Width)
		place(l.top, 0, 0, s.Width, y0)
	}
	if shown(l.bottom) {
		h := heightOf(l.bottom, s.Width)
		y1 -= h
		place(l.bottom, 0, y1, s.Width, h)
	}
	if shown(l.left) {
		x0 = l.left.MinSize().Width
		place(l.left, 0, y0, x0, max(0, y1-y0))
	}
	if shown(l.right) {
		w := l.right.MinSize().Width
		x1 -= w
		place(l.right, x1, y0, w, max(0, y1-y0))
	}
	if shown(l.mid) {
		place(l.mid, x0, y0, max(0, x1-x0), max(0, y1-y0))
	}
}

// Ground is a filled, optionally edged and rounded surface under an object.
type Ground struct {
	widget.BaseWidget
	fill, stroke fyne.ThemeColorName
	radius       float32
	content      fyne.CanvasObject
}

// Surface fills the ground under an object with a colour role.
func Surface(fill fyne.ThemeColorName, o fyne.CanvasObject) *Ground { return Box(fill, "", 0, o) }

// Box is a surface with an edge (a role, or empty for none) and a radius.
func Box(fill, stroke fyne.ThemeColorName, radius float32, o fyne.CanvasObject) *Ground {
	if o == nil {
		o = rect()
	}
	g := &Ground{fill: fill, stroke: stroke, radius: radius, content: o}
	g.ExtendBaseWidget(g)
	return g
}

// SetRoles changes the colours.
func (g *Ground) SetRoles(fill, stroke fyne.ThemeColorName) {
	if g.fill == fill && g.stroke == stroke {
		return
	}
	g.fill, g.stroke = fill, stroke
	g.Refresh()
}

// HeightForWidth returns the content's height.
func (g *Ground) HeightForWidth(w float32) float32 { return heightOf(g.content, w) }

// CreateRenderer implements fyne.Widget.
func (g *Ground) CreateRenderer() fyne.WidgetRenderer {
	r := rect()
	return newRend(g, []fyne.CanvasObject{r, g.content}, func() fyne.Size { return g.content.MinSize() },
		func(s fyne.Size) { place(r, 0, 0, s.Width, s.Height); place(g.content, 0, 0, s.Width, s.Height) },
		func() { box(g, r, g.fill, g.stroke, g.radius) }).deepened()
}

// Line is a straight hairline.
type Line struct {
	widget.BaseWidget
	role     fyne.ThemeColorName
	vertical bool
}

func newLineWidget(role fyne.ThemeColorName, vertical bool) *Line {
	l := &Line{role: role, vertical: vertical}
	l.ExtendBaseWidget(l)
	return l
}

// In changes the colour role of the line and returns it.
func (l *Line) In(role fyne.ThemeColorName) *Line {
	l.role = role
	l.Refresh()
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *Line) CreateRenderer() fyne.WidgetRenderer {
	r := rect()
	return newRend(l, []fyne.CanvasObject{r}, func() fyne.Size { return fyne.NewSquareSize(theme.Hairline) },
		func(s fyne.Size) {
			if l.vertical {
				place(r, 0, 0, theme.Hairline, s.Height)
			} else {
				place(r, 0, 0, s.Width, theme.Hairline)
			}
		},
		func() { box(l, r, l.role, "", 0) })
}

// NewSide is a panel of a fixed width on a ground.
func NewSide(fill fyne.ThemeColorName, width float32, o fyne.CanvasObject) *fyne.Container {
	return Fixed(width, 0, Surface(fill, o))
}

// Dark shows an object in the dark look whatever the theme of the app is, for
// grounds under photos and pictures.
func Dark(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(o, theme.New(theme.Dark))
}
