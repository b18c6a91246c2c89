package reads

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"cordon/engine/detection"
)

// Every list of integers comes back, in every mode, with and without groups.
func TestIntColumn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var vals []int64
		step := rapid.SampledFrom([]int64{1, 1, 7, 100, 60000}).Draw(t, "step")
		of := rapid.SampledFrom([]*rapid.Generator[int64]{
			rapid.Int64(), rapid.Int64Range(-3, 3), rapid.Int64Range(0, 1000), rapid.Int64Range(1e12, 1e12+5e8),
			rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, -1}),
		}).Draw(t, "of")
		n := rapid.IntRange(1, 400).Draw(t, "n")
		rising := rapid.Bool().Draw(t, "rising")
		for range n {
			v := of.Draw(t, "v") * step
			if rising && len(vals) > 0 {
				v = vals[len(vals)-1] + v&1023
			}
			vals = append(vals, v)
		}
		var ends []int32
		if rapid.Bool().Draw(t, "groups") {
			for at := 0; at < n; {
				at = min(at+rapid.IntRange(1, 40).Draw(t, "len"), n)
				ends = append(ends, int32(at))
			}
			if rapid.Bool().Draw(t, "same") {
				at := int32(0)
				for _, end := range ends {
					for i := at; i < end; i++ {
						vals[i] = vals[at]
					}
					at = end
				}
			}
		}
		var e intEncoder
		src := e.append(nil, vals, ends)
		out := make([]int64, n)
		if err := decodeInts(src, out, ends); err != nil {
			t.Fatalf("mode %d: %v", src[0], err)
		}
		if !slices.Equal(out, vals) {
			t.Fatalf("mode %d: %v came back as %v", src[0], vals, out)
		}
	})
}

// randomRecs are rows in the order of a projection.
func randomRecs(r *rand.Rand, kind blockKind, n int) []rec {
	rows := make([]rec, n)
	for i := range rows {
		x := &rows[i]
		x.time = 1_700_000_000_000 + r.Int64N(1e9)
		x.pos = orb.Point{float64(r.IntN(5)) / 3, float64(r.IntN(100)) / 1e5}
		x.cell = cellOf(x.pos)
		x.vehicle = r.Uint32N(20)
		x.plate = uint64(x.vehicle) + 1
		x.id = parseID(fmt.Sprintf([]string{"%d", "id-%05d", "%x", "%03d"}[n%4], r.IntN(1e6)))
		x.heading, x.conf = float64(r.IntN(3600))/10, r.Float64()
		x.make, x.model, x.color, x.camera, x.source = r.Uint32N(4), r.Uint32N(9), r.Uint32N(2), uint32(x.pos[0]*3), 1
		x.year, x.photos, x.batch = int32(r.IntN(30)+1990), uint8(r.IntN(256)), r.Uint32N(3)
	}
	order := placeOrder
	if kind == kindPlate {
		order = plateOrder
	}
	slices.SortFunc(rows, func(a, b rec) int { return order(&a, &b) })
	return rows
}

func TestRowBlock(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var enc blockEncoder
	known := newPointList()
	for i := range 200 {
		kind := blockKind(1 + i%2)
		rows := randomRecs(r, kind, 1+r.IntN(300))
		enc.known = known.known(i%3 == 0)
		b, err := openBlock(enc.encode(nil, kind, rows))
		if err != nil {
			t.Fatal(err)
		}
		known.note(rows)
		pick := r.Perm(len(rows))
		var want []int32
		for _, p := range pick[:1+r.IntN(len(pick))] {
			want = append(want, int32(p))
		}
		slices.Sort(want)
		got := make([]rec, len(want))
		if err := b.recs(want, got, known.all()); err != nil {
			t.Fatal(err)
		}
		for k, p := range want {
			x := rows[p]
			x.cell, x.plate, x.point = 0, 0, 0
			if n := got[k].point; n != 0 && known.all()[n-1] != x.pos {
				t.Fatalf("row %d: point %d is not where it lies", p, n)
			}
			got[k].point = 0
			if got[k] != x {
				t.Fatalf("row %d: %+v came back as %+v", p, x, got[k])
			}
		}
	}
}

// The decoders never panic, whatever they are given, and allocate no more than a block of
// the largest size needs.
func FuzzBlock(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	var enc blockEncoder
	for n := range 8 {
		f.Add(enc.encode(nil, blockKind(1+n%2), randomRecs(r, blockKind(1+n%2), 1+n*11)))
	}
	f.Add(encodeIDs(&enc.ints, []idEntry{{1, 2}, {3, 4}, {hashed | 7, 9}}))
	f.Add(encodeVehicles(&enc.ints, []vehicleEntry{{1, packPlate("AB12"), 2}, {7, packPlate("Z"), 0}}))
	c, _, _ := (&catalog{}).apply(&edit{words: []string{"", "a"}, lanes: []string{"l"}, batches: []batchRec{{number: 1}}, add: []addedRun{{groupKey{kind: kindPlace}, []*blockMeta{{number: 1, rows: 3}}}}})
	f.Add(c.snapshot().encode())
	f.Fuzz(func(t *testing.T, src []byte) {
		if e, ok := decodeEdit(src); ok {
			(&catalog{}).apply(e)
		}
		for _, err := range []error{func() error { _, err := decodeIDs(src); return err }(), func() error { _, err := decodeVehicles(src); return err }()} {
			if err != nil && !errors.Is(err, errCodec) {
				t.Fatal(err)
			}
		}
		b, err := openBlock(src)
		if err != nil {
			return
		}
		all := make([]int32, b.n)
		for i := range all {
			all[i] = int32(i)
		}
		for few := all; len(few) > 0; few = few[len(few)/2+1:] {
			if err := b.recs(few, make([]rec, len(few)), []orb.Point{{1, 2}}); err != nil && !errors.Is(err, errCodec) {
				t.Fatal(err)
			}
		}
		if b.kind != kindPlate {
			return
		}
		if _, err := b.rowOf(0, recID{num: 1}, func(int64) bool { return true }); err != nil && !errors.Is(err, errCodec) {
			t.Fatal(err)
		}
	})
}

// Q-PART-1: the packed matcher finds what the pattern matches.
func TestMatcher(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A1Z9?*]{1,12}`).Draw(t, "pattern")
		p, err := detection.ParsePattern(text, rapid.SampledFrom([]detection.Star{detection.StarOne, detection.StarAny}).Draw(t, "star"))
		if err != nil {
			t.Skip(err)
		}
		m := newMatcher(p)
		for range 50 {
			plate := rapid.StringMatching(`[A1Z9]{1,12}`).Draw(t, "plate")
			v := packPlate(plate)
			if unpackPlate(v) != plate {
				t.Fatalf("%s came back as %s", plate, unpackPlate(v))
			}
			if got, want := m.match(scanWord(v), v), oracleMatch(p.Items(), plate); got != want {
				t.Fatalf("%s, %s: got %v", text, plate, got)
			}
		}
	})
}

func TestPackedPlatesOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[0-9A-Z]{1,12}`).Draw(t, "a"), rapid.StringMatching(`[0-9A-Z]{1,12}`).Draw(t, "b")
		if (a < b) != (packPlate(a) < packPlate(b)) || packPlate(a) >= maxPlate {
			t.Fatal(a, b)
		}
	})
}

func TestPeriods(t *testing.T) {
	for at, want := range map[string]string{"2026-03-31T23:59:59.999Z": "2026-Q1", "2026-04-01T00:00:00Z": "2026-Q2", "1969-12-31T23:59:59Z": "1969-Q4", "2026-12-31T23:59:59Z": "2026-Q4"} {
		tm, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		q := quarterOf(tm.UnixMilli())
		from, to := quarterSpan(q)
		if quarterName(q) != want || tm.UnixMilli() < from || tm.UnixMilli() >= to || q != int32(tm.Year()*4+(int(tm.Month())-1)/3) {
			t.Errorf("%s: %s", at, quarterName(q))
		}
	}
	if weekOf(-1) != -1 || weekOf(0) != 0 || weekOf(weekMs) != 1 || weekOf(-weekMs) != -1 {
		t.Error("weeks")
	}
}
