package cli

import (
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
			var r engine.CheckReport
			err := sh.withSession(cmd.Context(), func(s *engine.Session) error {
				bar := sh.progress("blocks", 0)
				defer bar.end()
				var err error
				r, err = s.Check(cmd.Context(), func(done, _ int64) { bar.at(done) })
				return err
			})
			if err != nil {
				return err
			}
			j := checkJSON{OK: len(r.Problems) == 0, Blocks: r.Blocks, Rows: r.Rows, AuditEntries: r.AuditEntries, Problems: append([]string{}, r.Problems...)}
			if !j.OK {
				w := word(&integrityError{"the check found damage: " + strings.Join(firstFew(r.Problems, 5), "; ")})
				j.Error = &w
				sh.sayError(w)
			}
			if sh.json {
				err = sh.printJSON(j)
			} else if j.OK {
				err = sh.print("Both stores are whole: %s in %s, %s.", countWords(r.Rows, "row", "rows"), countWords(r.Blocks, "block", "blocks"), countWords(r.AuditEntries, "audit entry", "audit entries"))
			}
			if err == nil && !j.OK {
				err = &doneError{exitIntegrity}
			}
			return err
		},
	}
}
