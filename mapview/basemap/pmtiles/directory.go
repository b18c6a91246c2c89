package pmtiles

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"
)

// entry names run tiles from id on that share the same bytes; run 0 names a leaf directory.
type entry struct {
	id, offset  uint64
	length, run uint32
}

// decodeDir reads a directory: columns of varints, ids as differences, ascending.
func decodeDir(b []byte) ([]entry, error) {
	n, b, err := uvarint(b)
	if err != nil {
		return nil, err
	}
	if n > uint64(len(b))/4 { // four columns of a byte at least
		return nil, fmt.Errorf("%w: directory of %d entries in %d bytes", ErrMalformed, n, len(b))
	}
	dir := make([]entry, n)
	var last uint64
	for i := range dir {
		var d uint64
		if d, b, err = uvarint(b); err != nil {
			return nil, err
		}
		if i > 0 && d == 0 || d > math.MaxUint64-last {
			return nil, fmt.Errorf("%w: tile ids do not ascend", ErrMalformed)
		}
		last += d
		dir[i].id = last
	}
	for _, col := range []func(*entry) *uint32{
		func(e *entry) *uint32 { return &e.run },
		func(e *entry) *uint32 { return &e.length },
	} {
		for i := range dir {
			var v uint64
			if v, b, err = uvarint(b); err != nil {
				return nil, err
			}
			if v > math.MaxUint32 {
				return nil, fmt.Errorf("%w: run or length %d", ErrMalformed, v)
			}
			*col(&dir[i]) = uint32(v)
		}
	}
	for i := range dir {
		var v uint64
		if v, b, err = uvarint(b); err != nil {
			return nil, err
		}
		switch {
		case v > 0:
			dir[i].offset = v - 1
		case i == 0:
			return nil, fmt.Errorf("%w: the first entry has no offset", ErrMalformed)
		default:
			dir[i].offset = dir[i-1].offset + uint64(dir[i-1].length)
		}
	}
	return dir, nil
}

func uvarint(b []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, fmt.Errorf("%w: directory ends too early", ErrMalformed)
	}
	return v, b[n:], nil
}

// find returns the entry that covers the id.
func find(dir []entry, id uint64) (entry, bool) {
	i := sort.Search(len(dir), func(i int) bool { return dir[i].id > id }) - 1
	if i < 0 {
		return entry{}, false
	}
	e := dir[i]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}

// TileID returns the number of the tile: zoom after zoom, within a zoom along the Hilbert curve. z is at most 30, x and y are below 2^z.
func TileID(z uint8, x, y uint32) uint64 {
	id := (uint64(1)<<(2*z) - 1) / 3
	for k := int(z) - 1; k >= 0; k-- {
		s := uint32(1) << k
		rx, ry := x>>k&1, y>>k&1
		id += uint64(3*rx^ry) << (2 * k)
		// Within the quadrant: turn, so that the curve enters and leaves at the right corners.
		x, y = x&(s-1), y&(s-1)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return id
}
