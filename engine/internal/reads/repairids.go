package reads

import (
	"cmp"
	"errors"
	"slices"
)

// ids rebuilds blocks of the id index from the rows of their lane and quarter.
func (r *repairer) ids(m *merger) (addedRun, error) {
	lies := func(key uint64) bool {
		return slices.ContainsFunc(r.bad, func(b *blockMeta) bool { return key >= b.lo && key <= b.hi })
	}
	left := map[idEntry]int{} // entries of rows less those of whole blocks
	for k, runs := range r.groups {
		if k.kind != kindPlace || k.quarter != r.key.quarter {
			continue
		}
		for _, run := range runs {
			c := &rowCursor{v: r.view, blocks: run.blocks}
			for {
				if err := c.next(); err != nil {
					if errors.Is(err, ErrDamaged) {
						return addedRun{}, nil // the rows are not all there
					}
					return addedRun{}, err
				}
				if c.cur == nil {
					break
				}
				if int(c.cur.batch) >= len(r.batches) {
					return addedRun{}, nil
				}
				if e := (idEntry{c.cur.id.key(), c.cur.vehicle}); r.batches[c.cur.batch].lane == r.key.lane && lies(e.key) {
					left[e]++
				}
			}
		}
	}
	for _, b := range r.near {
		list, err := r.idBlock(b)
		if err != nil {
			return addedRun{}, err
		}
		for _, e := range list {
			if lies(e.key) {
				left[e]--
			}
		}
	}
	var back []idEntry
	for e, n := range left {
		if n < 0 {
			return addedRun{}, nil
		}
		for range n {
			back = append(back, e)
		}
	}
	if int64(len(back)) != r.lost {
		return addedRun{}, nil
	}
	slices.SortFunc(back, func(a, b idEntry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.vehicle, b.vehicle))
	})
	cursors := []*idCursor{{list: back}}
	for _, blocks := range r.whole {
		cursors = append(cursors, &idCursor{blocks: blocks})
	}
	return m.idsOf(r.key, cursors)
}
