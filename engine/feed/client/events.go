package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"cordon/engine/feed"
)

// Events are what a watch tells. Both are called from one goroutine.
type Events struct {
	Open func()               // the way to the feed stands
	News func(lane feed.Lane) // a lane may have something new; nothing is proved by it
}

// Watch tells of lanes that may have something new, at first of all of them, until ctx ends or
// the feed is out of reach: it never returns nil. Errors match feed.ErrOffline, feed.ErrNotFound
// when the workstation is not let in.
func (c *Client) Watch(ctx context.Context, e Events) error { return c.source.Watch(ctx, e) }

// silence is how long an event stream may say nothing: servers send a sign of life every
// fifteen seconds.
const silence = time.Minute

// Watch implements Source by the server's event stream.
func (s *Server) Watch(ctx context.Context, e Events) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := fmt.Errorf("%w: the event stream was silent for %v", feed.ErrOffline, silence)
	body, err := s.Reader(ctx, "v1/events", 0, -1)
	if err != nil {
		return err
	}
	defer body.Close()
	watch := time.AfterFunc(silence, func() { cancel(silent) })
	defer watch.Stop()
	e.Open()
	in := newEvents(body, func() { watch.Reset(silence) })
	for {
		name, data, err := in.next()
		switch {
		case errors.Is(context.Cause(ctx), silent):
			return silent
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return fmt.Errorf("%w: the event stream: %w", feed.ErrOffline, err)
		case name != "checkpoint":
			continue
		}
		var news struct{ Lane string }
		if err := json.Unmarshal(data, &news); err != nil {
			return fmt.Errorf("%w: the event stream: %w", feed.ErrOffline, err)
		}
		if lane, err := feed.ParseLane(news.Lane); err == nil {
			e.News(lane)
		}
	}
}

// maxEvent bounds an event, in bytes: a checkpoint has a few hundred.
const maxEvent = 64 << 10

// events reads server-sent events (WHATWG HTML, 9.2), as far as a feed's server uses them.
type events struct {
	in    *bufio.Reader
	alive func() // something came
}

func newEvents(r io.Reader, alive func()) *events {
	return &events{bufio.NewReaderSize(r, maxEvent), alive}
}

// next returns the next event that has data. Its data is the caller's.
func (s *events) next() (name string, data []byte, err error) {
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil { // what is not ended by an empty line does not count
			return "", nil, err
		}
		s.alive()
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(line) == 0 {
			if data != nil {
				return name, bytes.TrimSuffix(data, []byte("\n")), nil
			}
			name = ""
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if data = append(append(data, value...), '\n'); len(data) > maxEvent {
				return "", nil, fmt.Errorf("an event has more than %d bytes", maxEvent)
			}
		}
	}
}

// Looks at the checkpoints of a place without a server.
const (
	lookFolder = time.Second
	lookBucket = 15 * time.Second // each look is a paid request a lane
	maxLook    = 64 << 10         // bytes of a checkpoint or card
)

// Watch implements Source by looking at the checkpoints again and again.
func (p *place) Watch(ctx context.Context, e Events) error {
	every := lookBucket
	if p.dir != "" {
		every = lookFolder
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	known := map[feed.Lane]string{}
	for open := false; ; open = true {
		lanes, err := p.Lanes(ctx)
		if err == nil { // a folder that is gone has no lanes
			_, err = p.Get(ctx, feed.PathFeed, maxLook)
		}
		if err != nil {
			return err
		}
		if !open {
			e.Open()
		}
		for _, l := range lanes {
			text, err := p.Get(ctx, l.PathCheckpoint(), maxLook)
			if errors.Is(err, feed.ErrNotFound) { // begun by a publisher that has not ended yet
				continue
			}
			if err != nil {
				return err
			}
			if known[l.Lane] != string(text) {
				known[l.Lane] = string(text)
				e.News(l.Lane)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
