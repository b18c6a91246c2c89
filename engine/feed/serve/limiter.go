package serve

import (
	"sync"
	"time"
)

// limiter counts tries by caller, and all together, in windows of time. It forgets everything
// with each window, so that it never grows without bound.
type limiter struct {
	each   int
	window time.Duration
	clock  func() time.Time

	mu    sync.Mutex
	since time.Time
	total int
	tries map[string]int
}

// allCallers is how many callers' tries all may make together.
const allCallers = 20

func newLimiter(each int, window time.Duration, clock func() time.Time) *limiter {
	return &limiter{each: each, window: window, clock: clock, tries: map[string]int{}}
}

func (l *limiter) allow(caller string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.clock(); now.Sub(l.since) >= l.window || now.Before(l.since) {
		l.since, l.total = now, 0
		clear(l.tries)
	}
	if l.total >= l.each*allCallers || l.tries[caller] >= l.each {
		return false
	}
	l.total++
	l.tries[caller]++
	return true
}
