package reads

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// mergeCommitRows is how many rows are merged before the result is committed.
const mergeCommitRows = 1 << 20

// mergeRuns folds small runs together where a group has many, and deletes blocks that
// nothing uses. In groups that the last append did not touch, and in all when nothing
// arrives (still), it goes on to few runs. So many goroutines share the groups. It may be
// stopped and repeated at any time. It expects s.merging.
func (s *Store) mergeRuns(ctx context.Context, still bool, goroutines int) error {
	var list []mergeTask
	for k, runs := range s.current().groups {
		if runs = s.due(runs, still); runs != nil {
			list = append(list, mergeTask{k, runs})
		}
	}
	slices.SortFunc(list, func(x, y mergeTask) int {
		a, b := x.key, y.key
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.lane, b.lane), cmp.Compare(a.quarter, b.quarter), cmp.Compare(a.week, b.week))
	})
	var mu sync.Mutex
	take := func() (part []mergeTask) {
		mu.Lock()
		defer mu.Unlock()
		n, rows := 0, int64(0)
		for n < len(list) && rows < mergeCommitRows {
			for _, r := range list[n].runs {
				rows += r.rows
			}
			n++
		}
		part, list = list[:n], list[n:]
		return part
	}
	g, ctx := errgroup.WithContext(ctx)
	for range min(goroutines, len(list)) {
		g.Go(func() error {
			for part := take(); len(part) > 0; part = take() {
				if err := s.mergeSome(ctx, part); err != nil {
					return err
				}
				if err := s.reap(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// mergeTask is a group with the runs of it to merge.
type mergeTask struct {
	key  groupKey
	runs []*run
}

// due picks the runs of a group to merge now; nil: none.
func (s *Store) due(runs []*run, still bool) []*run {
	most := s.opt.tune.maxRuns
	if len(runs) > most {
		return mergeChoice(runs, max(most/2, 1), 2)
	}
	touched := s.touched.Load()
	if still || !slices.ContainsFunc(runs, func(r *run) bool { return r.number() >= touched }) {
		if list := mergeChoice(runs, len(runs), 4); len(list) > 1 {
			return list
		}
	}
	return nil
}

// mergeSome does tasks in one commit.
func (s *Store) mergeSome(ctx context.Context, list []mergeTask) (err error) {
	v := s.viewAsWriter(ctx)
	defer v.close()
	w := &blockWriter{s: s, ctx: ctx}
	m := merger{view: v, w: w}
	m.enc.known = s.points.known(true)
	for i := 0; i < len(list) && err == nil; i++ {
		err = m.group(list[i].key, list[i].runs)
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		err = s.commit(ctx, &m.edit)
	}
	if err != nil {
		w.abort(err)
	}
	return err
}

// mergeChoice picks the runs to merge: the smallest ones, until at most keep runs will be
// there, and on while the next one is not more than so many times what is merged already.
// So a row is rewritten a logarithmic number of times.
func mergeChoice(runs []*run, keep int, times int64) []*run {
	runs = slices.Clone(runs)
	slices.SortFunc(runs, func(a, b *run) int { return cmp.Compare(a.rows, b.rows) })
	total, n := runs[0].rows, 1
	for n < len(runs) && (len(runs)-n+1 > keep || runs[n].rows <= times*total) {
		total += runs[n].rows
		n++
	}
	return runs[:n]
}

// merger merges runs into an edit.
type merger struct {
	*view
	w    *blockWriter
	enc  blockEncoder
	edit edit
}

func (m *merger) group(key groupKey, runs []*run) error {
	var out addedRun
	var err error
	switch key.kind {
	case kindPlace:
		out, err = m.rows(key, runs, placeOrder)
	case kindPlate:
		out, err = m.rows(key, runs, plateOrder)
	case kindID:
		out, err = m.ids(key, runs)
	default:
		out, err = m.vehicles(key, runs)
	}
	if err != nil {
		return err
	}
	m.edit.add = append(m.edit.add, out)
	for _, r := range runs {
		m.edit.remove = append(m.edit.remove, r.number())
	}
	return nil
}

func (m *merger) rows(key groupKey, runs []*run, order func(a, b *rec) int) (addedRun, error) {
	cursors := make([]*rowCursor, 0, len(runs))
	for _, r := range runs {
		cursors = append(cursors, &rowCursor{v: m.view, blocks: r.blocks})
	}
	return m.rowsOf(key, cursors, order)
}

// rowsOf merges the rows of cursors that have not begun.
func (m *merger) rowsOf(key groupKey, fresh []*rowCursor, order func(a, b *rec) int) (addedRun, error) {
	var cursors []*rowCursor
	for _, c := range fresh {
		if err := c.next(); err != nil {
			return addedRun{}, err
		}
		if c.cur != nil {
			cursors = append(cursors, c)
		}
	}
	out := m.w.rowRun(key, &m.enc)
	for len(cursors) > 0 {
		best := 0
		for i, c := range cursors[1:] {
			if order(c.cur, cursors[best].cur) < 0 {
				best = i + 1
			}
		}
		c := cursors[best]
		if err := out.add(c.cur); err != nil {
			return addedRun{}, err
		}
		if err := c.next(); err != nil {
			return addedRun{}, err
		}
		if c.cur == nil {
			cursors = slices.Delete(cursors, best, best+1)
		}
	}
	return out.finish()
}

// rowCursor walks the rows of a run.
type rowCursor struct {
	v      *view
	blocks []*blockMeta
	rows   []rec
	at     int
	cur    *rec // nil at the end
}

func (c *rowCursor) next() error {
	if c.at == len(c.rows) {
		if len(c.blocks) == 0 {
			c.cur = nil
			return nil
		}
		b, err := c.v.open(c.blocks[0])
		if err != nil {
			return err
		}
		if c.rows, err = c.v.allRows(c.blocks[0], b, c.rows); err != nil {
			return err
		}
		c.blocks, c.at = c.blocks[1:], 0
	}
	c.cur = &c.rows[c.at]
	c.at++
	return nil
}

// allRows decodes every row of a block; buf is used when it is large enough.
func (v *view) allRows(m *blockMeta, b *block, buf []rec) ([]rec, error) {
	if cap(buf) < b.n {
		buf = make([]rec, b.n)
	}
	buf = buf[:b.n]
	all := make([]int32, b.n)
	for i := range all {
		all[i] = int32(i)
	}
	if err := b.recs(all, buf, v.s.points.all()); err != nil {
		return nil, m.codec(err)
	}
	l := v.s.plates
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i := range buf {
		r := &buf[i]
		r.rejected = false
		if i > 0 && r.vehicle == buf[i-1].vehicle {
			r.plate = buf[i-1].plate
		} else if int(r.vehicle) >= len(l.plates) || l.plates[r.vehicle] == 0 {
			return nil, m.damage("it names a vehicle that is not known")
		} else {
			r.plate = l.plates[r.vehicle]
		}
		if i > 0 && samePoint(r.pos, buf[i-1].pos) {
			r.cell = buf[i-1].cell
		} else {
			r.cell = cellOf(r.pos)
		}
	}
	return buf, nil
}
