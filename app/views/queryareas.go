package views

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// areasSection lists the drawn areas and offers to draw or import more.
type areasSection struct {
	panel *QueryPanel
	model *session.Desk
	box   *fyne.Container
	least *leastChoice
	rows  *fyne.Container
	list  []*areaRow
	wrong problems
	links *fyne.Container
	paste *importForm
}

func newAreasSection(p *QueryPanel) *areasSection {
	a := &areasSection{panel: p, model: p.model, wrong: newProblems()}
	a.least = newLeastChoice(a.model)
	a.rows = kit.V(0)
	a.paste = newImportForm(p)
	draw := kit.NewButton("Draw area", kit.Link, func() { call(p.OnDraw) }).WithIcon(theme.IconPlus).WithTip("Draw a polygon (P)")
	imp := kit.NewButton("Import", kit.Link, a.paste.toggle).WithTip("Paste GeoJSON, or drop a file on the map")
	a.links = kit.H(18, draw, imp)
	p.follow(draw)
	p.follow(imp)
	a.box = querySection(
		kit.SectionHead("Areas", a.least.box), kit.Pad(0, -6, 0, -6, a.rows), a.wrong.text, a.links, a.paste,
	)
	return a
}

func (a *areasSection) update(s session.DeskState) {
	a.box.Hidden = !s.Draft.Kind.Spatial()
	a.least.update(s, s.Draft.Kind == session.KindCommon, "")
	for len(a.list) < len(s.Areas) {
		a.list = append(a.list, newAreaRow(a, len(a.list)))
	}
	objs := make([]fyne.CanvasObject, len(s.Areas))
	text := ""
	for i, row := range s.Areas {
		a.list[i].set(row)
		objs[i] = a.list[i]
		if row.Problem != "" && text == "" {
			text = row.Label + ": " + row.Problem
		}
	}
	a.rows.Objects = objs
	a.rows.Hidden = len(objs) == 0
	a.wrong.set(text)
}

// leastChoice is "A plate must be in at least 2 of 3".
type leastChoice struct {
	box    *fyne.Container
	choice *kit.Select
	of     *kit.Text
}

func newLeastChoice(m *session.Desk) *leastChoice {
	l := &leastChoice{of: kit.NewText("", kit.Small)}
	l.choice = kit.NewSelect("2", nil, func(v string) {
		if n, err := strconv.Atoi(v); err == nil {
			m.SetMinAreas(n)
		}
	}).Compact()
	l.box = kit.H(5, kit.NewText("A plate must be in at least", kit.Small), l.choice, l.of)
	return l
}

// update offers 2 to the number of places, if this is the place to ask.
func (l *leastChoice) update(s session.DeskState, here bool, what string) {
	places := s.Draft.Places()
	l.box.Hidden = !here || places < 2
	var options []kit.Option
	for n := 2; n <= places; n++ {
		options = append(options, kit.Option{Value: number(n), Label: number(n)})
	}
	l.choice.SetOptions(options)
	l.choice.SetValue(number(s.Draft.Threshold()))
	l.of.SetText("of " + number(places) + what)
}

// areaRow is one area: its letter, name, cameras, size, and what can be done with it.
type areaRow struct {
	widget.BaseWidget
	section  *areasSection
	index    int
	letter   *kit.Letter
	name     *kit.Text
	rename   *kit.Input
	naming   bool
	cameras  *kit.Text
	size     *kit.Text
	eye      *kit.Tool
	pencil   *kit.Tool
	more     *kit.Tool
	inner    *fyne.Container
	line     *fyne.Container
	ground   *kit.Ground
	selected bool
	hidden   bool
}

func newAreaRow(a *areasSection, i int) *areaRow {
	r := &areaRow{section: a, index: i}
	r.letter = kit.NewLetter(i)
	r.name = kit.Shrink("", kit.BodyMedium)
	r.rename = kit.NewInput("Name")
	r.rename.OnSubmitted = func(text string) { r.named(text) }
	r.rename.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			r.endNaming()
			return true
		}
		return false
	}
	r.cameras, r.size = kit.NewText("", kit.Small.Right()), kit.NewText("", kit.BodyMedium.Right())
	r.eye = kit.NewTool(theme.IconEye, "Hide on the map; it still counts", func() { a.model.ShowArea(i, r.hidden) }).Small()
	r.pencil = kit.NewTool("pencil-simple", "Move corners (E)", func() {
		if a.panel.OnEditArea != nil {
			a.panel.OnEditArea(i)
		}
	}).Small()
	r.more = kit.NewTool(theme.IconDots, "Rename, remove, …", nil).Small()
	r.more = kit.NewTool(theme.IconDots, "Rename, remove, …", func() { kit.ShowMenu(r.more, r.menu()) }).Small()
	r.inner = kit.H(8, r.letter, kit.Grow(kit.Stack(r.name, r.rename)))
	label := kit.NewPress(r.inner, "", func() { r.pick() })
	for _, c := range []*kit.Tool{r.eye, r.pencil, r.more} {
		a.panel.follow(c)
	}
	r.line = kit.H(2, kit.Grow(label), r.cameras, kit.Fixed(64, 0, r.size), r.eye, r.pencil, r.more)
	r.ground = kit.Box("", "", theme.RadiusChip, kit.Fixed(0, theme.RowList, r.line))
	r.rename.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// pick marks the area; a second pick asks for its name.
func (r *areaRow) pick() {
	if r.selected {
		r.startNaming()
		return
	}
	r.section.model.Select(r.index)
	if r.section.panel.OnShowArea != nil {
		r.section.panel.OnShowArea(r.index)
	}
}

func (r *areaRow) startNaming() {
	r.naming = true
	r.rename.SetText(r.name.Text())
	r.rename.Show()
	r.name.Hide()
	r.Refresh()
	if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil {
		c.Focus(r.rename)
		r.rename.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

func (r *areaRow) named(text string) {
	if err := r.section.model.RenameArea(r.index, text); err != nil {
		r.rename.SetError(err.Error())
		r.section.wrong.set(err.Error())
		r.section.box.Refresh()
		return
	}
	r.endNaming()
}

func (r *areaRow) endNaming() {
	r.naming = false
	r.rename.SetError("")
	r.rename.Hide()
	r.name.Show()
	r.Refresh()
}

func (r *areaRow) menu() []kit.MenuItem {
	m, i := r.section.model, r.index
	show := kit.MenuItem{Label: "Hide on the map", Icon: theme.IconEyeSlash, OnTap: func() { m.ShowArea(i, false) }}
	if r.hidden {
		show = kit.MenuItem{Label: "Show on the map", Icon: theme.IconEye, OnTap: func() { m.ShowArea(i, true) }}
	}
	return []kit.MenuItem{
		{Label: "Rename", Icon: "text-t", OnTap: r.startNaming},
		show,
		{},
		{Label: "Remove", Icon: theme.IconTrash, Hint: "Undo brings it back", OnTap: func() { m.RemoveArea(i) }},
	}
}

func (r *areaRow) set(row session.AreaRow) {
	r.selected, r.hidden = row.Selected, row.Hidden
	style := kit.BodyMedium
	if row.Hidden {
		style = style.In(theme.ColorText3)
	}
	r.name.Set(row.Label, style)
	r.cameras.SetText(row.Cameras)
	r.size.SetText(row.Area)
	if row.Problem != "" {
		r.size.Set("not valid", kit.BodyMedium.Right().In(theme.ColorAmber))
	} else {
		r.size.SetStyle(kit.BodyMedium.Right())
	}
	r.cameras.Hidden = row.Cameras == "" || row.Problem != ""
	r.eye.Hidden, r.pencil.Hidden, r.more.Hidden = row.Selected, !row.Selected, !row.Selected
	icon := theme.IconEye
	if row.Hidden {
		icon = theme.IconEyeSlash
	}
	r.eye.SetIcon(icon)
	fill := fyne.ThemeColorName("")
	if row.Selected {
		fill = theme.ColorAccentSoft
	}
	r.ground.SetRoles(fill, "")
	r.Refresh()
}

// Refresh implements fyne.Widget.
func (r *areaRow) Refresh() {
	r.inner.Refresh()
	r.BaseWidget.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *areaRow) CreateRenderer() fyne.WidgetRenderer { return hold(r, r.ground, r.line) }

// importForm takes pasted GeoJSON.
type importForm struct {
	widget.BaseWidget
	panel *QueryPanel
	text  *kit.Input
	field *kit.Field
	col   *fyne.Container
}

func newImportForm(p *QueryPanel) *importForm {
	f := &importForm{panel: p}
	f.text = kit.NewTextArea("Paste GeoJSON: a Polygon, a MultiPolygon, or features with them", 4).AsMono()
	f.field = kit.NewField("", f.text).SetHint("Or drop a .geojson file on the map.")
	buttons := kit.H(8, kit.NewButton("Add areas", kit.Plain, f.add), kit.NewButton("Cancel", kit.Quiet, f.toggle), kit.Spacer(),
		kit.NewButton("Choose a file…", kit.Link, func() { call(p.OnImportFile) }))
	f.col = kit.V(8, f.field, buttons)
	f.Hide()
	f.ExtendBaseWidget(f)
	return f
}

func (f *importForm) toggle() {
	f.Hidden = !f.Hidden
	f.field.SetError("")
	f.text.SetText("")
	f.panel.root.Refresh()
	if !f.Hidden {
		if c := fyne.CurrentApp().Driver().CanvasForObject(f.panel); c != nil {
			c.Focus(f.text)
		}
	}
}

func (f *importForm) add() {
	if _, err := f.panel.model.ImportAreas(f.text.Text); err != nil {
		f.field.SetError(err.Error())
		f.panel.root.Refresh()
		return
	}
	f.toggle()
	call(f.panel.OnImported)
}

// fail opens the form with a text that could not be taken and why.
func (f *importForm) fail(text string, err error) {
	f.Show()
	if len(text) > 4000 { // a large file stays out of the field
		text = ""
	}
	f.text.SetText(text)
	f.field.SetError(err.Error())
	f.panel.root.Refresh()
}

// HeightForWidth returns the height with the wrapped hint.
func (f *importForm) HeightForWidth(w float32) float32 {
	return f.field.HeightForWidth(w) + 8 + theme.Control
}

// CreateRenderer implements fyne.Widget.
func (f *importForm) CreateRenderer() fyne.WidgetRenderer { return hold(f, f.col, nil) }
