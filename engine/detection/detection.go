package detection

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Source says what kind of owner runs the camera.
type Source string

// The kinds of source. A detection whose owner is not known has SourceUnknown.
const (
	SourceUnknown        Source = ""
	SourceLawEnforcement Source = "law-enforcement"
	SourceCommercial     Source = "commercial"
)

// NoHeading stands for a heading that the camera did not send.
const NoHeading = -1

// NoConfidence stands for a confidence that the camera did not send.
const NoConfidence = -1

// MaxPlateLen is the longest plate the store takes, in characters: twelve symbols of
// A–Z and 0–9 pack into 64 bits.
const MaxPlateLen = 12

// Detection is one plate read. Text fields are normalised ([NormalizePlate],
// [NormalizeWord]) and empty where unknown.
type Detection struct {
	ID         string    // unique in its lane; 1–64 bytes
	Plate      string    // 1–12 of A–Z, 0–9
	State      string    // state of registration, e.g. "DE"; may be empty
	Time       time.Time // UTC, whole milliseconds
	Pos        orb.Point // longitude, latitude, degrees, WGS 84
	Make       string
	Model      string
	Color      string
	Year       int     // model year, 0 unknown
	HeadingDeg float64 // travel direction, degrees clockwise from north, [0, 360), or NoHeading
	Camera     string
	Source     Source
	Confidence float64 // 0–1, or NoConfidence
	Photos     int     // photos that the source says it holds, 0–255
}

// Vehicle is the identity that common-plate and repeat queries group by.
type Vehicle struct {
	Plate string `json:"plate"`
	State string `json:"state"`
}

// Vehicle returns the plate and state of d.
func (d Detection) Vehicle() Vehicle { return Vehicle{d.Plate, d.State} }

// CompareIDs orders detection ids: decimal numbers without leading zeros by value and
// before all others, the others by bytes. It returns -1, 0 or 1.
func CompareIDs(a, b string) int {
	an, bn := isNumber(a), isNumber(b)
	switch {
	case an && bn:
		if c := cmp.Compare(len(a), len(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	case an:
		return -1
	case bn:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// NormalizePlate returns s in upper case without spaces, hyphens, dots and middle dots.
// It does not check the result; see [CheckPlate].
func NormalizePlate(s string) string {
	if CheckPlate(s) == nil {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ', r == '-', r == '.', r == '·', r == '\t':
			return -1
		}
		return r
	}, s)
}

// CheckPlate returns a *FieldError unless s is 1 to MaxPlateLen characters of A–Z, 0–9.
func CheckPlate(s string) error {
	if s == "" {
		return &FieldError{Field: "plate", Problem: "is empty", Hint: "Give the plate's characters."}
	}
	for _, r := range s {
		if !isPlateRune(r) {
			return &FieldError{Field: "plate", Problem: "holds " + quoteRune(r), Hint: "Use letters A–Z and digits only."}
		}
	}
	if len(s) > MaxPlateLen {
		return &FieldError{Field: "plate", Problem: "is longer than 12 characters", Hint: "Give at most 12 letters and digits."}
	}
	return nil
}

func isPlateRune(r rune) bool { return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' }

func quoteRune(r rune) string {
	if r == utf8.RuneError {
		return "a broken character"
	}
	return "“" + string(r) + "”"
}

// NormalizeWord returns s in upper case, trimmed, inner white space folded to one space:
// the form in which makes, models, colours and states are stored and compared.
func NormalizeWord(s string) string {
	if isNormalWord(s) {
		return s
	}
	return strings.ToUpper(strings.Join(strings.Fields(s), " "))
}

// isNormalWord spares the usual case its allocations: upper-case ASCII with single spaces
// inside.
func isNormalWord(s string) bool {
	space := true // a space may not stand first
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ' && space, c < ' ', c >= 'a' && c <= 'z', c >= utf8.RuneSelf:
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}
