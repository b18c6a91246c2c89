package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	if err := out.others(ctx, s.e); err != nil {
		return CheckReport{}, outer(err)
	}
	_, err := s.e.record(ctx, s.event("check").tell("problems", strconv.Itoa(len(out.Findings))))
	return out, err
}

func (r *CheckReport) reads(ctx context.Context, store *reads.Store, progress func(done, total int64)) error {
	blocks, err := store.Check(ctx, steps(progress))
	if err != nil {
		return err
	}
	r.detections(blocks)
	return nil
}

func steps(progress func(done, total int64)) func(done, all int) {
	return func(done, all int) {
		if progress != nil {
			progress(int64(done), int64(all))
		}
	}
}

func (r *CheckReport) detections(found reads.Report) {
	r.Blocks, r.Rows = int64(found.Blocks), found.Rows
	r.Findings = append(r.Findings, findingsOf(found.Findings)...)
}

// others checks the vault and the audit log of an open workstation.
func (r *CheckReport) others(ctx context.Context, e *Engine) error {
	if err := r.vault(ctx, e.vault); err != nil {
		return err
	}
	log, err := audit.Verify(ctx, filepath.Join(e.dir, dirAudit))
	if err != nil {
		return err
	}
	r.AuditEntries = log.Entries
	r.add(StoreAudit, log.Problems...)
	return nil
}

func (r *CheckReport) vault(ctx context.Context, v *vault.Vault) error {
	_, problems, err := v.Check(ctx, nil)
	r.add(StoreVault, problems...)
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
	out.add(StoreAudit, log.Problems...)
	if err != nil {
		out.add(StoreAudit, err.Error())
	}
	v, err := vault.Open(ctx, vault.Options{Dir: dir, Log: o.Log})
	if err != nil {
		if err = outer(err); !errors.Is(err, ErrDamaged) {
			return CheckReport{}, err
		}
		out.add(StoreVault, err.Error())
		out.add(StoreDetections, "not examined: their keys are in the vault, which does not open")
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
			r.add(StoreDetections, "the folder "+dir+" is missing: take the files in again")
		}
		return nil
	}
	store, err := reads.Open(ctx, reads.Options{Dir: dir, Keys: quarterKeys{v}, CacheBytes: o.CacheBytes, Log: o.Log})
	if errors.Is(err, reads.ErrDamaged) {
		r.unopened(err)
		return nil
	}
	if err != nil {
		return err
	}
	r.add(StoreDetections, known.lost(holdingOf(store.State()))...)
	return errors.Join(r.reads(ctx, store, progress), store.Close())
}

// unopened notes why the detections do not open.
func (r *CheckReport) unopened(err error) {
	var damage *reads.DamageError
	if !errors.As(err, &damage) {
		r.add(StoreDetections, err.Error())
		return
	}
	r.Findings = append(r.Findings, Finding{
		Store: StoreDetections, Block: damage.Block, Quarter: damage.Quarter, From: damage.From, To: damage.To, Rows: damage.Rows, Problem: damage.Problem,
	})
}

// plainText drops the words of a damage's class from the front of its text.
func plainText(text string) string {
	for _, class := range []error{ErrDamaged, vault.ErrDamaged, reads.ErrDamaged, audit.ErrDamaged} {
		text = strings.TrimPrefix(text, class.Error()+": ")
	}
	return text
}
