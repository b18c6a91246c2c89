//go:build !race

package campaign

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine"
	"cordon/engine/detection"

	"github.com/pquerna/otp/totp"
)

// TestLive measures how long it takes from a read's post to a webhook until a query on a
// workstation that follows the feed shows it: two real servers, one that takes in and one that
// serves, CORDON_LIVE_POSTS posts at 50 a second. After each sync the workstation runs a
// recorded partial-plate query; a read counts when its row is in an answer. It is no gate, but
// every read must come, once.
func TestLive(t *testing.T) {
	posts := number(t, "CORDON_LIVE_POSTS", 0)
	if posts == 0 {
		t.Skip("a measurement, not a check: set CORDON_LIVE_POSTS (make bench-feed); TestFollow_F_2 checks")
	}
	const perSecond = 50
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	e, err := engine.Open(ctx, engine.Options{Dir: w.data, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s := w.signIn(ctx, e)
	q := detection.Query{
		Kind: detection.KindPartial, Plate: "LIVE*", Star: detection.StarAny, State: []string{"DE"}, Windows: []detection.Window{{From: w.from, To: w.from.AddDate(0, 0, 24)}},
		Limit: detection.NoLimit, Purpose: detection.Purpose{Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "measure", Justification: "How long a read takes from the camera to a query.", Attested: true},
	}
	var mu sync.Mutex
	sent, waits := map[string]time.Time{}, map[string]time.Duration{}
	syncs := 0
	look := func() {
		a, err := s.Run(ctx, q, engine.RunOptions{Confirm: true, Reads: true})
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			t.Error(err)
			stop()
			return
		}
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		seen := map[string]int{}
		for _, r := range a.Rows {
			if seen[r.ID]++; seen[r.ID] > 1 {
				t.Errorf("%s is there twice", r.ID)
			}
			if _, ok := waits[r.ID]; !ok {
				waits[r.ID] = now.Sub(sent[r.ID])
			}
		}
		s.Release(a.Entry)
	}
	followed := make(chan error, 1)
	go func() {
		followed <- e.Follow(ctx, engine.FollowOptions{Done: func(r engine.SyncReport, err error) {
			if err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			syncs++
			look()
		}})
	}()
	for end := time.Now().Add(time.Minute); !e.SyncState().Live && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
	}
	web := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: w.pinned.Clone(), MaxIdleConnsPerHost: 16}}
	defer web.CloseIdleConnections()
	var senders sync.WaitGroup
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	began := time.Now()
	for i := range posts {
		if <-tick.C; ctx.Err() != nil {
			break
		}
		senders.Go(func() {
			id := fmt.Sprintf("L%05d", i)
			body := openALPR(read{id: id, plate: fmt.Sprintf("LIVE%05d", i), at: time.Now().Add(-time.Second), lon: -75.5, lat: 39.7, camera: "C1", confidence: 0.9})
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+w.servers[1].addr+"/v1/intake/openalpr", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+w.tokens[laneNames[i%len(laneNames)]])
			r.Header.Set("Content-Type", "application/json")
			mu.Lock()
			sent[id] = time.Now()
			mu.Unlock()
			a, err := web.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			if a.Body.Close(); a.StatusCode != http.StatusAccepted {
				t.Errorf("post %d: %s", i, a.Status)
			}
		})
	}
	senders.Wait()
	took := time.Since(began)
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(waits) }
	for end := time.Now().Add(time.Minute); count() < posts && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	stop()
	if err := <-followed; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := errors.Join(s.Close(t.Context()), e.Close()); err != nil {
		t.Error(err)
	}
	if len(waits) != posts {
		t.Fatalf("%d of %d reads came", len(waits), posts)
	}
	var all []time.Duration
	for _, d := range waits {
		all = append(all, d)
	}
	slices.Sort(all)
	load, _ := os.ReadFile("/proc/loadavg")
	t.Logf("%d posts in %v to %d lanes: queryable after %v (p50), %v (p99), %v at most; %d syncs, each with a query of all; load %s",
		posts, took.Round(time.Millisecond), len(laneNames), all[len(all)/2].Round(time.Millisecond), all[len(all)*99/100].Round(time.Millisecond),
		all[len(all)-1].Round(time.Millisecond), syncs, strings.TrimSpace(string(load)))
}

// signIn signs the workstation's first account in and steps it up.
func (w *world) signIn(ctx context.Context, e *engine.Engine) *engine.Session {
	w.t.Helper()
	who := map[string]string{}
	for _, v := range w.users[w.data] {
		k, x, _ := strings.Cut(v, "=")
		who[k] = x
	}
	p, err := e.SignIn(ctx, who["CORDON_USER"], who["CORDON_PASSWORD"])
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := p.Accept(ctx, e.Rules().Digest)
	var code string
	if err == nil {
		code, err = totp.GenerateCode(who["CORDON_TOTP"], time.Now())
	}
	if err == nil {
		err = s.StepUp(ctx, code)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
