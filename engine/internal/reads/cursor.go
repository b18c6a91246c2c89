package reads

import (
	"encoding/binary"
	"math"
)

// frameCursor reads values of appendFrame at ascending places.
type frameCursor struct {
	base, step uint64
	packedCursor
}

func openFrame(src []byte, n int) (frameCursor, error) {
	base, k := binary.Varint(src)
	if k <= 0 {
		return frameCursor{}, errCodec
	}
	step, j := binary.Uvarint(src[k:])
	if j <= 0 {
		return frameCursor{}, errCodec
	}
	return frameCursor{uint64(base), step, packedCursor{src: src[k+j:], left: n}}, nil
}

func (c *frameCursor) at(i int) (int64, bool) {
	v, ok := c.packedCursor.at(i)
	return int64(c.base + v*c.step), ok
}

// packedCursor reads values of appendPacked at ascending places.
type packedCursor struct {
	src   []byte // behind the chunk
	left  int    // values in src
	first int    // the chunk's first value
	n     int    // its number of values
	width uint
	data  []byte
}

func (c *packedCursor) at(i int) (uint64, bool) {
	for i >= c.first+c.n {
		if !c.advance() {
			return 0, false
		}
	}
	w := c.width
	if i < c.first {
		return 0, false
	}
	if w == 0 {
		return 0, true
	}
	bit := uint(i-c.first) * w
	at, off := bit>>3, bit&7
	if w <= 56 && int(at)+8 <= len(c.data) {
		return binary.LittleEndian.Uint64(c.data[at:]) >> off & (math.MaxUint64 >> (64 - w)), true
	}
	var buf [16]byte
	copy(buf[:], c.data[at:])
	v := binary.LittleEndian.Uint64(buf[:]) >> off
	if off > 0 {
		v |= binary.LittleEndian.Uint64(buf[8:]) << (64 - off)
	}
	return v & (math.MaxUint64 >> (64 - w)), true
}

func (c *packedCursor) advance() bool {
	n := min(chunkLen, c.left)
	if n == 0 || len(c.src) == 0 || c.src[0] > 64 {
		return false
	}
	w := uint(c.src[0])
	size := (n*int(w) + 7) / 8
	if len(c.src)-1 < size {
		return false
	}
	c.first, c.n, c.left, c.width = c.first+c.n, n, c.left-n, w
	c.data, c.src = c.src[1:1+size], c.src[1+size:]
	return true
}

// rest returns what follows the values.
func (c *packedCursor) rest() ([]byte, error) {
	for c.left > 0 {
		if !c.advance() {
			return nil, errCodec
		}
	}
	return c.src, nil
}
