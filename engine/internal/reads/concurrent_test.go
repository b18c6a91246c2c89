package reads

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
)

// Sixteen goroutines query while batches arrive and merge: every answer is that of some
// state, and cancelling stops work within 50 ms.
func TestConcurrent(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{placeRows: 64, plateRows: 32, idRows: 64, maxRuns: 2, maxEdits: 3})
	plans := worldPlans(t)
	valid := make([]map[string]bool, len(plans)) // answers of all states, by plan
	single := openTest(t, t.TempDir(), tuning{})
	const batches, per = 8, 300
	batch := func(i int) (list []detection.Detection) {
		for d := range synthetic(per, uint64(i), 0.3) {
			d.ID = fmt.Sprint(i*per, "-", d.ID)
			list = append(list, d)
		}
		return list
	}
	for i := range batches + 1 {
		for k, a := range answers(t, single, plans) {
			if valid[k] == nil {
				valid[k] = map[string]bool{}
			}
			valid[k][a] = true
		}
		if _, err := single.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for g := range 16 {
		wg.Go(func() {
			for i := g; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				k := i % len(plans)
				res, err := s.Run(ctx, plans[k])
				if err != nil {
					t.Error(err)
					return
				}
				if !valid[k][resultText(res)] {
					t.Errorf("plan %d: an answer of no state: %d", k, res.Count)
					return
				}
			}
		})
	}
	for i := range batches {
		if _, err := s.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}

func TestCancel(t *testing.T) {
	s := openTest(t, t.TempDir(), tuning{})
	if _, err := s.Append(context.Background(), Batch{Lane: "local"}, synthetic(100_000, 1, 1), nil); err != nil {
		t.Fatal(err)
	}
	for i, p := range worldPlans(t) {
		s.cache = newBlockCache(1) // every block is read anew
		ctx, cancel := context.WithCancel(context.Background())
		var at time.Time
		timer := time.AfterFunc(3*time.Millisecond, func() { at = time.Now(); cancel() })
		_, err := s.Run(ctx, p)
		if !timer.Stop() && err != nil {
			if late := time.Since(at); late > 50*time.Millisecond || !errors.Is(err, context.Canceled) {
				t.Errorf("plan %d: %v after %v", i, err, late)
			}
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	rows := func(yield func(detection.Detection, error) bool) {
		for d := range synthetic(50_000, 2, 0) {
			if n++; n == 20_000 {
				cancel()
			}
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, rows, nil); !errors.Is(err, context.Canceled) || n > 22_000 {
		t.Errorf("append: %v after %d rows", err, n)
	}
}
