package scale

import (
	"context"
	"testing"
	"time"

	"cordon/engine/internal/reads"
)

// slow answers each plan after as many milliseconds as the plan's limit; the first time, and
// every third time after it, as if something else had the processor.
type slow struct{ asked map[int]int }

func (s slow) Ask(_ context.Context, p reads.Plan) (matched, returned int64, err error) {
	took := time.Duration(p.Limit) * time.Millisecond
	if s.asked[p.Limit]%3 == 0 {
		took += 15 * time.Millisecond
	}
	s.asked[p.Limit]++
	time.Sleep(took)
	return int64(p.Limit), 1, nil
}

// The least of an instance is that of its own runs, whatever the others took.
func TestMeasure(t *testing.T) {
	c := Class{Name: "X", Plans: []reads.Plan{{Limit: 1}, {Limit: 5}, {Limit: 9}}}
	list, err := Measure(t.Context(), slow{map[int]int{}}, []Class{c}, Effort{Rounds: 3, Budget: time.Minute}, nil)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	got := list[0]
	// A sleep is never shorter than asked for; how much longer is not for a test to say.
	if got.Matches != 5 || got.Sum != 15 || got.WarmLeast < 5 || got.Warm99 < 24 || got.WarmLeast > got.Warm99 || got.Cold50 != 0 {
		t.Errorf("%+v", got)
	}
	took := []time.Duration{4, 40, 9, 3, 50, 10} // two rounds of three instances
	for i := range took {
		took[i] *= time.Millisecond
	}
	if least := medianLeast(took, 3); least != 9 {
		t.Errorf("the median of 3, 40 and 9 ms is given as %v", least)
	}
}
