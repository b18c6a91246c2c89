package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cordon/engine"

	"github.com/spf13/cobra"
)

// importJSON is what `import --json` prints.
type importJSON struct {
	Batch       int64   `json:"batch"`
	Rows        int64   `json:"rows"`
	Duplicates  int64   `json:"duplicates"`
	Rejects     int64   `json:"rejects"`
	RejectsFile string  `json:"rejects_file"`
	TooOld      int64   `json:"too_old"`
	From        string  `json:"from"`
	To          string  `json:"to"`
	State       string  `json:"state"`
	Elapsed     int64   `json:"elapsed_us"`
	PerSecond   float64 `json:"rows_per_second"`
}

func (sh *shell) importCmd() *cobra.Command {
	var rejects string
	cmd := &cobra.Command{
		Use: "import FILE|-", Short: "Take a detection file into the workstation",
		Long: `Take a file in the standard detection CSV (plain or gzip) into the workstation's
local lane. A row that does not parse goes to the rejects file with its line and
the reason; the others are taken. Standard input (“-”) needs --rejects to keep them.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := rejects
			if path == "" && args[0] != "-" {
				path = args[0] + ".rejects.csv"
			}
			return sh.importFile(cmd.Context(), args[0], path)
		},
	}
	cmd.Flags().StringVar(&rejects, "rejects", "", "where rejected rows go (default: FILE.rejects.csv)")
	return cmd
}

func (sh *shell) importFile(ctx context.Context, name, rejects string) error {
	in, err := sh.input(name)
	if err != nil {
		return err
	}
	if sameFile(name, rejects) {
		return errors.Join(usagef("--rejects %s names the file that is taken in; it would be overwritten", rejects), in.Close())
	}
	var report engine.ImportReport
	state := ""
	err = sh.withEngineSession(ctx, func(e *engine.Engine, s *engine.Session) error {
		bar := sh.progress("rows", 0)
		var err error
		report, err = s.Import(ctx, engine.ImportOptions{Name: filepath.Base(name), RejectsPath: rejects}, in, func(p engine.ImportProgress) {
			more := ""
			if p.Rejects > 0 {
				more = fmt.Sprintf(" and %d rejects", p.Rejects)
			}
			bar.note(p.Rows, more)
		})
		bar.end()
		state = e.DataState().Name
		return at(name, err)
	})
	if err := errors.Join(err, in.Close()); err != nil {
		return err
	}
	j := importJSON{
		Batch: report.Batch, Rows: report.Rows, Duplicates: report.Duplicates, Rejects: report.Rejects, TooOld: report.TooOld, RejectsFile: report.RejectsFile,
		From: utc(report.From), To: utc(report.To), State: state, Elapsed: report.Elapsed.Microseconds(),
	}
	if s := report.Elapsed.Seconds(); s > 0 {
		j.PerSecond = float64(report.Rows) / s
	}
	if sh.json {
		return sh.printJSON(j)
	}
	old := ""
	if j.TooOld > 0 {
		old = ", " + countWords(j.TooOld, "row", "rows") + " older than what is kept"
	}
	text := fmt.Sprintf("%s taken in as batch %d, %s to %s; %s, %s%s. Data state %s.", countWords(j.Rows, "row", "rows"), j.Batch, j.From, j.To,
		countWords(j.Duplicates, "duplicate", "duplicates"), countWords(j.Rejects, "reject", "rejects"), old, state)
	if j.RejectsFile != "" {
		text += "\nThe rejected rows, with line and reason, are in " + j.RejectsFile
	}
	return sh.print("%s", text)
}

// sameFile reports whether two paths name one existing file.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}
