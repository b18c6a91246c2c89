package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// holding is what the detections were when they last changed. The vault remembers it: a
// store that was deleted, or exchanged for an older copy of itself, does not reach it, and
// would else answer "never seen" with a good conscience.
type holding struct {
	Lanes map[string]laneHolding
}

type laneHolding struct {
	Batch  int64
	More   int    `json:",omitempty"` // batches that came as more of it
	Digest string // hex, chained over the contents of all batches
}

var keyHolding = vault.K("meta", "holding")

// checkHolding compares the detections with what the vault remembers of them. They may be
// further on: a crash can come between a batch and its note.
func (e *Engine) checkHolding(ctx context.Context) error {
	known, ok, err := vault.Get[holding](e.vault, keyHolding)
	if err != nil {
		return err
	}
	now := holdingOf(e.reads.State())
	if lost := known.lost(now); len(lost) > 0 {
		return fmt.Errorf("%w: %s", ErrDamaged, lost[0])
	}
	if ok || len(now.Lanes) > 0 {
		return e.rememberHolding(ctx)
	}
	return nil
}

// lost says what is missing in now, by lane.
func (h holding) lost(now holding) []string {
	var out []string
	for _, lane := range slices.Sorted(maps.Keys(h.Lanes)) {
		want := h.Lanes[lane]
		switch have := now.Lanes[lane]; {
		case have.Batch < want.Batch || have.Batch == want.Batch && have.More < want.More:
			out = append(out, fmt.Sprintf("the detections of lane %s end at batch %d and not %d: they were deleted or exchanged for an older copy", lane, have.Batch, want.Batch))
		case have.Batch == want.Batch && have.More == want.More && have.Digest != want.Digest:
			out = append(out, fmt.Sprintf("the detections of lane %s are not the ones that were taken in, at batch %d", lane, want.Batch))
		}
	}
	return out
}

// rememberHolding notes what the detections are, in the vault, if it has changed.
func (e *Engine) rememberHolding(ctx context.Context) error {
	now := holdingOf(e.reads.State())
	known, _, err := vault.Get[holding](e.vault, keyHolding)
	if err != nil {
		return err
	}
	same := len(known.Lanes) == len(now.Lanes)
	for lane, have := range now.Lanes {
		same = same && known.Lanes[lane] == have
	}
	if same {
		return nil
	}
	return e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyHolding, now) })
}

func holdingOf(s reads.State) holding {
	h := holding{Lanes: map[string]laneHolding{}}
	for _, l := range s.Lanes {
		h.Lanes[l.Lane] = laneHolding{l.Batch, l.More, hex.EncodeToString(l.Digest[:])}
	}
	return h
}
