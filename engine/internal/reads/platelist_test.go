package reads

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cordon/engine/detection"
)

// Q-PART-1: whichever order of the plates is searched, and whether it covers all of them,
// the vehicles are those that the pattern matches.
func TestPlateList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newVehicleList()
		var plates []string
		add := func(most int) {
			for _, p := range rapid.SliceOfN(rapid.StringMatching(`[AB12]{1,12}`), 0, most).Draw(t, "plates") {
				if n := l.add(packPlate(p), uint32(rapid.IntRange(0, 2).Draw(t, "state"))); int(n) == len(plates) {
					plates = append(plates, p)
				}
			}
		}
		add(60)
		if rapid.Bool().Draw(t, "indexed") {
			l.index()
			add(10)
			if rapid.Bool().Draw(t, "extended") {
				old := l.listed.Load()
				if old != nil {
					l.listed.Store(l.extended(old))
				}
				add(10)
			}
		}
		p, err := detection.ParsePattern(rapid.StringMatching(`[AB12?*]{1,12}`).Draw(t, "pattern"),
			rapid.SampledFrom([]detection.Star{detection.StarOne, detection.StarAny}).Draw(t, "star"))
		if err != nil {
			t.Skip(err)
		}
		m := newMatcher(p)
		if list := l.listed.Load(); list != nil {
			take := func(out []target, n uint32) []target { return append(out, target{l.plates[n], n}) }
			one, _ := list.all(context.Background(), 1, &m, take)
			if some, err := list.all(context.Background(), 3, &m, take); err != nil || !slices.Equal(one, some) {
				t.Fatalf("%d vehicles with three workers, %d with one; %v", len(some), len(one), err)
			}
		}
		restrict := rapid.Bool().Draw(t, "restrict")
		var got, want []uint32
		list, err := l.byPattern(context.Background(), &m, []uint32{1}, restrict)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			if x.plate != l.plates[x.vehicle] {
				t.Fatalf("vehicle %d has another plate", x.vehicle)
			}
			got = append(got, x.vehicle)
		}
		for n, plate := range plates {
			if oracleMatch(p.Items(), plate) && (!restrict || l.states[n] == 1) {
				want = append(want, uint32(n))
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Fatalf("%s: got %d vehicles, want %d", string(p.Items()), len(got), len(want))
		}
	})
}
