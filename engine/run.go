package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
	"cordon/engine/policy"
)

// Run runs a query: policy, scope, the stores, the audit entry on disk, and only then the
// answer (U-2). Errors: ErrInvalid; *Refusal; *NeedsConfirmation (run again with
// RunOptions.Confirm); ErrAudit: nothing was answered; ErrDamaged; ErrSession; the context's.
func (s *Session) Run(ctx context.Context, q detection.Query, o RunOptions) (*Answer, error) {
	began := time.Now()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	if err := s.recordScope(ctx); err != nil { // what led to the query stands before it
		return nil, err
	}
	p, v, warnings, err := s.admit(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(warnings) > 0 && !o.Confirm {
		return nil, s.askConfirmation(ctx, v, warnings, -1)
	}
	if p.plan.Limit = s.e.policy().MaxRows; p.q.Limit != detection.NoLimit {
		p.plan.Limit = p.q.Limit
	}
	if o.Reads {
		p.plan.Reads = s.e.policy().MaxRows
	}
	started := time.Now()
	result, err := s.e.runPlan(ctx, p)
	if err != nil {
		return nil, s.failed(ctx, v, err)
	}
	matches := result.Count
	many := s.e.policy().CheckCount(p.q.Kind, matches)
	if many == nil && o.Reads { // what is shown beside the plates counts as well
		matches = readsBehind(result.Vehicles)
		many = s.e.policy().CheckCount(detection.KindGeo, matches)
	}
	shown := shownBefore{}
	if o.Confirm {
		if shown, err = s.shownOf(p.q, v.private["query"]); err != nil {
			return nil, err
		}
	}
	if many != nil {
		warnings = append(warnings, Warning(*many))
		// The count alone shows nothing that needs confirming. Who confirmed what was shown
		// before the count was known has not confirmed the count.
		if p.plan.Limit > 0 && (!o.Confirm || shown.rules != "" && !shown.covers(warnings)) {
			return nil, s.askConfirmation(ctx, v.tell("state", stateName(result.State)), warnings, matches)
		}
	}
	warned := ""
	if o.Confirm && len(warnings) > 0 {
		if warned, err = s.confirmed(ctx, shown, warnings); err != nil {
			return nil, err
		}
	}
	a, open := answerOf(p, result)
	a.Warnings, a.EngineTime = warnings, time.Since(started)
	if kept := s.e.keptFrom(); slices.ContainsFunc(p.q.Windows, func(w detection.Window) bool { return w.From.Before(kept) }) {
		a.KeptFrom = kept
	}

	started = time.Now()
	receipt, err := s.e.record(ctx, v.tell(
		"count", strconv.FormatInt(a.Count, 10), "returned", strconv.Itoa(len(a.Rows)+len(a.Plates)),
		"cut", strconv.FormatBool(a.Cut), "digest", a.Digest, "state", a.State, "state_digest", stateDigest(result.State),
		"reads", strconv.FormatInt(a.Reads, 10), "plate_reads", strconv.Itoa(len(a.PlateHits)),
		"warnings", joinRules(warnings), "confirmed", strconv.FormatBool(o.Confirm && len(warnings) > 0), "warned", warned, "kept_from", stamp(a.KeptFrom),
		"engine_us", micros(a.EngineTime),
	))
	if err != nil {
		return nil, err
	}
	if err := s.e.noteHead(ctx, receipt.Index); err != nil {
		return nil, err
	}
	a.AuditTime, a.Entry, a.RanAt = time.Since(started), receipt.Index, receipt.At
	a.Leaf = fmt.Sprintf("%x", receipt.Leaf[:])
	open.answer = keptAnswer{Entry: a.Entry, Leaf: a.Leaf, RanAt: a.RanAt, Count: a.Count, Digest: a.Digest, State: a.State, User: s.account.User, Cut: a.Cut}
	open.query = v.private["query"]
	if err := s.keepOpen(a.Entry, open); err != nil {
		return nil, err
	}
	a.Elapsed = time.Since(began)
	return a, nil
}

// runPlan runs a plan, and makes it anew when data came in meanwhile from times that it does
// not ask for: the answer is that of the state which it names.
func (e *Engine) runPlan(ctx context.Context, p *prepared) (*reads.Result, error) {
	kept := e.keptFrom()
	for {
		result, err := e.reads.Run(ctx, p.plan)
		if err != nil {
			return nil, err
		}
		result.State = p.sight.of(result.State)
		if slices.Equal(result.State.Lanes, p.state.Lanes) {
			return result, nil
		}
		old := p.plan
		p.state = heldFrom(result.State, kept)
		if p.plan, p.span, err = planOf(p.q, p.shapes, p.state); err != nil {
			return nil, err
		}
		p.plan.Lanes = p.sight.lanes(result.State)
		p.plan.Limit, p.plan.Reads = old.Limit, old.Reads
		if sameWindows(old.Windows, p.plan.Windows) && sameLanes(old.Lanes, p.plan.Lanes) {
			return result, nil
		}
	}
}

func sameWindows(a, b [][]detection.Window) bool {
	same := func(x, y detection.Window) bool { return x.From.Equal(y.From) && x.To.Equal(y.To) }
	return slices.EqualFunc(a, b, func(x, y []detection.Window) bool { return slices.EqualFunc(x, y, same) })
}

// admit judges a query before anything is read: who may ask this kind, whether it is valid,
// whether its purpose is complete, how wide it is. It returns what is to be recorded of it.
func (s *Session) admit(ctx context.Context, q detection.Query) (*prepared, event, []Warning, error) {
	v := s.event("query").tell("query_kind", string(q.Kind), "policy", strconv.Itoa(s.e.policy().Version))
	who := s.person()
	q, err := normalized(q)
	if r := s.e.policy().Access(who, q.Kind); r != nil && knownKind(q.Kind) {
		if text, bad := q.Canonical(); bad == nil {
			v = v.with("query", string(text))
		}
		return nil, v, nil, s.e.refuse(ctx, v.with(purposeFields(q)...), r)
	}
	if err != nil {
		return nil, v, nil, err
	}
	p, err := prepare(q, s.e.heldState(), s.sight())
	if err != nil {
		return nil, v, nil, err
	}
	if q.Limit > s.e.policy().MaxRows {
		return nil, v, nil, invalid("limit", fmt.Sprintf("is %d", q.Limit), fmt.Sprintf("Use at most %d, or leave it out.", s.e.policy().MaxRows))
	}
	text, err := q.Canonical()
	if err != nil {
		return nil, v, nil, err
	}
	v = v.with("query", string(text)).with(purposeFields(q)...).tell("lanes", p.sight.words(p.plan.Lanes)).tell(
		"reason", q.Purpose.Reason, "span_s", strconv.FormatInt(int64(p.span/time.Second), 10), "areas", strconv.Itoa(len(p.shapes)))
	if len(p.shapes) > 0 {
		v = v.tell("area_m2", strconv.FormatFloat(sumOf(p.areasM2), 'f', 1, 64))
	}
	refusals, wide := s.e.policy().CheckScope(q, p.areasM2)
	if lacks := s.e.policy().CheckPurpose(who, q); len(lacks) > 0 {
		refusals = append(lacks, refusals...)
	}
	if len(refusals) > 0 {
		return nil, v, nil, s.e.refuse(ctx, v, &refusals[0])
	}
	return p, v, warningsOf(wide), nil
}

// purposeFields are the parts of a query that an auditor searches by.
func purposeFields(q detection.Query) []string {
	return []string{
		"case", q.Purpose.Case, "subject", q.Purpose.Subject, "on_behalf_of", q.Purpose.OnBehalfOf,
		"justification", q.Purpose.Justification, "plate", q.Plate,
	}
}

// failed records a query that was admitted and could not be answered.
func (s *Session) failed(ctx context.Context, v event, err error) error {
	v.kind = "query-failed"
	why := "engine"
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		why = "cancelled"
	case errors.Is(err, reads.ErrDamaged):
		why = "damage"
	}
	if _, audited := s.e.record(context.WithoutCancel(ctx), v.tell("why", why)); audited != nil {
		return audited
	}
	return outer(err)
}

func knownKind(k detection.Kind) bool {
	for _, x := range detection.Kinds() {
		if x == k {
			return true
		}
	}
	return false
}

func warningsOf(list []policy.Warning) []Warning {
	var out []Warning
	for _, w := range list {
		out = append(out, Warning(w))
	}
	return out
}

func sumOf(list []float64) float64 {
	total := 0.0
	for _, x := range list {
		total += x
	}
	return total
}
