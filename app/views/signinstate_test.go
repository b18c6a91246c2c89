package views_test

import (
	"testing"

	"cordon/app/session"
	"cordon/app/views"
)

func TestSignInDataOfTheModel(t *testing.T) {
	s := session.SignInState{
		Step: session.StepPurpose, Workstation: "WS-07", Banner: "monitored", InForce: "18 May 2026", DigestShort: "5c02 e9a4 … 1d7f",
		Person:  session.Person{User: "k.lindqvist", Initials: "KL", TrainingSoon: true},
		Purpose: session.Purpose{Case: "HSI-26", ForOther: true, OnBehalfOf: "B. Ortega"},
		Terms:   session.Terms{CaseExample: "HSI-2026-00123", Reasons: []session.Reason{{Code: "criminal", Words: "Criminal investigation"}}},
		Section: session.Section{Problems: []session.FieldNote{{Field: "case", Text: "Write the case number like HSI-2026-00123."}}},
	}
	s.Rules.Version = 7
	d := views.SignInDataOf(s, "1.0.0")
	if d.Step != views.SignInPurpose || d.Station != "workstation WS-07 · Cordon 1.0.0" || d.RulesVersion != 7 || !d.Person.TrainingSoon {
		t.Errorf("data = %+v", d)
	}
	if len(d.Reasons) != 1 || d.Reasons[0].Label != "Criminal investigation" || d.CaseError == "" || d.ReasonError != "" {
		t.Errorf("purpose part = %+v, errors %q %q", d.Reasons, d.CaseError, d.ReasonError)
	}
	for in, want := range map[session.SignInStep]views.SignInStep{
		session.StepPassword: views.SignInPassword, session.StepRules: views.SignInRules, session.StepDone: views.SignInPurpose,
	} {
		s.Step = in
		if got := views.SignInDataOf(s, "").Step; got != want {
			t.Errorf("step %v became %v", in, got)
		}
	}
}

func TestPurposeFormKeepsTheRestOfThePurpose(t *testing.T) {
	p := session.Purpose{Justification: "kept", Attested: true, OnBehalfOf: "old", ForOther: true}
	got := views.SignInPurposeForm{Case: "HSI-2026-00123", Subject: "vehicle ", OnBehalfOf: "typed, then turned back"}.Into(p)
	if got.Justification != "kept" || !got.Attested || got.Case != "HSI-2026-00123" || got.Subject != "vehicle " {
		t.Errorf("purpose = %+v", got)
	}
	if got.ForOther || got.OnBehalfOf != "" {
		t.Errorf("for oneself, but on behalf of %q", got.OnBehalfOf)
	}
}
