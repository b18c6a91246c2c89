package engine

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"

	"github.com/paulmach/orb"
)

// maxSpan bounds a timeframe.
const maxSpan = 50 * 366 * 24 * time.Hour

// prepared is a query with its shapes and intervals made ready.
type prepared struct {
	q       detection.Query
	shapes  []*geo.Shape
	areasM2 []float64
	plan    reads.Plan
	span    time.Duration // inside windows and hours
	state   reads.State   // that the plan was made against, as far as sight goes
	sight   sight         // what the asking person may see of it
}

// CheckShape says how large a drawn shape is, or what is wrong with it and where. It runs
// nothing and reads no data.
func (s *Session) CheckShape(mp orb.MultiPolygon) SpatialCheck {
	shape, err := geo.Prepare(mp)
	var fault *geo.ShapeError
	switch {
	case errors.As(err, &fault):
		return SpatialCheck{Problem: fault.Detail + ". " + fault.Hint, At: fault.At}
	case err != nil:
		return SpatialCheck{Problem: err.Error()}
	}
	return SpatialCheck{AreaM2: shape.AreaM2()}
}

// prepare validates q and makes its plan against a data state, whose times bound what the
// plan asks for; sight says what the answer may rest on.
func prepare(q detection.Query, state reads.State, x sight) (*prepared, error) {
	p := &prepared{q: q, state: x.of(state), sight: x}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	for i, a := range q.Areas {
		shape, err := geo.Prepare(a.Shape)
		var fault *geo.ShapeError
		if errors.As(err, &fault) {
			return nil, &detection.FieldError{
				Field:   fmt.Sprintf("areas[%d].geometry", i),
				Problem: fmt.Sprintf("%s, at %.7f, %.7f (longitude, latitude)", fault.Detail, fault.At[0], fault.At[1]), Hint: fault.Hint,
			}
		}
		if err != nil {
			return nil, err
		}
		p.shapes = append(p.shapes, shape)
		p.areasM2 = append(p.areasM2, shape.AreaM2())
	}
	if err := differentAreas(q); err != nil {
		return nil, err
	}
	var err error
	p.plan, p.span, err = planOf(q, p.shapes, p.state)
	p.plan.Lanes = x.lanes(p.state)
	return p, err
}

// differentAreas refuses a common-plate or repeat query that counts one area twice (Q-COM-1):
// each vehicle in it would pass for one seen in two places. Areas that overlap and differ are the
// investigator's to choose: design.md counts a read in each area that it lies in.
func differentAreas(q detection.Query) error {
	if q.Kind != detection.KindCommon && q.Kind != detection.KindRepeat {
		return nil
	}
	for i := range q.Areas {
		for j := range i {
			if geo.Same(q.Areas[i].Shape, q.Areas[j].Shape) {
				return invalid(fmt.Sprintf("areas[%d]", i), fmt.Sprintf("(%s) is the same as areas[%d] (%s)", areaName(q, i), j, areaName(q, j)), "Draw another place, or take one of the two out.")
			}
		}
	}
	return nil
}

func areaName(q detection.Query, i int) string {
	if q.Areas[i].Name != "" {
		return q.Areas[i].Name
	}
	return fmt.Sprintf("area %d", i+1)
}

// planOf makes the plan of a valid query, and says how long its windows and hours are.
func planOf(q detection.Query, shapes []*geo.Shape, state reads.State) (plan reads.Plan, span time.Duration, err error) {
	for i, w := range q.Windows {
		if w.To.Sub(w.From) > maxSpan {
			return plan, 0, invalid(fmt.Sprintf("windows[%d]", i), "is longer than 50 years", "Give the shortest time that answers the question.")
		}
		whole, err := q.Hours.Intervals(w)
		if err != nil {
			return plan, 0, err
		}
		var inside []detection.Window
		for _, x := range whole {
			span += x.To.Sub(x.From)
			if x.From.Before(state.Oldest) {
				x.From = state.Oldest
			}
			if x.From.Before(x.To) && !x.From.After(state.Newest) {
				inside = append(inside, x)
			}
		}
		plan.Windows = append(plan.Windows, inside)
	}
	plan.Kind, plan.Areas = q.Kind, shapes
	plan.States, plan.Makes, plan.Models, plan.Colors, plan.Year = q.State, q.Make, q.Model, q.Color, q.Year
	plan.MinSeen = q.Threshold()
	switch q.Kind {
	case detection.KindPlate:
		plan.Plate = q.Plate
	case detection.KindPartial:
		pattern, err := detection.ParsePattern(q.Plate, q.Star)
		if err != nil {
			return plan, 0, err
		}
		plan.Pattern = &pattern
	}
	return plan, span, nil
}

// normalized returns q in the form that ParseQuery gives, so that a query built by hand is
// recorded, hashed and run the same way.
func normalized(q detection.Query) (detection.Query, error) {
	q.Plate = detection.NormalizePlate(q.Plate)
	for i, a := range q.Areas { // before encoding, which cannot write NaN
		if _, err := geo.Prepare(a.Shape); err != nil {
			var fault *geo.ShapeError
			if errors.As(err, &fault) && fault.Reason == geo.ReasonNotFinite {
				return q, &detection.FieldError{Field: fmt.Sprintf("areas[%d].geometry", i), Problem: fault.Detail, Hint: fault.Hint}
			}
		}
	}
	text, err := q.Canonical()
	if err != nil {
		return q, err
	}
	return detection.ParseQuery(text)
}

// stateName is the data state's name, e.g. "local@3", or "toll.de-north@12+1" where rows came below
// the position since; lanes are joined by a space.
func stateName(s reads.State) string {
	if len(s.Lanes) == 0 {
		return "local@0"
	}
	var names []string
	for _, l := range s.Lanes {
		name := fmt.Sprintf("%s@%d", l.Lane, l.Batch)
		if l.More > 0 {
			name += fmt.Sprintf("+%d", l.More)
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// stateDigest chains the contents of all batches that a query saw.
func stateDigest(s reads.State) string {
	var out []string
	for _, l := range s.Lanes {
		out = append(out, fmt.Sprintf("%x", l.Digest))
	}
	return strings.Join(out, " ")
}
