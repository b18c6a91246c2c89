//go:build linux

package torture

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"
)

// oracle knows what the store must hold: the first row of each id of the batches that were
// stored, less the quarters whose keys were destroyed.
type oracle struct {
	seed uint64
	rows map[string]detection.Detection
	next int64 // batch to take in
}

func newOracle(seed uint64) *oracle {
	return &oracle{seed: seed, rows: map[string]detection.Detection{}, next: 1}
}

// upTo takes in the batches up to n.
func (o *oracle) upTo(n int64) {
	for ; o.next <= n; o.next++ {
		for _, d := range batchOf(o.seed, o.next) {
			if _, known := o.rows[d.ID]; !known {
				o.rows[d.ID] = d
			}
		}
	}
}

// expected lists the rows that must be there as text, in order. A row of a batch that came
// after the destruction of its quarter was left out, and one from before is gone: the same.
func (o *oracle) expected(gone map[int32]bool, want func(detection.Detection) bool) []string {
	var list []string
	for _, d := range o.rows {
		if !gone[quarterNumber(d.Time)] && want(d) {
			list = append(list, text(d))
		}
	}
	slices.Sort(list)
	return list
}

func text(d detection.Detection) string {
	return fmt.Sprintf("%s %s/%s %d %v %v %q %q %q %d %v %q %q %v %d", d.ID, d.Plate, d.State, d.Time.UnixMilli(), d.Pos[0], d.Pos[1],
		d.Make, d.Model, d.Color, d.Year, d.HeadingDeg, d.Camera, d.Source, d.Confidence, d.Photos)
}

// question is a plan and, apart from it, what it means.
type question struct {
	name string
	plan reads.Plan
	want func(detection.Detection) bool
}

const everything = 1 << 30

// questions ask for rows in each way the store can look them up. The first reads the
// place projection whole, the last ones the plate projection.
func questions() ([]question, error) {
	all := func(detection.Detection) bool { return true }
	some, err := detection.ParsePattern("*12*", detection.StarAny)
	if err != nil {
		return nil, err
	}
	const w, s, e, n = -75.71, 39.11, -75.42, 39.33
	shape, err := geo.Prepare(orb.MultiPolygon{{{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}})
	if err != nil {
		return nil, err
	}
	from, to := worldStart.AddDate(0, 0, 10), worldStart.AddDate(0, 0, 30)
	window := [][]detection.Window{{{From: from, To: to}}}
	inWindow := func(d detection.Detection) bool { return !d.Time.Before(from) && d.Time.Before(to) }
	inBox := func(d detection.Detection) bool {
		return d.Pos[0] >= w && d.Pos[0] <= e && d.Pos[1] >= s && d.Pos[1] <= n
	}
	list := []question{
		{"place, whole", reads.Plan{Kind: detection.KindModel, Limit: everything}, all},
		{"area and window", reads.Plan{Kind: detection.KindGeo, Areas: []*geo.Shape{shape}, Windows: window, Limit: everything}, func(d detection.Detection) bool { return inBox(d) && inWindow(d) }},
		{"count of an area", reads.Plan{Kind: detection.KindGeo, Areas: []*geo.Shape{shape}}, inBox},
		{"plate", reads.Plan{Kind: detection.KindPlate, Plate: "AA077", Limit: everything}, func(d detection.Detection) bool { return d.Plate == "AA077" }},
		{"part of a plate", reads.Plan{Kind: detection.KindPartial, Pattern: &some, Windows: window, Limit: everything}, func(d detection.Detection) bool { return strings.Contains(d.Plate, "12") && inWindow(d) }},
		{"make and state", reads.Plan{Kind: detection.KindModel, Makes: []string{"BMW"}, States: []string{"PA"}, Limit: everything}, func(d detection.Detection) bool { return d.Make == "BMW" && d.State == "PA" }},
	}
	for _, letter := range []string{"A", "B", "C", "D", "E", "F", "G"} {
		start, err := detection.ParsePattern(letter+"*", detection.StarAny)
		if err != nil {
			return nil, err
		}
		list = append(list, question{"plates from " + letter, reads.Plan{Kind: detection.KindPartial, Pattern: &start, Limit: everything}, func(d detection.Detection) bool { return strings.HasPrefix(d.Plate, letter) }})
	}
	return list, nil
}

// ask returns the error of the store, or what is wrong with its answer.
func ask(ctx context.Context, s *reads.Store, q question, want []string) (wrong string, err error) {
	r, err := s.Run(ctx, q.plan)
	if err != nil {
		return "", err
	}
	if r.Count != int64(len(want)) {
		return fmt.Sprintf("%s: counts %d rows, want %d", q.name, r.Count, len(want)), nil
	}
	if q.plan.Limit == 0 {
		return "", nil
	}
	got := make([]string, 0, len(r.Rows))
	for i, row := range r.Rows {
		got = append(got, text(row.Detection))
		if i > 0 && row.Time.After(r.Rows[i-1].Time) {
			return q.name + ": the rows are not in order", nil
		}
	}
	slices.Sort(got)
	return difference(q.name, got, want), nil
}

func difference(name string, got, want []string) string {
	if slices.Equal(got, want) {
		return ""
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	at := func(list []string) string {
		if i < len(list) {
			return list[i]
		}
		return "nothing"
	}
	return fmt.Sprintf("%s: %d rows, want %d; the first difference: %s, want %s", name, len(got), len(want), at(got), at(want))
}

// common asks which vehicles were read in at least two of three areas, and compares.
func common(ctx context.Context, s *reads.Store, o *oracle, gone map[int32]bool) (wrong string, err error) {
	boxes := [3][4]float64{{-75.8, 39, -75.7, 39.5}, {-75.65, 39, -75.5, 39.5}, {-75.45, 39, -75.35, 39.5}}
	p := reads.Plan{Kind: detection.KindCommon, MinSeen: 2, Limit: everything}
	for _, b := range boxes {
		shape, err := geo.Prepare(orb.MultiPolygon{{{{b[0], b[1]}, {b[2], b[1]}, {b[2], b[3]}, {b[0], b[3]}, {b[0], b[1]}}}})
		if err != nil {
			return "", err
		}
		p.Areas = append(p.Areas, shape)
	}
	r, err := s.Run(ctx, p)
	if err != nil {
		return "", err
	}
	seen := map[string][3]int{}
	for _, d := range o.rows {
		if gone[quarterNumber(d.Time)] {
			continue
		}
		n := seen[d.Plate+"/"+d.State]
		for i, b := range boxes {
			if d.Pos[0] >= b[0] && d.Pos[0] <= b[2] && d.Pos[1] >= b[1] && d.Pos[1] <= b[3] {
				n[i]++
			}
		}
		seen[d.Plate+"/"+d.State] = n
	}
	var got, want []string
	for v, n := range seen {
		if min(n[0], 1)+min(n[1], 1)+min(n[2], 1) >= 2 {
			want = append(want, fmt.Sprint(v, " ", n))
		}
	}
	for _, v := range r.Vehicles {
		got = append(got, fmt.Sprint(v.Vehicle.Plate, "/", v.Vehicle.State, " ", v.PerArea))
	}
	sort.Strings(got)
	sort.Strings(want)
	return difference("common plates", got, want), nil
}

// verdict is what a look at a store found.
type verdict struct {
	batch int64    // last batch that is there
	lost  int64    // acknowledged rows that are not
	wrong []string // everything that must not be
}

// examine opens the store and compares all of it with the log: every acknowledged batch
// there, the one under way there as a whole or not at all, nothing else.
func examine(ctx context.Context, opt reads.Options, o *oracle, acked int64, gone map[int32]bool) (v verdict, err error) {
	s, err := reads.Open(ctx, opt)
	if err != nil {
		return v, err
	}
	defer func() {
		if e := s.Close(); e != nil && err == nil {
			v.wrong = append(v.wrong, "close: "+e.Error())
		}
	}()
	complain := func(f string, a ...any) { v.wrong = append(v.wrong, fmt.Sprintf(f, a...)) }
	st := s.State()
	for _, l := range st.Lanes {
		v.batch = l.Batch
	}
	o.upTo(acked)
	if v.batch < acked {
		complain("batch %d was acknowledged, the store ends with %d", acked, v.batch)
	}
	if v.batch > acked+1 {
		complain("batch %d was acknowledged, the store has %d", acked, v.batch)
	}
	o.upTo(v.batch)
	list, err := questions()
	if err != nil {
		return v, err
	}
	for i, q := range list {
		want := o.expected(gone, q.want)
		wrong, err := ask(ctx, s, q, want)
		if err != nil {
			complain("%s: %v", q.name, err)
		}
		if wrong != "" {
			complain("%s", wrong)
		}
		if i == 0 && st.Rows != int64(len(want)) {
			complain("the state counts %d rows, want %d", st.Rows, len(want))
			v.lost = max(v.lost, int64(len(want))-st.Rows)
		}
	}
	if wrong, err := common(ctx, s, o, gone); err != nil || wrong != "" {
		complain("common plates: %s %v", wrong, err)
	}
	rep, err := s.Check(ctx, nil)
	if err != nil || len(rep.Findings) > 0 || rep.Rows != st.Rows {
		complain("the check of %d rows: %+v %v", st.Rows, rep, err)
	}
	if len(gone) > 0 && st.PurgedUntil.Before(worldStart) {
		complain("PurgedUntil is %s", st.PurgedUntil.Format(time.RFC3339))
	}
	return v, nil
}
