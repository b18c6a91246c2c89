package reads

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// Estimate says about how many reads a plan matches. Blocks that lie wholly inside are
// counted from the catalogue; of the others a bounded number is read, spread evenly, and
// stands for the rest.
func (s *Store) Estimate(ctx context.Context, p Plan) (Estimate, error) {
	return ask(ctx, s, func(v *view) (Estimate, error) { return v.estimate(p) })
}

func (v *view) estimate(p Plan) (Estimate, error) {
	q, err := v.compile(&p)
	if err != nil {
		return Estimate{}, err
	}
	jobs, err := v.jobs(q)
	if err != nil {
		return Estimate{}, err
	}
	sure := newCountSink(&p)
	open := make([]job, 0, len(jobs))
	rows := int64(0)
	for _, j := range jobs {
		if j.known(q) {
			sure.count(int64(j.meta.rows), j.inside, j.mask)
			continue
		}
		open = append(open, j)
		rows += int64(j.meta.rows)
	}
	e := Estimate{State: v.state, Blocks: len(jobs), Exact: true}
	picked := newCountSink(&p)
	scale := 1.0
	if n := v.s.opt.tune.samples; len(open) > n {
		open = pick(open, n)
		e.Exact = false
	}
	if err := v.scan(q, open, picked); err != nil {
		return Estimate{}, err
	}
	if !e.Exact {
		read := int64(0)
		for _, j := range open {
			read += int64(j.meta.rows)
		}
		scale = float64(rows) / float64(read)
	}
	add := func(sure, picked int64) int64 { return sure + int64(float64(picked)*scale+0.5) }
	e.Reads = add(sure.total, picked.total)
	e.PerArea, e.PerWindow = sure.areas, sure.windows
	for i := range e.PerArea {
		e.PerArea[i] = add(sure.areas[i], picked.areas[i])
	}
	for i := range e.PerWindow {
		e.PerWindow[i] = add(sure.windows[i], picked.windows[i])
	}
	return e, nil
}

// pick returns n jobs spread evenly over place (or plate) first and time second, so that
// every part of the areas is represented.
func pick(jobs []job, n int) []job {
	type at struct {
		key uint64
		job *job
	}
	keys := make([]at, len(jobs))
	for i := range jobs {
		m := jobs[i].meta
		keys[i] = at{m.lo, &jobs[i]}
		if m.group.kind == kindPlace {
			keys[i].key = cellOf(m.box.Center())
		}
	}
	slices.SortFunc(keys, func(a, b at) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.job.meta.minT, b.job.meta.minT), cmp.Compare(a.job.meta.number, b.job.meta.number))
	})
	out := make([]job, n)
	for i := range out {
		out[i] = *keys[(2*i+1)*len(keys)/(2*n)].job
	}
	return out
}

// countSink counts rows by area and window.
type countSink struct {
	total   int64
	areas   []int64
	windows []int64
}

func newCountSink(p *Plan) *countSink {
	return &countSink{areas: make([]int64, len(p.Areas)), windows: make([]int64, len(p.Windows))}
}

func (*countSink) counts(int64) bool { return true }

func (s *countSink) count(n int64, areas, windows uint64) {
	s.total += n
	for m := areas; m != 0; m &= m - 1 {
		s.areas[bits.TrailingZeros64(m)] += n
	}
	if len(s.windows) > 0 {
		for m := windows; m != 0; m &= m - 1 {
			s.windows[bits.TrailingZeros64(m)] += n
		}
	}
}

func (s *countSink) hit(hit) {}
