package engine

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
	"cordon/engine/internal/vault"
)

// TestFollowNewsOfALostFolder_F_2: a folder that goes away between its news and the sync of it is an
// error like any other.
func TestFollowNewsOfALostFolder_F_2(t *testing.T) {
	pub := feedtest.New(t, t.TempDir())
	f := open(t)
	pub.Segment(laneA, feedtest.Reads(0, 0, 3), nil, nil)
	if err := f.Join(t.Context(), FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(pub.Dir, pub.Dir+"-away"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	w := &follower{
		e: f.Engine, o: FollowOptions{Every: time.Hour, Retry: time.Hour}, fresh: map[feed.Lane]bool{laneA: true},
		wake: make(chan struct{}, 1), all: make(chan struct{}, 1), lanes: []client.Lane{{Lane: laneA}},
	}
	notify(w.wake)
	if err := w.run(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("run: %v, want the context's end", err)
	}
}

// TestFollow_F_2: a workstation that follows its feed has what is published without being asked,
// from a folder and from a server, also lanes and documents that are new; it says when the feed
// is away and takes up what came meanwhile. The log tells of every record that was applied, in
// few entries, and of corrections at once.
func TestFollow_F_2(t *testing.T) {
	t.Run("folder", func(t *testing.T) {
		pub := feedtest.New(t, t.TempDir())
		away := pub.Dir + "-away"
		follow(t, pub, FeedOptions{Address: pub.Dir, Key: pub.Key}, func() {
			if err := os.Rename(pub.Dir, away); err != nil {
				t.Fatal(err)
			}
		}, func() {
			if err := os.Rename(away, pub.Dir); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("server", func(t *testing.T) {
		pub := feedtest.New(t, t.TempDir())
		b, ca := feedKeys(t, pub)
		address, stop := serveAt(t, b, ca, "127.0.0.1:0")
		code := codeFor(t, b, ca, "*.*", "")
		follow(t, pub, FeedOptions{Address: address, Key: pub.Key, Code: code.String()}, func() { stop() }, func() {
			serveAt(t, b, ca, strings.TrimPrefix(address, "https://"))
		})
	})
}

func follow(t *testing.T, pub *feedtest.Feed, o FeedOptions, away, back func()) {
	f := open(t)
	pub.Segment(laneA, feedtest.Reads(0, 0, 300), nil, nil)
	if err := f.Join(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	begun := len(f.all(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- f.Follow(ctx, FollowOptions{Every: time.Hour, Retry: 50 * time.Millisecond})
	}()
	until := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if ok() {
				return
			}
		}
		t.Fatalf("%s: not so after 20 s: %+v, at %s", what, f.SyncState(), f.DataState().Name)
	}
	at := func(l feed.Lane, n int64) func() bool { return func() bool { return f.position(l.String()) == n } }
	until("the first sync", at(laneA, 1))
	until("live", func() bool { return f.SyncState().Live })
	for i := range 20 {
		pub.Segment(laneA, feedtest.Reads(0, 1000+10*i, 10), nil, nil)
	}
	until("twenty segments", at(laneA, 21))
	pub.Segment(laneA, feedtest.Reads(0, 3000, 1), []string{"r0001005"}, nil)
	until("a correction", at(laneA, 22))
	until("its entry", func() bool { e := last(f.all(t)); return e.Kind == "sync-done" && e.Fields["gone"] == "1" })
	pub.Segment(laneB, feedtest.Reads(1, 0, 50), nil, nil)
	until("a new lane", at(laneB, 1))
	pub.Document("alert-lists", 1, `{"lists":[]}`)
	until("a document", func() bool {
		_, ok, err := vault.Get[document](f.vault, keyDocument("alert-lists"))
		return ok && err == nil
	})
	away()
	until("that the feed is away", func() bool {
		s := f.SyncState()
		return !s.Live && errors.Is(s.Err, feed.ErrOffline)
	})
	back()
	pub.Segment(laneA, feedtest.Reads(0, 4000, 7), nil, nil)
	until("what came meanwhile", at(laneA, 23))
	until("that all is well", func() bool { s := f.SyncState(); return s.Live && s.Err == nil })
	pub.Segment(laneA, feedtest.Reads(0, 5000, 7), nil, nil)
	until("what comes after it", at(laneA, 24))
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Follow: %v", err)
	}
	same(t, f.Engine, laneA, pub.Rows(laneA))
	same(t, f.Engine, laneB, pub.Rows(laneB))
	next, entries := int64(0), 0
	for _, e := range f.all(t)[begun:] {
		if e.Fields["lane"] != laneA.String() || !strings.HasPrefix(e.Kind, "sync") {
			continue
		}
		if entries++; e.Kind != "sync-done" {
			continue
		}
		if e.Fields["from"] != strconv.FormatInt(next, 10) {
			t.Errorf("an entry from %s, the last one ended at %d", e.Fields["from"], next)
		}
		next, _ = strconv.ParseInt(e.Fields["to"], 10, 64)
	}
	if next != 24 {
		t.Errorf("the log tells of %d records of 24", next)
	}
	if entries > 14 { // each of the 24 alone would be two
		t.Errorf("%d entries of one lane", entries)
	}
}

// TestLiveSumsAreNotLost (U-2): what a feed's news did is recorded later when the log cannot be
// written now.
func TestLiveSumsAreNotLost(t *testing.T) {
	f := open(t)
	for n := range int64(3) {
		if !f.live.add(time.Now(), &LaneSync{Lane: laneA.String(), From: n, To: n + 1, Rows: 10}) {
			t.Fatal("nothing makes it urgent")
		}
	}
	if err := f.log.Close(); err != nil {
		t.Fatal(err)
	}
	f.flushLive(t.Context())
	if s, ok := f.live.take(laneA.String()); !ok || s.From != 0 || s.To != 3 || s.Rows != 30 {
		t.Errorf("%+v, %v", s, ok)
	}
}
