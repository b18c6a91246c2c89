package tools

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"pgregory.net/rapid"
)

func relErr(a, b float64) float64 { return math.Abs(a-b) / math.Max(1e-12, math.Abs(b)) }

func genPoint(t *rapid.T, name string, maxLat float64) orb.Point {
	return orb.Point{
		rapid.Float64Range(-180, 180).Draw(t, name+"lon"), rapid.Float64Range(-maxLat, maxLat).Draw(t, name+"lat"),
	}
}

// TestDistanceAgainstOrb uses orb/geo as the oracle; its sphere is larger, lengths scale with the radius.
func TestDistanceAgainstOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genPoint(t, "a", 80)
		b := orb.Point{a[0] + rapid.Float64Range(-2, 2).Draw(t, "dx"), a[1] + rapid.Float64Range(-2, 2).Draw(t, "dy")}
		want := geo.DistanceHaversine(a, b) * EarthRadiusM / orb.EarthRadius
		if got := DistanceM(a, b); math.Abs(got-want) > 1e-6+want*1e-9 {
			t.Fatalf("%v–%v: %v m, want %v", a, b, got, want)
		}
	})
}

func TestDistanceOfKnownArc(t *testing.T) {
	// One degree along the equator or a meridian is 2πR/360.
	want := 2 * math.Pi * EarthRadiusM / 360
	for _, b := range []orb.Point{{1, 0}, {0, 1}, {-1, 0}} {
		if got := DistanceM(orb.Point{}, b); relErr(got, want) > 1e-12 {
			t.Errorf("to %v: %v m, want %v", b, got, want)
		}
	}
	if got := DistanceM(orb.Point{179.5, 0}, orb.Point{-179.5, 0}); relErr(got, want) > 1e-9 {
		t.Errorf("across the antimeridian: %v m, want %v", got, want)
	}
}

// TestRingAreaAgainstOrb: Q-GEO-1. orb/geo.Area is an independent formula (Chamberlain and Duquette),
// good to about 3 in 10,000 at 65°; TestRingAreaOfPolygons holds ours to 1 in 1,000,000.
func TestRingAreaAgainstOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := genPoint(t, "c", 65)
		c[0] *= 0.9 // orb does not cross the antimeridian
		sizeM := math.Pow(10, rapid.Float64Range(1, 3).Draw(t, "log size"))
		n := rapid.IntRange(3, 20).Draw(t, "n")
		ring := make(orb.Ring, 0, n+1)
		for i := range n {
			r := sizeM * rapid.Float64Range(0.3, 1).Draw(t, "r")
			ring = append(ring, Destination(c, 360*float64(i)/float64(n), r))
		}
		ring = append(ring, ring[0])
		q := EarthRadiusM / orb.EarthRadius
		want := math.Abs(geo.Area(ring)) * q * q
		if got := RingAreaM2(ring); relErr(got, want) > 6e-4 {
			t.Fatalf("%v m², want %v (%v m round %v)", got, want, sizeM, c)
		}
	})
}

func TestRingAreaOfPolygons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := genPoint(t, "c", 85)
		r := rapid.Float64Range(2, 3000).Draw(t, "r")
		n := rapid.IntRange(3, 90).Draw(t, "n")
		ring := make([]orb.Point, n)
		for i := range ring {
			ring[i] = Destination(c, 360*float64(i)/float64(n), r)
		}
		want := float64(n) / 2 * r * r * math.Sin(2*math.Pi/float64(n))
		if got := RingAreaM2(ring); relErr(got, want) > 1e-6 {
			t.Fatalf("%v m², want %v (%v m round %v)", got, want, r, c)
		}
	})
}

func TestRingAreaKnown(t *testing.T) {
	sphere := 4 * math.Pi * EarthRadiusM * EarthRadiusM
	octant := []orb.Point{{0, 0}, {90, 0}, {0, 90}}
	if got := RingAreaM2(octant); relErr(got, sphere/8) > 1e-9 {
		t.Errorf("octant: %v, want %v", got, sphere/8)
	}
	// Q-GEO-1: down to 3 m². A square of √3 m at Wilmington.
	c := orb.Point{-75.55, 39.74}
	const side = 1.7320508075688772
	var small []orb.Point
	for _, b := range []float64{45, 135, 225, 315} {
		small = append(small, Destination(c, b, side/math.Sqrt2))
	}
	if got := RingAreaM2(small); math.Abs(got-3) > 1e-4 {
		t.Errorf("3 m² square measures %v m²", got)
	}
	over := []orb.Point{{179.99, 0}, {-179.99, 0}, {-179.99, 0.02}, {179.99, 0.02}}
	plain := []orb.Point{{-0.01, 0}, {0.01, 0}, {0.01, 0.02}, {-0.01, 0.02}}
	if a, b := RingAreaM2(over), RingAreaM2(plain); relErr(a, b) > 1e-9 {
		t.Errorf("across the antimeridian %v, elsewhere %v", a, b)
	}
	if RingAreaM2(nil) != 0 || RingAreaM2(octant[:2]) != 0 {
		t.Error("fewer than three corners have an area")
	}
}

func TestDestinationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPoint(t, "p", 80)
		d := rapid.Float64Range(0.01, 100_000).Draw(t, "d")
		q := Destination(p, rapid.Float64Range(0, 360).Draw(t, "bearing"), d)
		if got := DistanceM(p, q); math.Abs(got-d) > 1e-6+d*1e-9 {
			t.Fatalf("went %v m, measured %v", d, got)
		}
	})
}
