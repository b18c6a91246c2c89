package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cordon/engine/feed"
	"cordon/engine/internal/accounts"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"

	"golang.org/x/sync/errgroup"
)

// recordAtOnce is how many entries about accounts wait for a commit of the log together.
const recordAtOnce = 64

// givenOf are the list's accounts as the store takes them.
func givenOf(list *feed.Accounts) []accounts.Given {
	out := make([]accounts.Given, 0, len(list.List))
	for _, a := range list.List {
		g := accounts.Given{Profile: a.Profile(), Disabled: a.Disabled, Holder: a.Holder}
		if a.Start != nil {
			g.Start = accounts.StartCode{Digest: a.Start.SHA256.String(), Until: a.Start.Until.UTC()}
		}
		out = append(out, g)
	}
	return out
}

// takeAccounts brings the accounts up to the feed's list: each change is recorded and then made, and
// ends sessions that would have other rights now. Accounts that were made here stay as they are.
func (e *Engine) takeAccounts(ctx context.Context, d document) (AccountsTaken, error) {
	list, err := feed.ParseAccounts(d.Text)
	if err != nil {
		return AccountsTaken{}, err
	}
	changes, taken, err := e.people.Plan(givenOf(list))
	if err != nil {
		return AccountsTaken{}, outer(err)
	}
	out := AccountsTaken{Taken: taken}
	group, sub := errgroup.WithContext(ctx)
	group.SetLimit(recordAtOnce)
	for _, c := range changes {
		switch c.Action {
		case accounts.ActionMake:
			out.Made++
		case accounts.ActionEnd:
			out.Disabled++
		default:
			out.Changed++
		}
		group.Go(func() error {
			_, err := e.record(sub, givenEvent(event{kind: "account", unit: c.Unit}, c, d)) // so that the unit's managers see it (U-7)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return AccountsTaken{}, err
	}
	if err := e.people.Apply(ctx, changes, e.endChanged); err != nil {
		return AccountsTaken{}, outer(err)
	}
	return out, nil
}

// endChanged ends the sessions whose rights changes take away or exchange.
func (e *Engine) endChanged(made []accounts.Change) {
	for _, c := range made {
		switch {
		case !c.Rights || c.Action == accounts.ActionMake:
		case c.Disabled:
			e.revoked.end(c.User, "the feed disabled the account")
		default:
			e.revoked.end(c.User, "the feed changed the account")
		}
	}
}

// givenEvent tells of a change that the feed's list makes.
func givenEvent(v event, c accounts.Change, d document) event {
	v = v.tell("action", string(c.Action), "list_version", strconv.FormatInt(d.Version, 10)).with(
		"account", c.User, "name", c.Name, "role", string(c.Role), "unit_of", c.Unit, "mission", string(c.Mission), "enhanced", fmt.Sprint(c.Enhanced),
		"disabled", fmt.Sprint(c.Disabled), "training_until", date(c.TrainingUntil), "enhanced_training_until", date(c.EnhancedTrainingUntil))
	for _, x := range []struct{ field, was, is string }{
		{"was_name", c.Was.Name, c.Name}, {"was_role", string(c.Was.Role), string(c.Role)}, {"was_unit", c.Was.Unit, c.Unit},
	} {
		if x.was != x.is {
			v = v.with(x.field, x.was)
		}
	}
	if c.Start.Digest != "" {
		v = v.with("start_until", stamp(c.Start.Until), "start_new", fmt.Sprint(c.Code))
	}
	if c.Forget {
		v = v.with("secrets", "forgotten")
	}
	return v
}

// FeedGivesAccounts reports whether the feed has a list of accounts, which are started with a code.
func (e *Engine) FeedGivesAccounts() bool { return e.gives.Load() }

// feedAccounts is the feed's list as it is in force; nil when there is none.
func (e *Engine) feedAccounts() (*feed.Accounts, document, error) {
	d, ok, err := vault.Get[document](e.vault, keyDocument(feed.DocAccounts))
	if err != nil || !ok {
		return nil, d, outer(err)
	}
	list, err := feed.ParseAccounts(d.Text)
	if err != nil {
		err = fmt.Errorf("%w: the accounts that the feed gave: %w", ErrDamaged, err)
	}
	return list, d, err
}

// AdoptAccount makes an account of this workstation the feed's, whose list has one of the same
// name: the list then decides its profile, and its owner starts it with the start code. For account
// managers, and not for their own. Errors: *Refusal, ErrNotFound, ErrInvalid for one that is
// the feed's already.
func (s *Session) AdoptAccount(ctx context.Context, user string) error {
	user = accounts.Normalize(user)
	v := s.event("account").tell("action", string(accounts.ActionAdopt)).with("account", user)
	if err := s.enterAdmin(ctx, v); err != nil {
		return err
	}
	if user == s.account.User {
		return s.refuseOwn(ctx, v, "You cannot hand over your own account")
	}
	s.e.giving.Lock() // no other list comes in force meanwhile
	defer s.e.giving.Unlock()
	if err := s.stillOpen(); err != nil { // a list or another manager may have changed the own account
		return err
	}
	list, d, err := s.e.feedAccounts()
	if err != nil {
		return err
	}
	if list != nil {
		for _, g := range givenOf(list) {
			if g.User != user {
				continue
			}
			c, err := s.e.people.Adoption(g)
			if errors.Is(err, accounts.ErrExists) {
				return invalid("account", "is the feed’s already", "There is nothing to hand over.")
			}
			if err != nil {
				return outer(err)
			}
			if _, err := s.e.record(ctx, givenEvent(v, c, d)); err != nil {
				return err
			}
			return outer(s.e.people.Apply(ctx, []accounts.Change{c}, s.e.endChanged))
		}
	}
	return missing("account of the feed", user)
}

// StartAccount sets the first password of an account that the feed gave, with the start code that
// its owner was handed; each code works once on a workstation. For an account with the enhanced
// grant it returns a new authenticator. Errors: ErrCredentials, ErrLockedOut, a *Refusal.
func (e *Engine) StartAccount(ctx context.Context, user, code, password string) (a Authenticator, err error) {
	user = accounts.Normalize(user)
	if err := e.endSoleLock(ctx, user); err != nil {
		return Authenticator{}, err
	}
	digest := feed.HashStartCode(user, code).String()
	r, err := e.people.CheckStart(ctx, user, digest)
	v := event{kind: "account", user: user, unit: r.Unit}.tell("action", "start").with("account", user)
	switch {
	case errors.Is(err, accounts.ErrStartUsed), errors.Is(err, accounts.ErrStartOver):
		return Authenticator{}, e.refuse(ctx, v, startRefusal(err))
	case errors.Is(err, accounts.ErrCredentials), errors.Is(err, accounts.ErrLocked):
		v.kind = "sign-in-failed"
		if known, err := e.people.Get(user); err == nil {
			v.unit = known.Unit // so that the unit's managers see it (U-7)
		}
		if _, audited := e.record(ctx, v.with("why", err.Error())); audited != nil {
			return Authenticator{}, audited
		}
		return Authenticator{}, outer(err)
	case err != nil:
		return Authenticator{}, outer(err)
	}
	if r := e.policy().CheckPassword(user, password); r != nil {
		return Authenticator{}, e.refuse(ctx, v, r)
	}
	if r.Enhanced {
		if a, err = NewAuthenticator(user); err != nil {
			return a, err
		}
	}
	err = e.people.Begin(ctx, user, digest, password, a.Secret, func() error {
		_, err := e.record(ctx, v.with("start_until", stamp(r.Start.Until)))
		return err
	})
	if errors.Is(err, accounts.ErrStartUsed) {
		return Authenticator{}, e.refuse(ctx, v, startRefusal(err))
	}
	if err != nil {
		return Authenticator{}, outer(err)
	}
	e.revoked.end(user, "the account was started anew")
	return a, nil
}

// PasswordHint says in a line what a new password needs.
func (e *Engine) PasswordHint() string { return e.policy().PasswordHint() }

func startRefusal(err error) *policy.Refusal {
	what := "Your start code was used on this workstation already, or ended with a new password"
	if errors.Is(err, accounts.ErrStartOver) {
		what = "Your start code ran out"
	}
	return &policy.Refusal{
		Rule: "X-5", What: what, Why: "A code that works for ever, or twice, could serve somebody else.",
		Next: "Sign in with your password, or ask the feed’s account manager for a new code.",
	}
}
