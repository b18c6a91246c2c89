package detcsv

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
)

// Column numbers, in the order of Columns.
const (
	colID = iota
	colPlate
	colState
	colTime
	colLon
	colLat
	colMake
	colModel
	colColor
	colYear
	colHeading
	colCamera
	colSource
	colConfidence
)

const (
	maxText = 64   // bytes of an id, a camera, a make, a model, a colour, a state
	minYear = 1885 // the first motor car
	maxYear = 2200
)

// Parse makes a detection of cells in the order of [Columns], as a line of a file that has
// them all; reason says why it cannot, without a full stop.
func Parse(cells []string) (d detection.Detection, reason string) {
	if len(cells) != len(Columns()) {
		return d, fmt.Sprintf("the row has %d fields, %d are needed", len(cells), len(Columns()))
	}
	return parse(func(column int) string { return strings.TrimSpace(cells[column]) })
}

// parse makes a detection of the cells; reason says why it cannot.
func parse(cell func(column int) string) (d detection.Detection, reason string) {
	steps := []func(cell func(int) string, d *detection.Detection) string{parseNames, parseTime, parsePosition, parseNumbers, parseSource}
	for _, step := range steps {
		if reason := step(cell, &d); reason != "" {
			return detection.Detection{}, reason
		}
	}
	return d, ""
}

func parseNames(cell func(int) string, d *detection.Detection) string {
	d.ID = strings.Clone(cell(colID))
	if d.ID == "" {
		return "id is empty"
	}
	d.Plate = detection.NormalizePlate(cell(colPlate))
	if err := detection.CheckPlate(d.Plate); err != nil {
		var field *detection.FieldError
		if errors.As(err, &field) {
			return field.Field + " " + field.Problem
		}
		return err.Error()
	}
	d.State = detection.NormalizeWord(cell(colState))
	d.Make = detection.NormalizeWord(cell(colMake))
	d.Model = detection.NormalizeWord(cell(colModel))
	d.Color = detection.NormalizeWord(cell(colColor))
	d.Camera = strings.Clone(cell(colCamera))
	for i, s := range []string{d.ID, d.State, d.Make, d.Model, d.Color, d.Camera} {
		name := []string{"id", "state", "make", "model", "color", "camera"}[i]
		if len(s) > maxText {
			return fmt.Sprintf("%s is longer than %d bytes", name, maxText)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
			return name + " holds a character that does not show"
		}
	}
	return ""
}

func parseTime(cell func(int) string, d *detection.Detection) string {
	s := cell(colTime)
	if s == "" {
		return "time is empty"
	}
	if strings.ContainsRune(s, 'T') {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return fmt.Sprintf("time %q is neither RFC 3339 nor Unix seconds", cut(s, 40))
		}
		d.Time = t.UTC().Truncate(time.Millisecond)
	} else {
		whole, fraction, _ := strings.Cut(s, ".")
		sec, err := strconv.ParseInt(whole, 10, 64)
		milli, ok := millis(fraction)
		if err != nil || !ok || sec < 0 {
			return fmt.Sprintf("time %q is neither RFC 3339 nor Unix seconds", cut(s, 40))
		}
		if sec > 9_999_999_999 {
			return fmt.Sprintf("time %q is beyond the year 2286; are these milliseconds?", cut(s, 40))
		}
		d.Time = time.UnixMilli(sec*1000 + milli).UTC()
	}
	if y := d.Time.Year(); y < 1970 || y > 2286 {
		return fmt.Sprintf("time %q is outside the years 1970 to 2286", cut(s, 40))
	}
	return ""
}

// millis reads the decimals of a second, cut after the third.
func millis(s string) (int64, bool) {
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt((s + "000")[:3], 10, 64)
	return n, err == nil
}

func parsePosition(cell func(int) string, d *detection.Detection) string {
	lon, reason := number("lon", cell(colLon), -180, 180)
	if reason != "" {
		return reason
	}
	lat, reason := number("lat", cell(colLat), -90, 90)
	d.Pos = orb.Point{lon, lat}
	return reason
}

func number(name, s string, low, high float64) (float64, string) {
	if s == "" {
		return 0, name + " is empty"
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_") {
		return 0, fmt.Sprintf("%s %q is not a number", name, cut(s, 40))
	}
	if v < low || v > high {
		return 0, fmt.Sprintf("%s %s is outside %g to %g", name, cut(s, 40), low, high)
	}
	return v + 0, "" // +0 turns a negative zero into zero
}

func parseNumbers(cell func(int) string, d *detection.Detection) string {
	d.HeadingDeg, d.Confidence = detection.NoHeading, detection.NoConfidence
	if s := cell(colYear); s != "" && s != "0" {
		y, err := strconv.Atoi(s)
		if err != nil || y < minYear || y > maxYear {
			return fmt.Sprintf("year %q is no model year from %d to %d", cut(s, 40), minYear, maxYear)
		}
		d.Year = y
	}
	if s := cell(colHeading); s != "" {
		v, reason := number("heading", s, 0, 360)
		if reason != "" {
			return reason
		}
		d.HeadingDeg = math.Mod(v, 360)
	}
	if s := cell(colConfidence); s != "" {
		v, reason := number("confidence", s, 0, 100)
		if reason != "" {
			return reason
		}
		if v > 1 { // cameras send a share or a percentage; a share is at most 1
			v /= 100
		}
		d.Confidence = v
	}
	return ""
}

func parseSource(cell func(int) string, d *detection.Detection) string {
	switch s := strings.ToLower(cell(colSource)); s {
	case "":
	case "law-enforcement", "law enforcement", "law_enforcement":
		d.Source = detection.SourceLawEnforcement
	case "commercial":
		d.Source = detection.SourceCommercial
	default:
		return fmt.Sprintf("source %q is neither law-enforcement nor commercial", cut(s, 40))
	}
	return ""
}
