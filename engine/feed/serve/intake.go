package serve

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"golang.org/x/sync/semaphore"
)

// Delivery is a body that a camera or vendor posted.
type Delivery struct {
	Format      string // of the path: "openalpr", "platerecognizer", "csv", …
	ContentType string
	Lane        feed.Lane        // where the token puts its reads
	Sender      string           // the token's name
	Source      detection.Source // whose camera it is
	Body        []byte
}

// Taken is the answer to a delivery: its reads are published.
type Taken struct {
	Taken    int `json:"taken"`
	Rejected int `json:"rejected"` // reads that could not be understood, or whose id stands for another read
}

// Item is a read with the bytes of its pictures.
type Item struct {
	Read     feed.Read
	Pictures map[feed.Digest][]byte
}

// Sink is what stands behind the webhooks.
type Sink interface {
	// Read turns a delivery into reads and counts those that cannot be understood. Errors:
	// feed.ErrNotFound for a format that there is not, feed.ErrInvalid for a body that is not
	// of it.
	Read(ctx context.Context, d Delivery) (items []Item, rejected int, err error)
	// Publish makes reads count in a lane and returns when they do. Reads that the lane has are
	// left out, so that a delivery may come twice; refused are the ids of those that it does
	// not take. It is called once at a time for a lane.
	Publish(ctx context.Context, lane feed.Lane, items []Item) (refused map[string]bool, err error)
	// Tend keeps a lane in order: it is called for every lane now and then.
	Tend(ctx context.Context, lane feed.Lane) error
}

const (
	maxGather   = 5000             // reads that are published together at most
	publishTime = 30 * time.Second // a batch that takes longer has failed
	tendEvery   = time.Minute
	senderShare = 4 // one sender has at most this part of the intake
)

// intakeDesk gathers reads by lane for a moment and publishes them together.
type intakeDesk struct {
	s     *Server
	slots slots               // requests at once
	bytes *semaphore.Weighted // of their bodies

	mu      sync.Mutex
	senders map[feed.Digest]int     // requests in progress by token
	batches map[feed.Lane]*batch    // that still gather
	turns   map[feed.Lane]chan bool // one holds a lane's turn to publish
	work    sync.WaitGroup
}

type batch struct {
	items   []Item
	full    chan struct{} // closed when it should not gather longer
	done    chan struct{} // closed when it is published or has failed
	refused map[string]bool
	err     error
}

func newDesk(s *Server) *intakeDesk {
	return &intakeDesk{
		s: s, slots: make(slots, s.o.Intakes), bytes: semaphore.NewWeighted(max(s.o.IntakeMemory, s.o.IntakeBytes)), senders: map[feed.Digest]int{}, batches: map[feed.Lane]*batch{},
		turns: map[feed.Lane]chan bool{},
	}
}

// slots bounds how many do something at once.
type slots chan struct{}

// take waits a moment for a slot.
func (c slots) take(ctx context.Context) bool {
	late := time.NewTimer(time.Second)
	defer late.Stop()
	select {
	case c <- struct{}{}:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

func (c slots) give() { <-c }

// takeIn is the webhook. It answers 202 when the reads are published, so that a sender that
// gets no answer sends again and loses nothing.
func (s *Server) takeIn(w http.ResponseWriter, r *http.Request) {
	t, err := s.tokens.of(r)
	var lane feed.Lane
	if err == nil {
		lane, err = feed.ParseLane(t.Lane)
	}
	switch {
	case errors.Is(err, feed.ErrNotFound):
		w.Header().Set("WWW-Authenticate", `Bearer realm="cordon feed"`)
		w.Header().Set("Connection", "close") // its body is not read
		fail(w, http.StatusUnauthorized, "token", "This needs a token of the feed’s operator.")
		return
	case err != nil:
		s.broken(w, r, err)
		return
	case s.o.Sink == nil:
		notFound(w)
		return
	}
	size := r.ContentLength
	if size < 0 || size > s.o.IntakeBytes {
		size = s.o.IntakeBytes
	}
	if !s.intake.enter(r.Context(), t.Hash, size) {
		w.Header().Set("Retry-After", "1")
		fail(w, http.StatusTooManyRequests, "busy", "The feed takes in as much as it can. Send it again.")
		return
	}
	defer s.intake.leave(t.Hash, size)
	body, ok := s.readBody(w, r, s.o.IntakeBytes)
	if !ok {
		return
	}
	items, rejected, err := s.o.Sink.Read(r.Context(), Delivery{r.PathValue("format"), r.Header.Get("Content-Type"), lane, t.Name, t.Source, body})
	switch {
	case errors.Is(err, feed.ErrNotFound):
		notFound(w)
		return
	case errors.Is(err, feed.ErrInvalid):
		fail(w, http.StatusBadRequest, "body", "The body is not in the format that the path names.")
		return
	case err != nil:
		s.broken(w, r, err)
		return
	}
	taken := len(items)
	if taken > 0 {
		refused, err := s.intake.add(r.Context(), lane, items)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		for i := range items {
			if refused[items[i].Read.ID] {
				taken--
				rejected++
			}
		}
	}
	answer(w, http.StatusAccepted, Taken{taken, rejected})
}

// enter lets a request with a body of this size in, when there is room for it within a second.
func (d *intakeDesk) enter(ctx context.Context, sender feed.Digest, size int64) bool {
	d.mu.Lock()
	if d.senders[sender] >= max(1, cap(d.slots)/senderShare) {
		d.mu.Unlock()
		return false
	}
	d.senders[sender]++
	d.mu.Unlock()
	if !d.slots.take(ctx) {
		d.forget(sender)
		return false
	}
	late, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	if d.bytes.Acquire(late, size) != nil {
		d.slots.give()
		d.forget(sender)
		return false
	}
	return true
}

func (d *intakeDesk) leave(sender feed.Digest, size int64) {
	d.bytes.Release(size)
	d.slots.give()
	d.forget(sender)
}

func (d *intakeDesk) forget(sender feed.Digest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.senders[sender]--; d.senders[sender] <= 0 {
		delete(d.senders, sender)
	}
}

// add waits until the reads are published with others of their lane. When the caller leaves
// earlier they are published all the same.
func (d *intakeDesk) add(ctx context.Context, lane feed.Lane, items []Item) (map[string]bool, error) {
	d.mu.Lock()
	b := d.batches[lane]
	if b == nil {
		b = &batch{full: make(chan struct{}), done: make(chan struct{})}
		d.batches[lane] = b
		turn := d.turns[lane]
		if turn == nil {
			turn = make(chan bool, 1)
			d.turns[lane] = turn
		}
		d.work.Go(func() { d.publish(lane, b, turn) })
	}
	was := len(b.items)
	b.items = append(b.items, items...)
	if was < maxGather && len(b.items) >= maxGather {
		close(b.full)
	}
	d.mu.Unlock()
	select {
	case <-b.done:
		return b.refused, b.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// publish lets a batch gather, waits for the lane's turn, and publishes it.
func (d *intakeDesk) publish(lane feed.Lane, b *batch, turn chan bool) {
	defer close(b.done)
	wait := time.NewTimer(d.s.o.Gather)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-b.full:
	}
	turn <- true
	defer func() { <-turn }()
	d.mu.Lock()
	delete(d.batches, lane) // whoever comes now begins the next
	items := b.items
	d.mu.Unlock()
	ctx, stop := context.WithTimeout(context.Background(), publishTime)
	defer stop()
	if b.refused, b.err = d.s.o.Sink.Publish(ctx, lane, items); b.err != nil {
		d.s.log.Error("intake not published", "lane", lane.String(), "reads", len(items), "error", b.err)
		return
	}
	if err := d.s.lookAt(ctx, lane); err != nil { // tell the event streams at once
		d.s.log.Error("look for checkpoints", "error", err)
	}
}

// run tends the lanes until ctx ends; then it waits for batches in progress.
func (d *intakeDesk) run(ctx context.Context) {
	defer d.work.Wait()
	if d.s.o.Sink == nil {
		return
	}
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		d.tend(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *intakeDesk) tend(ctx context.Context) {
	lanes, err := lanesOf(ctx, d.s.bucket)
	if err != nil && ctx.Err() == nil {
		d.s.log.Error("list lanes", "error", err)
	}
	for _, l := range lanes {
		if err := d.s.o.Sink.Tend(ctx, l); err != nil && ctx.Err() == nil {
			d.s.log.Error("tend", "lane", l.String(), "error", err)
		}
	}
}
