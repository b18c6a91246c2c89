package reads

import (
	"context"
	"errors"
	"slices"

	"cordon/engine/detection"
)

// mayHold reports whether a damaged block may have held a row, by what the catalogue says.
func (r *repairer) mayHold(x *rec) bool {
	if quarterOf(x.time) != r.key.quarter || r.key.kind == kindPlace && weekOf(x.time) != r.key.week {
		return false
	}
	return slices.ContainsFunc(r.bad, func(m *blockMeta) bool {
		return x.time >= m.minT && x.time <= m.maxT && m.box.Contains(x.pos) &&
			(r.key.kind != kindPlate || x.plate >= m.lo && x.plate <= m.hi)
	})
}

func (r *repairer) idOf(x *rec) rowID { return rowID{r.batches[x.batch].lane, x.id} }

// each calls f with the rows that damaged blocks may have held, of those blocks that are whole.
func (r *repairer) each(blocks []*blockMeta, f func(x *rec)) error {
	for _, m := range blocks {
		if !slices.ContainsFunc(r.bad, func(b *blockMeta) bool {
			return m.minT <= b.maxT && m.maxT >= b.minT && m.box.Intersects(b.box)
		}) {
			continue
		}
		b, err := r.open(m)
		if err == nil {
			r.rows, err = r.allRows(m, b, r.rows)
		}
		if errors.Is(err, ErrDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		for i := range r.rows {
			if x := &r.rows[i]; int(x.batch) < len(r.batches) && r.mayHold(x) {
				f(x)
			}
		}
	}
	return nil
}

// lookAround finds the lost rows in the other projection, and notes those of the group that
// are not lost.
func (r *repairer) lookAround() error {
	if err := r.each(r.near, func(x *rec) { r.have[r.idOf(x)] = true }); err != nil {
		return err
	}
	for k, runs := range r.groups {
		if k.kind == r.key.kind || k.kind != kindPlace && k.kind != kindPlate || k.quarter != r.key.quarter {
			continue
		}
		for _, run := range runs {
			if err := r.each(run.blocks, r.offer); err != nil {
				return err
			}
		}
	}
	return nil
}

// offer takes a row that may have been lost.
func (r *repairer) offer(x *rec) {
	if id := r.idOf(x); !r.have[id] {
		if _, ok := r.found[id]; !ok {
			r.found[id] = *x
		}
	}
}

func (r *repairer) complete() bool { return int64(len(r.found)) == r.lost }

// rowBlocks makes the runs anew with the rows that were found.
func (r *repairer) rowBlocks(m *merger) (addedRun, error) {
	if !r.complete() {
		return addedRun{}, nil
	}
	order := placeOrder
	if r.key.kind == kindPlate {
		order = plateOrder
	}
	back := make([]rec, 0, len(r.found))
	for _, x := range r.found {
		back = append(back, x)
	}
	slices.SortFunc(back, func(a, b rec) int { return order(&a, &b) })
	cursors := []*rowCursor{{v: r.view, rows: back}}
	for _, blocks := range r.whole {
		cursors = append(cursors, &rowCursor{v: r.view, blocks: blocks})
	}
	return m.rowsOf(r.key, cursors, order)
}

// maxPending is about how many rows groups may hold in memory that wait for the sources.
const maxPending = 4 << 20

// repairRows repairs the blocks of a projection. Groups that need the sources wait for each
// other, as a pass over the sources takes long.
func (s *Store) repairRows(ctx context.Context, kind blockKind, run *repairRun) error {
	v := s.viewAsWriter(ctx)
	defer v.close()
	pending, held := map[groupKey]*repairer{}, int64(0)
	finish := func() error {
		if err := run.fromSources(v, kind, pending); err != nil {
			return err
		}
		for _, r := range pending {
			if err := r.replace(); err != nil {
				return err
			}
		}
		clear(pending)
		held = 0
		return nil
	}
	for k, runs := range v.groups {
		if k.kind != kind || s.keyLost(ctx, k.quarter) {
			continue
		}
		r := &repairer{view: v, key: k, run: run, have: map[rowID]bool{}, found: map[rowID]rec{}}
		if err := r.findDamage(runs); err != nil {
			return err
		}
		if len(r.bad) == 0 {
			continue
		}
		if err := r.lookAround(); err != nil {
			return err
		}
		if r.complete() {
			if err := r.replace(); err != nil {
				return err
			}
			continue
		}
		pending[k], held = r, held+r.lost+int64(len(r.have))
		if held > maxPending {
			if err := finish(); err != nil {
				return err
			}
		}
	}
	return finish()
}

// fromSources offers the rows of proven sources to the groups that wait for them.
func (run *repairRun) fromSources(v *view, kind blockKind, pending map[groupKey]*repairer) error {
	if len(pending) == 0 {
		return nil
	}
	proven, err := run.proofs(v)
	if err != nil {
		return err
	}
	l := v.s.plates
	for _, p := range proven {
		err := p.each(func(d *detection.Detection, x *rec) error {
			k := groupKey{kind: kind, period: period{quarter: quarterOf(x.time)}}
			if kind == kindPlace {
				k.week = weekOf(x.time)
			}
			r := pending[k]
			if r == nil || !r.mayHold(x) {
				return nil
			}
			words := v.s.words.numbers([]string{d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source)})
			if len(words) < 6 {
				return nil
			}
			x.make, x.model, x.color, x.camera, x.source = words[1], words[2], words[3], words[4], words[5]
			l.mu.RLock()
			x.vehicle = l.find(x.plate, words[0])
			l.mu.RUnlock()
			if x.vehicle != noVehicle {
				x.cell = cellOf(x.pos)
				r.offer(x)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
