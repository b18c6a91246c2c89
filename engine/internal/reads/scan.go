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
	mixed            bool   // of some rows it is not known whether the plan may see them
	mask             uint64
	targets          []target // plate projection
}

// known reports whether all rows of the block match in the same way, so that it need not
// be read to be counted.
func (j *job) known(q *query) bool { return j.whole && !j.mixed && j.crossing == 0 && !q.refined() }

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
		seen := q.access.relation(m)
		if seen == geo.Outside {
			return
		}
		j := job{meta: m, whole: rel == geo.Inside, mixed: seen != geo.Inside, mask: mask, targets: targets}
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
