package mvt

import (
	"encoding/binary"
	"math"
)

// Value is one attribute value, still encoded.
type Value []byte

// Text returns the value if it is a string, else "".
func (v Value) Text() string {
	w := walker{b: v}
	for w.next() {
		if w.field == 1 && w.wire == wireBytes {
			return string(w.data)
		}
	}
	return ""
}

// Number returns the value as a number; a true boolean is 1, and what is no number is 0.
func (v Value) Number() float64 {
	w := walker{b: v}
	for w.next() {
		switch {
		case w.field == 2 && w.wire == wire32:
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(w.data)))
		case w.field == 3 && w.wire == wire64:
			return math.Float64frombits(binary.LittleEndian.Uint64(w.data))
		case w.field == 4 && w.wire == wireVarint:
			return float64(int64(w.num))
		case w.field == 5 && w.wire == wireVarint:
			return float64(w.num)
		case w.field == 6 && w.wire == wireVarint:
			return float64(int64(w.num>>1) ^ -int64(w.num&1))
		case w.field == 7 && w.wire == wireVarint:
			return float64(w.num & 1)
		}
	}
	return 0
}
