package reads

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// span is a half-open stretch of time in Unix milliseconds.
type span struct{ from, to int64 }

// query is a plan translated into the store's numbers. It is immutable once made.
type query struct {
	areas    []*geo.Shape
	windows  [][]span // none: no restriction
	from, to int64    // around all windows
	oneSpan  bool     // the windows are that one stretch
	filters  []colFilter
	years    detection.YearRange
	states   []uint32
	byState  bool
	only     *vehicleSet // nil: any vehicle
	targets  []target    // plate projection: what to look for, by plate and number
	byPlate  bool        // use the plate projection
	never    bool        // a restriction names something that was never stored
	stateOf  []uint32    // state word of each vehicle
	access   *access     // nil: every lane
}

// colFilter is a restriction of a word column.
type colFilter struct {
	col   int
	words []uint32
}

func (v *view) compile(p *Plan) (*query, error) {
	switch {
	case len(p.Areas) > MaxMask:
		return nil, fmt.Errorf("%w: %d areas; the most is %d", ErrPlan, len(p.Areas), MaxMask)
	case len(p.Windows) > MaxMask:
		return nil, fmt.Errorf("%w: %d windows; the most is %d", ErrPlan, len(p.Windows), MaxMask)
	case !slices.Contains(detection.Kinds(), p.Kind):
		return nil, fmt.Errorf("%w: kind %q is not known", ErrPlan, p.Kind)
	case p.Kind == detection.KindPlate && p.Plate == "":
		return nil, fmt.Errorf("%w: a plate query needs a plate", ErrPlan)
	case p.Kind == detection.KindPartial && p.Pattern == nil:
		return nil, fmt.Errorf("%w: a partial query needs a pattern", ErrPlan)
	case p.Kind == detection.KindCommon && len(p.Areas) == 0:
		return nil, fmt.Errorf("%w: a common-plate query needs areas", ErrPlan)
	case p.Kind == detection.KindRepeat && len(p.Windows) == 0:
		return nil, fmt.Errorf("%w: a repeat query needs windows", ErrPlan)
	}
	q := &query{areas: p.Areas, years: p.Year, from: math.MinInt64, to: math.MaxInt64}
	if len(p.Windows) > 0 {
		q.from, q.to = math.MaxInt64, math.MinInt64
	}
	for _, group := range p.Windows {
		spans := make([]span, 0, len(group))
		for _, w := range group {
			s := span{ceilMs(w.From), ceilMs(w.To)}
			if n := len(spans); n > 0 && s.from < spans[n-1].to {
				return nil, fmt.Errorf("%w: the intervals of a window overlap or are not in order", ErrPlan)
			}
			if s.from < s.to {
				spans = append(spans, s)
				q.from, q.to = min(q.from, s.from), max(q.to, s.to)
			}
		}
		q.windows = append(q.windows, spans)
	}
	q.oneSpan = len(q.windows) == 1 && len(q.windows[0]) == 1
	words := v.s.words
	for _, r := range []struct {
		col   int
		texts []string
	}{{colMake, p.Makes}, {colModel, p.Models}, {colColor, p.Colors}} {
		if len(r.texts) > 0 {
			f := colFilter{r.col, words.numbers(r.texts)}
			q.never = q.never || len(f.words) == 0
			q.filters = append(q.filters, f)
		}
	}
	if q.byState = len(p.States) > 0; q.byState {
		q.states = words.numbers(p.States)
		q.never = q.never || len(q.states) == 0
	}
	l := v.s.plates
	l.mu.RLock()
	q.stateOf = l.states[:len(l.states):len(l.states)] // elements in use never change
	l.mu.RUnlock()
	if err := q.compilePlate(v.ctx, p, l); err != nil {
		return nil, err
	}
	if err := v.compileLanes(q, p.Lanes); err != nil {
		return nil, err
	}
	return q, nil
}

func (q *query) compilePlate(ctx context.Context, p *Plan, l *vehicleList) (err error) {
	q.byPlate = p.Kind == detection.KindPlate || p.Kind == detection.KindPartial
	if p.Plate == "" && p.Pattern == nil {
		return nil
	}
	var list []target
	if p.Pattern != nil {
		m := newMatcher(*p.Pattern)
		if list, err = l.byPattern(ctx, &m, q.states, q.byState); err != nil {
			return err
		}
	}
	if p.Plate != "" {
		if detection.CheckPlate(p.Plate) != nil {
			q.never = true
			return nil
		}
		plate := packPlate(p.Plate)
		if p.Pattern == nil {
			list = l.byPlate(plate, q.states, q.byState)
		} else {
			list = slices.DeleteFunc(list, func(t target) bool { return t.plate != plate })
		}
	}
	q.never = q.never || len(list) == 0
	slices.SortFunc(list, func(a, b target) int {
		return cmp.Or(cmp.Compare(a.plate, b.plate), cmp.Compare(a.vehicle, b.vehicle))
	})
	q.targets = list
	q.only = newVehicleSet(list)
	q.byState = false // the targets are of the states already
	return nil
}

// vehicleSet is a set of vehicle numbers, good for few and for many.
type vehicleSet struct {
	few  []uint32
	many bitset
}

func newVehicleSet(list []target) *vehicleSet {
	s := &vehicleSet{}
	for _, t := range list {
		if len(list) <= 8 {
			s.few = append(s.few, t.vehicle)
		} else {
			s.many.add(t.vehicle)
		}
	}
	return s
}

func (s *vehicleSet) has(v uint32) bool {
	if s.many != nil {
		return s.many.has(v)
	}
	return containsWord(s.few, v)
}

// ceilMs is the first whole millisecond not before t: row times are whole milliseconds.
func ceilMs(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.Nanosecond()%1e6 != 0 {
		ms++
	}
	return ms
}

// windowMask returns the windows that t lies in; 1 when there is no restriction.
func (q *query) windowMask(t int64) uint64 {
	if len(q.windows) == 0 {
		return 1
	}
	var mask uint64
	for i, spans := range q.windows {
		k := 0
		if len(spans) > 4 {
			k = sort.Search(len(spans), func(k int) bool { return spans[k].to > t })
		} else {
			for k < len(spans) && spans[k].to <= t {
				k++
			}
		}
		if k < len(spans) && spans[k].from <= t {
			mask |= 1 << i
		}
	}
	return mask
}

// timeRelation says whether all (Inside), none (Outside) or some (Crosses) of the times
// from first to last can lie in the windows; inside, mask holds for all of them.
func (q *query) timeRelation(first, last int64) (rel geo.Relation, mask uint64) {
	if len(q.windows) == 0 {
		return geo.Inside, 1
	}
	rel = geo.Outside
	for i, spans := range q.windows {
		k := sort.Search(len(spans), func(k int) bool { return spans[k].to > first })
		switch {
		case k == len(spans) || spans[k].from > last:
		case spans[k].from <= first && spans[k].to > last:
			mask |= 1 << i
			if rel == geo.Outside {
				rel = geo.Inside
			}
		default:
			rel = geo.Crosses
		}
	}
	return rel, mask
}

// placeRelation says how a box lies to the areas: inside holds for all of its points,
// crossing must be tested.
func (q *query) placeRelation(box orb.Bound) (inside, crossing uint64) {
	return q.relate(box, math.MaxUint64)
}

// relate is placeRelation for some of the areas.
func (q *query) relate(box orb.Bound, some uint64) (inside, crossing uint64) {
	for i, a := range q.areas {
		if some>>i&1 == 0 {
			continue
		}
		switch a.Relate(box) {
		case geo.Inside:
			inside |= 1 << i
		case geo.Crosses:
			crossing |= 1 << i
		}
	}
	return inside, crossing
}

// pointMask returns the areas that a point of a box with that relation lies in.
func (q *query) pointMask(p orb.Point, inside, crossing uint64) uint64 {
	for i, a := range q.areas {
		if crossing>>i&1 != 0 && a.Contains(p[0], p[1]) {
			inside |= 1 << i
		}
	}
	return inside
}

// refined reports whether rows need a look beyond place and time.
func (q *query) refined() bool {
	return len(q.filters) > 0 || !q.years.IsZero() || q.byState || q.only != nil
}
