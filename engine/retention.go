package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// Detections are kept by quarters of a year (UTC), each sealed under a key of its own. Once
// all of a quarter is older than the policy's window its key is destroyed, and then its
// blocks are dropped. What is older than the window in a quarter that is not over yet is not
// returned any more.

// quarter is the number of a quarter: year*4 + 0 to 3.
func quarter(t time.Time) int32 {
	t = t.UTC()
	return int32(t.Year()*4 + (int(t.Month())-1)/3)
}

func quarterName(q int32) string { return fmt.Sprintf("%d-Q%d", q/4, q%4+1) }

// quarterKeys gives the detections the keys of the vault.
type quarterKeys struct{ *vault.Vault }

func (k quarterKeys) DataKey(ctx context.Context, q int32) ([32]byte, error) {
	key, err := k.Vault.DataKey(ctx, q)
	switch {
	case errors.Is(err, vault.ErrKeyDestroyed):
		err = &classed{reads.ErrKeyDestroyed, err}
	case errors.Is(err, vault.ErrDamaged):
		err = &classed{reads.ErrKeyLost, err}
	}
	return key, err
}

// keptFrom is the time before which no detection is kept or returned (T-3).
func (e *Engine) keptFrom() time.Time { return e.policy().KeptFrom(e.o.Clock()) }

// heldState is the data state as queries may see it: it begins with what may still be returned.
func (e *Engine) heldState() reads.State { return heldFrom(e.reads.State(), e.keptFrom()) }

func heldFrom(s reads.State, kept time.Time) reads.State {
	if s.Oldest.Before(kept) {
		s.Oldest = kept
	}
	return s
}

// purge destroys the quarters that are over by the policy's window, and records it: what is
// to go, and what has gone. A kill between the two is completed at the next opening.
func (e *Engine) purge(ctx context.Context) error {
	e.purging.Lock()
	defer e.purging.Unlock()
	if e.broken != nil {
		return nil
	}
	state, from := e.reads.State(), e.keptFrom()
	var due []int32
	var names []string
	if state.Rows > 0 {
		for q := quarter(state.Oldest); q < quarter(from); q++ {
			due, names = append(due, q), append(names, quarterName(q))
		}
	}
	if len(due) == 0 {
		return nil
	}
	v := event{kind: "purge"}.tell("first", names[0], "last", names[len(names)-1], "kept_from", stamp(from), "years", strconv.Itoa(e.policy().DetectionYears), "state", stateName(state))
	if _, err := e.record(ctx, v); err != nil {
		return err
	}
	if err := e.vault.DestroyDataKeys(ctx, due); err != nil {
		return outer(err)
	}
	gone, err := e.reads.DestroyQuarters(ctx, due)
	if err != nil {
		return outer(err)
	}
	names = names[:0]
	for _, q := range gone.Quarters {
		names = append(names, quarterName(q))
	}
	v.kind = "purge-done"
	_, err = e.record(ctx, v.tell("quarters", strings.Join(names, " "), "rows", strconv.FormatInt(gone.Rows, 10), "bytes", strconv.FormatInt(gone.Bytes, 10)))
	return err
}

// stamp is a time for the log; empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
