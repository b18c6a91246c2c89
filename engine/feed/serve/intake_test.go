package serve

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

// lines is a sink whose format is one id a line.
type lines struct {
	mu       sync.Mutex
	batches  [][]string // published, by call
	lanes    []string
	fail     error
	hold     chan struct{} // Publish waits for it, when there is one
	inFlight int
	overlap  bool
}

func (l *lines) Read(_ context.Context, d Delivery) ([]Item, int, error) {
	if d.Format != "lines" {
		return nil, 0, feed.ErrNotFound
	}
	var out []Item
	rejected := 0
	for _, id := range strings.Fields(string(d.Body)) {
		switch {
		case id == "broken":
			return nil, 0, fmt.Errorf("%w: broken", feed.ErrInvalid)
		case strings.HasPrefix(id, "bad"):
			rejected++
		default:
			out = append(out, Item{Read: feed.Read{Detection: detection.Detection{ID: id}, Passes: 1}})
		}
	}
	return out, rejected, nil
}

func (l *lines) Publish(ctx context.Context, lane feed.Lane, items []Item) (map[string]bool, error) {
	l.mu.Lock()
	l.inFlight++
	l.overlap = l.overlap || l.inFlight > 1
	hold := l.hold
	l.mu.Unlock()
	if hold != nil {
		<-hold
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	if l.fail != nil {
		return nil, l.fail
	}
	var ids []string
	refused := map[string]bool{}
	for _, t := range items {
		if strings.HasPrefix(t.Read.ID, "refused") {
			refused[t.Read.ID] = true
			continue
		}
		ids = append(ids, t.Read.ID)
	}
	l.batches, l.lanes = append(l.batches, ids), append(l.lanes, lane.String())
	return refused, ctx.Err()
}

func (l *lines) Tend(context.Context, feed.Lane) error { return nil }

func (l *lines) all() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]int{}
	for _, b := range l.batches {
		for _, id := range b {
			out[id]++
		}
	}
	return out
}

func (g *rig) token(name, lane string) string {
	g.t.Helper()
	text, err := NewToken(context.Background(), g.bucket, name, lane, detection.SourceCommercial, g.now, rand.Reader)
	if err != nil {
		g.t.Fatal(err)
	}
	return text
}

func (s *station) deliver(server int, token, format string, body io.Reader) reply {
	s.g.t.Helper()
	return s.do(server, "POST", "/v1/intake/"+format, body, http.Header{"Authorization": {"Bearer " + token}})
}

// TestIntake (F-3): what is acknowledged is published, once, in the token's lane; deliveries that
// come together are published together; failures are not acknowledged.
func TestIntake(t *testing.T) {
	sink := &lines{}
	g := newRig(t, 2, func(o *Options) { o.Sink, o.Gather = sink, 100*time.Millisecond })
	out, token := g.stranger(), g.token("cam-1", "pd.north")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			r := out.deliver(i%2, token, "lines", strings.NewReader("id"+strconv.Itoa(i)+" bad1"))
			var a Taken
			if err := json.Unmarshal(r.body, &a); err != nil || r.status != http.StatusAccepted || a != (Taken{1, 1}) {
				t.Errorf("delivery %d: %s", i, r)
			}
			if sink.all()["id"+strconv.Itoa(i)] == 0 {
				t.Errorf("id%d is acknowledged and not published", i)
			}
		})
	}
	wg.Wait()
	for id, n := range sink.all() {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if len(sink.all()) != 40 || len(sink.batches) > 30 {
		t.Errorf("%d reads in %d batches", len(sink.all()), len(sink.batches))
	}
	for _, l := range sink.lanes {
		if l != "pd.north" {
			t.Errorf("published to %s", l)
		}
	}
	sink.fail = errors.New("the disk is full")
	if r := out.deliver(0, token, "lines", strings.NewReader("lost")); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("not published: %s", r)
	}
	sink.fail = nil
	var a Taken
	if r := out.deliver(0, token, "lines", strings.NewReader("good bad1 refused1")); json.Unmarshal(r.body, &a) != nil || a != (Taken{1, 2}) {
		t.Errorf("some are not taken: %s", r)
	}
	if r := out.deliver(0, token, "lines", strings.NewReader("bad1 bad2")); r.status != http.StatusAccepted {
		t.Errorf("rejects alone: %s", r)
	}
}

// TestTokens (F-3, X-7): without a valid token nothing is read; the bucket does not hold it; it can
// be ended.
func TestTokens(t *testing.T) {
	sink := &lines{}
	g := newRig(t, 2, func(o *Options) { o.Sink = sink })
	out, token := g.stranger(), g.token("cam-1", "pd.north")
	good := out.deliver(0, token, "lines", strings.NewReader("a"))
	if good.status != http.StatusAccepted {
		t.Fatal(good)
	}
	for _, bad := range []string{"", token[1:], token + "a", strings.ToUpper(token), strings.Repeat("a", len(token)), "../" + token[3:]} {
		if r := out.deliver(1, bad, "lines", strings.NewReader("a")); r.status != http.StatusUnauthorized {
			t.Errorf("%q: %s", bad, r)
		}
	}
	for o, err := range g.bucket.List(context.Background(), "inbox/") {
		text, err2 := g.bucket.Get(context.Background(), o.Key, maxObject)
		if err := errors.Join(err, err2); err != nil || strings.Contains(o.Key+string(text), token) {
			t.Errorf("%s holds the token, or %v", o.Key, err)
		}
	}
	if r := out.deliver(0, token, "other", strings.NewReader("a")); r.status != http.StatusNotFound {
		t.Errorf("another format: %s", r)
	}
	if err := RevokeToken(context.Background(), g.bucket, token, g.now); err != nil {
		t.Fatal(err)
	}
	for server := range 2 {
		eventually(t, "revoked", func() bool {
			return out.deliver(server, token, "lines", strings.NewReader("a")).status == http.StatusUnauthorized
		})
	}
	if err := RevokeToken(context.Background(), g.bucket, "x", g.now); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a token that there is not: %v", err)
	}
	for _, c := range [][2]string{{"cam 1", "pd.north"}, {"cam-1", "pd"}, {"cam-1", "control.all"}} {
		if _, err := NewToken(context.Background(), g.bucket, c[0], c[1], "", g.now, rand.Reader); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// TestHostileBodies (F-3): large, endless, slow, cut and malformed bodies are refused within their
// limits, and the server goes on.
func TestHostileBodies(t *testing.T) {
	sink := &lines{}
	g := newRig(t, 1, func(o *Options) { o.Sink, o.IntakeBytes, o.BodyTime = sink, 10_000, 200*time.Millisecond })
	out, token := g.stranger(), g.token("cam-1", "pd.north")
	large := strings.Repeat("x ", 5001)
	if r := out.deliver(0, token, "lines", strings.NewReader(large)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("large: %s", r)
	}
	if r := out.deliver(0, token, "lines", io.MultiReader(strings.NewReader(large))); r.status != http.StatusRequestEntityTooLarge { // chunked
		t.Errorf("large and chunked: %s", r)
	}
	if r := out.deliver(0, token, "lines", strings.NewReader("broken")); r.status != http.StatusBadRequest {
		t.Errorf("malformed: %s", r)
	}
	head := "POST /v1/intake/lines HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n"
	if r := out.raw(0, head+"Content-Length: 100\r\n\r\nslow"); !strings.HasPrefix(r, "HTTP/1.1 408") {
		t.Errorf("slow: %.80s", r)
	}
	if r := out.raw(0, head+"Transfer-Encoding: chunked\r\n\r\n4\r\nslow\r\n"); !strings.HasPrefix(r, "HTTP/1.1 408") {
		t.Errorf("slow and chunked: %.80s", r)
	}
	if r := out.raw(0, head+"Transfer-Encoding: chunked\r\n\r\nzzz\r\n"); !strings.HasPrefix(r, "HTTP/1.1 400") {
		t.Errorf("bad chunk: %.80s", r)
	}
	if r := out.raw(0, head+"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"); !strings.HasPrefix(r, "HTTP/1.1 400") {
		t.Errorf("two lengths: %.80s", r)
	}
	c, err := tls.Dial("tcp", g.addrs[0], out.tls())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, head+"Content-Length: 100\r\n\r\ncut"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	// A body without a token, and one that no route reads, does not hold the connection.
	if r := out.raw(0, "POST /v1/intake/lines HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nslow"); !strings.HasPrefix(r, "HTTP/1.1 401") {
		t.Errorf("no token: %.80s", r)
	}
	if r := out.raw(0, "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nslow"); !strings.HasPrefix(r, "HTTP/1.1 200") {
		t.Errorf("a body where none belongs: %.80s", r)
	}
	if r := out.deliver(0, token, "lines", strings.NewReader("good")); r.status != http.StatusAccepted || sink.all()["good"] != 1 || len(sink.all()) != 1 {
		t.Errorf("after all that: %s, %v", r, sink.all())
	}
}

// TestIntakeIsBounded: one sender cannot take the whole intake.
func TestIntakeIsBounded(t *testing.T) {
	sink := &lines{hold: make(chan struct{})}
	g := newRig(t, 1, func(o *Options) { o.Sink, o.Intakes = sink, 8 })
	out, greedy, other := g.stranger(), g.token("cam-1", "pd.north"), g.token("cam-2", "pd.south")
	var wg sync.WaitGroup
	status := make(chan int, 9)
	for i := range 2 {
		wg.Go(func() {
			status <- out.deliver(0, greedy, "lines", bytes.NewReader([]byte("a"+strconv.Itoa(i)))).status
		})
	}
	desk := g.servers[0].intake
	eventually(t, "its share is in use", func() bool { desk.mu.Lock(); defer desk.mu.Unlock(); return desk.senders[hashToken(greedy)] == 2 })
	if r := out.deliver(0, greedy, "lines", strings.NewReader("b")); r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" {
		t.Errorf("more than its share: %s", r)
	}
	wg.Go(func() { status <- out.deliver(0, other, "lines", strings.NewReader("c")).status })
	eventually(t, "both lanes publish", func() bool { sink.mu.Lock(); defer sink.mu.Unlock(); return sink.inFlight == 2 })
	close(sink.hold)
	wg.Wait()
	close(status)
	for s := range status {
		if s != http.StatusAccepted {
			t.Errorf("status %d", s)
		}
	}
}

// TestIntakeMemoryIsBounded: bodies that would not fit beside those in progress wait, and are then
// refused; small ones still fit.
func TestIntakeMemoryIsBounded(t *testing.T) {
	sink := &lines{hold: make(chan struct{})}
	g := newRig(t, 1, func(o *Options) { o.Sink, o.IntakeBytes, o.IntakeMemory = sink, 10_000, 15_000 })
	out, token := g.stranger(), g.token("cam-1", "pd.north")
	large := strings.Repeat("r1 ", 3000)
	got := make(chan int, 2)
	go func() { got <- out.deliver(0, token, "lines", strings.NewReader(large)).status }()
	eventually(t, "it publishes", func() bool { sink.mu.Lock(); defer sink.mu.Unlock(); return sink.inFlight == 1 })
	if r := out.deliver(0, token, "lines", strings.NewReader(large)); r.status != http.StatusTooManyRequests {
		t.Errorf("a second large one: %s", r)
	}
	if r := out.deliver(0, token, "lines", io.MultiReader(strings.NewReader("r2"))); r.status != http.StatusTooManyRequests {
		t.Errorf("of unknown size: %s", r)
	}
	go func() { got <- out.deliver(0, token, "lines", strings.NewReader("r3")).status }()
	close(sink.hold)
	for range 2 {
		if s := <-got; s != http.StatusAccepted {
			t.Errorf("status %d", s)
		}
	}
}

// TestShutdownFinishesIntake: a server that is told to stop publishes and acknowledges what it has
// in hand.
func TestShutdownFinishesIntake(t *testing.T) {
	sink := &lines{hold: make(chan struct{})}
	g := newRig(t, 1, func(o *Options) { o.Sink = sink })
	out, token := g.stranger(), g.token("cam-1", "pd.north")
	got := make(chan int, 1)
	go func() { got <- out.deliver(0, token, "lines", strings.NewReader("last")).status }()
	eventually(t, "it publishes", func() bool { sink.mu.Lock(); defer sink.mu.Unlock(); return sink.inFlight == 1 })
	g.stop[0]()
	eventually(t, "no new connections", func() bool {
		c, err := tls.Dial("tcp", g.addrs[0], out.tls())
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	close(sink.hold)
	if s := <-got; s != http.StatusAccepted || sink.all()["last"] != 1 {
		t.Errorf("status %d, %v", s, sink.all())
	}
}
