package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/reads"
)

// providerFeed is the photo provider of the feed's rows.
const providerFeed = "feed"

// ErrSyncing is returned by Sync while another sync of the workstation runs.
var ErrSyncing = errors.New("a sync is running already")

// Sync brings the workstation up to the feed, lane by lane, the control lane first. What was
// applied stays also when it is ended; the next one goes on behind it, with nothing lost and
// nothing twice (F-2). A lane that fails does not hold up the others. Errors: ErrNoFeed,
// ErrSyncing, *SyncError, those of package feed, ErrAudit, the context's.
func (e *Engine) Sync(ctx context.Context, o SyncOptions) (SyncReport, error) {
	if !e.syncing.TryLock() {
		return SyncReport{}, ErrSyncing
	}
	defer e.syncing.Unlock()
	ctx, cancel := e.untilClose(ctx)
	defer cancel()
	report, _, err := e.syncAll(ctx, o)
	return report, err
}

// untilClose is ctx until the engine closes.
func (e *Engine) untilClose(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-e.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// syncAll syncs all lanes, or those that are wanted, and returns which they are. The caller
// holds e.syncing.
func (e *Engine) syncAll(ctx context.Context, o SyncOptions) (SyncReport, []client.Lane, error) {
	began := e.o.Clock()
	e.syncState.begin(began)
	e.flushLive(ctx)
	report, lanes, err := e.sync(ctx, o)
	report.Elapsed = e.o.Clock().Sub(began)
	e.syncState.end(e.o.Clock(), report, err)
	return report, lanes, err
}

func (e *Engine) sync(ctx context.Context, o SyncOptions) (SyncReport, []client.Lane, error) {
	link, err := e.link()
	if err != nil {
		return SyncReport{}, nil, err
	}
	c, done, err := e.feedClient(ctx, link, client.Options{BytesPerSecond: o.BytesPerSecond, MaxAge: link.maxAge()})
	if err != nil {
		return SyncReport{}, nil, outer(err)
	}
	defer e.closeFeed(done)
	lanes, err := e.lanesToSync(ctx, c, o.Lanes)
	if err != nil {
		return SyncReport{}, nil, outer(err)
	}
	report, err := e.syncLanes(ctx, c, lanes, o, false)
	if ctx.Err() != nil || errors.Is(err, ErrAudit) {
		return report, lanes, err
	}
	if err := e.exchangeReports(ctx, c, link.Workstation); err != nil {
		report.ReportsErr = outer(err)
		e.o.Log("error reports: " + err.Error())
	}
	if s := c.Server(); s != nil {
		e.attend(ctx, s, link, &report)
	}
	return report, lanes, err
}

func (e *Engine) closeFeed(closeSource func() error) {
	if closeSource == nil { // none was opened
		return
	}
	if err := closeSource(); err != nil {
		e.o.Log("feed: " + err.Error())
	}
}

// syncLanes syncs lanes one after the other. live says that it is news of a feed that is
// followed, which is recorded in sums.
func (e *Engine) syncLanes(ctx context.Context, c *client.Client, lanes []client.Lane, o SyncOptions, live bool) (SyncReport, error) {
	var out SyncReport
	failed := &SyncError{}
	for i, lane := range lanes {
		s := LaneSync{Lane: lane.String()}
		m := newMeter(e.o.Clock, SyncProgress{Lane: s.Lane, LaneNumber: i + 1, Lanes: len(lanes)}, func(p SyncProgress) {
			e.syncState.progress(p)
			if o.Progress != nil {
				o.Progress(p)
			}
		})
		began := e.o.Clock()
		err := e.syncLane(ctx, c, lane, m, &s, live)
		s.Elapsed = e.o.Clock().Sub(began)
		if s.Err = outer(err); s.Err != nil {
			failed.Failed = append(failed.Failed, s)
		}
		out.Lanes = append(out.Lanes, s)
		if ctx.Err() != nil || errors.Is(s.Err, ErrAudit) {
			return out, s.Err
		}
	}
	if len(failed.Failed) > 0 {
		return out, failed
	}
	return out, nil
}

// lanesToSync lists the lanes, the control lane first. A lane that was seen once is not given up
// because the feed does not name it any more: it is asked for, and what is wrong is told.
func (e *Engine) lanesToSync(ctx context.Context, c *client.Client, wanted []string) ([]client.Lane, error) {
	lanes, err := c.Lanes(ctx)
	if err != nil {
		return nil, err
	}
	has := func(name string) bool {
		return slices.ContainsFunc(lanes, func(l client.Lane) bool { return l.String() == name })
	}
	more := []string{feed.Control.String()}
	for _, l := range e.reads.State().Lanes {
		if !isLocal(l.Lane) {
			more = append(more, l.Lane)
		}
	}
	for _, name := range more {
		if l, err := feed.ParseLane(name); err == nil && !has(name) {
			lanes = append(lanes, client.Lane{Lane: l})
		}
	}
	if len(wanted) > 0 {
		for _, name := range wanted {
			if !has(name) {
				return nil, fmt.Errorf("%w: lane %q is not there, or not for this workstation", feed.ErrNotFound, name)
			}
		}
		lanes = slices.DeleteFunc(lanes, func(l client.Lane) bool {
			return l.Lane != feed.Control && !slices.Contains(wanted, l.String())
		})
	}
	slices.SortFunc(lanes, func(a, b client.Lane) int { return byLane(a.Lane, b.Lane) })
	return lanes, nil
}

// byLane orders lanes by name, the control lane first.
func byLane(a, b feed.Lane) int {
	switch {
	case a == b:
		return 0
	case a == feed.Control:
		return -1
	case b == feed.Control:
		return 1
	}
	return strings.Compare(a.String(), b.String())
}

// syncLane brings one lane up to date, and records it when there was anything to do.
func (e *Engine) syncLane(ctx context.Context, c *client.Client, lane client.Lane, m *meter, out *LaneSync, live bool) error {
	var err error
	if lane.Lane == feed.Control {
		err = e.syncControl(ctx, c, out)
	} else {
		err = e.syncReads(ctx, c, lane, m, out, live)
	}
	v := event{kind: "sync-done"}
	switch {
	case err != nil && ctx.Err() == nil:
		if !e.syncState.fresh(out.Lane, err) {
			return err // the same as last time: recorded once
		}
		v.kind = "sync-failed"
		v = v.tell("why", feedClass(outer(err))).with("error", err.Error())
	case err == nil && out.From == out.To && out.Bytes == 0:
		return nil
	case err == nil && live && e.live.add(e.o.Clock(), out):
		return nil
	case err != nil:
		v = v.tell("why", "cancelled")
	}
	if live {
		v = v.tell("live", "yes")
		if sum, ok := e.live.take(out.Lane); ok {
			out = sum.with(out)
		}
	}
	if audited := e.recordSync(context.WithoutCancel(ctx), v, out); audited != nil {
		return audited
	}
	return err
}

// recordSync records what a sync did to a lane.
func (e *Engine) recordSync(ctx context.Context, v event, s *LaneSync) error {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	_, err := e.record(ctx, v.tell("lane", s.Lane, "from", n(s.From), "to", n(s.To), "rows", n(s.Rows), "duplicates", n(s.Duplicates),
		"conflicts", n(s.Conflicts), "gone", n(s.Gone), "too_old", n(s.TooOld), "state", e.DataState().Name))
	return err
}

// feedClass is an error's class in a word, for the log.
func feedClass(err error) string {
	for _, c := range []struct {
		err  error
		name string
	}{
		{feed.ErrRollback, "rollback"},
		{feed.ErrFork, "fork"},
		{feed.ErrGap, "gap"},
		{feed.ErrSubstituted, "substitution"},
		{feed.ErrStale, "stale"},
		{feed.ErrSignature, "signature"},
		{feed.ErrDamaged, "damage"},
		{feed.ErrNotFound, "not-found"},
		{feed.ErrOffline, "offline"},
		{feed.ErrInvalid, "invalid"},
		{ErrNoSpace, "disk-full"},
	} {
		if errors.Is(err, c.err) {
			return c.name
		}
	}
	return "engine"
}

// position is how many records of a lane are applied.
func (e *Engine) position(lane string) int64 {
	for _, l := range e.reads.State().Lanes {
		if l.Lane == lane {
			return l.Batch
		}
	}
	return 0
}

func (e *Engine) syncReads(ctx context.Context, c *client.Client, lane client.Lane, m *meter, out *LaneSync, live bool) error {
	old, err := e.seenOf(out.Lane)
	if err != nil {
		return err
	}
	out.From = e.position(out.Lane)
	out.To, out.SignedAt = out.From, old.SignedAt
	taken, err := e.takenOf(out.Lane)
	if err != nil {
		return err
	}
	u, err := c.Follow(ctx, lane, old, out.From, taken)
	if err != nil {
		return err
	}
	if err := e.remember(ctx, out.Lane, old, u.Seen); err != nil {
		return err
	}
	if out.SignedAt = u.Seen.SignedAt; len(u.Steps) == 0 {
		return nil
	}
	if !live {
		v := event{kind: "sync"}.tell("lane", out.Lane, "from", strconv.FormatInt(out.From, 10), "to", strconv.FormatInt(u.Seen.Size, 10))
		if _, err := e.record(ctx, v); err != nil {
			return err
		}
	}
	if taken, err = e.rememberTaken(ctx, out.Lane, taken, taken.At(out.From, lane.Weeks)); err != nil {
		return err
	}
	for _, s := range u.Steps {
		m.p.AllRows, m.p.AllBytes = m.p.AllRows+s.Rows, m.p.AllBytes+s.Bytes
	}
	for _, s := range u.Steps {
		if err := e.syncStep(ctx, u, s, m, out); err != nil {
			return err
		}
		if s.CaughtUp > 0 {
			if taken, err = e.rememberTaken(ctx, out.Lane, taken, taken.CaughtUp(s.CaughtUp, lane.Weeks)); err != nil {
				return err
			}
		}
	}
	return nil
}

// syncStep takes in what a step fetches, in one commit.
func (e *Engine) syncStep(ctx context.Context, u *client.Update, s client.Step, m *meter, out *LaneSync) error {
	records := s.Records()
	if s.CaughtUp > 0 && len(records) == 0 {
		return nil // the weeks are permitted, and no record has them
	}
	cameras, kept := cameraSeer{}, ageLimit{from: e.keptFrom()}
	b := reads.Batch{Lane: out.Lane, Origin: originOf(records), Photos: providerFeed, Number: s.To, More: s.CaughtUp > 0, Gone: s.Gone, Expect: s.Rows}
	rows := kept.rows(detectionsOf(u.Reads(ctx, s, m.fetched)))
	info, err := e.appendBatch(ctx, b, seen(rows, cameras), nil)
	if err != nil {
		return err
	}
	m.step(s)
	out.To, out.Bytes = info.Number, out.Bytes+s.Bytes
	out.Rows, out.Duplicates, out.Conflicts = out.Rows+info.Rows, out.Duplicates+info.Duplicates, out.Conflicts+info.Conflicts
	out.Gone, out.TooOld = out.Gone+info.Gone, out.TooOld+kept.left+info.Purged
	return e.addCameras(ctx, out.Lane, cameras.list())
}

// detectionsOf passes on what the detections keep of reads.
func detectionsOf(list iter.Seq2[feed.Read, error]) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for r, err := range list {
			if !yield(r.Detection, err) {
				return
			}
		}
	}
}

// maxOrigin bounds a batch's origin, in bytes.
const maxOrigin = 4096

// originOf names the records that a batch's rows come from, e.g. "feed:0-99,120".
func originOf(records []int64) string {
	var out []string
	for i := 0; i < len(records); {
		j := i
		for j+1 < len(records) && records[j+1] == records[j]+1 {
			j++
		}
		text := strconv.FormatInt(records[i], 10)
		if j > i {
			text += "-" + strconv.FormatInt(records[j], 10)
		}
		out = append(out, text)
		i = j + 1
	}
	if s := providerFeed + ":" + strings.Join(out, ","); len(s) <= maxOrigin {
		return s
	}
	return fmt.Sprintf("%s:%d-%d", providerFeed, records[0], records[len(records)-1])
}
