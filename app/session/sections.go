package session

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"cordon/engine/detection"
)

// Section is the state of one part of the query panel.
type Section struct {
	Complete bool
	Note     string      // at the right of the head: "14 days, 168 hours · EDT"
	Problems []FieldNote // what is wrong or missing, worded, in field order
}

// FieldNote is a problem of one field.
type FieldNote struct {
	Field string // "reason", "case", "subject", "on_behalf_of", "justification", "attested", "plate", "state", "make", "model", "year", "windows", "hours", "areas"
	Text  string
}

// Problem returns the text for a field, empty where it is fine.
func (s Section) Problem(field string) string {
	for _, p := range s.Problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

func section(note string, problems ...FieldNote) Section {
	var kept []FieldNote
	for _, p := range problems {
		if p.Text != "" {
			kept = append(kept, p)
		}
	}
	return Section{Complete: len(kept) == 0, Note: note, Problems: kept}
}

func unless(ok bool, field, text string) FieldNote {
	if ok {
		return FieldNote{}
	}
	return FieldNote{field, text}
}

// areasSection says whether there are enough sound areas. problems holds, by area, what the
// shape check found.
func areasSection(d Draft, problems []string) Section {
	if !d.Kind.Spatial() {
		return Section{Complete: true}
	}
	notes := []FieldNote{}
	switch {
	case len(d.Areas) == 0:
		notes = append(notes, FieldNote{"areas", "Draw an area."})
	case d.Kind == KindCommon && len(d.Areas) < 2:
		notes = append(notes, FieldNote{"areas", "Draw a second area."})
	case d.Kind == KindCommon && d.Threshold() > len(d.Areas):
		notes = append(notes, FieldNote{"areas", "A plate cannot be in " + itoa(d.Threshold()) + " of " + itoa(len(d.Areas)) + " areas."})
	}
	for i, p := range problems {
		if p != "" && i < len(d.Areas) {
			notes = append(notes, FieldNote{"areas", "Area " + d.Label(i) + ": " + sentence(p)})
		}
	}
	return section("", notes...)
}

// whenSection checks the timeframes (Q-ALL-1) and says how long they are.
func whenSection(d Draft, zone *time.Location, now time.Time) Section {
	var notes []FieldNote
	spans := d.spans()
	switch {
	case len(spans) == 0 || spans[0].IsZero():
		notes = append(notes, FieldNote{"windows", "Give a timeframe. No query runs without one."})
	case d.Kind == KindRepeat && len(spans) < 2:
		notes = append(notes, FieldNote{"windows", "Add a second timeframe to compare with."})
	case d.Kind == KindRepeat && d.Threshold() > len(spans):
		notes = append(notes, FieldNote{"windows", "A plate cannot be in " + itoa(d.Threshold()) + " of " + itoa(len(spans)) + " timeframes."})
	}
	total, hours := 0, time.Duration(0)
	for _, s := range spans {
		if s.IsZero() {
			continue
		}
		if !s.From.Before(s.To) {
			notes = append(notes, FieldNote{"windows", "The timeframe ends before it starts."})
			continue
		}
		if s.From.After(now) {
			notes = append(notes, FieldNote{"windows", "The timeframe starts in the future."})
		}
		total += days(s, zone)
		hours += spanHours(s, d.Hours, zone)
	}
	note := ""
	if total > 0 {
		note = count(int64(total), "day", "days")
		if !d.Hours.AllDay() {
			note += ", " + count(int64(hours/time.Hour), "hour", "hours")
		}
		note += " · " + spans[0].From.In(zone).Format("MST")
	}
	return section(note, notes...)
}

func spanHours(s Span, h DayHours, zone *time.Location) time.Duration {
	var sum time.Duration
	for _, w := range intervals(s, h, zone) {
		sum += w.To.Sub(w.From)
	}
	return sum
}

// intervals are the parts of the span inside the hours of the day.
func intervals(s Span, h DayHours, zone *time.Location) []detection.Window {
	w := detection.Window{From: s.From.UTC(), To: s.To.UTC()}
	if h.AllDay() {
		return []detection.Window{w}
	}
	out, err := detection.Hours{FromMin: h.FromMin, ToMin: h.ToMin, Zone: zone.String()}.Intervals(w)
	if err != nil {
		return []detection.Window{w}
	}
	return out
}

// vehicleSection checks the refinements; for KindModel make and model are required (Q-MM-1).
func vehicleSection(d Draft) Section {
	v := d.Vehicle
	from, to := number(v.YearFrom), number(v.YearTo)
	note := "optional"
	if d.Kind == KindModel {
		note = "make and model"
	}
	return section(
		note,
		unless(d.Kind != KindModel || len(list(v.Make)) > 0, "make", "Give the make."),
		unless(d.Kind != KindModel || len(list(v.Model)) > 0, "model", "Give the model."),
		unless(from >= 0 && to >= 0 && from <= 9999 && to <= 9999, "year", "Give model years as four figures."),
		unless(from <= 0 || to <= 0 || from <= to, "year", "The first year is after the second."),
	)
}

// plateSection checks plate and state (Q-PLATE-1, Q-PART-3); its note says in words what a
// pattern matches (Q-PART-1).
func plateSection(d Draft) Section {
	if d.Kind != KindPlate && d.Kind != KindPartial {
		return Section{Complete: true}
	}
	note, plate := "", ""
	switch {
	case strings.TrimSpace(d.Plate) == "":
		plate = "Give the plate."
	case d.Kind == KindPlate:
		plate = fieldText(detection.CheckPlate(detection.NormalizePlate(d.Plate)))
		if strings.ContainsAny(d.Plate, "*?") {
			plate = "For unknown characters use the partial-plate query."
		}
	default:
		p, err := detection.ParsePattern(d.Plate, d.star())
		if plate = fieldText(err); err == nil {
			note = p.Words()
		}
	}
	return section(
		note,
		unless(plate == "", "plate", plate),
		unless(len(list(d.Vehicle.State)) > 0, "state", "Give the state of registration."),
	)
}

func (d Draft) star() detection.Star {
	if d.AnyStar {
		return detection.StarAny
	}
	return detection.StarOne
}

// purposeSection checks what every query (Q-ALL-2) and what an area query (Q-GEO-3) carries.
func purposeSection(d Draft, t Terms) Section {
	p := d.Purpose
	caseRef, just := strings.TrimSpace(p.Case), strings.TrimSpace(p.Justification)
	notes := []FieldNote{
		unless(p.Reason != "", "reason", "Choose a reason."),
		unless(p.Reason == "" || t.reasonFits(p.Reason, d.Kind), "reason", "This reason cannot carry an area query. Choose another."),
		unless(caseRef != "", "case", "Give the case number."),
		unless(caseRef == "" || t.CaseOK(caseRef), "case", "Write the case number like "+t.CaseExample+"."),
		unless(strings.TrimSpace(p.Subject) != "" && !same(p.Subject, t.Hints.Subject), "subject", "Say who or what the query is about."),
		unless(!p.ForOther || strings.TrimSpace(p.OnBehalfOf) != "", "on_behalf_of", "Name the person you ask for."),
	}
	if d.Kind.Spatial() {
		chars, words := t.policy.JustificationLacks(just)
		short := ""
		switch {
		case just == "":
			short = "Say what links the area to the investigation."
		case same(just, t.Hints.Justification):
			short = "Write your own words instead of the hint."
		case chars > 0:
			short = count(int64(chars), "letter", "letters") + " to go: say what links the area to the investigation."
		case words > 0:
			short = count(int64(words), "more word", "more words") + " to go: say what links the area to the investigation."
		}
		notes = append(
			notes,
			unless(short == "", "justification", short),
			unless(p.Attested, "attested", "Attest the suspicion that the query rests on."),
		)
	}
	s := section("", notes...)
	if s.Complete {
		s.Note = "complete"
	}
	return s
}

// same compares texts without regard to case and white space; an empty hint equals nothing.
func same(text, hint string) bool {
	return hint != "" && strings.EqualFold(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(hint), " "))
}

// fieldText words a field error of the engine: problem and hint without the field's path.
func fieldText(err error) string {
	if err == nil {
		return ""
	}
	var f *detection.FieldError
	if errors.As(err, &f) {
		return strings.TrimSpace(sentence(fieldName(f.Field)+" "+f.Problem) + " " + f.Hint)
	}
	return sentence(err.Error())
}

// fieldName turns a path of the canonical query into words.
func fieldName(path string) string {
	head, _, _ := strings.Cut(path, "[")
	switch head {
	case "windows":
		return "The timeframe"
	case "hours", "hours.zone", "hours.from", "hours.to":
		return "The hours of the day"
	case "areas":
		return "The area"
	case "min_areas":
		return "The number of places"
	case "color":
		return "The colour"
	case "purpose.on_behalf_of":
		return "The name"
	}
	return "The " + strings.TrimPrefix(head, "purpose.")
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = strings.ToUpper(string(r)) + s[n:]
	if !strings.ContainsRune(".!?”", lastRune(s)) {
		s += "."
	}
	return s
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
