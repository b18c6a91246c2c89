package engine

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/accounts"
	"cordon/engine/internal/audit"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// Audit lists entries of the audit log, newest first: one's own; for supervisors and
// account managers their unit's; for auditors all (U-7). Reading is itself recorded.
func (s *Session) Audit(ctx context.Context, f AuditFilter) ([]AuditEntry, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	size := s.e.log.Head().N
	v := s.event("audit-read").with("of_user", f.User, "of_kind", f.Kind, "of_case", f.Case)
	if !f.From.IsZero() {
		v = v.tell("from", f.From.UTC().Format(time.RFC3339))
	}
	if !f.To.IsZero() {
		v = v.tell("to", f.To.UTC().Format(time.RFC3339))
	}
	if _, err := s.e.record(ctx, v); err != nil {
		return nil, err
	}
	f.User = accounts.Normalize(f.User)
	var out []AuditEntry
	for i := size - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		raw, err := s.e.log.Entry(i)
		if err != nil {
			return nil, outer(err)
		}
		e, err := entryOf(raw)
		if err != nil {
			return nil, err
		}
		if s.maySee(e) && f.wants(e) {
			out = append(out, e)
			if f.Limit > 0 && len(out) >= f.Limit {
				break
			}
		}
	}
	return out, nil
}

func (s *Session) maySee(e AuditEntry) bool {
	switch s.e.policy().Roles[s.account.Role].Audit {
	case policy.AuditAll:
		return true
	case policy.AuditUnit:
		return e.User == s.account.User || e.Unit == s.account.Unit
	}
	return e.User == s.account.User
}

func (f AuditFilter) wants(e AuditEntry) bool {
	return (f.User == "" || f.User == e.User) && (f.Kind == "" || f.Kind == e.Kind) &&
		(f.Case == "" || f.Case == e.Fields["case"]) &&
		(f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || e.At.Before(f.To))
}

func entryOf(raw audit.Entry) (AuditEntry, error) {
	e := AuditEntry{Index: raw.Index, At: raw.At, Kind: raw.Kind, Fields: map[string]string{}, Leaf: hex.EncodeToString(raw.Leaf[:])}
	for _, fields := range []map[string]string{raw.Public, raw.Private} {
		for name, value := range fields {
			switch name {
			case "user":
				e.User = value
			case "unit":
				e.Unit = value
			case "query":
				e.Query = new(detection.Query)
				if err := json.Unmarshal([]byte(value), e.Query); err != nil {
					return AuditEntry{}, fmt.Errorf("%w: the query of audit entry %d: %w", ErrDamaged, raw.Index, err)
				}
			default:
				e.Fields[name] = value
			}
		}
	}
	return e, nil
}

// VerifyAudit verifies the audit log from its files alone: no sign-in, no database, no key
// but the public one beside the log. It can run while the workstation is open elsewhere,
// and when the rest of it is damaged or gone. What is wrong is in the report; the error is
// about reading, ErrNotWorkstation when there is no log.
func VerifyAudit(ctx context.Context, o Options) (AuditReport, error) {
	dir := filepath.Join(o.Dir, dirVault)
	// Read before the log, which only grows. Without a vault beside it, as in a copy for a
	// reviewer, there is none.
	witness, err := os.ReadFile(filepath.Join(dir, fileWitness))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return AuditReport{}, outer(err)
	}
	seen, err := readCosigned(filepath.Join(dir, fileCosigned))
	if err != nil && !errors.Is(err, ErrDamaged) {
		return AuditReport{}, outer(err)
	}
	damaged := err
	r, err := audit.VerifyAgainst(ctx, filepath.Join(dir, dirAudit), string(witness), seen.tree)
	if errors.Is(err, audit.ErrMissing) {
		if _, statErr := os.Stat(filepath.Join(o.Dir, dirVault)); statErr == nil {
			return AuditReport{Problems: []string{"the audit log is missing"}}, nil
		}
		return AuditReport{}, fmt.Errorf("%w: %s", ErrNotWorkstation, o.Dir)
	}
	if err != nil {
		return AuditReport{}, outer(err)
	}
	if len(witness) == 0 && vault.Exists(dir) {
		r.Problems = append(r.Problems, "the witness of the audit log, "+fileWitness+", is missing: whether entries were removed from the end cannot be told")
	}
	if damaged != nil {
		r.Problems = append(r.Problems, damaged.Error())
	} else if seen.tree.N > 0 && r.Origin != "" && seen.origin != r.Origin {
		r.Problems = append(r.Problems, "the head that the feed's witness cosigned, "+fileCosigned+", is of another log, "+seen.origin)
	}
	return AuditReport{
		Entries: r.Entries, Checkpoints: r.Checkpoints, Root: hex.EncodeToString(r.Root[:]), Witness: seen.state(r.Entries), Problems: r.Problems,
	}, nil
}
