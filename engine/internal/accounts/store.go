package accounts

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cordon/engine/internal/vault"
	"cordon/engine/policy"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const (
	step            = 30 * time.Second
	maxUnknownNames = 1000 // names without account whose failures are kept
)

// Store reads and changes the accounts of a vault.
type Store struct {
	v      *vault.Vault
	policy func() *policy.Policy
	clock  func() time.Time
	rounds int
	dummy  Hash // checked for names that have no account
}

// New returns the accounts of v. rounds 0 means [Rounds]; tests use fewer.
func New(v *vault.Vault, p func() *policy.Policy, clock func() time.Time, rounds int) (*Store, error) {
	if rounds == 0 {
		rounds = Rounds
	}
	dummy, err := hashPassword("a password that nobody has", rounds)
	if err != nil {
		return nil, err
	}
	return &Store{v, p, clock, rounds, dummy}, nil
}

// Create adds an account. The password was checked by policy. record is called once the
// account is known to be valid and its name free, before anything is stored; its error ends
// the creation.
func (s *Store) Create(ctx context.Context, r Record, password string, record func() error) error {
	r.TOTP = strings.ToUpper(strings.ReplaceAll(r.TOTP, " ", ""))
	if err := r.check(); err != nil {
		return err
	}
	var err error
	if r.Password, err = hashPassword(password, s.rounds); err != nil {
		return err
	}
	r.Created = s.clock().UTC()
	r.PasswordSet = r.Created
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var old Record
		if ok, err := tx.Load(keyOf(r.User), &old); err != nil || ok {
			if err == nil {
				err = ErrExists
			}
			return err
		}
		if err := record(); err != nil {
			return err
		}
		return errors.Join(tx.Put(keyOf(r.User), r), tx.Delete(failuresOf(r.User)))
	})
}

// Get returns an account, or ErrUnknown.
func (s *Store) Get(user string) (Record, error) {
	r, ok, err := vault.Get[Record](s.v, keyOf(Normalize(user)))
	if err == nil && !ok {
		err = ErrUnknown
	}
	return r, err
}

// List returns all accounts by name.
func (s *Store) List() ([]Record, error) { return vault.List[Record](s.v, vault.K("account")) }

// LockedAt returns when a name was locked; zero: it is not.
func (s *Store) LockedAt(user string) (time.Time, error) {
	f, _, err := vault.Get[failures](s.v, failuresOf(Normalize(user)))
	return f.Locked, err
}

// Change applies f to an account, durably.
func (s *Store) Change(ctx context.Context, user string, f func(*Record)) error {
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var r Record
		ok, err := tx.Load(keyOf(user), &r)
		if err == nil && !ok {
			err = ErrUnknown
		}
		if err != nil {
			return err
		}
		f(&r)
		return tx.Put(keyOf(user), r)
	})
}

// SetPassword replaces a password. The password was checked by policy. own is the account as its
// owner signed in, or nil when somebody else sets it; the owner's new password ends the start code
// unless an authenticator is still to be set up with it. Errors: ErrUnknown, and ErrChanged when the
// account is another's, or others set its password, since.
func (s *Store) SetPassword(ctx context.Context, user, password string, own *Record) error {
	before, err := s.Get(user)
	if err != nil {
		return err
	}
	h, err := hashPassword(password, s.rounds)
	if err != nil {
		return err
	}
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var r Record
		if ok, err := tx.Load(keyOf(user), &r); err != nil || !ok {
			return errors.Join(err, ErrUnknown)
		}
		if r.FromFeed != before.FromFeed || r.Holder != before.Holder || own != nil && r.Secrets != own.Secrets {
			return ErrChanged
		}
		now := s.clock().UTC()
		if !r.Password.set() {
			r.Enabled = now // the days unused count from here
		}
		r.Password, r.PasswordSet = h, now
		switch {
		case own == nil:
			r.Secrets++
		case r.Start.Digest == before.Start.Digest && (!r.Enhanced || r.TOTP != ""):
			r.endStart()
		}
		return tx.Put(keyOf(user), r)
	})
}

// Release ends a lock and forgets the failures that led to it.
func (s *Store) Release(ctx context.Context, user string) error {
	return s.v.Update(ctx, func(tx *vault.Tx) error { return tx.Delete(failuresOf(user)) })
}

// Verify returns the account when the password is right and the account may be used. It
// counts a failure otherwise and returns ErrCredentials or ErrLocked.
func (s *Store) Verify(ctx context.Context, user, password string) (Record, error) {
	user = Normalize(user)
	r, ok, err := vault.Get[Record](s.v, keyOf(user))
	if err != nil {
		return Record{}, err
	}
	hash := s.dummy
	set := ok && r.Password.set()
	if set {
		hash = r.Password
	}
	right, err := hash.matches(password) // always, so that every answer takes as long
	if err != nil {
		return Record{}, err
	}
	if locked, err := s.LockedAt(user); err != nil || !locked.IsZero() {
		return Record{}, errors.Join(err, fmt.Errorf("%w: too many failures", ErrLocked))
	}
	if !set || !right {
		return Record{}, s.fail(ctx, user, ok, false)
	}
	return r, s.usable(ctx, r)
}

// usable reports ErrLocked for an account that is disabled or was not used for too long.
func (s *Store) usable(ctx context.Context, r Record) error {
	if r.FeedDisabled {
		return fmt.Errorf("%w: the feed disabled it", ErrLocked)
	}
	if r.Disabled {
		return fmt.Errorf("%w: it is disabled", ErrLocked)
	}
	if s.unused(r) {
		err := s.Change(ctx, r.User, func(r *Record) { r.Disabled = true })
		return errors.Join(err, fmt.Errorf("%w: it was not used for %d days and is now disabled", ErrLocked, s.policy().UnusedDays))
	}
	return nil
}

// unused reports whether nobody signed in with an account for too long.
func (s *Store) unused(r Record) bool {
	used := r.Created
	for _, t := range []time.Time{r.LastSignIn, r.Enabled} {
		if t.After(used) {
			used = t
		}
	}
	return s.clock().Sub(used) > time.Duration(s.policy().UnusedDays)*24*time.Hour
}

// fail counts a wrong password or code and locks the name when there are too many of either.
func (s *Store) fail(ctx context.Context, user string, known, code bool) error {
	if !policy.IsUser(user) {
		return ErrCredentials
	}
	if err := s.makeRoom(ctx, user, known); err != nil {
		return err
	}
	locked := false
	err := s.v.Update(ctx, func(tx *vault.Tx) error {
		var f failures
		if _, err := tx.Load(failuresOf(user), &f); err != nil {
			return err
		}
		now := s.clock().UTC()
		times := &f.Times
		if code {
			times = &f.Codes
		}
		recent := []time.Time{now}
		for _, t := range *times {
			if now.Sub(t) < time.Duration(s.policy().Lockout.Minutes)*time.Minute {
				recent = append(recent, t)
			}
		}
		*times = recent
		f.User, f.Known = user, known
		if len(recent) >= s.policy().Lockout.Failures && f.Locked.IsZero() {
			f.Locked = now
		}
		locked = !f.Locked.IsZero()
		return tx.Put(failuresOf(user), f)
	})
	if err == nil && locked {
		return fmt.Errorf("%w: too many failures", ErrLocked)
	}
	return errors.Join(err, ErrCredentials)
}

// makeRoom keeps the failures of names without account bounded: for one name more, the one
// that failed longest ago is forgotten, so that every name locks like an account does. With a
// known name it only takes its time, as that could tell who has an account.
func (s *Store) makeRoom(ctx context.Context, user string, known bool) error {
	all, err := vault.List[failures](s.v, vault.K("failures"))
	if err != nil {
		return err
	}
	var unknown []failures
	for _, f := range all {
		known = known || f.User == user // it has its place
		if !f.Known {
			unknown = append(unknown, f)
		}
	}
	if known || len(unknown) < maxUnknownNames {
		return nil
	}
	oldest := slices.MinFunc(unknown, func(a, b failures) int { return a.last().Compare(b.last()) })
	return s.v.Update(ctx, func(tx *vault.Tx) error { return tx.Delete(failuresOf(oldest.User)) })
}

// EndSoleLock ends the lock of an account manager whom no other account manager can release,
// once it has lasted as long as failures are counted, and reports whether it did. All other
// locks last until a manager ends them.
func (s *Store) EndSoleLock(ctx context.Context, user string) (bool, error) {
	user = Normalize(user)
	at, err := s.LockedAt(user)
	if err != nil || at.IsZero() || s.clock().Sub(at) < time.Duration(s.policy().Lockout.Minutes)*time.Minute {
		return false, err
	}
	list, err := s.List()
	if err != nil {
		return false, err
	}
	sole := false
	for _, r := range list {
		if !s.policy().Roles[r.Role].Accounts || r.Disabled || r.FeedDisabled {
			continue
		}
		if r.User == user {
			sole = true
			continue
		}
		if !s.canSignIn(r) {
			continue
		}
		if at, err := s.LockedAt(r.User); err != nil || at.IsZero() {
			return false, err
		}
	}
	if !sole {
		return false, nil
	}
	return true, s.Release(ctx, user)
}

// canSignIn reports whether nothing but a lock keeps an enabled account out: it is started and
// in use, and its training and its password have not run out.
func (s *Store) canSignIn(r Record) bool {
	now := s.clock()
	return r.Password.set() && !s.unused(r) && r.TrainingUntil.After(now) && s.policy().CheckPasswordAge(r.PasswordSet, now) == nil
}

// SignedIn notes a successful sign-in and forgets earlier wrong passwords. Wrong codes stay:
// whoever has the password alone could else try codes without end.
func (s *Store) SignedIn(ctx context.Context, user string) error {
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var r Record
		if ok, err := tx.Load(keyOf(user), &r); err != nil || !ok {
			return errors.Join(err, ErrUnknown)
		}
		r.LastSignIn = s.clock().UTC()
		return errors.Join(tx.Put(keyOf(user), r), forget(tx, user, func(f *failures) { f.Times = nil }))
	})
}

// VerifyCode checks a step-up code. Wrong codes count as failures. With Policy.Session.CodeOnce
// a code works once; else for as long as it is valid.
func (s *Store) VerifyCode(ctx context.Context, user, code string) error {
	r, err := s.Get(user)
	if err != nil {
		return err
	}
	if locked, err := s.LockedAt(user); err != nil || !locked.IsZero() {
		return errors.Join(err, fmt.Errorf("%w: too many failures", ErrLocked))
	}
	if r.TOTP == "" {
		return ErrCredentials
	}
	now := s.clock().UTC()
	match := int64(-1)
	for d := -1; d <= 1; d++ {
		at := now.Add(time.Duration(d) * step)
		want, err := codeAt(r.TOTP, at)
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(strings.ReplaceAll(code, " ", ""))) == 1 {
			match = at.Unix() / int64(step.Seconds())
		}
	}
	if match < 0 || s.policy().Session.CodeOnce && match <= r.CodeStep {
		return s.fail(ctx, user, true, true)
	}
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var r Record
		if ok, err := tx.Load(keyOf(user), &r); err != nil || !ok {
			return errors.Join(err, ErrUnknown)
		}
		r.CodeStep = max(r.CodeStep, match)
		return errors.Join(tx.Put(keyOf(user), r), forget(tx, user, func(f *failures) { f.Codes = nil }))
	})
}

// forget drops failures that f names; a lock stays.
func forget(tx *vault.Tx, user string, f func(*failures)) error {
	var old failures
	ok, err := tx.Load(failuresOf(user), &old)
	if err != nil || !ok {
		return err
	}
	if f(&old); len(old.Times)+len(old.Codes) == 0 && old.Locked.IsZero() {
		return tx.Delete(failuresOf(user))
	}
	return tx.Put(failuresOf(user), old)
}

func codeAt(secret string, t time.Time) (string, error) {
	return totp.GenerateCodeCustom(secret, t, totp.ValidateOpts{Period: uint(step.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}
