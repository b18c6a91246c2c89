package reads

import (
	"cmp"
	"math"
	"slices"
)

// dropDuplicates rejects rows whose id the lane has stored before: in another batch, in
// this batch, or earlier in this chunk. byID lists all rows by id key, then in the order
// given.
func (a *appender) dropDuplicates(byID []sortKey) error {
	v := a.s.viewAsWriter(a.ctx)
	defer v.close()
	var found []candidate
	var err error
	for k, runs := range v.groups {
		if k.kind != kindID || k.lane != a.lane {
			continue
		}
		for _, r := range runs {
			if found, err = a.candidates(v, k.quarter, r, byID, found); err != nil {
				return err
			}
		}
	}
	for _, r := range a.ids {
		if found, err = a.candidates(v, r.blocks[0].group.quarter, r, byID, found); err != nil {
			return err
		}
	}
	if err := a.resolve(v, found); err != nil {
		return err
	}
	for i := 0; i < len(byID); {
		j := i + 1
		for ; j < len(byID) && byID[j].key == byID[i].key; j++ {
			for k := i; k < j; k++ { // one key is nearly always one id
				x, y := &a.rows[byID[k].row], &a.rows[byID[j].row]
				if !x.rejected && !y.rejected && x.id == y.id {
					a.reject(byID[j].row, x)
					break
				}
			}
		}
		i = j
	}
	return nil
}

// reject leaves a row out because stored has its lane and id.
func (a *appender) reject(row uint32, stored *rec) {
	r := &a.rows[row]
	r.rejected = true
	if sameContent(r, stored) {
		a.batch.duplicates++
		return
	}
	a.conflicts++
	if a.onConflict == nil {
		return
	}
	l := a.s.plates
	l.mu.RLock()
	words := a.s.words.list // only appends add to it
	c, texts := Conflict{Row: a.first + int64(row) + 1}, newTextArena(2)
	r.plate, stored.plate = l.plates[r.vehicle], l.plates[stored.vehicle]
	r.detection(&c.Given, words, l.states[r.vehicle], texts)
	stored.detection(&c.Stored, words, l.states[stored.vehicle], texts)
	l.mu.RUnlock()
	a.onConflict(c)
}

// sameContent compares all but the batch.
func sameContent(a, b *rec) bool {
	return a.time == b.time && a.vehicle == b.vehicle && samePoint(a.pos, b.pos) && a.id == b.id &&
		a.make == b.make && a.model == b.model && a.color == b.color && a.year == b.year &&
		a.camera == b.camera && a.source == b.source && a.photos == b.photos &&
		math.Float64bits(a.heading) == math.Float64bits(b.heading) && math.Float64bits(a.conf) == math.Float64bits(b.conf)
}

// candidate is a row whose id key the id index holds, with the vehicle it names.
type candidate struct {
	key     uint64
	plate   uint64
	quarter int32
	vehicle uint32
	row     uint32
	found   bool
}

// candidates adds the rows whose id key is in one run of the id index.
func (a *appender) candidates(v *view, quarter int32, r *run, byID []sortKey, found []candidate) ([]candidate, error) {
	next := 0
	for _, m := range r.blocks {
		n, _ := slices.BinarySearchFunc(byID[next:], m.lo, compareSortKey)
		if next += n; next == len(byID) {
			return found, nil
		}
		if byID[next].key > m.hi {
			continue
		}
		stored, err := v.idBlock(m)
		if err != nil {
			return found, err
		}
		i, at := next, 0
		for i < len(byID) && at < len(stored) {
			switch k := byID[i].key; {
			case stored[at].key < k:
				at++
			case stored[at].key > k:
				i++
			default:
				for e := at; e < len(stored) && stored[e].key == k; e++ {
					if !a.rows[byID[i].row].rejected {
						found = append(found, candidate{key: k, quarter: quarter, vehicle: stored[e].vehicle, row: byID[i].row})
					}
				}
				i++
			}
		}
	}
	return found, nil
}

func compareSortKey(k sortKey, key uint64) int { return cmp.Compare(k.key, key) }

// manyCandidates is when blocks are read past the cache.
const manyCandidates = 4096

// resolve looks the candidates' rows up, in the order of the plate projection, and rejects
// those that are there.
func (a *appender) resolve(v *view, list []candidate) error {
	if len(list) == 0 {
		return nil
	}
	l := a.s.plates
	l.mu.RLock()
	for i := range list {
		c := &list[i]
		if int(c.vehicle) < len(l.plates) {
			c.plate = l.plates[c.vehicle]
		}
	}
	l.mu.RUnlock()
	for i := range list {
		if list[i].plate == 0 {
			return &DamageError{Block: "vehicle list", Problem: "a read names a vehicle that is not known"}
		}
	}
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(x.quarter, y.quarter), cmp.Compare(x.plate, y.plate), cmp.Compare(x.vehicle, y.vehicle), cmp.Compare(x.key, y.key))
	})
	open := v.block
	if len(list) > manyCandidates {
		open = v.open
	}
	for first := 0; first < len(list); {
		last := first
		for last < len(list) && list[last].quarter == list[first].quarter {
			last++
		}
		part := list[first:last]
		for _, r := range v.groups[groupKey{kind: kindPlate, period: period{quarter: part[0].quarter}}] {
			if err := a.resolveRun(v, r.blocks, part, open); err != nil {
				return err
			}
		}
		for _, r := range a.edit.add {
			if r.key.kind == kindPlate && r.key.quarter == part[0].quarter {
				if err := a.resolveRun(v, r.blocks, part, open); err != nil {
					return err
				}
			}
		}
		first = last
	}
	for i := range list {
		c := &list[i]
		if !c.found && c.key&hashed == 0 {
			return &DamageError{Block: "id " + quarterName(c.quarter), Quarter: quarterName(c.quarter), Problem: "it names a row that is not there"}
		}
	}
	return nil
}

func (a *appender) resolveRun(v *view, blocks []*blockMeta, list []candidate, open func(*blockMeta) (*block, error)) error {
	var rows []int32
	var recs []rec
	for _, m := range blocks {
		n, _ := slices.BinarySearchFunc(list, m.lo, func(c candidate, plate uint64) int { return cmp.Compare(c.plate, plate) })
		if list = list[n:]; len(list) == 0 {
			return nil
		}
		if list[0].plate > m.hi {
			continue
		}
		b, err := open(m)
		if err != nil {
			return err
		}
		vehicles, err := b.ints(colVehicle)
		if err != nil {
			return m.codec(err)
		}
		wanted := map[uint32]int{}
		for i := 0; i < len(list) && list[i].plate <= m.hi; i++ {
			if _, ok := wanted[list[i].vehicle]; !ok {
				wanted[list[i].vehicle] = i
			}
		}
		rows = rows[:0]
		first := int32(0)
		for g, end := range b.ends {
			if _, ok := wanted[uint32(vehicles[g])]; ok {
				for i := first; i < end; i++ {
					rows = append(rows, i)
				}
			}
			first = end
		}
		recs = slices.Grow(recs[:0], len(rows))[:len(rows)]
		if err := b.recs(rows, recs, a.s.points.all()); err != nil {
			return m.codec(err)
		}
		for i := range recs {
			r := &recs[i]
			if int(r.batch) != int(a.index) && (int(r.batch) >= len(v.batches) || v.batches[r.batch].lane != a.lane) {
				continue
			}
			of := list[wanted[r.vehicle]:]
			key := r.id.key()
			k, _ := slices.BinarySearchFunc(of, r.vehicle, func(c candidate, vehicle uint32) int {
				return cmp.Or(cmp.Compare(c.plate, of[0].plate), cmp.Compare(c.vehicle, vehicle), cmp.Compare(c.key, key))
			})
			for ; k < len(of) && of[k].vehicle == r.vehicle && of[k].key == key; k++ {
				c := &of[k]
				if row := &a.rows[c.row]; row.id == r.id {
					c.found = true
					if removed := a.gone[r.id] && r.batch != a.index; !row.rejected && !removed {
						a.reject(c.row, r)
					}
				}
			}
		}
	}
	return nil
}
