package reads

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"
)

// flush turns the rows in memory into runs.
func (a *appender) flush() error {
	if len(a.rows) == 0 {
		return nil
	}
	byID := a.byID()
	if err := a.dropDuplicates(byID); err != nil {
		return err
	}
	for i := range a.rows {
		if r := &a.rows[i]; !r.rejected {
			a.record(r)
		}
	}
	a.s.points.note(a.rows)
	a.enc[1].known = a.s.points.known(false)
	periods, of := a.periods()
	var runs [2][]addedRun
	g, ctx := errgroup.WithContext(a.ctx)
	w := &blockWriter{s: a.s, ctx: ctx, lane: a.lane}
	for i, kind := range [2]blockKind{kindPlace, kindPlate} {
		g.Go(func() (err error) {
			runs[i], err = a.rowRuns(w, kind, periods, of, &a.enc[i])
			return err
		})
	}
	err := g.Wait()
	var ids []addedRun
	if err == nil {
		w.ctx = a.ctx
		ids, err = a.idRuns(w, byID)
	}
	if err == nil {
		err = a.vehicleRuns(w)
	}
	if err == nil {
		err = w.flush()
	}
	a.w.written = append(a.w.written, w.written...)
	if err != nil {
		return err
	}
	for _, r := range slices.Concat(runs[0], runs[1], ids) {
		r.own()
		a.edit.add = append(a.edit.add, r)
		if r.key.kind == kindID {
			a.ids = append(a.ids, newRun(r.blocks))
		}
	}
	clear(a.rows)
	a.rows, a.first = a.rows[:0], a.seen
	return nil
}

// periods gives every row its period by a number in a list.
func (a *appender) periods() (list []period, of []uint32) {
	of = make([]uint32, len(a.rows))
	index := map[period]uint32{}
	var clock quarterClock
	for i := range a.rows {
		if a.rows[i].rejected {
			continue
		}
		k := period{clock.of(a.rows[i].time), weekOf(a.rows[i].time)}
		n, ok := index[k]
		if !ok {
			n = uint32(len(list))
			index[k] = n
			list = append(list, k)
		}
		of[i] = n
	}
	return list, of
}

// byID returns all rows by id key, then in the order given.
func (a *appender) byID() []sortKey {
	keys := make([]sortKey, len(a.rows))
	for i := range a.rows {
		keys[i] = sortKey{key: a.rows[i].id.key(), row: uint32(i)}
	}
	slices.SortFunc(keys, func(x, y sortKey) int {
		if c := cmp.Compare(x.key, y.key); c != 0 {
			return c
		}
		return cmp.Compare(x.row, y.row)
	})
	return keys
}

// rowRuns writes one projection of the rows: a run for each period (place) or quarter.
func (a *appender) rowRuns(w *blockWriter, kind blockKind, periods []period, of []uint32, enc *blockEncoder) ([]addedRun, error) {
	groups, number := make([]groupKey, 0, len(periods)), map[groupKey]uint32{}
	groupOf := make([]uint32, len(periods))
	for i, p := range periods {
		k := groupKey{kind: kind, period: p}
		if kind == kindPlate {
			k.week = 0
		}
		n, ok := number[k]
		if !ok {
			n = uint32(len(groups))
			number[k] = n
			groups = append(groups, k)
		}
		groupOf[i] = n
	}
	sorter := &a.sort[kind-kindPlace]
	keys := slices.Grow(sorter.keys[:0], len(a.rows))
	for i := range a.rows {
		if r := &a.rows[i]; !r.rejected {
			k := r.cell
			if kind == kindPlate {
				k = r.plate
			}
			keys = append(keys, sortKey{k, groupOf[of[i]], uint32(i)})
		}
	}
	ties := placeTies
	if kind == kindPlate {
		ties = plateTies
	}
	keys = sorter.sort(keys, len(groups), func(x, y uint32) int { return ties(&a.rows[x], &a.rows[y]) })
	sorter.keys = keys
	var out []addedRun
	for len(keys) > 0 {
		run := w.rowRun(groups[keys[0].group], enc)
		n := 0
		for n < len(keys) && keys[n].group == keys[0].group {
			if err := run.add(&a.rows[keys[n].row]); err != nil {
				return nil, err
			}
			n++
		}
		done, err := run.finish()
		if err != nil {
			return nil, err
		}
		out, keys = append(out, done), keys[n:]
	}
	return out, nil
}

// idRuns writes the id index of the rows: a run for each quarter.
func (a *appender) idRuns(w *blockWriter, byID []sortKey) ([]addedRun, error) {
	entries := map[int32][]idEntry{}
	var clock quarterClock
	for _, k := range byID {
		if r := &a.rows[k.row]; !r.rejected {
			q := clock.of(r.time)
			entries[q] = append(entries[q], idEntry{k.key, r.vehicle})
		}
	}
	var out []addedRun
	for q, list := range entries {
		run, err := w.idRun(groupKey{kind: kindID, lane: a.lane, period: period{quarter: q}}, &a.enc[0].ints, list)
		if err != nil {
			return nil, err
		}
		out = append(out, run)
	}
	return out, nil
}

// vehicleRuns writes down the vehicles that their quarter does not know yet.
func (a *appender) vehicleRuns(w *blockWriter) error {
	var clock quarterClock
	fresh := map[int32][]uint32{}
	for i := range a.rows {
		r := &a.rows[i]
		if r.rejected {
			continue
		}
		q := clock.of(r.time)
		if set := a.s.known[q]; set != nil && set.has(r.vehicle) {
			continue
		}
		set := a.known[q]
		if set == nil {
			set = new(bitset)
			a.known[q] = set
		}
		if set.add(r.vehicle) {
			fresh[q] = append(fresh[q], r.vehicle)
		}
	}
	l := a.s.plates
	l.mu.RLock()
	defer l.mu.RUnlock()
	for q, list := range fresh {
		slices.Sort(list)
		entries := make([]vehicleEntry, len(list))
		for i, v := range list {
			entries[i] = vehicleEntry{v, l.plates[v], l.states[v]}
		}
		run, err := w.vehicleRun(groupKey{kind: kindVehicle, period: period{quarter: q}}, &a.enc[0].ints, entries)
		if err != nil {
			return err
		}
		a.edit.add = append(a.edit.add, run)
		a.fresh[q] = append(a.fresh[q], list...)
	}
	return nil
}

// record adds a stored row to the batch's figures and digest.
func (a *appender) record(r *rec) {
	if a.batch.rows == 0 {
		a.batch.from, a.batch.to = r.time, r.time
	}
	a.batch.rows++
	a.batch.from, a.batch.to = min(a.batch.from, r.time), max(a.batch.to, r.time)
	words := a.s.words.list // only appends add to it
	d := appendContent(a.line[:0], r, [6]string{
		words[a.s.plates.states[r.vehicle]], words[r.make], words[r.model], words[r.color], words[r.camera], words[r.source],
	})
	a.line = d
	a.sum.Write(d)
}

// appendContent appends what a batch's digest holds of a row: all of it, its words as texts
// (state, make, model, colour, camera, source).
func appendContent(d []byte, r *rec, words [6]string) []byte {
	d = binary.AppendVarint(d, r.time)
	d = r.id.appendTo(d)
	d = binary.AppendUvarint(d, r.plate)
	for _, f := range [...]float64{r.pos[0], r.pos[1], r.heading, r.conf} {
		d = binary.LittleEndian.AppendUint64(d, math.Float64bits(f))
	}
	d = binary.AppendVarint(d, int64(r.year))
	d = append(d, r.photos)
	for _, w := range words {
		d = appendString(d, w)
	}
	return d
}
