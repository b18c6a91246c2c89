package reads

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"cordon/engine/geo"
)

// laneSet is the lanes that rows of a block are of: bit i is lane i, the highest bit all
// lanes from 63 on. 0: not known, as in blocks of older stores.
type laneSet uint64

func laneBit(lane uint16) laneSet { return 1 << min(lane, 63) }

// lanesOf returns the lanes of rows.
func (w *blockWriter) lanesOf(rows []rec) (set laneSet) {
	batches := w.s.current().batches
	last, known := uint32(0), false
	for i := range rows {
		b := rows[i].batch
		if known && b == last {
			continue
		}
		last, known = b, true
		lane := w.lane
		if int(b) < len(batches) {
			lane = batches[b].lane
		}
		set |= laneBit(lane)
	}
	return set
}

// laneView is what a plan may see of one lane. Without spans it sees nothing, unless open.
type laneView struct {
	open  bool // at all times
	spans []span
}

// access is a plan's restriction to lanes, by lane and by batch.
type access struct {
	lanes   []laneView
	batches []batchRec
}

// compileLanes sets q.access; nil lanes restrict nothing.
func (v *view) compileLanes(q *query, lanes []LaneAccess) error {
	if lanes == nil {
		return nil
	}
	q.access = &access{lanes: make([]laneView, len(v.lanes)), batches: v.batches}
	for _, l := range lanes {
		var spans []span
		for _, w := range l.Windows {
			s := span{ceilMs(w.From), ceilMs(w.To)}
			if n := len(spans); n > 0 && s.from < spans[n-1].to {
				return fmt.Errorf("%w: the windows of lane %s overlap or are not in order", ErrPlan, l.Lane)
			}
			if s.from < s.to {
				spans = append(spans, s)
			}
		}
		i := slices.Index(v.lanes, l.Lane)
		if i < 0 {
			continue // nothing of it was ever stored
		}
		if to := &q.access.lanes[i]; to.open || to.spans != nil {
			return fmt.Errorf("%w: lane %s is named twice", ErrPlan, l.Lane)
		}
		q.access.lanes[i] = laneView{len(l.Windows) == 0, spans}
	}
	return nil
}

// relation says whether all (Inside), none (Outside) or some (Crosses) of the rows of a block
// may be seen, as far as the catalogue tells.
func (a *access) relation(m *blockMeta) geo.Relation {
	if a == nil {
		return geo.Inside
	}
	if m.lanes == 0 {
		return geo.Crosses
	}
	all, none := true, true
	for i := range a.lanes {
		if m.lanes&laneBit(uint16(min(i, 63))) == 0 {
			continue
		}
		rel := a.lanes[i].relation(m.minT, m.maxT)
		all, none = all && rel == geo.Inside, none && rel == geo.Outside
	}
	switch {
	case none:
		return geo.Outside
	case all:
		return geo.Inside
	}
	return geo.Crosses
}

func (l *laneView) relation(first, last int64) geo.Relation {
	if l.open {
		return geo.Inside
	}
	k := sort.Search(len(l.spans), func(k int) bool { return l.spans[k].to > first })
	switch {
	case k == len(l.spans) || l.spans[k].from > last:
		return geo.Outside
	case l.spans[k].from <= first && l.spans[k].to > last:
		return geo.Inside
	}
	return geo.Crosses
}

// sees reports whether a row may be seen; errCodec for a batch that is not known.
func (a *access) sees(batch, t int64) (bool, error) {
	if batch < 0 || batch >= int64(len(a.batches)) {
		return false, errCodec
	}
	l := &a.lanes[a.batches[batch].lane]
	if l.open {
		return true, nil
	}
	k := sort.Search(len(l.spans), func(k int) bool { return l.spans[k].to > t })
	return k < len(l.spans) && l.spans[k].from <= t, nil
}

// hide clears pass where the gatherer's rows may not be seen.
func (a *access) hide(g *gatherer, pass []bool) error {
	times, err := g.column(colTime)
	if err != nil {
		return err
	}
	times = slices.Clone(times)
	batches, err := g.column(colBatch)
	if err != nil {
		return err
	}
	for i := range pass {
		if !pass[i] {
			continue
		}
		if pass[i], err = a.sees(batches[i], times[i]); err != nil {
			return err
		}
	}
	return nil
}

// appendLanes writes the lanes of the row blocks that an edit adds.
func (e *edit) appendLanes(d []byte) []byte {
	for _, a := range e.add {
		if a.key.kind == kindPlace || a.key.kind == kindPlate {
			for _, b := range a.blocks {
				d = binary.AppendUvarint(d, uint64(b.lanes))
			}
		}
	}
	return d
}

func (e *edit) readLanes(r *wireReader) {
	for _, a := range e.add {
		if a.key.kind == kindPlace || a.key.kind == kindPlate {
			for _, b := range a.blocks {
				b.lanes = laneSet(r.uint())
			}
		}
	}
}
