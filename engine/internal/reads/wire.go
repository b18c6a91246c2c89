package reads

import (
	"encoding/binary"
	"math"
)

// wireReader reads the small records of the catalogue. After a fault every read gives
// zero and bad stays true; lengths are bounded by what is left, so it cannot over-allocate.
type wireReader struct {
	src []byte
	bad bool
}

func (r *wireReader) uint() uint64 {
	v, n := binary.Uvarint(r.src)
	if n <= 0 {
		r.bad, r.src = true, nil
		return 0
	}
	r.src = r.src[n:]
	return v
}

func (r *wireReader) int() int64 {
	v, n := binary.Varint(r.src)
	if n <= 0 {
		r.bad, r.src = true, nil
		return 0
	}
	r.src = r.src[n:]
	return v
}

// count reads the length of a list whose elements need at least one byte each.
func (r *wireReader) count() int {
	v := r.uint()
	if v > uint64(len(r.src)) {
		r.bad, r.src = true, nil
		return 0
	}
	return int(v)
}

func (r *wireReader) bytes(n int) []byte {
	if n > len(r.src) {
		r.bad, r.src = true, nil
		return nil
	}
	b := r.src[:n]
	r.src = r.src[n:]
	return b
}

func (r *wireReader) string() string { return string(r.bytes(r.count())) }

func (r *wireReader) float() float64 {
	b := r.bytes(8)
	if len(b) < 8 {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendFloat(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}
