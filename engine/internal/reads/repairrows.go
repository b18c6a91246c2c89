package reads

import (
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

func (r *repairer) rowBlocks(m *merger) (addedRun, error) {
	if err := r.each(r.near, func(x *rec) { r.have[r.idOf(x)] = true }); err != nil {
		return addedRun{}, err
	}
	offer := func(x *rec) {
		if id := r.idOf(x); !r.have[id] {
			if _, ok := r.found[id]; !ok {
				r.found[id] = *x
			}
		}
	}
	other, order := kindPlate, placeOrder
	if r.key.kind == kindPlate {
		other, order = kindPlace, plateOrder
	}
	for k, runs := range r.groups {
		if k.kind != other || k.quarter != r.key.quarter {
			continue
		}
		for _, run := range runs {
			if err := r.each(run.blocks, offer); err != nil {
				return addedRun{}, err
			}
		}
	}
	if int64(len(r.found)) != r.lost {
		if err := r.fromSources(offer); err != nil {
			return addedRun{}, err
		}
	}
	if int64(len(r.found)) != r.lost {
		return addedRun{}, nil
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

// fromSources offers the rows of proven sources.
func (r *repairer) fromSources(offer func(x *rec)) error {
	proven, err := r.run.proofs(r.view)
	if err != nil {
		return err
	}
	l := r.s.plates
	for _, p := range proven {
		if int64(len(r.found)) == r.lost {
			return nil
		}
		err := p.each(func(d *detection.Detection, x *rec) error {
			words := r.s.words.numbers([]string{d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source)})
			if !r.mayHold(x) || len(words) < 6 {
				return nil
			}
			x.make, x.model, x.color, x.camera, x.source = words[1], words[2], words[3], words[4], words[5]
			l.mu.RLock()
			x.vehicle = l.find(x.plate, words[0])
			l.mu.RUnlock()
			if x.vehicle != noVehicle {
				x.cell = cellOf(x.pos)
				offer(x)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
