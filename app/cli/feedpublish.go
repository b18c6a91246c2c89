package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

// feedPublishJSON is what `feed publish --json` prints.
type feedPublishJSON struct {
	Lane        string              `json:"lane"` // all, with commas, where cameras have lanes of their own
	Rows        int64               `json:"rows"`
	Duplicates  int64               `json:"duplicates"`
	Rejects     int64               `json:"rejects"`
	RejectsFile string              `json:"rejects_file"`
	Photos      int64               `json:"photos"`
	Records     []int64             `json:"records"`
	Bytes       int64               `json:"bytes"`
	Elapsed     int64               `json:"elapsed_us"`
	PerSecond   float64             `json:"rows_per_second"`
	Lanes       []*feedLaneTookJSON `json:"lanes"`
	Collapsed   int64               `json:"collapsed"`   // reads that went into another one
	Redelivered int64               `json:"redelivered"` // the same read again in one file
	Uncollapsed int64               `json:"uncollapsed"` // reads too far out of order, or too many at once
	Skipped     map[string]int64    `json:"skipped"`     // items without a read, such as heartbeats
	Notes       map[string]int64    `json:"notes"`
	LeftOut     map[string]int64    `json:"pictures_left_out"`
	Unknown     map[string]int64    `json:"unknown_words"`
}

// feedLaneTookJSON is what one lane got.
type feedLaneTookJSON struct {
	Lane    string  `json:"lane"`
	Rows    int64   `json:"rows"`
	Records []int64 `json:"records"`
}

type feedPublishFlags struct {
	place           feedPlace
	intake          intakeFlags
	rejects, photos string
	document        string
	version         int64
}

func (sh *shell) feedPublishCmd() *cobra.Command {
	var f feedPublishFlags
	cmd := &cobra.Command{
		Use: "publish FILE...", Short: "Publish detection files, or a signed document",
		Long: `Publish detection files in a lane (source.region, e.g. wilmington-pd.de-north):
the standard detection CSV, any other CSV with --map, OpenALPR or Plate
Recognizer JSON (one object, a list, or one a line), each plain or gzip, or
GeoParquet with the columns of the standard CSV. docs/feed.md describes them;
“cordon feed preview” shows what a file would become.

Reads of one vehicle at one camera within --collapse become one. What the lane
has already is left out; what is no read, or has the id of another read of its
week, goes to the rejects file. Publishing a file again is safe.

With --document NAME the one FILE is JSON and becomes a document of the control
lane, with a version above the last one.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("“%s” takes one or more files", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.document != "" {
				return sh.feedDocument(cmd.Context(), f, args)
			}
			return sh.feedPublish(cmd.Context(), f, args)
		},
	}
	f.place.flags(cmd, true)
	f.intake.flags(cmd)
	cmd.Flags().DurationVar(&f.intake.collapse, "collapse", intake.DefaultWindow, "reads of a vehicle at a camera within this time become one; 0s: none do")
	cmd.Flags().StringVar(&f.rejects, "rejects", "", "where rejected rows go (default: the first FILE with .rejects.csv)")
	cmd.Flags().StringVar(&f.photos, "photos", "", "folder with the photos that GeoParquet files name, as SHA256.jpg")
	cmd.Flags().StringVar(&f.document, "document", "", "name of a document to publish instead of reads")
	cmd.Flags().Int64Var(&f.version, "version", 0, "version of the document")
	return cmd
}

func (sh *shell) feedDocument(ctx context.Context, f feedPublishFlags, args []string) error {
	if f.document == feed.DocAccounts { // which says who loses what, and gives the codes out
		return usagef("publish the list of accounts with “cordon feed accounts FILE”")
	}
	if len(args) != 1 || f.version < 1 || f.intake.lane != "" {
		return usagef("a document is one FILE with --version N, 1 or more, and without --lane")
	}
	in, err := sh.input(args[0])
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(in, publish.MaxDocument+1))
	if err := errors.Join(err, in.Close()); err != nil {
		return at(args[0], err)
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		n, err := p.PublishDocument(ctx, f.document, f.version, body)
		if err != nil {
			return err
		}
		if sh.json {
			return sh.printJSON(map[string]any{"document": f.document, "version": f.version, "record": n})
		}
		return sh.print("Document %s, version %d, is record %d of the control lane.", f.document, f.version, n)
	})
}

func (sh *shell) feedPublish(ctx context.Context, f feedPublishFlags, args []string) error {
	o, err := f.intake.options(sh)
	if err != nil {
		return err
	}
	if f.rejects == "" {
		f.rejects = args[0] + ".rejects.csv"
	}
	for _, name := range args {
		if sameFile(name, f.rejects) {
			return usagef("--rejects %s names a file that is published; it would be overwritten", f.rejects)
		}
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		start := sh.env.Clock()
		bad := &rejectsFile{path: f.rejects}
		bar := sh.progress("rows", 0)
		j := feedPublishJSON{Records: []int64{}, Lanes: []*feedLaneTookJSON{}}
		for _, name := range args {
			run := publishRun{p: p, o: o, photos: f.photos, name: name, bad: bad, bar: bar, j: &j}
			if err := run.file(ctx); err != nil {
				return errors.Join(at(name, err), bad.close())
			}
		}
		if j.lanes(); j.Lane == "" {
			j.Lane = f.intake.lane
		}
		bar.end()
		if err := bad.close(); err != nil {
			return at(f.rejects, err)
		}
		j.Rejects = bad.rows
		if bad.rows > 0 {
			j.RejectsFile = f.rejects
		}
		took := sh.env.Clock().Sub(start)
		if j.Elapsed = took.Microseconds(); took > 0 {
			j.PerSecond = float64(j.Rows) / took.Seconds()
		}
		return sh.sayPublished(j)
	})
}

func (sh *shell) sayPublished(j feedPublishJSON) error {
	if sh.json {
		return sh.printJSON(j)
	}
	text := fmt.Sprintf("%s published in lane %s, in %s; %s, %s.", countWords(j.Rows, "row", "rows"), j.Lane,
		countWords(len(j.Records), "segment", "segments"), countWords(j.Duplicates, "duplicate", "duplicates"), countWords(j.Rejects, "reject", "rejects"))
	if more := oddities(j); more != "" {
		text += "\n" + more
	}
	if j.RejectsFile != "" {
		text += "\nThe rejected rows, with line and reason, are in " + j.RejectsFile
	}
	return sh.print("%s", text)
}
