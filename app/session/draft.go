package session

import (
	"slices"
	"strings"
	"time"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
)

// Draft is a query while it is being written. A Draft is a value: changing one never
// changes another, as every slice is copied when it is written.
type Draft struct {
	Kind     Kind
	Areas    []DraftArea
	Windows  []Span // local days and times; several for KindRepeat alone
	Hours    DayHours
	Plate    string // as typed
	AnyStar  bool   // "*" stands for any run
	Vehicle  Vehicle
	MinAreas int // 0: two
	Purpose  Purpose
}

// DraftArea is one drawn area.
type DraftArea struct {
	Name   string // as given; empty: its letter
	Shape  orb.MultiPolygon
	Hidden bool // not drawn on the map; it still counts
}

// Span is a timeframe [From, To). Its zero value is not set.
type Span struct{ From, To time.Time }

// IsZero reports whether the span is not set.
func (s Span) IsZero() bool { return s.From.IsZero() && s.To.IsZero() }

// DayHours restricts the timeframe to a part of each day, in minutes after local midnight.
// Equal sides mean all day.
type DayHours struct{ FromMin, ToMin int }

// AllDay reports whether h does not restrict.
func (h DayHours) AllDay() bool { return h.FromMin == h.ToMin }

// Vehicle holds the refinement fields as typed; several values are set apart by commas.
type Vehicle struct{ Make, Model, Color, State, YearFrom, YearTo string }

// Purpose says why the query is run.
type Purpose struct {
	Reason, Case, Subject string
	OnBehalfOf            string // empty: for self
	ForOther              bool   // on behalf of somebody, whose name may still be missing
	Justification         string
	Attested              bool
	AttestedAt            time.Time
}

// Letter names area i (0-based): "A" to "H", then numbers from "9" on.
func Letter(i int) string {
	if i < 8 {
		return string(rune('A' + i))
	}
	return itoa(i + 1)
}

// Label is the name under which area i runs.
func (d Draft) Label(i int) string {
	if name := strings.TrimSpace(d.Areas[i].Name); name != "" {
		return name
	}
	return Letter(i)
}

// Threshold is the number of areas or windows a plate must be in.
func (d Draft) Threshold() int { return max(d.MinAreas, 2) }

// Places is what Threshold counts against: areas, or windows for KindRepeat.
func (d Draft) Places() int {
	if d.Kind == KindRepeat {
		return len(d.Windows)
	}
	return len(d.Areas)
}

// query turns the draft into the canonical query. It does not validate.
func (d Draft) query(zone *time.Location) detection.Query {
	q := detection.Query{Kind: d.Kind, Limit: detection.NoLimit}
	if d.Kind.Spatial() {
		for i, a := range d.Areas {
			q.Areas = append(q.Areas, detection.Area{Name: d.Label(i), Shape: a.Shape})
		}
	}
	for _, w := range d.spans() {
		if !w.IsZero() {
			q.Windows = append(q.Windows, detection.Window{From: w.From.UTC(), To: w.To.UTC()})
		}
	}
	if !d.Hours.AllDay() {
		q.Hours = detection.Hours{FromMin: d.Hours.FromMin, ToMin: d.Hours.ToMin, Zone: zone.String()}
	}
	if d.Kind == KindPlate || d.Kind == KindPartial {
		q.Plate = detection.NormalizePlate(d.Plate)
	}
	if d.Kind == KindPartial && d.AnyStar {
		q.Star = detection.StarAny
	}
	q.Make, q.Model, q.Color, q.State = list(d.Vehicle.Make), list(d.Vehicle.Model), list(d.Vehicle.Color), list(d.Vehicle.State)
	q.Year = detection.YearRange{Min: number(d.Vehicle.YearFrom), Max: number(d.Vehicle.YearTo)}
	if d.Kind == KindCommon || d.Kind == KindRepeat {
		q.MinAreas = min(d.Threshold(), max(d.Places(), 2))
	}
	q.Purpose = detection.Purpose{
		Reason: d.Purpose.Reason, Case: strings.TrimSpace(d.Purpose.Case), Subject: strings.TrimSpace(d.Purpose.Subject),
		Justification: strings.TrimSpace(d.Purpose.Justification), Attested: d.Purpose.Attested,
	}
	if d.Purpose.ForOther {
		q.Purpose.OnBehalfOf = strings.TrimSpace(d.Purpose.OnBehalfOf)
	}
	return q
}

// spans returns the timeframes that count for the kind.
func (d Draft) spans() []Span {
	if d.Kind != KindRepeat && len(d.Windows) > 1 {
		return d.Windows[:1]
	}
	return d.Windows
}

// draftOf is the draft that gives q; Hidden and what the query does not hold come from old.
func draftOf(q detection.Query, old Draft) Draft {
	d := old
	d.Kind = q.Kind
	d.Windows = nil
	for _, w := range q.Windows {
		d.Windows = append(d.Windows, Span{w.From, w.To})
	}
	d.Hours = DayHours{q.Hours.FromMin, q.Hours.ToMin}
	d.Vehicle = Vehicle{
		Make: strings.Join(q.Make, ", "), Model: strings.Join(q.Model, ", "), Color: strings.Join(q.Color, ", "),
		State: strings.Join(q.State, ", "), YearFrom: yearText(q.Year.Min), YearTo: yearText(q.Year.Max),
	}
	if !q.Kind.Spatial() {
		return d
	}
	d.Areas = nil
	for i, a := range q.Areas {
		n := DraftArea{Name: a.Name, Shape: a.Shape}
		if n.Name == Letter(i) {
			n.Name = ""
		}
		if i < len(old.Areas) {
			n.Hidden = old.Areas[i].Hidden
		}
		d.Areas = append(d.Areas, n)
	}
	return d
}

func yearText(y int) string {
	if y == 0 {
		return ""
	}
	return itoa(y)
}

// list splits "red, Dark Blue" into normalised, distinct, sorted words.
func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if w := detection.NormalizeWord(part); w != "" {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// number reads a year; 0 when empty, -1 when it is none, which validation then refuses.
func number(s string) int {
	s = strings.TrimSpace(s)
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 9999 {
			return -1
		}
		n = n*10 + int(r-'0')
	}
	return n
}
