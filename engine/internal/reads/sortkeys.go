package reads

import "slices"

// sortKey sorts rows without touching them: by group, then by key.
type sortKey struct {
	key   uint64
	group uint32
	row   uint32
}

// keySorter holds the scratch space of one sorting goroutine.
type keySorter struct{ keys, other []sortKey }

// radixFrom is how many keys are worth counting digits.
const radixFrom = 1 << 10

// sort orders keys by group and key, and within those by ties. The groups are numbered from
// 0. It returns the keys, maybe in the memory of the sorter.
func (s *keySorter) sort(keys []sortKey, groups int, ties func(a, b uint32) int) []sortKey {
	if len(keys) >= radixFrom {
		keys = s.radix(keys, groups)
	} else {
		slices.SortFunc(keys, func(a, b sortKey) int {
			if a.group != b.group {
				return int(a.group) - int(b.group)
			}
			if a.key != b.key {
				if a.key < b.key {
					return -1
				}
				return 1
			}
			return int(a.row) - int(b.row)
		})
	}
	for i := 0; i < len(keys); {
		k := i + 1
		for k < len(keys) && keys[k].key == keys[i].key && keys[k].group == keys[i].group {
			k++
		}
		if k > i+1 {
			slices.SortFunc(keys[i:k], func(a, b sortKey) int { return ties(a.row, b.row) })
		}
		i = k
	}
	return keys
}

const (
	digitBits = 11
	digits    = 1 << digitBits
)

// radix orders keys by group and key from the lowest digit to the highest, leaving out the
// digits that are the same in all.
func (s *keySorter) radix(keys []sortKey, groups int) []sortKey {
	var same, differ uint64 = keys[0].key, 0
	for i := range keys {
		differ |= keys[i].key ^ same
	}
	if cap(s.other) < len(keys) {
		s.other = make([]sortKey, len(keys))
	}
	from, to := keys, s.other[:len(keys)]
	pass := func(digit func(k *sortKey) uint32) {
		var next [digits]uint32
		for i := range from {
			next[digit(&from[i])]++
		}
		sum := uint32(0)
		for d, n := range next {
			next[d] = sum
			sum += n
		}
		for i := range from {
			d := digit(&from[i])
			to[next[d]] = from[i]
			next[d]++
		}
		from, to = to, from
	}
	for shift := 0; shift < 64; shift += digitBits {
		if differ>>shift&(digits-1) != 0 {
			pass(func(k *sortKey) uint32 { return uint32(k.key>>shift) & (digits - 1) })
		}
	}
	for shift := 0; (groups-1)>>shift > 0; shift += digitBits {
		pass(func(k *sortKey) uint32 { return k.group >> shift & (digits - 1) })
	}
	s.other = to
	return from
}
