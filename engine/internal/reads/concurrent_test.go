package reads

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cordon/engine/detection"
)

// Sixteen goroutines query while batches arrive and merge and a quarter is destroyed: every
// answer is that of some state.
func TestConcurrent(t *testing.T) {
	ctx := context.Background()
	open := func(tune tuning) (*Store, *worldKeys) {
		keys := &worldKeys{gone: map[int32]bool{}}
		tune.ballast = 1 << 10
		s, err := Open(ctx, Options{Dir: t.TempDir(), Keys: keys, MinFree: 1, tune: tune})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s, keys
	}
	s, keys := open(tuning{placeRows: 64, plateRows: 32, idRows: 64, maxRuns: 2, maxEdits: 3})
	plans := worldPlans(t)
	valid := make([]map[string]bool, len(plans)) // answers of all states, by plan
	single, singleKeys := open(tuning{})
	const batches, per = 8, 300
	batch := func(i int) (list []detection.Detection) {
		for d := range synthetic(per, uint64(i), 0.3) {
			d.ID = fmt.Sprint(i*per, "-", d.ID)
			if len(list)%2 == 1 {
				d.Time = d.Time.AddDate(0, -3, 0)
			}
			list = append(list, d)
		}
		return list
	}
	const old = 2026 * 4 // the quarter of every other row
	destroy := func(s *Store, keys *worldKeys) {
		keys.destroy(old)
		if d, err := s.DestroyQuarters(ctx, []int32{old}); err != nil || d.Rows == 0 {
			t.Errorf("destroyed %+v, %v", d, err)
		}
	}
	note := func() {
		for k, a := range answers(t, single, plans) {
			if valid[k] == nil {
				valid[k] = map[string]bool{}
			}
			valid[k][a] = true
		}
	}
	note()
	for i := range batches {
		if i == batches/2 {
			destroy(single, singleKeys)
			note()
		}
		if _, err := single.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Fatal(err)
		}
		note()
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
		if i == batches/2 {
			destroy(s, keys)
		}
		if _, err := s.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Error(err)
		}
		if i%3 == 2 {
			if err := s.Settle(ctx); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	wg.Wait()
}

// countingContext is cancelled at the n-th time it is asked and counts what is asked later.
// Work is done between two questions: a block, a part of the vehicles.
type countingContext struct {
	context.Context
	left  atomic.Int64
	after atomic.Int64
	busy  atomic.Int64 // callers in Err now
	most  atomic.Int64
	wait  time.Duration
}

func (c *countingContext) Err() error {
	most := c.busy.Add(1)
	for old := c.most.Load(); most > old && !c.most.CompareAndSwap(old, most); old = c.most.Load() {
	}
	time.Sleep(c.wait)
	c.busy.Add(-1)
	if c.left.Add(-1) >= 0 {
		return nil
	}
	c.after.Add(1)
	return context.Canceled
}

// A cancelled query does no more than the block that each of its workers is at, and asks
// at every block.
func TestCancel(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	s := openTest(t, t.TempDir(), tuning{placeRows: 256, plateRows: 64, shareRows: 1, shareHits: 1})
	if _, err := s.Append(context.Background(), Batch{Lane: "local"}, synthetic(50_000, 1, 1), nil); err != nil {
		t.Fatal(err)
	}
	for i, p := range worldPlans(t) {
		whole := &countingContext{Context: context.Background()}
		whole.left.Store(1 << 40)
		if _, err := s.Run(whole, p); err != nil {
			t.Fatal(err)
		}
		e, err := s.Estimate(context.Background(), p)
		asked := 1<<40 - whole.left.Load()
		if err != nil || asked < int64(e.Blocks) {
			t.Fatalf("plan %d: asked %d times for %d blocks; %v", i, asked, e.Blocks, err)
		}
		for k := range int64(10) {
			c := &countingContext{Context: context.Background()}
			c.left.Store(k * asked / 10)
			if _, err := s.Run(c, p); !errors.Is(err, context.Canceled) {
				t.Errorf("plan %d: %v", i, err)
			}
			if n := c.after.Load(); n > maxWorkers+1 {
				t.Errorf("plan %d: went on %d times after it was cancelled", i, n)
			}
		}
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

// However many cores there are, a query takes only some of them: sixteen sessions get on
// beside each other.
func TestWorkersBound(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16))
	s := openTest(t, t.TempDir(), tuning{placeRows: 256, plateRows: 64, shareRows: 1, shareHits: 1})
	if _, err := s.Append(context.Background(), Batch{Lane: "local"}, synthetic(20_000, 1, 1), nil); err != nil {
		t.Fatal(err)
	}
	for i, p := range worldPlans(t) {
		c := &countingContext{Context: context.Background(), wait: 100 * time.Microsecond}
		c.left.Store(1 << 40)
		if _, err := s.Run(c, p); err != nil {
			t.Fatal(err)
		}
		if n := c.most.Load(); n > maxWorkers || n < 2 {
			t.Errorf("plan %d: %d workers at once", i, n)
		}
	}
}
