package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Column is a column of a Table.
type Column struct {
	Title    string
	Width    float32 // 0: shares what the others leave
	Right    bool    // aligned to the right
	Sortable bool
}

// Cell is what a table shows in one place. Object, if not nil, is drawn instead
// of the text and must be a new one for each call or belong to that row.
type Cell struct {
	Text   string
	Style  Style // zero: Small
	Icon   theme.IconName
	Area   int // 1-based area whose letter is shown before the text; 0 none
	Tag    string
	Plate  bool // Text is a plate; Tag its state
	Object fyne.CanvasObject
}

// Table is a List with columns and heads.
type Table struct {
	widget.BaseWidget

	// OnSelected, OnActivated: as those of a List.
	OnSelected, OnActivated func(i int)
	// OnSort is called on a tap on a sortable head.
	OnSort func(col int)

	cols   []Column
	list   *List
	head   *tableHead
	frame  *fyne.Container
	sorted int
	down   bool
}

// NewTable returns a table; cell gives the contents of the rows in view and
// must be quick.
func NewTable(cols []Column, rowHeight float32, count func() int, cell func(row, col int) Cell) *Table {
	t := &Table{cols: cols, sorted: -1}
	t.list = NewList(rowHeight, count,
		func() fyne.CanvasObject { return newTableRow(t) },
		func(i int, o fyne.CanvasObject) { o.(*tableRow).set(i, cell) })
	t.list.OnSelected = func(i int) {
		if t.OnSelected != nil {
			t.OnSelected(i)
		}
	}
	t.list.OnActivated = func(i int) {
		if t.OnActivated != nil {
			t.OnActivated(i)
		}
	}
	t.head = newTableHead(t)
	t.frame = Frame(V(0, t.head, Divider()), nil, nil, nil, t.list)
	t.ExtendBaseWidget(t)
	return t
}

// SetSorted shows an arrow at a head; -1 none.
func (t *Table) SetSorted(col int, down bool) {
	t.sorted, t.down = col, down
	t.head.Refresh()
}

// Selected returns the selected row, or -1.
func (t *Table) Selected() int { return t.list.Selected() }

// SetSelected selects a row without a callback, -1 for none.
func (t *Table) SetSelected(i int) { t.list.SetSelected(i) }

// Reveal brings a row into view.
func (t *Table) Reveal(i int) { t.list.Reveal(i) }

// List returns the list inside, to give it the focus.
func (t *Table) List() *List { return t.list }

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

type tableHead struct {
	widget.BaseWidget
	t     *Table
	cells []*headCell
}

func newTableHead(t *Table) *tableHead {
	h := &tableHead{t: t}
	for i := range t.cols {
		c := &headCell{t: t, col: i}
		if t.cols[i].Sortable {
			c.activate = func() {
				if t.OnSort != nil {
					t.OnSort(i)
				}
			}
		}
		c.init(c)
		h.cells = append(h.cells, c)
	}
	h.ExtendBaseWidget(h)
	return h
}

func (h *tableHead) CreateRenderer() fyne.WidgetRenderer {
	bg := rect()
	objs := []fyne.CanvasObject{bg}
	for _, c := range h.cells {
		objs = append(objs, c)
	}
	return newRend(h, objs,
		func() fyne.Size { return fyne.NewSize(0, theme.RowMenu) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			for i, w := range h.t.widths(s.Width) {
				place(h.cells[i], w.X, 0, w.Y, s.Height)
			}
		},
		func() {
			box(h, bg, theme.ColorSunken, "", 0)
			for _, c := range h.cells {
				c.Refresh()
			}
		})
}

type headCell struct {
	control
	t   *Table
	col int
}

func (c *headCell) FocusGained() { c.control.FocusGained() }

// Cursor shows a hand over sortable heads only.
func (c *headCell) Cursor() desktop.Cursor { return c.control.Cursor() }

func (c *headCell) CreateRenderer() fyne.WidgetRenderer {
	text, arrow := newLine(), newImage()
	return newRend(c, []fyne.CanvasObject{text, arrow},
		func() fyne.Size { return fyne.NewSize(20, theme.RowMenu) },
		func(s fyne.Size) {
			place(text, 0, 0, s.Width, s.Height)
			st := c.style()
			x := textWidth(c.t.cols[c.col].Title, st) + 3
			if c.t.cols[c.col].Right {
				x = s.Width - x - 11
			}
			place(arrow, x, (s.Height-11)/2, 11, 11)
		},
		func() {
			dress(c, text, c.t.cols[c.col].Title, c.style())
			name := theme.IconName("")
			if c.t.sorted == c.col {
				name = "caret-up-bold"
				if c.t.down {
					name = "caret-down-bold"
				}
			}
			setIcon(c, arrow, name, theme.ColorText2)
		})
}

func (c *headCell) style() Style {
	st := Style{Size: theme.TextLabel, Weight: theme.Medium, Color: theme.ColorText2}
	if c.t.cols[c.col].Right {
		st = st.Right()
	}
	if c.hovered && c.activate != nil || c.focused && c.activate != nil {
		st = st.In(theme.ColorAccent)
	}
	return st
}
