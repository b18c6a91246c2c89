package kit

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

const calCell float32 = 30

// calendar is the content of a DateRange's popover: one month, Monday first. A
// first day is picked, then a last one; arrows move by days and weeks, Page Up
// and Page Down by months, Enter picks.
type calendar struct {
	widget.BaseWidget
	d       *DateRange
	month   time.Time // first of the month in view
	cursor  time.Time // day under the keys
	first   time.Time // picked, the last one still to come; zero none
	today   time.Time
	title   *Text
	hint    *Text
	days    [42]*calDay
	content fyne.CanvasObject
	pop     *Popover
}

func newCalendar(d *DateRange) *calendar {
	c := &calendar{d: d, today: midnight(d.now(), d.loc)}
	c.cursor = d.to
	if c.cursor.IsZero() {
		c.cursor = c.today
	}
	c.title, c.hint = NewText("", BodyStrong.Centered()), NewText("", Label)
	prev := NewTool(theme.IconCaretLeft, "Month before (Page Up)", func() { c.turn(-1) }).Small()
	next := NewTool(theme.IconCaretRight, "Month after (Page Down)", func() { c.turn(1) }).Small()
	rows := []fyne.CanvasObject{H(0, prev, Grow(c.title), next)}
	var heads []fyne.CanvasObject
	for _, n := range []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"} {
		heads = append(heads, NewText(n, Label.Centered()))
	}
	rows = append(rows, Fixed(7*calCell, 20, Columns(0, heads...)))
	for w := range 6 {
		var week []fyne.CanvasObject
		for i := range 7 {
			day := &calDay{c: c}
			day.ExtendBaseWidget(day)
			c.days[w*7+i] = day
			week = append(week, day)
		}
		rows = append(rows, Fixed(7*calCell, calCell-2, Columns(0, week...)))
	}
	rows = append(rows, Pad(6, 2, 2, 2, c.hint))
	c.content = PadAll(8, V(1, rows...))
	c.ExtendBaseWidget(c)
	c.fill()
	return c
}

func (c *calendar) fill() {
	c.month = time.Date(c.cursor.Year(), c.cursor.Month(), 1, 0, 0, 0, 0, c.d.loc)
	c.title.SetText(c.month.Format("January 2006"))
	lead := (int(c.month.Weekday()) + 6) % 7
	for i, day := range c.days {
		day.date = c.month.AddDate(0, 0, i-lead)
		day.Refresh()
	}
	if c.first.IsZero() {
		c.hint.SetText("Pick the first day.")
	} else {
		c.hint.SetText("From " + c.first.Format("2 January") + ". Pick the last day.")
	}
}

func (c *calendar) turn(months int) {
	y, m, day := c.cursor.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, c.d.loc).Day()
	c.moveTo(time.Date(y, m+time.Month(months), min(day, last), 0, 0, 0, 0, c.d.loc))
}

func (c *calendar) moveTo(t time.Time) {
	if t.After(c.today) {
		t = c.today
	}
	c.cursor = t
	c.fill()
}

func (c *calendar) pick(t time.Time) {
	if t.After(c.today) {
		return
	}
	c.cursor = t
	if c.first.IsZero() {
		c.first = t
		c.fill()
		return
	}
	first := c.first
	c.pop.Hide()
	c.d.take(first, t)
}

// selected returns the range to show: the one being picked, or the chosen one.
func (c *calendar) selected() (from, to time.Time) {
	if c.first.IsZero() {
		return c.d.from, c.d.to
	}
	if c.cursor.Before(c.first) {
		return c.cursor, c.first
	}
	return c.first, c.cursor
}

func (c *calendar) FocusGained()   {}
func (c *calendar) FocusLost()     {}
func (c *calendar) TypedRune(rune) {}

func (c *calendar) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.moveTo(c.cursor.AddDate(0, 0, -1))
	case fyne.KeyRight:
		c.moveTo(c.cursor.AddDate(0, 0, 1))
	case fyne.KeyUp:
		c.moveTo(c.cursor.AddDate(0, 0, -7))
	case fyne.KeyDown:
		c.moveTo(c.cursor.AddDate(0, 0, 7))
	case fyne.KeyPageUp:
		c.turn(-1)
	case fyne.KeyPageDown:
		c.turn(1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.pick(c.cursor)
	case fyne.KeyEscape:
		c.pop.Hide()
	}
}

func (c *calendar) CreateRenderer() fyne.WidgetRenderer { return newWrap(c, c.content) }

type calDay struct {
	widget.BaseWidget
	c       *calendar
	date    time.Time
	hovered bool
}

func (d *calDay) Tapped(*fyne.PointEvent)        { d.c.pick(d.date) }
func (d *calDay) MouseMoved(*desktop.MouseEvent) {}

func (d *calDay) MouseIn(*desktop.MouseEvent) {
	d.hovered = true
	d.Refresh()
}

func (d *calDay) MouseOut() {
	d.hovered = false
	d.Refresh()
}

func (d *calDay) CreateRenderer() fyne.WidgetRenderer {
	bg, text := rect(), newLine()
	return newRend(d, []fyne.CanvasObject{bg, text}, func() fyne.Size { return fyne.NewSize(calCell, calCell-2) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(text, 0, 0, s.Width, s.Height)
		},
		func() {
			from, to := d.c.selected()
			fill, stroke, st := fyne.ThemeColorName(""), fyne.ThemeColorName(""), Small.Centered().In(theme.ColorText)
			switch {
			case d.date.After(d.c.today):
				st = st.In(theme.ColorText3)
			case !from.IsZero() && (d.date.Equal(from) || d.date.Equal(to)):
				fill, st = theme.ColorAccent, st.W(theme.SemiBold).In(theme.ColorOnAccent)
			case !from.IsZero() && d.date.After(from) && d.date.Before(to):
				fill = theme.ColorAccentSoft
			case d.hovered:
				fill = theme.ColorHover
			case d.date.Month() != d.c.month.Month():
				st = st.In(theme.ColorText3)
			}
			if d.date.Equal(d.c.cursor) {
				stroke = theme.ColorAccent
			}
			box(d, bg, fill, stroke, theme.RadiusChip)
			dress(d, text, strconv.Itoa(d.date.Day()), st)
		})
}
