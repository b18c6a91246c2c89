package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cordon/engine"
	"cordon/engine/feed"
)

// Syncer is what a SyncModel needs of a workstation.
type Syncer interface {
	Follow(ctx context.Context, o engine.FollowOptions) error
	SyncState() engine.SyncState // from memory
	DataState() engine.DataState // from memory
}

// SyncModel keeps a workstation up to its feed: as soon as it has something new, every so
// often, and on demand. It runs from the opening of the workstation to its closing, whoever is
// signed in.
type SyncModel struct {
	OnChange func()

	env     Env
	e       Syncer
	every   time.Duration
	task    task
	now     chan struct{} // holds one: a sync was asked for
	offline time.Time     // since when the feed cannot be reached
	alarm   error         // of the audit log's witness at the feed
}

// SyncPhase is how the data of the workstation stands to the feed.
type SyncPhase int

// The phases of the data.
const (
	SyncNone   SyncPhase = iota // no feed is followed
	SyncDone                    // up to the feed
	SyncRuns                    // taking in
	SyncStale                   // the feed has not been reached for long
	SyncFailed                  // a lane stopped, or the feed cannot be reached
)

// SyncView is what the window shows of it.
type SyncView struct {
	Phase     SyncPhase
	Day, Time string // of the newest read, in the zone of the window; empty: there is none
	Tip       string // the whole sentence
}

const (
	staleAfter  = 24 * time.Hour
	firstSync   = time.Second // after the opening
	followAgain = time.Minute // after the engine gave up: the audit log could not be written
)

// NewSync returns the model; Start begins.
func NewSync(env Env, e Syncer, every time.Duration) *SyncModel {
	return &SyncModel{env: env.withDefaults(), e: e, every: every, now: make(chan struct{}, 1)}
}

// Start begins to follow in the background, if there is a feed.
func (m *SyncModel) Start() {
	if m.e.SyncState().Feed != "" {
		m.after(firstSync)
	}
}

// Now syncs at once, unless that is being done.
func (m *SyncModel) Now() {
	if m.e.SyncState().Feed == "" || m.e.SyncState().Running {
		return
	}
	select {
	case m.now <- struct{}{}:
	default:
	}
	if m.task.cancel == nil { // it does not follow yet
		m.after(0)
	}
}

// Close ends it, and what runs. The engine's Close waits for the end.
func (m *SyncModel) Close() { m.task.stop() }

func (m *SyncModel) after(d time.Duration) {
	startAfter(m.env, &m.task, d, m.work, func(_ struct{}, err error) {
		m.synced(engine.SyncReport{}, err)
		m.after(followAgain)
	})
}

func (m *SyncModel) work(ctx context.Context) (struct{}, error) {
	return struct{}{}, m.e.Follow(ctx, engine.FollowOptions{
		SyncOptions: engine.SyncOptions{Progress: func(engine.SyncProgress) { m.env.Deliver(m.changed) }},
		Every:       m.every, Now: m.now,
		Done: func(r engine.SyncReport, err error) { m.env.Deliver(func() { m.synced(r, err) }) },
	})
}

func (m *SyncModel) synced(r engine.SyncReport, err error) {
	if r.Witness.Witness != "" || r.Witness.Alarm != nil { // the log was shown
		m.alarm = r.Witness.Alarm
	}
	if !errors.Is(err, feed.ErrOffline) {
		m.offline = time.Time{}
	} else if m.offline.IsZero() {
		m.offline = m.env.Now()
	}
	m.changed()
}

func (m *SyncModel) changed() {
	if m.OnChange != nil {
		m.OnChange()
	}
}

// View returns what is to be shown now.
func (m *SyncModel) View() SyncView {
	s, newest := m.e.SyncState(), m.e.DataState().Newest
	var v SyncView
	held := "There is no read on this workstation yet."
	if !newest.IsZero() {
		local := newest.In(m.env.Zone)
		v.Day, v.Time = local.Format("2 Jan"), local.Format("15:04")
		held = "The newest read on this workstation is from " + local.Format("2 January 2006, 15:04 MST") + "."
	}
	at := func(t time.Time) string { return t.In(m.env.Zone).Format("2 Jan, 15:04") }
	switch {
	case s.Feed == "":
		v.Tip = held + " Data comes from imported files; no feed is followed."
	case s.Running && s.Progress.AllRows > 0:
		v.Phase, v.Tip = SyncRuns, progressText(s.Progress)
	case m.alarm != nil:
		v.Phase, v.Tip = SyncFailed, ErrorText(m.alarm)
	case !m.offline.IsZero():
		v.Phase = SyncFailed
		v.Tip = fmt.Sprintf("%s The feed “%s” cannot be reached since %s; the workstation goes on with what it has. Press to try again.", held, s.Feed, at(m.offline))
	case s.Err != nil && !errors.Is(s.Err, context.Canceled):
		v.Phase, v.Tip = SyncFailed, held+" "+ErrorText(s.Err)
	case s.LastOK.IsZero():
		v.Phase, v.Tip = SyncStale, held+" The feed has not been reached since the program started. Press to sync."
	case m.env.Now().Sub(s.LastOK) > staleAfter:
		v.Phase, v.Tip = SyncStale, fmt.Sprintf("%s The feed was last reached on %s. Press to sync.", held, at(s.LastOK))
	case s.Live:
		v.Phase = SyncDone
		v.Tip = fmt.Sprintf("%s It follows the feed “%s” live: what is published is here within seconds. Last signed on %s. Press to sync now.", held, s.Feed, at(s.SignedAt))
	default:
		v.Phase = SyncDone
		v.Tip = fmt.Sprintf("%s It is up to the feed “%s” as signed on %s. Press to sync now.", held, s.Feed, at(s.SignedAt))
	}
	return v
}

// progressText tells how far a lane is.
func progressText(p engine.SyncProgress) string {
	text := fmt.Sprintf("Taking in lane %s (%d of %d): %s of %s reads", p.Lane, p.LaneNumber, p.Lanes, Number(p.Rows), Number(p.AllRows))
	if p.RowsPerSecond > 0 {
		text += fmt.Sprintf(", %s a second", Number(int64(p.RowsPerSecond)))
	}
	if p.Left >= time.Second {
		text += fmt.Sprintf(", about %s left", p.Left.Round(time.Second))
	}
	return text + "."
}
