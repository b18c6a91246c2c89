package reads

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unsafe"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// rec is one detection in the store's own form: words and vehicles as numbers, time as
// Unix milliseconds.
type rec struct {
	time     int64
	pos      orb.Point
	cell     uint64
	plate    uint64 // packed
	id       recID
	heading  float64
	conf     float64
	vehicle  uint32
	batch    uint32 // index in the catalogue's list of batches
	make     uint32 // numbers of words, here and below
	model    uint32
	color    uint32
	camera   uint32
	source   uint32
	year     int32
	point    uint32 // 1 + the number of its point in the list of points; 0: not looked up, or none
	photos   uint8
	rejected bool // a duplicate, while it is being appended
}

// recID is a detection id: num for decimal numbers below 2⁶³ without leading zeros, else
// str.
type recID struct {
	num uint64
	str string
}

func parseID(s string) recID {
	if len(s) > 19 || len(s) == 0 || len(s) > 1 && s[0] == '0' {
		return recID{str: s}
	}
	var v uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return recID{str: s}
		}
		v = v*10 + uint64(s[i]-'0')
	}
	if v > math.MaxInt64 {
		return recID{str: s}
	}
	return recID{num: v}
}

func (id recID) String() string {
	if id.str != "" {
		return id.str
	}
	var b [20]byte
	i := len(b)
	for v := id.num; ; {
		i--
		b[i] = byte('0' + v%10)
		if v /= 10; v == 0 {
			return string(b[i:])
		}
	}
}

// appendTo appends the length of the id and the id.
func (id recID) appendTo(d []byte) []byte {
	if id.str != "" {
		return appendString(d, id.str)
	}
	at := len(d)
	d = strconv.AppendUint(append(d, 0), id.num, 10)
	d[at] = byte(len(d) - at - 1) // at most 20: one byte
	return d
}

// hashed marks the keys of ids that are not numbers: several ids may share such a key.
const hashed = 1 << 63

// key is what the id index orders by: exact for numbers, a hash (FNV-1a, mixed) for others.
func (id recID) key() uint64 {
	if id.str == "" {
		return id.num
	}
	h := uint64(14695981039346656037)
	for i := range len(id.str) {
		h = (h ^ uint64(id.str[i])) * 1099511628211
	}
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	return h | hashed
}

// compareIDs is detection.CompareIDs for packed ids.
func compareIDs(a, b recID) int {
	switch {
	case a.str == "" && b.str == "":
		return cmp.Compare(a.num, b.num)
	case a.str != "" && b.str != "" && (a.str[0] > '9' || a.str[0] < '0') && (b.str[0] > '9' || b.str[0] < '0'):
		return strings.Compare(a.str, b.str)
	}
	return detection.CompareIDs(a.String(), b.String())
}

// placeOrder orders rows inside one period of the place projection.
func placeOrder(a, b *rec) int {
	if c := cmp.Compare(a.cell, b.cell); c != 0 {
		return c
	}
	return placeTies(a, b)
}

func placeTies(a, b *rec) int {
	if c := cmp.Compare(a.pos[0], b.pos[0]); c != 0 {
		return c
	}
	if c := cmp.Compare(a.pos[1], b.pos[1]); c != 0 {
		return c
	}
	return timeOrder(a, b)
}

// plateOrder orders rows inside one quarter of the plate projection.
func plateOrder(a, b *rec) int {
	if c := cmp.Compare(a.plate, b.plate); c != 0 {
		return c
	}
	return plateTies(a, b)
}

func plateTies(a, b *rec) int {
	if c := cmp.Compare(a.vehicle, b.vehicle); c != 0 {
		return c
	}
	return timeOrder(a, b)
}

func timeOrder(a, b *rec) int {
	if c := cmp.Compare(a.time, b.time); c != 0 {
		return c
	}
	return compareIDs(a.id, b.id)
}

// samePoint compares positions bit by bit: what a group of a place block shares.
func samePoint(a, b orb.Point) bool {
	return math.Float64bits(a[0]) == math.Float64bits(b[0]) && math.Float64bits(a[1]) == math.Float64bits(b[1])
}

func asUint64(v []int64) []uint64 {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*uint64)(unsafe.Pointer(&v[0])), len(v))
}
