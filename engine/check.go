package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cordon/engine/internal/audit"
	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// Check reads everything: all blocks of detections, all values of the vault, the whole
// audit log. progress may be nil.
func (s *Session) Check(ctx context.Context, progress func(done, total int64)) (CheckReport, error) {
	if err := s.enter(ctx); err != nil {
		return CheckReport{}, err
	}
	var out CheckReport
	if err := out.reads(ctx, s.e.reads, progress); err != nil {
		return CheckReport{}, outer(err)
	}
	if err := out.vault(ctx, s.e.vault); err != nil {
		return CheckReport{}, outer(err)
	}
	log, err := audit.Verify(ctx, filepath.Join(s.e.o.Dir, dirVault, dirAudit))
	if err != nil {
		return CheckReport{}, outer(err)
	}
	out.AuditEntries = log.Entries
	out.add("audit", log.Problems...)
	_, err = s.e.record(ctx, s.event("check").tell("problems", strconv.Itoa(len(out.Problems))))
	return out, err
}

func (r *CheckReport) add(store string, problems ...string) {
	for _, p := range problems {
		if p = store + ": " + plainText(p); !slices.Contains(r.Problems, p) {
			r.Problems = append(r.Problems, p)
		}
	}
}

func (r *CheckReport) reads(ctx context.Context, store *reads.Store, progress func(done, total int64)) error {
	blocks, err := store.Check(ctx, func(done, all int) {
		if progress != nil {
			progress(int64(done), int64(all))
		}
	})
	if err != nil {
		return err
	}
	r.Blocks, r.Rows = int64(blocks.Blocks), blocks.Rows
	for _, f := range blocks.Findings {
		r.add("detections", fmt.Sprintf("%s: %s, %s rows affected", f.Block, f.Problem, strconv.FormatInt(f.Rows, 10)))
	}
	return nil
}

func (r *CheckReport) vault(ctx context.Context, v *vault.Vault) error {
	_, problems, err := v.Check(ctx, nil)
	r.add("vault", problems...)
	return err
}

// Examine checks a workstation that Open refuses as damaged: each store on its own, as far as
// it opens. It shows no detection and no entry, so nobody signs in; with the audit log closed
// nothing is recorded either. progress may be nil. Errors: ErrNotWorkstation, ErrInUse and
// what else hinders reading; damage is in the report.
func Examine(ctx context.Context, o Options, progress func(done, total int64)) (CheckReport, error) {
	if _, err := o.defaults(); err != nil {
		return CheckReport{}, err
	}
	dir := filepath.Join(o.Dir, dirVault)
	if !vault.Exists(dir) {
		return CheckReport{}, fmt.Errorf("%w: %s", ErrNotWorkstation, o.Dir)
	}
	var out CheckReport
	log, err := VerifyAudit(ctx, o)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return CheckReport{}, err
	}
	out.AuditEntries = log.Entries
	out.add("audit", log.Problems...)
	if err != nil {
		out.add("audit", err.Error())
	}
	v, err := vault.Open(ctx, vault.Options{Dir: dir, Log: o.Log})
	if err != nil {
		if err = outer(err); !errors.Is(err, ErrDamaged) {
			return CheckReport{}, err
		}
		out.add("vault", err.Error())
		out.add("detections", "not examined: their keys are in the vault, which does not open")
		return out, nil
	}
	err = errors.Join(out.vault(ctx, v), out.examineReads(ctx, o, v, progress))
	return out, outer(errors.Join(err, v.Close()))
}

func (r *CheckReport) examineReads(ctx context.Context, o Options, v *vault.Vault, progress func(done, total int64)) error {
	known, _, err := vault.Get[holding](v, keyHolding)
	if errors.Is(err, vault.ErrDamaged) {
		known, err = holding{}, nil // the vault's own check has told of it
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(o.Dir, dirReads)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if len(known.Lanes) > 0 {
			r.add("detections", "the folder "+dir+" is missing: take the files in again")
		}
		return nil
	}
	store, err := reads.Open(ctx, reads.Options{Dir: dir, Keys: quarterKeys{v}, CacheBytes: o.CacheBytes, Log: o.Log})
	if errors.Is(err, reads.ErrDamaged) {
		r.add("detections", err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	r.add("detections", known.lost(holdingOf(store.State()))...)
	return errors.Join(r.reads(ctx, store, progress), store.Close())
}

// plainText drops the words of a damage's class from the front of its text.
func plainText(text string) string {
	for _, class := range []error{ErrDamaged, vault.ErrDamaged, reads.ErrDamaged, audit.ErrDamaged} {
		text = strings.TrimPrefix(text, class.Error()+": ")
	}
	return text
}
