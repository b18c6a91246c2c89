package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/vault"
)

// warnedFor is how long a warning that was shown stands for a confirmation.
const warnedFor = 24 * time.Hour

// warnedRecord remembers that a person was shown a warning of a query, also for the next
// process: the command line shows a warning in one and confirms in another.
type warnedRecord struct {
	Entry int64
	At    time.Time
	Query string // digest
	Rules string
}

func keyWarned(user, query string) vault.Key { return vault.K("warned", user, query) }

func queryDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// askConfirmation records that warnings were shown and returns them (Q-ALL-4).
func (s *Session) askConfirmation(ctx context.Context, v event, warnings []Warning, count int64) error {
	v.kind = "warning"
	if count >= 0 {
		v = v.tell("count", strconv.FormatInt(count, 10))
	}
	receipt, err := s.e.record(ctx, v.tell("warnings", joinRules(warnings)))
	if err != nil {
		return err
	}
	w := warnedRecord{Entry: receipt.Index, At: receipt.At, Query: queryDigest(v.private["query"]), Rules: joinRules(warnings)}
	err = s.e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyWarned(s.account.User, w.Query), w) })
	if err != nil {
		return outer(err)
	}
	return &NeedsConfirmation{Warnings: warnings, Count: count, Entry: receipt.Index}
}

// shownBefore is what a person was shown of a query's warnings before.
type shownBefore struct {
	rules string // joined by spaces; empty: nothing
	where string // the entry that recorded it, or "meter"
	old   []vault.Key
}

// shownOf looks up which warnings of a query this person was shown: by a run that stopped, in
// this process or an earlier one, or by this session's scope meter.
func (s *Session) shownOf(q detection.Query, text string) (shownBefore, error) {
	list, err := vault.List[warnedRecord](s.e.vault, vault.K("warned", s.account.User))
	if err != nil {
		return shownBefore{}, outer(err)
	}
	out := shownBefore{}
	if out.rules = s.meterSaid(q); out.rules != "" {
		out.where = "meter"
	}
	for _, w := range list {
		fresh := s.e.o.Clock().Sub(w.At) < warnedFor
		if fresh && w.Query == queryDigest(text) {
			out.rules, out.where = w.Rules, strconv.FormatInt(w.Entry, 10)
		}
		if !fresh || w.Query == queryDigest(text) { // it serves once
			out.old = append(out.old, keyWarned(s.account.User, w.Query))
		}
	}
	return out, nil
}

// covers reports whether all of the warnings were shown.
func (n shownBefore) covers(warnings []Warning) bool {
	for _, w := range warnings {
		if !slices.Contains(strings.Fields(n.rules), w.Rule) {
			return false
		}
	}
	return true
}

// confirmed says what the entry of a confirmed query tells of its warnings: the entry that
// recorded them being shown to this person, "meter" where the scope meter showed them, or
// "unseen" where they were confirmed in advance. A warning serves one confirmation; what is
// too old is forgotten with it.
func (s *Session) confirmed(ctx context.Context, n shownBefore, warnings []Warning) (string, error) {
	where := n.where
	if where == "" || !n.covers(warnings) {
		where = "unseen"
	}
	if len(n.old) == 0 {
		return where, nil
	}
	return where, outer(s.e.vault.Update(ctx, func(tx *vault.Tx) error {
		for _, k := range n.old {
			if err := tx.Delete(k); err != nil {
				return err
			}
		}
		return nil
	}))
}

// maxMetered is how many of its last estimates a session remembers the warnings of.
const maxMetered = 16

// metered is which warnings the scope meter showed with a query.
type metered struct {
	query [sha256.Size]byte
	rules string
}

// scopeOf is what a meter's warnings depend on: the query without its purpose and limit.
func scopeOf(q detection.Query) ([sha256.Size]byte, error) {
	q.Purpose, q.Limit = detection.Purpose{}, detection.NoLimit
	return q.Digest()
}

// noteMeter remembers which warnings the scope meter shows with a query.
func (s *Session) noteMeter(q detection.Query, warnings []Warning) error {
	id, err := scopeOf(q)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metered = slices.DeleteFunc(s.metered, func(m metered) bool { return m.query == id })
	s.metered = append(s.metered, metered{id, joinRules(warnings)})
	s.metered = s.metered[max(0, len(s.metered)-maxMetered):]
	return nil
}

// meterSaid returns the rules of the warnings that the meter showed with a query.
func (s *Session) meterSaid(q detection.Query) string {
	id, err := scopeOf(q)
	if err != nil { // a query that ran has a digest
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.metered {
		if m.query == id {
			return m.rules
		}
	}
	return ""
}
