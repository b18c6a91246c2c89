package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
	"cordon/engine/internal/accounts"
	"cordon/engine/policy"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"
)

const startCode = "ABCDE-FGHIJ-KLMNO-PQRST"

// listed is an account of a feed's list, with a start code.
func listed(user, unit string, enhanced bool) feed.Account {
	a := feed.Account{
		User: user, Name: "Test " + user, Role: policy.RoleInvestigator, Unit: unit, Mission: policy.MissionCriminal, Enhanced: enhanced,
		TrainingUntil: day.AddDate(1, 0, 0), Start: &feed.Start{SHA256: feed.HashStartCode(user, startCode), Until: day.AddDate(0, 2, 0)},
	}
	if enhanced {
		a.EnhancedTrainingUntil = day.AddDate(1, 0, 0)
	}
	return a
}

// givingFeed is a workstation that follows a feed with lists of accounts.
func givingFeed(t *testing.T) (*fixture, func(version int64, list ...feed.Account) (AccountsTaken, error)) {
	t.Helper()
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 50), nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	return &f, func(version int64, list ...feed.Account) (AccountsTaken, error) {
		text, err := json.Marshal(feed.Accounts{List: append([]feed.Account{}, list...)})
		if err != nil {
			t.Fatal(err)
		}
		pub.Document(feed.DocAccounts, version, string(text))
		r, err := f.Sync(ctx, SyncOptions{})
		var out AccountsTaken
		for _, l := range r.Lanes {
			if l.Lane == feed.Control.String() {
				out = l.Accounts
			}
		}
		return out, err
	}
}

// begin gives an account with startCode as the first list, and starts it.
func (f fixture) begin(t *testing.T, give func(version int64, list ...feed.Account) (AccountsTaken, error), a feed.Account) {
	t.Helper()
	if _, err := give(1, a); err != nil {
		t.Fatal(err)
	}
	if _, err := f.StartAccount(context.Background(), a.User, startCode, "quiet river stone lamp"); err != nil {
		t.Fatal(err)
	}
}

func (f fixture) account(t *testing.T, user string) Account {
	t.Helper()
	all, err := f.door(t, "manager").Accounts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.User == user {
			return a
		}
	}
	return Account{}
}

// TestFeedAccounts proves F-1 and X-6: accounts of the feed's list are made, changed and disabled,
// each recorded; their owners start them with a code that works once; who was given less has
// no session any more; accounts of the workstation stay as they are.
func TestFeedAccounts(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	first := f.account(t, "kl")
	ann, bob := listed("ann", "Dover", true), listed("bob", "Dover", false)
	if got, err := give(1, ann, bob, listed("kl", "Dover", false)); err != nil || got != (AccountsTaken{Made: 2, Taken: 1}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if now := f.account(t, "kl"); now.Unit != first.Unit || !now.Enhanced || now.FromFeed || !now.FeedHasName {
		t.Errorf("an account of the workstation became %+v", now)
	}
	got := f.account(t, "ann")
	if !got.FromFeed || got.Started || got.Unit != "Dover" || !got.Enhanced || !got.StartUntil.Equal(ann.Start.Until) || got.Role != policy.RoleInvestigator {
		t.Errorf("%+v", got)
	}
	made := map[string]AuditEntry{}
	for _, e := range f.all(t) {
		if e.Kind == "account" && e.Fields["action"] == "feed-make" {
			made[e.Fields["account"]] = e
		}
	}
	if e := made["ann"]; len(made) != 2 || e.Fields["role"] != "criminal-investigator" || e.Fields["unit_of"] != "Dover" || e.Fields["list_version"] != "1" ||
		e.Fields["enhanced"] != "true" || e.Fields["training_until"] != "2027-05-01" || e.Fields["start_until"] != "2026-07-01T00:00:00Z" || e.Fields["start_new"] != "true" ||
		e.Fields["name"] != "Test ann" || e.Fields["disabled"] != "false" || e.Fields["was_role"] != "" {
		t.Errorf("recorded: %+v", made)
	}
	for _, try := range []string{"", password, startCode} {
		if _, err := f.SignIn(ctx, "ann", try); !errors.Is(err, ErrCredentials) {
			t.Errorf("before the start, with %q: %v", try, err)
		}
	}

	// The start.
	if _, err := f.StartAccount(ctx, "ann", "ABCDE-FGHIJ-KLMNO-PQRSX", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := f.StartAccount(ctx, "bob", startCode+"A", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("a longer code: %v", err)
	}
	if _, err := f.StartAccount(ctx, "nobody", startCode, "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("no account: %v", err)
	}
	if _, err := f.StartAccount(ctx, "kl", startCode, "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("an account of the workstation: %v", err)
	}
	_, err := f.StartAccount(ctx, "ann", startCode, "short")
	wantRefusal(t, err, "X-5")
	auth, err := f.StartAccount(ctx, " Ann ", "abcde fghij klmn0 pqrst", "quiet river stone lamp") // 0 for O, as written down
	if err != nil || auth.Secret == "" || !strings.Contains(auth.Link, auth.Secret) {
		t.Fatalf("%+v, %v", auth, err)
	}
	if e := last(f.all(t)); e.Kind != "account" || e.Fields["action"] != "start" || e.User != "ann" || e.Unit != "Dover" {
		t.Errorf("recorded: %+v", e)
	}
	_, err = f.StartAccount(ctx, "ann", startCode, "another quiet river")
	wantRefusal(t, err, "X-5")
	if s, err := f.StartAccount(ctx, "bob", startCode, "quiet river stone lamp"); err != nil || s != (Authenticator{}) {
		t.Errorf("without the enhanced grant: %+v, %v", s, err)
	}
	s := f.enter(t, "ann", "quiet river stone lamp")
	code, err := totp.GenerateCode(auth.Secret, f.o.Clock())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.StepUp(ctx, code); err != nil {
		t.Errorf("the code of the new authenticator: %v", err)
	}

	// More training and another name let a session be; a smaller right ends it.
	ann.TrainingUntil, ann.Name = ann.TrainingUntil.AddDate(1, 0, 0), "Ann T."
	if got, err := give(2, ann, bob); err != nil || got != (AccountsTaken{Changed: 1}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.Cameras(ctx); err != nil {
		t.Errorf("after more training: %v", err)
	}
	ann.Enhanced, ann.EnhancedTrainingUntil = false, time.Time{}
	if _, err := give(3, ann, bob); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cameras(ctx); !errors.Is(err, ErrSession) || !strings.Contains(err.Error(), "changed") {
		t.Errorf("after the grant was taken: %v", err)
	}
	s = f.enter(t, "ann", "quiet river stone lamp")
	_, err = s.Run(ctx, geoQuery(), RunOptions{})
	wantRefusal(t, err, "X-1")

	// The grant again: the authenticator still is the person's.
	ann.Enhanced, ann.EnhancedTrainingUntil = true, day.AddDate(1, 0, 0)
	bob.Enhanced, bob.EnhancedTrainingUntil = true, day.AddDate(1, 0, 0)
	pending, err := f.SignIn(ctx, "bob", "quiet river stone lamp") // signed in before, agreeing after
	if err != nil {
		t.Fatal(err)
	}
	if _, err := give(4, ann, bob); err != nil {
		t.Fatal(err)
	}
	if _, err := pending.Accept(ctx, f.Rules().Digest); !errors.Is(err, ErrSession) {
		t.Errorf("a sign-in from before the change: %v", err)
	}
	f.advance(time.Minute)
	if code, err = totp.GenerateCode(auth.Secret, f.o.Clock()); err != nil {
		t.Fatal(err)
	}
	if err := f.enter(t, "ann", "quiet river stone lamp").StepUp(ctx, code); err != nil {
		t.Errorf("with the grant again: %v", err)
	}
	wantRefusal(t, f.enter(t, "bob", "quiet river stone lamp").StepUp(ctx, "123456"), "X-2") // he has none here

	// A new code starts an account anew.
	bob.Start = &feed.Start{SHA256: feed.HashStartCode("bob", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: f.o.Clock().Add(time.Hour)}
	if _, err := give(5, ann, bob); err != nil {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Kind != "sync-done" {
		t.Fatalf("%+v", e)
	}
	list := f.all(t)
	changed := slices.IndexFunc(list, func(e AuditEntry) bool {
		return e.Fields["action"] == "feed-change" && e.Fields["list_version"] == "5" && e.Fields["account"] == "bob"
	})
	if changed < 0 || list[changed].Fields["start_new"] != "true" || list[changed].Fields["secrets"] != "" {
		t.Errorf("a new code is not recorded: %+v", list[len(list)-3:])
	}
	s = f.enter(t, "bob", "quiet river stone lamp")
	if a, err := f.StartAccount(ctx, "bob", "ZZZZZ-FGHIJ-KLMNO-PQRST", "one more long password"); err != nil || a.Secret == "" {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err := s.Cameras(ctx); !errors.Is(err, ErrSession) {
		t.Errorf("the session from before the new start: %v", err)
	}
	if _, err := f.SignIn(ctx, "bob", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("the password from before: %v", err)
	}
	ann.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "YYYYY-FGHIJ-KLMNO-PQRST"), Until: f.o.Clock().Add(time.Hour)}
	if _, err := give(6, ann, bob); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Hour)
	_, err = f.StartAccount(ctx, "ann", "YYYYY-FGHIJ-KLMNO-PQRST", "one more long password")
	wantRefusal(t, err, "X-5") // it ran out

	// Listed no more, or disabled there: no session, and nobody here can enable it.
	s = f.enter(t, "ann", "quiet river stone lamp")
	bob.Disabled = true
	if got, err := give(7, bob); err != nil || got != (AccountsTaken{Disabled: 2}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.Cameras(ctx); !errors.Is(err, ErrSession) {
		t.Errorf("listed no more: %v", err)
	}
	if _, err := f.SignIn(ctx, "bob", "one more long password"); !errors.Is(err, ErrLockedOut) {
		t.Errorf("disabled: %v", err)
	}
	if _, err := f.SignIn(ctx, "ann", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("listed no more: %v", err)
	}
	for _, user := range []string{"ann", "bob"} {
		wantRefusal(t, f.door(t, "manager").SetDisabled(ctx, user, false), "X-6")
	}

	// What was given is there after the workstation was opened again; and Ann comes back.
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	if got := f.account(t, "ann"); !got.FeedDisabled || !got.FromFeed || got.Name != "Ann T." {
		t.Errorf("%+v", got)
	}
}

// TestFeedAccountsComeBack proves F-1: who is enabled again can sign in again with the own password,
// and what a manager disabled here stays so, whatever the feed says.
func TestFeedAccountsComeBack(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	off := ann
	off.Disabled, off.Start = true, nil
	for i, list := range [][]feed.Account{{ann}, {off}, {ann}} {
		if _, err := give(int64(i+1), list...); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.enter(t, "ann", "quiet river stone lamp")
	if err := f.door(t, "manager").SetDisabled(ctx, "ann", true); err != nil {
		t.Fatal(err)
	}
	if e := f.all(t); !slices.ContainsFunc(e, func(e AuditEntry) bool { return e.Fields["action"] == "feed-enable" && e.Fields["disabled"] == "false" }) {
		t.Error("nothing says that she was enabled again")
	}
	ann.TrainingUntil = ann.TrainingUntil.AddDate(1, 0, 0)
	if _, err := give(9, ann); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SignIn(ctx, "ann", "quiet river stone lamp"); !errors.Is(err, ErrLockedOut) {
		t.Errorf("disabled here: %v", err)
	}
	ann.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	if _, err := give(10, ann); err != nil {
		t.Fatal(err)
	}
	if _, err := f.StartAccount(ctx, "ann", "ZZZZZ-FGHIJ-KLMNO-PQRST", "one more long password"); !errors.Is(err, ErrLockedOut) {
		t.Errorf("started while disabled here: %v", err)
	}
	if err := f.door(t, "manager").SetDisabled(ctx, "ann", false); err != nil {
		t.Fatal(err)
	}
	f.enter(t, "ann", "quiet river stone lamp")
}

// TestAnotherPersonsName proves X-1: whoever has a user name after somebody else has nothing of the
// predecessor: neither do the old password and authenticator open the new account, nor does an old code.
func TestAnotherPersonsName(t *testing.T) {
	ctx := context.Background()
	for name, lists := range map[string]func(ann, jones feed.Account) [][]feed.Account{
		"listed no more between": func(ann, jones feed.Account) [][]feed.Account { return [][]feed.Account{{ann}, {}, {jones}} },
		"between was not seen":   func(ann, jones feed.Account) [][]feed.Account { return [][]feed.Account{{ann}, {jones}} },
		"named while disabled": func(ann, jones feed.Account) [][]feed.Account {
			off := jones
			off.Disabled, off.Start = true, nil
			return [][]feed.Account{{ann}, {off}, {jones}}
		},
		"the list with the code was not seen": func(ann, jones feed.Account) [][]feed.Account {
			late := jones
			late.Start = nil
			return [][]feed.Account{{ann}, {late}, {jones}}
		},
		"disabled and then listed no more": func(ann, jones feed.Account) [][]feed.Account {
			off := ann
			off.Disabled = true
			jones.Name = ann.Name
			return [][]feed.Account{{ann}, {off}, {}, {jones}}
		},
		"the same name": func(ann, jones feed.Account) [][]feed.Account {
			jones.Name = ann.Name
			return [][]feed.Account{{ann}, {}, {jones}}
		},
	} {
		f, give := givingFeed(t)
		ann := listed("ann", "Dover", true)
		jones := ann
		jones.Name, jones.Role = "Ann Jones", policy.RoleManager
		jones.Holder = 3
		jones.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
		var s *Session
		for i, list := range lists(ann, jones) {
			if _, err := give(int64(i+1), list...); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); err != nil {
					t.Fatal(err)
				}
				s = f.enter(t, "ann", "quiet river stone lamp")
			}
		}
		if _, err := s.Cameras(ctx); !errors.Is(err, ErrSession) {
			t.Errorf("%s: the predecessor's session: %v", name, err)
		}
		if _, err := f.SignIn(ctx, "ann", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
			t.Errorf("%s: the predecessor's password: %v", name, err)
		}
		if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
			t.Errorf("%s: the predecessor's code: %v", name, err)
		}
		if _, err := f.StartAccount(ctx, "ann", "ZZZZZ-FGHIJ-KLMNO-PQRST", "one more long password"); err != nil {
			t.Errorf("%s: the successor's code: %v", name, err)
		}
		if id := f.enter(t, "ann", "one more long password").Identity(); id.Role != policy.RoleManager {
			t.Errorf("%s: %+v", name, id)
		}
	}
}

// TestRenamedPerson proves X-1: whom the list calls otherwise is the same person while the holder is
// the same, and keeps password and authenticator, with a new code or without.
func TestRenamedPerson(t *testing.T) {
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	f.begin(t, give, ann)
	ann.Name = "Ann Married"
	ann.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	if _, err := give(2, ann); err != nil {
		t.Fatal(err)
	}
	if id := f.enter(t, "ann", "quiet river stone lamp").Identity(); id.Name != "Ann Married" {
		t.Errorf("%+v", id)
	}
}

// TestSecretsOfWhoIsGone proves X-1: a name that is listed no more keeps no password here, also when it was
// disabled in the list before; one that is only disabled keeps it.
func TestSecretsOfWhoIsGone(t *testing.T) {
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	f.begin(t, give, ann)
	off := ann
	off.Disabled, off.Start = true, nil
	for i, list := range [][]feed.Account{{off}, {}} {
		if _, err := give(int64(i+2), list...); err != nil {
			t.Fatal(err)
		}
		if a := f.account(t, "ann"); a.Started != (len(list) > 0) || !a.FeedDisabled {
			t.Errorf("list %d: %+v", i+2, a)
		}
	}
}

// TestNothingOfThePredecessor proves X-1 and U-7: neither the last sign-in nor a lock goes over with a
// user name.
func TestNothingOfThePredecessor(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	f.begin(t, give, ann)
	f.enter(t, "ann", "quiet river stone lamp")
	for range 5 {
		if _, err := f.SignIn(ctx, "ann", "wrong"); err == nil {
			t.Fatal("a wrong password opens it")
		}
	}
	if a := f.account(t, "ann"); a.LockedAt.IsZero() || a.LastSignIn.IsZero() {
		t.Fatalf("%+v", a)
	}
	jones := ann
	jones.Name, jones.Holder = "Ann Jones", 2
	jones.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	if _, err := give(2, jones); err != nil {
		t.Fatal(err)
	}
	if a := f.account(t, "ann"); !a.LockedAt.IsZero() || !a.LastSignIn.IsZero() || a.Started {
		t.Errorf("%+v", a)
	}
	if _, err := f.StartAccount(ctx, "ann", "ZZZZZ-FGHIJ-KLMNO-PQRST", "one more long password"); err != nil {
		t.Error(err)
	}
}

// TestCodeForAnAuthenticatorOutlivesAPassword proves X-2: who is granted enhanced functions and changes
// the password first can still set the authenticator up.
func TestCodeForAnAuthenticatorOutlivesAPassword(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	f.begin(t, give, ann)
	ann.Enhanced, ann.EnhancedTrainingUntil = true, day.AddDate(1, 0, 0)
	ann.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	if _, err := give(2, ann); err != nil {
		t.Fatal(err)
	}
	if err := f.enter(t, "ann", "quiet river stone lamp").SetPassword(ctx, "ann", "one more long password"); err != nil {
		t.Fatal(err)
	}
	if a, err := f.StartAccount(ctx, "ann", "ZZZZZ-FGHIJ-KLMNO-PQRST", "quiet river stone lamp"); err != nil || a.Secret == "" {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestEndedManagerMakesNoAccount proves X-6: a manager whose account was taken away while the making of
// another one waited makes none.
func TestEndedManagerMakesNoAccount(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	m := f.door(t, "manager")
	f.giving.Lock()
	done := make(chan error)
	go func() {
		done <- m.CreateAccount(ctx, account("fresh", policy.RoleManager, policy.MissionCriminal, false))
	}()
	time.Sleep(20 * time.Millisecond) // it waits, or will find the lock
	f.revoked.end("manager", "the account was disabled")
	f.giving.Unlock()
	if err := <-done; !errors.Is(err, ErrSession) {
		t.Errorf("%v", err)
	}
	if _, err := f.people.Get("fresh"); err == nil {
		t.Error("the account was made")
	}
}

// TestPasswordOfAnother proves X-5: a password that is still being set when the user name passes on does
// not become the successor's.
func TestPasswordOfAnother(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	jones := ann
	jones.Holder = 2
	f.begin(t, give, ann)
	s := f.enter(t, "ann", "quiet river stone lamp")
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				_ = s.SetPassword(ctx, "ann", "one more long password")
			}
		}
	})
	if _, err := give(2, jones); err != nil {
		t.Fatal(err)
	}
	close(stop)
	group.Wait()
	if f.account(t, "ann").Started {
		t.Error("the successor's account has a password")
	}
}

// TestUsedCodesStayUsed proves X-5: no list brings a code back that was used here, and a password that
// its owner sets ends the code that is open.
func TestUsedCodesStayUsed(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	other := ann
	other.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "ZZZZZ-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	third := ann
	third.Start = &feed.Start{SHA256: feed.HashStartCode("ann", "YYYYY-FGHIJ-KLMNO-PQRST"), Until: day.AddDate(0, 2, 0)}
	for i, x := range []struct {
		list feed.Account
		code string
		used bool
	}{{ann, startCode, false}, {other, "ZZZZZ-FGHIJ-KLMNO-PQRST", false}, {ann, startCode, true}, {other, "ZZZZZ-FGHIJ-KLMNO-PQRST", true}} {
		if _, err := give(int64(i+1), x.list); err != nil {
			t.Fatal(err)
		}
		_, err := f.StartAccount(ctx, "ann", x.code, "quiet river stone lamp")
		if x.used {
			wantRefusal(t, err, "X-5")
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := give(5, third); err != nil {
		t.Fatal(err)
	}
	if err := f.enter(t, "ann", "quiet river stone lamp").SetPassword(ctx, "ann", "one more long password"); err != nil {
		t.Fatal(err)
	}
	_, err := f.StartAccount(ctx, "ann", "YYYYY-FGHIJ-KLMNO-PQRST", "quiet river stone lamp")
	wantRefusal(t, err, "X-5")
}

// TestSessionsEndWithEachCommit proves X-6: a list that is applied in part only has ended the sessions
// of those whom that part disabled.
func TestSessionsEndWithEachCommit(t *testing.T) {
	f, give := givingFeed(t)
	var list []feed.Account
	for i := range 1200 {
		list = append(list, listed(fmt.Sprintf("u%04d", i), "Dover", false))
	}
	if _, err := give(1, list...); err != nil {
		t.Fatal(err)
	}
	if _, err := f.StartAccount(context.Background(), "u0000", startCode, "quiet river stone lamp"); err != nil {
		t.Fatal(err)
	}
	s := f.enter(t, "u0000", "quiet river stone lamp")
	changes, _, err := f.people.Plan(nil)
	if err != nil || len(changes) != 1200 {
		t.Fatal(len(changes), err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	commits := 0
	err = f.people.Apply(ctx, changes, func(c []accounts.Change) {
		commits++
		f.endChanged(c)
		cancel() // killed, or a full disk, behind the first commit
	})
	if !errors.Is(err, context.Canceled) || commits != 1 {
		t.Fatalf("%d commits, %v", commits, err)
	}
	if _, err := s.Cameras(context.Background()); !errors.Is(err, ErrSession) {
		t.Errorf("the session of a disabled account: %v", err)
	}
}

// TestManagersAdoptEachOther proves X-6: of two account managers who hand each other's account over at
// once one stays what he is.
func TestManagersAdoptEachOther(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	second := account("second", policy.RoleManager, policy.MissionCriminal, false)
	a := f.door(t, "manager")
	if err := a.CreateAccount(ctx, second); err != nil {
		t.Fatal(err)
	}
	b := f.door(t, "second")
	if _, err := give(1, listed("manager", "Dover", false), listed("second", "Dover", false)); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	errs := make([]error, 2)
	group.Go(func() { errs[0] = a.AdoptAccount(ctx, "second") })
	group.Go(func() { errs[1] = b.AdoptAccount(ctx, "manager") })
	group.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), ErrSession) {
		t.Errorf("%v", errs)
	}
}

// TestAdoptAccount proves X-6: an account of the workstation becomes the feed's when an account
// manager says so, and nobody hands over the own one.
func TestAdoptAccount(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	if err := f.door(t, "manager").AdoptAccount(ctx, "kl"); !errors.Is(err, ErrNotFound) {
		t.Errorf("without a list: %v", err)
	}
	kl := listed("kl", "Dover", true)
	if _, err := give(1, kl, listed("manager", "Dover", false), listed("ann", "Dover", false)); err != nil {
		t.Fatal(err)
	}
	m, s := f.door(t, "manager"), f.door(t, "kl")
	wantRefusal(t, s.AdoptAccount(ctx, "kl"), "X-6")
	wantRefusal(t, m.AdoptAccount(ctx, "manager"), "X-6")
	for user, want := range map[string]error{"df": ErrNotFound, "ann": ErrInvalid, "nobody": ErrNotFound} {
		if err := m.AdoptAccount(ctx, user); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", user, err, want)
		}
	}
	if err := m.AdoptAccount(ctx, "KL"); err != nil {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Fields["action"] != "feed-adopt" || e.Fields["account"] != "kl" || e.Fields["unit_of"] != "Dover" || e.User != "manager" {
		t.Errorf("recorded: %+v", e)
	}
	if _, err := s.Cameras(ctx); !errors.Is(err, ErrSession) {
		t.Errorf("the session with the old profile: %v", err)
	}
	if _, err := f.SignIn(ctx, "kl", password); !errors.Is(err, ErrCredentials) {
		t.Errorf("with a password that a manager here may have set: %v", err)
	}
	if _, err := f.StartAccount(ctx, "kl", startCode, "quiet river stone lamp"); err != nil {
		t.Fatal(err)
	}
	if got := f.enter(t, "kl", "quiet river stone lamp").Identity(); got.Unit != "Dover" {
		t.Errorf("%+v", got)
	}
	if got, err := give(2); err != nil || got.Disabled != 2 || got.Taken != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := f.SignIn(ctx, "kl", "quiet river stone lamp"); !errors.Is(err, ErrCredentials) {
		t.Errorf("listed no more: %v", err)
	}
}

// TestStartCodesCannotBeGuessed proves X-5: wrong start codes lock the account like wrong passwords.
func TestStartCodesCannotBeGuessed(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	if _, err := give(1, listed("ann", "Dover", false)); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := f.StartAccount(ctx, "ann", fmt.Sprintf("ABCDE-FGHIJ-KLMNO-PQR%02d", i), "quiet river stone lamp"); !errors.Is(err, ErrCredentials) && !errors.Is(err, ErrLockedOut) {
			t.Fatal(err)
		}
	}
	if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); !errors.Is(err, ErrLockedOut) {
		t.Errorf("after five wrong codes: %v", err)
	}
	if e := last(f.all(t)); e.Kind != "sign-in-failed" || e.User != "ann" || e.Unit != "Dover" {
		t.Errorf("recorded: %+v", e)
	}
	if err := f.door(t, "manager").ReleaseLock(ctx, "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); err != nil {
		t.Errorf("released: %v", err)
	}
}

// TestBadAccountLists proves F-4: a list that is not valid, or older, changes nothing.
func TestBadAccountLists(t *testing.T) {
	f, give := givingFeed(t)
	ann := listed("ann", "Dover", false)
	if _, err := give(5, ann); err != nil {
		t.Fatal(err)
	}
	before := f.account(t, "ann")
	for name, c := range map[string]struct {
		version int64
		change  func(a *feed.Account)
	}{
		"older":        {4, func(a *feed.Account) { a.Unit = "Elsewhere" }},
		"no role":      {6, func(a *feed.Account) { a.Role = "king" }},
		"no training":  {7, func(a *feed.Account) { a.TrainingUntil = time.Time{} }},
		"half a grant": {8, func(a *feed.Account) { a.Enhanced = true }},
		"upper case":   {9, func(a *feed.Account) { a.User = "Ann" }},
	} {
		bad := listed("ann", "Dover", false)
		c.change(&bad)
		if _, err := give(c.version, bad); !errors.Is(err, feed.ErrInvalid) && !errors.Is(err, feed.ErrRollback) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := f.account(t, "ann"); now != before {
		t.Errorf("%+v became %+v", before, now)
	}
}

// TestFeedAccountsModel proves F-1 against a model that shares nothing with the store: whatever lists
// come one after the other, each account of the feed ends as the last list that named it says.
func TestFeedAccountsModel(t *testing.T) {
	ctx := context.Background()
	f, give := givingFeed(t)
	type state struct {
		unit    string
		role    policy.Role
		enabled bool
	}
	local := map[string]state{}
	for _, a := range cast() {
		local[a.User] = state{a.Unit, a.Role, true}
	}
	model, version := map[string]state{}, int64(0)
	users := []string{"u1", "u2", "u3", "u4", "kl", "boss"}
	rapid.Check(t, func(rt *rapid.T) {
		var list []feed.Account
		next := map[string]state{}
		for _, u := range rapid.SliceOfDistinct(rapid.SampledFrom(users), func(u string) string { return u }).Draw(rt, "users") {
			a := listed(u, rapid.SampledFrom([]string{"Dover", "Newark"}).Draw(rt, "unit"), false)
			a.Role = rapid.SampledFrom(policy.Roles()).Draw(rt, "role")
			a.Disabled = rapid.Bool().Draw(rt, "disabled")
			list = append(list, a)
			if _, ok := local[u]; !ok {
				next[u] = state{a.Unit, a.Role, !a.Disabled}
			}
		}
		version++
		if _, err := give(version, list...); err != nil {
			rt.Fatal(err)
		}
		for u, s := range model {
			if _, ok := next[u]; !ok {
				s.enabled = false
				next[u] = s
			}
		}
		model = next
		all, err := f.door(t, "manager").Accounts(ctx)
		if err != nil {
			rt.Fatal(err)
		}
		got, want := map[string]state{}, maps.Clone(local)
		maps.Copy(want, model)
		for _, a := range all {
			got[a.User] = state{a.Unit, a.Role, !a.FeedDisabled && !a.Disabled}
		}
		if !maps.Equal(got, want) {
			rt.Fatalf("%v, want %v", got, want)
		}
	})
}

// TestFeedAccountsKilled proves F-2: a sync that ends between the log and the accounts, or between
// them and the list, ends the same when it is run again.
func TestFeedAccountsKilled(t *testing.T) {
	ctx := context.Background()
	list := []feed.Account{listed("ann", "Dover", false), listed("bob", "Dover", false)}
	text, err := json.Marshal(feed.Accounts{List: append([]feed.Account{}, list...)})
	if err != nil {
		t.Fatal(err)
	}
	f, give := givingFeed(t)
	d := document{Name: feed.DocAccounts, Version: 1, Text: text}
	if _, err := f.takeAccounts(ctx, d); err != nil { // and killed before the list is in force
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	if _, err := f.StartAccount(ctx, "ann", startCode, "quiet river stone lamp"); err != nil {
		t.Fatal(err)
	}
	if got, err := give(1, list...); err != nil || got != (AccountsTaken{}) {
		t.Errorf("again: %+v, %v", got, err)
	}
	f.enter(t, "ann", "quiet river stone lamp")
	users := []string{}
	for _, e := range f.all(t) {
		if e.Fields["action"] == "feed-make" {
			users = append(users, e.Fields["account"])
		}
	}
	if slices.Sort(users); !slices.Equal(users, []string{"ann", "bob"}) {
		t.Errorf("recorded: %v", users)
	}
}

// BenchmarkFeedAccounts is the first list of 2,000 accounts.
func BenchmarkFeedAccounts(b *testing.B) {
	ctx := context.Background()
	var list []feed.Account
	for i := range 2000 {
		list = append(list, listed(fmt.Sprintf("user%04d", i), "Dover", false))
	}
	text, err := json.Marshal(feed.Accounts{List: append([]feed.Account{}, list...)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(text)), "list-bytes")
	for b.Loop() {
		b.StopTimer()
		f := open(b)
		b.StartTimer()
		if got, err := f.takeAccounts(ctx, document{Name: feed.DocAccounts, Version: 1, Text: text}); err != nil || got.Made != 2000 {
			b.Fatalf("%+v, %v", got, err)
		}
	}
}
