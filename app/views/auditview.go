package views

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// AuditView is the audit place: the entries that the person may see, newest first, times in
// UTC as in the log (U-7). Reading the list is itself recorded.
//
// Wiring: the view takes over model.OnChange; call model.Reload when the place is opened.
type AuditView struct {
	widget.BaseWidget
	model   *session.AuditModel
	state   session.AuditState
	heading *kit.Text
	witness *kit.Text
	search  *kit.Input
	kind    *kit.Select
	table   *kit.Table
	problem *kit.Notice
	alarm   *kit.Notice
	loading *kit.Progress
	empty   *fyne.Container
	detail  *fyne.Container
	facts   *fyne.Container
	root    *fyne.Container
}

// allKinds is the value of the filter that shows every kind.
const allKinds = "all kinds"

// NewAuditView returns the view over its model.
func NewAuditView(model *session.AuditModel) *AuditView {
	v := &AuditView{model: model}
	v.heading = kit.NewText("", kit.Small)
	v.witness = kit.NewText("", kit.Small)
	v.search = kit.NewInput("Case or user").WithIcon(theme.IconSearch).Width(220)
	v.search.OnSubmitted = model.Search
	v.kind = kit.NewSelect("All kinds", nil, func(value string) {
		if value == allKinds {
			value = ""
		}
		model.SetKind(value)
	})
	again := kit.NewButton("Read again", kit.Plain, model.Reload).WithIcon("arrow-clockwise")
	v.problem = kit.NewNotice(kit.Refusal, "")
	v.alarm = kit.NewNotice(kit.Refusal, "")
	v.loading = kit.NewProgress("Reading the log …", nil)
	v.loading.Set(-1)
	v.table = kit.NewTable([]kit.Column{
		{Title: "Entry", Width: 64},
		{Title: "Time, UTC", Width: 168},
		{Title: "Who", Width: 96},
		{Title: "What", Width: 164},
		{Title: "Why"},
		{Title: "Matches", Width: 64, Right: true},
	}, theme.RowTable, func() int { return len(v.state.Rows) }, v.cell)
	v.table.OnSelected = model.Select
	v.empty = kit.V(0)
	v.facts = kit.V(6)
	v.detail = kit.Frame(nil, nil, kit.VDivider(), nil, kit.NewSide(theme.ColorPanel, 340, kit.Scroll(kit.PadAll(16, v.facts))))
	head := kit.Pad(14, 16, 10, 16, kit.V(
		10, kit.H(12, kit.NewText("Audit", kit.Title), kit.Grow(v.heading), again),
		kit.H(8, v.search, kit.Fixed(180, 0, v.kind), kit.Spacer()), v.witness, v.alarm, v.problem, v.loading,
	))
	v.root = kit.Frame(nil, nil, nil, v.detail, kit.Frame(kit.V(0, head, kit.Divider()), nil, nil, nil, kit.Stack(v.table, v.empty)))
	v.ExtendBaseWidget(v)
	model.OnChange = v.Update
	v.Update()
	return v
}

func (v *AuditView) cell(row, col int) kit.Cell {
	r := v.state.Rows[row]
	switch col {
	case 0:
		return kit.Cell{Text: r.Entry, Style: kit.SmallMedium}
	case 1:
		return kit.Cell{Text: r.Time, Style: kit.MonoSmall}
	case 2:
		return kit.Cell{Text: r.Who, Style: kit.Small}
	case 3:
		c := kit.Cell{Text: r.What, Style: kit.SmallMedium}
		switch {
		case r.Refused:
			c.Icon, c.IconRole = theme.IconProhibit, theme.ColorRed
		case r.Warned:
			c.Icon, c.IconRole = theme.IconWarningFill, theme.ColorAmber
		}
		return c
	case 4:
		style := kit.Small
		if r.Refused {
			style = style.In(theme.ColorRed)
		}
		return kit.Cell{Text: r.Why, Style: style}
	}
	return kit.Cell{Text: r.Matches, Style: kit.SmallMedium}
}

// Update shows the model's present state; the model calls it.
func (v *AuditView) Update() {
	s := v.model.State()
	v.state = s
	v.heading.SetText(s.Heading)
	options := []kit.Option{{Value: allKinds, Label: "All kinds"}}
	for _, k := range s.Kinds {
		options = append(options, kit.Option{Value: k, Label: session.AuditWords(k)})
	}
	v.kind.SetOptions(options)
	v.kind.SetValue(s.Kind)
	if s.Kind == "" {
		v.kind.SetValue(allKinds)
	}
	v.problem.Hidden, v.loading.Hidden = s.Error == "", !s.Loading
	v.problem.SetText(s.Error)
	v.witness.Hidden = s.Witness == ""
	v.witness.SetText(s.Witness)
	v.alarm.Hidden = s.Alarm == ""
	v.alarm.SetText(s.Alarm)
	v.empty.Objects = nil
	if s.Empty != "" {
		v.empty.Add(kit.Pad(80, 40, 0, 40, kit.NewEmpty(theme.IconAudit, "No entries", s.Empty, nil)))
	}
	v.empty.Hidden = s.Empty == ""
	v.table.Refresh()
	v.table.SetSelected(s.Selected)
	v.detail.Hidden = len(s.Detail) == 0
	v.facts.Objects = nil
	v.facts.Add(kit.Pad(0, 0, 6, 0, kit.H(8, kit.NewText(s.Title, kit.Head), kit.Pad(2, 0, 0, 0, kit.NewText(s.Number, kit.Small)))))
	for _, f := range s.Detail {
		v.facts.Add(auditFact(f))
	}
	v.facts.Refresh()
	v.Refresh()
}

// auditFact is a field of an entry; a digest is set in mono, in groups that an eye can compare.
func auditFact(f session.KeyValue) fyne.CanvasObject {
	if _, err := hex.DecodeString(f.Value); err != nil || len(f.Value) != sha256.Size*2 {
		return kit.Fact(f.Key, auditKey, f.Value)
	}
	var groups []string
	for s := f.Value; s != ""; s = s[8:] {
		groups = append(groups, s[:8])
	}
	return kit.HTop(0, kit.Fixed(auditKey, 0, kit.NewText(f.Key, kit.Small)), kit.Grow(kit.P(strings.Join(groups, " "), kit.MonoSmall)))
}

// auditKey is the width of a field's name.
const auditKey float32 = 104

// CreateRenderer implements fyne.Widget.
func (v *AuditView) CreateRenderer() fyne.WidgetRenderer {
	return hold(v, kit.Surface(theme.ColorPanel, v.root), v.root)
}
