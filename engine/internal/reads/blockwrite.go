package reads

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// blockKind is the kind of a block; it is stored.
type blockKind uint8

const (
	kindPlace   blockKind = 1
	kindPlate   blockKind = 2
	kindID      blockKind = 3
	kindVehicle blockKind = 4
)

func (k blockKind) String() string {
	switch k {
	case kindPlace:
		return "place"
	case kindPlate:
		return "plate"
	case kindID:
		return "id"
	case kindVehicle:
		return "vehicle"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Columns of a row block, in stored order.
const (
	colGroup   = iota // rows of each group
	colLon            // of each point
	colLat            // of each point
	colPoint          // plate blocks: point of each row
	colVehicle        // place blocks: of each row; plate blocks: of each group
	colTime
	colID
	colMake
	colModel
	colColor
	colYear
	colHeading
	colCamera
	colSource
	colConf
	colPhotos
	colBatch
	numCols
)

// Scales of float columns: values are integers times 10^−scale, or raw bits.
const (
	scaleRaw = 0xFF
	maxScale = 7
)

var pow10 = [maxScale + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// A row block's groups are the longest stretches of rows with one point (place) or one
// vehicle (plate). Column values that are constant in every group are stored once a group.
//
//	block  = kind, rows, groups, points (uvarints), position scale, columns
//	column = length (uvarint), bytes
type blockEncoder struct {
	ints   intEncoder
	vals   []int64
	floats []float64
	scaled []int64
	ends   []int32
	pts    []orb.Point
	ptOf   map[orb.Point]int64
	of     []int64
	// known are the points that plate blocks may name.
	known knownPoints
	col   []byte
}

// encode packs rows, already in the order of the projection, and appends to dst.
func (e *blockEncoder) encode(dst []byte, kind blockKind, rows []rec) []byte {
	n := len(rows)
	e.ends, e.pts = e.ends[:0], e.pts[:0]
	for i := 1; i <= n; i++ {
		if i < n && (kind == kindPlace && samePoint(rows[i].pos, rows[i-1].pos) ||
			kind == kindPlate && rows[i].vehicle == rows[i-1].vehicle) {
			continue
		}
		e.ends = append(e.ends, int32(i))
		if kind == kindPlace {
			e.pts = append(e.pts, rows[i-1].pos)
		}
	}
	var pointOf []int64
	if kind == kindPlate {
		pointOf = e.points(rows)
	}
	e.floats = e.floats[:0]
	for axis := range 2 {
		for _, p := range e.pts {
			e.floats = append(e.floats, p[axis])
		}
	}
	axes := sized(&e.scaled, len(e.floats))
	scale := scaleFloats(e.floats, axes)
	dst = append(dst, byte(kind))
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = binary.AppendUvarint(dst, uint64(len(e.ends)))
	dst = binary.AppendUvarint(dst, uint64(len(e.pts)))
	dst = append(dst, scale)

	put := func(col []byte) {
		dst = binary.AppendUvarint(dst, uint64(len(col)))
		dst = append(dst, col...)
		e.col = col[:0]
	}
	ints := func(n int, ends []int32, at func(i int) int64) {
		e.vals = e.vals[:0]
		for i := range n {
			e.vals = append(e.vals, at(i))
		}
		put(e.ints.append(e.col[:0], e.vals, ends))
	}
	floats := func(at func(i int) float64) {
		e.floats = e.floats[:0]
		for i := range n {
			e.floats = append(e.floats, at(i))
		}
		vals := sized(&e.vals, n)
		scale := scaleFloats(e.floats, vals)
		put(e.ints.append(append(e.col[:0], scale), vals, e.ends))
	}
	ints(len(e.ends), nil, func(i int) int64 {
		if i == 0 {
			return int64(e.ends[0])
		}
		return int64(e.ends[i] - e.ends[i-1])
	})
	for axis := range 2 {
		put(e.ints.append(e.col[:0], axes[axis*len(e.pts):(axis+1)*len(e.pts)], nil))
	}
	put(e.ints.append(e.col[:0], pointOf, nil))
	if kind == kindPlace {
		ints(n, nil, func(i int) int64 { return int64(rows[i].vehicle) })
	} else {
		ints(len(e.ends), nil, func(i int) int64 { return int64(rows[e.ends[i]-1].vehicle) })
	}
	ints(n, e.ends, func(i int) int64 { return rows[i].time })
	put(e.ids(e.col[:0], rows))
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].make) })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].model) })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].color) })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].year) })
	floats(func(i int) float64 { return rows[i].heading })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].camera) })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].source) })
	floats(func(i int) float64 { return rows[i].conf })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].photos) })
	ints(n, e.ends, func(i int) int64 { return int64(rows[i].batch) })
	return dst
}

// scaleFloats sets out to the values as integers at the least scale at which every value
// comes back bit for bit, else to their bits, and returns the scale.
func scaleFloats(vals []float64, out []int64) (scale byte) {
	for s := range byte(maxScale + 1) {
		if scaleAll(vals, out, pow10[s]) {
			return s
		}
	}
	for i, v := range vals {
		out[i] = int64(math.Float64bits(v))
	}
	return scaleRaw
}

func scaleAll(vals []float64, out []int64, scale float64) bool {
	for i, v := range vals {
		m := math.Round(v * scale)
		if !(math.Abs(m) < 1<<53) {
			return false
		}
		if out[i] = int64(m); math.Float64bits(float64(out[i])/scale) != math.Float64bits(v) {
			return false // also for −0
		}
	}
	return true
}

func unscaleFloat(v int64, scale byte) float64 {
	if scale == scaleRaw {
		return math.Float64frombits(uint64(v))
	}
	return float64(v) / pow10[scale]
}

// Forms of the id column.
const (
	idNumbers = 0 // recID.num
	idPadded  = 1 // a prefix and digits of one width
	idStrings = 2 // a prefix and the rest of each id
)

func (e *blockEncoder) ids(dst []byte, rows []rec) []byte {
	numbers := true
	for i := range rows {
		if rows[i].id.str != "" {
			numbers = false
			break
		}
	}
	e.vals = e.vals[:0]
	if numbers {
		for i := range rows {
			e.vals = append(e.vals, int64(rows[i].id.num))
		}
		return e.ints.append(append(dst, idNumbers), e.vals, e.ends)
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id.String()
	}
	prefix := ids[0]
	for _, s := range ids[1:] {
		for !strings.HasPrefix(s, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	if vals, width, prefix, ok := paddedIDs(e.vals, ids, prefix); ok {
		dst = append(dst, idPadded, byte(len(prefix)))
		dst = append(dst, prefix...)
		dst = append(dst, byte(width))
		e.vals = vals
		return e.ints.append(dst, e.vals, e.ends)
	}
	dst = append(dst, idStrings, byte(len(prefix)))
	dst = append(dst, prefix...)
	for _, s := range ids {
		dst = append(dst, byte(len(s)-len(prefix)))
	}
	for _, s := range ids {
		dst = append(dst, s[len(prefix):]...)
	}
	return dst
}

// paddedIDs returns the ids as numbers behind a prefix when all have one length and end
// in at most 18 digits.
func paddedIDs(vals []int64, ids []string, prefix string) ([]int64, int, string, bool) {
	n := len(ids[0])
	cut := n // start of the digits
	for cut > 0 && n-cut < 18 && ids[0][cut-1] >= '0' && ids[0][cut-1] <= '9' {
		cut--
	}
	if cut > len(prefix) || cut == n {
		return vals, 0, prefix, false
	}
	for _, s := range ids {
		if len(s) != n {
			return vals, 0, prefix, false
		}
		v, err := strconv.ParseUint(s[cut:], 10, 63)
		if err != nil {
			return vals, 0, prefix, false
		}
		vals = append(vals, int64(v))
	}
	return vals, n - cut, prefix[:cut], true
}
