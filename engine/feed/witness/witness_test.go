package witness

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/internal/audit"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Made by filippo.io/torchwood v0.9.0 with the key of seed 0, 1, … 31, at this time.
const (
	vectorKey  = "witness.test/feed+63defe1f+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
	vectorText = "cordon/WS-07\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
	vectorLine = "— witness.test/feed Y97+HwAAAABrCZi9KWLPjFZJEot7zT3yfShQENYRPW2g0VcKGeg1GKOf+Xkg+VCNJFcEpKQp+sYe+UXpX7rlTNmhO2+LN2I0gFzFDA==\n"
	vectorTime = 0x6b0998bd
)

func vectorSigner(t *testing.T) *Signer {
	t.Helper()
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	s, err := NewSigner("witness.test/feed", ed25519.NewKeyFromSeed(seed), func() time.Time { return time.Unix(vectorTime, 0) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCosignatureVector (U-4): our cosignature is, byte for byte, that of another implementation.
func TestCosignatureVector(t *testing.T) {
	s := vectorSigner(t)
	if s.String() != vectorKey {
		t.Errorf("key %s", s)
	}
	line, err := s.Cosign(vectorText)
	if err != nil || line != vectorLine {
		t.Errorf("line %q, %v", line, err)
	}
	v, err := NewVerifier(vectorKey)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint := vectorText + "\n— cordon/WS-07 AAAA\n"
	at, err := v.OpenCosigned(checkpoint, []byte("— other AAAAAAAA\n"+vectorLine))
	if err != nil || at.Unix() != vectorTime {
		t.Errorf("time %v, %v", at, err)
	}
	for i := range vectorText {
		bad := []byte(checkpoint)
		bad[i] ^= 1
		if _, err := v.OpenCosigned(string(bad), []byte(vectorLine)); !errors.Is(err, feed.ErrSignature) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if _, err := s.Cosign("no checkpoint\n"); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("what is no checkpoint is cosigned: %v", err)
	}
	for _, key := range []string{"", "a+b+c", strings.Replace(vectorKey, "63de", "63df", 1), strings.Replace(vectorKey, "+BA", "+AQ", 1)} {
		if _, err := NewVerifier(key); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// newLog returns an audit log with n entries.
func newLog(t *testing.T, n int, seal byte) *audit.Log {
	t.Helper()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	o := audit.Options{Dir: t.TempDir() + "/audit", Origin: "cordon/WS-07", Seed: [32]byte{1}, Seal: [32]byte{seal}, Clock: func() time.Time { return at }}
	if err := audit.Create(o); err != nil {
		t.Fatal(err)
	}
	l, _, err := audit.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for i := range n {
		if _, err := l.Append(context.Background(), audit.Event{Kind: "query", Private: map[string]string{"user": "u" + strconv.Itoa(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// TestEdge (U-4): a tree that is grown from its edge has the roots that tlog computes.
func TestEdge(t *testing.T) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(ix []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ix))
		for i, x := range ix {
			out[i] = stored[x]
		}
		return out, nil
	})
	var e Edge
	for n := int64(0); n < 300; n++ {
		leaf := tlog.RecordHash([]byte(strconv.FormatInt(n, 10)))
		more, err := tlog.StoredHashesForRecordHash(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		e = e.Grow([]tlog.Hash{leaf})
		want, err := tlog.TreeHash(n+1, read)
		if err != nil || e.Check() != nil || e.Tree() != (tlog.Tree{N: n + 1, Hash: want}) {
			t.Fatalf("at %d: %v, %v, %v", n+1, e.Tree(), want, err)
		}
	}
	e.N++
	if err := e.Check(); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("an edge with another size: %v", err)
	}
}

// TestAdd (U-4): a request of a real audit log reads back, its checkpoint opens with the log's
// key, its proof holds, and that of a log with another past does not.
func TestAdd(t *testing.T) {
	l, fork := newLog(t, 20, 2), newLog(t, 25, 3)
	old, err := l.Root(13)
	if err != nil {
		t.Fatal(err)
	}
	point, tree, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	proof, err := l.Consistency(13, 20)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ParseAdd(Add{13, proof, point}.Encode())
	if err != nil || a.Old != 13 || a.Checkpoint != point {
		t.Fatalf("%+v, %v", a, err)
	}
	got, _, err := OpenCheckpoint(a.Checkpoint, l.Key())
	if err != nil || got != tree {
		t.Fatalf("tree %v, %v", got, err)
	}
	if err := CheckConsistency(a.Proof, got, tlog.Tree{N: 13, Hash: old}); err != nil {
		t.Error(err)
	}
	forked, err := fork.Root(13)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckConsistency(a.Proof, got, tlog.Tree{N: 13, Hash: forked}); !errors.Is(err, feed.ErrFork) {
		t.Errorf("another past: %v", err)
	}
	for name, body := range map[string]string{
		"empty": "", "no old": "13\n\n" + point, "zero first": "old 013\n\n" + point, "negative": "old -1\n\n" + point,
		"proof from 0": "old 0\n" + old.String() + "\n\n" + point, "bad hash": "old 13\nAAAA\n\n" + point,
		"long proof": "old 13\n" + strings.Repeat(old.String()+"\n", 64) + "\n" + point,
	} {
		if _, err := ParseAdd([]byte(body)); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := strings.Replace(l.Key(), "cordon/WS-07", "cordon/WS-08", 1)
	if _, _, err := OpenCheckpoint(point, wrong); err == nil {
		t.Error("a checkpoint of another log opens")
	}
	if _, err := note.NewVerifier(l.Key()); err != nil {
		t.Error(err)
	}
}

// TestParcel (U-4): entries read back with the leaves that the log's tree has; cut, changed and
// surplus bytes are refused.
func TestParcel(t *testing.T) {
	l := newLog(t, 20, 2)
	proof, err := l.Consistency(11, 20)
	if err != nil {
		t.Fatal(err)
	}
	var edge Edge
	var body []byte
	for from := int64(0); from < 11; {
		frames, next, err := l.Frames(from, 11, 600)
		if err != nil {
			t.Fatal(err)
		}
		body = Parcel{from, next, 20, proof, frames}.Encode()
		p, leaves, err := ParseParcel(body)
		if err != nil || p.From != from || p.To != next || int64(len(leaves)) != next-from {
			t.Fatalf("%+v, %v", p, err)
		}
		edge, from = edge.Grow(leaves), next
	}
	head := l.Head()
	if err := CheckConsistency(proof, head, edge.Tree()); err != nil {
		t.Errorf("the entries are not those of the log: %v", err)
	}
	for i := range body {
		bad := append([]byte(nil), body...)
		bad[i] ^= 0x40
		p, leaves, err := ParseParcel(bad)
		if err != nil {
			continue
		}
		// What can be read still must not prove anything else.
		var before Edge
		for from := int64(0); from < p.From; from++ {
			e, err := l.Entry(from)
			if err != nil {
				t.Fatal(err)
			}
			before = before.Grow([]tlog.Hash{e.Leaf})
		}
		if CheckConsistency(p.Proof, head, before.Grow(leaves).Tree()) == nil {
			t.Fatalf("byte %d changed and still proven", i)
		}
	}
	for name, bad := range map[string][]byte{"cut": body[:len(body)-1], "more": append(append([]byte(nil), body...), 1), "empty": nil, "backwards": []byte("entries 5 5 9\n\n")} {
		if _, _, err := ParseParcel(bad); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseParcel(f *testing.F) {
	f.Add([]byte("entries 0 1 1\n\n\x01"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, leaves, err := ParseParcel(body)
		if err == nil && (int64(len(leaves)) != p.To-p.From || string(p.Encode()) != string(body)) {
			t.Fatalf("%q reads as %+v", body, p)
		}
	})
}

func FuzzParseAdd(f *testing.F) {
	f.Add([]byte("old 0\n\n" + vectorText + "\n" + vectorLine))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ParseAdd(body)
		if err == nil && string(a.Encode()) != string(body) {
			t.Fatalf("%q reads as %+v", body, a)
		}
	})
}
