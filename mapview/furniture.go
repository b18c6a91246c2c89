package mapview

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
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
}

func newFurniture() *furniture {
	f := &furniture{scaleText: newLabel(11), attribution: newLabel(11), coords: newLabel(11)}
	for i := range f.bar {
		f.bar[i] = canvas.NewRectangle(color.Black)
	}
	f.attributionBack, f.coordsBack = canvas.NewRectangle(color.White), canvas.NewRectangle(color.White)
	f.coordsBack.CornerRadius = 3
	f.coordsBack.Hide()
	f.coords.Hide()
	return f
}

func (f *furniture) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		f.bar[0], f.bar[1], f.bar[2], f.scaleText.Text,
		f.attributionBack, f.attribution.Text, f.coordsBack, f.coords.Text,
	}
}

func (f *furniture) restyle(s *Style) {
	f.scaleText.style(s.Regular, s.TextSecondary)
	f.attribution.style(s.Regular, s.TextSecondary)
	f.attribution.set(s.Attribution)
	f.coords.style(s.Regular, s.TextSecondary)
	back := fade(s.Panel, 0.78)
	f.attributionBack.FillColor, f.coordsBack.FillColor = back, back
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
	aw := f.attribution.size.Width + 12
	f.attributionBack.Resize(fyne.NewSize(aw, 18))
	f.attributionBack.Move(fyne.NewPos(w-aw, h-18))
	f.attribution.at(w-aw+6, h-9)
	f.placeCoords(w, h)
}

func (f *furniture) placeCoords(w, h float32) {
	cw := f.coords.size.Width + 14
	x := float32(int((w - cw) / 2))
	f.coordsBack.Resize(fyne.NewSize(cw, 18))
	f.coordsBack.Move(fyne.NewPos(x, h-18))
	f.coords.at(x+7, h-9)
}

// point shows the position under the pointer; nil hides it.
func (f *furniture) point(p *orb.Point, v viewport.View) {
	if p == nil || v.W < 420 {
		f.coordsBack.Hide()
		f.coords.Hide()
		return
	}
	f.coords.set(CoordText(*p))
	f.placeCoords(float32(v.W), float32(v.H))
	f.coordsBack.Show()
	f.coords.Show()
}

// tag is the floating name of an area.
type tag struct {
	box    *fyne.Container
	anchor orb.Point // its highest corner
	bound  orb.Bound
	size   fyne.Size
}

func newTag(s *Style, a *Area) *tag {
	const height, chip = 24, 18
	back := canvas.NewRectangle(s.Panel)
	back.StrokeColor, back.StrokeWidth, back.CornerRadius = s.Line, 1, 4
	switch a.Status {
	case StatusWarn:
		back.StrokeColor = s.Amber
	case StatusRefused:
		back.StrokeColor = s.Red
	}
	if a.Selected {
		back.StrokeColor = s.areaColor(a)
	}
	chipBack := canvas.NewRectangle(s.areaColor(a))
	chipBack.CornerRadius = 3
	letter, name, detail := newLabel(11), newLabel(12), newLabel(12)
	letter.style(orTheme(s.SemiBold, true), s.OnArea)
	name.style(orTheme(s.SemiBold, true), s.Text)
	detail.style(s.Regular, s.TextSecondary)
	letter.set(a.Letter)
	name.set(a.Name)
	detail.set(a.Label)
	chipBack.Move(fyne.NewPos(3, 3))
	chipBack.Resize(fyne.NewSquareSize(chip))
	letter.at(3+(chip-letter.size.Width)/2, height/2)
	x := float32(chip + 9)
	for _, l := range []*label{name, detail} {
		if l.Text.Text != "" {
			l.at(x, height/2)
			x += l.size.Width + 6
		}
	}
	t := &tag{size: fyne.NewSize(x+1, height), bound: a.Shape.Bound()}
	back.Resize(t.size)
	t.box = container.NewWithoutLayout(back, chipBack, letter.Text, name.Text, detail.Text)
	t.box.Resize(t.size)
	first := true
	for _, poly := range a.Shape {
		for _, ring := range poly {
			for _, p := range ring {
				if first || p[1] > t.anchor[1] {
					t.anchor, first = p, false
				}
			}
		}
	}
	return t
}

// position returns the left top corner in units: above the highest corner, inside the window while any of
// the area is in sight.
func (t *tag) position(v viewport.View) (x, y float32, visible bool) {
	x0, y1 := v.Project(t.bound.Min)
	x1, y0 := v.Project(t.bound.Max)
	if x1 < 0 || y1 < 0 || x0 > v.W || y0 > v.H || v.Zoom < 8 {
		return 0, 0, false
	}
	ax, ay := v.Project(t.anchor)
	x, y = float32(ax)-t.size.Width/2, float32(ay)-t.size.Height-10
	x = max(6, min(float32(v.W)-t.size.Width-6, x))
	y = max(6, min(float32(v.H)-t.size.Height-26, y))
	return x, y, true
}

// retag makes the tags of the areas anew.
func (m *Map) retag() {
	m.tags = m.tags[:0:0]
	for i := range m.scene.areas {
		if a := &m.scene.areas[i]; len(a.Shape) > 0 && a.Letter+a.Name != "" {
			m.tags = append(m.tags, newTag(&m.style, a))
		}
	}
	m.collect()
}

func (m *Map) placeTags() {
	for _, t := range m.tags {
		x, y, ok := t.position(m.view)
		if !ok {
			if t.box.Visible() {
				t.box.Hide()
			}
			continue
		}
		t.box.Move(snapped(x, y, m.scale))
		if !t.box.Visible() {
			t.box.Show()
		}
	}
}

// snapped is the position on whole pixels, where text stays sharp.
func snapped(x, y float32, scale float64) fyne.Position {
	s := float32(scale)
	return fyne.NewPos(float32(int(x*s+0.5))/s, float32(int(y*s+0.5))/s)
}
