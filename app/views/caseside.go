package views

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// caseSide is the right side of the case: the gate, the export, notes, and past exports.
type caseSide struct {
	widget.BaseWidget
	v       *CaseView
	gate    *fyne.Container
	source  *kit.Input
	sourceF *kit.Field
	formats map[string]*kit.Check
	export  *kit.Button
	busy    *kit.Progress
	written *fyne.Container
	notes   *fyne.Container
	note    *kit.Input
	exports *fyne.Container
	past    *fyne.Container
	col     *fyne.Container
	ground  *kit.Ground
}

func newCaseSide(v *CaseView) *caseSide {
	m := v.model
	s := &caseSide{v: v, formats: map[string]*kit.Check{}, gate: kit.V(4), written: kit.V(4), notes: kit.V(10), exports: kit.V(4)}
	s.source = kit.NewInput("")
	s.source.OnChanged = m.SetSource
	s.sourceF = kit.NewField("Corroborating source", s.source)
	checks := kit.H(16)
	for _, f := range session.Formats() {
		s.formats[f] = kit.NewCheck(session.FormatName(f), func(on bool) { m.SetFormat(f, on) })
		checks.Add(s.formats[f])
	}
	s.export = kit.NewButton("Export", kit.Primary, m.Export).WithIcon("export")
	s.busy = kit.NewProgress("", nil)
	s.busy.Set(-1)
	lead := kit.NewNotice(kit.Info, "Every page carries the notice: lead only, no basis for action on its own.")
	lead.SetIcon(theme.IconEye)
	s.note = kit.NewTextArea("A note for the case file", 3)
	add := kit.NewButton("Add note", kit.Plain, func() {
		m.AddNote(s.note.Text)
		if strings.TrimSpace(s.note.Text) != "" {
			s.note.SetText("")
		}
	})
	s.past = kit.V(0, kit.Divider(), kit.Pad(12, 16, 12, 16, kit.V(8, kit.SectionHead("Exports made", nil), s.exports)))
	s.col = kit.V(
		0, kit.Pad(14, 16, 14, 16, kit.V(10, kit.SectionHead("Before an export", nil), s.gate, s.sourceF, checks, s.export, s.busy, s.written, lead)),
		kit.Divider(), kit.Pad(12, 16, 12, 16, kit.V(8, kit.SectionHead("Notes", nil), s.note, kit.H(0, kit.Spacer(), add), s.notes)), s.past,
	)
	s.ground = kit.Surface(theme.ColorSunken, kit.Scroll(s.col))
	s.ExtendBaseWidget(s)
	return s
}

func (c *caseSide) update(s session.CaseState) {
	c.gate.Objects = nil
	for _, t := range s.Passed {
		c.gate.Add(kit.HTop(8, kit.Pad(1, 0, 0, 0, kit.NewIcon(theme.IconCheckFill, theme.ColorText2, theme.IconList)), kit.Grow(kit.Shrink(t, kit.Small.In(theme.ColorText2)))))
	}
	for _, t := range s.Missing {
		c.gate.Add(kit.HTop(8, kit.Pad(1, 0, 0, 0, kit.NewIcon(theme.IconCircle, theme.ColorAmber, theme.IconList)), kit.Grow(kit.P(t, kit.Small.In(theme.ColorAmber)))))
	}
	setInput(c.source, s.Source)
	c.sourceF.SetHint(s.SourceHint)
	for f, check := range c.formats {
		check.SetChecked(s.Formats[f])
	}
	if s.CanExport {
		c.export.Enable()
	} else {
		c.export.Disable()
	}
	c.busy.Hidden = s.Busy == ""
	c.busy.SetText(s.Busy)
	c.setWritten(s.Written)
	c.notes.Objects = nil
	for _, n := range s.Notes {
		c.notes.Add(kit.V(2, kit.P(n.Text, kit.Body), kit.NewText(n.By+", "+n.At, kit.Label)))
	}
	c.exports.Objects = nil
	for _, e := range s.Exports {
		c.exports.Add(kit.P(e, kit.Small))
	}
	c.past.Hidden = len(s.Exports) == 0
	c.col.Refresh()
}

// setWritten names the files of the last export.
func (c *caseSide) setWritten(paths []string) {
	c.written.Hidden = len(paths) == 0
	c.written.Objects = nil
	if len(paths) == 0 {
		return
	}
	c.written.Add(kit.P("Exported and recorded. The files are in "+filepath.Dir(paths[0])+".", kit.Small))
	for _, p := range paths {
		name := filepath.Base(p)
		if c.v.props.OnFile == nil {
			c.written.Add(kit.NewText(name, kit.MonoSmall))
			continue
		}
		c.written.Add(kit.H(0, kit.NewButton(name, kit.Link, func() { c.v.props.OnFile(p) }).WithIcon("file-arrow-down"), kit.Spacer()))
	}
}

// MinSize implements fyne.Widget.
func (c *caseSide) MinSize() fyne.Size { return fyne.NewSize(372, 200) }

// CreateRenderer implements fyne.Widget.
func (c *caseSide) CreateRenderer() fyne.WidgetRenderer { return hold(c, c.ground, c.col) }
