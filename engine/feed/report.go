package feed

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrorReport says that a read is wrong. The workstation makes its ID, so that sending
// it again changes nothing.
type ErrorReport struct {
	ID    string    `json:"id"`    // 8 to 64 of a–z, 0–9 and inner hyphens
	Lane  string    `json:"lane"`  // of the read
	Read  string    `json:"read"`  // its id
	Kind  string    `json:"kind"`  // one of ReportKinds()
	Value string    `json:"value"` // what would be right, empty when not known
	Note  string    `json:"note"`
	At    time.Time `json:"at"` // when it was written, UTC
}

// reportKinds are what can be wrong.
var reportKinds = []string{"plate", "state", "vehicle", "place", "time", "photo", "other"}

// ReportKinds returns what can be wrong with a read.
func ReportKinds() []string { return slices.Clone(reportKinds) }

// IsReportID tells whether s can be the ID of a report.
func IsReportID(s string) bool {
	if len(s) < 8 || len(s) > 64 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Check holds a report to its form. Errors match ErrInvalid.
func (r *ErrorReport) Check() error {
	if !IsReportID(r.ID) {
		return fmt.Errorf("%w: report %q: its id has 8 to 64 of a–z, 0–9 and inner hyphens", ErrInvalid, r.ID)
	}
	if _, err := ParseLane(r.Lane); err != nil {
		return err
	}
	if !slices.Contains(reportKinds, r.Kind) {
		return fmt.Errorf("%w: report of kind %q: write one of %s", ErrInvalid, r.Kind, strings.Join(reportKinds, ", "))
	}
	if r.At.IsZero() || r.Read == "" {
		return fmt.Errorf("%w: a report needs the read's id and a time", ErrInvalid)
	}
	for _, f := range []struct {
		name, text string
		most       int
	}{{"read", r.Read, 128}, {"value", r.Value, 200}, {"note", r.Note, 4000}} {
		if len(f.text) > f.most || !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, unreadable) {
			return fmt.Errorf("%w: the report's %s has more than %d bytes or characters that cannot be shown", ErrInvalid, f.name, f.most)
		}
	}
	return nil
}

// unreadable are characters that do not show, or that turn text around.
func unreadable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// Verdicts on a report.
const (
	VerdictCorrected = "corrected" // a read that supersedes the wrong one was published, or it was taken back
	VerdictRefused   = "refused"   // the read stays as it is
	VerdictNoted     = "noted"     // nothing can be changed, but it is known
)

// ReportState is what became of a report.
type ReportState struct {
	ID       string    `json:"id"`
	Received time.Time `json:"received"` // UTC
	Verdict  string    `json:"verdict"`  // empty until it is answered
	Note     string    `json:"note"`     // to the answer
	Answered time.Time `json:"answered,omitzero"`
}
