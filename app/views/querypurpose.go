package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// purposeSection asks why the query is run (Q-ALL-2, Q-GEO-3). Complete, it folds to a
// summary.
type purposeSection struct {
	model   *session.Desk
	box     *fyne.Container
	tick    *kit.Tick
	edit    *kit.Button
	open    bool
	decided bool // a person opened or folded it; until then completeness decides

	summary                                 *fyne.Container
	words                                   *kit.Para
	facts                                   *fyne.Container
	form                                    *fyne.Container
	reason                                  *kit.Select
	caseNo, subject, other, justification   *kit.Input
	reasonF, caseF, subjectF, otherF, justF *kit.Field
	forOther, attest                        *kit.Check
	attestWrong                             problems
	done                                    *kit.Button
	touched                                 map[string]bool // fields in which something was typed
}

const attestText = "I attest reasonable suspicion. The query does not rest on race, religion, national origin, speech, assembly or another protected characteristic."

func newPurposeSection(m *session.Desk) *purposeSection {
	p := &purposeSection{model: m, touched: map[string]bool{}, attestWrong: newProblems()}
	p.tick = kit.NewTick("complete", nil)
	p.edit = kit.NewButton("Edit", kit.Link, func() { p.setOpen(true) })
	p.words, p.facts = kit.P("", kit.Small.In(theme.ColorText)), kit.V(2)
	p.summary = kit.V(6, p.words, p.facts)
	p.reason = kit.NewSelect("Choose a reason", nil, func(v string) { p.change("reason", func(x *session.Purpose) { x.Reason = v }) })
	p.caseNo = p.input("", "case", func(x *session.Purpose, s string) { x.Case = s }).AsMono()
	p.subject = p.input("", "subject", func(x *session.Purpose, s string) { x.Subject = s })
	p.other = p.input("Name of the person you ask for", "on_behalf_of", func(x *session.Purpose, s string) { x.OnBehalfOf = s })
	p.justification = kit.NewTextArea("", 3)
	p.justification.OnChanged = func(s string) { p.change("justification", func(x *session.Purpose) { x.Justification = s }) }
	p.forOther = kit.NewCheck("On behalf of somebody else", func(v bool) { p.change("", func(x *session.Purpose) { x.ForOther = v }) })
	p.attest = kit.NewCheck(attestText, func(v bool) { p.change("attested", func(x *session.Purpose) { x.Attested = v }) })
	p.reasonF, p.caseF = kit.NewField("Reason", p.reason), kit.NewField("Case", p.caseNo)
	p.subjectF, p.otherF = kit.NewField("Subject", p.subject), kit.NewField("", p.other)
	p.justF = kit.NewField("What links the area to the investigation", p.justification)
	p.done = kit.NewButton("Done", kit.Plain, func() { p.setOpen(false) })
	p.form = kit.V(8, p.reasonF, p.caseF, p.subjectF, p.forOther, p.otherF, p.justF, p.attest, kit.H(0, kit.Spacer(), p.done))
	p.box = kit.Pad(12, theme.PanelPad, 12, theme.PanelPad, kit.V(8, kit.SectionHead("Purpose", kit.H(10, p.tick, p.edit)), p.summary, p.form))
	return p
}

func (p *purposeSection) input(hint, name string, set func(*session.Purpose, string)) *kit.Input {
	in := kit.NewInput(hint)
	in.OnChanged = func(text string) { p.change(name, func(x *session.Purpose) { set(x, text) }) }
	return in
}

func (p *purposeSection) change(name string, f func(*session.Purpose)) {
	p.touched[name] = true
	p.decided, p.open = true, true // do not fold under the hand that types
	now := p.model.State().Draft.Purpose
	f(&now)
	p.model.SetPurpose(now)
}

func (p *purposeSection) setOpen(open bool) {
	p.decided, p.open = true, open
	p.model.SetPurpose(p.model.State().Draft.Purpose)
}

// fold closes the form if it is complete, as after a run.
func (p *purposeSection) fold() { p.decided = false }

func (p *purposeSection) update(s session.DeskState) {
	if !p.decided {
		p.open = !s.Purpose.Complete
	}
	open := p.open || !s.Purpose.Complete
	p.summary.Hidden, p.form.Hidden = open, !open
	p.tick.Hidden, p.edit.Hidden = !s.Purpose.Complete, open
	p.tick.Set("complete", s.Purpose.Complete)
	p.done.Hidden = !s.Purpose.Complete
	p.updateSummary(s)
	p.updateForm(s)
}

func (p *purposeSection) updateSummary(s session.DeskState) {
	c := s.PurposeCard
	p.words.Hidden = c.Justification == "" || !s.Draft.Kind.Spatial()
	p.words.SetText(c.Justification)
	rows := []fyne.CanvasObject{kit.KeyValue("Subject", c.Subject)}
	if s.Draft.Purpose.ForOther {
		rows = append(rows, kit.KeyValue("Asked", c.For))
	}
	if s.Draft.Kind.Spatial() && c.AttestedAt != "" {
		rows = append(rows, kit.KeyValue("Suspicion attested", c.AttestedAt))
	}
	p.facts.Objects = rows
}

func (p *purposeSection) updateForm(s session.DeskState) {
	d := s.Draft.Purpose
	var options []kit.Option
	for _, r := range s.Terms.ReasonsFor(s.Draft.Kind) {
		options = append(options, kit.Option{Value: r.Code, Label: r.Words})
	}
	p.reason.SetOptions(options)
	p.reason.SetValue(d.Reason)
	p.caseNo.SetPlaceHolder(s.Terms.CaseExample)
	p.justification.SetPlaceHolder(s.Terms.Hints.Justification)
	p.subject.SetPlaceHolder(s.Terms.Hints.Subject)
	setInput(p.caseNo, d.Case)
	setInput(p.subject, d.Subject)
	setInput(p.other, d.OnBehalfOf)
	setInput(p.justification, d.Justification)
	p.forOther.SetChecked(d.ForOther)
	p.otherF.Hidden = !d.ForOther
	p.attest.SetChecked(d.Attested)
	spatial := s.Draft.Kind.Spatial()
	p.justF.Hidden, p.attest.Hidden = !spatial, !spatial
	for name, f := range map[string]*kit.Field{"reason": p.reasonF, "case": p.caseF, "subject": p.subjectF, "on_behalf_of": p.otherF, "justification": p.justF} {
		text := s.Purpose.Problem(name)
		if !p.touched[name] {
			text = ""
		}
		f.SetError(text)
	}
}
