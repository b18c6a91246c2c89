package serve

import (
	"errors"
	"sync"

	"cordon/engine/feed"
)

// news is the newest checkpoint of a lane.
type news struct {
	lane       feed.Lane
	size       int64
	checkpoint string
}

// hub hands new checkpoints to event streams. A stream that is slow misses none: it holds one
// entry a lane, always the newest, so that it is bounded too.
type hub struct {
	each int // streams of one workstation

	mu      sync.Mutex
	closed  bool
	newest  map[feed.Lane]news
	streams map[*listener]struct{}
	count   map[string]int
}

type listener struct {
	who   string
	fresh map[feed.Lane]bool // guarded by the hub
	wake  chan struct{}      // holds one; closed by the hub at its end
}

// errTooMany is returned when a workstation has as many event streams as it may.
var errTooMany = errors.New("too many event streams")

func newHub(each int) *hub {
	return &hub{each: each, newest: map[feed.Lane]news{}, streams: map[*listener]struct{}{}, count: map[string]int{}}
}

// join begins a stream, to which all that is known is news.
func (h *hub) join(who string) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.count[who] >= h.each {
		return nil, errTooMany
	}
	l := &listener{who: who, fresh: map[feed.Lane]bool{}, wake: make(chan struct{}, 1)}
	for lane := range h.newest {
		l.fresh[lane] = true
	}
	l.wake <- struct{}{}
	h.streams[l] = struct{}{}
	h.count[who]++
	return l, nil
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.streams[l]; !ok {
		return
	}
	delete(h.streams, l)
	if h.count[l.who]--; h.count[l.who] <= 0 {
		delete(h.count, l.who)
	}
}

// tell takes a checkpoint in. An older one than is known is passed over.
func (h *hub) tell(n news) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if old, ok := h.newest[n.lane]; ok && (old.size > n.size || old.checkpoint == n.checkpoint) {
		return
	}
	h.newest[n.lane] = n
	for l := range h.streams {
		l.fresh[n.lane] = true
		if h.closed {
			continue
		}
		select {
		case l.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// take returns what is new to a stream.
func (h *hub) take(l *listener) []news {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]news, 0, len(l.fresh))
	for lane := range l.fresh {
		out = append(out, h.newest[lane])
	}
	clear(l.fresh)
	return out
}

// idle tells that nobody listens.
func (h *hub) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams) == 0
}

// known returns all lanes with their newest checkpoint.
func (h *hub) known() []news {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]news, 0, len(h.newest))
	for _, n := range h.newest {
		out = append(out, n)
	}
	return out
}

// close ends all streams and lets no more in.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for l := range h.streams {
		close(l.wake)
	}
}
