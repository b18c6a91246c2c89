package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Column is a column of a Table.
type Column struct {
	Title string
	Width float32 // 0: shares what the others leave
	Right bool    // aligned to the right
}

// Cell is what a table shows in one place.
type Cell struct {
	Text     string
	Style    Style // zero: Small
	Icon     theme.IconName
	IconRole fyne.ThemeColorName // empty: as the text
}

// Table is a List with columns and heads.
type Table struct {
	widget.BaseWidget

	OnSelected func(i int) // as that of a List

	cols  []Column
	list  *List
	frame *fyne.Container
}

// NewTable returns a table; cell gives the contents of the rows in view and
// must be quick.
func NewTable(cols []Column, rowHeight float32, count func() int, cell func(row, col int) Cell) *Table {
	t := &Table{cols: cols}
	t.list = NewList(rowHeight, count,
		func() fyne.CanvasObject { return newTableRow(t) },
		func(i int, o fyne.CanvasObject) { o.(*tableRow).set(i, cell) })
	t.list.OnSelected = func(i int) {
		if t.OnSelected != nil {
			t.OnSelected(i)
		}
	}
	t.frame = Frame(V(0, newTableHead(t), Divider()), nil, nil, nil, t.list)
	t.ExtendBaseWidget(t)
	return t
}

// SetSelected selects a row without a callback, -1 for none.
func (t *Table) SetSelected(i int) { t.list.SetSelected(i) }

// Refresh shows the data again.
func (t *Table) Refresh() {
	t.list.Refresh()
	t.BaseWidget.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Table) CreateRenderer() fyne.WidgetRenderer { return newWrap(t, t.frame) }

const cellPad float32 = 14

// widths returns x and width of each column for the whole width.
func (t *Table) widths(w float32) []fyne.Position {
	fixed, growing := cellPad*2+12*float32(len(t.cols)-1), 0
	for _, c := range t.cols {
		fixed += c.Width
		if c.Width == 0 {
			growing++
		}
	}
	share := float32(0)
	if growing > 0 {
		share = max(20, (w-fixed)/float32(growing))
	}
	out := make([]fyne.Position, len(t.cols))
	x := cellPad
	for i, c := range t.cols {
		cw := c.Width
		if cw == 0 {
			cw = share
		}
		out[i] = fyne.NewPos(x, cw) // X is x, Y the width
		x += cw + 12
	}
	return out
}

// tableHead are the titles of the columns.
type tableHead struct {
	widget.BaseWidget
	t *Table
}

func newTableHead(t *Table) *tableHead {
	h := &tableHead{t: t}
	h.ExtendBaseWidget(h)
	return h
}

func (h *tableHead) CreateRenderer() fyne.WidgetRenderer {
	bg := rect()
	objs := []fyne.CanvasObject{bg}
	for range h.t.cols {
		objs = append(objs, newLine())
	}
	return newRend(h, objs,
		func() fyne.Size { return fyne.NewSize(0, theme.RowMenu) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			for i, w := range h.t.widths(s.Width) {
				place(objs[i+1], w.X, 0, w.Y, s.Height)
			}
		},
		func() {
			box(h, bg, theme.ColorSunken, "", 0)
			for i, c := range h.t.cols {
				st := LabelMedium
				if c.Right {
					st = st.Right()
				}
				dress(h, objs[i+1].(*canvas.Text), c.Title, st)
			}
		})
}
