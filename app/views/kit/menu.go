package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// MenuItem is a line of a menu. An item without a label is a divider.
type MenuItem struct {
	Label    string
	Icon     theme.IconName
	Hint     string // at the right: a key, a count, a rule
	Locked   bool   // a lock before the hint; implies Disabled
	Checked  bool
	Disabled bool
	OnTap    func()
}

// ShowMenu opens a menu below an object; arrows, Enter and Esc work in it.
func ShowMenu(anchor fyne.CanvasObject, items []MenuItem) *Popover {
	m := newMenu(items)
	p := ShowPopover(anchor, m)
	m.pop = p
	return p
}

// NewMenuButton returns a button with a caret that opens the menu of the
// moment.
func NewMenuButton(label string, kind ButtonKind, items func() []MenuItem) *Button {
	b := NewButton(label, kind, nil).WithTrailing(theme.IconCaretDown)
	b.activate = func() { ShowMenu(b, items()) }
	return b
}

// menu is the content of a menu's popover.
type menu struct {
	widget.BaseWidget
	items []MenuItem
	rows  []*menuRow
	col   *fyne.Container
	at    int // row under the keys, -1 none
	pop   *Popover
}

func newMenu(items []MenuItem) *menu {
	m := &menu{items: items, at: -1}
	checks, icons := false, false
	for _, it := range items {
		checks = checks || it.Checked
		icons = icons || it.Icon != ""
	}
	objs := make([]fyne.CanvasObject, 0, len(items))
	for i, it := range items {
		if it.Label == "" {
			m.rows = append(m.rows, nil)
			objs = append(objs, PadXY(0, 4, Divider()))
			continue
		}
		r := newMenuRow(m, i, it, checks, icons)
		m.rows = append(m.rows, r)
		objs = append(objs, r)
	}
	m.col = PadAll(4, V(0, objs...))
	m.ExtendBaseWidget(m)
	return m
}

func (m *menu) choose(i int) {
	it := m.items[i]
	if it.Disabled || it.Locked {
		return
	}
	m.pop.Hide()
	if it.OnTap != nil {
		it.OnTap()
	}
}

func (m *menu) moveTo(i int) {
	if m.at >= 0 {
		m.rows[m.at].Refresh()
	}
	old := m.at
	m.at = i
	if old >= 0 {
		m.rows[old].Refresh()
	}
	if i >= 0 {
		m.rows[i].Refresh()
	}
}

func (m *menu) step(d int) {
	for i, n := m.at, 0; n < len(m.items); n++ {
		i += d
		if i < 0 {
			i = len(m.items) - 1
		} else if i >= len(m.items) {
			i = 0
		}
		if m.rows[i] != nil {
			m.moveTo(i)
			return
		}
	}
}

func (m *menu) FocusGained()   {}
func (m *menu) FocusLost()     {}
func (m *menu) TypedRune(rune) {}

func (m *menu) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		m.step(1)
	case fyne.KeyUp:
		m.step(-1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if m.at >= 0 {
			m.choose(m.at)
		}
	case fyne.KeyEscape, fyne.KeyTab:
		m.pop.Hide()
	}
}

// AcceptsTab implements fyne.Tabbable: Tab closes the menu.
func (m *menu) AcceptsTab() bool { return true }

func (m *menu) CreateRenderer() fyne.WidgetRenderer { return newWrap(m, m.col) }

type menuRow struct {
	widget.BaseWidget
	m      *menu
	i      int
	it     MenuItem
	checks bool // some item is checked
	icons  bool // some item has an icon
}

func newMenuRow(m *menu, i int, it MenuItem, checks, icons bool) *menuRow {
	r := &menuRow{m: m, i: i, it: it, checks: checks, icons: icons}
	r.ExtendBaseWidget(r)
	return r
}

func (r *menuRow) Tapped(*fyne.PointEvent)        { r.m.choose(r.i) }
func (r *menuRow) MouseIn(*desktop.MouseEvent)    { r.m.moveTo(r.i) }
func (r *menuRow) MouseMoved(*desktop.MouseEvent) {}
func (r *menuRow) MouseOut()                      {}
func (r *menuRow) off() bool                      { return r.it.Disabled || r.it.Locked }

func (r *menuRow) CreateRenderer() fyne.WidgetRenderer {
	bg, icon, check, lock := rect(), newImage(), newImage(), newImage()
	label, hint := newLine(), newLine()
	hs := Label
	lead := func() float32 {
		x := float32(8)
		if r.checks {
			x += 20
		}
		if r.icons {
			x += 24
		}
		return x
	}
	tail := func() float32 {
		w := textWidth(r.it.Hint, hs)
		if r.it.Locked {
			w += 18
		}
		return w
	}
	return newRend(r, []fyne.CanvasObject{bg, check, icon, label, lock, hint},
		func() fyne.Size {
			return fyne.NewSize(max(lead()+textWidth(r.it.Label, Body)+24+tail()+8, 140), theme.RowMenu)
		},
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			x := float32(8)
			if r.checks {
				place(check, x, (s.Height-14)/2, 14, 14)
				x += 20
			}
			if r.icons {
				place(icon, x, (s.Height-16)/2, 16, 16)
				x += 24
			}
			place(label, x, 0, textWidth(r.it.Label, Body), s.Height)
			w := textWidth(r.it.Hint, hs)
			place(hint, s.Width-8-w, 0, w, s.Height)
			place(lock, s.Width-8-w-18, (s.Height-14)/2, 14, 14)
		},
		func() {
			fg, ic := theme.ColorText, theme.ColorText2
			if r.off() {
				fg, ic = theme.ColorText3, theme.ColorText3
			}
			fill := fyne.ThemeColorName("")
			if r.m.at == r.i {
				fill = theme.ColorHover
			}
			box(r, bg, fill, "", theme.RadiusChip)
			name := theme.IconName("")
			if r.it.Checked {
				name = theme.IconCheckBold
			}
			setIcon(r, check, name, theme.ColorAccent)
			setIcon(r, icon, r.it.Icon, ic)
			name = ""
			if r.it.Locked {
				name = theme.IconLock
			}
			setIcon(r, lock, name, theme.ColorText3)
			dress(r, label, r.it.Label, Body.In(fg))
			dress(r, hint, r.it.Hint, hs)
		})
}
