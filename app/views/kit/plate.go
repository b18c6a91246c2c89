package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Plate shows a registration in the monospaced face, unknown characters as a
// boxed dot, with the state as a small tag.
type Plate struct {
	widget.BaseWidget
	plate, state string
	style        Style
	tag          *StateTag
}

// NewPlate returns a plate in PlateRow or PlateTitle.
func NewPlate(plate, state string, st Style) *Plate {
	p := &Plate{plate: plate, state: state, style: st, tag: NewStateTag(state)}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes plate and state.
func (p *Plate) Set(plate, state string) {
	if p.plate == plate && p.state == state {
		return
	}
	p.plate, p.state = plate, state
	p.tag.SetText(state)
	p.Refresh()
}

// Plate returns the registration as it was given.
func (p *Plate) Plate() string { return p.plate }

func unknown(r rune) bool {
	switch r {
	case '?', '*', '_', '·':
		return true
	}
	return false
}

// CreateRenderer implements fyne.Widget.
func (p *Plate) CreateRenderer() fyne.WidgetRenderer {
	r := &plateRenderer{p: p}
	r.Refresh()
	return r
}

type plateRenderer struct {
	p     *Plate
	texts []*canvas.Text
	boxes []*canvas.Rectangle
	objs  []fyne.CanvasObject
}

func (r *plateRenderer) Destroy()                     {}
func (r *plateRenderer) Objects() []fyne.CanvasObject { return r.objs }

func (r *plateRenderer) cell() fyne.Size { return measure("0", r.p.style) }

func (r *plateRenderer) MinSize() fyne.Size {
	c := r.cell()
	w := c.Width * float32(len([]rune(r.p.plate)))
	if r.p.state != "" {
		w += 6 + r.p.tag.MinSize().Width
	}
	return fyne.NewSize(w, c.Height)
}

func (r *plateRenderer) Layout(s fyne.Size) { r.build(s) }

func (r *plateRenderer) Refresh() {
	r.build(r.p.Size())
	canvas.Refresh(r.p)
}

// build draws runs of known characters as one text and each unknown one as a
// box of one cell with a dot in it.
func (r *plateRenderer) build(s fyne.Size) {
	c := r.cell()
	r.objs = r.objs[:0]
	texts, boxes := 0, 0
	y := (s.Height - c.Height) / 2
	text := func(from int, t string, st Style) {
		if texts == len(r.texts) {
			r.texts = append(r.texts, newLine())
		}
		line := r.texts[texts]
		texts++
		dress(r.p, line, t, st)
		place(line, c.Width*float32(from), y, c.Width*float32(len([]rune(t))), c.Height)
		r.objs = append(r.objs, line)
	}
	plate := []rune(r.p.plate)
	start := 0
	for i, ch := range plate {
		if !unknown(ch) {
			continue
		}
		if start < i {
			text(start, string(plate[start:i]), r.p.style)
		}
		start = i + 1
		if boxes == len(r.boxes) {
			r.boxes = append(r.boxes, rect())
		}
		b := r.boxes[boxes]
		boxes++
		box(r.p, b, "", theme.ColorText2, theme.RadiusState)
		h := c.Height * 0.78
		place(b, c.Width*float32(i)+0.5, y+(c.Height-h)/2, c.Width-1, h)
		r.objs = append(r.objs, b)
		text(i, "·", r.p.style.Centered())
	}
	if start < len(plate) {
		text(start, string(plate[start:]), r.p.style)
	}
	if r.p.state != "" {
		m := r.p.tag.MinSize()
		place(r.p.tag, c.Width*float32(len(plate))+6, (s.Height-m.Height)/2, m.Width, m.Height)
		r.objs = append(r.objs, r.p.tag)
	}
}
