package reads

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// Packed integer columns. A column starts with its mode; the number of values is known
// from the block's header. The encoder tries the modes and keeps the shortest.
const (
	modeConst    = 0 // one value
	modeFrame    = 1 // least value, step, packed multiples
	modeDict     = 2 // ascending values, packed indexes
	modeDelta    = 3 // first value, then differences as in modeFrame
	modeGrouped  = 4 // per group: first value; then differences inside the groups
	modePerGroup = 5 // one value per group
)

const (
	chunkLen  = 128     // values that share a bit width
	maxDict   = 512     // values of a dictionary
	maxValues = 1 << 16 // values of a column; bounds what a decoder allocates
)

var errCodec = errors.New("block does not decode")

// appendPacked appends the values in chunks of chunkLen: one byte of width, then the bits.
func appendPacked(dst []byte, vals []uint64) []byte {
	for len(vals) > 0 {
		n := min(chunkLen, len(vals))
		var or uint64
		for _, v := range vals[:n] {
			or |= v
		}
		w := uint(bits.Len64(or))
		dst = append(dst, byte(w))
		var acc uint64
		var have uint
		for _, v := range vals[:n] {
			acc |= v << have
			if have+w >= 64 {
				dst = binary.LittleEndian.AppendUint64(dst, acc)
				acc = 0
				if rest := have + w - 64; rest > 0 {
					acc = v >> (w - rest)
				}
				have = have + w - 64
			} else {
				have += w
			}
		}
		for ; have > 0; have -= min(have, 8) {
			dst = append(dst, byte(acc))
			acc >>= 8
		}
		vals = vals[n:]
	}
	return dst
}

// packedLen is the number of bytes appendPacked needs for v − base, divided by step.
func packedLen(vals []int64, base int64, step uint64) int {
	size := 0
	for len(vals) > 0 {
		n := min(chunkLen, len(vals))
		var or uint64
		if step == 1 {
			for _, v := range vals[:n] {
				or |= uint64(v) - uint64(base)
			}
		} else {
			for _, v := range vals[:n] {
				or |= (uint64(v) - uint64(base)) / step
			}
		}
		size += 1 + (n*bits.Len64(or)+7)/8
		vals = vals[n:]
	}
	return size
}

// frame is the least value of a list and the greatest step all values are multiples away.
func frame(vals []int64) (base int64, step uint64) {
	base = slices.Min(vals)
	for _, v := range vals {
		if d := uint64(v) - uint64(base); d != 0 {
			if step == 0 {
				step = d
			} else if d%step != 0 {
				for a, b := step, d; ; a, b = b, a%b {
					if b == 0 {
						step = a
						break
					}
				}
			}
		}
		if step == 1 {
			break
		}
	}
	return base, max(step, 1)
}

// intEncoder holds the scratch space of one encoding goroutine.
type intEncoder struct {
	tmp    []uint64
	delta  []int64
	firsts []int64
	inner  []int64
	per    []int64
	sorted []int64
	index  []int16
}

// append appends vals as a column. ends are the group ends of the block, for the grouped
// modes; nil where they do not apply.
func (e *intEncoder) append(dst []byte, vals []int64, ends []int32) []byte {
	if len(vals) == 0 {
		return dst
	}
	if ends != nil && len(ends) < len(vals) {
		if dst, ok := e.appendPerGroup(dst, vals, ends); ok {
			return dst
		}
	}
	base, step := frame(vals)
	if step == 1 && slices.Max(vals) == base {
		dst = append(dst, modeConst)
		return binary.AppendVarint(dst, base)
	}
	best, mode := 12+packedLen(vals, base, step), modeFrame

	dict := e.dictionary(vals)
	if dict != nil {
		if n := 2 + dictLen(dict) + len(vals)*bits.Len(uint(len(dict)-1))/8 + len(vals)/chunkLen; n < best {
			best, mode = n, modeDict
		}
	}
	e.delta = e.delta[:0]
	for i := 1; i < len(vals); i++ {
		e.delta = append(e.delta, int64(uint64(vals[i])-uint64(vals[i-1])))
	}
	var dBase int64
	dStep := uint64(1)
	if len(e.delta) > 0 {
		dBase, dStep = frame(e.delta)
		if n := 20 + packedLen(e.delta, dBase, dStep); n < best {
			best, mode = n, modeDelta
		}
	}
	if ends != nil && len(ends) < len(vals) {
		if out, ok := e.appendGrouped(dst, vals, ends, best); ok {
			return out
		}
	}
	switch mode {
	case modeDict:
		dst = append(dst, modeDict)
		dst = binary.AppendUvarint(dst, uint64(len(dict)))
		prev := int64(0)
		for _, v := range dict {
			dst = binary.AppendVarint(dst, int64(uint64(v)-uint64(prev)))
			prev = v
		}
		e.tmp = e.tmp[:0]
		for _, i := range e.index {
			e.tmp = append(e.tmp, uint64(i))
		}
		return appendPacked(dst, e.tmp)
	case modeDelta:
		dst = append(dst, modeDelta)
		dst = binary.AppendVarint(dst, vals[0])
		return e.appendFrame(dst, e.delta, dBase, dStep)
	default:
		dst = append(dst, modeFrame)
		return e.appendFrame(dst, vals, base, step)
	}
}

func (e *intEncoder) appendFrame(dst []byte, vals []int64, base int64, step uint64) []byte {
	dst = binary.AppendVarint(dst, base)
	dst = binary.AppendUvarint(dst, step)
	e.tmp = e.tmp[:0]
	for _, v := range vals {
		e.tmp = append(e.tmp, (uint64(v)-uint64(base))/step)
	}
	return appendPacked(dst, e.tmp)
}

// dictionary returns the distinct values, ascending, or nil when they are too many to be
// worth it; e.index then holds the place of each of vals.
func (e *intEncoder) dictionary(vals []int64) []int64 {
	const size = 4 * maxDict
	var slot [size]int16
	e.sorted, e.index = e.sorted[:0], e.index[:0]
	most := min(maxDict, max(16, len(vals)/4))
	for _, v := range vals {
		h := uint64(v) * 0x9E3779B97F4A7C15 >> 53
		for ; slot[h%size] != 0; h++ {
			if e.sorted[slot[h%size]-1] == v {
				break
			}
		}
		if slot[h%size] == 0 {
			if len(e.sorted) == most {
				return nil
			}
			e.sorted = append(e.sorted, v)
			slot[h%size] = int16(len(e.sorted))
		}
		e.index = append(e.index, slot[h%size]-1)
	}
	seen := append(e.inner[:0], e.sorted...)
	e.inner = seen
	slices.Sort(e.sorted)
	var rank [maxDict]int16
	for i, v := range seen {
		at, _ := slices.BinarySearch(e.sorted, v)
		rank[i] = int16(at)
	}
	for i, k := range e.index {
		e.index[i] = rank[k]
	}
	return e.sorted
}

// dictLen is the number of bytes of a dictionary's values.
func dictLen(dict []int64) (n int) {
	prev := int64(0)
	for _, v := range dict {
		d := int64(uint64(v) - uint64(prev))
		n += (bits.Len64(uint64(d<<1^d>>63)|1) + 6) / 7
		prev = v
	}
	return n
}

func (e *intEncoder) appendPerGroup(dst []byte, vals []int64, ends []int32) ([]byte, bool) {
	per := e.per[:0]
	i := int32(0)
	for _, end := range ends {
		v := vals[i]
		for ; i < end; i++ {
			if vals[i] != v {
				return dst, false
			}
		}
		per = append(per, v)
	}
	e.per = per
	if len(per) > 1 && slices.Min(per) == slices.Max(per) {
		return dst, false // modeConst is shorter
	}
	dst = append(dst, modePerGroup)
	return e.append(dst, per, nil), true
}

// appendGrouped appends vals in modeGrouped when that needs fewer than best bytes.
func (e *intEncoder) appendGrouped(dst []byte, vals []int64, ends []int32, best int) ([]byte, bool) {
	e.firsts, e.inner = e.firsts[:0], e.inner[:0]
	i := int32(0)
	for _, end := range ends {
		e.firsts = append(e.firsts, vals[i])
		for i++; i < end; i++ {
			e.inner = append(e.inner, int64(uint64(vals[i])-uint64(vals[i-1])))
		}
	}
	fBase, fStep := frame(e.firsts)
	iBase, iStep := frame(e.inner)
	if 28+packedLen(e.firsts, fBase, fStep)+packedLen(e.inner, iBase, iStep) >= best {
		return dst, false
	}
	dst = append(dst, modeGrouped)
	dst = e.appendFrame(dst, e.firsts, fBase, fStep)
	return e.appendFrame(dst, e.inner, iBase, iStep), true
}
