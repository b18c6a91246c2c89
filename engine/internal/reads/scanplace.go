package reads

import "sort"

// visitPlace looks at a block of the place projection. Points come first: of many blocks
// few lie inside, and those rows alone are decoded.
func (v *view) visitPlace(q *query, j *job, b *block, to sink) error {
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	s := blockScan{q: q, j: j, b: b, to: to}
	if j.crossing != 0 {
		rows, err := s.locate(g)
		if err != nil || rows == 0 {
			return err
		}
		if rows*fewRows < b.n && b.decoded[colTime].Load() == nil {
			return s.few(g)
		}
	}
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
	if j.mixed {
		if s.batch, err = b.ints(colBatch); err != nil {
			return err
		}
	}
	return s.groups()
}

// fewRows is which part of a block's rows is still gathered instead of decoding columns.
const fewRows = 8

// blockScan goes through the rows of one place block.
type blockScan struct {
	q             *query
	j             *job
	b             *block
	to            sink
	areas         []uint64 // of each group; nil: all lie in those of the job
	time, vehicle []int64
	year          []int64
	batch         []int64 // nil: every row may be seen
	cols          [3][]int64
}

// locate finds the areas of each group and how many rows lie in any.
func (s *blockScan) locate(g *gatherer) (rows int, err error) {
	pts, err := s.b.points()
	if err != nil {
		return 0, err
	}
	areas, start := g.masks[:0], int32(0)
	var inside, crossing uint64 // of the box around the next few points
	for k, end := range s.b.ends {
		if k%boxPoints == 0 {
			inside, crossing = s.q.relate(pts.boxes[k/boxPoints], s.j.crossing)
			inside |= s.j.inside
		}
		mask := inside
		if crossing != 0 {
			mask = s.q.pointMask(pts.at[k], mask, crossing)
		}
		if mask != 0 {
			rows += int(end - start)
		}
		areas = append(areas, mask)
		start = end
	}
	g.masks, s.areas = areas, areas
	return rows, nil
}

// few looks at the rows of the groups that lie in an area.
func (s *blockScan) few(g *gatherer) error {
	rows, areas, start := g.hitRows[:0], []uint64(nil), int32(0)
	for k, end := range s.b.ends {
		if mask := s.areas[k]; mask != 0 {
			for i := start; i < end; i++ {
				rows, areas = append(rows, i), append(areas, mask)
			}
		}
		start = end
	}
	g.hitRows = rows
	g.of(s.b, rows)
	vals, err := g.column(colVehicle)
	if err != nil {
		return err
	}
	of := g.hitOf[:0]
	for _, n := range vals {
		of = append(of, uint32(n))
	}
	g.hitOf = of
	return g.visitFew(s.q, s.j, areas, of, s.to)
}

func (s *blockScan) groups() error {
	start := int32(0)
	for g, end := range s.b.ends {
		first := start
		start = end
		areas := s.j.inside
		if s.areas != nil {
			if areas = s.areas[g]; areas == 0 {
				continue
			}
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
	if first < last && !q.refined() && s.batch == nil && whole && s.to.counts(s.time[last-1]) {
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
		if s.batch != nil {
			var err error
			if pass, err = q.access.sees(s.batch[i], s.time[i]); err != nil {
				return err
			}
		}
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
