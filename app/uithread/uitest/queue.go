// Package uitest has a queue that stands for the main thread in tests: what is
// dispatched waits until the test drains it, on the test's own goroutine.
//
// Entry points: [NewQueue], [Queue.Dispatch] as the uithread.Dispatcher,
// [Queue.Drain] and [Queue.Wait].
package uitest

import (
	"sync"
	"time"
)

// Queue collects functions in order. Safe for concurrent Dispatch; Drain and
// Wait are called by the test's goroutine only.
type Queue struct {
	mu      sync.Mutex
	waiting []func()
	more    chan struct{}
}

// NewQueue returns an empty queue.
func NewQueue() *Queue { return &Queue{more: make(chan struct{}, 1)} }

// Dispatch adds f to the queue.
func (q *Queue) Dispatch(f func()) {
	q.mu.Lock()
	q.waiting = append(q.waiting, f)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// Drain runs all that waits, and what these add, and returns how many ran.
func (q *Queue) Drain() int {
	n := 0
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.mu.Unlock()
			return n
		}
		f := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.mu.Unlock()
		f()
		n++
	}
}

// Wait drains until done reports true; false when the limit (real time) passed
// first.
func (q *Queue) Wait(limit time.Duration, done func() bool) bool {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		q.Drain()
		if done() {
			return true
		}
		select {
		case <-q.more:
		case <-deadline.C:
			q.Drain()
			return done()
		}
	}
}
