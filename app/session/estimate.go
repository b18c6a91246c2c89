package session

import (
	"context"
	"slices"

	"cordon/engine"
)

// estimated is what one look at the draft found.
type estimated struct {
	checks   []engine.SpatialCheck // by area
	estimate *engine.Estimate      // nil while an area is not sound
}

// scheduleEstimate asks the engine for a new estimate once the draft rests. A draft that
// cannot be estimated only has its shapes checked.
func (d *Desk) scheduleEstimate() {
	d.stale = true
	draft := d.withSketch()
	q, whole := draft.query(d.env.Zone), d.estimable(draft)
	if !whole && len(draft.Areas) == 0 {
		d.est.stop()
		d.estimate, d.estErr, d.stale = nil, nil, false
		return
	}
	if q.Kind == KindCommon && len(q.Areas) == 1 { // one area so far: its reads alone
		q.Kind, q.MinAreas = KindGeo, 0
	}
	if q.Kind == KindRepeat && len(q.Windows) == 1 {
		q.Kind, q.MinAreas = KindGeo, 0
	}
	door := d.door
	startAfter(d.env, &d.est, estimateDelay, func(ctx context.Context) (estimated, error) {
		var out estimated
		sound := true
		for _, a := range draft.Areas {
			c := door.CheckShape(a.Shape)
			sound = sound && c.Problem == ""
			out.checks = append(out.checks, c)
		}
		if !sound || !whole {
			return out, nil
		}
		e, err := door.Estimate(ctx, q)
		if err == nil {
			out.estimate = &e
		}
		return out, err
	}, func(out estimated, err error) {
		d.stale = false
		d.problems = out.checks[:min(len(out.checks), len(d.draft.Areas))]
		d.estimate, d.estErr = out.estimate, err
		if out.estimate != nil && !out.estimate.Newest.IsZero() {
			d.newest = out.estimate.Newest
		}
		d.changed()
	})
}

// withSketch is the draft with the shape in hand as its last area.
func (d *Desk) withSketch() Draft {
	dr := d.draft
	if d.sketch.shape != nil && dr.Kind.Spatial() {
		dr.Areas = append(slices.Clone(dr.Areas), DraftArea{Shape: d.sketch.shape})
	}
	return dr
}

// estimable reports whether the draft holds enough for an estimate; the purpose is not
// needed for one.
func (d *Desk) estimable(dr Draft) bool {
	spans := dr.spans()
	if len(spans) == 0 || slices.ContainsFunc(spans, func(s Span) bool { return s.IsZero() || !s.From.Before(s.To) }) {
		return false
	}
	if dr.Kind.Spatial() {
		return len(dr.Areas) > 0 && vehicleSection(dr).Complete
	}
	return plateSection(dr).Complete && vehicleSection(dr).Complete
}

// Narrow applies way i of the meter's list. What is changed can be taken back with Undo as
// far as areas go.
func (d *Desk) Narrow(i int) {
	if d.estimate == nil || i < 0 || i >= len(d.estimate.Narrower) {
		return
	}
	q := d.estimate.Narrower[i].Query
	if d.sketch.shape != nil && len(q.Areas) > len(d.draft.Areas) { // the sketch is not an area yet
		q.Areas = q.Areas[:len(d.draft.Areas)]
	}
	kind := d.draft.Kind
	next := draftOf(q, d.draft)
	next.Kind, next.MinAreas = kind, d.draft.MinAreas // one area of a common query is estimated as geo
	if !sameShapes(next.Areas, d.draft.Areas) {
		d.hist.record(d.draft.Areas)
	}
	d.draft = next
	d.draftChanged()
}

func sameShapes(a, b []DraftArea) bool {
	return slices.EqualFunc(a, b, func(x, y DraftArea) bool { return x.Shape.Equal(y.Shape) })
}

// meter is the scope meter of this moment.
func (d *Desk) meter() Meter {
	m := Meter{Phase: MeterIncomplete, Title: "Scope", Aside: "estimate, live · nothing has run", Headline: "No estimate yet"}
	option := d.terms.kind(d.draft.Kind)
	switch {
	case d.estErr != nil:
		m.Phase, m.Headline, m.Error = MeterFailed, "No estimate", ErrorText(d.estErr)
	case d.estimate != nil:
		m = meterOf(*d.estimate, d.draft, d.env.Zone)
		m.Stale = d.stale
		if d.sketch.open && d.sketch.shape != nil {
			m.Sub = d.sketchSub(m.Sub)
		}
	case d.est.busy && d.estimable(d.withSketch()):
		m.Phase, m.Headline = MeterWorking, "Estimating …"
	}
	var refused *engine.Refusal
	if d.estimate != nil {
		refused = d.estimate.Refused
	}
	switch {
	case !option.Open && !option.NeedsStepUp:
		m = refusedMeter(&engine.Refusal{Rule: option.Rule, What: option.Why, Entry: -1}, d.draft.Kind)
	case refused != nil && !option.NeedsStepUp:
		m = refusedMeter(refused, d.draft.Kind)
	case d.needs != nil:
		d.needsMeter(&m)
	}
	m.Missing = d.missing()
	return m
}

func refusedMeter(r *engine.Refusal, k Kind) Meter {
	m := Meter{
		Phase: MeterRefused, Title: "Scope: would be refused", Aside: "nothing has run",
		Headline: upperFirst(kindWords(k)), Error: withRule(r.What, r.Rule),
	}
	if r.Next != "" {
		m.Error += " " + sentence(r.Next)
	}
	m.Notes = []string{"Asking is recorded."}
	return m
}

// needsMeter puts the exact count and warnings of a run that stopped into the meter.
func (d *Desk) needsMeter(m *Meter) {
	m.Phase, m.Aside = MeterWarning, "not shown yet"
	m.Title = "Scope: please confirm"
	m.Warning = warningText(d.needs.Warnings)
	m.Confirm = "Run it anyway. My confirmation is recorded."
	if n := d.needs.Count; n >= 0 {
		m.Headline = count(n, "read", "reads")
		if d.draft.Kind == KindCommon || d.draft.Kind == KindRepeat {
			m.Headline = count(n, "plate", "plates")
		}
		m.Bar.Value, m.Bar.Max = n, max(n, m.Bar.Confirm)
		if d.estimate != nil && n >= d.estimate.ConfirmAt {
			m.Title = "Scope: over " + Number(d.estimate.ConfirmAt)
			m.Confirm = "Show the newest " + Number(int64(d.estimate.MaxRows)) + " of " + Number(n) + " anyway. My confirmation is recorded."
		}
	}
}

// sketchSub says what the shape in hand adds: "A and B about 1,700 · C as drawn adds 700".
func (d *Desk) sketchSub(fallback string) string {
	parts := d.estimate.PerArea
	n := len(d.draft.Areas)
	if n == 0 || len(parts) != n+1 {
		return fallback
	}
	var sum int64
	blurred := true
	for _, p := range parts[:n] {
		sum += p.Reads
		blurred = blurred && p.Blurred
	}
	names := Letter(0)
	if n > 1 {
		names = Letter(0) + "–" + Letter(n-1)
		if n == 2 {
			names = "A and B"
		}
	}
	return names + " " + about(sum, blurred) + " · " + Letter(n) + " as drawn adds " + about(parts[n].Reads, parts[n].Blurred)
}

// missing says what is to be done before a run; empty when nothing is.
func (d *Desk) missing() string {
	dr := d.draft
	areas := areasSection(dr, d.shapeProblems())
	switch {
	case d.phase == RunRunning:
		return ""
	case d.terms.kind(dr.Kind).NeedsStepUp:
		return "Enter your code, then run."
	case d.sketch.open && dr.Kind.Spatial():
		return "Close " + Letter(len(dr.Areas)) + ", then run."
	case !d.terms.kind(dr.Kind).Open:
		return "" // the engine says no whatever is filled in, and records the attempt
	case !areas.Complete && len(dr.Areas) == 0:
		return "Draw an area, then run."
	case !areas.Complete && dr.Kind == KindCommon && len(dr.Areas) < 2:
		return "Draw a second area, then run."
	case !areas.Complete:
		return "Correct the areas, then run."
	case !plateSection(dr).Complete:
		return "Give plate and state."
	case !whenSection(dr, d.env.Zone, d.env.Now()).Complete:
		return "Complete the timeframe, then run."
	case !vehicleSection(dr).Complete && dr.Kind == KindModel:
		return "Give make and model, then run."
	case !vehicleSection(dr).Complete:
		return "Correct the vehicle, then run."
	case !purposeSection(dr, d.terms).Complete:
		return "Complete the purpose, then run."
	}
	return ""
}

// shapeProblems are the words for unsound shapes, by area.
func (d *Desk) shapeProblems() []string {
	out := make([]string, len(d.draft.Areas))
	for i := range out {
		if i < len(d.problems) {
			out[i] = d.problems[i].Problem
		}
	}
	return out
}
