package engine

import (
	"context"
	"sync"
	"time"
)

// recordLiveEvery is how long a lane's news is summed up before it is recorded. A lane that
// moves every half second would write 170,000 entries a day; each query's entry names the data
// state that it rested on, so no answer depends on these.
const recordLiveEvery = 5 * time.Minute

// liveSums sum up what the news of a followed feed did, by lane. The zero value is ready; safe
// for concurrent use.
type liveSums struct {
	mu  sync.Mutex
	sum map[string]liveSum
}

type liveSum struct {
	LaneSync
	since time.Time
}

// with adds a later sync of the lane.
func (s LaneSync) with(l *LaneSync) *LaneSync {
	s.To, s.SignedAt = l.To, l.SignedAt
	s.Rows, s.Duplicates, s.Conflicts = s.Rows+l.Rows, s.Duplicates+l.Duplicates, s.Conflicts+l.Conflicts
	s.Gone, s.TooOld, s.Bytes = s.Gone+l.Gone, s.TooOld+l.TooOld, s.Bytes+l.Bytes
	return &s
}

// add takes a sync into its lane's sum. It does not, and returns false, when the sum is to be
// recorded now with it: rows were taken back or contradict others, or the sum is old.
func (s *liveSums) add(now time.Time, l *LaneSync) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.sum[l.Lane]
	if l.Gone > 0 || l.Conflicts > 0 || ok && now.Sub(old.since) >= recordLiveEvery {
		return false
	}
	if s.sum == nil {
		s.sum = map[string]liveSum{}
	}
	if !ok {
		s.sum[l.Lane] = liveSum{*l, now}
		return true
	}
	s.sum[l.Lane] = liveSum{*old.with(l), old.since}
	return true
}

// take returns a lane's sum and begins a new one.
func (s *liveSums) take(lane string) (LaneSync, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.sum[lane]
	delete(s.sum, lane)
	return l.LaneSync, ok
}

// flushLive records what is summed up. The caller holds e.syncing.
func (e *Engine) flushLive(ctx context.Context) {
	e.live.mu.Lock()
	sums := e.live.sum
	e.live.sum = nil
	e.live.mu.Unlock()
	for lane, l := range sums {
		if err := e.recordSync(context.WithoutCancel(ctx), event{kind: "sync-done"}.tell("live", "yes"), &l.LaneSync); err == nil {
			delete(sums, lane)
		} else {
			e.o.Log("record of what the feed told: " + err.Error())
		}
	}
	e.live.mu.Lock() // what could not be recorded is recorded with the next
	e.live.sum = sums
	e.live.mu.Unlock()
}
