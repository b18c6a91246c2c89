package views

import (
	"cordon/app/session"
	"cordon/app/views/kit"
)

// SignInDataOf turns the state of the sign-in model into what the view shows.
// version is that of the product.
func SignInDataOf(s session.SignInState, version string) SignInData {
	d := SignInData{
		Step: signInStep(s.Step), Busy: s.Busy, Error: s.Error, Banner: s.Banner, Footnote: s.Footnote,
		Station: "workstation " + s.Workstation + " · Cordon " + version,
		Person: SignInPerson{
			User: s.Person.User, Name: s.Person.Name, Initials: s.Person.Initials, Role: s.Person.Role, Unit: s.Person.Unit,
			Training: s.Person.Training, EnhancedTraining: s.Person.EnhancedTraining,
			TrainingSoon: s.Person.TrainingSoon, EnhancedSoon: s.Person.EnhancedTrainingSoon,
			LastSignIn: s.Person.LastSignIn, PasswordAt: s.Person.PasswordAt,
		},
		RulesVersion: s.Rules.Version, InForce: s.InForce, Digest: s.DigestShort, Agreed: s.Agreed,
		Purpose: SignInPurposeForm{
			Case: s.Purpose.Case, Reason: s.Purpose.Reason, Subject: s.Purpose.Subject,
			OnBehalfOf: s.Purpose.OnBehalfOf, ForOther: s.Purpose.ForOther,
		},
		CaseExample: s.Terms.CaseExample, SubjectHint: s.Terms.Hints.Subject,
		CaseError: s.Section.Problem("case"), ReasonError: s.Section.Problem("reason"), WhomError: s.Section.Problem("on_behalf_of"),
	}
	for _, r := range s.Rules.Rules {
		d.Rules = append(d.Rules, SignInRule{Title: r.Title, Text: r.Text, Changed: r.Changed})
	}
	for _, r := range s.Terms.Reasons {
		d.Reasons = append(d.Reasons, kit.Option{Value: r.Code, Label: r.Words})
	}
	return d
}

func signInStep(s session.SignInStep) SignInStep {
	switch s {
	case session.StepPassword:
		return SignInPassword
	case session.StepRules:
		return SignInRules
	default: // done: the purpose stays in view until the desk takes its place
		return SignInPurpose
	}
}

// Into puts what the form asked for into a purpose and keeps the rest of it.
// Texts stay as typed: they come back into the fields.
func (f SignInPurposeForm) Into(p session.Purpose) session.Purpose {
	p.Case, p.Reason, p.Subject = f.Case, f.Reason, f.Subject
	p.ForOther, p.OnBehalfOf = f.ForOther, ""
	if f.ForOther {
		p.OnBehalfOf = f.OnBehalfOf
	}
	return p
}
