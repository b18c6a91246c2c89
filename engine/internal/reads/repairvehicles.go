package reads

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"cordon/engine/detection"
)

// repairVehicles replaces damaged vehicle blocks. When none is left, queries and appends are
// allowed again.
func (s *Store) repairVehicles(ctx context.Context, run *repairRun) error {
	if err := s.repairLists(ctx, kindVehicle, run); err != nil {
		return err
	}
	if s.fault.Load() == nil {
		return nil
	}
	v := s.viewAsWriter(ctx)
	defer v.close()
	for k, runs := range v.groups {
		if k.kind != kindVehicle {
			continue
		}
		r := repairer{view: v, key: k, run: run}
		if err := r.findDamage(runs); err != nil || len(r.bad) > 0 {
			return err
		}
		if err := r.loadListed(); err != nil {
			return err
		}
	}
	s.plates.indexing.Lock()
	s.plates.listed.Store(nil) // it leaves out what came back
	s.plates.indexing.Unlock()
	s.plates.index()
	s.fault.Store(nil)
	return nil
}

// loadListed fills in what Open could not read of the group's vehicles.
func (r *repairer) loadListed() error {
	l := r.s.plates
	for _, b := range r.near {
		list, err := r.vehicleBlock(b)
		if err != nil {
			return err
		}
		known := r.knownVehicles()
		l.mu.Lock()
		for _, e := range list {
			if known.add(e.number); int(e.number) >= len(l.plates) || l.plates[e.number] == 0 {
				l.set(e.number, e.plate, e.state)
			}
		}
		l.mu.Unlock()
	}
	return nil
}

// knownVehicles is the set of vehicles that are recorded for the quarter.
func (r *repairer) knownVehicles() *bitset {
	known := r.s.known[r.key.quarter]
	if known == nil {
		known = new(bitset)
		r.s.known[r.key.quarter] = known
	}
	return known
}

// vehicles rebuilds vehicle blocks of a quarter: which vehicles they listed, its rows tell;
// plate and state are known from other quarters, or stand in proven sources.
func (r *repairer) vehicles(m *merger) (addedRun, error) {
	lost, err := r.lostVehicles()
	if err != nil || int64(len(lost)) != r.lost {
		return addedRun{}, err
	}
	l := r.s.plates
	unknown := map[uint32]bool{}
	l.mu.RLock()
	for n := range lost {
		if int(n) < len(l.plates) && l.plates[n] != 0 {
			lost[n] = vehicleEntry{n, l.plates[n], l.states[n]}
		} else {
			unknown[n] = true
		}
	}
	l.mu.RUnlock()
	if len(unknown) > 0 {
		if err := r.vehiclesFromSources(lost, unknown); err != nil || len(unknown) > 0 {
			return addedRun{}, err
		}
	}
	var all []vehicleEntry
	l.mu.Lock()
	for n, e := range lost {
		if int(n) >= len(l.plates) || l.plates[n] == 0 {
			l.set(n, e.plate, e.state)
		}
		all = append(all, e)
	}
	l.mu.Unlock()
	for _, blocks := range r.whole {
		for _, b := range blocks {
			list, err := r.vehicleBlock(b)
			if err != nil {
				return addedRun{}, err
			}
			all = append(all, list...)
		}
	}
	known := r.knownVehicles()
	for _, e := range all {
		known.add(e.number)
	}
	slices.SortFunc(all, func(a, b vehicleEntry) int { return cmp.Compare(a.number, b.number) })
	return m.w.vehicleRun(r.key, &m.enc.ints, all)
}

// lostVehicles returns the vehicles that rows of the quarter name and no whole block lists.
func (r *repairer) lostVehicles() (map[uint32]vehicleEntry, error) {
	var listed bitset
	for _, b := range r.near {
		list, err := r.vehicleBlock(b)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			listed.add(e.number)
		}
	}
	lost := map[uint32]vehicleEntry{}
	err := r.eachOfQuarter(func(x *rec) {
		if !listed.has(x.vehicle) {
			lost[x.vehicle] = vehicleEntry{}
		}
	})
	return lost, err
}

// eachOfQuarter calls f with the rows of the group's quarter that can be read, most twice.
func (r *repairer) eachOfQuarter(f func(x *rec)) error {
	for k, runs := range r.groups {
		if k.quarter != r.key.quarter || k.kind != kindPlace && k.kind != kindPlate {
			continue
		}
		for _, run := range runs {
			if err := r.eachRaw(run.blocks, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// vehiclesFromSources fills in lost what rows of proven sources say of unknown vehicles, and
// takes them out of unknown.
func (r *repairer) vehiclesFromSources(lost map[uint32]vehicleEntry, unknown map[uint32]bool) error {
	proven, err := r.run.proofs(r.view)
	if err != nil || len(proven) == 0 {
		return err
	}
	of := map[uint32]bool{} // batches that are proven
	for _, p := range proven {
		of[p.batch] = true
	}
	wanted := map[rowID]uint32{} // one row for each vehicle
	told := map[uint32]bool{}
	err = r.eachOfQuarter(func(x *rec) {
		if unknown[x.vehicle] && !told[x.vehicle] && of[x.batch] {
			wanted[r.idOf(x)], told[x.vehicle] = x.vehicle, true
		}
	})
	if err != nil {
		return err
	}
	for _, p := range proven {
		err := p.each(func(d *detection.Detection, x *rec) error {
			n, ok := wanted[r.idOf(x)]
			state := r.s.words.numbers([]string{d.State})
			if ok && len(state) == 1 {
				lost[n] = vehicleEntry{n, x.plate, state[0]}
				delete(unknown, n)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachRaw calls f with the rows of those blocks that are whole. x has no cell, and no plate.
func (v *view) eachRaw(blocks []*blockMeta, f func(x *rec)) error {
	var rows []rec
	var all []int32
	for _, m := range blocks {
		b, err := v.open(m)
		if err == nil {
			for len(all) < b.n {
				all = append(all, int32(len(all)))
			}
			rows = slices.Grow(rows[:0], b.n)[:b.n]
			if err = b.recs(all[:b.n], rows, v.s.points.all()); err != nil {
				err = m.codec(err)
			}
		}
		if errors.Is(err, ErrDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		for i := range rows {
			f(&rows[i])
		}
	}
	return nil
}
