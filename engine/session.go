package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/accounts"
	"cordon/engine/policy"
)

// maxAnswers is how many answers a session keeps open; the oldest is released for one more.
const maxAnswers = 64

// Session is the one door to detections. It locks itself when it is not used for a while and
// ends after the policy's longest time; what it returned is then dropped. All methods are
// safe for concurrent use.
type Session struct {
	e       *Engine
	account accounts.Record
	started time.Time
	began   int64 // of e.revoked

	mu       sync.Mutex
	enhanced time.Time // end of the stepped-up period
	used     time.Time
	locked   bool
	ended    bool
	closed   bool
	answers  map[int64]*openAnswer
	order    []int64 // answers, oldest first
	metered  []metered
}

func newSession(p *SignIn) *Session {
	now := p.e.o.Clock().UTC()
	return &Session{e: p.e, account: p.account, started: p.at, began: p.began, used: now, answers: map[int64]*openAnswer{}}
}

// enter is the first thing every method does that shows or changes anything.
func (s *Session) enter(ctx context.Context) error {
	if s.e.broken != nil {
		return s.e.broken
	}
	return s.enterBroken(ctx)
}

// enterBroken is enter for what can also be done while the detections do not open.
func (s *Session) enterBroken(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	now := s.e.o.Clock()
	limits := s.e.policy().Session
	why := ""
	switch {
	case s.ended:
		why = "it has ended"
	case s.revoked() != "":
		why = s.revoked()
		s.end()
	case now.Sub(s.started) > time.Duration(limits.MaxMinutes)*time.Minute:
		s.end()
		why = "its longest time is over"
	case s.locked:
		why = "it is locked"
	case now.Sub(s.used) > time.Duration(limits.IdleMinutes)*time.Minute:
		s.locked = true
		s.mu.Unlock()
		if _, err := s.e.record(ctx, s.event("lock").tell("why", "idle")); err != nil {
			return err
		}
		return fmt.Errorf("%w: it locked itself after %d minutes", ErrSession, limits.IdleMinutes)
	default:
		s.used = now
	}
	s.mu.Unlock()
	if why != "" {
		return fmt.Errorf("%w: %s", ErrSession, why)
	}
	return nil
}

// stillOpen is asked before anything that was read is handed out: it fails with ErrSession
// when the session ended or was locked meanwhile, as then nobody is there to look.
func (s *Session) stillOpen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handOut()
}

// handOut is stillOpen for callers that hold mu.
func (s *Session) handOut() error {
	switch longest := time.Duration(s.e.policy().Session.MaxMinutes) * time.Minute; {
	case s.ended, s.revoked() != "", s.e.o.Clock().Sub(s.started) > longest:
		s.end()
		return fmt.Errorf("%w: it ended before the answer was there", ErrSession)
	case s.locked:
		return fmt.Errorf("%w: it was locked before the answer was there; unlock it and ask again", ErrSession)
	}
	return nil
}

// handed passes on what was read, if the session is still open.
func handed[T any](s *Session, read T, err error) (T, error) {
	if err == nil {
		err = s.stillOpen()
	}
	if err != nil {
		var nothing T
		return nothing, err
	}
	return read, nil
}

// revoked says why the session was ended from elsewhere; empty: it was not.
func (s *Session) revoked() string { return s.e.revoked.since(s.account.User, s.began) }

// end drops everything. The caller holds mu.
func (s *Session) end() {
	s.ended, s.answers, s.order, s.enhanced = true, nil, nil, time.Time{}
}

// Ended says why the session is over that nobody closed; empty while it is open, or locked. Asking
// is no use of the session.
func (s *Session) Ended() string {
	if why := s.revoked(); why != "" {
		return why
	}
	if s.e.o.Clock().Sub(s.started) > time.Duration(s.e.policy().Session.MaxMinutes)*time.Minute {
		return "the session's longest time is over"
	}
	return ""
}

func (s *Session) event(kind string) event {
	return event{kind: kind, user: s.account.User, unit: s.account.Unit}
}

// Identity returns who the session belongs to and what it may do now.
func (s *Session) Identity() Identity {
	id := identityOf(s.account)
	id.SignedInAt, id.PasswordAt = s.started, s.started
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.enhanced.After(s.e.o.Clock()) && s.revoked() == "" {
		id.EnhancedUntil = s.enhanced
	}
	return id
}

func (s *Session) person() policy.Person {
	id := s.Identity()
	return policy.Person{
		User: id.User, Name: id.Name, Role: id.Role, Mission: id.Mission, Enhanced: id.Enhanced,
		EnhancedTrained: id.EnhancedTrainingUntil.After(s.e.o.Clock()), SteppedUp: !id.EnhancedUntil.IsZero(),
	}
}

// StepUp opens the enhanced period with a code of the person's authenticator. Errors:
// a *Refusal, ErrCredentials, ErrLockedOut.
func (s *Session) StepUp(ctx context.Context, code string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	v := s.event("step-up")
	who := s.person()
	who.SteppedUp = true
	if r := s.e.policy().Access(who, detection.KindPartial); r != nil {
		return s.e.refuse(ctx, v, r)
	}
	if s.account.TOTP == "" { // granted by the feed after the account was started here
		return s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-2", What: "Your account has no authenticator on this workstation", Why: "Enhanced functions need a second proof that it is you.",
			Next: "Ask the feed’s account manager for a new start code, and start your account with it.",
		})
	}
	if err := s.tried(ctx, v, s.e.people.VerifyCode(ctx, s.account.User, code)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enhanced = s.e.o.Clock().UTC().Add(time.Duration(s.e.policy().Session.StepUpMinutes) * time.Minute)
	return nil
}

// Lock hides the session until Unlock. The enhanced period goes on running.
func (s *Session) Lock(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.locked = true
	s.mu.Unlock()
	_, err := s.e.record(ctx, s.event("lock").tell("why", "asked"))
	return err
}

// Unlock opens a locked session with its owner's password. Errors: ErrCredentials,
// ErrLockedOut, ErrSession when the session has ended.
func (s *Session) Unlock(ctx context.Context, password string) error {
	s.mu.Lock()
	why := s.revoked()
	switch {
	case why != "":
		s.end()
	case s.ended:
		why = "it has ended"
	}
	s.mu.Unlock()
	if why != "" {
		return fmt.Errorf("%w: %s", ErrSession, why)
	}
	v := s.event("unlock")
	_, err := s.e.people.Verify(ctx, s.account.User, password)
	if err := s.tried(ctx, v, err); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked, s.used = false, s.e.o.Clock()
	return nil
}

// tried records how the owner's password or code was taken, and returns err.
func (s *Session) tried(ctx context.Context, v event, err error) error {
	switch {
	case errors.Is(err, accounts.ErrCredentials), errors.Is(err, accounts.ErrLocked):
		v.kind += "-failed"
		v = v.with("why", err.Error())
	case err != nil:
		return outer(err)
	}
	_, audited := s.e.record(ctx, v)
	if audited != nil {
		return audited
	}
	return outer(err)
}

// Close signs out: all answers are dropped. Closing twice is no error.
func (s *Session) Close(ctx context.Context) error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.end()
	s.mu.Unlock()
	if closed {
		return nil
	}
	err := s.recordScope(ctx)
	_, out := s.e.record(ctx, s.event("sign-out"))
	return errors.Join(err, out)
}

// Policy returns the rules in force; the copy belongs to the caller.
func (s *Session) Policy() policy.Policy { return s.e.policy().Clone() }

// KindAccess says whether a kind of query is open to a session.
type KindAccess struct {
	Kind        detection.Kind
	Open        bool   // can be run now
	NeedsStepUp bool   // would be open after StepUp
	Rule        string // e.g. "GEO-2"; empty when open
	Why         string // one sentence; empty when open
}

// Kinds lists all kinds of query with what stands against each.
func (s *Session) Kinds() []KindAccess {
	who := s.person()
	var out []KindAccess
	for _, k := range detection.Kinds() {
		a := KindAccess{Kind: k, Open: true}
		if r := s.e.policy().Access(who, k); r != nil {
			a = KindAccess{Kind: k, NeedsStepUp: r.Rule == "X-2", Rule: r.Rule, Why: r.What + "."}
		}
		out = append(out, a)
	}
	return out
}

// CheckPurpose returns what the purpose of q lacks, without recording anything: for forms.
func (s *Session) CheckPurpose(q detection.Query) []Refusal {
	var out []Refusal
	for _, r := range s.e.policy().CheckPurpose(s.person(), q) {
		out = append(out, Refusal{Rule: r.Rule, What: r.What, Why: r.Why, Next: r.Next, Entry: -1})
	}
	return out
}
