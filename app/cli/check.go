package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cordon/engine"

	"github.com/spf13/cobra"
)

// checkJSON is what `check --json` prints.
type checkJSON struct {
	OK           bool     `json:"ok"`
	Blocks       int64    `json:"blocks"`
	Rows         int64    `json:"rows"`
	AuditEntries int64    `json:"audit_entries"`
	Problems     []string `json:"problems"`
	Error        *worded  `json:"error"`
}

func (sh *shell) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Check that both stores hold what was written", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := sh.check(cmd.Context())
			if err != nil {
				return err
			}
			j := checkJSON{OK: len(r.Problems) == 0, Blocks: r.Blocks, Rows: r.Rows, AuditEntries: r.AuditEntries, Problems: append([]string{}, r.Problems...)}
			if !j.OK {
				w := word(&integrityError{"the check found damage: " + strings.Join(firstFew(r.Problems, 5), "; ")})
				j.Error = &w
				if !sh.json { // the list stands on its own
					w.Message = fmt.Sprintf("The check found damage in %s.", countWords(int64(len(r.Problems)), "place", "places"))
				}
				sh.sayError(w)
			}
			if sh.json {
				err = sh.printJSON(j)
			} else if j.OK {
				err = sh.print("Both stores are whole: %s in %s, %s.", countWords(r.Rows, "row", "rows"), countWords(r.Blocks, "block", "blocks"), countWords(r.AuditEntries, "audit entry", "audit entries"))
			}
			if err == nil && !j.OK && !sh.json {
				err = sh.print("%s", "- "+strings.Join(r.Problems, "\n- "))
			}
			if err == nil && !j.OK {
				err = &doneError{exitIntegrity}
			}
			return err
		},
	}
}

// check checks the workstation in a session, or without one when it is too damaged to open.
func (sh *shell) check(ctx context.Context) (r engine.CheckReport, err error) {
	bar := sh.progress("blocks", 0)
	defer bar.end()
	step := func(done, _ int64) { bar.at(done) }
	opened := false
	err = sh.withEngine(ctx, func(e *engine.Engine) error {
		opened = true
		return sh.signedIn(ctx, e, func(s *engine.Session) (err error) {
			r, err = s.Check(ctx, step)
			return err
		})
	})
	if opened || !errors.Is(err, engine.ErrDamaged) {
		return r, err
	}
	dir, err := sh.dataDir()
	if err != nil {
		return r, err
	}
	sh.say("The workstation does not open; each store is checked on its own, without sign-in.\n")
	if r, err = engine.Examine(ctx, sh.options(dir), step); err == nil && len(r.Problems) == 0 {
		// What is wrong lies between the stores, e.g. an exchanged log.
		_, err = engine.Open(ctx, sh.options(dir))
	}
	return r, at(dir, err)
}
