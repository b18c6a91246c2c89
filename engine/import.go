package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"
	"cordon/engine/internal/reads"
	"cordon/engine/policy"
)

// laneLocal is the lane of imports and of the demo. Feeds will add lanes of their own.
const laneLocal = "local"

// ImportOptions go with an import.
type ImportOptions struct {
	Name        string // of the file, for the log
	RejectsPath string // where rejected lines go; empty: they are only counted
}

// ImportProgress is how far an import is.
type ImportProgress struct{ Bytes, Rows, Rejects int64 }

// Import takes a standard detection CSV, plain or gzip, into the local lane as one batch: all
// of it or, on any error, nothing. Lines that are no detection go to the rejects file with
// number and reason. Errors: *Refusal, ErrInvalid for a file that is no such CSV,
// ErrNoSpace. progress may be nil.
func (s *Session) Import(ctx context.Context, o ImportOptions, r io.Reader, progress func(ImportProgress)) (ImportReport, error) {
	v := s.event("import").with("file", filepath.Base(o.Name))
	if err := s.enter(ctx); err != nil {
		return ImportReport{}, err
	}
	if !s.e.policy().Roles[s.account.Role].Import {
		return ImportReport{}, s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-1", What: "Your role does not take detections in", Why: "What is on the workstation must have a known origin.",
			Next: "Ask an investigator or an account manager.",
		})
	}
	in, err := detcsv.NewReader(r)
	if err != nil {
		return ImportReport{}, err
	}
	rejects := &rejectsFile{path: o.RejectsPath}
	defer rejects.drop()
	report := func(rows int64) {
		if progress != nil {
			progress(ImportProgress{Bytes: in.BytesRead(), Rows: rows, Rejects: rejects.n})
		}
	}
	if _, err := s.e.record(ctx, v.tell("state", s.e.DataState().Name)); err != nil {
		return ImportReport{}, err
	}
	cameras, kept := cameraSeer{}, ageLimit{from: s.e.keptFrom()}
	twice := &conflicts{rejects: rejects}
	b := reads.Batch{Lane: laneLocal, Origin: originFile + filepath.Base(o.Name), OnConflict: twice.add}
	out, err := s.e.take(ctx, b, twice.lines(in, seen(kept.rows(in.Rows(rejects.add)), cameras)), report)
	out.TooOld += kept.left
	if err == nil {
		err = twice.err
	}
	v.kind = "import-done"
	if err != nil {
		if _, audited := s.e.record(context.WithoutCancel(ctx), v.tell("failed", "true")); audited != nil {
			return ImportReport{}, audited
		}
		return ImportReport{}, outer(err)
	}
	out.Rejects = rejects.n
	if out.RejectsFile, err = rejects.finish(); err != nil {
		return out, fmt.Errorf("batch %d is taken in, but its rejects file is not written: %w", out.Batch, outer(err))
	}
	if err := s.e.addCameras(ctx, laneLocal, cameras.list()); err != nil {
		return out, outer(err)
	}
	_, err = s.e.record(context.WithoutCancel(ctx), v.tell(importFields(out)...).tell("state", s.e.DataState().Name))
	return out, err
}

func importFields(r ImportReport) []string {
	return []string{
		"batch", strconv.FormatInt(r.Batch, 10), "rows", strconv.FormatInt(r.Rows, 10),
		"duplicates", strconv.FormatInt(r.Duplicates, 10), "rejects", strconv.FormatInt(r.Rejects, 10),
		"too_old", strconv.FormatInt(r.TooOld, 10),
	}
}

// ageLimit leaves rows out that are older than the policy's window (T-3).
type ageLimit struct {
	from time.Time
	left int64 // rows left out
}

func (a *ageLimit) rows(rows iter.Seq2[detection.Detection, error]) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for d, err := range rows {
			if err == nil && d.Time.Before(a.from) {
				a.left++
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// seen passes rows on and shows each to the camera list.
func seen(rows iter.Seq2[detection.Detection, error], cameras cameraSeer) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for d, err := range rows {
			if err == nil {
				cameras.see(d)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// take appends one batch.
func (e *Engine) take(ctx context.Context, b reads.Batch, rows iter.Seq2[detection.Detection, error], progress func(int64)) (ImportReport, error) {
	began := time.Now()
	info, err := e.appendBatch(ctx, b, rows, progress)
	if err != nil {
		return ImportReport{}, err
	}
	return ImportReport{Batch: info.Number, Rows: info.Rows, Duplicates: info.Duplicates, TooOld: info.Purged, From: info.From, To: info.To, Elapsed: time.Since(began)}, nil
}

// appendBatch stores a batch, notes in the vault what is there now, and purges what is too old.
func (e *Engine) appendBatch(ctx context.Context, b reads.Batch, rows iter.Seq2[detection.Detection, error], progress func(int64)) (reads.BatchInfo, error) {
	e.importing.Lock()
	defer e.importing.Unlock()
	info, err := e.reads.Append(ctx, b, rows, progress)
	var bad *reads.RowError
	if errors.As(err, &bad) {
		return info, &classed{ErrInvalid, err}
	}
	if err != nil {
		return info, err
	}
	// The batch is durable; if this fails, the next Open makes the note.
	if err := e.rememberHolding(context.WithoutCancel(ctx)); err != nil {
		e.o.Log("note of the detections: " + err.Error())
	}
	if err := e.purge(context.WithoutCancel(ctx)); err != nil {
		e.o.Log("purge: " + err.Error())
	}
	return info, nil
}

// LoadOptions say where loaded rows come from.
type LoadOptions struct {
	Origin   string   // e.g. "demo:1"
	Provider string   // photo provider of the rows
	Cameras  []Camera // known cameras
}

// Load takes detections into the local lane as one batch, outside a session: for the demo's
// wiring, before anybody can sign in. It is recorded like an import. progress may be nil.
func (e *Engine) Load(ctx context.Context, o LoadOptions, rows iter.Seq2[detection.Detection, error], progress func(int64)) (ImportReport, error) {
	if e.broken != nil {
		return ImportReport{}, e.broken
	}
	v := event{kind: "load"}.tell("origin", o.Origin, "provider", o.Provider)
	if _, err := e.record(ctx, v.tell("state", e.DataState().Name)); err != nil {
		return ImportReport{}, err
	}
	out, err := e.take(ctx, reads.Batch{Lane: laneLocal, Origin: o.Origin, Photos: o.Provider}, rows, progress)
	if err != nil {
		return out, outer(err)
	}
	if err := e.addCameras(ctx, laneLocal, o.Cameras); err != nil {
		return out, outer(err)
	}
	v.kind = "load-done"
	_, err = e.record(context.WithoutCancel(ctx), v.tell(importFields(out)...).tell("state", e.DataState().Name))
	return out, err
}
