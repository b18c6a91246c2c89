package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

// minGrace is more than a publisher takes from writing a file to naming it.
const minGrace = time.Minute

func (sh *shell) feedTidyCmd() *cobra.Command {
	var place feedPlace
	var lanes []string
	var grace time.Duration
	var dry bool
	cmd := &cobra.Command{
		Use: "tidy", Short: "Remove files that no record needs any more",
		Long: `Remove the small segments that large ones replaced at least --grace ago, and
files that killed publishers left behind. Nothing that counts is touched: who has
not got the small ones takes the large ones. Logs and photos stay. --dry-run
lists what would go. Safe beside running publishers and servers.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if grace < minGrace {
				return usagef("--grace is %v; give %v or more", grace, minGrace)
			}
			return sh.feedTidy(cmd.Context(), place, lanes, grace, dry)
		},
	}
	place.flags(cmd, true)
	cmd.Flags().StringSliceVar(&lanes, "lane", nil, "only this lane, source.region; may be given more than once (default: all)")
	cmd.Flags().DurationVar(&grace, "grace", 7*24*time.Hour, "age from which a file may go")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "remove nothing, list what would go")
	return cmd
}

func (sh *shell) feedTidy(ctx context.Context, place feedPlace, names []string, grace time.Duration, dry bool) error {
	return place.withPublisher(ctx, sh, func(b bucket.Bucket, p *publish.Publisher) error {
		if len(names) == 0 {
			var err error
			if names, err = bucket.Folders(ctx, b, "lanes/"); err != nil {
				return err
			}
		}
		var lanes []feed.Lane
		for _, name := range names {
			lane, err := feed.ParseLane(name)
			if err != nil {
				return err
			}
			lanes = append(lanes, lane)
		}
		sum := publish.TidyReport{Files: []string{}}
		for _, lane := range lanes {
			r, err := p.Tidy(ctx, lane, grace, dry)
			if err != nil {
				return err
			}
			sum = publish.TidyReport{Replaced: sum.Replaced + r.Replaced, Unnamed: sum.Unnamed + r.Unnamed, Bytes: sum.Bytes + r.Bytes, Files: append(sum.Files, r.Files...)}
		}
		if sh.json {
			return sh.printJSON(map[string]any{"dry_run": dry, "replaced": sum.Replaced, "unnamed": sum.Unnamed, "bytes": sum.Bytes, "files": sum.Files})
		}
		what := "removed"
		if dry {
			what = "would be removed"
			if len(sum.Files) > 0 {
				if err := sh.print("%s", strings.Join(sum.Files, "\n")); err != nil {
					return err
				}
			}
		}
		return sh.print("%s and %s %s, %s.", countWords(sum.Replaced, "replaced segment", "replaced segments"),
			countWords(sum.Unnamed, "file without a record", "files without a record"), what, fmt.Sprintf("%.1f MB", float64(sum.Bytes)/1e6))
	})
}
