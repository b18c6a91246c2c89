package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
)

// FollowOptions go with Follow. The zero value of a time means its default.
type FollowOptions struct {
	SyncOptions
	// Every lies between syncs of all lanes while the feed tells of its news; default 5 min. While
	// it does not, it is 30 s at most.
	Every time.Duration
	Retry time.Duration   // before the next try of what failed; doubled for each more, up to Every; default 5 s
	Now   <-chan struct{} // asks for a sync of all lanes at once; may be nil
	// Done is told of each sync of all lanes, and of each sync of news that took something in or
	// failed; it may be nil.
	Done func(SyncReport, error)
}

const (
	followEvery = 5 * time.Minute
	followPoll  = 30 * time.Second
	followRetry = 5 * time.Second
	// newsGap lies between two syncs of news, so that a stream of small segments is taken in
	// several at a time: each sync costs the disk three or four waits.
	newsGap = 400 * time.Millisecond
)

// Follow keeps the workstation up to its feed until ctx ends or the engine closes: it syncs all
// lanes, then each lane as soon as the feed says that it has something new, and all of them
// again every so often, and when the way to the feed was lost. Errors, of which none ends it
// but these: ErrNoFeed, ErrAudit, the context's.
func (e *Engine) Follow(ctx context.Context, o FollowOptions) error {
	if o.Every <= 0 {
		o.Every = followEvery
	}
	if o.Retry <= 0 {
		o.Retry = followRetry
	}
	if _, err := e.link(); err != nil {
		return err
	}
	ctx, cancel := e.untilClose(ctx)
	f := &follower{e: e, o: o, fresh: map[feed.Lane]bool{}, wake: make(chan struct{}, 1), all: make(chan struct{}, 1)}
	var watching sync.WaitGroup
	watching.Go(func() { f.watch(ctx) })
	err := f.run(ctx)
	cancel()
	watching.Wait()
	e.syncing.Lock()
	defer e.syncing.Unlock()
	select {
	case <-e.stop: // Close does it
	default:
		e.flushLive(context.WithoutCancel(ctx))
	}
	return err
}

// follower follows the feed for as long as Follow runs.
type follower struct {
	e     *Engine
	o     FollowOptions
	wake  chan struct{} // holds one: fresh has something
	all   chan struct{} // holds one: all lanes are to be synced
	lanes []client.Lane // that may be had, as of the last sync of all

	mu    sync.Mutex
	fresh map[feed.Lane]bool
}

// watch hears the feed and listens again when the way is lost. Then all lanes are synced: what
// was said meanwhile is not said again, and who looks wants to know that the feed is away.
func (f *follower) watch(ctx context.Context) {
	lost, wait := false, f.o.Retry
	for {
		opened := time.Time{}
		err := f.listen(ctx, client.Events{
			Open: func() {
				opened = time.Now()
				f.e.syncState.live(true)
				if lost {
					notify(f.all)
				}
			},
			News: func(lane feed.Lane) {
				f.mu.Lock()
				f.fresh[lane] = true
				f.mu.Unlock()
				notify(f.wake)
			},
		})
		f.e.syncState.live(false)
		if ctx.Err() != nil {
			return
		}
		f.e.o.Log("feed: " + err.Error())
		if lost = true; !opened.IsZero() {
			notify(f.all)
		}
		if wait = min(2*wait, f.o.Every); !opened.IsZero() && time.Since(opened) > time.Minute {
			wait = f.o.Retry
		}
		// Many workstations that lose one server do not come back at the same moment.
		if client.Sleep(ctx, wait/2+rand.N(wait)) != nil {
			return
		}
	}
}

func (f *follower) listen(ctx context.Context, e client.Events) error {
	c, done, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer f.e.closeFeed(done)
	return c.Watch(ctx, e)
}

func (f *follower) open(ctx context.Context) (*client.Client, func() error, error) {
	link, err := f.e.link()
	if err != nil {
		return nil, nil, err
	}
	return f.e.feedClient(ctx, link, client.Options{BytesPerSecond: f.o.BytesPerSecond, MaxAge: link.maxAge()})
}

// run syncs until ctx ends.
func (f *follower) run(ctx context.Context) error {
	due := time.NewTimer(0)
	defer due.Stop()
	failed := f.o.Retry
	var c *client.Client // of the news since the last sync of all
	var done func() error
	defer func() { f.e.closeFeed(done) }()
	for {
		whole := true
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-due.C:
		case <-f.o.Now:
		case <-f.all:
		case <-f.wake:
			whole = f.lanes == nil // the first one comes by the clock
		}
		var err error
		if !whole {
			if c == nil {
				c, done, err = f.open(ctx)
			}
			if err == nil {
				whole, err = f.news(ctx, c)
			}
		}
		if whole {
			f.e.closeFeed(done)
			c, done = nil, nil
			err = f.everything(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrAudit):
			return err
		case err != nil:
			due.Reset(failed)
			failed = min(2*failed, f.o.Every)
		case whole:
			failed = f.o.Retry
			next := f.o.Every
			if !f.e.SyncState().Live {
				next = min(next, followPoll)
			}
			due.Reset(next)
		}
		if !whole {
			if err := client.Sleep(ctx, newsGap); err != nil {
				return err
			}
		}
	}
}

func (f *follower) everything(ctx context.Context) error {
	f.e.syncing.Lock()
	defer f.e.syncing.Unlock()
	f.take() // what is new is synced with the rest
	report, lanes, err := f.e.syncAll(ctx, f.o.SyncOptions)
	if lanes != nil {
		f.lanes = lanes
	}
	f.tell(report, err)
	return err
}

// take returns the lanes that have news, the control lane first.
func (f *follower) take() []feed.Lane {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []feed.Lane
	for l := range f.fresh {
		out = append(out, l)
	}
	clear(f.fresh)
	slices.SortFunc(out, byLane)
	return out
}

// news syncs the lanes that have any. whole says that all lanes have to be synced instead: one
// is not known yet, or there are new documents, which may permit other lanes.
func (f *follower) news(ctx context.Context, c *client.Client) (whole bool, err error) {
	f.e.syncing.Lock()
	defer f.e.syncing.Unlock()
	var lanes []client.Lane
	for _, l := range f.take() {
		i := slices.IndexFunc(f.lanes, func(x client.Lane) bool { return x.Lane == l })
		if i >= 0 {
			lanes = append(lanes, f.lanes[i])
		} else if len(f.o.Lanes) == 0 {
			return true, nil
		}
	}
	if len(lanes) == 0 {
		return false, nil
	}
	began := f.e.o.Clock()
	f.e.syncState.begin(began)
	report, err := f.e.syncLanes(ctx, c, lanes, f.o.SyncOptions, true)
	report.Elapsed = f.e.o.Clock().Sub(began)
	f.e.syncState.news(f.e.o.Clock(), report, err)
	moved := func(l LaneSync) bool { return l.From != l.To }
	if err != nil || slices.ContainsFunc(report.Lanes, moved) {
		f.tell(report, err)
	}
	return slices.ContainsFunc(report.Lanes, func(l LaneSync) bool { return len(l.Documents) > 0 }), err
}

func (f *follower) tell(r SyncReport, err error) {
	if f.o.Done != nil {
		f.o.Done(r, err)
	}
}

// notify makes a channel that holds one hold one.
func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
