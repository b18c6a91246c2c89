package views

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

func number(n int) string { return strconv.Itoa(n) }

// plateSection is plate and state, for the kinds that ask for a plate.
type plateSection struct {
	model  *session.Desk
	box    *fyne.Container
	plate  *kit.Input
	state  *kit.Input
	any    *kit.Check
	field  *kit.Field
	sfield *kit.Field
	words  *kit.Para
	shown  bool // a problem is shown only once something was typed
}

func newPlateSection(m *session.Desk) *plateSection {
	p := &plateSection{model: m}
	p.plate = kit.NewInput("7KDM482").AsMono()
	p.state = kit.NewInput("DE").AsMono()
	p.any = kit.NewCheck("* stands for any run of characters", func(bool) { p.typed() })
	p.plate.OnChanged = func(string) { p.typed() }
	p.state.OnChanged = func(text string) {
		v := m.State().Draft.Vehicle
		v.State = text
		m.SetVehicle(v)
	}
	p.field, p.sfield = kit.NewField("Plate", p.plate), kit.NewField("State", p.state)
	p.words = kit.P("", kit.Small)
	p.box = querySection(kit.SectionHead("Plate", nil), kit.HTop(8, kit.Grow(p.field), kit.Fixed(84, 0, p.sfield)), p.words, p.any)
	return p
}

func (p *plateSection) typed() {
	p.shown = true
	p.model.SetPlate(p.plate.Text, p.any.Checked())
}

func (p *plateSection) update(s session.DeskState) {
	k := s.Draft.Kind
	p.box.Hidden = k != session.KindPlate && k != session.KindPartial
	setInput(p.plate, s.Draft.Plate)
	setInput(p.state, s.Draft.Vehicle.State)
	p.any.Hidden = k != session.KindPartial || !s.Terms.AnyStar
	p.any.SetChecked(s.Draft.AnyStar)
	problem := s.Plate.Problem("plate")
	if s.Draft.Plate == "" || !p.shown {
		problem = ""
	}
	p.field.SetError(problem)
	if k == session.KindPartial {
		p.field.SetHint("? or * for each character you do not know")
	} else {
		p.field.SetHint("")
	}
	p.words.Hidden = s.Plate.Note == ""
	p.words.SetText("Matches plates of " + s.Plate.Note + ".")
}

// whenSection is the timeframe; several of them for a repeat query.
type whenSection struct {
	panel *QueryPanel
	model *session.Desk
	now   func() time.Time
	box   *fyne.Container
	note  *kit.Text
	rows  *fyne.Container
	spans []*spanRow
	hours *kit.TimeRange
	add   *kit.Button
	least *leastChoice
	wrong problems
}

// spanRow is one timeframe.
type spanRow struct {
	days   *kit.DateRange
	remove *kit.Tool
}

func newWhenSection(p *QueryPanel, now func() time.Time) *whenSection {
	m := p.model
	w := &whenSection{panel: p, model: m, now: now, note: kit.Hint(""), wrong: newProblems()}
	w.hours = kit.NewTimeRange(func(from, to int) { m.SetHours(session.DayHours{FromMin: from, ToMin: to}) })
	w.add = kit.NewButton("Add timeframe", kit.Link, func() {
		s := m.State()
		last := s.Draft.Windows[len(s.Draft.Windows)-1]
		m.SetSpan(len(s.Draft.Windows), session.Span{From: last.From.AddDate(0, 0, -7), To: last.To.AddDate(0, 0, -7)})
	}).WithIcon(theme.IconPlus).WithTip("The week before the last one; change it as you need")
	w.rows = kit.V(8)
	w.least = newLeastChoice(m)
	w.box = querySection(kit.SectionHead("When", w.note), w.rows, w.add, w.least.box, w.wrong.text)
	return w
}

func (w *whenSection) span(i int) *spanRow {
	zone := w.model.State().Zone
	for len(w.spans) <= i {
		n := len(w.spans)
		r := &spanRow{}
		r.days = kit.NewDateRange(w.now, zone, func(from, to time.Time) {
			w.model.SetSpan(n, session.Span{From: from, To: to.AddDate(0, 0, 1)})
		})
		r.remove = kit.NewTool(theme.IconX, "Take this timeframe out", func() { w.model.RemoveSpan(n) }).Small()
		w.panel.follow(r.days)
		w.panel.follow(r.remove)
		w.spans = append(w.spans, r)
	}
	return w.spans[i]
}

func (w *whenSection) update(s session.DeskState) {
	repeat := s.Draft.Kind == session.KindRepeat
	n := 1
	if repeat {
		n = max(len(s.Draft.Windows), 1)
	}
	var objs []fyne.CanvasObject
	for i := range n {
		r := w.span(i)
		if i < len(s.Draft.Windows) && !s.Draft.Windows[i].IsZero() {
			win := s.Draft.Windows[i]
			r.days.SetRange(win.From.In(s.Zone), win.To.In(s.Zone).Add(-time.Nanosecond))
		} else {
			r.days.SetRange(time.Time{}, time.Time{})
		}
		if repeat {
			row := []fyne.CanvasObject{kit.Grow(r.days)}
			if n > 1 {
				row = append(row, r.remove)
			}
			objs = append(objs, kit.H(4, row...))
		}
	}
	if repeat {
		objs = append(objs, w.hours)
	} else {
		objs = append(objs, kit.H(8, kit.Grow(w.span(0).days), kit.Fixed(124, 0, w.hours)))
	}
	w.rows.Objects = objs
	w.hours.SetRange(s.Draft.Hours.FromMin, s.Draft.Hours.ToMin)
	w.add.Hidden = !repeat || len(s.Draft.Windows) == 0
	w.least.update(s, s.Draft.Kind == session.KindRepeat, " timeframes")
	w.note.SetText(s.When.Note)
	w.wrong.set(s.When.Problem("windows"))
}

// vehicleSection is the refinements.
type vehicleSection struct {
	model                              *session.Desk
	box                                *fyne.Container
	note                               *kit.Text
	make, name, color, state, from, to *kit.Input
	stateCell                          *fyne.Container
	wrong                              problems
}

func newVehicleSection(m *session.Desk) *vehicleSection {
	v := &vehicleSection{model: m, note: kit.Hint("optional"), wrong: newProblems()}
	field := func(hint string, set func(*session.Vehicle, string)) *kit.Input {
		in := kit.NewInput(hint)
		in.OnChanged = func(text string) {
			now := m.State().Draft.Vehicle
			set(&now, text)
			m.SetVehicle(now)
		}
		return in
	}
	v.make = field("Make", func(x *session.Vehicle, s string) { x.Make = s })
	v.name = field("Model", func(x *session.Vehicle, s string) { x.Model = s })
	v.color = field("Colour", func(x *session.Vehicle, s string) { x.Color = s })
	v.state = field("State", func(x *session.Vehicle, s string) { x.State = s })
	v.from = field("Year from", func(x *session.Vehicle, s string) { x.YearFrom = s })
	v.to = field("to", func(x *session.Vehicle, s string) { x.YearTo = s })
	v.stateCell = kit.Columns(6, v.state, v.from, v.to)
	v.box = querySection(kit.SectionHead("Vehicle", v.note), kit.Columns(6, v.make, v.name, v.color), v.stateCell, v.wrong.text)
	return v
}

func (v *vehicleSection) update(s session.DeskState) {
	d := s.Draft.Vehicle
	for in, text := range map[*kit.Input]string{v.make: d.Make, v.name: d.Model, v.color: d.Color, v.state: d.State, v.from: d.YearFrom, v.to: d.YearTo} {
		setInput(in, text)
	}
	v.note.SetText(s.Vehicle.Note)
	plate := s.Draft.Kind == session.KindPlate || s.Draft.Kind == session.KindPartial
	v.stateCell.Objects = []fyne.CanvasObject{v.state, v.from, v.to}
	if plate { // the state stands beside the plate
		v.stateCell.Objects = []fyne.CanvasObject{v.from, v.to}
	}
	v.wrong.set(s.Vehicle.Problem("year"))
}
