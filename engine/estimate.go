package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"
	"cordon/engine/policy"
)

// Estimate says what a query would match without running it (Q-ALL-5). It gives nothing
// away: counts are rough, below the policy's limit only Blurred is set,
// and a kind that is not open gets Refused and no counts. It writes no entry of its own; how
// much was estimated is recorded in bulk, and what no drawing needs is refused. The purpose
// may still be incomplete.
func (s *Session) Estimate(ctx context.Context, q detection.Query) (Estimate, error) {
	began := time.Now()
	if err := s.enter(ctx); err != nil {
		return Estimate{}, err
	}
	x := s.sight()
	state := x.of(s.e.heldState())
	out := Estimate{MaxRows: s.e.policy().MaxRows, ConfirmAt: s.e.policy().ConfirmAt, Newest: state.Newest}
	if r := s.e.policy().Access(s.person(), q.Kind); r != nil && knownKind(q.Kind) {
		out.Refused = refusalOf(*r)
		return out, nil
	}
	q, err := normalized(q)
	if err != nil {
		return Estimate{}, err
	}
	p, err := prepare(q, state, x)
	if err != nil {
		return Estimate{}, err
	}
	if err := s.noteScope(ctx, q, p.areasM2); err != nil {
		return Estimate{}, err
	}
	cameras, err := s.e.cameras(x)
	if err != nil {
		return Estimate{}, outer(err)
	}
	out.AreaM2, out.Span = sumOf(p.areasM2), p.span
	out.PerArea = make([]AreaEstimate, len(p.shapes))
	for i, shape := range p.shapes {
		out.PerArea[i] = AreaEstimate{Name: q.Areas[i].Name, AreaM2: p.areasM2[i], Cameras: camerasIn(cameras, shape)}
	}
	out.Cameras = camerasIn(cameras, p.shapes...)
	refusals, wide := s.e.policy().CheckScope(q, p.areasM2)
	if out.Warnings = warningsOf(wide); len(refusals) > 0 {
		out.Refused = refusalOf(refusals[0])
		return out, nil
	}
	all, parts, err := s.gauge(ctx, q, p.shapes, state)
	if err != nil {
		return Estimate{}, outer(err)
	}
	out.Reads, out.Blurred = all.reads, all.blurred
	for i, r := range parts {
		out.PerArea[i].Reads, out.PerArea[i].Blurred = r.reads, r.blurred
	}
	if !out.Blurred {
		if out.Narrower, err = s.narrower(ctx, p, all, parts, state); err != nil {
			return Estimate{}, outer(err)
		}
	}
	if rows := q.Kind != detection.KindCommon && q.Kind != detection.KindRepeat; rows && all.much(s.e.policy().ConfirmAt) {
		if out.CutAt, err = s.cutAt(ctx, p, state); err != nil {
			return Estimate{}, outer(err)
		}
		out.Warnings = append(out.Warnings, Warning{"ALL-4", fmt.Sprintf(
			"Over %s the newest %s are shown. They would reach back to about %s; older reads would be missing.",
			policy.Number(s.e.policy().ConfirmAt), policy.Number(int64(s.e.policy().MaxRows)), out.CutAt.Format("2 January 2006"))})
	}
	if err := s.noteMeter(q, out.Warnings); err != nil {
		return Estimate{}, err
	}
	out.ElapsedUS = time.Since(began).Microseconds()
	return handed(s, out, nil)
}

func refusalOf(r policy.Refusal) *Refusal {
	return &Refusal{Rule: r.Rule, What: r.What, Why: r.Why, Next: r.Next, Entry: -1}
}

// narrower estimates what a few narrower queries would leave and returns those that leave
// clearly less. It decides by the rough counts alone.
func (s *Session) narrower(ctx context.Context, p *prepared, all rough, parts []rough, state reads.State) ([]Narrowing, error) {
	var out []Narrowing
	for _, n := range s.candidates(p, parts, state) {
		shapes := p.shapes
		if n.without > 0 {
			shapes = slices.Delete(slices.Clone(shapes), n.without-1, n.without)
		}
		left, _, err := s.gauge(ctx, n.Query, shapes, state)
		if err != nil {
			return nil, err
		}
		if left.much((all.reads*9 + 9) / 10) {
			continue
		}
		n.Reads, n.Blurred = left.reads, left.blurred
		out = append(out, n.Narrowing)
	}
	return out, nil
}

// candidate is a way to narrow that was not estimated yet.
type candidate struct {
	Narrowing
	without int // number of the area that is left out, from 1; 0: none
}

// candidates are ways to narrow a query: the last week, the nights, one colour, one area
// less.
func (s *Session) candidates(p *prepared, parts []rough, state reads.State) []candidate {
	var out []candidate
	q := p.q
	const week = 7 * 24 * time.Hour
	zone, err := time.LoadLocation(s.e.policy().Zone)
	if err != nil {
		zone = time.UTC
	}
	if len(q.Windows) == 1 {
		w := q.Windows[0]
		if to := state.Newest.Add(time.Millisecond); to.Before(w.To) && to.After(w.From) {
			w.To = to // the last week that has reads
		}
		if w.To.Sub(w.From) > week+24*time.Hour {
			n := q
			from := w.To.Add(-week)
			n.Windows = []detection.Window{{From: from, To: q.Windows[0].To}}
			out = append(out, candidate{Narrowing: Narrowing{Query: n, Label: "One week, " + days(from.In(zone), w.To.In(zone))}})
		}
	}
	if q.Hours.IsZero() && p.span >= 24*time.Hour {
		n := q
		n.Hours = detection.Hours{FromMin: 18 * 60, ToMin: 6 * 60, Zone: zone.String()}
		out = append(out, candidate{Narrowing: Narrowing{Query: n, Label: "Nights, 18:00 – 06:00"}})
	}
	if len(q.Color) == 0 && len(s.e.policy().Colors) > 0 {
		n := q
		n.Color = s.e.policy().Colors[:1:1]
		out = append(out, candidate{Narrowing: Narrowing{Query: n, Label: "One colour, " + lower(n.Color[0])}})
	}
	least := 2
	if q.Kind == detection.KindCommon {
		least = max(3, q.Threshold()+1)
	}
	if len(q.Areas) >= least && len(parts) == len(q.Areas) {
		most := 0
		for i, r := range parts {
			if r.reads > parts[most].reads {
				most = i
			}
		}
		n := q
		n.Areas = append(append([]detection.Area(nil), q.Areas[:most]...), q.Areas[most+1:]...)
		name := q.Areas[most].Name
		if name == "" {
			name = fmt.Sprint(most + 1)
		}
		out = append(out, candidate{Narrowing{Query: n, Label: "Without area " + name}, most + 1})
	}
	return out
}

// days writes a span of days, e.g. "8 – 14 May".
func days(from, to time.Time) string {
	to = to.Add(-time.Millisecond)
	switch {
	case from.Year() != to.Year():
		return from.Format("2 January 2006") + " – " + to.Format("2 January 2006")
	case from.Month() != to.Month():
		return from.Format("2 January") + " – " + to.Format("2 January")
	}
	return from.Format("2") + " – " + to.Format("2 January")
}

// cutAt finds about the time after which the newest MaxRows reads lie.
func (s *Session) cutAt(ctx context.Context, p *prepared, state reads.State) (time.Time, error) {
	w := p.q.Windows[0]
	low, high := w.From, w.To
	if state.Oldest.After(low) {
		low = state.Oldest
	}
	if state.Newest.Before(high) {
		high = state.Newest
	}
	for range 7 { // to 1/128 of the timeframe
		middle := low.Add(high.Sub(low) / 2).Truncate(time.Millisecond)
		if !middle.After(w.From) || !middle.Before(w.To) {
			break
		}
		n := p.q
		n.Windows = []detection.Window{{From: middle, To: w.To}}
		got, _, err := s.gauge(ctx, n, p.shapes, state)
		if err != nil {
			return time.Time{}, err
		}
		if got.much(int64(s.e.policy().MaxRows) + 1) {
			low = middle
		} else {
			high = middle
		}
	}
	return high, nil
}

// camerasIn counts the fixed cameras inside any of the shapes.
func camerasIn(list []Camera, shapes ...*geo.Shape) int {
	n := 0
	for _, c := range list {
		for _, s := range shapes {
			if !c.Mobile && s.Contains(c.Pos[0], c.Pos[1]) {
				n++
				break
			}
		}
	}
	return n
}
