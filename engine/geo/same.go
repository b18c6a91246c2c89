package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Same reports whether two areas have the same rings, whatever their first vertex, their
// direction and their order.
func Same(a, b orb.MultiPolygon) bool {
	x, y := plainRings(a), plainRings(b)
	return slices.EqualFunc(x, y, func(p, q orb.Ring) bool { return slices.Equal(p, q) })
}

// plainRings lists the rings of an area in one form: open, without repeated vertices, from
// the smallest vertex towards the smaller of its neighbours.
func plainRings(mp orb.MultiPolygon) []orb.Ring {
	var out []orb.Ring
	for _, polygon := range mp {
		for _, ring := range polygon {
			r := slices.Compact(slices.Clone(ring))
			if len(r) > 1 && r[0] == r[len(r)-1] {
				r = r[:len(r)-1]
			}
			if len(r) == 0 {
				continue
			}
			least := 0
			for i := range r {
				if comparePoints(r[i], r[least]) < 0 {
					least = i
				}
			}
			r = append(slices.Clone(r[least:]), r[:least]...)
			if comparePoints(r[len(r)-1], r[min(1, len(r)-1)]) < 0 {
				slices.Reverse(r[1:])
			}
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b orb.Ring) int { return slices.CompareFunc(a, b, comparePoints) })
	return out
}

func comparePoints(a, b orb.Point) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
}
