package reads

import (
	"context"
	"slices"
	"testing"

	"cordon/engine/detection"
)

// TestRepair: lost or damaged place, plate and id blocks come back from the other projection,
// and from the file where both lost the same rows; all answers are what they were.
func TestRepair(t *testing.T) {
	ctx := context.Background()
	files := [][]detection.Detection{nil, nil}
	for i := range files {
		for d, err := range synthetic(3000, uint64(i), 0.2) {
			if err != nil {
				t.Fatal(err)
			}
			files[i] = append(files[i], d)
		}
	}
	sources := []Source{{Lane: "a", Origin: "file:0", Rows: seqOf(files[0])}, {Lane: "b", Origin: "file:1", Rows: seqOf(files[1])}}
	nth := func(kind blockKind, n int) func(s *Store) []uint64 { // every n-th block of a kind
		return func(s *Store) (out []uint64) {
			for k, runs := range s.latest.groups {
				for _, r := range runs {
					for i, m := range r.blocks {
						if k.kind == kind && (int(m.number)+i)%n == 0 {
							out = append(out, m.number)
						}
					}
				}
			}
			return out
		}
	}
	both := func(s *Store) []uint64 { return slices.Concat(nth(kindPlace, 3)(s), nth(kindPlate, 3)(s)) }
	for _, c := range []struct {
		name    string
		harm    func(s *Store) []uint64
		sources []Source
		repairs bool
	}{
		{"place", nth(kindPlace, 4), nil, true},
		{"all places", nth(kindPlace, 1), nil, true},
		{"plate", nth(kindPlate, 4), nil, true},
		{"all plates", nth(kindPlate, 1), nil, true},
		{"id", nth(kindID, 2), nil, true},
		{"place and id", func(s *Store) []uint64 { return slices.Concat(nth(kindPlace, 2)(s), nth(kindID, 2)(s)) }, nil, true},
		{"both, without a file", both, nil, false},
		{"both, with one of the files", both, sources[:1], false},
		{"both", both, sources, true},
		{"everything but the vehicles", func(s *Store) []uint64 {
			return slices.Concat(nth(kindPlace, 1)(s), nth(kindPlate, 1)(s), nth(kindID, 1)(s))
		}, sources, true},
		{"vehicles, without a file", nth(kindVehicle, 2), nil, false},
		{"vehicles", nth(kindVehicle, 2), sources, true},
		{"all vehicles", nth(kindVehicle, 1), sources, true},
		{"vehicles and places", func(s *Store) []uint64 { return slices.Concat(nth(kindVehicle, 3)(s), nth(kindPlace, 1)(s)) }, sources, true},
		{"everything", func(s *Store) []uint64 {
			return slices.Concat(nth(kindPlace, 1)(s), nth(kindPlate, 1)(s), nth(kindID, 1)(s), nth(kindVehicle, 1)(s))
		}, sources, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := openTest(t, dir, tuning{placeRows: 100, plateRows: 90, idRows: 110, vehicleRows: 80})
			for i, name := range []string{"a", "b"} {
				if _, err := s.Append(ctx, Batch{Lane: name, Origin: sources[i].Origin, Photos: "demo"}, seqOf(files[i]), nil); err != nil {
					t.Fatal(err)
				}
			}
			plans := worldPlans(t)
			want, state := answers(t, s, plans), s.State()
			s.keeper.stop() // the blocks stay where they are while they are harmed
			gone := c.harm(s)
			// Some are lost, some are those of another place: both are damage.
			if err := s.deleteBlocks(gone[len(gone)/2:]); err != nil {
				t.Fatal(err)
			}
			garble(t, s, gone[:len(gone)/2])
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openTest(t, dir, tuning{placeRows: 100, plateRows: 90, idRows: 110, vehicleRows: 80})
			if r, err := s.Check(ctx, nil); err != nil || len(r.Findings) < len(gone) {
				t.Fatalf("%d damaged, %d findings, %v", len(gone), len(r.Findings), err)
			}
			got, err := s.Repair(ctx, RepairOptions{Sources: c.sources})
			if err != nil {
				t.Fatal(err)
			}
			if (len(got.After.Findings) == 0) != c.repairs || c.repairs && got.Blocks != len(gone) {
				t.Fatalf("%d of %d replaced, %d rows, left %+v", got.Blocks, len(gone), got.Rows, got.After.Findings)
			}
			if !c.repairs {
				for _, f := range got.After.Findings {
					if f.Kind == "" || f.Quarter == "" || f.From.IsZero() || !f.To.After(f.From) || f.Rows == 0 || len(f.Origins) == 0 {
						t.Fatalf("left: %+v", f)
					}
				}
				return
			}
			if got := answers(t, s, plans); !slices.Equal(got, want) {
				t.Error("the answers differ")
			}
			now := s.State()
			if !slices.Equal(now.Lanes, state.Lanes) || now.Rows != state.Rows {
				t.Errorf("%+v, was %+v", now, state)
			}
			for _, source := range sources { // the id index knows them all
				info, err := s.Append(ctx, Batch{Lane: source.Lane, Origin: source.Origin, Photos: "demo"}, source.Rows, nil)
				if err != nil || info.Duplicates != 3000 || info.Rows != 0 {
					t.Errorf("taken in again: %+v, %v", info, err)
				}
			}
		})
	}
}

// garble changes a byte of blocks as they lie.
func garble(t *testing.T, s *Store, numbers []uint64) {
	t.Helper()
	for _, n := range numbers {
		txn := s.db.NewTransaction(true)
		value, err := get(txn, blockKey(n))
		if err == nil {
			value[len(value)/2] ^= 1
			err = txn.Set(blockKey(n), value)
		}
		if err == nil {
			err = txn.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
