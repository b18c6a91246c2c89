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
)

// Given is an account as the feed's list has it.
type Given struct {
	policy.Profile
	Disabled bool
	Holder   int64 // another one is another person
	Start    StartCode
}

// Change is what the feed's list changes in an account.
type Change struct {
	Given
	Action Action
	Was    policy.Profile // before; zero for one that is made
	Rights bool           // what a running session may do is less, or another: it must end
	Code   bool           // there is a new start code
	// Forget says that what the account has here is somebody else's now, and goes: the name is listed
	// no more, is another person's, or was a local account's.
	Forget bool
}

// Action says what a Change does.
type Action string

// The actions.
const (
	ActionMake   Action = "feed-make"
	ActionChange Action = "feed-change"
	ActionEnable Action = "feed-enable"
	ActionEnd    Action = "feed-disable" // disabled in the list, or listed no more
	ActionAdopt  Action = "feed-adopt"   // an account of this workstation becomes the feed's
)

// applyEvery is how many accounts one commit changes.
const applyEvery = 500

// Plan compares the accounts with the feed's list and returns what is to be changed, by name.
// taken counts the names of the list that an account of this workstation has: those are left
// alone until somebody adopts them.
func (s *Store) Plan(list []Given) (changes []Change, taken int, err error) {
	all, err := s.List()
	if err != nil {
		return nil, 0, err
	}
	have := map[string]Record{}
	for _, r := range all {
		have[r.User] = r
	}
	for _, g := range list {
		r, ok := have[g.User]
		delete(have, g.User)
		switch {
		case !ok:
			changes = append(changes, Change{Given: g, Action: ActionMake, Code: g.Start.Digest != ""})
		case !r.FromFeed:
			taken++
		default:
			if c := changeOf(r, g); c.Action != "" {
				changes = append(changes, c)
			}
		}
	}
	for _, r := range have { // listed no more
		if r.FromFeed && (!r.FeedDisabled || r.Password.set() || r.TOTP != "" || r.Start.Digest != "") {
			changes = append(changes, Change{Given: Given{Profile: r.Profile, Disabled: true, Holder: r.Holder}, Action: ActionEnd, Was: r.Profile, Rights: true, Forget: true})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.User, b.User) })
	return changes, taken, nil
}

// changeOf is what g changes in r; its Action is empty when that is nothing.
func changeOf(r Record, g Given) Change {
	c := Change{Given: g, Action: ActionChange, Was: r.Profile, Code: g.Start.Digest != "" && g.Start.Digest != r.Start.Digest}
	c.Forget = g.Holder != r.Holder
	now := r
	now.give(c)
	switch {
	case same(now, r):
		c.Action = ""
	case g.Disabled && !r.FeedDisabled:
		c.Action = ActionEnd
	case !g.Disabled && r.FeedDisabled:
		c.Action = ActionEnable
	}
	c.Rights = c.Forget || now.FeedDisabled || r.Role != g.Role || r.Unit != g.Unit || r.Mission != g.Mission || r.Enhanced != g.Enhanced ||
		g.TrainingUntil.Before(r.TrainingUntil) || g.EnhancedTrainingUntil.Before(r.EnhancedTrainingUntil)
	return c
}

func same(a, b Record) bool {
	p, q := a.Profile, b.Profile
	if !p.TrainingUntil.Equal(q.TrainingUntil) || !p.EnhancedTrainingUntil.Equal(q.EnhancedTrainingUntil) || !a.Start.Until.Equal(b.Start.Until) {
		return false
	}
	p.TrainingUntil, p.EnhancedTrainingUntil = q.TrainingUntil, q.EnhancedTrainingUntil
	return p == q && a.FromFeed == b.FromFeed && a.FeedDisabled == b.FeedDisabled && a.Holder == b.Holder && a.Start.Digest == b.Start.Digest
}

// give takes over what the feed decides of an account.
func (r *Record) give(c Change) {
	r.Profile, r.FromFeed, r.FeedDisabled, r.Holder, r.Start = c.Profile, true, c.Disabled, c.Holder, c.Start
	if c.Forget { // not Disabled: who disabled it here decides when that ends
		r.Password, r.PasswordSet, r.TOTP, r.CodeStep, r.LastSignIn, r.Enabled = Hash{}, time.Time{}, "", 0, time.Time{}, time.Time{}
		r.Secrets++
	}
}

// Apply makes the changes, some hundreds in a commit, and tells of those that are made. Making them
// again changes nothing, so that whoever was killed begins anew.
func (s *Store) Apply(ctx context.Context, changes []Change, made func([]Change)) error {
	for part := range slices.Chunk(changes, applyEvery) {
		err := s.v.Update(ctx, func(tx *vault.Tx) error {
			for _, c := range part {
				var r Record
				ok, err := tx.Load(keyOf(c.User), &r)
				if err != nil {
					return err
				}
				if ok && !r.FromFeed && c.Action != ActionAdopt {
					continue // made here meanwhile
				}
				if !ok {
					r.Created = s.clock().UTC()
				}
				r.give(c)
				if err := tx.Put(keyOf(c.User), r); err != nil {
					return err
				}
				if !ok || c.Forget {
					if err := tx.Delete(failuresOf(c.User)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		made(part)
	}
	return nil
}

// Adoption is the change that makes an account of this workstation the feed's.
func (s *Store) Adoption(g Given) (Change, error) {
	r, err := s.Get(g.User)
	if err != nil {
		return Change{}, err
	}
	if r.FromFeed {
		return Change{}, ErrExists
	}
	c := changeOf(r, g)
	c.Action, c.Rights, c.Forget = ActionAdopt, true, true
	return c, nil
}

// Started reports whether the account has a password.
func (r Record) Started() bool { return r.Password.set() }

// StartOpen is the time until which the account's start code can be used here; zero when there is
// none, or it was used.
func (r Record) StartOpen() time.Time {
	if r.Start.Digest == "" || slices.Contains(r.StartUsed, r.Start.Digest) {
		return time.Time{}
	}
	return r.Start.Until
}

// endStart uses the account's start code up.
func (r *Record) endStart() {
	if d := r.Start.Digest; d != "" && !slices.Contains(r.StartUsed, d) {
		r.StartUsed = append(r.StartUsed, d)
	}
}

// CheckStart returns the account whose start code has this digest, when it can be started with
// it. A wrong code counts as a failure. Errors: ErrCredentials, ErrLocked, ErrStartUsed, ErrStartOver.
func (s *Store) CheckStart(ctx context.Context, user, digest string) (Record, error) {
	user = Normalize(user)
	r, ok, err := vault.Get[Record](s.v, keyOf(user))
	if err != nil {
		return Record{}, err
	}
	if locked, err := s.LockedAt(user); err != nil || !locked.IsZero() {
		return Record{}, errors.Join(err, fmt.Errorf("%w: too many failures", ErrLocked))
	}
	if !ok || r.Start.Digest == "" || subtle.ConstantTimeCompare([]byte(r.Start.Digest), []byte(digest)) != 1 {
		return Record{}, s.fail(ctx, user, ok, false)
	}
	switch {
	case r.FeedDisabled:
		err = fmt.Errorf("%w: the feed disabled it", ErrLocked)
	case r.Disabled:
		err = fmt.Errorf("%w: it is disabled", ErrLocked)
	case slices.Contains(r.StartUsed, digest):
		err = ErrStartUsed
	case !s.clock().Before(r.Start.Until):
		err = ErrStartOver
	}
	return r, err
}

// Begin sets the first password of an account with its start code, which is used up by it; the
// password was checked by policy. secret is the step-up secret, empty without the enhanced grant.
// record is called before anything is stored; its error ends the start. Errors: ErrStartUsed.
func (s *Store) Begin(ctx context.Context, user, digest, password, secret string, record func() error) error {
	h, err := hashPassword(password, s.rounds)
	if err != nil {
		return err
	}
	return s.v.Update(ctx, func(tx *vault.Tx) error {
		var r Record
		if ok, err := tx.Load(keyOf(user), &r); err != nil || !ok {
			return errors.Join(err, ErrUnknown)
		}
		if r.Start.Digest != digest || slices.Contains(r.StartUsed, digest) { // two at once
			return ErrStartUsed
		}
		if err := record(); err != nil {
			return err
		}
		now := s.clock().UTC()
		r.Password, r.PasswordSet, r.TOTP, r.CodeStep, r.Enabled = h, now, secret, 0, now
		r.Secrets++
		r.endStart()
		return errors.Join(tx.Put(keyOf(user), r), forget(tx, user, func(f *failures) { f.Times = nil }))
	})
}
