package session

import (
	"context"
	"time"
)

// Env is what the models need from their surroundings. All fields are required; see
// [Env.withDefaults] for what an empty one means.
type Env struct {
	Go      func(func())                                // runs work off the models' goroutine
	Deliver func(func())                                // runs f on the models' goroutine
	Now     func() time.Time                            // the clock
	After   func(time.Duration, func()) (cancel func()) // calls f once, later, on any goroutine
	Zone    *time.Location                              // the zone times are shown and typed in
}

// withDefaults fills empty fields: a goroutine for Go, a direct call for Deliver, the
// system's clock and timer, UTC.
func (e Env) withDefaults() Env {
	if e.Go == nil {
		e.Go = func(f func()) { go f() }
	}
	if e.Deliver == nil {
		e.Deliver = func(f func()) { f() }
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.After == nil {
		e.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if e.Zone == nil {
		e.Zone = time.UTC
	}
	return e
}

// task is one kind of work of which only the newest counts. It belongs to the models'
// goroutine.
type task struct {
	gen       int
	cancel    context.CancelFunc
	stopTimer func()
	busy      bool
}

// stop cancels what runs or waits; nothing of it is delivered.
func (t *task) stop() {
	t.gen++
	t.busy = false
	if t.stopTimer != nil {
		t.stopTimer()
		t.stopTimer = nil
	}
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
}

// start cancels the predecessor and runs work off the models' goroutine; done gets its
// outcome unless a later start or stop came first.
func start[T any](env Env, t *task, work func(context.Context) (T, error), done func(T, error)) {
	t.stop()
	ctx, cancel := context.WithCancel(context.Background())
	t.cancel, t.busy = cancel, true
	gen := t.gen
	env.Go(func() {
		v, err := work(ctx)
		env.Deliver(func() {
			if t.gen != gen {
				return
			}
			t.busy, t.cancel = false, nil
			cancel()
			done(v, err)
		})
	})
}

// startAfter is start with a delay that a later start or stop ends.
func startAfter[T any](env Env, t *task, d time.Duration, work func(context.Context) (T, error), done func(T, error)) {
	t.stop()
	t.busy = true
	gen := t.gen
	t.stopTimer = env.After(d, func() {
		env.Deliver(func() {
			if t.gen == gen {
				start(env, t, work, done)
			}
		})
	})
}
