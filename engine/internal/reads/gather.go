package reads

import (
	"encoding/binary"
	"sort"
	"sync"
)

// Of most blocks a query wants few rows. gather decodes those alone, without the rest of
// the column where the mode allows it.

// gatherer holds the scratch space of reading a few rows of blocks.
type gatherer struct {
	b       *block
	rows    []int32 // ascending; set by of
	groups  []int32 // the group of each of rows
	vals    []int64
	all     []int64
	axes    [2][]int64
	at      []int32
	atOf    []int32
	hitRows []int32 // of a scan
	hitOf   []uint32
	masks   []uint64
	pass    []bool
	dict    [maxDict]int64
}

var gatherers = sync.Pool{New: func() any { return new(gatherer) }}

// of starts the reading of rows, which ascend, of a block.
func (g *gatherer) of(b *block, rows []int32) {
	g.b, g.rows, g.groups = b, rows, g.groups[:0]
	at := 0
	for _, r := range rows {
		if r >= b.ends[at] {
			at++
			if r >= b.ends[at] {
				rest := b.ends[at:]
				at += sort.Search(len(rest), func(i int) bool { return rest[i] > r })
			}
		}
		g.groups = append(g.groups, int32(at))
	}
}

func sized(buf *[]int64, n int) []int64 {
	if cap(*buf) < n {
		*buf = make([]int64, n+n/4)
	}
	return (*buf)[:n]
}

// column returns the values of a column for the rows; they hold until the next call.
func (g *gatherer) column(col int) ([]int64, error) {
	out := sized(&g.vals, len(g.rows))
	return out, g.columnInto(col, out)
}

func (g *gatherer) columnInto(col int, out []int64) error {
	b := g.b
	if p := b.decoded[col].Load(); p != nil {
		of := g.rows
		if col == colVehicle && b.kind == kindPlate {
			of = g.groups
		}
		for i, r := range of {
			out[i] = (*p)[r]
		}
		return nil
	}
	switch {
	case col == colPoint && b.kind == kindPlace: // not stored: the group
		for i, k := range g.groups {
			out[i] = int64(k)
		}
		return nil
	case col == colVehicle && b.kind == kindPlate:
		if err := g.ints(b.cols[col], len(b.ends), g.groups, false, out); err != nil {
			return err
		}
	default:
		if err := g.ints(b.cols[col], b.n, g.rows, col != colPoint && col != colVehicle, out); err != nil {
			return err
		}
	}
	return b.checkValues(col, out)
}

// floats is column for a float column; its values are scaled by the scale returned.
func (g *gatherer) floats(col int) (vals []int64, scale byte, err error) {
	src := g.b.cols[col]
	if len(src) == 0 || src[0] > maxScale && src[0] != scaleRaw {
		return nil, 0, errCodec
	}
	vals = sized(&g.vals, len(g.rows))
	return vals, src[0], g.ints(src[1:], g.b.n, g.rows, true, vals)
}

// ints decodes values at of a column of n. grouped says whether the grouped modes are
// allowed.
func (g *gatherer) ints(src []byte, n int, at []int32, grouped bool, out []int64) error {
	if len(at) == 0 {
		return nil
	}
	if len(src) == 0 {
		return errCodec
	}
	switch mode := src[0]; {
	case mode == modeConst:
		v, k := binary.Varint(src[1:])
		if k <= 0 {
			return errCodec
		}
		for i := range out {
			out[i] = v
		}
		return nil
	case mode == modePerGroup && grouped:
		return g.ints(src[1:], len(g.b.ends), g.groups, false, out)
	case mode == modeDelta || 3*len(at) > n:
		var ends []int32
		if grouped {
			ends = g.b.ends
		}
		all := sized(&g.all, n)
		if err := decodeInts(src, all, ends); err != nil {
			return err
		}
		for i, r := range at {
			out[i] = all[r]
		}
		return nil
	case mode == modeFrame:
		_, err := gatherFrame(src[1:], n, at, out)
		return err
	case mode == modeDict:
		return g.fromDict(src[1:], n, at, out)
	case mode == modeGrouped && grouped:
		return g.fromGroups(src[1:], n, out)
	}
	return errCodec
}

func gatherFrame(src []byte, n int, at []int32, out []int64) (rest []byte, err error) {
	f, err := openFrame(src, n)
	if err != nil {
		return nil, err
	}
	for i, r := range at {
		v, ok := f.at(int(r))
		if !ok {
			return nil, errCodec
		}
		out[i] = v
	}
	return f.rest()
}

func (g *gatherer) fromDict(src []byte, n int, at []int32, out []int64) error {
	size, k := binary.Uvarint(src)
	if k <= 0 || size == 0 || size > maxDict {
		return errCodec
	}
	// The indexes lie behind the dictionary: find them first, then read no more of the
	// dictionary than they ask for.
	p := packedCursor{src: skipVarints(src[k:], int(size)), left: n}
	most := uint64(0)
	for i, r := range at {
		v, ok := p.at(int(r))
		if !ok {
			return errCodec
		}
		out[i], most = int64(v), max(most, v)
	}
	if most >= size {
		return errCodec
	}
	if err := readDict(src[k:], g.dict[:most+1]); err != nil {
		return err
	}
	for i, v := range out {
		out[i] = g.dict[v]
	}
	return nil
}

// skipVarints returns what follows n varints; nothing when they are cut short.
func skipVarints(src []byte, n int) []byte {
	for i, b := range src {
		if b < 0x80 {
			if n--; n == 0 {
				return src[i+1:]
			}
		}
	}
	return nil
}

// fromGroups decodes modeGrouped: sums of differences from the start of each group.
func (g *gatherer) fromGroups(src []byte, n int, out []int64) error {
	ends := g.b.ends
	if !groupsCover(ends, n) {
		return errCodec
	}
	rest, err := gatherFrame(src, len(ends), g.groups, out)
	if err != nil {
		return err
	}
	if n == len(ends) {
		return nil
	}
	inner, err := openFrame(rest, n-len(ends))
	if err != nil {
		return err
	}
	group, at, sum := int32(-1), int32(0), uint64(0) // sum: value of row at
	for i, r := range g.rows {
		if k := g.groups[i]; k != group {
			group, at, sum = k, 0, uint64(out[i])
			if k > 0 {
				at = ends[k-1]
			}
		}
		for at < r {
			d, ok := inner.at(int(at - group))
			if !ok {
				return errCodec
			}
			sum += uint64(d)
			at++
		}
		out[i] = int64(sum)
	}
	return nil
}
