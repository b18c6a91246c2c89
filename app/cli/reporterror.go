package cli

import (
	"context"

	"cordon/engine"
	"cordon/engine/feed"

	"github.com/spf13/cobra"
)

// reportJSON is an error report with what became of it.
type reportJSON struct {
	ID      string `json:"id"`
	Lane    string `json:"lane"`
	Read    string `json:"read"`
	Kind    string `json:"kind"`
	Value   string `json:"value"`
	Note    string `json:"note"`
	At      string `json:"at"`
	By      string `json:"by"`
	Sent    string `json:"sent"`    // empty: with the next sync
	Verdict string `json:"verdict"` // empty: not answered
	Answer  string `json:"answer"`
}

func (sh *shell) reportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "report", Short: "Report errors in reads to their provider", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(sh.reportErrorCmd(), sh.reportListCmd())
	return cmd
}

func (sh *shell) reportErrorCmd() *cobra.Command {
	var query string
	var r engine.ErrorReportRequest
	cmd := &cobra.Command{
		Use: "error ID", Short: "Report a read of a query’s answer as wrong",
		Long: `Run a query and report one read of its answer, by id, as wrong (R-3). The report goes
to the read’s provider with the next sync; “cordon report list” tells what became of it.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if query == "" || r.Kind == "" {
				return usagef("say what is wrong: --query FILE and --kind KIND")
			}
			q, err := sh.readQuery(query)
			if err != nil {
				return err
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				a, err := sh.runQuery(cmd.Context(), s, q, querySpec{reads: true})
				if err != nil {
					return err
				}
				defer s.Release(a.Entry)
				return sh.reportError(cmd.Context(), s, a, args[0], r)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&query, "query", "", "canonical query, FILE or “-” (required)")
	f.StringVar(&r.Kind, "kind", "", "what is wrong: "+joinWords(feed.ReportKinds())+" (required)")
	f.StringVar(&r.Value, "value", "", "what would be right")
	f.StringVar(&r.Note, "note", "", "what the provider should know")
	return cmd
}

func joinWords(list []string) string {
	out := ""
	for i, w := range list {
		switch {
		case i > 0 && i == len(list)-1:
			out += " or "
		case i > 0:
			out += ", "
		}
		out += w
	}
	return out
}

func (sh *shell) reportError(ctx context.Context, s *engine.Session, a *engine.Answer, id string, r engine.ErrorReportRequest) error {
	r.Entry = a.Entry
	for _, row := range append(append([]engine.Row{}, a.Rows...), a.PlateHits...) {
		if row.ID != id {
			continue
		}
		r.Ref = row.Ref()
		out, err := s.ReportError(ctx, r)
		if err != nil {
			return at("read "+id, err)
		}
		if sh.json {
			return sh.printJSON(reportOf(out))
		}
		return sh.print("Report %s on read %s goes with the next sync.", out.ID, id)
	}
	return at("read "+id+" of this answer", engine.ErrNotFound)
}

func (sh *shell) reportListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the unit’s error reports and what became of them", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				list, err := s.ErrorReports(cmd.Context())
				if err != nil {
					return err
				}
				out, rows := []reportJSON{}, [][]string{{"REPORTED", "BY", "LANE", "READ", "WRONG", "RIGHT", "STATE"}}
				for _, r := range list {
					j := reportOf(r)
					state := "waits for the next sync"
					switch {
					case j.Verdict != "":
						state = j.Verdict + ": " + j.Answer
					case j.Sent != "":
						state = "sent, not answered"
					}
					out = append(out, j)
					rows = append(rows, []string{j.At, j.By, j.Lane, j.Read, j.Kind, j.Value, state})
				}
				if sh.json {
					return sh.printJSON(map[string]any{"reports": out})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
}

func reportOf(r engine.ErrorReport) reportJSON {
	j := reportJSON{ID: r.ID, Lane: r.Lane, Read: r.Read, Kind: r.Kind, Value: r.Value, Note: r.Note, At: utc(r.At), By: r.By, Verdict: r.State.Verdict, Answer: r.State.Note}
	if !r.Sent.IsZero() {
		j.Sent = utc(r.Sent)
	}
	return j
}
