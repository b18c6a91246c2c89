package segment

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"
)

// hybrid decodes Parquet's mix of runs and packed values, n of them, each below limit. Each
// is handed to set; the memory is the caller's, so a run cannot be longer than asked for.
func hybrid(data []byte, width, n int, set func(i int, v uint32)) bool {
	if width < 0 || width > 32 {
		return false
	}
	bytes := (width + 7) / 8
	for i := 0; i < n; {
		head, k := binary.Uvarint(data)
		if k <= 0 {
			return false
		}
		data = data[k:]
		if head&1 == 0 { // a run
			count := head >> 1
			if count == 0 || len(data) < bytes {
				return false
			}
			var v uint32
			for b := range bytes {
				v |= uint32(data[b]) << (8 * b)
			}
			data = data[bytes:]
			for range min(count, uint64(n-i)) {
				set(i, v)
				i++
			}
			continue
		}
		groups := head >> 1 // of 8 values
		if groups == 0 || width > 0 && groups > uint64(len(data)/width+1) {
			return false
		}
		var acc uint64
		have, at, mask := 0, 0, uint64(1)<<width-1
		for range min(groups*8, uint64(n-i)) {
			for have < width {
				if at >= len(data) {
					return false
				}
				acc |= uint64(data[at]) << have
				at, have = at+1, have+8
			}
			set(i, uint32(acc&mask))
			acc, have = acc>>width, have-width
			i++
		}
		if i < n {
			if used := int(groups) * width; used <= len(data) {
				data = data[used:]
			} else {
				return false
			}
		}
	}
	return true
}

// decodeLevels fills out with levels from 0 to top.
func decodeLevels(out, data []byte, top int) bool {
	ok := true
	return hybrid(data, bits.Len(uint(top)), len(out), func(i int, v uint32) {
		out[i] = byte(v)
		ok = ok && v <= uint32(top)
	}) && ok
}

// plain decodes values of one type in Parquet's plain form: n of them from data onto the end
// of to. It reports whether they were all there.
type plain[T any] func(to []T, data []byte, n int) ([]T, bool)

func plainInt64(to []int64, data []byte, n int) ([]int64, bool) {
	if n > len(data)/8 {
		return to, false
	}
	for i := range n {
		to = append(to, int64(binary.LittleEndian.Uint64(data[8*i:])))
	}
	return to, true
}

func plainInt32(to []int32, data []byte, n int) ([]int32, bool) {
	if n > len(data)/4 {
		return to, false
	}
	for i := range n {
		to = append(to, int32(binary.LittleEndian.Uint32(data[4*i:])))
	}
	return to, true
}

func plainDouble(to []float64, data []byte, n int) ([]float64, bool) {
	if n > len(data)/8 {
		return to, false
	}
	for i := range n {
		to = append(to, math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])))
	}
	return to, true
}

func plainFloat(to []float64, data []byte, n int) ([]float64, bool) {
	if n > len(data)/4 {
		return to, false
	}
	for i := range n {
		to = append(to, float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))))
	}
	return to, true
}

func plainDigest(to [][32]byte, data []byte, n int) ([][32]byte, bool) {
	if n > len(data)/32 {
		return to, false
	}
	for i := range n {
		to = append(to, [32]byte(data[32*i:]))
	}
	return to, true
}

// plainText copies a page's bytes once; its strings share that copy.
func plainText(to []string, data []byte, n int) ([]string, bool) {
	if n > len(data)/4 {
		return to, false
	}
	all := string(data)
	for range n {
		if len(data) < 4 {
			return to, false
		}
		k := int64(binary.LittleEndian.Uint32(data))
		if k > int64(len(data)-4) {
			return to, false
		}
		start := len(all) - len(data) + 4
		to = append(to, all[start:start+int(k)])
		data = data[4+k:]
	}
	return to, true
}

// column is a decoded column: one value a row, or for a list the values with how many each
// row has.
type column[T any] struct {
	values []T
	counts []int // of a list; nil otherwise
}

// read decodes a column of rows rows; null stands for a null.
func read[T any](p *pages, rows int, decode plain[T], null T) (column[T], error) {
	out := column[T]{values: make([]T, 0, p.left)}
	if p.c.maxRep > 0 {
		out.counts = make([]int, 0, rows)
	}
	var dict []T
	for {
		pg, err := p.next()
		if err != nil {
			return out, err
		}
		if pg == nil {
			break
		}
		if pg.dictionary {
			var ok bool
			if dict, ok = decode(make([]T, 0, pg.values), pg.data, pg.values); !ok {
				return out, p.bad("a wrong dictionary")
			}
			continue
		}
		from := len(out.values)
		ok := true
		switch pg.encoding {
		case format.Plain:
			out.values, ok = decode(out.values, pg.data, pg.present)
		case format.RLEDictionary, oldDictionary:
			out.values, ok = indexed(out.values, pg, dict)
		default:
			return out, p.bad("its values are in an encoding that is not read here (" + pg.encoding.String() + "); write plain or dictionary pages")
		}
		if !ok {
			return out, p.bad("a page has too few values")
		}
		switch {
		case out.counts != nil:
			if !out.count(pg, p.c.maxDef) {
				return out, p.bad("a page has wrong levels")
			}
		case pg.present < pg.values:
			out.spread(from, pg, p.c.maxDef, null)
		}
	}
	if out.counts == nil && len(out.values) != rows || out.counts != nil && len(out.counts) != rows {
		return out, p.bad("it has another number of rows than its group")
	}
	return out, nil
}

// indexed appends the values of a page of dictionary indexes.
func indexed[T any](to []T, pg *page, dict []T) ([]T, bool) {
	if pg.present == 0 {
		return to, true
	}
	if len(pg.data) == 0 || len(dict) == 0 {
		return to, false
	}
	from := len(to)
	to = append(to, make([]T, pg.present)...)
	part, ok := to[from:], true
	read := hybrid(pg.data[1:], int(pg.data[0]), pg.present, func(i int, v uint32) {
		if v < uint32(len(dict)) {
			part[i] = dict[v]
		} else {
			ok = false
		}
	})
	return to, read && ok
}

// spread makes room for the nulls of the values from from on.
func (c *column[T]) spread(from int, pg *page, top int, null T) {
	c.values = append(c.values, make([]T, pg.values-pg.present)...)
	part := c.values[from:]
	k := pg.present
	for i := pg.values - 1; i >= 0; i-- {
		if int(pg.def[i]) < top {
			part[i] = null
			continue
		}
		k--
		part[i] = part[k]
	}
}

// count adds the rows of a page of a list.
func (c *column[T]) count(pg *page, top int) bool {
	for i, r := range pg.rep {
		if r == 0 {
			c.counts = append(c.counts, 0)
		} else if len(c.counts) == 0 {
			return false
		}
		if int(pg.def[i]) == top {
			c.counts[len(c.counts)-1]++
		} else if r != 0 {
			return false
		}
	}
	return true
}
