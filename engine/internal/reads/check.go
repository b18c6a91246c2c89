package reads

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"
)

// Check reads every block past the cache and compares the projections with each other and
// with the catalogue. Damage is reported, not returned: the error is about the check
// itself. progress, when not nil, is called with the blocks done and in all.
func (s *Store) Check(ctx context.Context, progress func(done, all int)) (Report, error) {
	v, err := s.view(ctx)
	if err != nil {
		return Report{}, err
	}
	defer v.close()
	c := checkRun{view: v, progress: progress, sums: map[int32]*[2]quarterSum{}, ids: map[int32]int64{}}
	keys := make([]groupKey, 0, len(v.groups))
	for k := range v.groups {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b groupKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.lane, b.lane), cmp.Compare(a.quarter, b.quarter), cmp.Compare(a.week, b.week))
	})
	for _, k := range keys {
		for _, r := range v.groups[k] {
			for _, m := range r.blocks {
				if err := c.block(k, m); err != nil {
					return c.report, err
				}
			}
		}
	}
	c.compare()
	return c.report, nil
}

type checkRun struct {
	*view
	progress func(done, all int)
	report   Report
	sums     map[int32]*[2]quarterSum // place, plate
	ids      map[int32]int64
	rows     []rec
	broken   map[int32]bool // quarters with a damaged block: no use to compare
	line     []byte
}

// quarterSum is the same for two projections that hold the same rows in any order.
type quarterSum struct {
	rows int64
	sum  uint64
}

func (c *checkRun) block(k groupKey, m *blockMeta) error {
	err := c.read(k, m)
	if damage := (*DamageError)(nil); errors.As(err, &damage) {
		c.add(Finding{k.kind.String(), damage.Block, damage.Quarter, damage.From, damage.To, damage.Rows, damage.Problem, c.originsOf(k, damage)})
		if c.broken == nil {
			c.broken = map[int32]bool{}
		}
		c.broken[k.quarter] = true
		err = nil
	}
	c.report.Blocks++
	if c.progress != nil {
		c.progress(c.report.Blocks, c.state.Blocks)
	}
	return err
}

// originsOf names where the rows of a damaged block may have come from.
func (c *checkRun) originsOf(k groupKey, damage *DamageError) (out []string) {
	for i := range c.batches {
		b := &c.batches[i]
		if b.rows > 0 && b.from <= damage.To.UnixMilli() && b.to >= damage.From.UnixMilli() && (k.kind != kindID || b.lane == k.lane) {
			out = append(out, b.origin)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *checkRun) add(f Finding) { c.report.Findings = append(c.report.Findings, f) }

func (c *checkRun) read(k groupKey, m *blockMeta) error {
	switch k.kind {
	case kindID:
		list, err := c.idBlock(m)
		c.ids[k.quarter] += int64(len(list))
		return err
	case kindVehicle:
		_, err := c.vehicleBlock(m)
		return err
	}
	b, err := c.open(m)
	if err != nil {
		return err
	}
	if c.rows, err = c.allRows(m, b, c.rows); err != nil {
		return err
	}
	sums := c.sums[k.quarter]
	if sums == nil {
		sums = new([2]quarterSum)
		c.sums[k.quarter] = sums
	}
	sum := &sums[k.kind-kindPlace]
	for i := range c.rows {
		r := &c.rows[i]
		if r.time < m.minT || r.time > m.maxT || !m.box.Contains(r.pos) || quarterOf(r.time) != k.quarter ||
			k.kind == kindPlate && (r.plate < m.lo || r.plate > m.hi) || k.kind == kindPlace && weekOf(r.time) != k.week {
			return m.damage("it holds a row that the catalogue places elsewhere")
		}
		if int(r.batch) >= len(c.batches) {
			return m.damage("it names a batch that is not known")
		}
		sum.rows++
		sum.sum += c.rowSum(r)
	}
	if k.kind == kindPlace {
		c.report.Rows += int64(len(c.rows))
	}
	return nil
}

func (c *checkRun) rowSum(r *rec) uint64 {
	d := binary.AppendVarint(c.line[:0], r.time)
	d = appendString(d, r.id.String())
	for _, f := range [...]float64{r.pos[0], r.pos[1], r.heading, r.conf} {
		d = binary.LittleEndian.AppendUint64(d, math.Float64bits(f))
	}
	for _, w := range [...]uint32{r.vehicle, r.batch, r.make, r.model, r.color, r.camera, r.source, uint32(r.year), uint32(r.photos)} {
		d = binary.AppendUvarint(d, uint64(w))
	}
	c.line = d
	h := fnv.New64a()
	h.Write(d)
	return h.Sum64()
}

func (c *checkRun) compare() {
	finding := func(q int32, rows int64, problem string) {
		from, to := quarterSpan(q)
		c.add(Finding{"", "quarter " + quarterName(q), quarterName(q), time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC(), rows, problem, nil})
	}
	total := int64(0)
	for q, s := range c.sums {
		total += s[0].rows
		if c.broken[q] {
			continue
		}
		switch {
		case s[0] != s[1]:
			finding(q, max(s[0].rows, s[1].rows), fmt.Sprintf("the place and plate projections differ (%d and %d rows)", s[0].rows, s[1].rows))
		case c.ids[q] != s[0].rows:
			finding(q, s[0].rows, fmt.Sprintf("the id index has %d entries for %d rows", c.ids[q], s[0].rows))
		}
	}
	if total != c.state.Rows && len(c.broken) == 0 {
		c.add(Finding{Block: "catalogue", Rows: c.state.Rows, Problem: fmt.Sprintf("it counts %d rows, the blocks hold %d", c.state.Rows, total)})
	}
}
