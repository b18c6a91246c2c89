package views

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// resultRow is one card of the list: plate, places, times, vehicle.
type resultRow struct {
	widget.BaseWidget
	plate    *kit.Plate
	kept     *kit.Icon
	chips    *fyne.Container
	letters  []*kit.Letter
	times    *kit.Text
	vehicle  *kit.Text
	warnIcon *kit.Icon
	root     *fyne.Container
}

func newResultRow() *resultRow {
	r := &resultRow{}
	r.plate = kit.NewPlate("", "", kit.PlateRow)
	r.kept = kit.NewIcon("flag-fill", theme.ColorAccent, theme.IconText)
	r.chips = kit.H(5)
	r.times, r.vehicle = kit.Shrink("", kit.Small), kit.NewText("", kit.Small)
	r.warnIcon = kit.NewIcon("image", theme.ColorAmber, theme.IconText)
	r.root = kit.Pad(5, theme.PanelPad+2, 4, theme.PanelPad+2, kit.V(
		1, kit.Fixed(0, 20, kit.H(8, r.plate, r.kept, kit.Spacer(), r.chips)),
		kit.Fixed(0, 16, kit.H(5, kit.Grow(r.times), r.warnIcon, r.vehicle)),
	))
	r.ExtendBaseWidget(r)
	return r
}

func (r *resultRow) set(res *session.Results, i int) {
	it := res.Row(i)
	r.plate.Set(it.Plate, it.State)
	r.kept.Hidden = !it.Kept
	r.chips.Objects = nil
	n := 0
	for place, reads := range it.PerPlace {
		if reads == 0 || place >= 64 {
			continue
		}
		for len(r.letters) <= n {
			r.letters = append(r.letters, kit.NewLetterCount(0, 0))
		}
		count := reads
		if !res.Grouped() {
			count = -1
		}
		r.letters[n].Set(place, count)
		r.chips.Objects = append(r.chips.Objects, r.letters[n])
		n++
		if n == 5 {
			break
		}
	}
	times := res.RowTimes(it)
	if res.Grouped() {
		times = readsText(it.Reads) + "    " + times
	}
	r.times.SetText(times)
	r.warnIcon.Hidden = it.PhotoNote == ""
	if it.PhotoNote != "" {
		r.vehicle.Set(it.PhotoNote, kit.Small.In(theme.ColorAmber))
	} else {
		r.vehicle.Set(it.Vehicle, kit.Small)
	}
	r.root.Refresh()
}

func readsText(n int) string {
	if n == 1 {
		return "1 read"
	}
	return session.Number(int64(n)) + " reads"
}

// CreateRenderer implements fyne.Widget.
func (r *resultRow) CreateRenderer() fyne.WidgetRenderer { return hold(r, r.root, nil) }

// dot is the mark of an area in a combination: filled with its colour where the plate was
// seen there.
type dot struct {
	widget.BaseWidget
	area int
	on   bool
}

func newDot(area int, on bool) *dot {
	d := &dot{area: area, on: on}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer implements fyne.Widget.
func (d *dot) CreateRenderer() fyne.WidgetRenderer {
	r := &dotRenderer{d: d, circle: canvas.NewCircle(color.Transparent)}
	r.Refresh()
	return r
}

type dotRenderer struct {
	d      *dot
	circle *canvas.Circle
}

func (r *dotRenderer) Destroy()                     {}
func (r *dotRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(10) }
func (r *dotRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.circle} }
func (r *dotRenderer) Layout(s fyne.Size) {
	r.circle.Resize(fyne.NewSquareSize(10))
	r.circle.Move(fyne.NewPos((s.Width-10)/2, (s.Height-10)/2))
}

func (r *dotRenderer) Refresh() {
	role := theme.ColorHover
	if r.d.on {
		role = theme.Area(r.d.area)
	}
	r.circle.FillColor = theme.Of(r.d, role)
	r.circle.Refresh()
}
