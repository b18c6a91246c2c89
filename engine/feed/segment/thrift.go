package segment

import (
	"encoding/binary"
	"fmt"

	"cordon/engine/feed"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// Parquet's own structures are in Thrift's compact form, whose decoder allocates what a
// length or a list's size claims. So they are walked first: no string may be longer than
// what is left, and lists are bounded all together.

const (
	maxThriftDepth = 16
	maxThriftItems = 400_000 // elements of all lists: 64 groups of 25 columns need some 10,000
)

// Types of Thrift's compact protocol.
const (
	tTrue = iota + 1
	tFalse
	tByte
	tI16
	tI32
	tI64
	tDouble
	tBinary
	tList
	tSet
	tMap
	tStruct
)

type walker struct {
	data  []byte
	at    int
	items int
}

// decodeThrift decodes the struct that data begins with and returns its length in bytes.
func decodeThrift(data []byte, into any) (int, error) {
	w := &walker{data: data}
	if !w.structure(0) {
		return 0, fmt.Errorf("%w: a structure of the Parquet file is broken", feed.ErrDamaged)
	}
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data[:w.at], into); err != nil {
		return 0, fmt.Errorf("%w: Parquet: %w", feed.ErrDamaged, err)
	}
	return w.at, nil
}

func (w *walker) byte() (byte, bool) {
	if w.at >= len(w.data) {
		return 0, false
	}
	w.at++
	return w.data[w.at-1], true
}

func (w *walker) varint() (uint64, bool) {
	v, n := binary.Uvarint(w.data[w.at:])
	if n <= 0 {
		return 0, false
	}
	w.at += n
	return v, true
}

func (w *walker) skip(n uint64) bool {
	if n > uint64(len(w.data)-w.at) {
		return false
	}
	w.at += int(n)
	return true
}

func (w *walker) structure(depth int) bool {
	if depth > maxThriftDepth {
		return false
	}
	for {
		head, ok := w.byte()
		if !ok {
			return false
		}
		if head == 0 {
			return true
		}
		if head>>4 == 0 {
			if _, ok := w.varint(); !ok {
				return false
			}
		}
		if kind := head & 15; kind != tTrue && kind != tFalse && !w.value(kind, depth) {
			return false
		}
	}
}

func (w *walker) value(kind byte, depth int) bool {
	switch kind {
	case tTrue, tFalse, tByte: // in a list a bool is a byte
		return w.skip(1)
	case tI16, tI32, tI64:
		_, ok := w.varint()
		return ok
	case tDouble:
		return w.skip(8)
	case tBinary:
		n, ok := w.varint()
		return ok && w.skip(n)
	case tList, tSet:
		return w.list(depth)
	case tStruct:
		return w.structure(depth + 1)
	}
	return false // Parquet has no maps
}

func (w *walker) list(depth int) bool {
	head, ok := w.byte()
	if !ok || depth > maxThriftDepth {
		return false
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, ok = w.varint(); !ok {
			return false
		}
	}
	if n > uint64(len(w.data)-w.at) {
		return false
	}
	if w.items += int(n); w.items > maxThriftItems {
		return false
	}
	for range n {
		if !w.value(head&15, depth+1) {
			return false
		}
	}
	return true
}
