package reads

import (
	"fmt"
	"math/big"
	"sort"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// The oracle answers plans by looking at every row ever given, with predicates of its own.

type oracleRow struct {
	detection.Detection
	lane, photos string
}

type oracle struct {
	rows []oracleRow
	seen map[string]detection.Detection
	gone map[string]bool       // destroyed quarters
	last map[string]int64      // batch number of each lane
	memo map[*orb.Point][]int8 // by shape: 1 inside, −1 outside, for each row
}

// inside remembers answers: rational numbers are slow.
func (o *oracle) inside(mp orb.MultiPolygon, row int) bool {
	key := &mp[0][0][0]
	if o.memo == nil {
		o.memo = map[*orb.Point][]int8{}
	}
	if o.memo[key] == nil {
		o.memo[key] = make([]int8, len(o.rows))
	}
	known := &o.memo[key][row]
	if *known == 0 {
		if *known = -1; oracleInside(mp, o.rows[row].Pos) {
			*known = 1
		}
	}
	return *known == 1
}

// append returns how many rows are stored, known with the same content, known with other
// content, and of destroyed quarters.
func (o *oracle) append(b Batch, list []detection.Detection) (n [4]int64) {
	if o.seen == nil {
		o.seen = map[string]detection.Detection{}
	}
	for _, d := range list {
		if o.gone[oracleQuarter(d.Time)] {
			n[3]++
			continue
		}
		if was, ok := o.seen[b.Lane+"\x00"+d.ID]; ok {
			if was == d {
				n[1]++
			} else {
				n[2]++
			}
			continue
		}
		o.seen[b.Lane+"\x00"+d.ID] = d
		o.rows = append(o.rows, oracleRow{d, b.Lane, b.Photos})
		n[0]++
	}
	o.memo = nil
	return n
}

func oracleQuarter(t time.Time) string { return fmt.Sprint(t.Year(), (t.Month()-1)/3) }

// destroy forgets a quarter and returns how many rows it had.
func (o *oracle) destroy(quarter string) (rows int64) {
	if o.gone == nil {
		o.gone = map[string]bool{}
	}
	o.gone[quarter], o.memo = true, nil
	keep := o.rows[:0]
	for _, r := range o.rows {
		if oracleQuarter(r.Time) != quarter {
			keep = append(keep, r)
			continue
		}
		delete(o.seen, r.lane+"\x00"+r.ID)
		rows++
	}
	o.rows = keep
	return rows
}

func oracleInside(mp orb.MultiPolygon, p orb.Point) bool {
	q := func(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }
	sub := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
	mul := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
	x, y := q(p[0]), q(p[1])
	odd := false
	for _, poly := range mp {
		if !poly.Bound().Contains(p) {
			continue // rational numbers are slow
		}
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				ax, ay, bx, by := q(ring[i-1][0]), q(ring[i-1][1]), q(ring[i][0]), q(ring[i][1])
				side := sub(mul(sub(bx, ax), sub(y, ay)), mul(sub(by, ay), sub(x, ax))).Sign()
				if side == 0 && sub(x, ax).Sign()*sub(x, bx).Sign() <= 0 && sub(y, ay).Sign()*sub(y, by).Sign() <= 0 {
					return true
				}
				if up := by.Cmp(ay) > 0; (ay.Cmp(y) > 0) != (by.Cmp(y) > 0) && (side > 0) == up {
					odd = !odd
				}
			}
		}
	}
	return odd
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return len(list) == 0
}

// remove takes rows out and returns how many there were.
func (o *oracle) remove(lane string, ids []string) (n int64) {
	keep := o.rows[:0]
	for _, r := range o.rows {
		if out := r.lane == lane && ids != nil && has(ids, r.ID); out {
			delete(o.seen, lane+"\x00"+r.ID)
			n++
			continue
		}
		keep = append(keep, r)
	}
	o.rows, o.memo = keep, nil
	return n
}

// sees is the restriction to lanes, one row at a time.
func (p Plan) sees(r oracleRow) bool {
	if p.Lanes == nil {
		return true
	}
	for _, l := range p.Lanes {
		if l.Lane != r.lane {
			continue
		}
		if l.Windows == nil {
			return true
		}
		for _, w := range l.Windows {
			if !r.Time.Before(w.From) && r.Time.Before(w.To) {
				return true
			}
		}
	}
	return false
}

// run answers p as text, so that answers compare as a whole.
func (o *oracle) run(p Plan, shapes []orb.MultiPolygon) string {
	type match struct {
		oracleRow
		areas, windows []int
	}
	var rows []match
	for k, r := range o.rows {
		m := match{oracleRow: r}
		for i, s := range shapes {
			if o.inside(s, k) {
				m.areas = append(m.areas, i)
			}
		}
		for i, g := range p.Windows {
			for _, w := range g {
				if !r.Time.Before(w.From) && r.Time.Before(w.To) {
					m.windows = append(m.windows, i)
				}
			}
		}
		year := p.Year == detection.YearRange{} || r.Year != 0 && (p.Year.Min == 0 || r.Year >= p.Year.Min) && (p.Year.Max == 0 || r.Year <= p.Year.Max)
		if !p.sees(r) || len(shapes) > 0 && m.areas == nil || len(p.Windows) > 0 && m.windows == nil ||
			!has(p.States, r.State) || !has(p.Makes, r.Make) || !has(p.Models, r.Model) || !has(p.Colors, r.Color) || !year ||
			p.Plate != "" && p.Plate != r.Plate || p.Pattern != nil && !oracleMatch(p.Pattern.Items(), r.Plate) {
			continue
		}
		rows = append(rows, m)
	}
	newest := func(list []match) {
		sort.SliceStable(list, func(i, j int) bool {
			if !list[i].Time.Equal(list[j].Time) {
				return list[i].Time.After(list[j].Time)
			}
			if c := detection.CompareIDs(list[i].ID, list[j].ID); c != 0 {
				return c > 0
			}
			return list[i].lane < list[j].lane
		})
	}
	show := func(b *strings.Builder, list []match, limit int) {
		newest(list)
		for _, m := range list[:min(limit, len(list))] {
			mask := uint64(0)
			for _, i := range m.areas {
				mask |= 1 << i
			}
			fmt.Fprintln(b, textOf(Row{Detection: m.Detection, Lane: m.lane, PhotoProvider: m.photos, Areas: mask}))
		}
	}
	var b strings.Builder
	if p.Kind != detection.KindCommon && p.Kind != detection.KindRepeat {
		fmt.Fprintln(&b, len(rows), len(rows))
		show(&b, rows, p.Limit)
		return b.String()
	}
	groups := map[detection.Vehicle][]match{}
	for _, r := range rows {
		groups[r.Vehicle()] = append(groups[r.Vehicle()], r)
	}
	parts := len(shapes)
	if p.Kind == detection.KindRepeat {
		parts = len(p.Windows)
	}
	least := p.MinSeen
	if least < 1 {
		least = 2
	}
	var list []VehicleRow
	for v, g := range groups {
		row := VehicleRow{Vehicle: v, PerArea: make([]int, parts), Reads: len(g), First: g[0].Time, Last: g[0].Time}
		for _, m := range g {
			in := m.areas
			if p.Kind == detection.KindRepeat {
				in = m.windows
			}
			for _, i := range in {
				row.PerArea[i]++
			}
			if m.Time.Before(row.First) {
				row.First = m.Time
			}
			if m.Time.After(row.Last) {
				row.Last = m.Time
			}
		}
		for _, n := range row.PerArea {
			if n > 0 {
				row.Seen++
			}
		}
		if row.Seen >= least {
			list = append(list, row)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		x, y := list[i], list[j]
		switch {
		case x.Seen != y.Seen:
			return x.Seen > y.Seen
		case x.Reads != y.Reads:
			return x.Reads > y.Reads
		case x.Vehicle.Plate != y.Vehicle.Plate:
			return x.Vehicle.Plate < y.Vehicle.Plate
		}
		return x.Vehicle.State < y.Vehicle.State
	})
	fmt.Fprintln(&b, len(list), len(rows))
	var reads []match
	for _, v := range list[:min(p.Limit, len(list))] {
		fmt.Fprintln(&b, vehicleText(v))
		reads = append(reads, groups[v.Vehicle]...)
	}
	show(&b, reads, p.Reads)
	return b.String()
}

func oracleMatch(items []rune, s string) bool {
	if len(items) == 0 {
		return s == ""
	}
	if items[0] == '*' {
		return oracleMatch(items[1:], s) || s != "" && oracleMatch(items, s[1:])
	}
	return s != "" && (items[0] == '?' || byte(items[0]) == s[0]) && oracleMatch(items[1:], s[1:])
}

func textOf(r Row) string {
	return fmt.Sprintf("%s %s/%s %s %v,%v %q %q %q %d %v %q %q %v %d %s %q %b", r.ID, r.Plate, r.State, r.Time.Format(time.RFC3339Nano), r.Pos[0], r.Pos[1],
		r.Make, r.Model, r.Color, r.Year, r.HeadingDeg, r.Camera, r.Source, r.Confidence, r.Detection.Photos, r.Lane, r.PhotoProvider, r.Areas)
}

func vehicleText(v VehicleRow) string {
	return fmt.Sprintf("%s/%s %d %v %d %s %s", v.Vehicle.Plate, v.Vehicle.State, v.Seen, v.PerArea, v.Reads, v.First.Format(time.RFC3339Nano), v.Last.Format(time.RFC3339Nano))
}

func resultText(r *Result) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Count, r.Matched)
	for _, row := range r.Rows {
		fmt.Fprintln(&b, textOf(row))
	}
	for _, v := range r.Vehicles {
		fmt.Fprintln(&b, vehicleText(v))
	}
	for _, row := range r.Reads {
		fmt.Fprintln(&b, textOf(row))
	}
	return b.String()
}
