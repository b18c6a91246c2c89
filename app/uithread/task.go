package uithread

import (
	"context"
	"sync"
)

// Task runs one piece of work at a time: a new run cancels the one before it.
// The zero value is not usable; see NewTask. Safe for concurrent use.
type Task[T any] struct {
	dispatch Dispatcher

	mu     sync.Mutex
	cancel context.CancelFunc
	gen    uint64 // of the newest run; 0 never ran
	active bool
}

// NewTask returns a task that delivers through d; nil means Do.
func NewTask[T any](d Dispatcher) *Task[T] {
	if d == nil {
		d = Do
	}
	return &Task[T]{dispatch: d}
}

// Run cancels the predecessor, runs work on a new goroutine, and hands what it
// returns to deliver on the main thread, unless a later Run or Cancel came
// first. The context ends when the run is overtaken, cancelled or delivered;
// work should then return soon, its value is dropped.
func (t *Task[T]) Run(work func(ctx context.Context) T, deliver func(T)) {
	t.RunWith(func(ctx context.Context, _ func(func())) T { return work(ctx) }, deliver)
}

// RunWith is Run for work that also reports on the way, for example progress:
// post runs its argument on the main thread if the run is still current then.
func (t *Task[T]) RunWith(work func(ctx context.Context, post func(func())) T, deliver func(T)) {
	ctx, cancel := context.WithCancel(context.Background())
	t.mu.Lock()
	if t.cancel != nil {
		t.cancel()
	}
	t.cancel = cancel
	t.gen++
	t.active = true
	gen := t.gen
	t.mu.Unlock()

	post := func(f func()) {
		t.dispatch(func() {
			if t.current(gen) {
				f()
			}
		})
	}
	go func() {
		v := work(ctx, post)
		t.dispatch(func() {
			defer cancel()
			if t.finish(gen) {
				deliver(v)
			}
		})
	}()
}

// Cancel ends the current run, if any; its outcome is not delivered.
func (t *Task[T]) Cancel() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	t.gen++
	t.active = false
}

// Running reports whether a run has been started and neither delivered nor
// cancelled.
func (t *Task[T]) Running() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.active
}

func (t *Task[T]) current(gen uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.active && t.gen == gen
}

// finish marks the run as delivered and reports whether it was current.
func (t *Task[T]) finish(gen uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.active || t.gen != gen {
		return false
	}
	t.active = false
	t.cancel = nil
	return true
}
