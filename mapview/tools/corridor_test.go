package tools

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// TestCorridorHoldsItsLine compares with the definition: a place belongs to the corridor when its distance
// to the line is at most half the width. Round ends are polygons, so a band of 3 % is left out.
func TestCorridorHoldsItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 9).Draw(t, "n")
		width := rapid.Float64Range(4, 120).Draw(t, "width")
		lattice := rapid.Bool().Draw(t, "lattice") // collinear and overlapping segments
		line := make([]orb.Point, n)
		for i := range line {
			if lattice {
				line[i] = at(float64(rapid.IntRange(0, 5).Draw(t, "i"))*40, float64(rapid.IntRange(0, 5).Draw(t, "j"))*40)
			} else {
				line[i] = at(rapid.Float64Range(0, 200).Draw(t, "x"), rapid.Float64Range(0, 200).Draw(t, "y"))
			}
		}
		shape := corridorShape(line, width)
		if shape == nil {
			if distinct(line) >= 2 && LengthM(line) > 1 {
				t.Fatalf("no corridor for %v", line)
			}
			return
		}
		if !wellFormed(shape) {
			t.Fatalf("not well formed: %v", shape)
		}
		for range 60 {
			p := at(rapid.Float64Range(-130, 330).Draw(t, "px"), rapid.Float64Range(-130, 330).Draw(t, "py"))
			d := math.Inf(1)
			for i := 1; i < n; i++ {
				_, e := nearestOnSegment(p, line[i-1], line[i])
				d = math.Min(d, e)
			}
			if math.Abs(d-width/2) < 0.03*width+0.01 {
				continue
			}
			if got, want := Contains(shape, p), d < width/2; got != want {
				t.Fatalf("%v m from a line with half width %v: inside is %v\nline %v\nshape %v", d, width/2, got, line, shape)
			}
		}
	})
}

func TestCorridorRoundABlockHasAHole(t *testing.T) {
	shape := corridorShape([]orb.Point{at(0, 0), at(200, 0), at(200, 200), at(0, 200), at(0, 0)}, 20)
	if len(shape) != 1 || len(shape[0]) != 2 {
		t.Fatalf("%d polygons, rings %v", len(shape), shape)
	}
	want := 4*200*20. + 0 // the corners lose and win almost the same
	if got := ShapeAreaM2(shape); relErr(got, want) > 0.01 {
		t.Errorf("area %v m², want about %v", got, want)
	}
	if c := findCrossing(shapeEdges(shape)); c != nil {
		t.Errorf("crosses itself at %v", c.At)
	}
}

func TestSimplify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		line := make([]orb.Point, n)
		for i := range line {
			line[i] = at(float64(i)*5, rapid.Float64Range(-20, 20).Draw(t, "y"))
		}
		tol := rapid.Float64Range(0, 30).Draw(t, "tol")
		got := simplify(line, tol)
		if got[0] != line[0] || got[len(got)-1] != line[n-1] {
			t.Fatal("an end moved")
		}
		for _, p := range line {
			d := math.Inf(1)
			for i := 1; i < len(got); i++ {
				_, e := nearestOnSegment(p, got[i-1], got[i])
				d = math.Min(d, e)
			}
			if d > tol+1e-6 {
				t.Fatalf("a point stands %v m beside the simplified line, allowed %v", d, tol)
			}
		}
	})
}

func BenchmarkCorridor60Corners(b *testing.B) {
	line := make([]orb.Point, 60)
	for i := range line {
		line[i] = at(float64(i*37%400), float64(i*91%300))
	}
	for b.Loop() {
		corridorShape(line, 40)
	}
}
