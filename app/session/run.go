package session

import (
	"context"
	"errors"
	"time"

	"cordon/engine"
)

// RunPhase is how far a run is.
type RunPhase int

// The phases of a run.
const (
	RunIdle     RunPhase = iota
	RunRunning           // can be cancelled
	RunConfirm           // stopped for a confirmation; the meter shows it
	RunRefused           // policy said no; see DeskState.Refusal
	RunFailed            // see RunState.Error
	RunAnswered          // results are there
)

// RunState is what is shown of a run.
type RunState struct {
	Phase RunPhase
	Text  string // "Running since 09:21:07" while it runs
	Error string
}

// CanRun reports whether Run would start one. A kind that policy closes may be asked for:
// the engine refuses it and records the attempt.
func (d *Desk) CanRun() bool {
	if d.phase == RunRunning || d.missing() != "" {
		return false
	}
	return !d.mustConfirm() || d.confirmed
}

// mustConfirm reports whether the meter shows a warning that has its check box.
func (d *Desk) mustConfirm() bool {
	if d.needs != nil {
		return true
	}
	o := d.terms.kind(d.draft.Kind)
	return o.Open && d.estimate != nil && d.estimate.Refused == nil && len(d.estimate.Warnings) > 0
}

// Run runs the draft; it does nothing unless CanRun. Rows of the former answer are dropped
// when the new one arrives.
func (d *Desk) Run() {
	if !d.CanRun() {
		return
	}
	draft, confirm := d.draft, d.mustConfirm() && d.confirmed
	q := draft.query(d.env.Zone)
	opts := engine.RunOptions{Confirm: confirm, Reads: q.Kind == KindCommon || q.Kind == KindRepeat}
	d.phase, d.began, d.runErr, d.refusal, d.needs = RunRunning, d.env.Now(), "", nil, nil
	door := d.door
	start(d.env, &d.run, func(ctx context.Context) (*engine.Answer, error) { return door.Run(ctx, q, opts) },
		func(a *engine.Answer, err error) { d.ran(draft, a, err) })
	d.changed()
}

func (d *Desk) ran(draft Draft, a *engine.Answer, err error) {
	var refusal *engine.Refusal
	var needs *engine.NeedsConfirmation
	switch {
	case errors.As(err, &refusal):
		d.phase, d.refusal = RunRefused, refusalOf(refusal, draft.Kind, d.terms, d.env.Zone)
	case errors.As(err, &needs):
		d.phase, d.needs, d.confirmed = RunConfirm, needs, false
	case err != nil:
		d.phase, d.runErr = RunFailed, ErrorText(err)
	default:
		d.closeResults()
		d.phase, d.confirmed = RunAnswered, false
		d.results = newResults(d.env, d.door, draft, a, d.changed)
		d.results.setCameras(d.cameras)
		if d.estimate != nil {
			d.results.coverage = d.estimate.Cameras
		}
		d.results.newest = d.newest
		d.results.OnKept = d.OnKept
	}
	d.changed()
}

// Cancel stops a run; what it would have returned is not shown. An entry that the engine
// wrote before stays in the log.
func (d *Desk) Cancel() {
	if d.phase != RunRunning {
		return
	}
	d.run.stop()
	d.phase = RunIdle
	d.changed()
}

// CloseResults drops the answer and everything in it that is not kept.
func (d *Desk) CloseResults() {
	d.closeResults()
	if d.phase == RunAnswered {
		d.phase = RunIdle
	}
	d.changed()
}

func (d *Desk) closeResults() {
	if d.results == nil {
		return
	}
	d.results.close()
	entry, door := d.results.entry, d.door
	d.results = nil
	d.env.Go(func() { door.Release(entry) })
}

// DismissRefusal closes the refusal panel; the draft stays.
func (d *Desk) DismissRefusal() {
	d.refusal = nil
	if d.phase == RunRefused {
		d.phase = RunIdle
	}
	d.changed()
}

// OpenInstead changes to the kind that a refusal offers; case, reason and subject stay.
func (d *Desk) OpenInstead() {
	if d.refusal != nil && d.refusal.Open != "" {
		d.SetKind(d.refusal.Open)
	}
}

// StepUp gives the code for enhanced functions.
func (d *Desk) StepUp(code string) {
	door := d.door
	d.codeErr = ""
	start(d.env, &d.code, func(ctx context.Context) (struct{}, error) { return struct{}{}, door.StepUp(ctx, code) },
		func(_ struct{}, err error) {
			d.codeErr = CodeText(err)
			if err == nil {
				d.terms = TermsOf(d.door)
				d.scheduleEstimate()
			}
			d.changed()
		})
	d.changed()
}

// SessionChanged is to be called after the identity's rights changed elsewhere: a step-up
// in the shell, or the end of its period.
func (d *Desk) SessionChanged() {
	d.terms = TermsOf(d.door)
	d.scheduleEstimate()
	d.changed()
}

// Close drops results and stops all work; the desk must not be used afterwards.
func (d *Desk) Close() {
	d.OnChange = nil
	for _, t := range []*task{&d.est, &d.run, &d.camTask, &d.code} {
		t.stop()
	}
	d.closeResults()
}

// runState words the run.
func (d *Desk) runState() RunState {
	s := RunState{Phase: d.phase, Error: d.runErr}
	if d.phase == RunRunning {
		s.Text = "Running since " + d.began.In(d.env.Zone).Format(time.TimeOnly)
	}
	return s
}
