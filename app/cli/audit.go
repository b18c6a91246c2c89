package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"cordon/engine"

	"github.com/spf13/cobra"
)

func (sh *shell) auditCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Read and prove the audit trail", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(sh.auditListCmd(), sh.auditShowCmd(), sh.auditVerifyCmd())
	return cmd
}

func (sh *shell) auditListCmd() *cobra.Command {
	var f engine.AuditFilter
	var from, to string
	cmd := &cobra.Command{
		Use: "list", Short: "List audit entries that you may see, newest first", Args: noArgs,
		Long: `List audit entries: your own; a supervisor's or account manager's unit; all for an
auditor. Reading is itself recorded.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, t := range []struct {
				text string
				to   *time.Time
				flag string
			}{{from, &f.From, "--from"}, {to, &f.To, "--to"}} {
				if t.text == "" {
					continue
				}
				v, err := time.Parse(time.RFC3339, t.text)
				if err != nil {
					return usagef("%s %q is not an RFC 3339 time; write it like 2026-05-01T00:00:00Z", t.flag, t.text)
				}
				*t.to = v
			}
			if f.Limit < 0 {
				return usagef("--limit is negative")
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				entries, err := s.Audit(cmd.Context(), f)
				if err != nil {
					return err
				}
				slices.SortStableFunc(entries, func(a, b engine.AuditEntry) int { return int(b.Index - a.Index) })
				if sh.json {
					return sh.printJSON(map[string]any{"entries": append([]engine.AuditEntry{}, entries...)})
				}
				return sh.auditTable(entries)
			})
		},
	}
	cmd.Flags().StringVar(&f.User, "of", "", "entries of this user")
	cmd.Flags().StringVar(&f.Kind, "kind", "", "entries of this kind, e.g. query, refusal, export")
	cmd.Flags().StringVar(&f.Case, "case", "", "entries of this case")
	cmd.Flags().StringVar(&from, "from", "", "from this time on (RFC 3339)")
	cmd.Flags().StringVar(&to, "to", "", "before this time (RFC 3339)")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "the newest this many (default: all)")
	return cmd
}

func (sh *shell) auditTable(entries []engine.AuditEntry) error {
	rows := [][]string{{"ENTRY", "TIME (UTC)", "KIND", "USER", "UNIT", "WHAT"}}
	for _, e := range entries {
		rows = append(rows, []string{strconv.FormatInt(e.Index, 10), e.At.UTC().Format("2006-01-02 15:04:05.00"), e.Kind, e.User, e.Unit, fieldWords(e.Fields)})
	}
	return table(sh.env.Stdout, rows)
}

func fieldWords(fields map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		v := fields[k]
		if r := []rune(v); len(r) > 60 {
			v = string(r[:60]) + "…"
		}
		parts = append(parts, k+"="+v)
	}
	return strings.Join(parts, " ")
}

func (sh *shell) auditShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show ENTRY", Short: "Show one audit entry in full", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			index, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || index < 0 {
				return usagef("%q is no entry number", args[0])
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				entries, err := s.Audit(cmd.Context(), engine.AuditFilter{})
				if err != nil {
					return err
				}
				for _, e := range entries {
					if e.Index == index {
						return sh.showEntry(e)
					}
				}
				return at("audit entry "+args[0], engine.ErrNotFound)
			})
		},
	}
}

func (sh *shell) showEntry(e engine.AuditEntry) error {
	if sh.json {
		return sh.printJSON(e)
	}
	rows := [][]string{
		{"entry", strconv.FormatInt(e.Index, 10)},
		{"time (UTC)", e.At.UTC().Format("2006-01-02 15:04:05.00")},
		{"kind", e.Kind},
		{"user", e.User},
		{"unit", e.Unit},
	}
	for _, k := range slices.Sorted(maps.Keys(e.Fields)) {
		rows = append(rows, []string{k, e.Fields[k]})
	}
	if e.Query != nil {
		text, err := e.Query.Canonical()
		if err != nil {
			return err
		}
		rows = append(rows, []string{"query", string(text)})
	}
	return table(sh.env.Stdout, append(rows, []string{"leaf", e.Leaf}))
}

// verifyJSON is what `audit verify --json` prints.
type verifyJSON struct {
	OK          bool         `json:"ok"`
	Entries     int64        `json:"entries"`
	Checkpoints int          `json:"checkpoints"`
	Root        string       `json:"root"`
	Witness     *witnessJSON `json:"witness"` // null: no witness is known to have seen the log
	Problems    []string     `json:"problems"`
	Error       *worded      `json:"error"`
}

func (sh *shell) auditVerifyCmd() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Prove that no audit entry was changed or removed", Args: noArgs,
		Long: `Verify the whole audit log: every leaf, the tree, every signed checkpoint, and that it
continues what the feed's witness has cosigned. It needs no sign-in and reads nothing but
the log and what is kept beside it about it.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := sh.dataDir()
			if err != nil {
				return err
			}
			r, err := engine.VerifyAudit(cmd.Context(), sh.options(dir))
			if err != nil && !errors.Is(err, engine.ErrDamaged) {
				return at(dir, err)
			}
			if err != nil {
				r.Problems = append(r.Problems, err.Error())
			}
			return sh.verdict(r)
		},
	}
}

func (sh *shell) verdict(r engine.AuditReport) error {
	j := verifyJSON{OK: len(r.Problems) == 0, Entries: r.Entries, Checkpoints: r.Checkpoints, Root: r.Root, Witness: witnessOf(r.Witness), Problems: append([]string{}, r.Problems...)}
	if !j.OK {
		w := word(&integrityError{what: "the audit log fails its proof: " + strings.Join(firstFew(r.Problems, 5), "; ")})
		j.Error = &w
		sh.sayError(w)
	}
	if sh.json {
		if err := sh.printJSON(j); err != nil {
			return err
		}
	} else if j.OK {
		if err := sh.print("The audit log is intact: %s, %s, root %s", countWords(r.Entries, "entry", "entries"), countWords(r.Checkpoints, "checkpoint", "checkpoints"), r.Root); err != nil {
			return err
		}
		if j.Witness != nil {
			if err := sh.print("It is %s.", witnessWords(r.Witness)); err != nil {
				return err
			}
		}
	}
	if !j.OK {
		return &doneError{exitIntegrity}
	}
	return nil
}

// witnessJSON is what a witness at the feed has seen of the audit log (U-4).
type witnessJSON struct {
	Name    string `json:"name"`
	Entries int64  `json:"entries"` // it has cosigned the first entries, this many
	At      string `json:"at"`
	Newer   int64  `json:"newer"` // entries that came after it
}

func witnessOf(w engine.WitnessState) *witnessJSON {
	if w.Witness == "" {
		return nil
	}
	return &witnessJSON{w.Witness, w.Entries, utc(w.At), w.Newer}
}

// witnessWords says what a witness has seen. Entries are numbered from 0.
func witnessWords(w engine.WitnessState) string {
	text := fmt.Sprintf("witnessed by %s up to entry %d on %s UTC", w.Witness, w.Entries-1, w.At.UTC().Format("2006-01-02 15:04"))
	if w.Newer > 0 {
		text += fmt.Sprintf("; %s not yet", countWords(w.Newer, "newer entry", "newer entries"))
	}
	return text
}

func firstFew(all []string, n int) []string {
	if len(all) <= n {
		return all
	}
	return append(slices.Clone(all[:n]), fmt.Sprintf("and %d more", len(all)-n))
}
