package reads

import (
	"context"
	"errors"
	"iter"

	"cordon/engine/detection"
)

// Source is where rows came from once, for a repair: the rows of an imported file, given
// again, in the same order. Rows is iterated several times.
type Source struct {
	Lane, Origin string // as they were in the Batch
	Rows         iter.Seq2[detection.Detection, error]
	// Signed says that the rows are proven by whoever gives them, as by a feed's signature, and
	// need not give the batch's digest: rows of the batch that were taken back since are not
	// among them, and rows that it left out may be.
	Signed bool
}

// Origins lists the batches that have rows, in the order in which they came.
func (s *Store) Origins() []Batch {
	c := s.current()
	var out []Batch
	for _, b := range c.batches {
		if b.rows > 0 {
			out = append(out, Batch{Lane: c.lanes[b.lane], Origin: b.origin, Photos: b.photos, Number: b.number})
		}
	}
	return out
}

// Repaired says what a repair put back, and what it could not.
type Repaired struct {
	Before, After Report    // the checks before and after; the same when nothing was damaged
	Blocks        int       // damaged blocks that were replaced
	Rows          int64     // rows of place and plate blocks, entries of id and vehicle blocks, in them
	Refused       []Refused // sources that were needed and not used
}

// RepairOptions go with a repair. All may be nil.
type RepairOptions struct {
	Sources  []Source
	Found    func(Report) error  // is called with the damage before anything is changed; its error ends the repair
	Progress func(done, all int) // of each of the two checks
}

// Refused is a source whose rows were not used.
type Refused struct{ Lane, Origin, Problem string }

// Repair replaces damaged blocks. Rows of place and plate blocks are taken from the other
// projection, which holds all rows too, and from sources where both are damaged; ids from
// rows; vehicles from the other quarters that list them, and from sources. A source that is
// not signed is used only if its rows give the digest of the batch that they once were:
// another file, or a changed one, puts nothing back. A group of blocks is replaced in one commit, and only by
// exactly what it lost; else it is left as it is, and reported. Answers do not change, nor do
// data state and digests.
func (s *Store) Repair(ctx context.Context, o RepairOptions) (Repaired, error) {
	leave, err := s.enter()
	if err != nil {
		return Repaired{}, err
	}
	defer leave()
	s.writing.Lock()
	defer s.writing.Unlock()
	s.merging.Lock()
	defer s.merging.Unlock()
	var out Repaired
	before, err := s.Check(ctx, o.Progress)
	out.Before, out.After = before, before
	if err != nil || len(before.Findings) == 0 {
		return out, err
	}
	if o.Found != nil {
		if err := o.Found(before); err != nil {
			return out, err
		}
	}
	run := repairRun{sources: o.Sources, out: &out}
	if err := s.repairVehicles(ctx, &run); err != nil {
		return out, err
	}
	for _, kind := range []blockKind{kindPlace, kindPlate} {
		if err := s.repairRows(ctx, kind, &run); err != nil {
			return out, err
		}
	}
	if err := s.repairLists(ctx, kindID, &run); err != nil {
		return out, err
	}
	if err := s.reap(); err != nil {
		return out, err
	}
	out.After, err = s.Check(ctx, o.Progress)
	return out, err
}

// repairRun is what the steps of one repair share.
type repairRun struct {
	sources []Source
	proven  []*provenSource
	asked   bool // proven is made
	out     *Repaired
}

// repairLists repairs id or vehicle blocks.
func (s *Store) repairLists(ctx context.Context, kind blockKind, run *repairRun) error {
	v := s.viewAsWriter(ctx)
	defer v.close()
	for k, runs := range v.groups {
		if k.kind != kind || s.keyLost(ctx, k.quarter) {
			continue
		}
		r := repairer{view: v, key: k, run: run}
		if err := r.findDamage(runs); err != nil {
			return err
		}
		if err := r.replace(); err != nil {
			return err
		}
	}
	return nil
}

// keyLost reports whether nothing can be sealed for a quarter.
func (s *Store) keyLost(ctx context.Context, quarter int32) bool {
	_, err := s.seal.of(ctx, quarter)
	return errors.Is(err, ErrKeyLost)
}

// rowID names a row: lane and id occur once.
type rowID struct {
	lane uint16
	id   recID
}

// repairer replaces the damaged blocks of one group.
type repairer struct {
	*view
	key   groupKey
	run   *repairRun
	bad   []*blockMeta
	runs  []*run         // that hold them
	whole [][]*blockMeta // the other blocks of each of runs
	near  []*blockMeta   // whole blocks of all runs of the group
	lost  int64          // rows of bad
	have  map[rowID]bool // rows of near that may lie where bad lay
	found map[rowID]rec  // the rows of bad, as far as they were found
	rows  []rec
}

func (r *repairer) findDamage(runs []*run) error {
	c := checkRun{view: r.view, sums: map[int32]*[2]quarterSum{}, ids: map[int32]int64{}}
	for _, run := range runs {
		var whole []*blockMeta
		bad := len(r.bad)
		for _, m := range run.blocks {
			found := len(c.report.Findings)
			if err := c.block(r.key, m); err != nil {
				return err
			}
			if len(c.report.Findings) == found {
				whole = append(whole, m)
				continue
			}
			r.bad, r.lost = append(r.bad, m), r.lost+int64(m.rows)
		}
		r.near = append(r.near, whole...)
		if len(r.bad) > bad {
			r.runs, r.whole = append(r.runs, run), append(r.whole, whole)
		}
	}
	return nil
}

// replace commits new runs for those with damage, when all that they lost is found.
func (r *repairer) replace() error {
	if len(r.bad) == 0 {
		return nil
	}
	w := &blockWriter{s: r.s, ctx: r.ctx}
	m := merger{view: r.view, w: w}
	m.enc.known = r.s.points.known(true)
	var out addedRun
	var err error
	switch r.key.kind {
	case kindID:
		out, err = r.ids(&m)
	case kindVehicle:
		out, err = r.vehicles(&m)
	default:
		out, err = r.rowBlocks(&m)
	}
	if err == nil && len(out.blocks) == 0 {
		return nil
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		m.edit.add = []addedRun{out}
		for _, run := range r.runs {
			m.edit.remove = append(m.edit.remove, run.number())
		}
		err = r.s.commit(r.ctx, &m.edit)
	}
	if err != nil {
		w.abort(err)
		return err
	}
	r.run.out.Blocks += len(r.bad)
	r.run.out.Rows += r.lost
	return nil
}
