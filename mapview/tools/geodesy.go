package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadiusM is the radius in metres of the sphere on which lengths and areas are measured: the mean
// radius R1 = (2a+b)/3 of WGS 84 (IUGG, Moritz 2000, "Geodetic Reference System 1980").
const EarthRadiusM = 6371008.8

const rad = math.Pi / 180

// DistanceM returns the length in metres of the great circle between two positions (haversine formula,
// Sinnott 1984; well conditioned for short distances).
func DistanceM(a, b orb.Point) float64 {
	sLat := math.Sin((b[1] - a[1]) * rad / 2)
	sLon := math.Sin((b[0] - a[0]) * rad / 2)
	h := sLat*sLat + math.Cos(a[1]*rad)*math.Cos(b[1]*rad)*sLon*sLon
	return 2 * EarthRadiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// LengthM returns the length in metres of the line through the positions; 0 for fewer than two.
func LengthM(line []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += DistanceM(line[i-1], line[i])
	}
	return sum
}

// RingAreaM2 returns the area in square metres inside the ring of great-circle edges, never negative. The
// ring may be open or closed. It sums the spherical excess of the quadrangle below each edge,
// E = 2·atan2(tan(Δλ/2)·(t1+t2), 1+t1·t2) with t = tan(φ/2) (Bevis & Cambareri 1987), which keeps its
// relative precision down to shapes of a few square metres.
func RingAreaM2(ring []orb.Point) float64 { return math.Abs(signedArea(ring)) }

// signedArea is positive for rings that run counter-clockwise.
func signedArea(ring []orb.Point) float64 {
	n := len(ring)
	if n > 1 && ring[0] == ring[n-1] {
		n--
	}
	if n < 3 {
		return 0
	}
	// Longitudes relative to the first corner keep the digits of small shapes and cross the antimeridian.
	ref := ring[0][0]
	sum := 0.0
	for i := range n {
		a, b := ring[i], ring[(i+1)%n]
		l1, l2 := relLon(ref, a[0]), relLon(ref, b[0])
		t1, t2 := math.Tan(a[1]*rad/2), math.Tan(b[1]*rad/2)
		sum += 2 * math.Atan2(math.Tan((l1-l2)*rad/2)*(t1+t2), 1+t1*t2)
	}
	return sum * EarthRadiusM * EarthRadiusM
}

// ShapeAreaM2 returns the area in square metres of the shape: outer rings less their holes, never negative.
func ShapeAreaM2(shape orb.MultiPolygon) float64 {
	sum := 0.0
	for _, poly := range shape {
		for i, ring := range poly {
			if i == 0 {
				sum += RingAreaM2(ring)
			} else {
				sum -= RingAreaM2(ring)
			}
		}
	}
	return math.Max(0, sum)
}

// Destination returns the position reached from p after distM metres along the great circle that starts at
// bearing degrees clockwise from north. The longitude stays continuous with p's and may pass ±180.
func Destination(p orb.Point, bearing, distM float64) orb.Point {
	d, b, lat := distM/EarthRadiusM, bearing*rad, p[1]*rad
	sin2 := math.Sin(lat)*math.Cos(d) + math.Cos(lat)*math.Sin(d)*math.Cos(b)
	lat2 := math.Asin(math.Max(-1, math.Min(1, sin2)))
	dLon := math.Atan2(math.Sin(b)*math.Sin(d)*math.Cos(lat), math.Cos(d)-math.Sin(lat)*sin2)
	return orb.Point{p[0] + dLon/rad, lat2 / rad}
}

// relLon returns lon-ref in [-180, 180].
func relLon(ref, lon float64) float64 { return math.Remainder(lon-ref, 360) }

// local is a plane of metres around a position, good for the few kilometres of a sketch.
type local struct {
	ref orb.Point
	kx  float64
}

func newLocal(ref orb.Point) local {
	return local{ref: ref, kx: math.Max(1e-6, math.Cos(ref[1]*rad)) * rad * EarthRadiusM}
}

func (l local) xy(p orb.Point) (x, y float64) {
	return relLon(l.ref[0], p[0]) * l.kx, (p[1] - l.ref[1]) * rad * EarthRadiusM
}

func (l local) point(x, y float64) orb.Point {
	return orb.Point{l.ref[0] + x/l.kx, l.ref[1] + y/(rad*EarthRadiusM)}
}

// nearestOnSegment returns the position of the segment a–b nearest to p and its distance in metres.
func nearestOnSegment(p, a, b orb.Point) (orb.Point, float64) {
	l := newLocal(p)
	ax, ay := l.xy(a)
	bx, by := l.xy(b)
	dx, dy := bx-ax, by-ay
	t := 0.0
	if q := dx*dx + dy*dy; q > 0 {
		t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/q))
	}
	x, y := ax+t*dx, ay+t*dy
	return l.point(x, y), math.Hypot(x, y)
}

func finitePoint(p orb.Point) bool {
	return !math.IsNaN(p[0]+p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0) && math.Abs(p[1]) <= 90
}
