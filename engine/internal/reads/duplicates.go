package reads

import (
	"context"
	"slices"
)

// dropDuplicates rejects rows whose id the lane has stored before, in this chunk, this
// batch or another one. byID lists all rows by id key, then in the order given.
func (a *appender) dropDuplicates(byID []sortKey) error {
	for i := 0; i < len(byID); {
		j := i + 1
		for ; j < len(byID) && byID[j].key == byID[i].key; j++ {
			for k := i; k < j; k++ { // one key is nearly always one id
				x, y := &a.rows[byID[k].row], &a.rows[byID[j].row]
				if !x.rejected && x.id == y.id {
					y.rejected = true
					a.batch.duplicates++
					break
				}
			}
		}
		i = j
	}
	v := a.s.viewAsWriter(a.ctx)
	defer v.close()
	runs := slices.Clone(a.ids)
	for k, rs := range v.groups {
		if k.kind == kindID && k.lane == a.lane {
			runs = append(runs, rs...)
		}
	}
	for _, r := range runs {
		if err := a.dropStored(v, r, byID); err != nil {
			return err
		}
	}
	return nil
}

// dropStored rejects the rows whose id is in one run of the id index.
func (a *appender) dropStored(v *view, r *run, byID []sortKey) error {
	next := 0
	for _, m := range r.blocks {
		n, _ := slices.BinarySearchFunc(byID[next:], m.lo, compareSortKey)
		if next += n; next == len(byID) {
			return nil
		}
		if byID[next].key > m.hi {
			continue
		}
		stored, err := v.idBlock(m)
		if err != nil {
			return err
		}
		i, at := next, 0
		for i < len(byID) && at < len(stored) {
			switch k := byID[i].key; {
			case stored[at].key < k:
				at++
			case stored[at].key > k:
				i++
			default:
				row := &a.rows[byID[i].row]
				same := row.rejected || k&hashed == 0
				for e := at; !same && e < len(stored) && stored[e].key == k; e++ {
					if same, err = a.holds(v, stored[e].vehicle, row.id); err != nil {
						return err
					}
				}
				if same && !row.rejected {
					row.rejected = true
					a.batch.duplicates++
				}
				i++
			}
		}
	}
	return nil
}

func compareSortKey(k sortKey, key uint64) int {
	switch {
	case k.key < key:
		return -1
	case k.key > key:
		return 1
	}
	return 0
}

// holds reports whether the vehicle has a stored read with the id in the batch's lane.
func (a *appender) holds(v *view, vehicle uint32, id recID) (bool, error) {
	_, ok, err := v.findByVehicle(a.lane, vehicle, id, a.edit.add, int(a.index))
	return ok, err
}

// viewAsWriter is view for a caller that holds s.writing inside enter.
func (s *Store) viewAsWriter(ctx context.Context) *view {
	s.mu.Lock()
	v := s.latest
	v.refs++
	s.users.Add(1)
	s.mu.Unlock()
	return &view{v, s, ctx, s.db.NewTransaction(false)}
}
