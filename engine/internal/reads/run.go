package reads

import (
	"context"
	"slices"

	"cordon/engine/detection"
)

// Run answers a plan from one consistent state. It returns an error matching ErrPlan for
// a plan it cannot run, ErrDamaged when it meets damage, the context's error when it is
// cancelled; never a short answer.
func (s *Store) Run(ctx context.Context, p Plan) (*Result, error) {
	return ask(ctx, s, func(v *view) (*Result, error) { return v.run(p) })
}

// ask calls do with a view of the latest state.
func ask[T any](ctx context.Context, s *Store, do func(v *view) (T, error)) (T, error) {
	for {
		v, err := s.view(ctx)
		if err == nil {
			err = s.vehicleFault()
		}
		var out T
		if v == nil {
			return out, err
		}
		if err == nil {
			out, err = do(v)
		}
		v.close()
		if !s.again(v, err) {
			return out, err
		}
	}
}

func (v *view) run(p Plan) (*Result, error) {
	q, err := v.compile(&p)
	if err != nil {
		return nil, err
	}
	jobs, err := v.jobs(q)
	if err != nil {
		return nil, err
	}
	res := &Result{State: v.state}
	if p.Kind == detection.KindCommon || p.Kind == detection.KindRepeat {
		return res, v.runVehicles(&p, q, jobs, res)
	}
	to := newRowSink(max(p.Limit, 0))
	if err := scanAll(v, q, jobs, to.fresh, to.fold); err != nil {
		return nil, err
	}
	to.prune()
	res.Count, res.Matched = to.total, to.total
	res.Rows, err = v.rows(to.hits, to.limit)
	return res, err
}

func (v *view) runVehicles(p *Plan, q *query, jobs []job, res *Result) error {
	to := newVehicleSink(p)
	if err := scanAll(v, q, jobs, to.fresh, to.fold); err != nil {
		return err
	}
	least := p.MinSeen
	if least < 1 {
		least = 2
	}
	var numbers []target
	var err error
	res.Matched = to.total
	if res.Count, res.Vehicles, numbers, err = to.answer(v, least, max(p.Limit, 0)); err != nil {
		return err
	}
	if p.Reads <= 0 || len(numbers) == 0 {
		return nil
	}
	// A second pass over the same blocks collects the reads of those vehicles alone.
	of := *q
	of.only = newVehicleSet(numbers)
	reads := newRowSink(p.Reads)
	if err := scanAll(v, &of, jobs, reads.fresh, reads.fold); err != nil {
		return err
	}
	reads.prune()
	res.Reads, err = v.rows(reads.hits, reads.limit)
	return err
}

// order lists the groups of a kind, newest first.
func (v *view) order(kind blockKind) []groupKey {
	if kind == kindPlace {
		return v.periods
	}
	return v.quarters
}

// Find returns the row with the lane and id, or ErrNotFound.
func (s *Store) Find(ctx context.Context, lane, id string) (Row, error) {
	return ask(ctx, s, func(v *view) (Row, error) { return v.find(lane, id) })
}

func (v *view) find(lane, id string) (Row, error) {
	h, ok, err := hit{}, false, error(nil)
	if n := slices.Index(v.lanes, lane); n >= 0 {
		h, ok, err = v.lookUp(uint16(n), parseID(id))
	}
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return Row{}, err
	}
	rows, err := v.rows([]hit{h}, 1)
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// lookUp finds the row with the id in the plate projection.
func (v *view) lookUp(lane uint16, want recID) (hit, bool, error) {
	key := want.key()
	for g, runs := range v.groups {
		if g.kind != kindID || g.lane != lane {
			continue
		}
		for _, r := range runs {
			for _, m := range r.blocksWith(key) {
				entries, err := v.idBlock(m)
				if err != nil {
					return hit{}, false, err
				}
				for _, e := range entries {
					if e.key != key {
						continue
					}
					h, ok, err := v.findByVehicle(g, e.vehicle, want)
					if err != nil {
						return hit{}, false, err
					}
					if !ok && key&hashed == 0 {
						return hit{}, false, m.damage("it names a row that is not there")
					}
					if ok {
						return h, true, nil
					}
				}
			}
		}
	}
	return hit{}, false, nil
}

// findByVehicle looks for a vehicle's row with the id in the lane and quarter of an id
// group.
func (v *view) findByVehicle(of groupKey, vehicle uint32, id recID) (hit, bool, error) {
	l := v.s.plates
	l.mu.RLock()
	known := int(vehicle) < len(l.plates)
	var plate uint64
	if known {
		plate = l.plates[vehicle]
	}
	l.mu.RUnlock()
	if plate == 0 {
		return hit{}, false, &DamageError{Block: "vehicle list", Problem: "a read names a vehicle that is not known"}
	}
	for _, r := range v.groups[groupKey{kind: kindPlate, period: period{quarter: of.quarter}}] {
		for _, m := range r.blocksWith(plate) {
			b, err := v.block(m)
			if err != nil {
				return hit{}, false, err
			}
			i, err := b.rowOf(vehicle, id, func(batch int64) bool {
				return int(batch) < len(v.batches) && v.batches[batch].lane == of.lane
			})
			if err != nil {
				return hit{}, false, m.codec(err)
			}
			if i >= 0 {
				return hit{row: i, block: m, vehicle: vehicle}, true, nil
			}
		}
	}
	return hit{}, false, nil
}

// rowOf returns the row of a plate block with the vehicle and id in a batch that is
// wanted, or −1.
func (b *block) rowOf(vehicle uint32, id recID, wanted func(batch int64) bool) (int32, error) {
	vehicles, err := b.ints(colVehicle)
	if err != nil {
		return -1, err
	}
	var rows []int32
	first := int32(0)
	for g, end := range b.ends {
		for i := first; i < end && uint32(vehicles[g]) == vehicle; i++ {
			rows = append(rows, i)
		}
		first = end
	}
	if rows == nil {
		return -1, nil
	}
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	g.of(b, rows)
	found := int32(-1)
	same := make([]bool, len(rows))
	if err := g.ids(func(i int, got recID) { same[i] = got == id }); err != nil {
		return -1, err
	}
	batches, err := g.column(colBatch)
	if err != nil {
		return -1, err
	}
	for i, n := range batches {
		if same[i] && wanted(n) {
			found = rows[i]
		}
	}
	return found, nil
}
