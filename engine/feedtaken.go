package engine

import (
	"context"

	"cordon/engine/feed/client"
	"cordon/engine/internal/vault"
)

func keyTaken(lane string) vault.Key { return vault.K("feed", "taken", lane) }

// takenOf returns which weeks of a lane's records were taken.
func (e *Engine) takenOf(lane string) (client.Taken, error) {
	t, _, err := vault.Get[client.Taken](e.vault, keyTaken(lane))
	return t, err
}

// rememberTaken notes which weeks of a lane's records are taken, if that changes, and returns it. It
// comes before the position moves over a record, and behind the rows of one that was passed
// over: a kill between costs a fetch of rows that are there, and never a row.
func (e *Engine) rememberTaken(ctx context.Context, lane string, old, now client.Taken) (client.Taken, error) {
	if old.Equal(now) {
		return now, nil
	}
	return now, e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyTaken(lane), now) })
}
