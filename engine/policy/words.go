package policy

import (
	"fmt"
	"strconv"
	"strings"

	"cordon/engine/detection"
)

// KindWords names a kind of query at the start of a sentence, e.g. "Geographic".
func KindWords(k detection.Kind) string {
	switch k {
	case detection.KindPlate:
		return "Full-plate"
	case detection.KindPartial:
		return "Partial-plate"
	case detection.KindModel:
		return "Make and model"
	case detection.KindGeo:
		return "Geographic"
	case detection.KindCommon:
		return "Common-plate"
	case detection.KindRepeat:
		return "Repeat"
	}
	return string(k)
}

func (p Policy) roleWords(r Role) string {
	if label := p.Roles[r].Label; label != "" {
		return strings.ToLower(label)
	}
	return "not known"
}

func missionWords(m Mission) string {
	if m == "" {
		return "not set"
	}
	return string(m)
}

func areaName(q detection.Query, i int) string {
	if i < len(q.Areas) && q.Areas[i].Name != "" {
		return "Area " + q.Areas[i].Name
	}
	return fmt.Sprintf("Area %d", i+1)
}

// Number writes n with thousands separated by commas.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// AreaWords writes a size given in m²: below 10,000 m² in m², above in km².
func AreaWords(m2 float64) string {
	switch km2 := m2 / 1e6; {
	case m2 < 100:
		return strconv.FormatFloat(m2, 'f', 1, 64) + " m²"
	case m2 < 1e4:
		return Number(int64(m2+0.5)) + " m²"
	case km2 < 10:
		return strconv.FormatFloat(km2, 'f', 2, 64) + " km²"
	default:
		return Number(int64(km2+0.5)) + " km²"
	}
}
