package reads

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// block is an opened row block. It is immutable but for the decoded columns, which are
// filled in on first use; it is safe for concurrent use.
type block struct {
	kind    blockKind
	n       int
	ends    []int32     // group ends
	pts     []orb.Point // place: of each group; plate: distinct points
	cols    [numCols][]byte
	decoded [numCols]atomic.Pointer[[]int64]
	grown   atomic.Int64 // bytes of decoded columns
	payload int
}

// openBlock reads the header of a payload. Values are decoded when asked for; a fault
// found then is errCodec as well. It keeps payload.
func openBlock(payload []byte) (*block, error) {
	if len(payload) == 0 {
		return nil, errCodec
	}
	b := &block{kind: blockKind(payload[0]), payload: len(payload)}
	if b.kind != kindPlace && b.kind != kindPlate {
		return nil, errCodec
	}
	src := payload[1:]
	var head [3]uint64
	for i := range head {
		v, n := binary.Uvarint(src)
		if n <= 0 || v == 0 || v > maxValues {
			return nil, errCodec
		}
		head[i], src = v, src[n:]
	}
	n, groups, points := int(head[0]), int(head[1]), int(head[2])
	if groups > n || points > n || b.kind == kindPlace && points != groups || len(src) == 0 {
		return nil, errCodec
	}
	scale := src[0]
	src = src[1:]
	if scale > maxScale && scale != scaleRaw {
		return nil, errCodec
	}
	for i := range b.cols {
		size, k := binary.Uvarint(src)
		if k <= 0 || size > uint64(len(src)-k) {
			return nil, errCodec
		}
		b.cols[i], src = src[k:k+int(size)], src[k+int(size):]
	}
	if len(src) != 0 {
		return nil, errCodec
	}
	b.n = n
	tmp := make([]int64, max(groups, points))
	if err := decodeInts(b.cols[colGroup], tmp[:groups], nil); err != nil {
		return nil, err
	}
	b.ends = make([]int32, groups)
	end := int64(0)
	for i, v := range tmp[:groups] {
		if v <= 0 || v > int64(n) {
			return nil, errCodec
		}
		if end += v; end > int64(n) {
			return nil, errCodec
		}
		b.ends[i] = int32(end)
	}
	if end != int64(n) {
		return nil, errCodec
	}
	b.pts = make([]orb.Point, points)
	for axis := range 2 {
		if err := decodeInts(b.cols[colLon+axis], tmp[:points], nil); err != nil {
			return nil, err
		}
		for i := range b.pts {
			b.pts[i][axis] = unscaleFloat(tmp[i], scale)
		}
	}
	return b, nil
}

// size is the memory the block needs, in bytes.
func (b *block) size() int64 {
	return int64(b.payload+len(b.ends)*4+len(b.pts)*16+600) + b.grown.Load()
}

// colLen is the number of values of a column.
func (b *block) colLen(col int) int {
	if col == colVehicle && b.kind == kindPlate {
		return len(b.ends)
	}
	return b.n
}

// ints returns a decoded column and keeps it. The caller must not change it.
func (b *block) ints(col int) ([]int64, error) {
	if p := b.decoded[col].Load(); p != nil {
		return *p, nil
	}
	out := make([]int64, b.colLen(col))
	if err := b.decode(col, out); err != nil {
		return nil, err
	}
	if b.decoded[col].CompareAndSwap(nil, &out) {
		b.grown.Add(int64(8 * len(out)))
	}
	return out, nil
}

// intsOnce is ints without keeping: buf is used when it is large enough.
func (b *block) intsOnce(col int, buf *[]int64) ([]int64, error) {
	if p := b.decoded[col].Load(); p != nil {
		return *p, nil
	}
	n := b.colLen(col)
	if cap(*buf) < n {
		*buf = make([]int64, n)
	}
	out := (*buf)[:n]
	return out, b.decode(col, out)
}

func (b *block) decode(col int, out []int64) error {
	src := b.cols[col]
	if col == colPoint && b.kind == kindPlace { // not stored: the group
		g := int64(0)
		for i := range out {
			for int32(i) >= b.ends[g] {
				g++
			}
			out[i] = g
		}
		return nil
	}
	ends := b.ends
	if col == colPoint || col == colVehicle {
		ends = nil
	}
	if err := decodeInts(src, out, ends); err != nil {
		return err
	}
	switch col {
	case colPoint:
		for _, v := range out {
			if uint64(v) >= uint64(len(b.pts)) {
				return errCodec
			}
		}
	case colVehicle, colMake, colModel, colColor, colCamera, colSource, colBatch:
		for _, v := range out {
			if uint64(v) > math.MaxUint32 {
				return errCodec
			}
		}
	case colYear:
		for _, v := range out {
			if v < math.MinInt32 || v > math.MaxInt32 {
				return errCodec
			}
		}
	case colPhotos:
		for _, v := range out {
			if uint64(v) > 255 {
				return errCodec
			}
		}
	}
	return nil
}

// floats decodes a float column; at is called for each wanted row.
func (b *block) floats(col int, buf *[]int64, rows []int32, set func(i int, v float64)) error {
	src := b.cols[col]
	if len(src) == 0 || src[0] > maxScale && src[0] != scaleRaw {
		return errCodec
	}
	if cap(*buf) < b.n {
		*buf = make([]int64, b.n)
	}
	out := (*buf)[:b.n]
	if err := decodeInts(src[1:], out, b.ends); err != nil {
		return err
	}
	for i, r := range rows {
		set(i, unscaleFloat(out[r], src[0]))
	}
	return nil
}

// ids decodes the ids of the wanted rows.
func (b *block) ids(buf *[]int64, rows []int32, set func(i int, id recID)) error {
	src := b.cols[colID]
	if len(src) == 0 {
		return errCodec
	}
	form, src := src[0], src[1:]
	prefix := ""
	if form != idNumbers {
		if len(src) == 0 || len(src)-1 < int(src[0]) {
			return errCodec
		}
		prefix, src = string(src[1:1+int(src[0])]), src[1+int(src[0]):]
	}
	switch form {
	case idNumbers, idPadded:
		width := 0
		if form == idPadded {
			if len(src) == 0 || src[0] == 0 || src[0] > 18 {
				return errCodec
			}
			width, src = int(src[0]), src[1:]
		}
		if cap(*buf) < b.n {
			*buf = make([]int64, b.n)
		}
		out := (*buf)[:b.n]
		if err := decodeInts(src, out, b.ends); err != nil {
			return err
		}
		for i, r := range rows {
			v := out[r]
			if v < 0 {
				return errCodec
			}
			if form == idNumbers {
				set(i, recID{num: uint64(v)})
				continue
			}
			digits := make([]byte, 0, len(prefix)+20)
			digits = append(digits, prefix...)
			s := strconv.FormatInt(v, 10)
			for k := len(s); k < width; k++ {
				digits = append(digits, '0')
			}
			set(i, parseID(string(append(digits, s...))))
		}
		return nil
	case idStrings:
		if len(src) < b.n {
			return errCodec
		}
		starts := make([]int32, b.n+1)
		for i := range b.n {
			starts[i+1] = starts[i] + int32(src[i])
		}
		rest := src[b.n:]
		if int(starts[b.n]) != len(rest) {
			return errCodec
		}
		for i, r := range rows {
			set(i, parseID(prefix+string(rest[starts[r]:starts[r+1]])))
		}
		return nil
	}
	return errCodec
}

var scratchPool = sync.Pool{New: func() any { return new([]int64) }}

// recs decodes whole rows. rows are row numbers of the block; out must be as long.
// rec.cell and rec.plate are left for the caller where they are not stored.
func (b *block) recs(rows []int32, out []rec) error {
	buf := scratchPool.Get().(*[]int64)
	defer scratchPool.Put(buf)
	point, err := b.intsOnce(colPoint, buf)
	if err != nil {
		return err
	}
	for i, r := range rows {
		out[i].pos = b.pts[point[r]]
	}
	vehicle, err := b.intsOnce(colVehicle, buf)
	if err != nil {
		return err
	}
	g := 0
	for i, r := range rows {
		if b.kind == kindPlace {
			out[i].vehicle = uint32(vehicle[r])
			continue
		}
		if r >= b.ends[g] || g > 0 && r < b.ends[g-1] {
			g, _ = slices.BinarySearch(b.ends, r+1)
		}
		out[i].vehicle = uint32(vehicle[g])
	}
	for _, c := range [...]struct {
		col int
		set func(r *rec, v int64)
	}{
		{colTime, func(r *rec, v int64) { r.time = v }},
		{colMake, func(r *rec, v int64) { r.make = uint32(v) }},
		{colModel, func(r *rec, v int64) { r.model = uint32(v) }},
		{colColor, func(r *rec, v int64) { r.color = uint32(v) }},
		{colYear, func(r *rec, v int64) { r.year = int32(v) }},
		{colCamera, func(r *rec, v int64) { r.camera = uint32(v) }},
		{colSource, func(r *rec, v int64) { r.source = uint32(v) }},
		{colPhotos, func(r *rec, v int64) { r.photos = uint8(v) }},
		{colBatch, func(r *rec, v int64) { r.batch = uint32(v) }},
	} {
		vals, err := b.intsOnce(c.col, buf)
		if err != nil {
			return err
		}
		for i, r := range rows {
			c.set(&out[i], vals[r])
		}
	}
	if err := b.ids(buf, rows, func(i int, id recID) { out[i].id = id }); err != nil {
		return err
	}
	if err := b.floats(colHeading, buf, rows, func(i int, v float64) { out[i].heading = v }); err != nil {
		return err
	}
	return b.floats(colConf, buf, rows, func(i int, v float64) { out[i].conf = v })
}
