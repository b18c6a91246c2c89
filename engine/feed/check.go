package feed

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"cordon/engine/detection"
)

// Bounds of a read. They lie within those of the store of detections.
const (
	maxText    = 64 // bytes of an id or a text
	minYear    = 1885
	maxYear    = 2200
	maxPasses  = 1_000_000
	maxPixel   = 1 << 20
	maxPicture = 64 << 20 // bytes of one photo
)

var (
	minTime = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// CheckRead holds a read to what a feed carries: the bounds of package detection, texts that
// are normalised and show, times in whole milliseconds of UTC from 1970 to 2199. The error
// names the field and matches ErrInvalid.
func CheckRead(r *Read) error {
	if problem := problemOf(r); problem != "" {
		return fmt.Errorf("%w: read %.64q: %s", ErrInvalid, r.ID, problem)
	}
	return nil
}

func problemOf(r *Read) string {
	if detection.CheckPlate(r.Plate) != nil {
		return "plate: is not 1 to 12 of A–Z, 0–9"
	}
	switch {
	case r.ID == "":
		return "id: is empty"
	case r.Time.Before(minTime) || !r.Time.Before(maxTime):
		return "time: is not between the years 1970 and 2199"
	case r.Time.Nanosecond()%1e6 != 0 || r.Time.Location() != time.UTC:
		return "time: is not in whole milliseconds of UTC"
	case !(r.Pos[0] >= -180 && r.Pos[0] <= 180):
		return "lon: is not between -180 and 180"
	case !(r.Pos[1] >= -90 && r.Pos[1] <= 90):
		return "lat: is not between -90 and 90"
	case r.Year != 0 && (r.Year < minYear || r.Year > maxYear):
		return "year: is no model year from 1885 to 2200"
	case r.HeadingDeg != detection.NoHeading && !(r.HeadingDeg >= 0 && r.HeadingDeg < 360):
		return "heading: is not from 0 to below 360"
	case r.Confidence != detection.NoConfidence && !(r.Confidence >= 0 && r.Confidence <= 1):
		return "confidence: is not from 0 to 1"
	case r.Source != detection.SourceUnknown && r.Source != detection.SourceLawEnforcement && r.Source != detection.SourceCommercial:
		return "source: is neither law-enforcement nor commercial"
	case r.Passes < 1 || r.Passes > maxPasses:
		return "passes: is not from 1 to 1,000,000"
	case r.Supersedes == r.ID:
		return "supersedes: is its own id"
	}
	for _, t := range [...]struct{ name, text string }{{"id", r.ID}, {"camera", r.Camera}, {"supersedes", r.Supersedes}} {
		if !shows(t.text) {
			return t.name + ": is longer than 64 bytes, or holds characters that do not show"
		}
	}
	for _, t := range [...]struct{ name, text string }{{"state", r.State}, {"make", r.Make}, {"model", r.Model}, {"color", r.Color}} {
		if !shows(t.text) || detection.NormalizeWord(t.text) != t.text {
			return t.name + ": is longer than 64 bytes, or is not in upper case with single spaces"
		}
	}
	return problemOfPictures(r)
}

func problemOfPictures(r *Read) string {
	if len(r.Pictures) > MaxPictures || r.Photos != len(r.Pictures) {
		return "photos: are more than 8, or not as many as counted"
	}
	for _, p := range r.Pictures {
		if p.Kind != "vehicle" && p.Kind != "plate" || p.Bytes < 1 || p.Bytes > maxPicture {
			return "photos: one is neither of the vehicle nor of the plate, or has no size"
		}
	}
	b := r.Box
	if b != (Box{}) && (b.X < 0 || b.Y < 0 || b.W < 1 || b.H < 1 || b.X > maxPixel || b.Y > maxPixel || b.W > maxPixel || b.H > maxPixel) {
		return "box: is no rectangle in a picture"
	}
	return ""
}

// shows reports whether s is UTF-8 of at most 64 bytes without control and direction
// characters.
func shows(s string) bool {
	if len(s) > maxText {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return showsWide(s)
		}
	}
	return true
}

func showsWide(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return false
		}
	}
	return true
}
