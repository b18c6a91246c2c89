package client

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cordon/engine/feed"
)

// publisher is a lane as its publisher knows it.
type publisher struct {
	records []*feed.Record
	rows    []map[string]bool // of each record
	live    map[string]bool   // ids that count
	week    map[string]string // of each id
	next    int
}

var weeks = []string{"2026-W18", "2026-W19", "2026-W20", "2026-W21"}

func (p *publisher) add(r *feed.Record, rows map[string]bool) {
	r.Rows, r.Bytes = int64(len(rows)), int64(10*len(rows)+1)
	for id := range rows {
		if p.week == nil {
			p.week = map[string]string{}
		}
		p.week[id] = r.Period
	}
	p.records, p.rows = append(p.records, r), append(p.rows, rows)
}

// step does what a publisher does: new reads, corrections, compactions (also of compacted
// segments, and such as were made before a correction that stands before them).
func (p *publisher) step(t *rapid.T) {
	fresh := func(n int) map[string]bool {
		out := map[string]bool{}
		for range n {
			p.next++
			out[fmt.Sprint(p.next)] = true
		}
		maps.Copy(p.live, out)
		return out
	}
	period := func() string { return rapid.SampledFrom(weeks).Draw(t, "week") }
	switch rapid.IntRange(0, 5).Draw(t, "publish") {
	case 0, 1, 2:
		p.add(&feed.Record{Period: period()}, fresh(rapid.IntRange(1, 5).Draw(t, "rows")))
	case 3: // correction
		if len(p.live) == 0 {
			return
		}
		r := &feed.Record{Period: period()}
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(p.live))), 1, min(3, len(p.live)), rapid.ID[string]).Draw(t, "gone") {
			r.Gone = append(r.Gone, id)
			delete(p.live, id)
		}
		p.add(r, fresh(len(r.Gone)))
	default:
		replaced := map[int64]bool{}
		for _, r := range p.records {
			for _, x := range r.Replaces {
				replaced[x] = true
			}
		}
		var open []int64
		week := period()
		for i := range p.records {
			if !replaced[int64(i)] && p.records[i].Period == week {
				open = append(open, int64(i))
			}
		}
		if len(open) < 2 {
			return
		}
		late := rapid.Bool().Draw(t, "raced")
		r, rows := &feed.Record{Period: week}, map[string]bool{}
		r.Replaces = rapid.SliceOfNDistinct(rapid.SampledFrom(open), 2, min(6, len(open)), rapid.ID[int64]).Draw(t, "replaces")
		slices.Sort(r.Replaces)
		for _, n := range r.Replaces {
			for id := range p.rows[n] {
				if p.live[id] || late {
					rows[id] = true
				}
			}
		}
		if late && len(p.live) > 0 { // a correction that it does not know of comes before it
			id := rapid.SampledFrom(slices.Sorted(maps.Keys(p.live))).Draw(t, "gone before it")
			delete(p.live, id)
			p.add(&feed.Record{Period: period(), Gone: []string{id}}, fresh(1))
		}
		if len(rows) == 0 {
			return
		}
		p.add(r, rows)
	}
}

// workstation holds what it was handed, as the store does: an id counts once.
type workstation struct {
	at   int64
	rows map[string]bool
}

func (w *workstation) apply(p *publisher, plan *planner, s Step, missing map[int64]bool, fetched *int) {
	for _, id := range s.Gone {
		delete(w.rows, id)
	}
	past := map[int64]bool{}
	for _, it := range s.items {
		if past[it.number] {
			continue
		}
		if missing[it.number] && it.instead != nil {
			it = it.instead
			for _, n := range it.covers {
				past[n] = true
			}
		}
		for id := range p.rows[it.number] {
			*fetched++
			if it.counts(id, plan.goneBy()) {
				w.rows[id] = true
			}
		}
	}
	w.at = s.To
}

// F-2: whatever is replaced and taken back, wherever the workstation stops and however old it
// is, it ends with the rows that the publisher's records say count: none lost, none left.
func TestPlanEndsWithThePublishersRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &publisher{live: map[string]bool{}}
		w := &workstation{rows: map[string]bool{}}
		for range rapid.IntRange(1, 8).Draw(t, "syncs") {
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				p.step(t)
			}
			for w.at < int64(len(p.records)) {
				first := earliest(w.at, 0, p.records)
				plan := newPlanner(w.at, first, p.records[first:], rapid.Int64Range(1, 20).Draw(t, "step rows"))
				steps := plan.steps()
				missing := map[int64]bool{} // replaced files that were tidied away
				if rapid.Bool().Draw(t, "tidied") {
					for _, r := range p.records {
						for _, x := range r.Replaces {
							missing[x] = true
						}
					}
				}
				killed, fetched := rapid.IntRange(1, len(steps)).Draw(t, "killed after"), 0
				for _, s := range steps[:killed] {
					w.apply(p, plan, s, missing, &fetched)
				}
				if rapid.IntRange(0, 3).Draw(t, "goes on later") == 0 {
					break
				}
			}
			if w.at == int64(len(p.records)) && !maps.Equal(w.rows, p.live) {
				t.Fatalf("at %d: has %v, the publisher %v", w.at, slices.Sorted(maps.Keys(w.rows)), slices.Sorted(maps.Keys(p.live)))
			}
		}
	})
}

// A new workstation takes large segments alone; one that was there passes over them; one that
// lacks little of them takes that.
func TestPlanFetchesLittle(t *testing.T) {
	p := &publisher{live: map[string]bool{}}
	for i := range 100 {
		p.add(new(feed.Record), map[string]bool{fmt.Sprint(i): true})
	}
	all, large := map[string]bool{}, new(feed.Record)
	for i := range 100 {
		all[fmt.Sprint(i)], large.Replaces = true, append(large.Replaces, int64(i))
	}
	p.add(large, all)
	for _, c := range []struct{ from, items int64 }{{0, 1}, {95, 5}, {100, 0}, {30, 1}} {
		plan := newPlanner(c.from, earliest(c.from, 0, p.records), p.records[earliest(c.from, 0, p.records):], 1000)
		steps := plan.steps()
		items := int64(0)
		for _, s := range steps {
			items += int64(len(s.items))
		}
		if items != c.items || steps[len(steps)-1].To != 101 {
			t.Errorf("from %d: %d items, steps %+v", c.from, items, steps)
		}
	}
}
