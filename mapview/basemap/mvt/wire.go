package mvt

import (
	"fmt"
	"math/bits"
)

// Wire types of protocol buffers.
const (
	wireVarint = 0
	wire64     = 1
	wireBytes  = 2
	wire32     = 5
)

var errTruncated = fmt.Errorf("%w: it ends too early", ErrMalformed)

// walker steps through the fields of one protocol buffer message.
type walker struct {
	b     []byte
	field uint64
	wire  uint8
	num   uint64 // value of a varint
	data  []byte // value of the other wire types
	err   error
}

// next reads a field; false means the end or, with err set, a fault.
func (w *walker) next() bool {
	if len(w.b) == 0 || w.err != nil {
		return false
	}
	key, n := uvarint(w.b)
	if n == 0 {
		return w.fail(errTruncated)
	}
	w.b = w.b[n:]
	w.field, w.wire = key>>3, uint8(key&7)
	size := uint64(0)
	switch w.wire {
	case wireVarint:
		if w.num, n = uvarint(w.b); n == 0 {
			return w.fail(errTruncated)
		}
		w.b = w.b[n:]
		return true
	case wireBytes:
		if size, n = uvarint(w.b); n == 0 {
			return w.fail(errTruncated)
		}
		w.b = w.b[n:]
	case wire64:
		size = 8
	case wire32:
		size = 4
	default:
		return w.fail(fmt.Errorf("%w: wire type %d", ErrMalformed, w.wire))
	}
	if size > uint64(len(w.b)) {
		return w.fail(errTruncated)
	}
	w.data, w.b = w.b[:size:size], w.b[size:]
	return true
}

func (w *walker) fail(err error) bool {
	w.err = err
	return false
}

// uvarint reads a varint; n is 0 if it is cut off or longer than 64 bits.
func uvarint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for i, c := range b {
		if i == 10 {
			return 0, 0
		}
		if c < 0x80 {
			if bits.Len8(c)+7*i > 64 {
				return 0, 0
			}
			return v | uint64(c)<<(7*i), i + 1
		}
		v |= uint64(c&0x7f) << (7 * i)
	}
	return 0, 0
}
