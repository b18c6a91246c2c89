package client

import (
	"context"
	"sync"
	"time"
)

// limiter spreads bytes over time. Its zero rate is no limit.
type limiter struct {
	perSecond float64
	now       func() time.Time
	sleep     func(ctx context.Context, d time.Duration) error

	mu   sync.Mutex
	free time.Time // when the next byte may pass
}

// pass waits until n bytes may pass.
func (l *limiter) pass(ctx context.Context, n int) error {
	if l.perSecond <= 0 || n <= 0 {
		return ctx.Err()
	}
	l.mu.Lock()
	now := l.now()
	if l.free.Before(now) {
		l.free = now
	}
	wait := l.free.Sub(now)
	l.free = l.free.Add(time.Duration(float64(n) / l.perSecond * float64(time.Second)))
	l.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	return l.sleep(ctx, wait)
}

// Sleep waits for d, or for the end of the context, whose error it returns.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
