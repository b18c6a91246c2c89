package desktop

import (
	"context"

	"cordon/app/session"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/engine"
)

// entrance adapts the engine to what the sign-in model needs.
type entrance struct {
	*engine.Engine
	opened func(*engine.Session) // called off the main thread
}

func (e entrance) SignIn(ctx context.Context, user, password string) (session.Pending, error) {
	p, err := e.Engine.SignIn(ctx, user, password)
	if err != nil {
		return nil, err
	}
	return pending{p, e.opened}, nil
}

type pending struct {
	*engine.SignIn
	opened func(*engine.Session)
}

func (p pending) Accept(ctx context.Context, digest string) (session.Door, error) {
	s, err := p.SignIn.Accept(ctx, digest)
	if err != nil {
		return nil, err
	}
	p.opened(s)
	return s, nil
}

func (d *Desktop) showSignIn() {
	way := entrance{Engine: d.engine, opened: func(s *engine.Session) { d.opts.Deliver(func() { d.session = s }) }}
	m := session.NewSignIn(d.env, way)
	d.signIn = m
	view := views.NewSignIn(d.signInData(m.State()), d.hero)
	m.OnChange = func() { view.SetData(d.signInData(m.State())) }
	m.OnDone = func(door session.Door, p session.Purpose) { d.enter(door, p) }
	view.OnSignIn = m.SignIn
	view.OnAgreed = m.SetAgreed
	view.OnAccept = m.Accept
	view.OnDecline = m.Decline
	view.OnFullText = func() { d.showRules(m.State()) }
	view.OnPurpose = func(f views.SignInPurposeForm) {
		p := m.State().Purpose
		p.Case, p.Reason, p.Subject = f.Case, f.Reason, f.Subject
		p.ForOther, p.OnBehalfOf = f.ForOther, f.OnBehalfOf
		m.SetPurpose(p)
	}
	view.OnFinish = m.Finish
	d.show(view)
	d.keys = view.HandleKey
	d.whenDrawn(view.FocusFirst)
}

func (d *Desktop) signInData(s session.SignInState) views.SignInData {
	data := views.SignInData{
		Step: views.SignInStep(s.Step), Busy: s.Busy, Error: s.Error,
		Station: "workstation " + s.Workstation + " · Cordon " + d.opts.Version, Banner: s.Banner, Footnote: s.Footnote,
		Demo: d.demoAccounts(),
		Person: views.SignInPerson{
			User: s.Person.User, Name: s.Person.Name, Initials: s.Person.Initials, Role: s.Person.Role, Unit: s.Person.Unit,
			Training: s.Person.Training, EnhancedTraining: s.Person.EnhancedTraining,
			TrainingSoon: s.Person.TrainingSoon, EnhancedSoon: s.Person.EnhancedTrainingSoon,
			LastSignIn: s.Person.LastSignIn, PasswordAt: s.Person.PasswordAt,
		},
		RulesVersion: s.Rules.Version, InForce: s.InForce, Digest: s.DigestShort, Agreed: s.Agreed,
		Purpose: views.SignInPurposeForm{
			Case: s.Purpose.Case, Reason: s.Purpose.Reason, Subject: s.Purpose.Subject,
			OnBehalfOf: s.Purpose.OnBehalfOf, ForOther: s.Purpose.ForOther,
		},
		CaseExample: s.Terms.CaseExample, SubjectHint: s.Terms.Hints.Subject,
	}
	if s.Purpose.Case != "" { // what is missing is asked for again before a query runs
		data.CaseError = s.Section.Problem("case")
	}
	for _, r := range s.Rules.Rules {
		data.Rules = append(data.Rules, views.SignInRule{Title: r.Title, Text: r.Text, Changed: r.Changed})
	}
	for _, r := range s.Terms.Reasons {
		data.Reasons = append(data.Reasons, kit.Option{Value: r.Code, Label: r.Words})
	}
	return data
}
