package tools

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestFindCrossing(t *testing.T) {
	for _, c := range []struct {
		name   string
		pts    []orb.Point
		closed bool
		want   *Crossing
	}{
		{"square", []orb.Point{{0, 0}, {1, 0}, {1, 1}, {0, 1}}, true, nil},
		{"bow tie", []orb.Point{{0, 0}, {1, 1}, {1, 0}, {0, 1}}, true, &Crossing{orb.Point{0.5, 0.5}, 0, 2}},
		{"open bow tie", []orb.Point{{0, 0}, {1, 1}, {1, 0}, {0, 1}}, false, &Crossing{orb.Point{0.5, 0.5}, 0, 2}},
		{"closing side crosses", []orb.Point{{0, 0}, {2, 0}, {2, 2}, {1, -1}}, true, &Crossing{orb.Point{4. / 3, 0}, 0, 2}},
		{"touch in a corner", []orb.Point{{0, 0}, {2, 0}, {2, 2}, {1, 0}, {0, 2}}, true, &Crossing{orb.Point{1, 0}, 0, 2}},
		{"fold back", []orb.Point{{0, 0}, {2, 0}, {1, 0}, {1, 1}}, true, &Crossing{orb.Point{2, 0}, 0, 1}},
		{"two points", []orb.Point{{0, 0}, {1, 1}}, true, nil},
		{"repeated corner", []orb.Point{{0, 0}, {1, 0}, {1, 0}, {1, 1}}, true, nil},
		{"triangle", []orb.Point{{0, 0}, {1, 0}, {0, 1}}, true, nil},
		{"antimeridian", []orb.Point{{179, 0}, {-179, 0}, {-179, 1}, {179, 1}}, true, nil},
		{"none", nil, true, nil},
	} {
		got := findCrossing(lineEdges(c.pts, c.closed))
		if (got == nil) != (c.want == nil) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			continue
		}
		if got != nil && (got.A != c.want.A || got.B != c.want.B ||
			math.Hypot(got.At[0]-c.want.At[0], got.At[1]-c.want.At[1]) > 1e-12) {
			t.Errorf("%s: %+v, want %+v", c.name, *got, *c.want)
		}
	}
}

// TestCrossingAgainstAllPairs compares the sweep with the plain test of all pairs on an integer lattice,
// where touching and overlapping sides are frequent.
func TestCrossingAgainstAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 12).Draw(t, "n")
		pts := make([]orb.Point, n)
		for i := range pts {
			pts[i] = orb.Point{float64(rapid.IntRange(0, 6).Draw(t, "x")), float64(rapid.IntRange(0, 6).Draw(t, "y"))}
		}
		es := lineEdges(pts, true)
		want := false
		for i := range es {
			for j := i + 1; j < len(es); j++ {
				if _, hit := meet(es[i].a, es[i].b, es[j].a, es[j].b, es[i].next == j, es[j].next == i); hit {
					want = true
				}
			}
		}
		if got := findCrossing(es) != nil; got != want {
			t.Fatalf("sweep says %v, all pairs %v for %v", got, want, pts)
		}
	})
}
