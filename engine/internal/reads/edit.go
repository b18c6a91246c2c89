package reads

import (
	"encoding/binary"

	"github.com/paulmach/orb"
)

// edit is one step of the catalogue. The first edit of a chain adds to nothing.
type edit struct {
	next    uint64
	add     []addedRun
	remove  []uint64 // numbers of runs
	words   []string
	points  []orb.Point // may be missing, as what follows it: older stores have none
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
	return e.appendLanes(e.appendGone(d))
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
	if len(r.src) > 0 && !r.bad {
		e.readGone(&r)
		e.readLanes(&r)
	}
	return e, !r.bad && len(r.src) == 0
}
