package views

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// QueryPanel is the left panel of the desk: the kind, the areas, the timeframe, the vehicle,
// the purpose, and the scope meter at its foot. After a refusal it shows the refusal instead.
type QueryPanel struct {
	widget.BaseWidget

	OnDraw       func()      // "+ Draw area"
	OnEditArea   func(i int) // move the corners of area i
	OnShowArea   func(i int) // bring area i into view
	OnFold       func()
	OnImportFile func() // choose a file to import; nil: paste and drop only
	OnImported   func() // areas were added from pasted text

	model    *session.Desk
	kind     *kit.Button
	badge    *kit.Chip
	clear    *kit.Button
	areas    *areasSection
	plate    *plateSection
	when     *whenSection
	vehicle  *vehicleSection
	purpose  *purposeSection
	scope    *ScopeMeter
	refusal  *RefusalPanel
	sections *fyne.Container
	form     fyne.CanvasObject
	refused  fyne.CanvasObject
	scroll   *kit.Scroller
	root     *fyne.Container
}

// NewQueryPanel returns the panel over the model; now is the clock of its date field.
func NewQueryPanel(model *session.Desk, now func() time.Time) *QueryPanel {
	p := &QueryPanel{model: model}
	p.kind = kit.NewMenuButton("", kit.Quiet, p.kinds).WithStyle(kit.Head)
	p.badge = kit.NewChip("", kit.Red)
	p.clear = kit.NewButton("Start over", kit.Quiet, model.Clear).Compact().WithTip("Empty the draft. Areas come back with Undo.")
	fold := kit.NewTool(theme.IconCollapse, "Fold this panel", func() { call(p.OnFold) })
	head := kit.Fixed(0, theme.TopBarHeight, kit.Pad(0, 8, 0, 6, kit.H(4, p.kind, kit.Spacer(), p.badge, p.clear, fold)))
	p.areas, p.plate = newAreasSection(p), newPlateSection(model)
	p.when, p.vehicle, p.purpose = newWhenSection(p, now), newVehicleSection(model), newPurposeSection(model)
	p.scope, p.refusal = NewScopeMeter(model), NewRefusalPanel(model)
	p.sections = kit.V(0, p.areas.box, p.plate.box, p.when.box, p.vehicle.box, p.purpose.box)
	p.scroll = kit.Scroll(p.sections)
	p.form = kit.Frame(nil, p.scope, nil, nil, p.scroll)
	p.refused = kit.Scroll(p.refusal)
	p.root = kit.Frame(kit.V(0, head, kit.Divider()), nil, nil, nil, kit.Stack(p.form, p.refused))
	p.ExtendBaseWidget(p)
	p.followFocus()
	p.Update(model.State())
	return p
}

// followFocus scrolls what the Tab key goes to into view.
func (p *QueryPanel) followFocus() {
	for _, in := range append(p.lines(), p.areas.paste.text, p.purpose.justification) {
		in.OnFocus = func(on bool) {
			if on {
				p.scroll.Reveal(in)
			}
		}
	}
	p.follow(p.plate.any)
	p.follow(p.when.hours)
	p.follow(p.when.add)
	p.follow(p.purpose.reason)
	p.follow(p.purpose.forOther)
	p.follow(p.purpose.attest)
	p.follow(p.purpose.done)
	p.follow(p.purpose.edit)
}

// follow is followFocus for one control.
func (p *QueryPanel) follow(c interface {
	fyne.CanvasObject
	WhenFocused(func())
},
) {
	c.WhenFocused(func() { p.scroll.Reveal(c) })
}

// lines are the fields of one line.
func (p *QueryPanel) lines() []*kit.Input {
	return []*kit.Input{
		p.plate.plate, p.plate.state, p.vehicle.make, p.vehicle.name, p.vehicle.color, p.vehicle.state, p.vehicle.from, p.vehicle.to,
		p.purpose.caseNo, p.purpose.subject, p.purpose.other,
	}
}

// onEnter sets what Enter does in a field of one line.
func (p *QueryPanel) onEnter(f func()) {
	for _, in := range p.lines() {
		in.OnSubmitted = func(string) { f() }
	}
}

// kinds is the menu of query kinds; a closed one shows its rule and can still be asked for,
// so that the refusal teaches and is recorded.
func (p *QueryPanel) kinds() []kit.MenuItem {
	s := p.model.State()
	var out []kit.MenuItem
	for _, k := range s.Kinds {
		hint := k.Shortcut
		if !k.Open {
			hint = k.State()
		}
		icon := kindIcon(k.Kind)
		if !k.Open {
			icon = theme.IconLock
		}
		out = append(out, kit.MenuItem{
			Label: k.Title, Icon: icon, Hint: hint, Checked: k.Kind == s.Draft.Kind,
			OnTap: func() { p.model.SetKind(k.Kind) },
		})
	}
	return out
}

func kindIcon(k session.Kind) theme.IconName {
	switch k {
	case session.KindPlate:
		return "identification-card"
	case session.KindPartial:
		return "dots-nine"
	case session.KindModel:
		return "car"
	case session.KindGeo:
		return theme.IconPolygon
	case session.KindCommon:
		return "tree-structure"
	}
	return "repeat"
}

// Update shows a state of the model.
func (p *QueryPanel) Update(s session.DeskState) {
	p.kind.SetText(session.KindTitle(s.Draft.Kind))
	p.badge.Hidden = s.Refusal == nil
	p.clear.Hidden = s.Refusal != nil || len(s.Areas) == 0 && s.Draft.Plate == ""
	if s.Refusal != nil {
		p.badge.Set(s.Refusal.Badge, kit.Red)
		p.refusal.Update(s)
	}
	p.form.(*fyne.Container).Hidden = s.Refusal != nil
	p.refused.(*kit.Scroller).Hidden = s.Refusal == nil
	p.areas.update(s)
	p.plate.update(s)
	p.when.update(s)
	p.vehicle.update(s)
	p.purpose.update(s)
	p.scope.Update(s)
	p.sections.Refresh()
	p.root.Refresh()
}

// MinSize implements fyne.Widget: the panel scrolls, and is cut to what the window gives.
func (p *QueryPanel) MinSize() fyne.Size { return fyne.NewSize(300, 400) }

// CreateRenderer implements fyne.Widget.
func (p *QueryPanel) CreateRenderer() fyne.WidgetRenderer {
	return hold(p, kit.Surface(theme.ColorPanel, p.root), p.root)
}

// querySection pads a part of the panel and draws the hairline below it.
func querySection(objs ...fyne.CanvasObject) *fyne.Container {
	return kit.V(0, kit.Pad(12, theme.PanelPad, 12, theme.PanelPad, kit.V(8, objs...)), kit.Divider())
}

// setInput shows a text in a field without disturbing a person who types the same.
func setInput(in *kit.Input, text string) {
	if in.Text != text {
		in.SetText(text)
	}
}

// problems is a line for what is wrong in a section, hidden while nothing is.
type problems struct{ text *kit.Notice }

func newProblems() problems {
	n := kit.NewNotice(kit.Warning, "")
	n.Hide()
	return problems{n}
}

func (p problems) set(text string) {
	p.text.Hidden = text == ""
	if text != "" {
		p.text.SetText(text)
	}
}
