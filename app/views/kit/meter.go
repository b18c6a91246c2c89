package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// MeterTick is a mark on a meter, with a label below it.
type MeterTick struct {
	At    float64
	Label string
	Bold  bool
}

// Meter is a bar from 0 to full with marks: how much a query would return.
type Meter struct {
	widget.BaseWidget
	value, full float64
	split       float64 // from here on the fill is amber; 0 no
	ticks       []MeterTick
}

// NewMeter returns an empty meter.
func NewMeter() *Meter {
	m := &Meter{full: 1}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows a value between 0 and full. With warn, what lies beyond the first
// tick between 0 and the value is amber.
func (m *Meter) Set(value, full float64, warn bool, ticks ...MeterTick) {
	m.value, m.full, m.ticks, m.split = value, max(full, 1e-9), ticks, 0
	if warn {
		for _, t := range ticks {
			if t.At > 0 && t.At < value {
				m.split = t.At
				break
			}
		}
	}
	m.Refresh()
}

// Value returns what is shown.
func (m *Meter) Value() float64 { return m.value }

// CreateRenderer implements fyne.Widget.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{m: m, track: rect(), fill: rect(), over: rect()}
	r.Refresh()
	return r
}

type meterRenderer struct {
	m                 *Meter
	track, fill, over *canvas.Rectangle
	marks             []*canvas.Rectangle
	labels            []*canvas.Text
	objs              []fyne.CanvasObject
}

const meterBar float32 = 8

func (r *meterRenderer) Destroy()                     {}
func (r *meterRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *meterRenderer) MinSize() fyne.Size           { return fyne.NewSize(120, 28) }
func (r *meterRenderer) Layout(s fyne.Size)           { r.build(s) }

func (r *meterRenderer) Refresh() {
	r.build(r.m.Size())
	canvas.Refresh(r.m)
}

func (r *meterRenderer) build(s fyne.Size) {
	m := r.m
	x := func(v float64) float32 {
		return float32(min(max(v/m.full, 0), 1)) * s.Width
	}
	box(m, r.track, theme.ColorTrack, "", meterBar/2)
	box(m, r.fill, theme.ColorBar, "", meterBar/2)
	box(m, r.over, theme.ColorAmberFill, "", meterBar/2)
	y := float32(3)
	place(r.track, 0, y, s.Width, meterBar)
	end := m.value
	r.over.Hidden = m.split <= 0
	if m.split > 0 {
		end = m.split
		place(r.over, x(m.split)-meterBar/2, y, max(0, x(m.value)-x(m.split)+meterBar/2), meterBar)
		r.over.FillColor = of(m, theme.ColorAmberLine)
		r.fill.TopRightCornerRadius, r.fill.BottomRightCornerRadius = 0, 0
	}
	w := x(end)
	if m.value > 0 {
		w = max(w, 3)
	}
	place(r.fill, 0, y, w, meterBar)
	r.objs = append(r.objs[:0], r.track, r.over, r.fill)
	n := 0
	right := float32(-10)
	for i, t := range m.ticks {
		if i == len(r.marks) {
			r.marks = append(r.marks, rect())
			r.labels = append(r.labels, newLine())
		}
		mark, label := r.marks[i], r.labels[i]
		at := x(t.At)
		if t.At > 0 {
			role := theme.ColorText3
			if t.Bold || t.At >= m.full {
				role = theme.ColorText
			}
			box(m, mark, role, "", 0)
			place(mark, min(at, s.Width-1.5), 0, 1, meterBar+6)
			if t.At >= m.full {
				place(mark, s.Width-2, 0, 2, meterBar+6)
			}
			r.objs = append(r.objs, mark)
		}
		if t.Label == "" {
			continue
		}
		st := Label
		lw := textWidth(t.Label, st)
		lx := min(max(at-lw/2, 0), max(0, s.Width-lw))
		if lx < right+6 {
			continue // labels never run into each other; the mark stays
		}
		right = lx + lw
		dress(m, label, t.Label, st)
		place(label, lx, 14, lw, 14)
		r.objs = append(r.objs, label)
		n++
	}
}

// Bar is a plain bar of a proportion, for lists of counts.
type Bar struct {
	widget.BaseWidget
	share float64
	role  fyne.ThemeColorName
	thick float32
}

// NewBar returns an empty bar of 4 px.
func NewBar() *Bar {
	b := &Bar{role: theme.ColorBar, thick: 4}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows a share between 0 and 1 in a colour role.
func (b *Bar) Set(share float64, role fyne.ThemeColorName) {
	b.share, b.role = min(max(share, 0), 1), role
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	fill := rect()
	return newRend(b, []fyne.CanvasObject{fill}, func() fyne.Size { return fyne.NewSize(24, b.thick) },
		func(s fyne.Size) { place(fill, 0, (s.Height-b.thick)/2, s.Width*float32(b.share), b.thick) },
		func() { box(b, fill, b.role, "", b.thick/2) })
}
