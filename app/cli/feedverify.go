package cli

import (
	"context"
	"fmt"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/verify"

	"github.com/spf13/cobra"
)

// feedVerifyJSON is what `feed verify --json` prints.
type feedVerifyJSON struct {
	OK       bool           `json:"ok"`
	Name     string         `json:"name"`
	Key      string         `json:"key"`
	Rows     int64          `json:"rows"`
	Lanes    []feedLaneJSON `json:"lanes"`
	Problems []string       `json:"problems"`
	Notes    []string       `json:"notes"` // no faults
	Error    *worded        `json:"error"`
}

type feedLaneJSON struct {
	Lane      string `json:"lane"`
	Signed    string `json:"signed"`
	Records   int64  `json:"records"`
	Segments  int64  `json:"segments"`
	Replaced  int64  `json:"replaced"`
	Tidied    int64  `json:"tidied"` // of the replaced: removed since
	Documents int64  `json:"documents"`
	Rows      int64  `json:"rows"`
	Photos    int64  `json:"photos"`
}

func (sh *shell) feedVerifyCmd() *cobra.Command {
	var key string
	var photos bool
	cmd := &cobra.Command{
		Use: "verify FOLDER|URL", Short: "Prove that a feed holds what its logs say",
		Long: `Walk a whole feed and prove it: signatures, logs, records, the digest of every
part of every segment, its rows, what segments replace, and documents. Give the
public key that you were told with --key; else the feed's own is taken, which
proves that it is whole and not whose it is. Nothing is written.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.feedVerify(cmd.Context(), feedPlace{feed: args[0]}, key, photos)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "the feed's public key, NAME+HASH+BASE64")
	cmd.Flags().BoolVar(&photos, "photos", false, "read every photo, too")
	return cmd
}

func (sh *shell) feedVerify(ctx context.Context, place feedPlace, key string, photos bool) error {
	o := verify.Options{Clock: sh.env.Clock, Photos: photos}
	if key != "" {
		v, err := manifest.ParseVerifier(key)
		if err != nil {
			return err
		}
		o.Key = v
	}
	bar := sh.progress("rows", 0)
	o.Progress = bar.at
	var r *verify.Report
	err := place.withBucket(ctx, func(b bucket.Bucket) (err error) {
		r, err = verify.Feed(ctx, b, o)
		return err
	})
	bar.end()
	if err != nil {
		return err
	}
	j := feedVerifyJSON{OK: len(r.Problems) == 0, Name: r.Name, Key: r.Key, Lanes: []feedLaneJSON{}, Problems: append([]string{}, r.Problems...), Notes: append([]string{}, r.Notes...)}
	for _, l := range r.Lanes {
		j.Lanes = append(j.Lanes, feedLaneJSON{l.Lane, utc(l.SignedAt), l.Records, l.Segments, l.Replaced, l.Tidied, l.Documents, l.Rows, l.Photos})
		j.Rows += l.Rows
	}
	return sh.sayVerified(j)
}

func (sh *shell) sayVerified(j feedVerifyJSON) error {
	if !j.OK {
		w := word(&integrityError{
			"the feed does not prove: " + strings.Join(firstFew(j.Problems, 5), "; "),
			"Publish nothing to it and keep it as it is; put back from a backup what is named, and tell the owners of the workstations.",
		})
		j.Error = &w
		if !sh.json { // the list stands on its own
			w.Message = fmt.Sprintf("The feed does not prove, in %s.", countWords(int64(len(j.Problems)), "place", "places"))
		}
		sh.sayError(w)
	}
	var err error
	switch {
	case sh.json:
		err = sh.printJSON(j)
	case j.OK:
		err = sh.print("The feed %s is whole: %s.\nIts key is %s", j.Name, countWords(j.Rows, "row", "rows"), j.Key)
	default:
		err = sh.print("%s", "- "+strings.Join(j.Problems, "\n- "))
	}
	if err == nil && !sh.json {
		rows := [][]string{{"lane", "rows", "segments", "replaced", "documents", "signed"}}
		for _, l := range j.Lanes {
			rows = append(rows, []string{l.Lane, fmt.Sprint(l.Rows), fmt.Sprint(l.Segments), fmt.Sprint(l.Replaced), fmt.Sprint(l.Documents), l.Signed})
		}
		err = table(sh.env.Stdout, rows)
		for _, n := range j.Notes {
			sh.say("Note: %s.", n)
		}
	}
	if err == nil && !j.OK {
		err = &doneError{exitIntegrity}
	}
	return err
}

func (sh *shell) feedCompactCmd() *cobra.Command {
	var place feedPlace
	var lanes []string
	var atLeast int
	cmd := &cobra.Command{
		Use: "compact", Short: "Replace small segments by large ones",
		Long: `Replace the small segments of each week of a lane by large ones, where a week
has at least --min of them. Who has the small ones passes over the large ones; a
new workstation takes the large ones alone. Safe beside running publishers.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.feedCompact(cmd.Context(), place, lanes, atLeast)
		},
	}
	place.flags(cmd, true)
	cmd.Flags().StringSliceVar(&lanes, "lane", nil, "the lane, source.region; may be given more than once")
	cmd.Flags().IntVar(&atLeast, "min", 8, "segments a week from which it is compacted, 2 or more")
	return cmd
}

func (sh *shell) feedCompact(ctx context.Context, place feedPlace, names []string, atLeast int) error {
	if atLeast < 2 {
		return usagef("--min is %d; give 2 or more", atLeast)
	}
	if len(names) == 0 {
		return usagef("no lane is named; say --lane source.region")
	}
	var lanes []feed.Lane
	for _, name := range names {
		lane, err := feed.ParseLane(name)
		if err != nil {
			return err
		}
		lanes = append(lanes, lane)
	}
	return place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		var sum publish.CompactReport
		for _, lane := range lanes {
			r, err := p.Compact(ctx, lane, atLeast)
			if err != nil {
				return err
			}
			sum.Replaced, sum.Rows, sum.Records = sum.Replaced+r.Replaced, sum.Rows+r.Rows, append(sum.Records, r.Records...)
		}
		if sh.json {
			return sh.printJSON(map[string]any{"replaced": sum.Replaced, "rows": sum.Rows, "records": append([]int64{}, sum.Records...)})
		}
		return sh.print("%s replaced by %s with %s.", countWords(sum.Replaced, "segment", "segments"),
			countWords(len(sum.Records), "segment", "segments"), countWords(sum.Rows, "row", "rows"))
	})
}
