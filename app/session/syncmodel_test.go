package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/feed"
)

// station is a workstation whose syncs end as the test says, when the test asks.
type station struct {
	mu    sync.Mutex
	state engine.SyncState
	data  engine.DataState
	ctx   context.Context
	o     engine.FollowOptions
	ended chan error // ends Follow
	began chan struct{}
}

func (s *station) SyncState() engine.SyncState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *station) DataState() engine.DataState { return s.data }

func (s *station) set(change func(*engine.SyncState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
}

func (s *station) Follow(ctx context.Context, o engine.FollowOptions) error {
	s.mu.Lock()
	s.ctx, s.o = ctx, o
	s.mu.Unlock()
	s.began <- struct{}{}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-s.ended:
		return err
	}
}

// syncs lets a sync run that ends so.
func (s *station) syncs(now time.Time, err error) {
	s.set(func(x *engine.SyncState) {
		x.Running = true
		x.Progress = engine.SyncProgress{Lane: "toll.de-north", LaneNumber: 2, Lanes: 3, Rows: 1_200_000, AllRows: 3_000_000, RowsPerSecond: 310_000, Left: 6 * time.Second}
	})
	s.o.Progress(engine.SyncProgress{})
	s.set(func(x *engine.SyncState) {
		if x.Running, x.Err = false, err; err == nil {
			x.LastOK, x.SignedAt = now, now
		}
	})
	s.o.Done(engine.SyncReport{}, err)
}

// F-1, F-2: the workstation follows its feed by itself and syncs on demand; offline is normal and
// shown with the age of the data; what stopped is told in words.
func TestSyncModel(t *testing.T) {
	w := sessiontest.New(t)
	env := w.Env()
	var ui sync.Mutex // stands for the goroutine of the window
	env.Go = func(f func()) { go f() }
	env.Deliver = func(f func()) {
		ui.Lock()
		defer ui.Unlock()
		f()
	}
	var waits []time.Duration
	env.After = func(d time.Duration, f func()) func() {
		waits = append(waits, d)
		go f()
		return func() {}
	}
	st := &station{data: engine.DataState{Newest: w.Clock.Add(-8 * time.Minute)}, ended: make(chan error), began: make(chan struct{}, 1)}
	m := session.NewSync(env, st, 30*time.Second)
	var shown []session.SyncView
	m.OnChange = func() { shown = append(shown, m.View()) }
	view := func() session.SyncView {
		ui.Lock()
		defer ui.Unlock()
		return m.View()
	}
	call := func(f func()) {
		ui.Lock()
		defer ui.Unlock()
		f()
	}
	call(m.Start)
	call(m.Now)
	if v := view(); len(waits) != 0 || v.Phase != session.SyncNone || !strings.Contains(v.Tip, "no feed is followed") || v.Day != "21 May" || v.Time != "09:12" {
		t.Fatalf("without a feed: %v, %+v", waits, v)
	}
	st.set(func(x *engine.SyncState) { x.Feed = "delaware" })
	if v := view(); v.Phase != session.SyncStale {
		t.Errorf("before the first: %+v", v)
	}
	call(m.Start)
	<-st.began
	st.syncs(w.Clock, nil)
	if v := view(); st.o.Every != 30*time.Second || v.Phase != session.SyncDone || !strings.Contains(v.Tip, "up to the feed “delaware”") {
		t.Errorf("every %v, %+v", st.o.Every, v)
	}
	runs := false
	for _, v := range shown {
		runs = runs || v.Phase == session.SyncRuns && strings.Contains(v.Tip, "lane toll.de-north (2 of 3): 1,200,000 of 3,000,000 reads, 310,000 a second, about 6s left")
	}
	if !runs {
		t.Errorf("the progress was not shown: %+v", shown)
	}
	st.set(func(x *engine.SyncState) { x.Live = true })
	if v := view(); v.Phase != session.SyncDone || !strings.Contains(v.Tip, "follows the feed “delaware” live") {
		t.Errorf("live: %+v", v)
	}
	st.set(func(x *engine.SyncState) { x.Live = false })
	call(m.Now)
	call(m.Now)
	<-st.o.Now
	if len(st.o.Now) > 0 {
		t.Error("it was asked twice")
	}
	away := fmt.Errorf("dial: %w", feed.ErrOffline)
	since := w.Clock
	st.syncs(w.Clock, away)
	call(func() { w.Clock = w.Clock.Add(10 * time.Minute) })
	st.syncs(w.Clock, away)
	if v := view(); v.Phase != session.SyncFailed || !strings.Contains(v.Tip, "cannot be reached since "+since.In(w.Zone).Format("2 Jan, 15:04")) {
		t.Errorf("offline: %+v", v)
	}
	st.syncs(w.Clock, &engine.SyncError{Failed: []engine.LaneSync{{Lane: "toll.de-north", Err: feed.ErrRollback}, {Lane: "x.y", Err: feed.ErrDamaged}}})
	if v := view(); v.Phase != session.SyncFailed || !strings.Contains(v.Tip, "Lane toll.de-north: The feed is shorter than it was") || !strings.Contains(v.Tip, "1 more lane stopped too") {
		t.Errorf("rolled back: %+v", v)
	}
	st.syncs(w.Clock, nil)
	if v := view(); v.Phase != session.SyncDone {
		t.Errorf("well again: %+v", v)
	}
	st.o.Done(engine.SyncReport{Witness: engine.WitnessState{Witness: "feed.test/witness", Alarm: engine.ErrLogBehind}}, nil)
	st.o.Done(engine.SyncReport{}, nil) // news, which does not show the log
	if v := view(); v.Phase != session.SyncFailed || !strings.Contains(v.Tip, "shorter than the one that the feed's witness has seen") {
		t.Errorf("the witness objects: %+v", v)
	}
	st.o.Done(engine.SyncReport{Witness: engine.WitnessState{Witness: "feed.test/witness"}}, nil)
	if v := view(); v.Phase != session.SyncDone {
		t.Errorf("the witness objects no more: %+v", v)
	}
	call(func() { w.Clock = w.Clock.Add(25 * time.Hour) })
	if v := view(); v.Phase != session.SyncStale || !strings.Contains(v.Tip, "last reached on") {
		t.Errorf("a day later: %+v", v)
	}
	st.ended <- engine.ErrAudit // what cannot be recorded is not taken in; it is tried again
	<-st.began
	call(m.Close)
	<-st.ctx.Done()
	if len(waits) != 2 || waits[1] != time.Minute {
		t.Errorf("it waited %v", waits)
	}
	for _, err := range []error{feed.ErrOffline, feed.ErrSignature, feed.ErrRollback, feed.ErrFork, feed.ErrGap, feed.ErrSubstituted, feed.ErrDamaged, feed.ErrStale, feed.ErrNotFound, engine.ErrNoFeed, engine.ErrSyncing} {
		if text := session.ErrorText(fmt.Errorf("x: %w", err)); text == "" || errors.Is(err, feed.ErrOffline) && !strings.Contains(text, "cannot be reached") || !strings.HasSuffix(text, ".") || strings.Contains(text, "x:") {
			t.Errorf("%v: %q", err, text)
		}
	}
}
