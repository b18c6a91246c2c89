package reads

import (
	"cmp"
	"slices"
)

func (m *merger) ids(key groupKey, runs []*run) (addedRun, error) {
	cursors := make([]*idCursor, len(runs))
	for i, r := range runs {
		cursors[i] = &idCursor{blocks: r.blocks}
	}
	return m.idsOf(key, cursors)
}

// idCursor walks the entries of a run.
type idCursor struct {
	blocks []*blockMeta
	list   []idEntry // not walked yet
}

func (m *merger) idsOf(key groupKey, cursors []*idCursor) (addedRun, error) {
	fill := func(c *idCursor) (err error) {
		if len(c.list) == 0 && len(c.blocks) > 0 {
			c.list, err = m.idBlock(c.blocks[0])
			c.blocks = c.blocks[1:]
		}
		return err
	}
	for _, c := range cursors {
		if err := fill(c); err != nil {
			return addedRun{}, err
		}
	}
	out := addedRun{key: key}
	limit := m.s.opt.tune.idRows
	buf := make([]idEntry, 0, limit)
	flush := func() error {
		run, err := m.w.idRun(key, &m.enc.ints, buf)
		out.blocks = append(out.blocks, run.blocks...)
		buf = buf[:0]
		return err
	}
	for {
		best := -1
		for i := range cursors {
			if len(cursors[i].list) > 0 && (best < 0 || cursors[i].list[0].key < cursors[best].list[0].key) {
				best = i
			}
		}
		if best < 0 {
			return out, flush()
		}
		c := cursors[best]
		buf = append(buf, c.list[0])
		c.list = c.list[1:]
		if err := fill(c); err != nil {
			return out, err
		}
		if len(buf) == limit {
			if err := flush(); err != nil {
				return out, err
			}
		}
	}
}

func (m *merger) vehicles(key groupKey, runs []*run) (addedRun, error) {
	var all []vehicleEntry
	for _, r := range runs {
		for _, b := range r.blocks {
			list, err := m.vehicleBlock(b)
			if err != nil {
				return addedRun{}, err
			}
			all = append(all, list...)
		}
	}
	slices.SortFunc(all, func(a, b vehicleEntry) int { return cmp.Compare(a.number, b.number) })
	return m.w.vehicleRun(key, &m.enc.ints, all)
}
