package reads

import "encoding/binary"

// unpack reads n values written by appendPacked into out and returns the rest of src.
func unpack(src []byte, out []uint64) ([]byte, error) {
	for len(out) > 0 {
		n := min(chunkLen, len(out))
		if len(src) == 0 || src[0] > 64 {
			return nil, errCodec
		}
		w := uint(src[0])
		size := (n*int(w) + 7) / 8
		if len(src)-1 < size {
			return nil, errCodec
		}
		data := src[1 : 1+size]
		unpackChunk(data, w, out[:n])
		src, out = src[1+size:], out[n:]
	}
	return src, nil
}

func unpackChunk(data []byte, w uint, out []uint64) {
	if w == 0 {
		clear(out)
		return
	}
	mask := ^uint64(0) >> (64 - w)
	bit := uint(0)
	i := 0
	if w <= 56 { // one unaligned load holds a value
		for ; i < len(out); i++ {
			at := bit >> 3
			if int(at)+8 > len(data) {
				break
			}
			out[i] = binary.LittleEndian.Uint64(data[at:]) >> (bit & 7) & mask
			bit += w
		}
	}
	for ; i < len(out); i++ {
		at, off := bit>>3, bit&7
		var buf [16]byte
		copy(buf[:], data[at:])
		v := binary.LittleEndian.Uint64(buf[:]) >> off
		if off > 0 {
			v |= binary.LittleEndian.Uint64(buf[8:]) << (64 - off)
		}
		out[i] = v & mask
		bit += w
	}
}

// decodeInts decodes a column of len(out) values. ends are the group ends of the block or
// nil where grouped modes are not allowed. It never panics and allocates no more than the
// size of out.
func decodeInts(src []byte, out []int64, ends []int32) error {
	if len(out) == 0 {
		if len(src) != 0 {
			return errCodec
		}
		return nil
	}
	if len(src) == 0 || len(out) > maxValues {
		return errCodec
	}
	mode, src := src[0], src[1:]
	switch mode {
	case modeConst:
		v, n := binary.Varint(src)
		if n <= 0 {
			return errCodec
		}
		for i := range out {
			out[i] = v
		}
		return nil
	case modeFrame:
		_, err := decodeFrame(src, out)
		return err
	case modeDict:
		return decodeDict(src, out)
	case modeDelta:
		first, n := binary.Varint(src)
		if n <= 0 {
			return errCodec
		}
		out[0] = first
		if _, err := decodeFrame(src[n:], out[1:]); err != nil {
			return err
		}
		for i := 1; i < len(out); i++ {
			out[i] = int64(uint64(out[i]) + uint64(out[i-1]))
		}
		return nil
	case modeGrouped:
		return decodeGrouped(src, out, ends)
	case modePerGroup:
		if !groupsCover(ends, len(out)) {
			return errCodec
		}
		per := make([]int64, len(ends))
		if err := decodeInts(src, per, nil); err != nil {
			return err
		}
		i := int32(0)
		for g, end := range ends {
			for ; i < end; i++ {
				out[i] = per[g]
			}
		}
		return nil
	}
	return errCodec
}

func groupsCover(ends []int32, n int) bool {
	return len(ends) > 0 && len(ends) <= n && int(ends[len(ends)-1]) == n
}

func decodeFrame(src []byte, out []int64) ([]byte, error) {
	base, n := binary.Varint(src)
	if n <= 0 {
		return nil, errCodec
	}
	src = src[n:]
	step, n := binary.Uvarint(src)
	if n <= 0 {
		return nil, errCodec
	}
	raw := asUint64(out)
	src, err := unpack(src[n:], raw)
	if err != nil {
		return nil, err
	}
	for i, v := range raw {
		raw[i] = uint64(base) + v*step
	}
	return src, nil
}

func decodeDict(src []byte, out []int64) error {
	size, n := binary.Uvarint(src)
	if n <= 0 || size == 0 || size > maxDict {
		return errCodec
	}
	var dict [maxDict]int64
	if err := readDict(src[n:], dict[:size]); err != nil {
		return err
	}
	if _, err := unpack(skipVarints(src[n:], int(size)), asUint64(out)); err != nil {
		return err
	}
	for i, v := range out {
		if uint64(v) >= size {
			return errCodec
		}
		out[i] = dict[v]
	}
	return nil
}

// readDict reads the first values of a dictionary.
func readDict(src []byte, dict []int64) error {
	prev, at := uint64(0), 0
	for i := range dict {
		if at < len(src) && src[at] < 0x80 { // nearly all
			u := uint64(src[at])
			prev += u>>1 ^ -(u & 1)
			at++
		} else {
			d, n := binary.Varint(src[at:])
			if n <= 0 {
				return errCodec
			}
			prev += uint64(d)
			at += n
		}
		dict[i] = int64(prev)
	}
	return nil
}

func decodeGrouped(src []byte, out []int64, ends []int32) error {
	if !groupsCover(ends, len(out)) {
		return errCodec
	}
	g := len(ends)
	firsts := make([]int64, g)
	src, err := decodeFrame(src, firsts)
	if err != nil {
		return err
	}
	// The differences go to the back of out: never left of the row they belong to.
	if len(out) > g {
		if _, err := decodeFrame(src, out[g:]); err != nil {
			return err
		}
	}
	i, d := int32(0), g
	for k, end := range ends {
		v := uint64(firsts[k])
		step := out[d : d+int(end-i)-1]
		out[i] = int64(v)
		for j, x := range step {
			v += uint64(x)
			out[int(i)+1+j] = int64(v)
		}
		i, d = end, d+len(step)
	}
	return nil
}
