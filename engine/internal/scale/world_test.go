package scale

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
)

// A world is the same every time, row by row, and as the benchmark describes it.
func TestWorld(t *testing.T) {
	const n = 200_000
	w, again := New(Options{Rows: n, Seed: 1}), New(Options{Rows: n, Seed: 1})
	plates, states, fixed := map[string]bool{}, map[string]string{}, 0
	i := int64(0)
	for d, err := range w.Rows(0, n) {
		if err != nil {
			t.Fatal(err)
		}
		if i%997 == 0 && again.Row(i) != d {
			t.Fatalf("row %d differs", i)
		}
		if err := detection.CheckPlate(d.Plate); err != nil {
			t.Fatal(err)
		}
		if s, ok := states[d.Plate]; ok && s != d.State {
			t.Fatalf("two vehicles have the plate %s", d.Plate)
		}
		if d.Time.Before(Start) || d.Time.After(w.End()) || d.Pos[0] < west || d.Pos[0] > west+1 || d.Pos[1] < south || d.Pos[1] > south+1 {
			t.Fatalf("row %d lies outside: %v", i, d)
		}
		if d.Make == "" || d.Color == "" || d.State == "" {
			t.Fatalf("row %d lacks a word: %v", i, d)
		}
		plates[d.Plate], states[d.Plate] = true, d.State
		if d.Camera[0] == 'C' {
			fixed++
		}
		i++
	}
	if i != n || fixed < 0.79*n || fixed > 0.81*n {
		t.Errorf("%d rows, %d of fixed cameras", i, fixed)
	}
	if p := float64(len(plates)); p < 0.97*0.124*n || p > 0.124*n {
		t.Errorf("%v plates", p)
	}
}

func TestWorldDistinct(t *testing.T) {
	const n = 300_000
	w := New(Options{Rows: n, Seed: 1, Distinct: true})
	seen := map[orb.Point]bool{}
	for d := range w.Rows(0, n) {
		if seen[d.Pos] {
			t.Fatalf("two rows at %v", d.Pos)
		}
		seen[d.Pos] = true
	}
}

// Every class runs and most of its instances match something.
func TestClasses(t *testing.T) {
	const n = 50_000
	ctx := context.Background()
	w := New(Options{Rows: n, Seed: 1})
	s, err := OpenStore(ctx, t.TempDir(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for from := int64(0); from < n; from += 10_000 {
		if _, err := s.Append(ctx, reads.Batch{Lane: "bench"}, w.Rows(from, from+10_000), nil); err != nil {
			t.Fatal(err)
		}
	}
	classes, err := w.Classes()
	if err != nil {
		t.Fatal(err)
	}
	list, err := Measure(ctx, s, classes, Effort{Rounds: 1}, nil)
	if err != nil || len(list) != 11 {
		t.Fatal(list, err)
	}
	for i, m := range list {
		if len(classes[i].Plans) != Instances || m.Warm50 <= 0 || m.Warm99 < m.Warm50 || m.Cold50 <= 0 {
			t.Errorf("%+v", m)
		}
		if m.Matches == 0 && m.Class == "G4" || m.Class == "E1" && (m.Matches != list[i-1].Matches || m.Returned != 0) {
			t.Errorf("%+v", m)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	w := New(Options{Rows: 10_000_000, Seed: 1})
	for i := range b.N {
		w.Row(int64(i))
	}
}
