package reads

import "github.com/paulmach/orb"

// visitPlate looks at a block of the plate projection. Only the rows of the job's vehicles
// are decoded, and no more of them than it takes.
func (v *view) visitPlate(q *query, j *job, b *block, to sink) error {
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	vehicles := sized(&g.all, len(b.ends))
	if err := b.decode(colVehicle, vehicles); err != nil {
		return err
	}
	rows, of := g.hitRows[:0], g.hitOf[:0] // of: the vehicle of each row
	first := int32(0)
	for k, end := range b.ends {
		if n := uint32(vehicles[k]); j.wants(q, n) {
			for i := first; i < end; i++ {
				rows, of = append(rows, i), append(of, n)
			}
		}
		first = end
	}
	g.hitRows, g.hitOf = rows, of
	if len(rows) == 0 {
		return nil
	}
	plain := !j.mixed && j.crossing == 0 && len(q.filters) == 0 && q.years.IsZero()
	if plain && j.whole && to.counts(j.meta.maxT) {
		to.count(int64(len(rows)), j.inside, j.mask)
		return nil
	}
	g.of(b, rows)
	areas := g.masks[:0]
	for range rows {
		areas = append(areas, j.inside)
	}
	g.masks = areas
	if j.crossing != 0 {
		if err := g.positions(v.s.points.all(), func(i int, p orb.Point, _ uint32) { areas[i] = q.pointMask(p, j.inside, j.crossing) }); err != nil {
			return err
		}
	}
	return g.visitFew(q, j, areas, of, to)
}

// wants reports whether a vehicle of the block is among the job's targets.
func (j *job) wants(q *query, vehicle uint32) bool {
	if len(j.targets) > 8 {
		return q.only.has(vehicle)
	}
	for i := range j.targets {
		if j.targets[i].vehicle == vehicle {
			return true
		}
	}
	return false
}
