package reads

import (
	"cmp"
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
	lanes      laneSet   // of its rows; row blocks
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
	gone       int64 // rows of earlier batches that it removed
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
	removed = withoutKept(removed, e)
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
		if b.number == l.Batch {
			l.More++
		} else {
			l.More = 0
		}
		l.Batch, l.Digest = b.number, b.digest
		l.Rows += b.rows - b.gone
		if b.rows > 0 {
			from, to := time.UnixMilli(b.from).UTC(), time.UnixMilli(b.to).UTC()
			if l.From.IsZero() || from.Before(l.From) {
				l.From = from
			}
			if l.To.IsZero() || to.After(l.To) {
				l.To = to
			}
		}
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
