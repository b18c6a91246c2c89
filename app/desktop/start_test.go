package desktop

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/pquerna/otp/totp"

	"cordon/app/session"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
	"cordon/engine/policy"
)

// F-1, X-2, X-5: the feed's list comes while the sign-in is in view; a person of the list starts the
// own account with a start code, sets the authenticator up, signs in and opens the enhanced session.
func TestStartAccountInTheWindow(t *testing.T) {
	w := newDriven(t)
	const code = "ABCDE-FGHIJ-KLMNO-PQRST"
	until := time.Now().AddDate(1, 0, 0).UTC()
	list, err := json.Marshal(feed.Accounts{List: []feed.Account{{
		User: "q.ruiz", Name: "Quim Ruiz", Role: policy.RoleInvestigator, Unit: "Dover", Mission: policy.MissionCriminal, Enhanced: true,
		TrainingUntil: until, EnhancedTrainingUntil: until, Start: &feed.Start{SHA256: feed.HashStartCode("q.ruiz", code), Until: until},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if w.Shows("start code") {
		t.Error("a start code is offered before there is a list")
	}
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(feed.Lane{Source: "toll", Region: "de-north"}, feedtest.Reads(0, 0, 10), nil, nil)
	pub.Document(feed.DocAccounts, 1, string(list))
	if err := w.d.engine.Join(t.Context(), engine.FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	w.d.sync.Now()
	w.wait("the way to a start code", func() bool { return w.Shows("Use your start code") })
	w.Click(w.Button("Use your start code"))
	c := w.W.Canvas()
	for i, text := range []string{"q.ruiz", code, "quiet river stone lamp", "quiet river stone lamp"} {
		if i > 0 {
			c.FocusNext()
		}
		w.Type(text)
	}
	w.Key(fyne.KeyReturn)
	w.wait("the authenticator", func() bool { return w.d.signIn.State().Start.Stage == session.StartAuthenticator })
	secret := w.d.signIn.State().Start.Authenticator.Secret
	if !w.Shows(secret[:4]+" "+secret[4:8]) || !w.Shows("Set up your authenticator") {
		t.Errorf("the window shows %q", w.Texts())
	}
	w.Key(fyne.KeyReturn) // once too often
	digits, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.Type(digits)
	w.Key(fyne.KeyReturn)
	w.wait("the sign-in", func() bool { return w.d.signIn.State().Start.Stage == session.StartClosed })
	if strings.Contains(strings.Join(w.Texts(), " "), secret[:4]+" ") {
		t.Error("the secret stays in view")
	}
	w.Type("quiet river stone lamp") // the name is filled in, the password has the focus
	w.Key(fyne.KeyReturn)
	w.wait("the rules", func() bool { return w.d.signIn.State().Step == session.StepRules })
	w.Key(fyne.KeySpace, fyne.KeyReturn)
	w.wait("the purpose", func() bool { return w.d.signIn.State().Step == session.StepPurpose })
	w.Key(fyne.KeyReturn)
	w.wait("the map desk", func() bool { return w.d.frame != nil })
	w.d.frame.desk.StepUp(digits)
	w.wait("the enhanced session", func() bool { return !w.d.session.Identity().EnhancedUntil.IsZero() })
	if kittest.Find(w.Window, func(a *kit.Avatar) bool { return true }) == nil || w.d.session.Identity().Unit != "Dover" {
		t.Errorf("%+v", w.d.session.Identity())
	}

	// The next list takes the account away: nothing of the session stays in view.
	pub.Document(feed.DocAccounts, 2, `{"accounts": []}`)
	w.d.sync.Now()
	w.wait("the sign-in", func() bool { return w.d.frame == nil && w.d.signIn != nil && w.Shows("signed out") })
	if !w.Shows("You were signed out: the feed disabled the account.") || w.Overlay() != nil {
		t.Errorf("the window shows %q", w.Texts())
	}
}

// disablePerson takes the account of who works away.
func (w *driven) disablePerson() {
	w.t.Helper()
	ctx := w.t.Context()
	m, err := w.d.engine.SignIn(ctx, "c.brandt", demo.Password("c.brandt"))
	if err != nil {
		w.t.Fatal(err)
	}
	manager, err := m.Accept(ctx, w.d.engine.Rules().Digest)
	if err == nil {
		err = manager.SetDisabled(ctx, person, true)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// whose account is taken away while the purpose is asked for does not come to the map desk.
func TestEndedAtThePurpose(t *testing.T) {
	w := newDriven(t)
	w.Type(person)
	w.W.Canvas().FocusNext()
	w.Type(demo.Password(person))
	w.Key(fyne.KeyReturn)
	w.wait("the rules", func() bool { return w.d.signIn.State().Step == session.StepRules })
	w.Key(fyne.KeySpace, fyne.KeyReturn)
	w.wait("the purpose", func() bool { return w.d.signIn.State().Step == session.StepPurpose })
	w.disablePerson()
	w.Key(fyne.KeyReturn)
	w.wait("the sign-in", func() bool { return w.Shows("You were signed out: the account was disabled.") })
	if w.d.frame != nil || w.d.signIn.State().Step != session.StepPassword {
		t.Errorf("the window shows %q", w.Texts())
	}
}

// a window that was locked when the account was taken away is not unlocked by the password.
func TestEndedWhileLocked(t *testing.T) {
	w := newDriven(t)
	w.signIn()
	w.d.lock("You locked the window.")
	s := w.d.session
	w.wait("the lock", func() bool { return w.d.locked })
	w.disablePerson()
	if err := s.Unlock(t.Context(), demo.Password(person)); !errors.Is(err, engine.ErrSession) {
		t.Errorf("unlocked: %v", err)
	}
	w.d.clock()
	w.wait("the sign-in", func() bool { return w.d.frame == nil && w.d.signIn != nil && w.Shows("the account was disabled") })
}
