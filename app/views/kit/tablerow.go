package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

type tableRow struct {
	widget.BaseWidget
	t     *Table
	cells []*tableCell
}

func newTableRow(t *Table) *tableRow {
	r := &tableRow{t: t}
	for i := range t.cols {
		c := &tableCell{right: t.cols[i].Right}
		c.ExtendBaseWidget(c)
		r.cells = append(r.cells, c)
	}
	r.ExtendBaseWidget(r)
	return r
}

func (r *tableRow) set(row int, cell func(row, col int) Cell) {
	for i, c := range r.cells {
		c.set(cell(row, i))
	}
}

func (r *tableRow) CreateRenderer() fyne.WidgetRenderer {
	objs := make([]fyne.CanvasObject, 0, len(r.cells))
	for _, c := range r.cells {
		objs = append(objs, c)
	}
	return newRend(r, objs, func() fyne.Size { return fyne.NewSize(100, r.t.list.rowHeight) },
		func(s fyne.Size) {
			for i, w := range r.t.widths(s.Width) {
				place(r.cells[i], w.X, 0, w.Y, s.Height)
			}
		},
		func() {
			for _, c := range r.cells {
				c.Refresh()
			}
		})
}

type tableCell struct {
	widget.BaseWidget
	c     Cell
	right bool
}

func (c *tableCell) set(v Cell) {
	if v.Style == (Style{}) {
		v.Style = Small
	}
	if c.right {
		v.Style = v.Style.Right()
	}
	if c.c == v {
		return
	}
	c.c = v
	c.Refresh()
}

func (c *tableCell) CreateRenderer() fyne.WidgetRenderer {
	icon, text := newImage(), newLine()
	r := newRend(c, nil, func() fyne.Size { return fyne.NewSize(20, 20) }, nil, func() {})
	r.layout = func(s fyne.Size) {
		r.objs = r.objs[:0]
		x := float32(0)
		role := c.c.IconRole
		if role == "" {
			role = c.c.Style.role()
		}
		if c.c.Icon != "" {
			setIcon(c, icon, c.c.Icon, role)
			place(icon, x, (s.Height-14)/2, 14, 14)
			r.objs = append(r.objs, icon)
			x += 19
		}
		w := max(0, s.Width-x)
		dress(c, text, cut(c.c.Text, c.c.Style, w), c.c.Style)
		place(text, x, 0, w, s.Height)
		r.objs = append(r.objs, text)
	}
	return r
}
