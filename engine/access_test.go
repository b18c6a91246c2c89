package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/policy"
)

// all lists the whole log, as an auditor sees it, oldest first, without the auditor's own.
func (f fixture) all(t testing.TB) []AuditEntry {
	t.Helper()
	list, err := f.door(t, "auditor").Audit(context.Background(), AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var out []AuditEntry
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].User != "auditor" {
			out = append(out, list[i])
		}
	}
	return out
}

func last(list []AuditEntry) AuditEntry { return list[len(list)-1] }

// TestAreaQueriesAreRefusedAndRecorded proves Q-GEO-2 and X-1 through the Go API: every
// spatial kind is refused to whoever lacks mission, role or grant, nothing is read, and the
// log holds the attempt with all its criteria.
func TestAreaQueriesAreRefusedAndRecorded(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	repeat := geoQuery()
	repeat.Kind = detection.KindRepeat
	repeat.Windows = []detection.Window{{From: day, To: day.AddDate(0, 0, 1)}, {From: day.AddDate(0, 0, 1), To: day.AddDate(0, 0, 2)}}
	for user, rule := range map[string]string{"df": "GEO-2", "boss": "GEO-2", "plain": "X-1", "manager": "X-6", "auditor": "X-1"} {
		s := f.door(t, user)
		for _, q := range []detection.Query{geoQuery(), commonQuery(), repeat} {
			a, err := s.Run(ctx, q, RunOptions{Confirm: true})
			r := wantRefusal(t, err, rule)
			if a != nil {
				t.Fatal("an answer beside a refusal")
			}
			if user == "auditor" {
				continue
			}
			e := last(f.all(t))
			if e.Kind != "refusal" || e.Index != r.Entry || e.User != user || e.Fields["rule"] != rule || e.Fields["case"] != purpose.Case || e.Fields["justification"] != purpose.Justification {
				t.Errorf("%s: recorded %+v", user, e)
			}
			want, err := q.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			if e.Query == nil {
				t.Errorf("%s: the refused query is not in the log", user)
			} else if got, err := e.Query.Canonical(); err != nil || string(got) != string(want) {
				t.Errorf("%s: recorded query %s, %v", user, got, err)
			}
			estimate, err := s.Estimate(ctx, q)
			if err != nil || estimate.Refused == nil || estimate.Refused.Rule != rule || estimate.Reads != 0 || estimate.Blurred || len(estimate.PerArea) != 0 {
				t.Errorf("%s: estimate %+v, %v", user, estimate, err)
			}
		}
		for _, k := range s.Kinds() {
			if k.Kind.Spatial() && (k.Open || k.Rule != rule || k.Why == "") {
				t.Errorf("%s: %+v", user, k)
			}
		}
	}
	// What stays open.
	for _, user := range []string{"df", "boss", "plain"} {
		q := plateQuery()
		if user == "df" {
			q.Purpose.Reason, q.Purpose.Case = "administrative-enforcement", "ADM-2026-00417"
		}
		if a, err := f.door(t, user).Run(ctx, q, RunOptions{}); err != nil || a.Count != 8 {
			t.Errorf("%s: full plate: %+v, %v", user, a, err)
		}
	}
}

// TestSignInIsRecorded proves at the door.
func TestSignInIsRecorded(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	for range 4 {
		if _, err := f.SignIn(ctx, "kl", "wrong"); !errors.Is(err, ErrCredentials) || errors.Is(err, ErrLockedOut) {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := f.SignIn(ctx, "kl", "wrong"); !errors.Is(err, ErrLockedOut) {
			t.Fatal(err)
		}
	}
	if _, err := f.SignIn(ctx, "kl", password); !errors.Is(err, ErrLockedOut) {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Kind != "sign-in-failed" || e.User != "kl" {
		t.Errorf("%+v", e)
	}
	wantRefusal(t, f.door(t, "plain").ReleaseLock(ctx, "kl"), "X-6")
	if err := f.door(t, "manager").ReleaseLock(ctx, "kl"); err != nil {
		t.Fatal(err)
	}
	p, err := f.SignIn(ctx, "kl", password)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Accept(ctx, "")
	wantRefusal(t, err, "X-3")
	if err := p.Decline(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Accept(ctx, f.Rules().Digest); !errors.Is(err, ErrSession) {
		t.Errorf("accepted after declining: %v", err)
	}
	if e := last(f.all(t)); e.Kind != "declined" {
		t.Errorf("%+v", e)
	}
	p, err = f.SignIn(ctx, "kl", password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Accept(ctx, f.Rules().Digest); err != nil {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Kind != "agreement" || e.Fields["rules"] != f.Rules().Digest || e.Fields["version"] != "7" {
		t.Errorf("%+v", e)
	}
	if _, err := p.Accept(ctx, f.Rules().Digest); !errors.Is(err, ErrSession) {
		t.Errorf("one sign-in opened two sessions: %v", err)
	}
}

// TestTraining proves X-4: no sign-in without current training, no enhanced function without
// the enhanced one.
func TestTraining(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	m := f.door(t, "manager")
	late := account("late", policy.RoleInvestigator, policy.MissionCriminal, true)
	late.TrainingUntil = f.o.Clock().Add(-time.Second)
	half := account("half", policy.RoleInvestigator, policy.MissionCriminal, true)
	half.EnhancedTrainingUntil = f.o.Clock().Add(-time.Second)
	for _, a := range []NewAccount{late, half} {
		if err := m.CreateAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.SignIn(ctx, "late", password)
	wantRefusal(t, err, "X-4")
	p, err := f.SignIn(ctx, "half", password)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Accept(ctx, f.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, s.StepUp(ctx, f.code(t)), "X-4")
	_, err = s.Run(ctx, geoQuery(), RunOptions{})
	wantRefusal(t, err, "X-4")
}

// TestPasswordAge proves X-5: where the policy has a change period, an old password ends it.
func TestPasswordAge(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.policy().Password.MaxDays = 30
	f.advance(31 * 24 * time.Hour)
	_, err := f.SignIn(ctx, "kl", password)
	wantRefusal(t, err, "X-5")
	f.policy().Password.MaxDays = 32
	if err := f.door(t, "manager").SetPassword(ctx, "kl", "another long password"); err != nil {
		t.Fatal(err)
	}
	f.policy().Password.MaxDays = 30
	if _, err := f.SignIn(ctx, "kl", "another long password"); err != nil {
		t.Error(err)
	}
}

// TestStepUp proves X-2: the period ends, and a wrong code does not open it.
func TestStepUp(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s := f.door(t, "kl")
	if until := s.Identity().EnhancedUntil; !until.Equal(f.o.Clock().Add(time.Hour)) {
		t.Errorf("enhanced until %s", until)
	}
	if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		f.advance(20 * time.Minute)
		s.Cameras(ctx)
	}
	_, err := s.Run(ctx, geoQuery(), RunOptions{})
	wantRefusal(t, err, "X-2")
	if err := s.StepUp(ctx, "000000"); !errors.Is(err, ErrCredentials) {
		t.Errorf("wrong code: %v", err)
	}
	if !s.Identity().EnhancedUntil.IsZero() {
		t.Error("a wrong code opened the period")
	}
	if e := last(f.all(t)); e.Kind != "step-up-failed" {
		t.Errorf("%+v", e)
	}
	if err := s.StepUp(ctx, f.code(t)); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.door(t, "plain").StepUp(ctx, "000000"), "X-1")
}

// TestAccountManagement proves X-6: only managers, and not over themselves.
func TestAccountManagement(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	m, kl := f.door(t, "manager"), f.door(t, "kl")
	signedIn := f.o.Clock()
	fresh := account("fresh", policy.RoleAnalyst, policy.MissionCriminal, false)
	wantRefusal(t, kl.CreateAccount(ctx, fresh), "X-6")
	_, err := kl.Accounts(ctx)
	wantRefusal(t, err, "X-6")
	wantRefusal(t, kl.SetDisabled(ctx, "df", true), "X-6")
	wantRefusal(t, kl.SetPassword(ctx, "df", "another long password"), "X-6")
	wantRefusal(t, m.SetDisabled(ctx, "manager", true), "X-6")
	_, err = m.Run(ctx, plateQuery(), RunOptions{})
	wantRefusal(t, err, "X-6")
	_, err = m.Cases(ctx)
	wantRefusal(t, err, "X-1")

	weak := fresh
	weak.Password = "password123456"
	wantRefusal(t, m.CreateAccount(ctx, weak), "X-5")
	if err := m.CreateAccount(ctx, fresh); err != nil {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Kind != "account" || e.Fields["account"] != "fresh" || e.Fields["role"] != "criminal-analyst" || e.Fields["training_until"] != "2027-05-21" {
		t.Errorf("%+v", e)
	}
	if err := m.CreateAccount(ctx, fresh); !errors.Is(err, ErrExists) {
		t.Errorf("made twice: %v", err)
	}
	if err := m.SetPassword(ctx, "nobody", "another long password"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown account: %v", err)
	}
	list, err := m.Accounts(ctx)
	if err != nil || len(list) != len(cast())+1 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
	if err := kl.SetPassword(ctx, "kl", "another long password"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SignIn(ctx, "kl", password); !errors.Is(err, ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if err := m.SetDisabled(ctx, "kl", true); err != nil {
		t.Fatal(err)
	}
	if _, err := kl.Cameras(ctx); !errors.Is(err, ErrSession) {
		t.Errorf("a disabled account's session: %v", err)
	}
	if _, err := f.SignIn(ctx, "kl", "another long password"); !errors.Is(err, ErrLockedOut) {
		t.Errorf("a disabled account: %v", err)
	}
	if err := m.SetDisabled(ctx, "kl", false); err != nil {
		t.Fatal(err)
	}
	if p, err := f.SignIn(ctx, "kl", "another long password"); err != nil {
		t.Errorf("enabled again: %v", err)
	} else if last := p.Identity().LastSignIn; !last.Equal(signedIn) {
		t.Errorf("last sign-in %v, want %v: enabling is not a sign-in", last, signedIn)
	}
}

// TestAuditVisibility proves U-7: own entries, the unit's, all; and reading is recorded.
func TestAuditVisibility(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	other := account("other", policy.RoleInvestigator, policy.MissionCriminal, false)
	other.Unit = "Dover"
	if err := f.door(t, "manager").CreateAccount(ctx, other); err != nil {
		t.Fatal(err)
	}
	sessions := map[string]*Session{}
	for _, user := range []string{"kl", "boss", "auditor", "other", "manager"} {
		sessions[user] = f.door(t, user)
	}
	users := func(user string) string {
		list, err := sessions[user].Audit(ctx, AuditFilter{})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range list {
			seen[e.User] = true
		}
		var out []string
		for _, u := range []string{"auditor", "boss", "kl", "manager", "other"} {
			if seen[u] {
				out = append(out, u)
			}
		}
		return strings.Join(out, " ")
	}
	for user, want := range map[string]string{
		"kl": "kl", "other": "other", "boss": "auditor boss kl manager", "manager": "auditor boss kl manager", "auditor": "auditor boss kl manager other",
	} {
		if got := users(user); got != want {
			t.Errorf("%s sees %q, want %q", user, got, want)
		}
	}
	list, err := sessions["auditor"].Audit(ctx, AuditFilter{Kind: "audit-read", User: "KL"})
	if err != nil || len(list) != 1 || list[0].User != "kl" {
		t.Errorf("%+v, %v", list, err)
	}
	list, err = sessions["auditor"].Audit(ctx, AuditFilter{Limit: 2})
	if err != nil || len(list) != 2 || list[0].Index != list[1].Index+1 {
		t.Errorf("%+v, %v", list, err)
	}
}
