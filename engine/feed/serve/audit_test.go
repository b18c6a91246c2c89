package serve

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed/witness"
	"cordon/engine/internal/audit"

	"golang.org/x/mod/sumdb/tlog"
)

// auditLog is a workstation's audit log. Two of the same key and other contents are a fork.
type auditLog struct {
	t *testing.T
	*audit.Log
}

func newAuditLog(t *testing.T, key byte) *auditLog {
	t.Helper()
	o := audit.Options{Dir: t.TempDir() + "/audit", Origin: "cordon/WS-07", Seed: [32]byte{key}, Seal: [32]byte{2}, Clock: time.Now}
	if err := audit.Create(o); err != nil {
		t.Fatal(err)
	}
	l, _, err := audit.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &auditLog{t, l}
}

// grow adds entries and returns the request that shows them to who saw the log at size old.
func (l *auditLog) grow(n int, who string, old int64) witness.Add {
	l.t.Helper()
	for i := range n {
		e := audit.Event{Kind: "query", Public: map[string]string{"who": who}, Private: map[string]string{"plate": "P" + strconv.Itoa(i)}}
		if _, err := l.Append(context.Background(), e); err != nil {
			l.t.Fatal(err)
		}
	}
	return l.show(old)
}

func (l *auditLog) show(old int64) witness.Add {
	l.t.Helper()
	point, tree, err := l.Checkpoint()
	if err != nil {
		l.t.Fatal(err)
	}
	var proof tlog.TreeProof
	if old > 0 && old < tree.N {
		if proof, err = l.Consistency(old, tree.N); err != nil {
			l.t.Fatal(err)
		}
	}
	return witness.Add{Old: old, Proof: proof, Checkpoint: point}
}

func (g *rig) alarms() []string {
	g.t.Helper()
	list, err := Alarms(context.Background(), g.bucket)
	if err != nil {
		g.t.Fatal(err)
	}
	var kinds []string
	for _, a := range list {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

// TestWitness (U-4): the statuses of C2SP tlog-witness, on two servers in turn; what is cosigned
// verifies with the feed's key; a fork and a rollback leave evidence.
func TestWitness(t *testing.T) {
	g := newRig(t, 2, nil)
	l, fork, stranger := newAuditLog(t, 1), newAuditLog(t, 1), newAuditLog(t, 9)
	ws := g.enroll(0, "ws-07", "pd.*", l.Key())
	s, err := New(Options{Bucket: g.bucket, CA: g.ca, Hosts: []string{"127.0.0.1"}, Name: "feed.test/witness", Clock: g.now})
	if err != nil {
		t.Fatal(err)
	}
	v, err := witness.NewVerifier(s.WitnessKey())
	if err != nil {
		t.Fatal(err)
	}
	send := func(server int, a witness.Add, status int, body string) {
		t.Helper()
		r := ws.post(server, "/v1/audit", a.Encode())
		if r.status != status || body != "" && string(r.body) != body {
			t.Errorf("%s, want %d %q", r, status, body)
		}
		if status == http.StatusOK {
			if at, err := v.OpenCosigned(a.Checkpoint, r.body); err != nil || time.Since(at).Abs() > time.Hour {
				t.Errorf("cosignature of %v: %v", at, err)
			}
		}
	}
	old := l.grow(3, "a", 0)
	send(0, old, http.StatusOK, "")
	send(1, old, http.StatusConflict, "3\n")      // sent twice
	send(1, l.show(3), http.StatusOK, "")         // the same again, properly
	send(1, l.grow(4, "a", 3), http.StatusOK, "") // 7
	send(0, l.grow(1, "a", 3), http.StatusConflict, "7\n")
	send(0, l.show(7), http.StatusOK, "") // 8
	bad := l.grow(8, "a", 8)
	bad.Proof[0][0] ^= 1
	if len(g.alarms()) != 0 {
		t.Errorf("alarms without a cause: %v", g.alarms())
	}
	send(0, bad, http.StatusUnprocessableEntity, "")
	send(1, l.show(8), http.StatusOK, "") // 16
	send(1, fork.grow(16, "b", 16), http.StatusConflict, "16\n")
	send(0, fork.grow(4, "b", 16), http.StatusUnprocessableEntity, "")
	send(0, witness.Add{Old: 16, Checkpoint: old.Checkpoint}, http.StatusBadRequest, "")
	send(0, witness.Add{Old: 99, Checkpoint: old.Checkpoint}, http.StatusBadRequest, "")
	if kinds := g.alarms(); len(kinds) != 4 {
		t.Errorf("alarms %v", kinds)
	}
	send(0, stranger.grow(1, "c", 0), http.StatusForbidden, "")
	for name, body := range map[string]string{"empty": "", "text": "old 16\n\nhello\n", "html": "<html>"} {
		if r := ws.post(0, "/v1/audit", []byte(body)); r.status != http.StatusBadRequest {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r := ws.post(0, "/v1/audit", make([]byte, 65<<10)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("large: %s", r)
	}
}

// TestWitnessDecidesOnce (U-4): of two futures of one log that come to two servers at once, one is
// cosigned.
func TestWitnessDecidesOnce(t *testing.T) {
	g := newRig(t, 2, nil)
	for round := range 8 {
		l, fork := newAuditLog(t, byte(20+round)), newAuditLog(t, byte(20+round))
		ws := g.enroll(0, "ws-"+strconv.Itoa(round), "pd.*", l.Key())
		a, b := l.grow(2, "a", 0), fork.grow(3, "b", 0)
		var wg sync.WaitGroup
		var got [2]reply
		for i, add := range []witness.Add{a, b} {
			wg.Go(func() { got[i] = ws.post(i, "/v1/audit", add.Encode()) })
		}
		wg.Wait()
		ok, conflict := 0, 0
		for _, r := range got {
			switch r.status {
			case http.StatusOK:
				ok++
			case http.StatusConflict:
				conflict++
			}
		}
		if ok != 1 || conflict != 1 {
			t.Errorf("round %d: %s and %s", round, got[0], got[1])
		}
	}
}

// TestEntries (F-1, U-4): entries are taken in order, by either server, when they are those of the
// witnessed log, and no others; what is kept is what the workstation stores.
func TestEntries(t *testing.T) {
	g := newRig(t, 2, nil)
	l, fork := newAuditLog(t, 1), newAuditLog(t, 1)
	ws := g.enroll(0, "ws-07", "pd.*", l.Key())
	send := func(server int, log *auditLog, from, size int64) (reply, int64) {
		t.Helper()
		frames, to, err := log.Frames(from, size, 2000)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := log.Consistency(to, size)
		if err != nil {
			t.Fatal(err)
		}
		return ws.post(server, "/v1/audit/entries", witness.Parcel{From: from, To: to, Size: size, Proof: proof, Frames: frames}.Encode()), to
	}
	l.grow(20, "a", 0)
	fork.grow(20, "b", 0)
	if r, _ := send(0, l, 0, 20); r.status != http.StatusConflict { // not witnessed yet
		t.Errorf("before the witness: %s", r)
	}
	if r := ws.post(0, "/v1/audit", l.show(0).Encode()); r.status != http.StatusOK {
		t.Fatal(r)
	}
	if r, _ := send(1, fork, 0, 20); r.status != http.StatusUnprocessableEntity {
		t.Errorf("of a fork: %s", r)
	}
	if kinds := g.alarms(); len(kinds) != 1 || kinds[0] != "entries" {
		t.Errorf("alarms %v", kinds)
	}
	var state EntriesState
	for parcels := 0; state.Next < 20; parcels++ {
		r, to := send(parcels%2, l, state.Next, 20)
		if r.status != http.StatusOK {
			t.Fatal(r)
		}
		if again, _ := send((parcels+1)%2, l, state.Next, 20); again.status != http.StatusConflict {
			t.Errorf("sent twice: %s", again)
		}
		if err := json.Unmarshal(ws.get((parcels+1)%2, "/v1/audit/entries").body, &state); err != nil || state.Next != to || state.Size != 20 {
			t.Fatalf("state %+v, %v", state, err)
		}
	}
	var kept, all []byte
	dir := ""
	for o, err := range g.bucket.List(context.Background(), "inbox/witness/ws-07/") {
		if err != nil {
			t.Fatal(err)
		}
		if dir == "" {
			dir = o.Key[:len("inbox/witness/ws-07/")+17]
		}
	}
	for n := int64(0); ; n++ {
		var p parcel
		if err := getJSON(context.Background(), g.bucket, pathSeq(dir+"parcels/", n), &p); err != nil {
			break
		}
		data, err := g.bucket.Get(context.Background(), dir+"frames/"+p.Frames.String(), maxObject)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, data...)
	}
	all, _, err := l.Frames(0, 20, 1<<30)
	if err != nil || string(kept) != string(all) {
		t.Errorf("kept %d bytes, the log has %d: %v", len(kept), len(all), err)
	}
}

// TestSequences: the end is found from nothing and from an old hint, whatever the length.
func TestSequences(t *testing.T) {
	g := newRig(t, 0, nil)
	ctx := context.Background()
	old := &seqHints{last: map[string]int64{}}
	for n := int64(0); n < 70; n++ {
		if n%7 == 0 {
			if got, err := old.end(ctx, g.bucket, "inbox/x/"); err != nil || got != n-1 {
				t.Fatalf("with a hint: %d, want %d, %v", got, n-1, err)
			}
		}
		if got, err := (&seqHints{last: map[string]int64{}}).end(ctx, g.bucket, "inbox/x/"); err != nil || got != n-1 {
			t.Fatalf("from nothing: %d, want %d, %v", got, n-1, err)
		}
		g.put(pathSeq("inbox/x/", n), []byte("{}"))
	}
}
