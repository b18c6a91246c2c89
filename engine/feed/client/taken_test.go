package client

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawWeeks draws what a server may list for a lane.
func drawWeeks(t *rapid.T) []Weeks {
	var out []Weeks
	end := append([]string{""}, weeks...)
	for range rapid.IntRange(0, 2).Draw(t, "grants") {
		w := Weeks{rapid.SampledFrom(end).Draw(t, "from"), rapid.SampledFrom(end).Draw(t, "until")}
		if w.From != "" && w.Until != "" && w.Until < w.From {
			w.From, w.Until = w.Until, w.From
		}
		out = append(out, w)
	}
	return out
}

// mayHave is drawWeeks' meaning, week by week.
func mayHave(list []Weeks) map[string]bool {
	out := map[string]bool{}
	for _, week := range weeks {
		out[week] = len(list) == 0
		for _, w := range list {
			if (w.From == "" || w.From <= week) && (w.Until == "" || week <= w.Until) {
				out[week] = true
			}
		}
	}
	return out
}

// F-2, F-4: however a lane's permitted weeks change between syncs, and wherever the workstation is
// killed, it ends with all rows that count of the weeks that it may have, fetches no other
// week, keeps no row that was taken back, and fetches nothing again where nothing changed.
func TestPassedOverWeeksAreCaughtUp_F_2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &publisher{live: map[string]bool{}}
		w := &workstation{rows: map[string]bool{}}
		var taken Taken
		ever := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(t, "syncs") {
			for range rapid.IntRange(0, 10).Draw(t, "steps") {
				p.step(t)
			}
			lane := Lane{Weeks: drawWeeks(t)}
			may := mayHave(lane.Weeks)
			for week, ok := range may {
				ever[week] = ever[week] || ok
			}
			// syncOnce is one sync, killed behind so many commits; it reports whether it got to the end.
			syncOnce := func(commits int) (end bool, fetched int) {
				lacks := taken.lacks(w.at, lane.Weeks)
				if w.at == int64(len(p.records)) && !lacks {
					return true, 0
				}
				first := earliest(w.at, 0, p.records)
				if lacks {
					first = 0
				}
				plan := newPlanner(w.at, first, p.records[first:], rapid.Int64Range(1, 20).Draw(t, "step rows"))
				plan.permits = lane.permits
				if lacks {
					plan.passed = func(n int64) bool { return !taken.has(n, plan.record(n).Period) }
				}
				missing := map[int64]bool{}
				if rapid.Bool().Draw(t, "tidied") {
					for _, r := range p.records {
						for _, x := range r.Replaces {
							missing[x] = true
						}
					}
				}
				commit := func() bool { commits--; return commits >= 0 }
				if !commit() {
					return false, fetched
				}
				taken = taken.At(w.at, lane.Weeks)
				for _, s := range plan.steps() {
					if s.CaughtUp > 0 && s.To != w.at {
						t.Fatalf("a step below the position moves it from %d to %d", w.at, s.To)
					}
					for _, it := range s.items {
						if !may[it.record.Period] {
							t.Fatalf("fetches record %d of week %s, permitted are %v", it.number, it.record.Period, lane.Weeks)
						}
					}
					if !commit() {
						return false, fetched
					}
					w.apply(p, plan, s, missing, &fetched)
					if s.CaughtUp > 0 {
						if !commit() {
							return false, fetched
						}
						taken = taken.CaughtUp(s.CaughtUp, lane.Weeks)
					}
				}
				return true, fetched
			}
			if rapid.IntRange(0, 3).Draw(t, "killed") == 0 {
				if end, _ := syncOnce(rapid.IntRange(0, 6).Draw(t, "killed after")); !end && rapid.Bool().Draw(t, "goes on later") {
					continue
				}
			}
			if end, _ := syncOnce(1 << 30); !end || w.at != int64(len(p.records)) {
				t.Fatalf("ends at %d of %d", w.at, len(p.records))
			}
			if _, fetched := syncOnce(1 << 30); fetched > 0 {
				t.Fatalf("fetches %d rows again", fetched)
			}
			want := map[string]bool{}
			for id := range p.live {
				if may[p.week[id]] {
					want[id] = true
				}
			}
			got := map[string]bool{}
			for id := range w.rows {
				if !p.live[id] || !ever[p.week[id]] {
					t.Fatalf("holds %s of week %s: live %v, ever permitted %v", id, p.week[id], p.live[id], ever[p.week[id]])
				}
				if may[p.week[id]] {
					got[id] = true
				}
			}
			if !maps.Equal(got, want) {
				t.Fatalf("at %d with %v: has %v, the publisher %v", w.at, lane.Weeks, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
		}
	})
}

// What Taken says, record by record and week by week, is what was told it.
func TestTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const end = 20
		var taken Taken
		var model [end]map[string]bool
		for i := range model {
			model[i] = mayHave(nil)
		}
		at := int64(0)
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			list := drawWeeks(t)
			if rapid.Bool().Draw(t, "caught up") {
				n := rapid.Int64Range(0, at).Draw(t, "below")
				taken = taken.CaughtUp(n, list)
				for i := range n {
					for week, ok := range mayHave(list) {
						model[i][week] = model[i][week] || ok
					}
				}
				continue
			}
			at = rapid.Int64Range(at, end-1).Draw(t, "at")
			taken = taken.At(at, list)
			for i := at; i < end; i++ {
				model[i] = mayHave(list)
			}
			for n := range int64(end) {
				for _, week := range weeks {
					if taken.has(n, week) != model[n][week] {
						t.Fatalf("record %d, week %s: %v; %s", n, week, taken.has(n, week), fmt.Sprint(taken))
					}
				}
			}
			if next := drawWeeks(t); !taken.lacks(at, next) {
				for n := range at {
					for week, ok := range mayHave(next) {
						if ok && !model[n][week] {
							t.Fatalf("does not tell that record %d lacks week %s: %v", n, week, taken)
						}
					}
				}
			}
		}
	})
}
