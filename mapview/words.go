package mapview

import (
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// LengthText words a length for people: "7.4 m", "107 m", "1.24 km", "31 km".
func LengthText(m float64) string {
	switch {
	case m < 9.95:
		return strconv.FormatFloat(m, 'f', 1, 64) + " m"
	case m < 999.5:
		return strconv.FormatFloat(m, 'f', 0, 64) + " m"
	case m < 9995:
		return strconv.FormatFloat(m/1000, 'f', 2, 64) + " km"
	default:
		return thousands(m/1000) + " km"
	}
}

// AreaText words an area for people: "3.0 m²", "840 m²", "0.04 km²", "12 km²".
func AreaText(m2 float64) string {
	switch {
	case m2 < 9.95:
		return strconv.FormatFloat(m2, 'f', 1, 64) + " m²"
	case m2 < 9_995:
		return thousands(m2) + " m²"
	case m2 < 9_995_000:
		return strconv.FormatFloat(m2/1e6, 'f', 2, 64) + " km²"
	default:
		return thousands(m2/1e6) + " km²"
	}
}

func thousands(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// CoordText words a position for people: "39.73246 N  75.54132 W"; five decimals are about a metre.
func CoordText(p orb.Point) string {
	ns, ew := "N", "E"
	if p[1] < 0 {
		ns = "S"
	}
	if p[0] < 0 {
		ew = "W"
	}
	return fmt.Sprintf("%.5f %s  %.5f %s", math.Abs(p[1]), ns, math.Abs(p[0]), ew)
}

// scaleBar returns the round length in metres that fits into units at metres a unit.
func scaleBar(metresPerUnit, units float64) float64 {
	limit := metresPerUnit * units
	if !(limit > 0) || math.IsInf(limit, 0) {
		return 0
	}
	p := math.Pow(10, math.Floor(math.Log10(limit)))
	for _, f := range []float64{5, 2.5, 2, 1} {
		if p*f <= limit {
			return p * f
		}
	}
	return p
}
