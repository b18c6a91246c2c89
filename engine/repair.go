package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"
	"cordon/engine/internal/reads"
	"cordon/engine/policy"
)

// RepairFile is a standard detection CSV, plain or gzip, that was taken in once.
type RepairFile struct {
	Name string                        // its base name is the one that it was taken in under
	Open func() (io.ReadCloser, error) // from the start; is called several times
}

// RepairProgress is how far a repair is.
type RepairProgress struct {
	Stage       RepairStage
	Done, Total int64 // blocks or rows; Total 0: unknown
}

// RepairStage is what a repair does at a time.
type RepairStage string

// The stages.
const (
	RepairBlocks RepairStage = "blocks" // every block is read; the second time after the repair
	RepairRemake RepairStage = "rows"   // the detections are made anew
)

// RepairReport says what a repair did.
type RepairReport struct {
	Before     []Finding     // what was damaged of the detections
	Blocks     int           // damaged blocks that were put back
	Rows       int64         // rows of them; for ids ids, for vehicles vehicles
	Refused    []RefusedFile // files, and lanes of the feed, that were needed and not used
	Remade     bool          // the detections were made anew from the files; the next Open takes them
	NotRemade  string        // why they were not, and what to do; empty where there was no need or no file
	RemadeRows int64
	After      CheckReport // of both stores after the repair; with Remade, of what the next Open replaces
}

// RefusedFile is a file, or a lane of the feed, whose rows were not used, and why.
type RefusedFile struct{ Name, Problem string }

// Repair puts damaged detections back: rows from the other projection, and where both are
// damaged, from files they were taken in from. A file is used only when its rows give the
// digest that was recorded when it was taken in; no other puts anything back. Rows of a feed's
// lanes are fetched from it again, where they are needed. Where damage is
// left, or the detections do not open (OpenForRepair), and the files hold all that was taken
// in, all is made anew beside the old ones. The vault and the audit log are not repaired.
// Recorded: the call, the damage before anything is changed, and the outcome. Errors:
// *Refusal, ErrInvalid for a file that is no such CSV, ErrNoSpace. progress may be nil.
func (s *Session) Repair(ctx context.Context, files []RepairFile, progress func(RepairProgress)) (RepairReport, error) {
	if progress == nil {
		progress = func(RepairProgress) {}
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(f.Name))
	}
	v := s.event("repair").with("files", strings.Join(names, ", "))
	if err := s.enterBroken(ctx); err != nil {
		return RepairReport{}, err
	}
	if !s.e.policy().Roles[s.account.Role].Import {
		return RepairReport{}, s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-1", What: "Your role does not repair detections", Why: "What is on the workstation must have a known origin.",
			Next: "Ask an investigator or an account manager.",
		})
	}
	if _, err := s.e.record(ctx, v.tell("state", s.e.DataState().Name)); err != nil {
		return RepairReport{}, err
	}
	out, err := s.e.repair(ctx, v, files, progress)
	v.kind = "repair-done"
	if err != nil {
		if _, audited := s.e.record(context.WithoutCancel(ctx), v.tell("failed", "true")); audited != nil {
			return out, audited
		}
		return out, outer(err)
	}
	for _, r := range out.Refused {
		v = v.with("refused", r.Name+": "+r.Problem)
	}
	v = v.tell("blocks", strconv.Itoa(out.Blocks), "rows", strconv.FormatInt(out.Rows, 10), "left", strconv.Itoa(len(out.After.Findings)), "state", s.e.DataState().Name)
	if out.Remade {
		v = v.tell("remade_rows", strconv.FormatInt(out.RemadeRows, 10))
	}
	_, err = s.e.record(context.WithoutCancel(ctx), v)
	return out, err
}

func (e *Engine) repair(ctx context.Context, v event, files []RepairFile, progress func(RepairProgress)) (out RepairReport, err error) {
	v.kind = "repair-damage"
	if e.broken != nil {
		out.After.unopened(e.broken)
		out.Before = out.After.Findings
		_, err = e.record(ctx, v.tell(damageFields(out.Before)...))
	} else {
		err = e.repairBlocks(ctx, v, files, progress, &out)
	}
	if err != nil {
		return out, err
	}
	if len(out.After.Findings) > 0 && (len(files) > 0 || e.broken != nil) {
		out.RemadeRows, err = e.remake(ctx, files, progress)
		var cannot *cannotRemake
		if errors.As(err, &cannot) {
			out.NotRemade, err = cannot.Error(), nil
		} else {
			out.Remade = err == nil
		}
	}
	if err == nil {
		err = out.After.others(ctx, e)
	}
	return out, err
}

func (e *Engine) repairBlocks(ctx context.Context, v event, files []RepairFile, progress func(RepairProgress), out *RepairReport) error {
	fromFeed, done, err := e.feedSources(ctx)
	if err != nil {
		return err
	}
	defer done()
	o := reads.RepairOptions{
		Sources: append(sourcesOf(files), fromFeed...),
		Found: func(r reads.Report) error {
			_, err := e.record(ctx, v.tell(damageFields(findingsOf(r.Findings))...))
			return err
		},
		Progress: func(done, all int) { progress(RepairProgress{RepairBlocks, int64(done), int64(all)}) },
	}
	r, err := e.reads.Repair(ctx, o)
	out.Before, out.Blocks, out.Rows = findingsOf(r.Before.Findings), r.Blocks, r.Rows
	for _, x := range r.Refused {
		name, isFile := strings.CutPrefix(x.Origin, originFile)
		if !isFile {
			name = "the feed’s lane " + x.Lane
		}
		out.Refused = append(out.Refused, RefusedFile{name, x.Problem})
	}
	if err != nil {
		return err
	}
	out.After.detections(r.After)
	for i := range out.After.Findings {
		if f := &out.After.Findings[i]; f.Kind == "vehicle" {
			f.Problem += "; which plates its vehicles have stands nowhere else but in the files they were taken in from"
		}
	}
	return nil
}

// sourcesOf are the files as a repair of blocks takes them.
func sourcesOf(files []RepairFile) (out []reads.Source) {
	for _, f := range files {
		out = append(out, reads.Source{Lane: laneLocal, Origin: originFile + filepath.Base(f.Name), Rows: f.rows()})
	}
	return out
}

// rows yields the detections of the file, as an import reads them. It can be iterated again.
func (f RepairFile) rows() iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		fail := func(err error) { yield(detection.Detection{}, fmt.Errorf("%s: %w", f.Name, err)) }
		file, err := f.Open()
		if err != nil {
			fail(err)
			return
		}
		defer file.Close()
		in, err := detcsv.NewReader(file)
		if err != nil {
			fail(err)
			return
		}
		for d, err := range in.Rows(func(detcsv.Reject) error { return nil }) {
			if err != nil {
				fail(err)
				return
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// maxNamed is how many damaged blocks an entry of the log names.
const maxNamed = 50

// damageFields say in the log what is damaged.
func damageFields(list []Finding) []string {
	var blocks, quarters []string
	rows := int64(0)
	for _, f := range list {
		rows += f.Rows
		if len(blocks) < maxNamed {
			name := f.Block
			if name == "" {
				name = f.Problem
			}
			blocks = append(blocks, name)
		}
		if f.Quarter != "" {
			quarters = append(quarters, f.Quarter)
		}
	}
	slices.Sort(quarters)
	return []string{
		"damaged", strconv.Itoa(len(list)), "rows", strconv.FormatInt(rows, 10),
		"quarters", strings.Join(slices.Compact(quarters), " "), "blocks", strings.Join(blocks, ", "),
	}
}
