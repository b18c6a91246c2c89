package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/feed"
)

// station is a workstation whose syncs end as the test says.
type station struct {
	state engine.SyncState
	data  engine.DataState
	calls int
	err   error
	ctx   context.Context
	now   func() time.Time
}

func (s *station) SyncState() engine.SyncState { return s.state }
func (s *station) DataState() engine.DataState { return s.data }

func (s *station) Sync(ctx context.Context, o engine.SyncOptions) (engine.SyncReport, error) {
	s.calls++
	s.ctx = ctx
	s.state.Running = true
	s.state.Progress = engine.SyncProgress{Lane: "toll.de-north", LaneNumber: 2, Lanes: 3, Rows: 1_200_000, AllRows: 3_000_000, RowsPerSecond: 310_000, Left: 6 * time.Second}
	o.Progress(s.state.Progress)
	s.state.Running, s.state.Err = false, s.err
	if s.err == nil {
		s.state.LastOK, s.state.SignedAt = s.now(), s.now()
	}
	return engine.SyncReport{}, s.err
}

// F-1, F-2: the workstation syncs by itself and on demand; offline is normal and shown with the
// age of the data; what stopped is told in words.
func TestSyncModel(t *testing.T) {
	w := sessiontest.New(t)
	env := w.Env()
	var due []func() // what the clock will run; the model always has one more
	env.After = func(_ time.Duration, f func()) func() {
		live := true
		due = append(due, func() {
			if live {
				f()
			}
		})
		return func() { live = false }
	}
	fire := func() {
		list := due
		due = nil
		for _, f := range list {
			f()
		}
		w.Pump()
	}
	st := &station{now: func() time.Time { return w.Clock }, data: engine.DataState{Newest: w.Clock.Add(-8 * time.Minute)}}
	m := session.NewSync(env, st, 30*time.Second)
	var shown []session.SyncView
	m.OnChange = func() { shown = append(shown, m.View()) }
	m.Start()
	w.Pump()
	if v := m.View(); st.calls != 0 || v.Phase != session.SyncNone || !strings.Contains(v.Tip, "no feed is followed") || v.Day != "21 May" || v.Time != "09:12" {
		t.Fatalf("without a feed: %d calls, %+v", st.calls, v)
	}
	st.state.Feed = "delaware"
	if v := m.View(); v.Phase != session.SyncStale {
		t.Errorf("before the first: %+v", v)
	}
	m.Start()
	fire()
	if v := m.View(); st.calls != 1 || v.Phase != session.SyncDone || !strings.Contains(v.Tip, "up to the feed “delaware”") {
		t.Errorf("%d calls, %+v", st.calls, v)
	}
	runs := false
	for _, v := range shown {
		runs = runs || v.Phase == session.SyncRuns && strings.Contains(v.Tip, "lane toll.de-north (2 of 3): 1,200,000 of 3,000,000 reads, 310,000 a second, about 6s left")
	}
	if !runs {
		t.Errorf("the progress was not shown: %+v", shown)
	}
	st.err = fmt.Errorf("dial: %w", feed.ErrOffline)
	since := w.Clock
	fire() // the next one, by the clock
	w.Clock = w.Clock.Add(10 * time.Minute)
	fire()
	if v := m.View(); st.calls != 3 || v.Phase != session.SyncFailed || !strings.Contains(v.Tip, "cannot be reached since "+since.In(w.Zone).Format("2 Jan, 15:04")) {
		t.Errorf("offline: %d calls, %+v", st.calls, v)
	}
	st.err = &engine.SyncError{Failed: []engine.LaneSync{{Lane: "toll.de-north", Err: feed.ErrRollback}, {Lane: "x.y", Err: feed.ErrDamaged}}}
	m.Now()
	w.Pump()
	if v := m.View(); v.Phase != session.SyncFailed || !strings.Contains(v.Tip, "Lane toll.de-north: The feed is shorter than it was") || !strings.Contains(v.Tip, "1 more lane stopped too") {
		t.Errorf("rolled back: %+v", v)
	}
	st.err = nil
	m.Now()
	w.Pump()
	if v := m.View(); v.Phase != session.SyncDone {
		t.Errorf("well again: %+v", v)
	}
	w.Clock = w.Clock.Add(25 * time.Hour)
	if v := m.View(); v.Phase != session.SyncStale || !strings.Contains(v.Tip, "last reached on") {
		t.Errorf("a day later: %+v", v)
	}
	m.Close()
	calls := st.calls
	fire()
	if st.calls != calls {
		t.Error("it syncs after its end")
	}
	for _, err := range []error{feed.ErrOffline, feed.ErrSignature, feed.ErrRollback, feed.ErrFork, feed.ErrGap, feed.ErrSubstituted, feed.ErrDamaged, feed.ErrStale, feed.ErrNotFound, engine.ErrNoFeed, engine.ErrSyncing} {
		if text := session.ErrorText(fmt.Errorf("x: %w", err)); text == "" || errors.Is(err, feed.ErrOffline) && !strings.Contains(text, "cannot be reached") || !strings.HasSuffix(text, ".") || strings.Contains(text, "x:") {
			t.Errorf("%v: %q", err, text)
		}
	}
}
