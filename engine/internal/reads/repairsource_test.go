package reads

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cordon/engine/detection"
)

// oneLane makes a store whose lane holds three files with duplicates inside and between them,
// and returns them as they would be given again, with rows that are too old in front.
func oneLane(t *testing.T, dir string, tune tuning) (*Store, []Source) {
	t.Helper()
	s := openTest(t, dir, tune)
	var sources []Source
	var all []detection.Detection
	for i := range 3 {
		var rows []detection.Detection
		for d, err := range synthetic(1500, uint64(i), 0.2) {
			if err != nil {
				t.Fatal(err)
			}
			d.ID = fmt.Sprintf("f%d-%s", i, d.ID)
			rows = append(rows, d)
		}
		rows = append(rows, rows[10:40]...)
		if i > 0 {
			rows = slices.Insert(rows, 700, all[200*i:200*i+90]...)
			twin := all[5] // of another content: a conflict
			twin.Color = "TEAL"
			rows = append(rows, twin)
		}
		all = append(all, rows...)
		b := Batch{Lane: "local", Origin: fmt.Sprintf("file:%d", i)}
		if _, err := s.Append(context.Background(), b, seqOf(rows), nil); err != nil {
			t.Fatal(err)
		}
		old := rows[0]
		old.ID, old.Time = "old", time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
		sources = append(sources, Source{Lane: b.Lane, Origin: b.Origin, Rows: seqOf(append([]detection.Detection{old, old}, rows...))})
	}
	return s, sources
}

// harm deletes every block of the kinds and opens the store again.
func harm(t *testing.T, s *Store, dir string, tune tuning, kinds ...blockKind) *Store {
	t.Helper()
	s.keeper.stop() // the blocks stay where they are until they are deleted
	var gone []uint64
	for k, runs := range s.latest.groups {
		for _, r := range runs {
			for _, m := range r.blocks {
				if slices.Contains(kinds, k.kind) {
					gone = append(gone, m.number)
				}
			}
		}
	}
	if err := errors.Join(s.deleteBlocks(gone), s.Close()); err != nil {
		t.Fatal(err)
	}
	return openTest(t, dir, tune)
}

// TestRepairDuplicates: a file is known by its digest also where rows of it were left out: as
// too old, as repeated in it, or as stored before.
func TestRepairDuplicates(t *testing.T) {
	tune := tuning{placeRows: 100, plateRows: 90, idRows: 110, vehicleRows: 80}
	for _, kinds := range [][]blockKind{{kindPlace, kindPlate}, {kindVehicle}} {
		dir := t.TempDir()
		s, sources := oneLane(t, dir, tune)
		plans := worldPlans(t)
		want := answers(t, s, plans)
		s = harm(t, s, dir, tune, kinds...)
		r, err := s.Repair(context.Background(), RepairOptions{Sources: sources})
		if err != nil || len(r.After.Findings) > 0 || len(r.Refused) > 0 || r.Blocks != len(r.Before.Findings) && kinds[0] == kindPlace {
			t.Fatalf("%v: %d found, %d replaced, %d left, %+v, %v", kinds, len(r.Before.Findings), r.Blocks, len(r.After.Findings), r.Refused, err)
		}
		if got := answers(t, s, plans); !slices.Equal(got, want) {
			t.Errorf("%v: the answers differ", kinds)
		}
	}
}

// TestVehiclesComeBack: a vehicle block that could not be read at the opening and can be read
// later is taken in by the repair before queries are allowed again: no vehicle is overlooked.
func TestVehiclesComeBack(t *testing.T) {
	ctx := context.Background()
	tune := tuning{placeRows: 100, plateRows: 90, idRows: 110, vehicleRows: 80}
	dir := t.TempDir()
	s, _ := oneLane(t, dir, tune)
	plans := worldPlans(t)
	want := answers(t, s, plans)
	s.keeper.stop()
	var vehicles []uint64
	for k, runs := range s.latest.groups {
		if k.kind == kindVehicle {
			vehicles = append(vehicles, runs[0].number())
		}
	}
	place := s.latest.groups[s.latest.periods[0]][0].number()
	garble(t, s, append(vehicles, place))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, dir, tune)
	if _, err := s.Run(ctx, plans[0]); !errors.Is(err, ErrDamaged) {
		t.Fatalf("%v, want ErrDamaged", err)
	}
	garble(t, s, vehicles) // the same byte again: as it was
	s.renew()
	if r, err := s.Repair(ctx, RepairOptions{}); err != nil || len(r.After.Findings) > 0 || r.Blocks != 1 {
		t.Fatalf("%d replaced, %+v, %v", r.Blocks, r.After.Findings, err)
	}
	if got := answers(t, s, plans); !slices.Equal(got, want) {
		t.Error("the answers differ")
	}
}

// TestRepairRefusesOtherRows: a file that is not, row by row, what was taken in puts nothing
// back, however little it differs.
func TestRepairRefusesOtherRows(t *testing.T) {
	tune := tuning{placeRows: 100, plateRows: 90, idRows: 110, vehicleRows: 80}
	change := func(f func(d *detection.Detection)) func([]detection.Detection) []detection.Detection {
		return func(rows []detection.Detection) []detection.Detection { f(&rows[400]); return rows }
	}
	for _, c := range []struct {
		name   string
		origin string
		change func(rows []detection.Detection) []detection.Detection
	}{
		{"a plate", "", change(func(d *detection.Detection) { d.Plate = "OTHER1" })},
		{"a state", "", change(func(d *detection.Detection) { d.State = "ZZ" })},
		{"a colour", "", change(func(d *detection.Detection) { d.Color += "X" })},
		{"a time", "", change(func(d *detection.Detection) { d.Time = d.Time.Add(time.Millisecond) })},
		{"a position", "", change(func(d *detection.Detection) { d.Pos[0] += 1e-9 })},
		{"an id", "", change(func(d *detection.Detection) { d.ID += "x" })},
		{"a row less", "", func(rows []detection.Detection) []detection.Detection { return slices.Delete(rows, 400, 401) }},
		{"a row more", "", func(rows []detection.Detection) []detection.Detection {
			d := rows[400]
			d.ID = "more"
			return append(rows, d)
		}},
		{"another order", "", func(rows []detection.Detection) []detection.Detection {
			rows[400], rows[401] = rows[401], rows[400]
			return rows
		}},
		{"another name", "file:other", func(rows []detection.Detection) []detection.Detection { return rows }},
		{"nothing", "", func([]detection.Detection) []detection.Detection { return nil }},
	} {
		for _, kinds := range [][]blockKind{{kindPlace, kindPlate, kindID}, {kindVehicle}} {
			t.Run(fmt.Sprint(c.name, kinds), func(t *testing.T) {
				dir := t.TempDir()
				s := openTest(t, dir, tune)
				var rows []detection.Detection
				for d := range synthetic(800, 1, 0.2) {
					rows = append(rows, d)
				}
				b := Batch{Lane: "local", Origin: "file:0"}
				if _, err := s.Append(context.Background(), b, seqOf(rows), nil); err != nil {
					t.Fatal(err)
				}
				s = harm(t, s, dir, tune, kinds...)
				given := Source{Lane: b.Lane, Origin: b.Origin, Rows: seqOf(c.change(slices.Clone(rows)))}
				if c.origin != "" {
					given.Origin = c.origin
				}
				r, err := s.Repair(context.Background(), RepairOptions{Sources: []Source{given}})
				if err != nil || len(r.After.Findings) != len(r.Before.Findings) || r.Rows != 0 || r.Blocks != 0 || len(r.Refused) != 1 || r.Refused[0].Origin != given.Origin {
					t.Fatalf("%d of %d left, %d replaced, %d rows, %+v, %v", len(r.After.Findings), len(r.Before.Findings), r.Blocks, r.Rows, r.Refused, err)
				}
				for _, p := range worldPlans(t) {
					if a, err := s.Run(context.Background(), p); err == nil && a.Count > 0 || err != nil && !errors.Is(err, ErrDamaged) {
						t.Errorf("%+v, %v", a, err)
					}
				}
				if r, err := s.Repair(context.Background(), RepairOptions{Sources: []Source{{Lane: b.Lane, Origin: b.Origin, Rows: seqOf(rows)}}}); err != nil || len(r.After.Findings) > 0 {
					t.Errorf("with the right file: %d left, %v", len(r.After.Findings), err)
				}
			})
		}
	}
}

// TestLostKey: without the key of a quarter its blocks are damage, all of them named, and a
// repair leaves them as they are: nothing can be sealed there.
func TestLostKey(t *testing.T) {
	dir := t.TempDir()
	s, sources := oneLane(t, dir, tuning{})
	plans := worldPlans(t)
	want := answers(t, s, plans)
	quarters := map[int32]int{}
	for k, runs := range s.latest.groups {
		for _, r := range runs {
			quarters[k.quarter] += len(r.blocks)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for q, blocks := range quarters {
		s, err := Open(context.Background(), Options{Dir: dir, Keys: lostKeys{testKeys("test"), q}, MinFree: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Repair(context.Background(), RepairOptions{Sources: sources})
		if err != nil || r.Blocks != 0 || len(r.After.Findings) < blocks {
			t.Errorf("%d blocks: %d left, %d replaced, %v", blocks, len(r.After.Findings), r.Blocks, err)
		}
		for _, p := range plans {
			if _, err := s.Run(context.Background(), p); !errors.Is(err, ErrDamaged) {
				t.Errorf("%v, want ErrDamaged", err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := answers(t, openTest(t, dir, tuning{}), plans); !slices.Equal(got, want) {
		t.Error("with the keys back the answers differ")
	}
}

// lostKeys lacks one key.
type lostKeys struct {
	KeySource
	quarter int32
}

func (k lostKeys) DataKey(ctx context.Context, q int32) ([32]byte, error) {
	if q == k.quarter {
		return [32]byte{}, fmt.Errorf("%w: the file is missing", ErrKeyLost)
	}
	return k.KeySource.DataKey(ctx, q)
}
