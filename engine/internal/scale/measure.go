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
	Returned       int64 // median rows or vehicles returned
}

// Subject is what is measured: the store, or a peer.
type Subject interface {
	// Ask runs a plan and returns how many matched and how many were returned.
	Ask(ctx context.Context, p reads.Plan) (matched, returned int64, err error)
	// Forget drops every cache of the subject's own.
	Forget(ctx context.Context) error
}

// Measure times the plans of each class: warm after two runs, over rounds runs an instance;
// cold with the caches dropped before each, over a third as many.
func Measure(ctx context.Context, s Subject, classes []Class, rounds int, progress func(Timing)) ([]Timing, error) {
	var out []Timing
	for _, c := range classes {
		t, err := measureClass(ctx, s, c, rounds)
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

func measureClass(ctx context.Context, s Subject, c Class, rounds int) (Timing, error) {
	t := Timing{Class: c.Name}
	var matches, returned []int64
	var warm, cold []time.Duration
	for range 2 {
		matches, returned = matches[:0], returned[:0]
		for _, p := range c.Plans {
			m, r, err := s.Ask(ctx, p)
			if err != nil {
				return t, err
			}
			matches, returned = append(matches, m), append(returned, r)
		}
	}
	ask := func(p reads.Plan) (time.Duration, error) {
		begin := time.Now()
		_, _, err := s.Ask(ctx, p)
		return time.Since(begin), err
	}
	for range rounds {
		for _, p := range c.Plans {
			took, err := ask(p)
			if err != nil {
				return t, err
			}
			warm = append(warm, took)
		}
	}
	for range max(rounds/3, 1) {
		for _, p := range c.Plans {
			if err := s.Forget(ctx); err != nil {
				return t, err
			}
			took, err := ask(p)
			if err != nil {
				return t, err
			}
			cold = append(cold, took)
		}
	}
	t.Matches, t.Returned = median(matches), median(returned)
	for _, n := range matches {
		t.Sum += n
	}
	t.Warm50, t.Warm99 = percentile(warm, 50), percentile(warm, 99)
	t.Cold50, t.Cold99 = percentile(cold, 50), percentile(cold, 99)
	return t, nil
}

func median(list []int64) int64 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// percentile returns the p-th percentile in milliseconds.
func percentile(list []time.Duration, p int) float64 {
	slices.Sort(list)
	at := min(len(list)*p/100, len(list)-1)
	return float64(list[at]) / 1e6
}
