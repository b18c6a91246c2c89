package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"cordon/engine"

	"github.com/spf13/cobra"
)

// checkJSON is what `check --json` prints.
type checkJSON struct {
	OK           bool          `json:"ok"`
	Blocks       int64         `json:"blocks"`
	Rows         int64         `json:"rows"`
	AuditEntries int64         `json:"audit_entries"`
	Problems     []string      `json:"problems"`
	Findings     []findingJSON `json:"findings"`
	Repair       *repairJSON   `json:"repair,omitempty"`
	Error        *worded       `json:"error"`
}

// findingJSON is one fault; what is not known is empty.
type findingJSON struct {
	Store   string   `json:"store"`
	Kind    string   `json:"kind"`
	Block   string   `json:"block"`
	Quarter string   `json:"quarter"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	Rows    int64    `json:"rows"`
	Problem string   `json:"problem"`
	Files   []string `json:"files"`
}

func (sh *shell) checkCmd() *cobra.Command {
	var repair bool
	var files []string
	cmd := &cobra.Command{
		Use: "check [--repair [--file FILE]…]", Short: "Check that both stores hold what was written, and repair detections", Args: noArgs,
		Long: `Read every block of detections, every value of the vault and the whole audit log,
and say what is damaged, with its period and its rows. Exit status 5: damage is there.

With --repair damaged detections are put back: from each other, and from the files
they were taken in from, named with --file. A file counts only when it is, row by
row, what was taken in. Where that is not enough, or the detections do not open at
all, and all files are named, the detections are made anew beside the old ones.
The vault and the audit log are never repaired: put them back from a backup.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(files) > 0 && !repair {
				return usagef("--file names files for a repair; say --repair as well")
			}
			given, err := repairFiles(files)
			if err != nil {
				return err
			}
			var r engine.CheckReport
			var done *engine.RepairReport
			if repair {
				r, done, err = sh.repair(cmd.Context(), given)
			} else {
				r, err = sh.check(cmd.Context())
			}
			if err != nil {
				return err
			}
			return sh.printCheck(r, done)
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "put damaged detections back")
	cmd.Flags().StringArrayVar(&files, "file", nil, "a file that was taken in; for several, say it again")
	return cmd
}

// repairFiles are the named files, which must be there.
func repairFiles(names []string) (out []engine.RepairFile, err error) {
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, at(name, err)
		}
		if !info.Mode().IsRegular() {
			return nil, usagef("--file %s is no file; it is read several times", name)
		}
		out = append(out, engine.RepairFile{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	return out, nil
}

// check checks the workstation in a session, or without one when it is too damaged to open.
func (sh *shell) check(ctx context.Context) (r engine.CheckReport, err error) {
	bar := sh.progress("blocks", 0)
	defer bar.end()
	opened := false
	err = sh.withEngine(ctx, func(e *engine.Engine) error {
		opened = true
		return sh.signedIn(ctx, e, func(s *engine.Session) (err error) {
			r, err = s.Check(ctx, func(done, _ int64) { bar.at(done) })
			return err
		})
	})
	if opened || !errors.Is(err, engine.ErrDamaged) {
		return r, err
	}
	sh.say("The workstation does not open; each store is checked on its own, without sign-in.\n")
	return sh.examine(ctx)
}

// examine checks each store on its own, without sign-in.
func (sh *shell) examine(ctx context.Context) (r engine.CheckReport, err error) {
	dir, err := sh.dataDir()
	if err != nil {
		return r, err
	}
	bar := sh.progress("blocks", 0)
	defer bar.end()
	if r, err = engine.Examine(ctx, sh.options(dir), func(done, _ int64) { bar.at(done) }); err == nil && len(r.Findings) == 0 {
		// What is wrong lies between the stores, e.g. an exchanged log.
		var e *engine.Engine
		if e, err = engine.Open(ctx, sh.options(dir)); err == nil {
			err = e.Close()
		}
	}
	return r, at(dir, err)
}

func (sh *shell) printCheck(r engine.CheckReport, repair *engine.RepairReport) error {
	j := checkJSON{
		OK: len(r.Findings) == 0, Blocks: r.Blocks, Rows: r.Rows, AuditEntries: r.AuditEntries, Problems: []string{}, Findings: []findingJSON{},
		Repair: repairOf(repair),
	}
	for _, f := range r.Findings {
		j.Problems = append(j.Problems, f.String())
		j.Findings = append(j.Findings, findingJSON{f.Store, f.Kind, f.Block, f.Quarter, utc(f.From), utc(f.To), f.Rows, f.Problem, append([]string{}, f.Files...)})
	}
	if !sh.json && repair != nil {
		if err := sh.printRepair(repair); err != nil {
			return err
		}
	}
	if !j.OK {
		w := word(&integrityError{"the check found damage: " + strings.Join(firstFew(j.Problems, 5), "; "), nextFor(r.Findings, repair)})
		j.Error = &w
		if !sh.json { // the list stands on its own
			w.Message = fmt.Sprintf("The check found damage in %s.", countWords(int64(len(j.Problems)), "place", "places"))
		}
		sh.sayError(w)
	}
	var err error
	switch {
	case sh.json:
		err = sh.printJSON(j)
	case j.OK:
		err = sh.print("Both stores are whole: %s in %s, %s.", countWords(r.Rows, "row", "rows"), countWords(r.Blocks, "block", "blocks"), countWords(r.AuditEntries, "audit entry", "audit entries"))
	default:
		err = sh.print("%s", "- "+strings.Join(someOf(j.Problems), "\n- "))
	}
	if err == nil && !j.OK {
		err = &doneError{exitIntegrity}
	}
	return err
}

// maxListed is how many faults are listed for people; scripts get all.
const maxListed = 100

func someOf(list []string) []string {
	if len(list) <= maxListed {
		return list
	}
	return append(slices.Clone(list[:maxListed]), fmt.Sprintf("and %s more; --json lists all", countWords(len(list)-maxListed, "place", "places")))
}

// nextBackup is what to do about damage that nothing here repairs.
const nextBackup = "Keep the folder as it is and copy it first; then put back from a backup what is named, or tell the owner of the workstation."

// nextFor says what to do about damage. repair is nil when none was tried.
func nextFor(list []engine.Finding, repair *engine.RepairReport) string {
	var files []string
	ours, others, fromFeed, local := false, false, false, false
	for _, f := range list {
		fromFeed, local = fromFeed || f.Feed, local || len(f.Files) > 0 || f.Made
		ours = ours || f.Store == engine.StoreDetections
		others = others || f.Store != engine.StoreDetections
		files = append(files, f.Files...)
	}
	slices.Sort(files)
	named := ""
	if files = slices.Compact(files); len(files) > 0 {
		named = " (" + strings.Join(firstFew(files, 20), ", ") + ")"
	}
	switch {
	case !ours || others:
		return nextBackup
	case repair == nil && fromFeed && !local:
		return "Copy the folder first. Then run “cordon check --repair” where the feed can be reached: it fetches the rows again."
	case repair == nil:
		return "Copy the folder first. Then run “cordon check --repair”, naming the files that were taken in" + named + " with --file."
	case repair.NotRemade != "":
		return repair.NotRemade
	}
	if fromFeed && !local {
		return "Run it again when the feed can be reached and has all its segments; else make a new workstation and sync it."
	}
	return "Run it again and name all files that were taken in" + named + " with --file, unchanged. Where one is lost, take the others in on a new workstation."
}
