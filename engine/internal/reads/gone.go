package reads

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// maxGone bounds the rows that one batch removes.
const maxGone = 1 << 20

func checkGone(ids []string) error {
	if len(ids) > maxGone {
		return &RowError{0, fmt.Sprintf("a batch removes at most %d rows, not %d", maxGone, len(ids))}
	}
	for _, id := range ids {
		if id == "" || len(id) > 64 {
			return &RowError{0, "the id of a row to be removed has not 1 to 64 bytes"}
		}
	}
	return nil
}

// sumGone takes the ids of rows to be removed into the batch's digest, in their order.
func (a *appender) sumGone(ids []string) {
	if len(ids) == 0 {
		return
	}
	a.gone = make(map[recID]bool, len(ids))
	a.line = binary.AppendUvarint(append(a.line[:0], "gone"...), uint64(len(ids)))
	a.sum.Write(a.line)
	for _, id := range ids {
		a.gone[parseID(id)] = true
		a.line = appendString(a.line[:0], id)
		a.sum.Write(a.line)
	}
}

// goneRow is a row to be removed.
type goneRow struct {
	rec
	quarter int32
}

// removal rewrites the blocks that hold rows to be removed, and no others.
type removal struct {
	merger
	a    *appender
	list []goneRow
	buf  []rec
}

// removeGone adds to the batch's edit what removes the rows of earlier batches. It expects
// s.merging: the runs that it replaces must be those that its edit meets.
func (a *appender) removeGone() error {
	v := a.s.viewAsWriter(a.ctx)
	defer v.close()
	w := &blockWriter{s: a.s, ctx: a.ctx, lane: a.lane}
	r := removal{merger: merger{view: v, w: w}, a: a}
	r.enc.known = a.s.points.known(true)
	err := r.find()
	if err == nil && len(r.list) > 0 {
		err = r.rewrite()
	}
	if err == nil {
		err = w.flush()
	}
	a.w.written = append(a.w.written, w.written...)
	if err != nil {
		return err
	}
	a.batch.gone = int64(len(r.list))
	for _, run := range r.edit.add {
		run.own()
	}
	a.edit.add = append(a.edit.add, r.edit.add...)
	a.edit.remove = append(a.edit.remove, r.edit.remove...)
	return nil
}

// find looks the rows up.
func (r *removal) find() error {
	for id := range r.a.gone {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		h, ok, err := r.lookUp(r.a.lane, id)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		b, err := r.block(h.block)
		if err != nil {
			return err
		}
		row := goneRow{quarter: h.block.group.quarter}
		one := [1]rec{}
		if err := b.recs([]int32{h.row}, one[:], r.s.points.all()); err != nil {
			return h.block.codec(err)
		}
		row.rec = one[0]
		l := r.s.plates
		l.mu.RLock()
		row.plate = l.plates[h.vehicle]
		l.mu.RUnlock()
		r.list = append(r.list, row)
	}
	slices.SortFunc(r.list, func(a, b goneRow) int {
		return cmp.Or(cmp.Compare(a.quarter, b.quarter), cmp.Compare(a.time, b.time), compareIDs(a.id, b.id))
	})
	return nil
}

func (r *removal) rewrite() error {
	for key, runs := range r.groups {
		if key.kind == kindVehicle || key.kind == kindID && key.lane != r.a.lane {
			continue
		}
		var of []goneRow
		for _, x := range r.list {
			if x.quarter == key.quarter && (key.kind != kindPlace || weekOf(x.time) == key.week) {
				of = append(of, x)
			}
		}
		if len(of) == 0 {
			continue
		}
		left := len(of)
		for _, run := range runs {
			n, err := r.run(key, run, of)
			if err != nil {
				return err
			}
			left -= n
		}
		if left != 0 {
			return &DamageError{Block: key.kind.String() + " " + quarterName(key.quarter), Quarter: quarterName(key.quarter), Problem: "rows to be removed are not where the other blocks place them"}
		}
	}
	return nil
}

// run replaces a run by one without the rows of list, if it holds any, and returns how many
// it held. Blocks without such a row stay as they are.
func (r *removal) run(key groupKey, run *run, list []goneRow) (int, error) {
	var out addedRun
	out.key = key
	found := 0
	for _, m := range run.blocks {
		may := slices.DeleteFunc(slices.Clone(list), func(x goneRow) bool { return !m.mayHold(key.kind, &x) })
		if len(may) == 0 {
			out.blocks = append(out.blocks, m)
			continue
		}
		var n int
		var fresh []*blockMeta
		var err error
		if key.kind == kindID {
			n, fresh, err = r.idsWithout(key, m, may)
		} else {
			n, fresh, err = r.rowsWithout(key, m, may)
		}
		if err != nil {
			return 0, err
		}
		if found += n; n == 0 {
			fresh = []*blockMeta{m}
		}
		out.blocks = append(out.blocks, fresh...)
	}
	if found == 0 {
		return 0, nil
	}
	r.edit.remove = append(r.edit.remove, run.number())
	if len(out.blocks) > 0 {
		r.edit.add = append(r.edit.add, out)
	}
	return found, nil
}

// mayHold reports whether the catalogue allows for a row in the block.
func (m *blockMeta) mayHold(kind blockKind, x *goneRow) bool {
	if kind == kindID {
		key := x.id.key()
		return m.lo <= key && key <= m.hi
	}
	return m.minT <= x.time && x.time <= m.maxT && m.box.Contains(x.pos) && (kind != kindPlate || m.lo <= x.plate && x.plate <= m.hi)
}

func (r *removal) rowsWithout(key groupKey, m *blockMeta, list []goneRow) (int, []*blockMeta, error) {
	b, err := r.open(m)
	if err != nil {
		return 0, nil, err
	}
	if r.buf, err = r.allRows(m, b, r.buf); err != nil {
		return 0, nil, err
	}
	out := r.w.rowRun(key, &r.enc)
	n := 0
	gone := func(x *rec) bool {
		return int(x.batch) < len(r.batches) && r.batches[x.batch].lane == r.a.lane &&
			slices.ContainsFunc(list, func(g goneRow) bool { return g.id == x.id && g.time == x.time && g.vehicle == x.vehicle })
	}
	var keep []int
	for i := range r.buf {
		if gone(&r.buf[i]) {
			n++
			continue
		}
		keep = append(keep, i)
	}
	if n == 0 {
		return 0, nil, nil
	}
	for _, i := range keep {
		if err := out.add(&r.buf[i]); err != nil {
			return 0, nil, err
		}
	}
	done, err := out.finish()
	return n, done.blocks, err
}

func (r *removal) idsWithout(key groupKey, m *blockMeta, list []goneRow) (int, []*blockMeta, error) {
	entries, err := r.idBlock(m)
	if err != nil {
		return 0, nil, err
	}
	left := map[idEntry]int{}
	for i := range list {
		left[idEntry{list[i].id.key(), list[i].vehicle}]++
	}
	before := len(entries)
	entries = slices.DeleteFunc(entries, func(e idEntry) bool {
		if left[e] == 0 {
			return false
		}
		left[e]--
		return true
	})
	if len(entries) == before {
		return 0, nil, nil
	}
	run, err := r.w.idRun(key, &r.enc.ints, entries)
	return before - len(entries), run.blocks, err
}

// withoutKept drops from removed the blocks that an edit adds again in another run.
func withoutKept(removed []uint64, e *edit) []uint64 {
	if len(removed) == 0 {
		return nil
	}
	kept := map[uint64]bool{}
	for _, a := range e.add {
		for _, b := range a.blocks {
			kept[b.number] = true
		}
	}
	return slices.DeleteFunc(removed, func(n uint64) bool { return kept[n] })
}

// appendGone writes how many rows the batches removed: pairs of place and count.
func (e *edit) appendGone(d []byte) []byte {
	n := 0
	for _, b := range e.batches {
		if b.gone > 0 {
			n++
		}
	}
	d = binary.AppendUvarint(d, uint64(n))
	for i, b := range e.batches {
		if b.gone > 0 {
			d = binary.AppendUvarint(binary.AppendUvarint(d, uint64(i)), uint64(b.gone))
		}
	}
	return d
}

func (e *edit) readGone(r *wireReader) {
	for range r.count() {
		i, n := r.uint(), r.uint()
		if i >= uint64(len(e.batches)) {
			r.bad = true
			return
		}
		e.batches[i].gone = int64(n)
	}
}
