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
		c := &tableCell{right: t.cols[i].Right, letter: NewLetter(0), plate: NewPlate("", "", PlateRow), tag: NewStateTag("")}
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
	c      Cell
	right  bool
	letter *Letter
	plate  *Plate
	tag    *StateTag
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
		if o := c.c.Object; o != nil {
			h := min(o.MinSize().Height, s.Height)
			place(o, 0, (s.Height-h)/2, s.Width, h)
			r.objs = append(r.objs, o)
			return
		}
		x := float32(0)
		if c.c.Area > 0 {
			c.letter.Set(c.c.Area-1, -1)
			place(c.letter, x, 0, 16, s.Height)
			r.objs = append(r.objs, c.letter)
			x += 22
		}
		if c.c.Icon != "" {
			setIcon(c, icon, c.c.Icon, c.c.Style.role())
			place(icon, x, (s.Height-14)/2, 14, 14)
			r.objs = append(r.objs, icon)
			x += 19
		}
		if c.c.Plate {
			c.plate.Set(c.c.Text, c.c.Tag)
			place(c.plate, x, 0, max(0, s.Width-x), s.Height)
			r.objs = append(r.objs, c.plate)
			return
		}
		w := max(0, s.Width-x)
		shown := cut(c.c.Text, c.c.Style, w)
		dress(c, text, shown, c.c.Style)
		place(text, x, 0, w, s.Height)
		r.objs = append(r.objs, text)
		if c.c.Tag != "" {
			c.tag.SetText(c.c.Tag)
			place(c.tag, x+textWidth(shown, c.c.Style)+6, 0, c.tag.MinSize().Width, s.Height)
			r.objs = append(r.objs, c.tag)
		}
	}
	return r
}
