package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/serve"

	"github.com/spf13/cobra"
)

func (sh *shell) feedTokenCmd() *cobra.Command {
	var p serverPlace
	var name, lane, source string
	var revoke bool
	cmd := &cobra.Command{
		Use: "token", Short: "Make a token for a camera or vendor, or end one", Args: noArgs,
		Long: `Print a token with which a camera or vendor posts reads into one lane:

  POST https://SERVER:8443/v1/intake/FORMAT
  Authorization: Bearer TOKEN

The bucket keeps its hash alone. With --revoke the token is read from standard input and
ends on all servers within a second.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !revoke && (name == "" || lane == "") {
				return usagef("give --name and --lane, or --revoke")
			}
			return p.with(cmd.Context(), func(b bucket.Bucket) error {
				if revoke {
					var text string
					if _, err := fmt.Fscan(sh.env.Stdin, &text); err != nil {
						return usagef("give the token on standard input")
					}
					err := serve.RevokeToken(cmd.Context(), b, text, sh.env.Clock)
					if errors.Is(err, feed.ErrNotFound) {
						return errors.New("there is no such token; give it as it was printed")
					}
					if err != nil {
						return err
					}
					return sh.done("revoked", "token", "The token has ended.")
				}
				text, err := serve.NewToken(cmd.Context(), b, name, lane, detection.Source(source), sh.env.Clock, rand.Reader)
				if err != nil {
					return err
				}
				if sh.json {
					return sh.printJSON(map[string]string{"name": name, "lane": lane, "token": text})
				}
				return sh.print("%s", text)
			})
		},
	}
	p.flags(cmd, false)
	cmd.Flags().StringVar(&name, "name", "", "what you call the sender")
	cmd.Flags().StringVar(&lane, "lane", "", "the lane that its reads go into")
	cmd.Flags().StringVar(&source, "source", "", "whose camera it is: law-enforcement or commercial (default: not known)")
	cmd.Flags().BoolVar(&revoke, "revoke", false, "end the token on standard input")
	return cmd
}

func (sh *shell) feedReportsCmd() *cobra.Command {
	var p serverPlace
	var all bool
	cmd := &cobra.Command{
		Use: "reports", Short: "List error reports of workstations", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(b bucket.Bucket) error {
				list, err := serve.Reports(cmd.Context(), b, all)
				if err != nil {
					return err
				}
				if sh.json {
					return sh.printJSON(map[string]any{"reports": list})
				}
				rows := [][]string{{"WORKSTATION", "REPORT", "RECEIVED (UTC)", "LANE", "READ", "KIND", "VALUE", "NOTE", "VERDICT"}}
				for _, r := range list {
					rows = append(rows, []string{r.Workstation, r.Report.ID, utc(r.Received), r.Report.Lane, r.Report.Read, r.Report.Kind, r.Report.Value, r.Report.Note, r.State.Verdict})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
	p.flags(cmd, false)
	cmd.Flags().BoolVar(&all, "all", false, "also those that are answered")
	return cmd
}

func (sh *shell) feedAnswerCmd() *cobra.Command {
	var p serverPlace
	var verdict, note string
	cmd := &cobra.Command{
		Use: "answer WORKSTATION REPORT", Short: "Answer an error report", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(b bucket.Bucket) error {
				err := serve.AnswerReport(cmd.Context(), b, args[0], args[1], verdict, note, sh.env.Clock)
				if errors.Is(err, feed.ErrNotFound) {
					return fmt.Errorf("workstation %s sent no report %s; see “cordon feed reports --all”", args[0], args[1])
				}
				if err != nil {
					return err
				}
				return sh.done("answered", args[1], "The report is answered: %s.", verdict)
			})
		},
	}
	p.flags(cmd, false)
	cmd.Flags().StringVar(&verdict, "verdict", "", "corrected, refused or noted")
	cmd.Flags().StringVar(&note, "note", "", "words for who reported it")
	return cmd
}

func (sh *shell) feedAlarmsCmd() *cobra.Command {
	var p serverPlace
	cmd := &cobra.Command{
		Use: "alarms", Short: "List evidence that a workstation’s audit log was changed", Args: noArgs,
		Long: `List what the servers kept when a workstation showed an audit log that does not continue
the one they cosigned (fork), is shorter (rollback), or entries that are not of it
(entries). Exit status 5 when there is any.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(b bucket.Bucket) error {
				list, err := serve.Alarms(cmd.Context(), b)
				if err != nil {
					return err
				}
				if sh.json {
					err = sh.printJSON(map[string]any{"alarms": list})
				} else {
					rows := [][]string{{"WORKSTATION", "TIME (UTC)", "KIND", "WHAT"}}
					for _, a := range list {
						detail, _, _ := strings.Cut(a.Detail, "\n")
						rows = append(rows, []string{a.Workstation, utc(a.At), a.Kind, detail})
					}
					err = table(sh.env.Stdout, rows)
				}
				if err == nil && len(list) > 0 {
					err = &doneError{exitIntegrity}
				}
				return err
			})
		},
	}
	p.flags(cmd, false)
	return cmd
}
