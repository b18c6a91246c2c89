package detection

import (
	"time"

	"github.com/paulmach/orb"
)

// Kind is the kind of a query.
type Kind string

// The six kinds.
const (
	KindPlate   Kind = "plate"   // full plate and state
	KindPartial Kind = "partial" // plate with unknown characters
	KindModel   Kind = "model"   // make and model
	KindGeo     Kind = "geo"     // detections inside areas
	KindCommon  Kind = "common"  // plates seen in several areas
	KindRepeat  Kind = "repeat"  // plates seen in the areas in several windows
)

// Kinds lists all kinds in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{KindPlate, KindPartial, KindModel, KindGeo, KindCommon, KindRepeat}
}

// Spatial reports whether the kind asks by area (rule GEO-2 applies to it).
func (k Kind) Spatial() bool { return k == KindGeo || k == KindCommon || k == KindRepeat }

// NoLimit as Query.Limit asks for as many rows as the policy allows.
const NoLimit = -1

// Star says what "*" stands for in a partial plate.
type Star string

// StarOne (the default) makes "*" stand for exactly one character, StarAny for any run,
// also an empty one.
const (
	StarOne Star = "one"
	StarAny Star = "any"
)

// Query is one canonical query. The zero value of a field means "no restriction", but for
// Limit, where 0 asks for the count alone and NoLimit for as many rows as policy allows.
type Query struct {
	Kind     Kind
	Areas    []Area
	Windows  []Window
	Hours    Hours // daily hours inside every window; zero: all day
	Plate    string
	Star     Star
	State    []string
	Make     []string
	Model    []string
	Color    []string
	Year     YearRange
	MinAreas int // common: at least this many areas; repeat: at least this many windows; 0: 2
	Limit    int
	Purpose  Purpose
}

// Area is a named shape: rings of (longitude, latitude) in degrees, WGS 84, outer ring
// first, first point repeated as last. Edges are straight lines in longitude/latitude.
type Area struct {
	Name  string
	Shape orb.MultiPolygon
}

// Window is a half-open timeframe [From, To) in UTC.
type Window struct{ From, To time.Time }

// Contains reports whether t lies in [w.From, w.To).
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// Hours restricts windows to a daily span of local time, half-open: From 18:00 To 06:00
// spans midnight. The zero value means all day.
type Hours struct {
	FromMin int    // minutes after local midnight, 0–1439
	ToMin   int    // minutes after local midnight, 0–1439, != FromMin
	Zone    string // IANA name, e.g. "America/New_York"
}

// IsZero reports whether h means all day.
func (h Hours) IsZero() bool { return h == Hours{} }

// YearRange is an inclusive range of model years; 0 leaves a side open. A vehicle of
// unknown year is outside every range but the zero one.
type YearRange struct{ Min, Max int }

// IsZero reports whether r is open on both sides.
func (r YearRange) IsZero() bool { return r == YearRange{} }

// Contains reports whether year (0: unknown) satisfies r.
func (r YearRange) Contains(year int) bool {
	if r.IsZero() {
		return true
	}
	return year != 0 && (r.Min == 0 || year >= r.Min) && (r.Max == 0 || year <= r.Max)
}

// Purpose says why a query is run (Q-ALL-2, Q-GEO-3).
type Purpose struct {
	Reason        string `json:"reason"`        // reason code from the policy's list
	Case          string `json:"case"`          // case reference
	Subject       string `json:"subject"`       // subject identifying information
	OnBehalfOf    string `json:"on_behalf_of"`  // the other person's name; empty: for self
	Justification string `json:"justification"` // links the area to the investigation
	Attested      bool   `json:"attested"`      // reasonable suspicion, no protected characteristic
}

// Threshold returns the number of areas (common) or windows (repeat) a plate must be
// seen in: MinAreas, or 2 where it is 0.
func (q Query) Threshold() int {
	if q.MinAreas == 0 {
		return 2
	}
	return q.MinAreas
}
