package desktop

import (
	"context"
	"image"

	"cordon/app/session"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/engine"

	"github.com/pquerna/otp"
)

// qrPixels is the side of the QR code's picture.
const qrPixels = 392

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
	shown := m.State()
	view := views.NewSignIn(d.signInData(shown), d.hero)
	m.OnChange = func() {
		shown = m.State()
		view.SetData(d.signInData(shown))
	}
	d.onSignInSync = func() { // the feed's first accounts may have come
		if m.State().MayStart != shown.MayStart {
			m.OnChange()
		}
	}
	m.OnDone = func(door session.Door, p session.Purpose) { d.enter(door, p) }
	view.OnSignIn = m.SignIn
	view.OnStartNew, view.OnStart, view.OnStartEnd = m.BeginStart, m.Start, m.EndStart
	view.OnConfirm = m.ConfirmAuthenticator
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

// qrOf is the picture that authenticator apps read; nil without a link.
func (d *Desktop) qrOf(link string) image.Image {
	if link == "" {
		return nil
	}
	key, err := otp.NewKeyFromURL(link)
	var picture image.Image
	if err == nil {
		picture, err = key.Image(qrPixels, qrPixels)
	}
	if err != nil { // the secret stands beside it
		d.opts.Log("QR code: " + err.Error())
	}
	return picture
}

func (d *Desktop) signInData(s session.SignInState) views.SignInData {
	data := views.SignInData{
		Step: views.SignInStep(s.Step), Busy: s.Busy, Error: s.Error,
		Station: "workstation " + s.Workstation + " · Cordon " + d.opts.Version, Banner: s.Banner, Footnote: s.Footnote,
		Demo: d.demoAccounts(), Notice: s.Notice, MayStart: s.MayStart,
		Start: views.SignInStart{
			Code: s.Start.Stage == session.StartCode, Authenticator: s.Start.Stage == session.StartAuthenticator,
			User: s.Start.User, Hint: s.Start.Hint, Secret: s.Start.Secret, QR: d.qrOf(s.Start.Authenticator.Link),
		},
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
