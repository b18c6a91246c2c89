package session

import (
	"fmt"
	"math"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Number writes n with thousands set apart by commas: "14,000".
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := s[0] == '-'
	if neg {
		s = s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// count is "1 read", "2,400 reads".
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// about is "about 1,700" or, for a blurred number, "fewer than 100" (Q-ALL-5).
func about(n int64, blurred bool) string {
	if blurred {
		return "fewer than 100"
	}
	return "about " + Number(Round(n))
}

// Round keeps two figures above 100, so that the meter does not pretend to know more.
func Round(n int64) int64 {
	if n < 100 {
		return n
	}
	unit := int64(math.Pow(10, math.Floor(math.Log10(float64(n)))-1))
	return (n + unit/2) / unit * unit
}

// AreaText is an area in km² with two figures, or in m² where it is small.
func AreaText(m2 float64) string {
	km2 := m2 / 1e6
	switch {
	case m2 <= 0:
		return "–"
	case m2 < 5_000:
		return Number(int64(math.Round(m2))) + " m²"
	case km2 < 1:
		return fmt.Sprintf("%.2f km²", km2)
	case km2 < 100:
		return fmt.Sprintf("%.1f km²", km2)
	}
	return Number(int64(math.Round(km2))) + " km²"
}
