package reads

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// Few and many keys come in the order of a plain comparison, whatever digits they differ in.
func TestKeySorter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var s keySorter
	for i := range 60 {
		n, groups := 1+r.IntN(5000), 1+r.IntN([]int{1, 3, 5000}[i%3])
		mask, shift := uint64(1)<<r.IntN(64)-1, r.IntN(40)
		keys := make([]sortKey, n)
		for k := range keys {
			keys[k] = sortKey{key: r.Uint64() & mask << shift, group: r.Uint32N(uint32(groups)), row: uint32(k)}
		}
		tie := make([]int, n) // rows of one group and key go by this
		for k := range tie {
			tie[k] = r.IntN(1 << 30)
		}
		want := slices.Clone(keys)
		slices.SortFunc(want, func(a, b sortKey) int {
			return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.key, b.key), cmp.Compare(tie[a.row], tie[b.row]))
		})
		if got := s.sort(keys, groups, func(a, b uint32) int { return cmp.Compare(tie[a], tie[b]) }); !slices.Equal(got, want) {
			t.Fatalf("%d keys in %d groups are not in order", n, groups)
		}
	}
}
