package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// signInPurpose is the third step: the purpose card that stays over the session.
type signInPurpose struct {
	s         *SignIn
	caseRef   *kit.Input
	subject   *kit.Input
	whom      *kit.Input
	reason    *kit.Select
	forWhom   *kit.RadioCards
	caseField *kit.Field
	reasonFld *kit.Field
	subjField *kit.Field
	whomField *kit.Field
	wrong     *kit.Notice
	button    *kit.Button
	object    fyne.CanvasObject
	scroll    *kit.Scroller
	tried     bool
}

func newSignInPurpose(s *SignIn) *signInPurpose {
	p := &signInPurpose{s: s, caseRef: kit.NewInput("").AsMono(), subject: kit.NewInput(""), whom: kit.NewInput("Name and agency")}
	p.reason = kit.NewSelect("Choose a reason", nil, func(string) { p.changed() })
	p.forWhom = kit.NewRadioCards([]kit.RadioOption{
		{Value: "self", Title: "For myself", Detail: "You use what you find."},
		{Value: "other", Title: "For someone else", Detail: "Say who asked. It is recorded with every query."},
	}, func(string) { p.changed() })
	p.caseRef.OnChanged = func(string) { p.changed() }
	p.subject.OnChanged = func(string) { p.changed() }
	p.whom.OnChanged = func(string) { p.changed() }
	for _, i := range []*kit.Input{p.caseRef, p.subject, p.whom} {
		i.OnSubmitted = func(string) { p.finish() }
	}
	p.caseField, p.reasonFld = kit.NewField("Case", p.caseRef), kit.NewField("Reason", p.reason)
	p.subjField, p.whomField = kit.NewField("Subject", p.subject), kit.NewField("For", p.whom)
	p.wrong = kit.NewNotice(kit.Refusal, "")
	p.wrong.Hide()
	p.button = kit.NewButton("Start", kit.Primary, p.finish).WithKey("Enter")
	form := kit.Fixed(520, 0, kit.V(14,
		kit.V(4, kit.NewText("Purpose", kit.Title), kit.P("Every query of this session carries it, and it stays in view above the map. You can change it there; what is missing is asked for before a query runs.", kit.Body.In(theme.ColorText2))),
		kit.Columns(12, p.caseField, p.reasonFld), p.subjField,
		kit.V(4, kit.NewText("For whom", kit.LabelMedium), p.forWhom), p.whomField, p.wrong))
	p.scroll = kit.Scroll(kit.PadXY(12, 0, kit.V(0, kit.Fixed(0, 32, nil), kit.H(0, form, kit.Spacer()))))
	buttons := kit.H(8, kit.NewButton("Sign out", kit.Plain, func() { call(s.OnDecline) }), kit.Spacer(), p.button)
	p.object = kit.Frame(nil, kit.V(0, kit.Divider().In(theme.ColorStrong), kit.Pad(14, 0, 22, 0, buttons)), nil, nil, wider(p.scroll))
	return p
}

func (p *signInPurpose) form() SignInPurposeForm {
	return SignInPurposeForm{
		Case: p.caseRef.Text, Reason: p.reason.Value(), Subject: p.subject.Text,
		OnBehalfOf: p.whom.Text, ForOther: p.forWhom.Value() == "other",
	}
}

func (p *signInPurpose) changed() {
	if p.s.OnPurpose != nil {
		p.s.OnPurpose(p.form())
	}
}

func (p *signInPurpose) set(d SignInData) {
	if d.Step != SignInPurpose {
		p.tried = false
		return
	}
	f := d.Purpose
	p.caseRef.SetText(f.Case)
	p.subject.SetText(f.Subject)
	p.whom.SetText(f.OnBehalfOf)
	if d.CaseExample != "" {
		p.caseRef.SetPlaceHolder(d.CaseExample)
	}
	p.subject.SetPlaceHolder(d.SubjectHint)
	p.reason.SetOptions(d.Reasons)
	p.reason.SetValue(f.Reason)
	who := "self"
	if f.ForOther {
		who = "other"
	}
	p.forWhom.SetValue(who)
	p.whomField.Hidden = !f.ForOther
	// What is missing is said after the first try, what is wrong at once.
	say := func(fld *kit.Field, problem string, empty bool) {
		if empty && !p.tried {
			problem = ""
		}
		fld.SetError(problem)
	}
	say(p.caseField, d.CaseError, f.Case == "")
	say(p.reasonFld, d.ReasonError, f.Reason == "")
	say(p.whomField, d.WhomError, f.OnBehalfOf == "")
	p.wrong.Hidden = d.Error == ""
	p.wrong.SetText(d.Error)
	setBusy(p.button, d.Busy, "Start", "Starting…")
	p.scroll.Refresh()
}

func (p *signInPurpose) finish() {
	if p.s.data.Busy {
		return
	}
	if !p.tried {
		p.tried = true
		p.set(p.s.data)
	}
	call(p.s.OnFinish)
}
