package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

// feedPublishJSON is what `feed publish --json` prints.
type feedPublishJSON struct {
	Lane        string  `json:"lane"`
	Rows        int64   `json:"rows"`
	Duplicates  int64   `json:"duplicates"`
	Rejects     int64   `json:"rejects"`
	RejectsFile string  `json:"rejects_file"`
	Photos      int64   `json:"photos"`
	Records     []int64 `json:"records"`
	Bytes       int64   `json:"bytes"`
	Elapsed     int64   `json:"elapsed_us"`
	PerSecond   float64 `json:"rows_per_second"`
}

type feedPublishFlags struct {
	place                 feedPlace
	lane, rejects, photos string
	document              string
	version               int64
}

func (sh *shell) feedPublishCmd() *cobra.Command {
	var f feedPublishFlags
	cmd := &cobra.Command{
		Use: "publish FILE...", Short: "Publish detection files, or a signed document",
		Long: `Publish detection files in a lane (source.region, e.g. wilmington-pd.de-north):
the standard detection CSV, plain or gzip, or GeoParquet with its columns.
What the lane has already is left out; what is no read, or has the id of another
read of its week, goes to the rejects file. Publishing a file again is safe.

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
	cmd.Flags().StringVar(&f.lane, "lane", "", "the lane of the reads, source.region")
	cmd.Flags().StringVar(&f.rejects, "rejects", "", "where rejected rows go (default: the first FILE with .rejects.csv)")
	cmd.Flags().StringVar(&f.photos, "photos", "", "folder with the photos that GeoParquet files name, as SHA256.jpg")
	cmd.Flags().StringVar(&f.document, "document", "", "name of a document to publish instead of reads")
	cmd.Flags().Int64Var(&f.version, "version", 0, "version of the document")
	return cmd
}

func (sh *shell) feedDocument(ctx context.Context, f feedPublishFlags, args []string) error {
	if len(args) != 1 || f.version < 1 || f.lane != "" {
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
	if f.lane == "" {
		return usagef("no lane is named; say --lane source.region")
	}
	lane, err := feed.ParseLane(f.lane)
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
		j := feedPublishJSON{Lane: lane.String(), Records: []int64{}}
		for _, name := range args {
			if err := sh.feedFile(ctx, p, lane, f, name, bad, bar, &j); err != nil {
				return errors.Join(at(name, err), bad.close())
			}
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
	if j.RejectsFile != "" {
		text += "\nThe rejected rows, with line and reason, are in " + j.RejectsFile
	}
	return sh.print("%s", text)
}

// feedFile publishes one file.
func (sh *shell) feedFile(ctx context.Context, p *publish.Publisher, lane feed.Lane, f feedPublishFlags, name string, bad *rejectsFile, bar *progress, j *feedPublishJSON) error {
	reads, file, err := publish.OpenFile(name, func(r publish.FileReject) error { return bad.add(name, r.Line, "", r.Reason) })
	if err != nil {
		return err
	}
	batch := publish.Batch{
		Lane: lane, Reads: counted(reads, bar),
		Reject: func(r publish.Reject) error { return bad.add(name, 0, r.ID, r.Reason) },
	}
	if f.photos != "" {
		batch.Picture = func(_ context.Context, _ *feed.Read, p feed.Picture) ([]byte, error) {
			return publish.PhotoFolder(f.photos, p)
		}
	}
	r, err := p.Publish(ctx, batch)
	j.Rows, j.Duplicates, j.Photos, j.Bytes = j.Rows+r.Rows, j.Duplicates+r.Duplicates, j.Photos+r.Photos, j.Bytes+r.Bytes
	j.Records = append(j.Records, r.Records...)
	return errors.Join(err, file.Close())
}

func counted(reads iter.Seq2[*feed.Read, error], bar *progress) iter.Seq2[*feed.Read, error] {
	return func(yield func(*feed.Read, error) bool) {
		n := int64(0)
		for d, err := range reads {
			if n++; n%4096 == 0 {
				bar.at(n)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// rejectsFile is a CSV file of what was not taken. It gets its name when it is done; without
// rejects there is none.
type rejectsFile struct {
	path string
	rows int64
	file *os.File
	out  *csv.Writer
}

func (r *rejectsFile) add(name string, line int64, id, reason string) error {
	if r.file == nil {
		// One that was left goes; a link is not followed.
		if err := os.Remove(r.path + ".tmp"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("rejects file: %w", err)
		}
		f, err := os.OpenFile(r.path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
		r.file, r.out = f, csv.NewWriter(f)
		if err := r.out.Write([]string{"file", "line", "id", "reason"}); err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
	}
	r.rows++
	number := ""
	if line > 0 {
		number = strconv.FormatInt(line, 10)
	}
	if id != "" && strings.ContainsRune("=+-@\t\r", rune(id[0])) {
		id = "'" + id // a spreadsheet would run it
	}
	return r.out.Write([]string{name, number, id, reason})
}

func (r *rejectsFile) close() error {
	if r.file == nil {
		return nil
	}
	r.out.Flush()
	err := errors.Join(r.out.Error(), r.file.Sync(), r.file.Close())
	if err == nil {
		err = os.Rename(r.path+".tmp", r.path)
	}
	if err != nil {
		return fmt.Errorf("rejects file: %w", err)
	}
	return nil
}
