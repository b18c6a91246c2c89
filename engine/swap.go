package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// Folders that stand beside dirReads while detections are made anew. New is being filled;
// ready is complete and proven; old is what it replaces, until the new ones are open. Each
// step is one rename, and Open goes on wherever a kill stopped.
const (
	dirNew   = dirReads + ".new"
	dirReady = dirReads + ".ready"
	dirOld   = dirReads + ".old"
)

func (e *Engine) folder(name string) string { return filepath.Join(e.o.Dir, name) }

// OpenForRepair opens a workstation also when its detections are damaged so that Open refuses
// it. Its sessions then do nothing but Repair; all else is ErrDamaged. The vault and the audit
// log must be whole. Errors as of Open.
func OpenForRepair(ctx context.Context, o Options) (*Engine, error) {
	return openWith(ctx, o, knobs{mend: true})
}

// openReads opens the detections and compares them with what the vault remembers.
func (e *Engine) openReads(ctx context.Context) (err error) {
	if err := e.takeReady(ctx); err != nil {
		return err
	}
	if e.reads, err = e.openFolder(ctx, dirReads); err != nil {
		return err
	}
	if err := e.checkHolding(ctx); err != nil {
		return err
	}
	for _, left := range []string{dirNew, dirOld} {
		if err := os.RemoveAll(e.folder(left)); err != nil {
			e.o.Log("cannot remove " + left + ": " + err.Error())
		}
	}
	return nil
}

func (e *Engine) openFolder(ctx context.Context, name string) (*reads.Store, error) {
	return reads.Open(ctx, reads.Options{Dir: e.folder(name), Keys: quarterKeys{e.vault}, CacheBytes: e.o.CacheBytes, Log: e.o.Log})
}

func (e *Engine) closeReads() error {
	if e.reads == nil {
		return nil
	}
	return e.reads.Close()
}

// takeReady puts detections that were made anew in place. If they are not what the vault
// remembers, as more was taken in meanwhile, they are dropped.
func (e *Engine) takeReady(ctx context.Context) error {
	if exists(e.folder(dirReady)) {
		good, err := e.isReady(ctx)
		if err != nil {
			return err
		}
		if !good {
			e.o.Log("detections that were made anew are not what was taken in, and are dropped")
			if err := os.RemoveAll(e.folder(dirReady)); err != nil {
				return err
			}
		}
	}
	switch ready, final := exists(e.folder(dirReady)), exists(e.folder(dirReads)); {
	case ready && final:
		if err := os.RemoveAll(e.folder(dirOld)); err != nil {
			return err
		}
		return swap(e.o.Dir, [2]string{dirReads, dirOld}, [2]string{dirReady, dirReads})
	case ready:
		return swap(e.o.Dir, [2]string{dirReady, dirReads})
	case !final && exists(e.folder(dirOld)):
		return swap(e.o.Dir, [2]string{dirOld, dirReads})
	}
	return nil
}

func (e *Engine) isReady(ctx context.Context) (bool, error) {
	known, _, err := vault.Get[holding](e.vault, keyHolding)
	if err != nil {
		return false, err
	}
	store, err := e.openFolder(ctx, dirReady)
	if errors.Is(err, reads.ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return len(known.lost(holdingOf(store.State()))) == 0, store.Close()
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// swap renames folders inside dir, in order, durably.
func swap(dir string, names ...[2]string) error {
	for _, n := range names {
		if err := os.Rename(filepath.Join(dir, n[0]), filepath.Join(dir, n[1])); err != nil {
			return err
		}
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder makes renames in a folder durable, where the system can.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
