package cli

import (
	"fmt"
	"strings"
	"time"

	"cordon/engine"
	"cordon/engine/policy"

	"github.com/spf13/cobra"
)

func (sh *shell) estimateCmd() *cobra.Command {
	return &cobra.Command{
		Use: "estimate FILE|-", Short: "Show what a query would return, roughly, without running it", Args: exactly(1),
		Long: `Show the scope meter's figures for a canonical query: about how many reads, the
area and timeframe, what would narrow it. Small counts are blurred.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := sh.readQuery(args[0])
			if err != nil {
				return err
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				if err := sh.stepUp(cmd.Context(), s, q.Kind); err != nil {
					return err
				}
				est, err := s.Estimate(cmd.Context(), q)
				if err != nil {
					return err
				}
				if est.Refused != nil {
					return est.Refused
				}
				if sh.json {
					return sh.printJSON(est)
				}
				return sh.print("%s", estimateWords(est))
			})
		},
	}
}

// about words an approximate count as the scope meter does.
func about(reads int64, blurred bool) string {
	if blurred {
		return "fewer than 100 reads"
	}
	return "about " + countWords(reads, "read", "reads")
}

func estimateWords(e engine.Estimate) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.", sentenceCase(about(e.Reads, e.Blurred)))
	if e.AreaM2 > 0 {
		fmt.Fprintf(&b, " %s,", areaWords(e.AreaM2))
	}
	fmt.Fprintf(&b, " %s.", spanWords(e.Span))
	if !e.Blurred && e.ConfirmAt > 0 && e.Reads >= e.ConfirmAt {
		fmt.Fprintf(&b, " From %s on you must confirm, and the newest %s are shown", policy.Number(e.ConfirmAt), policy.Number(int64(e.MaxRows)))
		if !e.CutAt.IsZero() {
			fmt.Fprintf(&b, ", back to about %s", utc(e.CutAt))
		}
		b.WriteString(".")
	}
	for _, a := range e.PerArea {
		fmt.Fprintf(&b, "\n  %s: %s, %s, %s", a.Name, areaWords(a.AreaM2), about(a.Reads, a.Blurred), countWords(a.Cameras, "camera", "cameras"))
	}
	for _, w := range e.Warnings {
		fmt.Fprintf(&b, "\nWarning: %s (rule %s)", w.Text, w.Rule)
	}
	for _, n := range e.Narrower {
		fmt.Fprintf(&b, "\nNarrower: %s would leave %s", n.Label, about(n.Reads, n.Blurred))
	}
	if !e.Newest.IsZero() {
		fmt.Fprintf(&b, "\nThe newest data is from %s.", utc(e.Newest))
	}
	return b.String()
}

func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func areaWords(m2 float64) string {
	if m2 < 10_000 {
		return fmt.Sprintf("%.0f m²", m2)
	}
	return fmt.Sprintf("%.2f km²", m2/1e6)
}

func spanWords(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%.1f hours", d.Hours())
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}
