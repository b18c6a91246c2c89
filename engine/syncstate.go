package engine

import (
	"sync"
	"time"

	"cordon/engine/feed/client"
)

// SyncProgress is how far a sync is.
type SyncProgress struct {
	Lane              string
	LaneNumber, Lanes int   // number of the lane, from 1, of how many
	Rows, AllRows     int64 // of this lane: handed on, and to come at most
	Bytes, AllBytes   int64
	RowsPerSecond     float64 // over the last seconds
	BytesPerSecond    float64
	Left              time.Duration // of this lane, by the last seconds; 0: not known
}

// meter makes a lane's progress.
type meter struct {
	clock  func() time.Time
	report func(SyncProgress)
	p      SyncProgress
	before client.Fetched // of the steps done
	last   []sample       // oldest first
}

type sample struct {
	at          time.Time
	rows, bytes int64
}

const (
	sampleEvery = 250 * time.Millisecond
	maxSamples  = 20
)

func newMeter(clock func() time.Time, p SyncProgress, report func(SyncProgress)) *meter {
	return &meter{clock: clock, report: report, p: p, last: []sample{{at: clock()}}}
}

// fetched takes how far the step in hand is.
func (m *meter) fetched(f client.Fetched) {
	m.p.Rows, m.p.Bytes = m.before.Rows+f.Rows, m.before.Bytes+f.Bytes
	now := m.clock()
	if now.Sub(m.last[len(m.last)-1].at) < sampleEvery {
		return
	}
	m.last = append(m.last, sample{now, m.p.Rows, m.p.Bytes})
	if len(m.last) > maxSamples {
		m.last = m.last[1:]
	}
	old := m.last[0]
	if s := now.Sub(old.at).Seconds(); s > 0 {
		m.p.RowsPerSecond, m.p.BytesPerSecond = float64(m.p.Rows-old.rows)/s, float64(m.p.Bytes-old.bytes)/s
	}
	if m.p.Left = 0; m.p.RowsPerSecond > 0 {
		m.p.Left = time.Duration(float64(m.p.AllRows-m.p.Rows) / m.p.RowsPerSecond * float64(time.Second))
	}
	m.report(m.p)
}

// step takes that a step is applied.
func (m *meter) step(s client.Step) {
	m.before.Rows, m.before.Bytes = m.before.Rows+s.Rows, m.before.Bytes+s.Bytes
	m.p.Rows, m.p.Bytes = m.before.Rows, m.before.Bytes
	m.report(m.p)
}

// SyncState is what is known of the workstation's way to the feed. The zero value says that
// there is none.
type SyncState struct {
	Feed    string // the feed's name; empty: none is followed
	Running bool
	Live    bool // the feed tells what is new as soon as it is there
	// Progress is of the running sync.
	Progress SyncProgress
	// LastOK is when the feed was last reached with all lanes brought up to date; zero: not since
	// the program started. Tried is the last attempt.
	LastOK, Tried time.Time
	// SignedAt is when the feed last said of every lane that this is all: the age of the data.
	SignedAt time.Time
	Err      error // of the last attempt; nil: all is well
}

// syncKeeper keeps the state for those who show it. Its zero value is ready; safe for
// concurrent use.
type syncKeeper struct {
	mu     sync.Mutex
	state  SyncState
	signed map[string]time.Time // by lane
	failed map[string]string    // what was last recorded of a lane
}

func (k *syncKeeper) begin(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Running, k.state.Tried, k.state.Progress = true, now, SyncProgress{}
}

func (k *syncKeeper) progress(p SyncProgress) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Progress = p
}

func (k *syncKeeper) end(now time.Time, r SyncReport, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Running, k.state.Err = false, err
	if err == nil {
		k.state.LastOK = now
	}
	k.signed = map[string]time.Time{}
	k.lanes(r)
}

// news takes the end of a sync of some lanes; what went wrong with others stays.
func (k *syncKeeper) news(now time.Time, r SyncReport, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Running = false
	switch {
	case err != nil:
		k.state.Err = err
	case k.state.Err == nil:
		k.state.LastOK = now
	}
	k.lanes(r)
}

func (k *syncKeeper) lanes(r SyncReport) {
	for _, l := range r.Lanes {
		if k.signed[l.Lane] = l.SignedAt; l.Err == nil {
			delete(k.failed, l.Lane)
		}
	}
	oldest := time.Time{}
	for _, at := range k.signed {
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	if !oldest.IsZero() {
		k.state.SignedAt = oldest
	}
}

// live notes whether the feed tells of its news.
func (k *syncKeeper) live(on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Live = on
}

// fresh reports whether a lane's failure is another one than last time.
func (k *syncKeeper) fresh(lane string, err error) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := feedClass(err)
	if k.failed[lane] == text {
		return false
	}
	if k.failed == nil {
		k.failed = map[string]string{}
	}
	k.failed[lane] = text
	return true
}

// follow notes which feed is followed.
func (k *syncKeeper) follow(feed string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Feed = feed
}

// SyncState returns what is known of the way to the feed. It reads memory alone.
func (e *Engine) SyncState() SyncState {
	e.syncState.mu.Lock()
	defer e.syncState.mu.Unlock()
	return e.syncState.state
}
