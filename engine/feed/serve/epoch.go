package serve

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cordon/engine/feed"
)

// pathChanged is an object that is written after every change of an enrolment or token. So a
// server that looks at this one object knows whether what it remembers is still so.
const pathChanged = "inbox/changed"

// touch says that something changed. It comes after the change itself.
func touch(ctx context.Context, b Bucket, what string, at time.Time) error {
	return put(ctx, b, pathChanged, fmt.Appendf(nil, "%s %d\n", what, at.UnixNano()))
}

// rememberAtMost is how long anything is remembered without reading it again.
const rememberAtMost = 5 * time.Minute

// epoch counts the changes that this server has seen.
type epoch struct {
	bucket Bucket
	clock  func() time.Time
	ttl    time.Duration // how old the last look may be

	mu   sync.Mutex
	at   time.Time
	seen string
	n    int64 // 0 before the first look
}

// now returns the number of the epoch. It is taken before what is remembered with it is read.
func (e *epoch) now(ctx context.Context) (int64, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.clock()
	if e.n > 0 && t.Sub(e.at) < e.ttl && !t.Before(e.at) {
		return e.n, nil
	}
	text, err := e.bucket.Get(ctx, pathChanged, 4096)
	if err != nil && !errors.Is(err, feed.ErrNotFound) {
		return 0, err
	}
	if e.n == 0 || string(text) != e.seen {
		e.n++
	}
	e.at, e.seen = t, string(text)
	return e.n, nil
}

// forget makes the next look a true one.
func (e *epoch) forget() {
	e.mu.Lock()
	e.at = time.Time{}
	e.mu.Unlock()
}

// memo is when something was read.
type memo struct {
	epoch int64
	at    time.Time
}

// holds tells whether what was read then is still so.
func (m memo) holds(epoch int64, now time.Time) bool {
	return m.epoch == epoch && now.Sub(m.at) < rememberAtMost && !now.Before(m.at)
}
