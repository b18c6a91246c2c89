package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"cordon/engine"
	"cordon/engine/detection"

	"github.com/spf13/cobra"
)

// querySpec is how a query is run and its answer printed.
type querySpec struct {
	format string
	batch  bool
	reads  bool
}

var queryFormats = []string{"table", "json", "csv", "geojson"}

func (sh *shell) queryCmd() *cobra.Command {
	var spec querySpec
	cmd := &cobra.Command{
		Use: "query FILE|-", Short: "Run a canonical query",
		Long: `Run a canonical query (JSON; “-” reads it from standard input) and print the answer.

--batch takes one query a line and prints one JSON answer a line; it goes on after
a bad line, and its exit status is the highest of all.

In CSV output no text cell starts a formula of a spreadsheet: such a cell gets an
apostrophe in front. All else is raw.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := sh.formatOf(cmd, &spec); err != nil {
				return err
			}
			if spec.batch {
				return sh.batch(cmd.Context(), args[0], spec)
			}
			return sh.single(cmd.Context(), args[0], spec)
		},
	}
	cmd.Flags().StringVar(&spec.format, "format", "", "table, json, csv or geojson (default: table)")
	cmd.Flags().BoolVar(&spec.batch, "batch", false, "one query a line, one JSON answer a line")
	cmd.Flags().BoolVar(&spec.reads, "reads", false, "common and repeat: also the reads of the plates found")
	return cmd
}

func (sh *shell) formatOf(cmd *cobra.Command, spec *querySpec) error {
	chosen := cmd.Flags().Changed("format")
	switch {
	case !chosen && (sh.json || spec.batch):
		spec.format = "json"
	case !chosen:
		spec.format = "table"
	case !slices.Contains(queryFormats, spec.format):
		return usagef("%q is no format; use table, json, csv or geojson", spec.format)
	case spec.format != "json" && (sh.json || spec.batch):
		return usagef("--json and --batch print JSON; leave --format %s out", spec.format)
	}
	sh.json = spec.format == "json"
	return nil
}

// input opens a file, or standard input for "-".
func (sh *shell) input(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(sh.env.Stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, at(name, err)
	}
	return f, nil
}

func (sh *shell) readQuery(name string) (detection.Query, error) {
	in, err := sh.input(name)
	if err != nil {
		return detection.Query{}, err
	}
	if name == "-" {
		name = "standard input"
	}
	text, err := io.ReadAll(io.LimitReader(in, detection.MaxQueryBytes+1))
	err = errors.Join(err, in.Close())
	if err != nil {
		return detection.Query{}, at(name, err)
	}
	q, err := detection.ParseQuery(text)
	return q, at(name, err)
}

func (sh *shell) single(ctx context.Context, name string, spec querySpec) error {
	q, err := sh.readQuery(name)
	if err == nil {
		err = sh.withSession(ctx, func(s *engine.Session) error {
			a, err := sh.runQuery(ctx, s, q, spec)
			if err != nil {
				return err
			}
			defer s.Release(a.Entry)
			return sh.printAnswer(a, spec)
		})
	}
	if err != nil && spec.format == "json" {
		return sh.failedAnswer(q.Kind, 0, err)
	}
	return err
}

// batch runs one query a line over one session.
func (sh *shell) batch(ctx context.Context, name string, spec querySpec) error {
	in, err := sh.input(name)
	if err != nil {
		return err
	}
	worst := exitDone
	err = sh.withSession(ctx, func(s *engine.Session) error {
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 64<<10), detection.MaxQueryBytes+1)
		for n := 1; lines.Scan(); n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			status, err := sh.batchLine(ctx, s, lines.Bytes(), n, spec)
			if err != nil {
				return err
			}
			worst = max(worst, status)
		}
		if errors.Is(lines.Err(), bufio.ErrTooLong) {
			return &detection.FieldError{Field: "query", Problem: "is longer than 8 MiB", Hint: "Put one query on each line."}
		}
		return at(name, lines.Err())
	})
	if err := errors.Join(err, in.Close()); err != nil {
		return err
	}
	if worst != exitDone {
		return &doneError{worst}
	}
	return nil
}

// batchLine answers one line; only an error of the output ends the batch.
func (sh *shell) batchLine(ctx context.Context, s *engine.Session, line []byte, n int, spec querySpec) (status int, err error) {
	q, err := detection.ParseQuery(line)
	var a *engine.Answer
	if err == nil {
		a, err = sh.runQuery(ctx, s, q, spec)
	}
	if err != nil {
		var done *doneError
		if err := sh.failedAnswer(q.Kind, n, at(fmt.Sprintf("line %d", n), err)); !errors.As(err, &done) {
			return 0, err
		}
		return done.status, nil
	}
	defer s.Release(a.Entry)
	return exitDone, sh.printAnswer(a, spec)
}

func (sh *shell) runQuery(ctx context.Context, s *engine.Session, q detection.Query, spec querySpec) (*engine.Answer, error) {
	if err := sh.stepUp(ctx, s, q.Kind); err != nil {
		return nil, err
	}
	plates := q.Kind == detection.KindCommon || q.Kind == detection.KindRepeat
	return s.Run(ctx, q, engine.RunOptions{Confirm: sh.confirm, Reads: plates && (spec.reads || spec.format == "geojson")})
}
