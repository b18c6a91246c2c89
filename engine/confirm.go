package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

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

// warned says what a confirmed query's entry tells of its warnings: the entry that recorded
// them being shown to this person, or "unseen" where they were confirmed in advance. It is
// empty when there are none. The person's warnings that nobody confirmed are forgotten.
func (s *Session) warned(ctx context.Context, query string, warnings []Warning) (string, error) {
	if len(warnings) == 0 {
		return "", nil
	}
	list, err := vault.List[warnedRecord](s.e.vault, vault.K("warned", s.account.User))
	if err != nil {
		return "", outer(err)
	}
	shown, now := "unseen", s.e.o.Clock()
	var old []vault.Key
	for _, w := range list {
		fresh := now.Sub(w.At) < warnedFor
		if w.Query == queryDigest(query) && w.Rules == joinRules(warnings) && fresh {
			shown, fresh = strconv.FormatInt(w.Entry, 10), false // it serves once
		}
		if !fresh {
			old = append(old, keyWarned(s.account.User, w.Query))
		}
	}
	if len(old) == 0 {
		return shown, nil
	}
	return shown, outer(s.e.vault.Update(ctx, func(tx *vault.Tx) error {
		for _, k := range old {
			if err := tx.Delete(k); err != nil {
				return err
			}
		}
		return nil
	}))
}
