package feed

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"cordon/engine/detection"
)

// DocAgreements is the name of the control lane's document of agreements.
const DocAgreements = "agreements"

// Agreements say which units may see which lanes, and of what time. What none permits is not
// to be seen.
type Agreements struct {
	List []Agreement `json:"agreements"`
}

// Agreement permits lanes to units.
type Agreement struct {
	Name  string    `json:"name"`          // e.g. "Wilmington PD and Delaware State Police, 2026"
	Units []string  `json:"units"`         // as in accounts; "*" stands for any
	Lanes []string  `json:"lanes"`         // source.region, in which * stands for any letters
	From  time.Time `json:"from,omitzero"` // oldest time of reads; zero: any
	To    time.Time `json:"to,omitzero"`   // all reads are older; zero: any
}

// ParseAgreements reads the document. Errors match ErrInvalid.
func ParseAgreements(text []byte) (*Agreements, error) {
	a := new(Agreements)
	if err := strictDocument(text, a); err != nil {
		return nil, fmt.Errorf("%w: agreements: %w", ErrInvalid, err)
	}
	for i, x := range a.List {
		problem := ""
		switch {
		case strings.TrimSpace(x.Name) == "":
			problem = "has no name"
		case len(x.Units) == 0 || slices.Contains(x.Units, ""):
			problem = `names no unit; write "*" for all`
		case len(x.Lanes) == 0 || slices.ContainsFunc(x.Lanes, func(l string) bool { return !isLanePattern(l) }):
			problem = "names no lanes, or not in the form source.region with * for any letters"
		case !x.From.IsZero() && !x.To.IsZero() && !x.From.Before(x.To):
			problem = "ends before it begins"
		}
		if problem != "" {
			return nil, fmt.Errorf("%w: agreement %d (%q) %s", ErrInvalid, i+1, x.Name, problem)
		}
	}
	return a, nil
}

func isLanePattern(s string) bool {
	_, err := ParseLane(strings.ReplaceAll(s, "*", "x"))
	return err == nil
}

// Times returns the times of a lane's reads that a unit may see, ascending and disjoint: none
// when it may see nothing of it, and all when it may see everything.
func (a *Agreements) Times(unit, lane string) (windows []detection.Window, all bool) {
	for _, x := range a.List {
		if !slices.Contains(x.Units, "*") && !slices.Contains(x.Units, unit) {
			continue
		}
		if !slices.ContainsFunc(x.Lanes, func(p string) bool { ok, err := path.Match(p, lane); return err == nil && ok }) {
			continue
		}
		w := detection.Window{From: x.From, To: x.To}
		if w.From.IsZero() {
			w.From = time.UnixMilli(minWindow).UTC()
		}
		if w.To.IsZero() {
			w.To = time.UnixMilli(maxWindow).UTC()
		}
		if x.From.IsZero() && x.To.IsZero() {
			return nil, true
		}
		windows = append(windows, w)
	}
	slices.SortFunc(windows, func(x, y detection.Window) int { return cmp.Or(x.From.Compare(y.From), x.To.Compare(y.To)) })
	out := windows[:0]
	for _, w := range windows {
		if n := len(out); n > 0 && !w.From.After(out[n-1].To) {
			if w.To.After(out[n-1].To) {
				out[n-1].To = w.To
			}
			continue
		}
		out = append(out, w)
	}
	return out, false
}

// The times that stand for an open end lie outside of all that can be stored.
var (
	minWindow = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	maxWindow = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
)
