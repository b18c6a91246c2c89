package views

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// CaseProps is what a case view needs.
type CaseProps struct {
	Model  *session.CaseModel
	OnCrop func(item, kind string) // open the photo desk at a photo
	OnFile func(path string)       // open or show a written file; nil: paths only show
}

// CaseView is the case place: what was kept with its crops, notes, and the gate before an
// export (R-4 to R-6).
//
// Wiring: the view takes over Model.OnChange; call Model.Reload when the place is opened
// and after reads were kept.
type CaseView struct {
	widget.BaseWidget
	props CaseProps
	model *session.CaseModel

	pick     *kit.Button
	title    *kit.Text
	number   *kit.Text
	opened   *kit.Text
	problem  *kit.Notice
	items    *fyne.Container
	empty    *fyne.Container
	shown    []session.CaseRow
	removing string // item whose removal asks for a reason
	side     *caseSide
	right    *fyne.Container // the side with its edge; hidden without a case, which has nothing to export or note
	scroll   *kit.Scroller
	col      *fyne.Container
	root     *fyne.Container
}

// NewCaseView returns the view over its model.
func NewCaseView(p CaseProps) *CaseView {
	v := &CaseView{props: p, model: p.Model}
	v.number = kit.NewText("", kit.MonoStrong)
	v.title, v.opened = kit.NewText("Case", kit.Title), kit.Shrink("", kit.Small)
	v.pick = kit.NewMenuButton("Change case", kit.Quiet, v.cases)
	v.problem = kit.NewNotice(kit.Refusal, "")
	v.items, v.empty = kit.V(0), kit.V(0)
	v.col = kit.V(0, v.empty, v.items)
	v.scroll = kit.Scroll(v.col)
	head := kit.Pad(12, 16, 10, 16, kit.V(6, kit.H(12, v.title, v.number, kit.Grow(v.opened), v.pick), v.problem))
	v.side = newCaseSide(v)
	v.right = kit.Frame(nil, nil, kit.VDivider(), nil, v.side)
	v.root = kit.Frame(nil, nil, nil, v.right, kit.Frame(kit.V(0, head, kit.Divider()), nil, nil, nil, v.scroll))
	v.ExtendBaseWidget(v)
	p.Model.OnChange = v.Update
	v.Update()
	return v
}

func (v *CaseView) cases() []kit.MenuItem {
	var out []kit.MenuItem
	for _, c := range v.model.State().Cases {
		out = append(out, kit.MenuItem{Label: c.Number, Hint: readsText(c.Items), Checked: c.Open, OnTap: func() { v.model.Open(c.Number) }})
	}
	if len(out) == 0 {
		out = append(out, kit.MenuItem{Label: "No case yet", Disabled: true})
	}
	return out
}

// Update shows the model's present state; the model calls it.
func (v *CaseView) Update() {
	s := v.model.State()
	v.number.SetText(s.Number)
	v.opened.SetText(s.Opened)
	v.problem.Hidden = s.Error == ""
	v.problem.SetText(s.Error)
	v.empty.Objects = nil
	title := "Nothing kept yet"
	if s.Number == "" {
		title = "No case open"
	}
	switch {
	case s.Loading:
		p := kit.NewProgress("Loading the case …", nil)
		p.Set(-1)
		v.empty.Add(kit.PadAll(16, p))
	case s.Empty != "":
		v.empty.Add(kit.Pad(80, 40, 0, 40, kit.NewEmpty(theme.IconCase, title, s.Empty, nil)))
	}
	v.empty.Hidden = len(v.empty.Objects) == 0
	if !reflect.DeepEqual(v.shown, s.Items) {
		v.shown = s.Items
		v.rebuild()
	}
	v.right.Hidden = s.Opened == ""
	v.side.update(s)
	v.Refresh()
}

func (v *CaseView) rebuild() {
	v.items.Objects = nil
	for _, row := range v.shown {
		v.items.Add(v.card(row))
		v.items.Add(kit.Divider())
	}
	v.col.Refresh()
}

// card is one kept read: its two photos or what is to be done for them, its facts, its
// reason.
func (v *CaseView) card(row session.CaseRow) fyne.CanvasObject {
	photos := kit.H(8)
	for _, p := range row.Photos {
		photos.Add(v.photo(row, p))
	}
	letters := kit.H(4)
	for _, a := range row.Areas {
		letters.Add(kit.NewLetter(a))
	}
	state := kit.NewChip("photos to crop", kit.Amber)
	if row.Ready {
		state = kit.NewChip("ready", kit.Neutral).WithIcon(theme.IconCheck)
	}
	remove := kit.NewTool(theme.IconTrash, "Take this read out of the case", func() { v.askRemove(row.ID) }).Small()
	head := kit.H(10, kit.NewPlate(row.Plate, row.State, kit.PlateRow), letters, kit.Grow(kit.Shrink(row.Vehicle, kit.Small)), state, remove)
	verified := row.Verified
	if verified == "" {
		verified = "not yet; you type it when you crop"
	}
	facts := kit.V(
		2, kit.Fact("Time", 68, row.Time), kit.Fact("Camera", 68, row.Camera), kit.Fact("Relevant", 68, "“"+row.Reason+"”, "+row.By),
		kit.Fact("By eye", 68, verified), kit.Fact("Found by", 68, "audit entry "+row.Entry), kit.Fact("Kept", 68, row.Retention),
	)
	col := kit.V(8, head, kit.HTop(14, photos, kit.Grow(facts)))
	if v.removing == row.ID {
		col.Add(v.removeForm(row.ID))
	}
	return kit.Pad(12, 16, 12, 16, col)
}

// photo is a crop, or the place where one is missing; a press opens the photo desk.
func (v *CaseView) photo(row session.CaseRow, p session.CasePhotoRow) fyne.CanvasObject {
	crop := func() {
		if v.props.OnCrop != nil {
			v.props.OnCrop(row.ID, p.Kind)
		}
	}
	if !p.Done {
		b := kit.NewButton("Crop "+p.Kind, kit.Plain, crop).WithIcon(theme.IconCrop)
		return kit.Fixed(148, 112, kit.Box(theme.ColorSunken, theme.ColorStrong, theme.RadiusChip, kit.Center(b)))
	}
	pic := kit.NewPhoto(p.Image).WithMin(148, 92).OnTap(crop)
	pic.SetTip(p.Detail)
	tick := kit.NewTick(p.Kind, nil)
	tick.SetDone(true)
	return kit.Fixed(148, 112, kit.V(2, pic, tick))
}

func (v *CaseView) askRemove(item string) {
	v.removing = item
	v.rebuild()
	v.Refresh()
}

func (v *CaseView) removeForm(item string) fyne.CanvasObject {
	reason := kit.NewInput("Why is it not relevant after all? The reason is recorded.")
	send := func() {
		v.model.Remove(item, reason.Text)
		if reason.Text != "" {
			v.askRemove("")
		}
	}
	reason.OnSubmitted = func(string) { send() }
	return kit.H(8, kit.Grow(reason), kit.NewButton("Take it out", kit.Danger, send), kit.NewButton("Cancel", kit.Quiet, func() { v.askRemove("") }))
}

// CreateRenderer implements fyne.Widget.
func (v *CaseView) CreateRenderer() fyne.WidgetRenderer {
	return hold(v, kit.Surface(theme.ColorPanel, v.root), v.root)
}
