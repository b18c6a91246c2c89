package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// stream is an open event stream.
type stream struct {
	s    *station
	stop context.CancelFunc
	in   *bufio.Scanner
	rest *http.Response
}

func (s *station) events(server int) *stream {
	s.g.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	s.g.t.Cleanup(stop)
	q, err := http.NewRequestWithContext(ctx, "GET", "https://"+s.g.addrs[server]+"/v1/events", nil)
	if err != nil {
		s.g.t.Fatal(err)
	}
	a, err := s.web.Do(q)
	if err != nil {
		s.g.t.Fatal(err)
	}
	s.g.t.Cleanup(func() { a.Body.Close() })
	if a.StatusCode != http.StatusOK {
		s.g.t.Fatalf("events: %d", a.StatusCode)
	}
	return &stream{s, stop, bufio.NewScanner(a.Body), a}
}

// next returns the next checkpoint.
func (st *stream) next() Checkpoint {
	st.s.g.t.Helper()
	for st.in.Scan() {
		if data, ok := strings.CutPrefix(st.in.Text(), "data: "); ok {
			var c Checkpoint
			if err := json.Unmarshal([]byte(data), &c); err != nil {
				st.s.g.t.Fatal(err)
			}
			return c
		}
	}
	st.s.g.t.Fatalf("the stream ended: %v", st.in.Err())
	return Checkpoint{}
}

// toEnd reads until the server ends the stream.
func (st *stream) toEnd() {
	for st.in.Scan() {
	}
	if err := st.in.Err(); err != nil && strings.Contains(err.Error(), "deadline") {
		st.s.g.t.Error("the stream does not end")
	}
}

// TestEvents (F-2, F-4): streams of two servers tell of checkpoints that somebody else wrote, the
// newest of each permitted lane first, and of no other lane.
func TestEvents(t *testing.T) {
	g := newRig(t, 2, nil)
	g.checkpoint("pd.north", 3)
	g.checkpoint("other.north", 5)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	streams := []*stream{ws.events(0), ws.events(1)}
	for i, st := range streams {
		if c := st.next(); c.Lane != "pd.north" || c.Size != 3 {
			t.Errorf("stream %d begins with %+v", i, c)
		}
	}
	want := map[string]string{}
	for size := int64(4); size < 8; size++ {
		g.checkpoint("other.north", size+2)
		text := g.checkpoint("pd.north", size)
		for i, st := range streams {
			if c := st.next(); c.Lane != "pd.north" || c.Size != size || c.Checkpoint != text {
				t.Errorf("stream %d: %+v", i, c)
			}
		}
		want["pd.north"] = text
	}
	g.checkpoint("pd.new", 1) // a lane that begins
	for i, st := range streams {
		if c := st.next(); c.Lane != "pd.new" || c.Size != 1 {
			t.Errorf("stream %d: %+v", i, c)
		}
	}
	var list struct {
		Workstation, Witness string
		Lanes                []LaneInfo
	}
	eventually(t, "both lanes are listed", func() bool {
		if err := json.Unmarshal(ws.get(1, "/v1/lanes").body, &list); err != nil {
			t.Fatal(err)
		}
		return len(list.Lanes) == 2
	})
	names := []string{list.Lanes[0].Lane, list.Lanes[1].Lane}
	if !slices.Equal(names, []string{"pd.new", "pd.north"}) || list.Lanes[1].Checkpoint.Checkpoint != want["pd.north"] || list.Workstation != "ws-07" {
		t.Errorf("lanes %+v", list)
	}
}

// TestDamagedCheckpoint: what is no checkpoint troubles its own lane alone.
func TestDamagedCheckpoint(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 3)
	g.put("lanes/pd.south/checkpoint", []byte("hello"))
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	r := ws.get(0, "/v1/lanes")
	if r.status != http.StatusOK || !strings.Contains(string(r.body), "pd.north") || strings.Contains(string(r.body), "pd.south") {
		t.Error(r)
	}
	if c := ws.events(0).next(); c.Lane != "pd.north" {
		t.Errorf("%+v", c)
	}
}

// TestNewGrantsReachTheStream (F-4): a lane that is taken away is silent, one that is given speaks.
func TestNewGrantsReachTheStream(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 1)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	st := ws.events(0)
	st.next()
	rights, err := ParseRights("state.*", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := SetRights(context.Background(), g.bucket, "ws-07", rights, g.now); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the lane is gone", func() bool { return ws.get(0, "/lanes/pd.north/checkpoint").status == http.StatusNotFound })
	g.checkpoint("pd.north", 2)
	g.checkpoint("state.north", 9)
	if c := st.next(); c.Lane != "state.north" || c.Size != 9 {
		t.Errorf("%+v", c)
	}
}

// TestStreamsAreBounded: a workstation has so many streams and no more; a heartbeat shows that one
// lives; the end of the server ends it.
func TestStreamsAreBounded(t *testing.T) {
	g := newRig(t, 1, func(o *Options) { o.Streams, o.Heartbeat = 2, 10*time.Millisecond })
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	a, b := ws.events(0), ws.events(0)
	if r := ws.get(0, "/v1/events"); r.status != http.StatusServiceUnavailable || r.code() != "busy" {
		t.Errorf("a third stream: %s", r)
	}
	beats := 0
	for beats < 3 && a.in.Scan() {
		if a.in.Text() == ": alive" {
			beats++
		}
	}
	if beats < 3 {
		t.Error("no heartbeat")
	}
	a.stop()
	eventually(t, "a place is free again", func() bool {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		q, err := http.NewRequestWithContext(ctx, "GET", "https://"+g.addrs[0]+"/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ws.web.Do(q)
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	g.stop[0]()
	b.toEnd()
}

// TestHubHoldsTheNewestAlone: a stream that does not read costs one entry a lane.
func TestHubHoldsTheNewestAlone(t *testing.T) {
	h := newHub(1)
	l, err := h.join("ws")
	if err != nil {
		t.Fatal(err)
	}
	lane := mustLane("pd.north")
	for i := range int64(1000) {
		h.tell(news{lane, i, fmt.Sprint(i)})
	}
	h.tell(news{lane, 7, "old"})
	if got := h.take(l); len(got) != 1 || got[0].size != 999 {
		t.Errorf("%+v", got)
	}
	if got := h.take(l); len(got) != 0 {
		t.Errorf("again: %+v", got)
	}
}
