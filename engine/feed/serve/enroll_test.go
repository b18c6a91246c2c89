package serve

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
)

func (s *station) tryEnroll(server int, c enrol.Code, request string) reply {
	return s.post(server, "/v1/enroll", EnrollRequest{c.Secret(), request, auditKey})
}

func newRequest(t *testing.T) string {
	t.Helper()
	_, request, err := enrol.NewRequest(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return request
}

// TestEnroll (F-4, X-7): a code is good once, in its time, for one key; a lost answer can be had
// again by that key; the bucket does not hold the code.
func TestEnroll(t *testing.T) {
	g := newRig(t, 2, nil)
	out := g.stranger()
	c, mine := g.invite("ws-07", "pd.*"), newRequest(t)
	first := out.tryEnroll(0, c, mine)
	if first.status != http.StatusOK {
		t.Fatal(first)
	}
	if again := out.tryEnroll(1, c, mine); again.status != http.StatusOK || string(again.body) != string(first.body) {
		t.Errorf("asked again: %s", again)
	}
	late := g.invite("ws-08", "pd.*")
	revoked := g.invite("ws-09", "pd.*")
	if err := Revoke(context.Background(), g.bucket, "ws-09", g.now); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("revoke before enrolment: %v", err)
	}
	other := newRig(t, 0, nil)
	for name, r := range map[string]reply{
		"used by another key": out.tryEnroll(1, c, newRequest(t)),
		"revoked":             out.tryEnroll(0, revoked, newRequest(t)),
		"of another feed":     out.tryEnroll(0, other.invite("ws-07", "pd.*"), newRequest(t)),
		"empty":               out.post(0, "/v1/enroll", EnrollRequest{"", newRequest(t), auditKey}),
		"a path":              out.post(0, "/v1/enroll", EnrollRequest{"../../../feed", newRequest(t), auditKey}),
	} {
		if r.status != http.StatusForbidden || r.code() != "code" {
			t.Errorf("%s: %s", name, r)
		}
	}
	g.ahead.Store(int64(time.Hour + time.Second))
	if r := out.tryEnroll(0, late, newRequest(t)); r.status != http.StatusForbidden {
		t.Errorf("expired: %s", r)
	}
	for name, q := range map[string]any{
		"no request": EnrollRequest{c.Secret(), "", auditKey}, "no audit key": EnrollRequest{c.Secret(), mine, "x"},
		"unknown field": map[string]string{"code": c.Secret(), "admin": "yes"}, "no JSON": []byte("<xml>"), "two values": []byte(`{}{}`),
	} {
		if r := out.post(0, "/v1/enroll", q); r.status != http.StatusBadRequest {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r := out.post(0, "/v1/enroll", []byte(`{"code":"`+strings.Repeat("a", 33<<10)+`"}`)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("large: %s", r)
	}
	err := filepath.WalkDir(g.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(path, c.Secret()) || strings.Contains(string(text), c.Secret()) {
			t.Errorf("%s holds the code", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCodeIsUsedOnce (F-4): of many that show one code to two servers at once, one gets in.
func TestCodeIsUsedOnce(t *testing.T) {
	g := newRig(t, 2, nil)
	for round := range 5 {
		c := g.invite("ws-07", "pd.*")
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 12 {
			out, request := g.stranger(), newRequest(t)
			wg.Go(func() {
				r := out.tryEnroll(i%2, c, request)
				mu.Lock()
				defer mu.Unlock()
				switch r.status {
				case http.StatusOK:
					won++
				case http.StatusForbidden:
				default:
					t.Errorf("round %d: %s", round, r)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("round %d: %d got in", round, won)
		}
	}
}

// TestEnrollTriesAreLimited: guessing is slowed down.
func TestEnrollTriesAreLimited(t *testing.T) {
	g := newRig(t, 1, func(o *Options) { o.Enrolments = 3 })
	out, request := g.stranger(), newRequest(t)
	c, err := enrol.NewCode(rand.Reader, g.ca.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		r := out.tryEnroll(0, c, request)
		if want := map[bool]int{true: http.StatusForbidden, false: http.StatusTooManyRequests}[i < 3]; r.status != want {
			t.Errorf("try %d: %s", i, r)
		}
	}
	g.ahead.Store(int64(2 * time.Minute))
	if r := out.tryEnroll(0, g.invite("ws-07", "pd.*"), request); r.status != http.StatusOK {
		t.Errorf("after the wait: %s", r)
	}
}

// TestRevocation (F-4): what is revoked gets nothing more from any server: no file, no event, no
// rest of a download; a new code lets it in again, and ends the old certificate.
func TestRevocation(t *testing.T) {
	g := newRig(t, 2, nil)
	g.checkpoint("pd.north", 1)
	ws, other := g.enroll(0, "ws-07", "pd.*", auditKey), g.enroll(1, "ws-08", "pd.*", auditKey)
	path := "/lanes/pd.north/checkpoint"
	stream := ws.events(1)
	stream.next()
	for server := range 2 {
		if r := ws.get(server, path); r.status != http.StatusOK {
			t.Fatal(r)
		}
	}
	if err := Revoke(context.Background(), g.bucket, "ws-07", g.now); err != nil {
		t.Fatal(err)
	}
	for server := range 2 {
		eventually(t, "revoked", func() bool {
			r := ws.get(server, path)
			return r.status == http.StatusForbidden && r.code() == "revoked"
		})
		if r := other.get(server, path); r.status != http.StatusOK {
			t.Errorf("another workstation: %s", r)
		}
	}
	stream.toEnd()
	back := g.enroll(1, "ws-07", "pd.*", auditKey)
	eventually(t, "in force again", func() bool { return back.get(0, path).status == http.StatusOK })
	if r := ws.get(0, path); r.status != http.StatusForbidden {
		t.Errorf("the old certificate: %s", r)
	}
}

// TestRenew: a certificate is renewed for the same key alone, and not after its end.
func TestRenew(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 1)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	if r := ws.post(0, "/v1/renew", map[string]string{"request": newRequest(t)}); r.status != http.StatusBadRequest {
		t.Errorf("another key: %s", r)
	}
	g.ahead.Store(int64(enrol.ClientLife - time.Hour))
	ws.connect()
	request, err := enrol.RequestFor(ws.key, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := ws.post(0, "/v1/renew", map[string]string{"request": request})
	var a EnrollAnswer
	if err := json.Unmarshal(r.body, &a); err != nil || r.status != http.StatusOK {
		t.Fatal(r, err)
	}
	g.ahead.Store(int64(enrol.ClientLife + time.Hour))
	if r := ws.get(0, "/v1/lanes"); r.status == http.StatusOK { // on the open connection
		t.Errorf("after the end: %s", r)
	}
	cert, err := enrol.ClientCertificate(a.Certificate, ws.key)
	if err != nil {
		t.Fatal(err)
	}
	ws.cert = &cert
	ws.connect()
	if r := ws.get(0, "/v1/lanes"); r.status != http.StatusOK {
		t.Errorf("renewed: %s", r)
	}
}

// TestGrants: what a grant may say, and which lanes and weeks it permits.
func TestGrants(t *testing.T) {
	for _, bad := range []string{"", "*", "a", "a.b.c", "A.b", "a.[b]", "a/b", "../x", "a.b,", "a.?"} {
		if _, err := ParseRights(bad, "", nil); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"2026", "2026-W54..", "2026-W20..2026-W10", "..x"} {
		if _, err := ParseRights("a.b", bad, nil); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	r, err := ParseRights("pd.*, *-state.de-north", "2026-W10..2026-W20", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lane, week string
		want       bool
	}{
		{"pd.north", "", true},
		{"pd.north", "2026-W10", true},
		{"pd.north", "2026-W20", true},
		{"pd.north", "2026-W09", false},
		{"pd.north", "2026-W21", false},
		{"xpd.north", "", false},
		{"pd-2.north", "", false},
		{"de-state.de-north", "2026-W11", true},
		{"de-state.de-south", "", false},
		{"control.all", "", true},
		{"control.all", "2020-W01", true},
	} {
		l, err := feed.ParseLane(c.lane)
		if err != nil || r.Grants.permit(l, c.week) != c.want {
			t.Errorf("%s %s: %v, %v", c.lane, c.week, !c.want, err)
		}
	}
}
