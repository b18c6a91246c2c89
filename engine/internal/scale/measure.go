package scale

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"cordon/engine/internal/reads"
)

// Keys derives the data keys of a measured store: they protect nothing.
type Keys struct{}

// DataKey implements reads.KeySource.
func (Keys) DataKey(_ context.Context, retention int32) ([32]byte, error) {
	return sha256.Sum256(binary.BigEndian.AppendUint32([]byte("scale"), uint32(retention))), nil
}

// Timing is what one class took, in milliseconds of engine time.
type Timing struct {
	Class          string
	Matches        int64 // median of the instances: rows, or vehicles for C1 and C2
	Sum            int64 // matches of all instances
	Warm50, Warm99 float64
	Cold50, Cold99 float64
	// WarmLeast and ColdLeast are the median over the instances of the fastest run of each:
	// what a class takes when nothing else wants the processor.
	WarmLeast, ColdLeast float64
	Returned             int64 // median rows or vehicles returned
}

// Subject is what is measured: the store, or a peer.
type Subject interface {
	// Ask runs a plan and returns how many matched and how many were returned.
	Ask(ctx context.Context, p reads.Plan) (matched, returned int64, err error)
}

// Forgetter is a subject that can be measured cold.
type Forgetter interface {
	// Forget drops every cache of the subject's own.
	Forget(ctx context.Context) error
}

// Effort says how often Measure asks.
type Effort struct {
	Rounds int           // warm runs an instance; cold a third as many
	Budget time.Duration // a class that has taken so long is asked in no further round
}

// Measure times the plans of each class: warm after two runs (a class that takes the budget
// in the first is not asked again); cold, for a [Forgetter],
// with the caches dropped before each.
func Measure(ctx context.Context, s Subject, classes []Class, e Effort, progress func(Timing)) ([]Timing, error) {
	var out []Timing
	for _, c := range classes {
		t, err := measureClass(ctx, s, c, e)
		if err != nil {
			return out, fmt.Errorf("%s: %w", c.Name, err)
		}
		out = append(out, t)
		if progress != nil {
			progress(t)
		}
	}
	return out, nil
}

func measureClass(ctx context.Context, s Subject, c Class, e Effort) (Timing, error) {
	t, begin := Timing{Class: c.Name}, time.Now()
	var matches, returned []int64
	var warm, cold []time.Duration
	forgetter, canForget := s.(Forgetter)
	round := func(use func(matched, returned int64, took time.Duration), forget bool) error {
		for _, p := range c.Plans {
			if forget {
				if err := forgetter.Forget(ctx); err != nil {
					return err
				}
			}
			at := time.Now()
			m, r, err := s.Ask(ctx, p)
			if err != nil {
				return err
			}
			use(m, r, time.Since(at))
		}
		return nil
	}
	rounds := func(n int, forget bool, use func(matched, returned int64, took time.Duration)) error {
		for i := range n {
			if i > 0 && time.Since(begin) > e.Budget {
				break
			}
			if err := round(use, forget); err != nil {
				return err
			}
		}
		return nil
	}
	var first []time.Duration
	err := round(func(m, r int64, took time.Duration) {
		matches, returned, first = append(matches, m), append(returned, r), append(first, took)
	}, false)
	switch {
	case err != nil:
	case time.Since(begin) > e.Budget: // each question is long enough to warm up for the next
		warm = first
	default:
		if err = round(func(int64, int64, time.Duration) {}, false); err == nil {
			err = rounds(e.Rounds, false, func(_, _ int64, took time.Duration) { warm = append(warm, took) })
		}
	}
	if begin = time.Now(); err == nil && canForget {
		err = rounds(max(e.Rounds/3, 1), true, func(_, _ int64, took time.Duration) { cold = append(cold, took) })
	}
	if err != nil {
		return t, err
	}
	t.Matches, t.Returned = median(matches), median(returned)
	for _, n := range matches {
		t.Sum += n
	}
	t.WarmLeast = medianLeast(warm, len(c.Plans)) // before percentile, which sorts
	t.Warm50, t.Warm99 = percentile(warm, 50), percentile(warm, 99)
	if canForget {
		t.ColdLeast = medianLeast(cold, len(c.Plans))
		t.Cold50, t.Cold99 = percentile(cold, 50), percentile(cold, 99)
	}
	return t, nil
}

// medianLeast returns the median of the least time of each of n instances, in milliseconds.
// The list holds round after round, each with all instances in order.
func medianLeast(list []time.Duration, n int) float64 {
	least := slices.Clone(list[:n])
	for i, took := range list {
		least[i%n] = min(least[i%n], took)
	}
	return percentile(least, 50)
}

func median(list []int64) int64 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// percentile returns the p-th percentile in milliseconds, and sorts the list.
func percentile(list []time.Duration, p int) float64 {
	slices.Sort(list)
	at := min(len(list)*p/100, len(list)-1)
	return float64(list[at]) / 1e6
}
