package reads

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// Source is where rows came from once, for a repair: the rows of an imported file, given
// again.
type Source struct {
	Lane, Origin string // as they were in the Batch
	Rows         iter.Seq2[detection.Detection, error]
}

// Repaired says what a repair put back, and what it could not.
type Repaired struct {
	Blocks int // damaged blocks that were replaced
	Rows   int64
	Left   []Finding
}

// Repair replaces damaged place, plate and id blocks. Their rows are taken from the other
// projection, which holds all rows too, and from the sources where both are damaged. A group
// of blocks is replaced in one commit, and only by exactly the rows that it lost; else it is
// left as it is, and reported. Lists of vehicles are not repaired: nothing else knows them.
// Answers do not change, nor do data state and digests. progress may be nil.
func (s *Store) Repair(ctx context.Context, sources []Source, progress func(done, all int)) (Repaired, error) {
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
	for _, kind := range []blockKind{kindPlace, kindPlate, kindID} {
		if err := s.repairKind(ctx, kind, sources, &out); err != nil {
			return out, err
		}
	}
	if err := s.reap(); err != nil {
		return out, err
	}
	r, err := s.Check(ctx, progress)
	out.Left = r.Findings
	return out, err
}

func (s *Store) repairKind(ctx context.Context, kind blockKind, sources []Source, out *Repaired) error {
	v := s.viewAsWriter(ctx)
	defer v.close()
	for k, runs := range v.groups {
		if k.kind != kind {
			continue
		}
		r := repairer{view: v, key: k, sources: sources, have: map[rowID]bool{}, found: map[rowID]rec{}}
		if err := r.findDamage(runs); err != nil {
			return err
		}
		if len(r.bad) == 0 {
			continue
		}
		n, err := r.replace()
		if err != nil {
			return err
		}
		if n > 0 {
			out.Blocks += len(r.bad)
			out.Rows += n
		}
	}
	return nil
}

// rowID names a row: lane and id occur once.
type rowID struct {
	lane uint16
	id   recID
}

// repairer replaces the damaged blocks of one group.
type repairer struct {
	*view
	key     groupKey
	sources []Source
	bad     []*blockMeta
	runs    []*run         // that hold them
	whole   [][]*blockMeta // the other blocks of each of runs
	near    []*blockMeta   // whole blocks of all runs of the group
	lost    int64          // rows of bad
	have    map[rowID]bool // rows of near that may lie where bad lay
	found   map[rowID]rec  // the rows of bad, as far as they were found
	rows    []rec
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

// replace commits new runs for those with damage and returns how many rows came back; 0 when
// they are not all found.
func (r *repairer) replace() (int64, error) {
	w := &blockWriter{s: r.s, ctx: r.ctx}
	m := merger{view: r.view, w: w}
	m.enc.known = r.s.points.known(true)
	var out addedRun
	var err error
	if r.key.kind == kindID {
		out, err = r.ids(&m)
	} else {
		out, err = r.rowBlocks(&m)
	}
	if err == nil && len(out.blocks) == 0 {
		return 0, nil
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
		return 0, err
	}
	return r.lost, nil
}

// mayHold reports whether a damaged block may have held a row, by what the catalogue says.
func (r *repairer) mayHold(x *rec) bool {
	if quarterOf(x.time) != r.key.quarter || r.key.kind == kindPlace && weekOf(x.time) != r.key.week {
		return false
	}
	return slices.ContainsFunc(r.bad, func(m *blockMeta) bool {
		return x.time >= m.minT && x.time <= m.maxT && m.box.Contains(x.pos) &&
			(r.key.kind != kindPlate || x.plate >= m.lo && x.plate <= m.hi)
	})
}

func (r *repairer) idOf(x *rec) rowID { return rowID{r.batches[x.batch].lane, x.id} }

// each calls f with the rows that damaged blocks may have held, of those blocks that are whole.
func (r *repairer) each(blocks []*blockMeta, f func(x *rec)) error {
	for _, m := range blocks {
		if !slices.ContainsFunc(r.bad, func(b *blockMeta) bool {
			return m.minT <= b.maxT && m.maxT >= b.minT && m.box.Intersects(b.box)
		}) {
			continue
		}
		b, err := r.open(m)
		if err == nil {
			r.rows, err = r.allRows(m, b, r.rows)
		}
		if errors.Is(err, ErrDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		for i := range r.rows {
			if x := &r.rows[i]; int(x.batch) < len(r.batches) && r.mayHold(x) {
				f(x)
			}
		}
	}
	return nil
}

func (r *repairer) rowBlocks(m *merger) (addedRun, error) {
	if err := r.each(r.near, func(x *rec) { r.have[r.idOf(x)] = true }); err != nil {
		return addedRun{}, err
	}
	offer := func(x *rec) {
		if id := r.idOf(x); !r.have[id] {
			if _, ok := r.found[id]; !ok {
				r.found[id] = *x
			}
		}
	}
	other, order := kindPlate, placeOrder
	if r.key.kind == kindPlate {
		other, order = kindPlace, plateOrder
	}
	for k, runs := range r.groups {
		if k.kind != other || k.quarter != r.key.quarter {
			continue
		}
		for _, run := range runs {
			if err := r.each(run.blocks, offer); err != nil {
				return addedRun{}, err
			}
		}
	}
	for _, src := range r.sources {
		if int64(len(r.found)) == r.lost {
			break
		}
		if err := r.fromSource(src, offer); err != nil {
			return addedRun{}, err
		}
	}
	if int64(len(r.found)) != r.lost {
		return addedRun{}, nil
	}
	back := make([]rec, 0, len(r.found))
	for _, x := range r.found {
		back = append(back, x)
	}
	slices.SortFunc(back, func(a, b rec) int { return order(&a, &b) })
	cursors := []*rowCursor{{v: r.view, rows: back}}
	for _, blocks := range r.whole {
		cursors = append(cursors, &rowCursor{v: r.view, blocks: blocks})
	}
	return m.rowsOf(r.key, cursors, order)
}

// fromSource offers the rows of a source, as rows of the batch that they once were.
func (r *repairer) fromSource(src Source, offer func(x *rec)) error {
	batch := -1
	for i, b := range r.batches {
		if r.lanes[b.lane] == src.Lane && b.origin == src.Origin {
			batch = i
		}
	}
	if batch < 0 {
		return nil
	}
	l := r.s.plates
	for d, err := range src.Rows {
		if err != nil {
			return err
		}
		if checkRow(&d) != "" {
			continue
		}
		words := r.s.words.numbers([]string{d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source)})
		if len(words) < 6 { // a row that was never stored
			continue
		}
		x := rec{
			time: d.Time.UnixMilli(), pos: orb.Point{d.Pos[0] + 0, d.Pos[1] + 0}, plate: packPlate(d.Plate), id: parseID(d.ID),
			heading: d.HeadingDeg, conf: d.Confidence, batch: uint32(batch),
			make: words[1], model: words[2], color: words[3], camera: words[4], source: words[5], year: int32(d.Year), photos: uint8(d.Photos),
		}
		l.mu.RLock()
		x.vehicle = l.find(x.plate, words[0])
		l.mu.RUnlock()
		if x.vehicle == noVehicle || !r.mayHold(&x) {
			continue
		}
		x.cell = cellOf(x.pos)
		offer(&x)
	}
	return nil
}

// ids rebuilds blocks of the id index from the rows of their lane and quarter.
func (r *repairer) ids(m *merger) (addedRun, error) {
	lies := func(key uint64) bool {
		return slices.ContainsFunc(r.bad, func(b *blockMeta) bool { return key >= b.lo && key <= b.hi })
	}
	left := map[idEntry]int{} // entries of rows less those of whole blocks
	for k, runs := range r.groups {
		if k.kind != kindPlace || k.quarter != r.key.quarter {
			continue
		}
		for _, run := range runs {
			c := &rowCursor{v: r.view, blocks: run.blocks}
			for {
				if err := c.next(); err != nil {
					if errors.Is(err, ErrDamaged) {
						return addedRun{}, nil // the rows are not all there
					}
					return addedRun{}, err
				}
				if c.cur == nil {
					break
				}
				if int(c.cur.batch) >= len(r.batches) {
					return addedRun{}, nil
				}
				if e := (idEntry{c.cur.id.key(), c.cur.vehicle}); r.batches[c.cur.batch].lane == r.key.lane && lies(e.key) {
					left[e]++
				}
			}
		}
	}
	for _, b := range r.near {
		list, err := r.idBlock(b)
		if err != nil {
			return addedRun{}, err
		}
		for _, e := range list {
			if lies(e.key) {
				left[e]--
			}
		}
	}
	var back []idEntry
	for e, n := range left {
		if n < 0 {
			return addedRun{}, nil
		}
		for range n {
			back = append(back, e)
		}
	}
	if int64(len(back)) != r.lost {
		return addedRun{}, nil
	}
	slices.SortFunc(back, func(a, b idEntry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.vehicle, b.vehicle))
	})
	cursors := []*idCursor{{list: back}}
	for _, blocks := range r.whole {
		cursors = append(cursors, &idCursor{blocks: blocks})
	}
	return m.idsOf(r.key, cursors)
}
