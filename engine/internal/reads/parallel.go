package reads

import (
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// A query uses more than one core when there is enough to do, and never more than
// maxWorkers, so that several sessions get on beside each other.
const maxWorkers = 4

func workers() int { return min(runtime.GOMAXPROCS(0), maxWorkers) }

// scanAll is scan on several cores: each has a fresh sink of its own, which fold takes at
// the end. Jobs are taken in order, so that the newest are seen first by all.
func scanAll[S sink](v *view, q *query, jobs []job, fresh func() S, fold func(S)) error {
	rows := 0
	for i := range jobs {
		rows += int(jobs[i].meta.rows)
	}
	n := workers()
	if rows < v.s.opt.tune.shareRows || n == 1 {
		to := fresh()
		err := v.scan(q, jobs, to)
		fold(to)
		return err
	}
	var g errgroup.Group // a read-only transaction serves several goroutines
	var next atomic.Int64
	var failed atomic.Bool
	sinks := make([]S, n)
	for w := range n {
		sinks[w] = fresh()
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) || failed.Load() {
					return nil
				}
				if err := v.visit(q, &jobs[i], sinks[w]); err != nil {
					failed.Store(true)
					return err
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, s := range sinks {
		fold(s)
	}
	return nil
}

// buildRecs decodes the rows of hits, which are in order of block, into recs.
func (v *view) buildRecs(hits []hit, recs []rec) error {
	n := workers()
	if len(hits) < v.s.opt.tune.shareHits || n == 1 {
		return v.buildPart(hits, recs)
	}
	var g errgroup.Group
	first := 0
	for w := range n {
		last := (w + 1) * len(hits) / n
		for last < len(hits) && last > 0 && hits[last].block == hits[last-1].block {
			last++
		}
		if first < last {
			h, r := hits[first:last], recs[first:last]
			g.Go(func() error { return v.buildPart(h, r) })
			first = last
		}
	}
	return g.Wait()
}

func (v *view) buildPart(hits []hit, recs []rec) error {
	rows, known := make([]int32, 0, 64), v.s.points.all()
	for i := 0; i < len(hits); {
		m := hits[i].block
		first := i
		rows = rows[:0]
		for ; i < len(hits) && hits[i].block == m; i++ {
			rows = append(rows, hits[i].row)
		}
		b, err := v.block(m)
		if err != nil {
			return err
		}
		if err := b.recs(rows, recs[first:i], known); err != nil {
			return m.codec(err)
		}
	}
	return nil
}
