package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// RefusalPanel says what was refused, by which rule, why the rule exists and what can be
// done instead; below it the kinds that are open.
type RefusalPanel struct {
	widget.BaseWidget
	model  *session.Desk
	col    *fyne.Container
	ground *kit.Ground
}

// NewRefusalPanel returns the panel over the model.
func NewRefusalPanel(model *session.Desk) *RefusalPanel {
	p := &RefusalPanel{model: model, col: kit.V(0)}
	p.ground = kit.Surface(theme.ColorPanel, p.col)
	p.ExtendBaseWidget(p)
	return p
}

// Update shows the refusal of a state that has one.
func (p *RefusalPanel) Update(s session.DeskState) {
	r := s.Refusal
	objs := []fyne.CanvasObject{kit.P(r.Text, kit.Body)}
	if r.Why != "" {
		objs = append(objs, kit.V(2, kit.NewText("Why the rule exists", kit.Label.In(theme.ColorText2)), kit.P(r.Why, kit.Body)))
	}
	objs = append(objs, kit.NewText("What you can do", kit.Label.In(theme.ColorText2)))
	if r.Open != "" {
		objs = append(objs, kit.NewButton(r.OpenText, kit.Primary, p.model.OpenInstead).WithKey(shortcutOf(s, r.Open)), kit.P(r.OpenNote, kit.Small))
	}
	objs = append(objs, kit.NewButton("Back to the draft", kit.Plain, p.model.DismissRefusal))
	if r.Entry != "" {
		rows := kit.V(2)
		if r.Recorded != "" {
			rows.Add(kit.KeyValue("Recorded", r.Recorded))
		}
		rows.Add(kit.KeyValue("Audit entry", r.Entry))
		rows.Add(kit.KeyValue("Seen by", r.SeenBy))
		objs = append(objs, kit.Pad(4, 0, 0, 0, rows))
	}
	banner := kit.NewBanner(kit.Refusal, r.Title, objs...)
	p.col.Objects = []fyne.CanvasObject{banner, kit.Divider(), p.kinds(s), kit.Divider()}
	if len(s.Areas) > 0 {
		note := "These areas stay on your screen until you sign out. They were not run and are not saved."
		p.col.Objects = append(p.col.Objects, kit.Pad(12, theme.PanelPad, 12, theme.PanelPad,
			kit.V(6, kit.SectionHead("Sketch", nil), kit.P(note, kit.Small))))
	}
	p.Refresh()
}

func shortcutOf(s session.DeskState, k session.Kind) string {
	for _, o := range s.Kinds {
		if o.Kind == k {
			return o.Shortcut
		}
	}
	return ""
}

// kinds lists the query kinds and which of them are open.
func (p *RefusalPanel) kinds(s session.DeskState) fyne.CanvasObject {
	rows := kit.V(0)
	for _, k := range s.Kinds {
		kind := k.Kind
		style, role := kit.Body, theme.ColorText2
		right := fyne.CanvasObject(kit.NewText(k.State(), kit.Small.In(theme.ColorText3)))
		if !k.Open {
			style, role = style.In(theme.ColorText3), theme.ColorText3
			right = kit.H(4, kit.NewIcon(theme.IconLock, theme.ColorText3, theme.IconText), right)
		}
		line := kit.Fixed(0, theme.RowMenu, kit.H(10, kit.NewIcon(kindIcon(kind), role, theme.IconList), kit.Grow(kit.Shrink(k.Title, style)), right))
		rows.Add(kit.NewPress(line, "", func() { p.model.SetKind(kind) }))
	}
	unit := ""
	if s.Terms.Mission != "" {
		unit = "your unit: " + s.Terms.Mission
	}
	return kit.Pad(12, theme.PanelPad-6, 12, theme.PanelPad-6, kit.V(6, kit.Pad(0, 6, 0, 6, kit.SectionHead("Query kinds", kit.Hint(unit))), rows))
}

// HeightForWidth returns the height with wrapped texts.
func (p *RefusalPanel) HeightForWidth(w float32) float32 { return p.ground.HeightForWidth(w) }

// CreateRenderer implements fyne.Widget.
func (p *RefusalPanel) CreateRenderer() fyne.WidgetRenderer {
	return hold(p, p.ground, p.col)
}
