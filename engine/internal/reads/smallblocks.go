package reads

import (
	"encoding/binary"
	"sort"

	"cordon/engine/detection"
)

// An id block lists id keys, ascending, with the vehicle of each. A vehicle block lists
// vehicle numbers, ascending, with plate and state.
//
//	block  = kind, entries (uvarint), columns
//	column = length (uvarint), bytes
type idEntry struct {
	key     uint64
	vehicle uint32
}

type vehicleEntry struct {
	number uint32
	plate  uint64
	state  uint32
}

func encodeIDs(e *intEncoder, entries []idEntry) []byte {
	return encodeSmall(e, kindID, len(entries),
		func(i int) int64 { return int64(entries[i].key) },
		func(i int) int64 { return int64(entries[i].vehicle) })
}

func encodeVehicles(e *intEncoder, entries []vehicleEntry) []byte {
	return encodeSmall(e, kindVehicle, len(entries),
		func(i int) int64 { return int64(entries[i].number) },
		func(i int) int64 { return int64(entries[i].plate) },
		func(i int) int64 { return int64(entries[i].state) })
}

func encodeSmall(e *intEncoder, kind blockKind, n int, cols ...func(i int) int64) []byte {
	dst := binary.AppendUvarint([]byte{byte(kind)}, uint64(n))
	vals := make([]int64, n)
	for _, at := range cols {
		for i := range vals {
			vals[i] = at(i)
		}
		col := e.append(nil, vals, nil)
		dst = binary.AppendUvarint(dst, uint64(len(col)))
		dst = append(dst, col...)
	}
	return dst
}

func decodeSmall(src []byte, kind blockKind, cols int) ([][]int64, error) {
	if len(src) == 0 || blockKind(src[0]) != kind {
		return nil, errCodec
	}
	n, k := binary.Uvarint(src[1:])
	if k <= 0 || n == 0 || n > maxValues {
		return nil, errCodec
	}
	src = src[1+k:]
	out := make([][]int64, cols)
	for i := range out {
		size, k := binary.Uvarint(src)
		if k <= 0 || size > uint64(len(src)-k) {
			return nil, errCodec
		}
		out[i] = make([]int64, n)
		if err := decodeInts(src[k:k+int(size)], out[i], nil); err != nil {
			return nil, err
		}
		src = src[k+int(size):]
	}
	if len(src) != 0 {
		return nil, errCodec
	}
	return out, nil
}

func decodeIDs(src []byte) ([]idEntry, error) {
	cols, err := decodeSmall(src, kindID, 2)
	if err != nil {
		return nil, err
	}
	out := make([]idEntry, len(cols[0]))
	for i := range out {
		out[i] = idEntry{uint64(cols[0][i]), uint32(cols[1][i])}
		if i > 0 && out[i].key < out[i-1].key || cols[1][i] != int64(out[i].vehicle) {
			return nil, errCodec
		}
	}
	return out, nil
}

// maxPlate is one more than the greatest packed plate.
var maxPlate = func() uint64 {
	v := uint64(1)
	for range detection.MaxPlateLen {
		v *= plateBase
	}
	return v
}()

func decodeVehicles(src []byte) ([]vehicleEntry, error) {
	cols, err := decodeSmall(src, kindVehicle, 3)
	if err != nil {
		return nil, err
	}
	out := make([]vehicleEntry, len(cols[0]))
	for i := range out {
		out[i] = vehicleEntry{uint32(cols[0][i]), uint64(cols[1][i]), uint32(cols[2][i])}
		if cols[0][i] != int64(out[i].number) || out[i].number == noVehicle || out[i].plate == 0 || out[i].plate >= maxPlate ||
			cols[2][i] != int64(out[i].state) || i > 0 && out[i].number <= out[i-1].number {
			return nil, errCodec
		}
	}
	return out, nil
}

// idBlock reads an id block.
func (v *view) idBlock(m *blockMeta) ([]idEntry, error) {
	plain, err := v.payload(m)
	if err != nil {
		return nil, err
	}
	ids, err := decodeIDs(plain)
	if err != nil || len(ids) != int(m.rows) {
		return nil, m.damage("its columns do not decode")
	}
	return ids, nil
}

func (v *view) vehicleBlock(m *blockMeta) ([]vehicleEntry, error) {
	plain, err := v.payload(m)
	if err != nil {
		return nil, err
	}
	list, err := decodeVehicles(plain)
	if err != nil || len(list) != int(m.rows) {
		return nil, m.damage("its columns do not decode")
	}
	return list, nil
}

// blocksWith returns the blocks of a run whose [lo, hi] may hold key.
func (r *run) blocksWith(key uint64) []*blockMeta {
	i := sort.Search(len(r.blocks), func(i int) bool { return r.blocks[i].hi >= key })
	j := i
	for j < len(r.blocks) && r.blocks[j].lo <= key {
		j++
	}
	return r.blocks[i:j]
}
