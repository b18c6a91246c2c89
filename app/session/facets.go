package session

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Facet is a property that rows can be filtered by without a new query.
type Facet int

// The facets in the order of their chips.
const (
	FacetMake Facet = iota
	FacetModel
	FacetColor
	FacetYear
	FacetState
	FacetCamera
	FacetSource
	FacetTime
	facets_
)

// Facets lists all facets.
func Facets() []Facet {
	out := make([]Facet, facets_)
	for i := range out {
		out[i] = Facet(i)
	}
	return out
}

// Title is the chip's text.
func (f Facet) Title() string {
	return [...]string{"Make", "Model", "Colour", "Year", "State", "Camera", "Source", "Time of day"}[f]
}

// Plural is what a menu calls all of them: "makes".
func (f Facet) Plural() string {
	if f == FacetTime {
		return "times of day"
	}
	return strings.ToLower(f.Title()) + "s"
}

// Filter holds the chosen values by facet; a facet without any does not restrict.
type Filter map[Facet][]string

// FacetValue is one value with the number of rows it would leave, the other facets given.
type FacetValue struct {
	Value, Label string
	Rows         int
	On           bool
}

const notKnown = "not known"

// value is the hit's value of a facet.
func (r *Results) value(f Facet, h Hit) string {
	v := ""
	switch f {
	case FacetMake:
		v = h.Make
	case FacetModel:
		v = h.Model
	case FacetColor:
		v = h.Color
	case FacetYear:
		if h.Year != 0 {
			v = itoa(h.Year)
		}
	case FacetState:
		v = h.State
	case FacetCamera:
		v = h.Camera
	case FacetSource:
		v = h.Source
	case FacetTime:
		v = dayPart(h.Time.In(r.env.Zone))
	}
	return cmp.Or(v, notKnown)
}

func dayPart(t time.Time) string {
	return [...]string{"00–06 h", "06–12 h", "12–18 h", "18–24 h"}[t.Hour()/6]
}

func facetLabel(f Facet, v string) string {
	if v == notKnown {
		return v
	}
	switch f {
	case FacetMake, FacetModel:
		return properCase(v)
	case FacetColor:
		return VehicleWords(v, "", "")
	}
	return v
}

// passes reports whether a hit satisfies all facets but one (facets_: all) and, when it
// filters, the brush.
func (r *Results) passes(h Hit, but Facet) bool {
	if r.keepOnly && !r.lit(h) {
		return false
	}
	for f, values := range r.filter {
		if f != but && len(values) > 0 && !slices.Contains(values, r.value(f, h)) {
			return false
		}
	}
	return true
}

// lit reports whether the hit is inside the brush; without a brush every hit is.
func (r *Results) lit(h Hit) bool {
	return r.brush.IsZero() || !h.Time.Before(r.brush.From) && h.Time.Before(r.brush.To)
}

func (r *Results) restricted() bool {
	if r.keepOnly && !r.brush.IsZero() {
		return true
	}
	for _, v := range r.filter {
		if len(v) > 0 {
			return true
		}
	}
	return false
}

// itemPasses reports whether any hit of the item passes. An item without loaded hits passes
// only while nothing restricts.
func (r *Results) itemPasses(it Item, but Facet) bool {
	if r.combo != 0 && it.Places != r.combo {
		return false
	}
	if !r.restricted() {
		return true
	}
	return slices.ContainsFunc(it.hits, func(i int) bool { return r.passes(r.hits[i], but) })
}

// Values lists a facet's values, the most frequent first.
func (r *Results) Values(f Facet) []FacetValue {
	rows := map[string]int{}
	for _, it := range r.items {
		if r.combo != 0 && it.Places != r.combo {
			continue
		}
		seen := map[string]bool{}
		for _, i := range it.hits {
			v := r.value(f, r.hits[i])
			if !seen[v] && r.passes(r.hits[i], f) {
				seen[v] = true
				rows[v]++
			}
		}
	}
	for _, v := range r.filter[f] {
		rows[v] += 0 // a chosen value stays in the list
	}
	out := make([]FacetValue, 0, len(rows))
	for v, n := range rows {
		out = append(out, FacetValue{v, facetLabel(f, v), n, slices.Contains(r.filter[f], v)})
	}
	slices.SortFunc(out, func(a, b FacetValue) int {
		if f == FacetTime || f == FacetYear {
			return cmp.Compare(a.Value, b.Value)
		}
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Label, b.Label))
	})
	return out
}

// Toggle adds or removes one value of a facet.
func (r *Results) Toggle(f Facet, value string) {
	next := Filter{}
	for k, v := range r.filter {
		next[k] = v
	}
	if i := slices.Index(next[f], value); i >= 0 {
		next[f] = slices.Delete(slices.Clone(next[f]), i, i+1)
	} else {
		next[f] = append(slices.Clone(next[f]), value)
	}
	r.filter = next
	r.refilter()
	r.changed()
}

// ClearFacet takes all values of a facet out.
func (r *Results) ClearFacet(f Facet) {
	next := Filter{}
	for k, v := range r.filter {
		if k != f {
			next[k] = v
		}
	}
	r.filter = next
	r.refilter()
	r.changed()
}

// ClearFilters shows every row again; the brush stays, as light only.
func (r *Results) ClearFilters() {
	r.filter, r.combo, r.keepOnly = nil, 0, false
	r.refilter()
	r.changed()
}

// Chosen returns the values chosen of a facet, worded.
func (r *Results) Chosen(f Facet) []string {
	var out []string
	for _, v := range r.filter[f] {
		out = append(out, facetLabel(f, v))
	}
	return out
}

// Restricted reports whether any filter is on.
func (r *Results) Restricted() bool { return r.combo != 0 || r.restricted() }

// Combo is one combination of places with the number of plates seen in exactly those.
type Combo struct {
	Places []bool
	Rows   int
	On     bool
	set    uint64
}

// Combos lists the combinations that occur, most places first, then most rows; only for
// answers that group by plate.
func (r *Results) Combos() []Combo {
	if !r.grouped {
		return nil
	}
	rows := map[uint64]int{}
	for _, it := range r.items {
		rows[it.Places]++
	}
	var out []Combo
	for set, n := range rows {
		c := Combo{Rows: n, On: set == r.combo, set: set, Places: make([]bool, r.places)}
		for i := range c.Places {
			c.Places[i] = set&(1<<i) != 0
		}
		out = append(out, c)
	}
	bits := func(c Combo) int {
		n := 0
		for _, on := range c.Places {
			if on {
				n++
			}
		}
		return n
	}
	slices.SortFunc(out, func(a, b Combo) int {
		return cmp.Or(cmp.Compare(bits(b), bits(a)), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.set, b.set))
	})
	return out
}

// PickCombo keeps only plates seen in exactly combination c; picking it again shows all.
func (r *Results) PickCombo(c Combo) {
	if r.combo == c.set {
		r.combo = 0
	} else {
		r.combo = c.set
	}
	r.refilter()
	r.changed()
}

// refilter computes the shown rows and keeps the selected one where it still is.
func (r *Results) refilter() {
	r.rev++
	r.rowsRev++
	r.shown = r.shown[:0]
	for i, it := range r.items {
		if r.itemPasses(it, facets_) {
			r.shown = append(r.shown, i)
		}
	}
	r.sortShown()
	if r.selected >= 0 && !slices.Contains(r.shown, r.selected) {
		r.selected = -1
		r.photos.stop()
	}
}
