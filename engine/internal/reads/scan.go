package reads

import (
	"sort"

	"cordon/engine/geo"
)

// hit is a row that satisfies a query.
type hit struct {
	time    int64
	areas   uint64
	windows uint64
	vehicle uint32
	row     int32
	block   *blockMeta
}

// sink takes what a scan finds.
type sink interface {
	// counts reports whether rows not newer than t need only be counted.
	counts(t int64) bool
	count(rows int64, areas, windows uint64)
	hit(h hit)
}

// job is a block that a query has to look at.
type job struct {
	meta             *blockMeta
	inside, crossing uint64 // areas
	whole            bool   // every row lies in the windows of mask
	mask             uint64
	targets          []target // plate projection
}

// known reports whether all rows of the block match in the same way, so that it need not
// be read to be counted.
func (j *job) known(q *query) bool { return j.whole && j.crossing == 0 && !q.refined() }

// jobs lists the blocks to look at, newest periods first.
func (v *view) jobs(q *query) ([]job, error) {
	var jobs []job
	if q.byPlate {
		jobs = make([]job, 0, min(len(q.targets)*len(v.quarters), 1<<13))
	}
	if q.never || q.from >= q.to {
		return nil, nil
	}
	consider := func(m *blockMeta, targets []target) {
		rel, mask := q.timeRelation(m.minT, m.maxT)
		if rel == geo.Outside {
			return
		}
		j := job{meta: m, whole: rel == geo.Inside, mask: mask, targets: targets}
		if len(q.areas) > 0 {
			if j.inside, j.crossing = q.placeRelation(m.box); j.inside|j.crossing == 0 {
				return
			}
		}
		jobs = append(jobs, j)
	}
	kind := kindPlace
	if q.byPlate {
		kind = kindPlate
	}
	for _, key := range v.order(kind) {
		if err := v.ctx.Err(); err != nil {
			return nil, err
		}
		for _, r := range v.groups[key] {
			if r.maxT < q.from || r.minT >= q.to {
				continue
			}
			if q.byPlate {
				r.withTargets(q.targets, consider)
				continue
			}
			for _, m := range r.blocks {
				consider(m, nil)
			}
		}
	}
	return jobs, nil
}

// withTargets calls do for each block that may hold one of the targets, in order.
func (r *run) withTargets(targets []target, do func(m *blockMeta, targets []target)) {
	b := 0
	for len(targets) > 0 && b < len(r.blocks) {
		want := targets[0].plate
		b += sort.Search(len(r.blocks)-b, func(i int) bool { return r.blocks[b+i].hi >= want })
		if b == len(r.blocks) {
			return
		}
		m := r.blocks[b]
		n := sort.Search(len(targets), func(i int) bool { return targets[i].plate >= m.lo })
		targets = targets[n:]
		n = sort.Search(len(targets), func(i int) bool { return targets[i].plate > m.hi })
		if n > 0 {
			do(m, targets[:n])
			for n > 0 && targets[n-1].plate == m.hi {
				n-- // its rows may go on in the next block
			}
			targets = targets[n:]
		}
		b++
	}
}

// scan looks at the jobs in order.
func (v *view) scan(q *query, jobs []job, to sink) error {
	for i := range jobs {
		if err := v.visit(q, &jobs[i], to); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) visit(q *query, j *job, to sink) error {
	if j.known(q) && to.counts(j.meta.maxT) {
		to.count(int64(j.meta.rows), j.inside, j.mask)
		return v.ctx.Err()
	}
	b, err := v.block(j.meta)
	if err != nil {
		return err
	}
	if b.kind == kindPlate {
		return j.meta.codec(v.visitPlate(q, j, b, to))
	}
	return j.meta.codec(v.visitPlace(q, j, b, to))
}

// visitPlace looks at a block of the place projection.
func (v *view) visitPlace(q *query, j *job, b *block, to sink) error {
	s := blockScan{q: q, j: j, b: b, to: to}
	var err error
	if s.time, err = b.ints(colTime); err != nil {
		return err
	}
	if s.vehicle, err = b.ints(colVehicle); err != nil {
		return err
	}
	for i, f := range q.filters {
		if s.cols[i], err = b.ints(f.col); err != nil {
			return err
		}
	}
	if !q.years.IsZero() {
		if s.year, err = b.ints(colYear); err != nil {
			return err
		}
	}
	if j.crossing != 0 {
		if s.pts, err = b.points(); err != nil {
			return err
		}
	}
	return s.groups()
}

// blockScan goes through the rows of one place block.
type blockScan struct {
	q             *query
	j             *job
	b             *block
	to            sink
	time, vehicle []int64
	year          []int64
	cols          [3][]int64
	pts           *points
}

func (s *blockScan) groups() error {
	start := int32(0)
	inside, crossing := s.j.inside, s.j.crossing // of the box around the next few points
	for g, end := range s.b.ends {
		first := start
		start = end
		if s.j.crossing != 0 && g%boxPoints == 0 {
			inside, crossing = s.q.relate(s.pts.boxes[g/boxPoints], s.j.crossing)
			inside |= s.j.inside
		}
		areas := inside
		if crossing != 0 {
			areas = s.q.pointMask(s.pts.at[g], areas, crossing)
		}
		if areas == 0 && len(s.q.areas) > 0 {
			continue
		}
		last := end
		if !s.j.whole { // times ascend inside a group
			first += int32(sort.Search(int(end-first), func(i int) bool { return s.time[int(first)+i] >= s.q.from }))
			last = first + int32(sort.Search(int(end-first), func(i int) bool { return s.time[int(first)+i] >= s.q.to }))
		}
		if err := s.rows(first, last, areas); err != nil {
			return err
		}
	}
	return nil
}

func (s *blockScan) rows(first, last int32, areas uint64) error {
	q := s.q
	whole, mask := s.j.whole, s.j.mask
	if !whole && q.oneSpan { // the rows were cut to it
		whole, mask = true, 1
	}
	if first < last && !q.refined() && whole && s.to.counts(s.time[last-1]) {
		s.to.count(int64(last-first), areas, mask)
		return nil
	}
	for i := first; i < last; i++ {
		windows := mask
		if !whole {
			if windows = q.windowMask(s.time[i]); windows == 0 {
				continue
			}
		}
		vehicle := uint32(s.vehicle[i])
		if q.only != nil && !q.only.has(vehicle) {
			continue
		}
		if q.byState {
			if int(vehicle) >= len(q.stateOf) {
				return errCodec
			}
			if !containsWord(q.states, q.stateOf[vehicle]) {
				continue
			}
		}
		if s.year != nil && !q.years.Contains(int(s.year[i])) {
			continue
		}
		pass := true
		for k := range q.filters {
			pass = pass && containsWord(q.filters[k].words, uint32(s.cols[k][i]))
		}
		if !pass {
			continue
		}
		if t := s.time[i]; s.to.counts(t) {
			s.to.count(1, areas, windows)
		} else {
			s.to.hit(hit{t, areas, windows, vehicle, i, s.j.meta})
		}
	}
	return nil
}
