package detection

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of one query. MaxAreas follows from the 64-bit area mask of a row; the letters
// and colours of the window serve eight, more are told by name.
const (
	MaxAreas   = 64
	MaxWindows = 64
	MaxWords   = 200 // values in one refinement list
	MaxText    = 4000
)

// Validate checks what can be checked without policy, clock or geometry: that the fields
// fit the kind, that a timeframe is given and runs forward (Q-ALL-1), that texts are within
// bounds. It returns a *FieldError.
func (q Query) Validate() error {
	checks := []func() error{q.checkKind, q.checkWindows, q.checkHours, q.checkAreas, q.checkPlate, q.checkRefinements, q.checkTexts}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (q Query) checkKind() error {
	if !slices.Contains(Kinds(), q.Kind) {
		return &FieldError{Field: "kind", Problem: fmt.Sprintf("%q is not a kind of query", string(q.Kind)), Hint: "Use plate, partial, model, geo, common or repeat."}
	}
	if q.Limit < NoLimit {
		return &FieldError{Field: "limit", Problem: "is negative", Hint: "Use 0 for the count alone."}
	}
	if q.MinAreas < 0 {
		return &FieldError{Field: "min_areas", Problem: "is negative", Hint: "Use 2 or more."}
	}
	if q.MinAreas != 0 && q.Kind != KindCommon && q.Kind != KindRepeat {
		return &FieldError{Field: "min_areas", Problem: "belongs to common and repeat queries", Hint: "Take it out."}
	}
	return nil
}

func (q Query) checkWindows() error {
	if len(q.Windows) == 0 {
		return &FieldError{Field: "windows", Problem: "is empty", Hint: "Every query needs a timeframe: a from and a to (rule ALL-1)."}
	}
	if len(q.Windows) > 1 && q.Kind != KindRepeat {
		return &FieldError{Field: "windows", Problem: fmt.Sprintf("has %d timeframes", len(q.Windows)), Hint: "Several timeframes are for the repeat query alone."}
	}
	if len(q.Windows) > MaxWindows {
		return &FieldError{Field: "windows", Problem: fmt.Sprintf("has %d timeframes", len(q.Windows)), Hint: fmt.Sprintf("Use at most %d.", MaxWindows)}
	}
	for i, w := range q.Windows {
		if w.From.IsZero() || w.To.IsZero() {
			return &FieldError{Field: fmt.Sprintf("windows[%d]", i), Problem: "lacks a from or a to", Hint: "Give both."}
		}
		if !w.From.Before(w.To) {
			return &FieldError{Field: fmt.Sprintf("windows[%d]", i), Problem: "ends at or before its start", Hint: "Put the earlier time in from."}
		}
	}
	if q.Kind == KindRepeat {
		for i, w := range q.Windows {
			for j, o := range q.Windows[:i] {
				if w.From.Before(o.To) && o.From.Before(w.To) {
					return &FieldError{
						Field: fmt.Sprintf("windows[%d]", i), Problem: fmt.Sprintf("overlaps windows[%d]", j),
						Hint: "One read would count as two visits. Make the timeframes follow each other.",
					}
				}
			}
		}
		if len(q.Windows) < 2 {
			return &FieldError{Field: "windows", Problem: "has one timeframe", Hint: "A repeat query compares two or more."}
		}
		if q.Threshold() > len(q.Windows) {
			return &FieldError{Field: "min_areas", Problem: "is more than the timeframes given", Hint: fmt.Sprintf("Use at most %d.", len(q.Windows))}
		}
	}
	return nil
}

func (q Query) checkHours() error {
	h := q.Hours
	if h.IsZero() {
		return nil
	}
	if h.FromMin < 0 || h.FromMin > 1439 || h.ToMin < 0 || h.ToMin > 1439 {
		return &FieldError{Field: "hours", Problem: "is outside 00:00 to 23:59", Hint: "Give times of one day."}
	}
	if h.FromMin == h.ToMin {
		return &FieldError{Field: "hours", Problem: "begins and ends at the same time", Hint: "Leave it out for all day."}
	}
	if len(q.Windows) > 0 {
		_, err := h.Intervals(Window{q.Windows[0].From, q.Windows[0].From})
		return err
	}
	return nil
}

func (q Query) checkAreas() error {
	if !q.Kind.Spatial() {
		if len(q.Areas) > 0 {
			return &FieldError{Field: "areas", Problem: "do not belong to a " + string(q.Kind) + " query", Hint: "Use geo, common or repeat, or take them out."}
		}
		return nil
	}
	if len(q.Areas) == 0 {
		return &FieldError{Field: "areas", Problem: "is empty", Hint: "Draw or give at least one area."}
	}
	if len(q.Areas) > MaxAreas {
		return &FieldError{Field: "areas", Problem: fmt.Sprintf("has %d areas", len(q.Areas)), Hint: fmt.Sprintf("Use at most %d.", MaxAreas)}
	}
	if q.Kind == KindCommon {
		if len(q.Areas) < 2 {
			return &FieldError{Field: "areas", Problem: "has one area", Hint: "A common-plate query compares two or more."}
		}
		if q.Threshold() < 2 || q.Threshold() > len(q.Areas) {
			return &FieldError{Field: "min_areas", Problem: fmt.Sprintf("is %d", q.Threshold()), Hint: fmt.Sprintf("Use 2 to %d, the number of areas.", len(q.Areas))}
		}
	}
	seen := map[string]bool{}
	for i, a := range q.Areas {
		if len(a.Shape) == 0 {
			return &FieldError{Field: fmt.Sprintf("areas[%d].geometry", i), Problem: "is empty", Hint: "Give at least one ring."}
		}
		if a.Name != "" && seen[a.Name] {
			return &FieldError{Field: fmt.Sprintf("areas[%d].name", i), Problem: fmt.Sprintf("%q stands twice", a.Name), Hint: "Give each area its own name."}
		}
		seen[a.Name] = true
	}
	return nil
}

func (q Query) checkPlate() error {
	switch q.Kind {
	case KindPlate, KindPartial:
		if len(q.State) == 0 {
			return &FieldError{Field: "state", Problem: "is empty", Hint: "A plate query needs the state of registration."}
		}
		if q.Kind == KindPlate {
			return CheckPlate(q.Plate)
		}
		if q.Star != "" && q.Star != StarOne && q.Star != StarAny {
			return &FieldError{Field: "star", Problem: fmt.Sprintf("%q is unknown", string(q.Star)), Hint: "Use one or any."}
		}
		_, err := ParsePattern(q.Plate, q.Star)
		return err
	}
	if q.Plate != "" {
		return &FieldError{Field: "plate", Problem: "does not belong to a " + string(q.Kind) + " query", Hint: "Use plate or partial, or take it out."}
	}
	return nil
}

func (q Query) checkRefinements() error {
	for field, list := range map[string][]string{"state": q.State, "make": q.Make, "model": q.Model, "color": q.Color} {
		if len(list) > MaxWords {
			return &FieldError{Field: field, Problem: fmt.Sprintf("has %d values", len(list)), Hint: fmt.Sprintf("Use at most %d.", MaxWords)}
		}
	}
	if q.Kind == KindModel && (len(q.Make) == 0 || len(q.Model) == 0) {
		return &FieldError{Field: "make", Problem: "or model is empty", Hint: "A make-model query needs both."}
	}
	y := q.Year
	if y.Min < 0 || y.Max < 0 || y.Min > 9999 || y.Max > 9999 {
		return &FieldError{Field: "year", Problem: "is outside 0 to 9999", Hint: "Give four-digit model years."}
	}
	if y.Min != 0 && y.Max != 0 && y.Min > y.Max {
		return &FieldError{Field: "year", Problem: "runs backwards", Hint: "Put the earlier year in min."}
	}
	return nil
}

func (q Query) checkTexts() error {
	p := q.Purpose
	for field, s := range map[string]string{
		"purpose.reason": p.Reason, "purpose.case": p.Case, "purpose.subject": p.Subject,
		"purpose.on_behalf_of": p.OnBehalfOf, "purpose.justification": p.Justification, "plate": q.Plate,
	} {
		if len(s) > MaxText {
			return &FieldError{Field: field, Problem: fmt.Sprintf("is %d bytes long", len(s)), Hint: fmt.Sprintf("Use at most %d.", MaxText)}
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) {
			return &FieldError{Field: field, Problem: "holds a control character", Hint: "Use plain text."}
		}
	}
	return nil
}
