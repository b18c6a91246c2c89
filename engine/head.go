package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"sync"

	"cordon/engine/internal/vault"

	"golang.org/x/mod/sumdb/tlog"
)

// notedHead is a head of the audit log that the vault remembers: a log that was exchanged for
// an older copy of itself does not reach it.
type notedHead struct {
	Size int64
	Root string // hex
}

var keyHead = vault.K("meta", "audit-head")

// headNote is how far the vault knows the audit log.
type headNote struct {
	mu   sync.Mutex
	size int64
}

// checkHead compares the log with the head that the vault remembers.
func (e *Engine) checkHead() error {
	known, ok, err := vault.Get[notedHead](e.vault, keyHead)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: the vault does not know the audit log's last head", ErrDamaged)
	}
	root, err := e.log.Root(known.Size)
	if err != nil || hex.EncodeToString(root[:]) != known.Root {
		return fmt.Errorf("%w: the audit log is not the one that the vault knows, at %d entries: it was exchanged for another copy", ErrDamaged, known.Size)
	}
	e.head.size = known.Size
	return nil
}

// noteHead makes the vault remember the log up to this entry at least. After it, the entry
// cannot be taken away by putting an older copy of the log in place: an answer or a refusal
// is only given then (U-2, U-4). It must not be called inside a vault update.
func (e *Engine) noteHead(ctx context.Context, index int64) error {
	e.head.mu.Lock()
	defer e.head.mu.Unlock()
	if index < e.head.size { // another one's commit took it along
		return nil
	}
	if err := e.putHead(ctx, e.log.Head()); err != nil && ctx.Err() == nil {
		return unaudited(outer(err))
	}
	return ctx.Err()
}

// putHead stores a head. The caller holds head.mu.
func (e *Engine) putHead(ctx context.Context, tree tlog.Tree) error {
	if tree.N <= e.head.size && tree.N > 0 {
		return nil
	}
	err := e.vault.Update(ctx, func(tx *vault.Tx) error {
		return tx.Put(keyHead, notedHead{tree.N, hex.EncodeToString(tree.Hash[:])})
	})
	if err == nil {
		e.head.size = tree.N
	}
	return err
}

// checkpoint signs the log's head, keeps it as the witness beside the log, and makes the
// vault remember it.
func (e *Engine) checkpoint(ctx context.Context) error {
	_, _, err := e.signHead(ctx)
	return err
}

// signHead is checkpoint, and returns what was signed.
func (e *Engine) signHead(ctx context.Context) (string, tlog.Tree, error) {
	e.head.mu.Lock() // also for the witness's file, which one alone may write
	defer e.head.mu.Unlock()
	point, tree, err := e.log.Checkpoint()
	if err == nil {
		err = e.log.WriteWitness(filepath.Join(e.dir, fileWitness), point)
	}
	if err == nil {
		err = e.putHead(ctx, tree)
	}
	return point, tree, err
}
