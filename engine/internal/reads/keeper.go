package reads

import (
	"context"
	"errors"
	"sync"
	"time"
)

// keeper is the goroutine that tidies up beside appends and queries: it merges runs,
// deletes blocks that nothing uses and takes their disk space back. What it leaves
// undone, because of Close or an error, it takes up again after the next append or Open.
type keeper struct {
	cancel context.CancelFunc
	due    chan struct{}
	done   sync.WaitGroup
}

func (s *Store) startKeeper() {
	ctx, cancel := context.WithCancel(context.Background())
	s.keeper.cancel, s.keeper.due = cancel, make(chan struct{}, 1)
	s.keeper.done.Go(func() {
		still := time.NewTimer(stillAfter)
		defer still.Stop()
		for {
			calm := false
			select {
			case <-ctx.Done():
				return
			case <-s.keeper.due:
				still.Reset(stillAfter)
			case <-still.C:
				calm = true
			}
			if err := s.tidy(ctx, calm, 1); err != nil && ctx.Err() == nil {
				s.opt.Log("reads: merging was put off: " + err.Error())
			}
		}
	})
	s.keeper.wake()
}

// wake makes the keeper look, soon, for something to do.
func (k *keeper) wake() {
	select {
	case k.due <- struct{}{}:
	default:
	}
}

// stop ends the keeper and waits for it.
func (k *keeper) stop() {
	if k.cancel != nil {
		k.cancel()
		k.done.Wait()
	}
}

// stillAfter is how long nothing must arrive before the keeper merges what is still
// growing.
const stillAfter = 2 * time.Second

// tidy does all there is to do; still says that nothing arrives. More than one goroutine
// merge where a caller waits for it; beside queries one does.
func (s *Store) tidy(ctx context.Context, still bool, goroutines int) error {
	s.merging.Lock()
	defer s.merging.Unlock()
	s.plates.index()
	err := s.vehicleFault()
	if err == nil {
		err = s.mergeRuns(ctx, still, goroutines)
	}
	return errors.Join(err, s.reap(), s.reclaim(ctx))
}

// Settle merges and takes disk space back until there is nothing left to do for what was
// appended before the call.
func (s *Store) Settle(ctx context.Context) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	return s.tidy(ctx, true, workers())
}

// runsPerAppend times maxRuns is how many runs a group may have before an append waits
// for merging, so that queries do not get slower and slower.
const runsPerAppend = 4

// catchUp merges when appends have run too far ahead of the keeper.
func (s *Store) catchUp(ctx context.Context) error {
	most := 0
	for _, runs := range s.current().groups {
		most = max(most, len(runs))
	}
	if most <= runsPerAppend*s.opt.tune.maxRuns {
		return nil
	}
	if err := s.tidy(ctx, false, workers()); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.opt.Log("reads: merging was put off: " + err.Error())
	}
	return nil
}

// current returns the latest catalogue.
func (s *Store) current() *catalog {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest.catalog
}
