package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cordon/engine/internal/accounts"
	"cordon/engine/policy"
)

// enterAdmin is enter for the methods that only account managers have.
func (s *Session) enterAdmin(ctx context.Context, v event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	if !s.e.policy().Roles[s.account.Role].Accounts {
		return s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-6", What: "Accounts are managed by account managers", Why: "Who uses access must not be the one who grants it.",
			Next: "Ask an account manager.",
		})
	}
	return nil
}

// Accounts lists all accounts by name.
func (s *Session) Accounts(ctx context.Context) ([]Account, error) {
	if err := s.enterAdmin(ctx, s.event("account-list")); err != nil {
		return nil, err
	}
	list, err := s.e.people.List()
	if err != nil {
		return nil, outer(err)
	}
	named := map[string]bool{}
	switch given, _, err := s.e.feedAccounts(); {
	case err != nil: // the accounts are whole: who manages them must be able to
		s.e.o.Log("the feed's list of accounts: " + err.Error())
	case given != nil:
		for _, a := range given.List {
			named[a.User] = true
		}
	}
	var out []Account
	for _, r := range list {
		locked, err := s.e.people.LockedAt(r.User)
		if err != nil {
			return nil, outer(err)
		}
		out = append(out, Account{
			User: r.User, Name: r.Name, Role: r.Role, Unit: r.Unit, Mission: r.Mission, Enhanced: r.Enhanced,
			TrainingUntil: r.TrainingUntil, EnhancedTrainingUntil: r.EnhancedTrainingUntil,
			Created: r.Created, LastSignIn: r.LastSignIn, LockedAt: locked, Disabled: r.Disabled,
			FromFeed: r.FromFeed, FeedDisabled: r.FeedDisabled, FeedHasName: !r.FromFeed && named[r.User], Started: r.Started(), StartUntil: r.StartOpen(),
		})
	}
	return out, nil
}

// CreateAccount makes an account. Training dates that are zero are set as if the training was
// today; the entry says so. Errors: *Refusal, ErrInvalid, ErrExists.
func (s *Session) CreateAccount(ctx context.Context, a NewAccount) error {
	v := s.event("account").tell("action", "create").with("account", accounts.Normalize(a.User))
	if err := s.enterAdmin(ctx, v); err != nil {
		return err
	}
	s.e.giving.Lock() // no list makes it meanwhile
	defer s.e.giving.Unlock()
	if err := s.stillOpen(); err != nil { // a list may have changed the own account
		return err
	}
	return s.e.createAccount(ctx, v, a)
}

func (e *Engine) createAccount(ctx context.Context, v event, a NewAccount) error {
	user := accounts.Normalize(a.User)
	if v.kind == "" { // while the workstation is made
		v = event{kind: "account"}.tell("action", "create").with("account", user)
	}
	if r := e.policy().CheckPassword(user, a.Password); r != nil {
		return e.refuse(ctx, v, r)
	}
	trained := e.o.Clock().UTC().AddDate(0, 0, e.policy().TrainingDays)
	if a.TrainingUntil.IsZero() {
		a.TrainingUntil = trained
	}
	if a.Enhanced && a.EnhancedTrainingUntil.IsZero() {
		a.EnhancedTrainingUntil = trained
	}
	r := accounts.Record{
		Profile: policy.Profile{
			User: user, Name: strings.TrimSpace(a.Name), Role: a.Role, Unit: strings.TrimSpace(a.Unit), Mission: a.Mission, Enhanced: a.Enhanced,
			TrainingUntil: a.TrainingUntil.UTC(), EnhancedTrainingUntil: a.EnhancedTrainingUntil.UTC(),
		},
		Disabled: a.Disabled, TOTP: a.TOTPSecret,
	}
	if err := e.people.Create(ctx, r, a.Password, func() error {
		_, err := e.record(ctx, v.with(
			"role", string(r.Role), "unit_of", r.Unit, "mission", string(r.Mission), "enhanced", fmt.Sprint(r.Enhanced),
			"training_until", date(r.TrainingUntil), "enhanced_training_until", date(r.EnhancedTrainingUntil)))
		return err
	}); err != nil {
		return outer(err)
	}
	return nil
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// SetPassword changes one's own password, or, for account managers, anybody's.
func (s *Session) SetPassword(ctx context.Context, user, password string) error {
	user = accounts.Normalize(user)
	v := s.event("account").tell("action", "password").with("account", user)
	enter, own := s.enterAdmin, (*accounts.Record)(nil)
	if user == s.account.User {
		own = &s.account
		enter = func(ctx context.Context, _ event) error { return s.enter(ctx) }
	}
	if err := enter(ctx, v); err != nil {
		return err
	}
	if r := s.e.policy().CheckPassword(user, password); r != nil {
		return s.e.refuse(ctx, v, r)
	}
	return s.change(ctx, v, user, func() error { return s.e.people.SetPassword(ctx, user, password, own) })
}

// ReleaseLock lets an account that locked after failures sign in again.
func (s *Session) ReleaseLock(ctx context.Context, user string) error {
	user = accounts.Normalize(user)
	v := s.event("account").tell("action", "release").with("account", user)
	if err := s.enterAdmin(ctx, v); err != nil {
		return err
	}
	return s.change(ctx, v, user, func() error { return s.e.people.Release(ctx, user) })
}

// SetDisabled disables an account, which also ends its sessions, or enables it again. A manager cannot do it to the own
// account, so that one stays.
func (s *Session) SetDisabled(ctx context.Context, user string, disabled bool) error {
	user = accounts.Normalize(user)
	action := "enable"
	if disabled {
		action = "disable"
	}
	v := s.event("account").tell("action", action).with("account", user)
	if err := s.enterAdmin(ctx, v); err != nil {
		return err
	}
	if user == s.account.User {
		return s.refuseOwn(ctx, v, "You cannot disable or enable your own account")
	}
	if r, err := s.e.people.Get(user); err == nil && r.FeedDisabled && !disabled {
		return s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-6", What: "The feed disabled this account", Why: "The feed’s list decides about the accounts that it gives.",
			Next: "Ask the feed’s account manager to enable it there; the next sync brings it.",
		})
	}
	return s.change(ctx, v, user, func() error {
		err := s.e.people.Change(ctx, user, func(r *accounts.Record) {
			if r.Disabled = disabled; !disabled {
				r.Enabled = s.e.o.Clock().UTC()
			}
		})
		if err == nil && disabled {
			s.e.revoked.end(user, "the account was disabled")
		}
		return err
	})
}

// refuseOwn refuses what an account manager may do to others alone.
func (s *Session) refuseOwn(ctx context.Context, v event, what string) error {
	return s.e.refuse(ctx, v, &policy.Refusal{
		Rule: "X-6", What: what, Why: "Nobody decides about the own access.", Next: "Ask another account manager.",
	})
}

// change records an account change and then makes it.
func (s *Session) change(ctx context.Context, v event, user string, f func() error) error {
	if _, err := s.e.people.Get(user); err != nil {
		return outer(err)
	}
	if _, err := s.e.record(ctx, v); err != nil {
		return err
	}
	return outer(f())
}
