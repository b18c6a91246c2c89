package reads

import (
	"encoding/binary"
	"math"
	"slices"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// block is an opened row block. It is immutable but for the decoded columns, which are
// filled in on first use; it is safe for concurrent use.
type block struct {
	kind    blockKind
	scale   byte // of positions
	n       int
	pts     int     // points; place: one for each group; plate: the distinct ones that had no number
	ends    []int32 // group ends
	cols    [numCols][]byte
	decoded [numCols]atomic.Pointer[[]int64]
	placed  atomic.Pointer[points]
	grown   atomic.Int64 // bytes of decoded columns and points
	payload int
}

// points are the points of a block, with boxes around each boxPoints of them: neighbours
// are near, so that a box often settles all of its points.
type points struct {
	at    []orb.Point
	boxes []orb.Bound
}

const boxPoints = 16

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
		if n <= 0 || v == 0 && (i < 2 || b.kind == kindPlace) || v > maxValues {
			return nil, errCodec
		}
		head[i], src = v, src[n:]
	}
	groups := int(head[1])
	b.n, b.pts = int(head[0]), int(head[2])
	if groups > b.n || b.pts > b.n || b.kind == kindPlace && b.pts != groups || len(src) == 0 {
		return nil, errCodec
	}
	b.scale, src = src[0], src[1:]
	if b.scale > maxScale && b.scale != scaleRaw {
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
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	lens := sized(&g.all, groups)
	if err := decodeInts(b.cols[colGroup], lens, nil); err != nil {
		return nil, err
	}
	b.ends = make([]int32, groups)
	end := int64(0)
	for i, v := range lens {
		if v <= 0 || v > int64(b.n) {
			return nil, errCodec
		}
		if end += v; end > int64(b.n) {
			return nil, errCodec
		}
		b.ends[i] = int32(end)
	}
	if end != int64(b.n) {
		return nil, errCodec
	}
	return b, nil
}

// size is the memory the block needs, in bytes.
func (b *block) size() int64 { return int64(b.payload+len(b.ends)*4+700) + b.grown.Load() }

// points returns all points and keeps them. The caller must not change them.
func (b *block) points() (*points, error) {
	if p := b.placed.Load(); p != nil {
		return p, nil
	}
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	pts := make([]orb.Point, b.pts)
	tmp := sized(&g.all, b.pts)
	for axis := range 2 {
		if err := decodeInts(b.cols[colLon+axis], tmp, nil); err != nil {
			return nil, err
		}
		for i := range pts {
			pts[i][axis] = unscaleFloat(tmp[i], b.scale)
		}
	}
	p := &points{at: pts}
	for part := range slices.Chunk(pts, boxPoints) {
		p.boxes = append(p.boxes, orb.MultiPoint(part).Bound())
	}
	if b.placed.CompareAndSwap(nil, p) {
		b.grown.Add(int64(16*len(pts) + 32*len(p.boxes)))
	}
	return p, nil
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

// decode fills out with a column; its length must be colLen.
func (b *block) decode(col int, out []int64) error {
	ends := b.ends
	if col == colPoint || col == colVehicle {
		ends = nil
	}
	if err := decodeInts(b.cols[col], out, ends); err != nil {
		return err
	}
	return b.checkValues(col, out)
}

// checkValues checks values of a column against what it may hold.
func (b *block) checkValues(col int, vals []int64) error {
	most := uint64(math.MaxUint64)
	switch col {
	case colPoint, colVehicle, colMake, colModel, colColor, colCamera, colSource, colBatch:
		most = math.MaxUint32
	case colPhotos:
		most = 255
	case colYear:
		for _, v := range vals {
			if v < math.MinInt32 || v > math.MaxInt32 {
				return errCodec
			}
		}
	}
	for _, v := range vals {
		if uint64(v) > most {
			return errCodec
		}
	}
	return nil
}
