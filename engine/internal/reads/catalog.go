package reads

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// blockMeta is what the catalogue knows of a block. It is immutable.
type blockMeta struct {
	number     uint64
	rows       int32
	bytes      int32
	minT, maxT int64     // Unix ms; row blocks
	box        orb.Bound // lon, lat; row blocks
	lo, hi     uint64    // plate: packed plates; id: keys; vehicle: numbers
	group      *groupKey // set by addedRun.own
}

// groupKey names the runs that merge with each other.
type groupKey struct {
	kind blockKind
	lane uint16 // id blocks: index of the lane
	period
}

// run is a sorted sequence of blocks. Its number is that of its first block.
type run struct {
	blocks     []*blockMeta
	rows       int64
	bytes      int64
	minT, maxT int64
	box        orb.Bound
}

func (r *run) number() uint64 { return r.blocks[0].number }

func newRun(blocks []*blockMeta) *run {
	r := &run{blocks: blocks, minT: blocks[0].minT, maxT: blocks[0].maxT, box: blocks[0].box}
	for _, b := range blocks {
		r.rows += int64(b.rows)
		r.bytes += int64(b.bytes)
		r.minT, r.maxT = min(r.minT, b.minT), max(r.maxT, b.maxT)
		r.box = r.box.Union(b.box)
	}
	return r
}

// batchRec is a batch as recorded. Rows name it by its place in the catalogue's list.
type batchRec struct {
	lane       uint16
	number     int64
	origin     string
	photos     string
	rows       int64
	duplicates int64
	from, to   int64 // Unix ms, 0 without rows
	digest     [32]byte
}

// catalog is one version of what is stored. It is immutable.
type catalog struct {
	seq      uint64 // number of the last edit
	first    uint64 // number of the edit that the chain starts with
	next     uint64 // number of the next block
	groups   map[groupKey][]*run
	periods  []groupKey // place groups, newest first
	quarters []groupKey // plate groups, newest first
	words    []string
	points   []orb.Point
	batches  []batchRec
	lanes    []string
	purged   []int32 // destroyed quarters, ascending
	state    State
}

// edit is one step of the catalogue. The first edit of a chain adds to nothing.
type edit struct {
	next    uint64
	add     []addedRun
	remove  []uint64 // numbers of runs
	words   []string
	points  []orb.Point // may be missing: older stores have none
	lanes   []string
	batches []batchRec
	purged  []int32 // quarters that are destroyed from now on
}

type addedRun struct {
	key    groupKey
	blocks []*blockMeta
}

// own tells the blocks which group they belong to. Those that know it are left alone:
// they may be in use.
func (a addedRun) own() {
	key := a.key
	for _, b := range a.blocks {
		if b.group == nil {
			b.group = &key
		}
	}
}

// apply returns the version after e. removed are the blocks that it no longer holds.
func (c *catalog) apply(e *edit) (next *catalog, removed []uint64, ok bool) {
	next = &catalog{
		seq: c.seq + 1, first: c.first, next: max(c.next, e.next),
		groups:  maps.Clone(c.groups),
		words:   append(c.words, e.words...),
		points:  append(c.points, e.points...),
		lanes:   append(c.lanes, e.lanes...),
		batches: append(c.batches, e.batches...),
		purged:  c.purged,
	}
	if len(e.purged) > 0 {
		next.purged = slices.Concat(c.purged, e.purged)
		slices.Sort(next.purged)
		next.purged = slices.Compact(next.purged)
	}
	if next.groups == nil {
		next.groups = map[groupKey][]*run{}
	}
	if len(e.remove) > 0 {
		gone := map[uint64]bool{}
		for _, n := range e.remove {
			gone[n] = true
		}
		for k, runs := range next.groups {
			if !slices.ContainsFunc(runs, func(r *run) bool { return gone[r.number()] }) {
				continue
			}
			var keep []*run
			for _, r := range runs {
				if !gone[r.number()] {
					keep = append(keep, r)
					continue
				}
				for _, b := range r.blocks {
					removed = append(removed, b.number)
				}
				delete(gone, r.number())
			}
			if next.groups[k] = keep; len(keep) == 0 {
				delete(next.groups, k)
			}
		}
		if len(gone) > 0 {
			return nil, nil, false
		}
	}
	for _, a := range e.add {
		if next.isPurged(a.key.quarter) {
			return nil, nil, false
		}
		a.own()
		next.groups[a.key] = append(slices.Clip(next.groups[a.key]), newRun(a.blocks))
	}
	for _, b := range e.batches {
		if int(b.lane) >= len(next.lanes) {
			return nil, nil, false
		}
	}
	next.summarise()
	return next, removed, true
}

func (c *catalog) isPurged(quarter int32) bool {
	_, ok := slices.BinarySearch(c.purged, quarter)
	return ok
}

func (c *catalog) summarise() {
	lanes := make([]LaneState, len(c.lanes))
	for i, name := range c.lanes {
		lanes[i].Lane = name
	}
	for _, b := range c.batches {
		l := &lanes[b.lane]
		l.Batch, l.Digest = b.number, b.digest
		l.Rows += b.rows
	}
	slices.SortFunc(lanes, func(a, b LaneState) int { return cmp.Compare(a.Lane, b.Lane) })
	c.state.Lanes = lanes
	var minT, maxT int64
	seen := false
	if n := len(c.purged); n > 0 {
		_, to := quarterSpan(c.purged[n-1])
		c.state.PurgedUntil = time.UnixMilli(to).UTC()
	}
	for k, runs := range c.groups {
		for _, r := range runs {
			c.state.Blocks += len(r.blocks)
			c.state.Bytes += r.bytes
			if k.kind != kindPlace {
				continue
			}
			c.state.Rows += r.rows
			if !seen {
				minT, maxT, seen = r.minT, r.maxT, true
			}
			minT, maxT = min(minT, r.minT), max(maxT, r.maxT)
		}
		if k.kind == kindPlace {
			c.periods = append(c.periods, k)
		}
	}
	for k := range c.groups {
		if k.kind == kindPlate {
			c.quarters = append(c.quarters, k)
		}
	}
	slices.SortFunc(c.quarters, func(a, b groupKey) int { return cmp.Compare(b.quarter, a.quarter) })
	if seen {
		c.state.Oldest, c.state.Newest = time.UnixMilli(minT).UTC(), time.UnixMilli(maxT).UTC()
	}
	slices.SortFunc(c.periods, func(a, b groupKey) int {
		return cmp.Or(cmp.Compare(b.week, a.week), cmp.Compare(b.quarter, a.quarter))
	})
}

// snapshot returns the edit that builds c from nothing.
func (c *catalog) snapshot() *edit {
	e := &edit{next: c.next, words: c.words, points: c.points, lanes: c.lanes, batches: c.batches, purged: c.purged}
	for k, runs := range c.groups {
		for _, r := range runs {
			e.add = append(e.add, addedRun{k, r.blocks})
		}
	}
	slices.SortFunc(e.add, func(a, b addedRun) int { return cmp.Compare(a.blocks[0].number, b.blocks[0].number) })
	return e
}

func (e *edit) encode() []byte {
	u, v := binary.AppendUvarint, binary.AppendVarint
	d := u(nil, e.next)
	d = u(d, uint64(len(e.words)))
	for _, w := range e.words {
		d = appendString(d, w)
	}
	d = u(d, uint64(len(e.lanes)))
	for _, w := range e.lanes {
		d = appendString(d, w)
	}
	d = u(d, uint64(len(e.batches)))
	for _, b := range e.batches {
		d = u(d, uint64(b.lane))
		d = v(d, b.number)
		d = appendString(d, b.origin)
		d = appendString(d, b.photos)
		d = v(v(v(v(d, b.rows), b.duplicates), b.from), b.to)
		d = append(d, b.digest[:]...)
	}
	d = u(d, uint64(len(e.remove)))
	for _, n := range e.remove {
		d = u(d, n)
	}
	d = u(d, uint64(len(e.purged)))
	for _, q := range e.purged {
		d = v(d, int64(q))
	}
	d = u(d, uint64(len(e.add)))
	for _, a := range e.add {
		d = append(d, byte(a.key.kind))
		d = u(d, uint64(a.key.lane))
		d = v(v(d, int64(a.key.quarter)), int64(a.key.week))
		d = u(d, uint64(len(a.blocks)))
		prev := uint64(0)
		for _, b := range a.blocks {
			d = u(d, b.number-prev)
			prev = b.number
			d = u(u(d, uint64(b.rows)), uint64(b.bytes))
			if a.key.kind == kindPlace || a.key.kind == kindPlate {
				d = u(v(d, b.minT), uint64(b.maxT-b.minT))
				for _, f := range [4]float64{b.box.Min[0], b.box.Min[1], b.box.Max[0], b.box.Max[1]} {
					d = appendFloat(d, f)
				}
			}
			d = u(u(d, b.lo), b.hi-b.lo)
		}
	}
	d = u(d, uint64(len(e.points)))
	for _, p := range e.points {
		d = appendFloat(appendFloat(d, p[0]), p[1])
	}
	return d
}

func decodeEdit(src []byte) (*edit, bool) {
	r := wireReader{src: src}
	e := &edit{next: r.uint()}
	for range r.count() {
		e.words = append(e.words, r.string())
	}
	for range r.count() {
		e.lanes = append(e.lanes, r.string())
	}
	for range r.count() {
		b := batchRec{lane: uint16(r.uint()), number: r.int(), origin: r.string(), photos: r.string()}
		b.rows, b.duplicates, b.from, b.to = r.int(), r.int(), r.int(), r.int()
		copy(b.digest[:], r.bytes(32))
		e.batches = append(e.batches, b)
	}
	for range r.count() {
		e.remove = append(e.remove, r.uint())
	}
	for range r.count() {
		e.purged = append(e.purged, int32(r.int()))
	}
	for range r.count() {
		var a addedRun
		if k := r.bytes(1); len(k) == 1 {
			a.key.kind = blockKind(k[0])
		}
		a.key.lane = uint16(r.uint())
		a.key.quarter, a.key.week = int32(r.int()), int32(r.int())
		prev := uint64(0)
		for range r.count() {
			b := &blockMeta{number: prev + r.uint(), rows: int32(r.uint()), bytes: int32(r.uint())}
			prev = b.number
			if a.key.kind == kindPlace || a.key.kind == kindPlate {
				b.minT = r.int()
				b.maxT = b.minT + int64(r.uint())
				b.box.Min = orb.Point{r.float(), r.float()}
				b.box.Max = orb.Point{r.float(), r.float()}
			}
			b.lo = r.uint()
			b.hi = b.lo + r.uint()
			a.blocks = append(a.blocks, b)
		}
		if len(a.blocks) == 0 {
			return nil, false
		}
		e.add = append(e.add, a)
	}
	if len(r.src) > 0 {
		for range r.count() {
			e.points = append(e.points, orb.Point{r.float(), r.float()})
		}
	}
	return e, !r.bad && len(r.src) == 0
}
