package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// listBody is as high as all rows; it holds the rows in view.
type listBody struct {
	widget.BaseWidget
	l    *List
	rows map[int]*listRow
	free []*listRow
	objs []fyne.CanvasObject
}

func (b *listBody) MinSize() fyne.Size {
	b.ExtendBaseWidget(b)
	return fyne.NewSize(0, float32(b.l.count())*b.l.rowHeight)
}

// show puts the rows in view in place; all says that data changed.
func (b *listBody) show(all bool) {
	if b.rows == nil {
		b.rows = map[int]*listRow{}
	}
	from, to := b.l.InView()
	for i, r := range b.rows {
		if i < from || i >= to {
			b.free = append(b.free, r)
			delete(b.rows, i)
		}
	}
	b.objs = b.objs[:0]
	width := b.l.scroll.Size().Width
	for i := from; i < to; i++ {
		r, ok := b.rows[i]
		if !ok {
			if n := len(b.free); n > 0 {
				r, b.free = b.free[n-1], b.free[:n-1]
			} else {
				r = newListRow(b.l)
			}
			b.rows[i] = r
			r.i, r.hovered = i, false
		}
		if !ok || all {
			b.l.update(i, r.content)
		}
		place(r, 0, float32(i)*b.l.rowHeight, width, b.l.rowHeight)
		if sel, foc := i == b.l.selected, b.l.focused && i == b.l.selected; !ok || all || r.selected != sel || r.focused != foc {
			r.selected, r.focused = sel, foc
			r.Refresh()
		}
		b.objs = append(b.objs, r)
	}
	canvas.Refresh(b)
}

func (b *listBody) CreateRenderer() fyne.WidgetRenderer { return &listBodyRenderer{b} }

type listBodyRenderer struct{ b *listBody }

func (r *listBodyRenderer) Destroy()                     {}
func (r *listBodyRenderer) Layout(fyne.Size)             { r.b.show(false) }
func (r *listBodyRenderer) MinSize() fyne.Size           { return r.b.MinSize() }
func (r *listBodyRenderer) Objects() []fyne.CanvasObject { return r.b.objs }
func (r *listBodyRenderer) Refresh() {
	for _, o := range r.b.objs {
		o.Refresh()
	}
	canvas.Refresh(r.b)
}

// listRow is the ground of one row: hover, selection, hairline.
type listRow struct {
	widget.BaseWidget
	l                          *List
	i                          int
	content                    fyne.CanvasObject
	hovered, selected, focused bool
}

func newListRow(l *List) *listRow {
	r := &listRow{l: l, content: l.create()}
	r.ExtendBaseWidget(r)
	return r
}

func (r *listRow) Tapped(*fyne.PointEvent)        { r.l.tapped(r.i) }
func (r *listRow) MouseMoved(*desktop.MouseEvent) {}
func (r *listRow) MouseIn(*desktop.MouseEvent) {
	r.hovered = true
	r.Refresh()
}

func (r *listRow) MouseOut() {
	r.hovered = false
	r.Refresh()
}

func (r *listRow) CreateRenderer() fyne.WidgetRenderer {
	bg, bar, line := rect(), rect(), rect()
	return newRend(r, []fyne.CanvasObject{bg, line, bar, r.content},
		func() fyne.Size { return fyne.NewSize(r.content.MinSize().Width, r.l.rowHeight) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(bar, 0, 0, theme.SelectionBar, s.Height)
			place(line, 0, s.Height-theme.Hairline, s.Width, theme.Hairline)
			place(r.content, 0, 0, s.Width, s.Height)
		},
		func() {
			fill := fyne.ThemeColorName("")
			switch {
			case r.selected:
				fill = theme.ColorAccentSoft
			case r.hovered && (r.l.OnSelected != nil || r.l.OnActivated != nil):
				fill = theme.ColorHover
			}
			box(r, bg, fill, "", 0)
			box(r, bar, theme.ColorAccent, "", 0)
			bar.Hidden = !r.selected
			role := theme.ColorHairline
			if !r.l.Lines {
				role = ""
			}
			box(r, line, role, "", 0)
		})
}
