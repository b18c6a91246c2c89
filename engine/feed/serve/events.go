package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/witness"
)

// Checkpoint is the data of an event "checkpoint", and an element of GET /v1/lanes.
type Checkpoint struct {
	Lane       string `json:"lane"`
	Size       int64  `json:"size"`       // records
	Checkpoint string `json:"checkpoint"` // the signed note
}

// LaneInfo is a lane of the caller's.
type LaneInfo struct {
	Checkpoint
	Grants Grants `json:"grants"` // which of its weeks are permitted: those of any of these
}

// lanes lists the caller's lanes, by name.
func (s *Server) lanes(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	if err := s.lookOnce(r.Context()); err != nil {
		s.broken(w, r, err)
		return
	}
	out := []LaneInfo{}
	for _, n := range s.events.known() {
		if g := ws.Grants.of(n.lane); len(g) > 0 {
			out = append(out, LaneInfo{Checkpoint{n.lane.String(), n.size, n.checkpoint}, g})
		}
	}
	slices.SortFunc(out, func(a, b LaneInfo) int { return strings.Compare(a.Lane, b.Lane) })
	answer(w, http.StatusOK, map[string]any{"workstation": ws.Workstation, "witness": s.witness.String(), "lanes": out})
}

// stream tells of new checkpoints of the caller's lanes until either side ends it. It begins
// with the newest of each lane.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	l, err := s.events.join(ws.Workstation)
	if err != nil {
		w.Header().Set("Retry-After", "5")
		fail(w, http.StatusServiceUnavailable, "busy", "There are enough event streams of this workstation, or the server stops.")
		return
	}
	defer s.events.leave(l)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	if _, err := w.Write([]byte(": cordon feed\n\n")); err != nil || rc.Flush() != nil {
		return
	}
	beat := time.NewTicker(s.o.Heartbeat)
	defer beat.Stop()
	recheck := time.NewTicker(s.o.AccessTime) // a revocation ends the stream too
	defer recheck.Stop()
	for {
		text := ""
		select {
		case <-r.Context().Done():
			return
		case _, more := <-l.wake:
			if !more {
				return
			}
		case <-beat.C:
			text = ": alive\n\n"
		case <-recheck.C:
		}
		now, err := s.caller(r)
		if err != nil {
			return
		}
		for _, n := range s.events.take(l) {
			if now.Grants.permit(n.lane, "") {
				text += event(n)
			}
		}
		if text == "" {
			continue
		}
		if _, err := w.Write([]byte(text)); err != nil || rc.Flush() != nil {
			return
		}
	}
}

func event(n news) string {
	data, err := json.Marshal(Checkpoint{n.lane.String(), n.size, n.checkpoint})
	if err != nil {
		return ""
	}
	return fmt.Sprintf("event: checkpoint\nid: %s/%d\ndata: %s\n\n", n.lane, n.size, data)
}

// lanesEvery is how many looks at checkpoints come to one look for new lanes.
const lanesEvery = 5

// watch looks at the bucket's checkpoints again and again, as other servers and publishers
// write them too.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(s.o.Poll)
	defer tick.Stop()
	for i := 0; ; i++ {
		if s.events.idle() { // nobody listens; who comes finds all lanes looked at
			i = -1
		} else if err := s.look(ctx, i%lanesEvery == 0); err != nil && ctx.Err() == nil {
			s.log.Error("look for checkpoints", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// lookOnce looks at all lanes, unless somebody just did.
func (s *Server) lookOnce(ctx context.Context) error {
	s.lookMu.Lock()
	defer s.lookMu.Unlock()
	if now := time.Now(); now.Sub(s.looked) >= s.o.Poll {
		if err := s.look(ctx, true); err != nil {
			return err
		}
		s.looked = now
	}
	return nil
}

// look reads the checkpoints of all known lanes; also of new ones when asked.
func (s *Server) look(ctx context.Context, fresh bool) error {
	var lanes []feed.Lane
	if fresh {
		found, err := lanesOf(ctx, s.bucket)
		if err != nil {
			return err
		}
		lanes = found
	} else {
		for _, n := range s.events.known() {
			lanes = append(lanes, n.lane)
		}
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	errs := make([]error, len(lanes))
	for i, lane := range lanes {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if errs[i] = s.lookAt(ctx, lane); errors.Is(errs[i], feed.ErrDamaged) { // is no other lane's trouble
				s.log.Error("look for checkpoints", "error", errs[i])
				errs[i] = nil
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *Server) lookAt(ctx context.Context, lane feed.Lane) error {
	text, err := s.bucket.Get(ctx, lane.PathCheckpoint(), maxObject)
	if errors.Is(err, feed.ErrNotFound) { // a lane that has nothing yet
		return nil
	}
	if err != nil {
		return err
	}
	body, _, ok := strings.Cut(string(text), "\n\n")
	_, t, err := witness.ParseCheckpoint(body + "\n")
	if !ok || err != nil {
		return fmt.Errorf("%w: the checkpoint of lane %s", feed.ErrDamaged, lane)
	}
	s.events.tell(news{lane, t.N, string(text)})
	return nil
}
