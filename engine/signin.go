package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cordon/engine/internal/accounts"
	"cordon/engine/policy"
)

// acceptWithin is how long the Rules of Behaviour may be read before the password is asked
// for again.
const acceptWithin = 30 * time.Minute

// SignIn is a person who gave the right password and has not accepted the rules yet.
type SignIn struct {
	e       *Engine
	account accounts.Record
	at      time.Time
	began   int64 // of e.revoked

	mu   sync.Mutex
	done bool
}

// SignIn checks a name and a password. It returns ErrCredentials, ErrLockedOut, or a
// *Refusal when the training (rule X-4) or the password (rule X-5) has run out. Every outcome is recorded.
func (e *Engine) SignIn(ctx context.Context, user, password string) (*SignIn, error) {
	user = accounts.Normalize(user)
	if err := e.endSoleLock(ctx, user); err != nil {
		return nil, err
	}
	began := e.revoked.now()
	r, err := e.people.Verify(ctx, user, password)
	v := event{kind: "sign-in", user: user, unit: r.Unit}
	switch {
	case errors.Is(err, accounts.ErrCredentials), errors.Is(err, accounts.ErrLocked):
		v.kind = "sign-in-failed"
		if known, err := e.people.Get(user); err == nil {
			v.unit = known.Unit // so that the unit's managers see it (U-7)
		}
		if _, audited := e.record(ctx, v.with("why", err.Error())); audited != nil {
			return nil, audited
		}
		return nil, outer(err)
	case err != nil:
		return nil, outer(err)
	}
	now := e.o.Clock().UTC()
	if !r.TrainingUntil.After(now) {
		return nil, e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-4", What: fmt.Sprintf("Your training ran out on %s", r.TrainingUntil.Format("2 January 2006")),
			Why:  "Only people with current training may use the system.",
			Next: "Renew the training; an account manager then records it.",
		})
	}
	if old := e.policy().CheckPasswordAge(r.PasswordSet, now); old != nil {
		return nil, e.refuse(ctx, v, old)
	}
	if _, err := e.record(ctx, v); err != nil {
		return nil, err
	}
	return &SignIn{e: e, account: r, at: now, began: began}, nil
}

// endSoleLock lets an account manager in whom nobody else could release.
func (e *Engine) endSoleLock(ctx context.Context, user string) error {
	ended, err := e.people.EndSoleLock(ctx, user)
	if err != nil || !ended {
		return outer(err)
	}
	_, err = e.record(ctx, event{kind: "lock-ended", user: user}.tell("why", "sole account manager"))
	return err
}

// Identity returns who gave the password.
func (p *SignIn) Identity() Identity {
	id := identityOf(p.account)
	id.PasswordAt = p.at
	return id
}

func identityOf(r accounts.Record) Identity {
	return Identity{
		User: r.User, Name: r.Name, Role: r.Role, Unit: r.Unit, Mission: r.Mission, Enhanced: r.Enhanced,
		TrainingUntil: r.TrainingUntil, EnhancedTrainingUntil: r.EnhancedTrainingUntil, LastSignIn: r.LastSignIn,
	}
}

// take makes sure that a sign-in is used once and in time.
func (p *SignIn) take() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done || p.e.o.Clock().Sub(p.at) > acceptWithin {
		return fmt.Errorf("%w: sign in again", ErrSession)
	}
	p.done = true
	return nil
}

// Accept records the agreement to the rules with this digest and opens the session. A
// digest of other rules is refused (rule X-3) and the rules can still be accepted.
func (p *SignIn) Accept(ctx context.Context, rulesDigest string) (*Session, error) {
	v := event{kind: "agreement", user: p.account.User, unit: p.account.Unit}
	if rulesDigest != p.e.Rules().Digest {
		return nil, p.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-3", What: fmt.Sprintf("You have not agreed to the Rules of Behaviour, version %d", p.e.Rules().Version),
			Why: "Whoever uses the system knows its rules.", Next: "Read them and agree; without it there is no session.",
		})
	}
	if err := p.take(); err != nil {
		return nil, err
	}
	if why := p.e.revoked.since(p.account.User, p.began); why != "" {
		return nil, fmt.Errorf("%w: %s", ErrSession, why)
	}
	if _, err := p.e.record(ctx, v.tell("rules", rulesDigest, "version", fmt.Sprint(p.e.Rules().Version), "policy", p.e.policy().Digest())); err != nil {
		return nil, err
	}
	if err := errors.Join(p.e.people.SignedIn(ctx, p.account.User), p.e.checkpoint(ctx)); err != nil {
		return nil, outer(err)
	}
	return newSession(p), nil
}

// Decline records that the rules were not accepted; the sign-in is over.
func (p *SignIn) Decline(ctx context.Context) error {
	if err := p.take(); err != nil {
		return err
	}
	_, err := p.e.record(ctx, event{kind: "declined", user: p.account.User, unit: p.account.Unit}.tell("rules", p.e.Rules().Digest))
	return err
}
