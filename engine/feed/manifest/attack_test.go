package manifest_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

var ctx = context.Background()

func (w *world) publish(t *testing.T, from, to int) {
	t.Helper()
	l := w.open()
	if _, err := l.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	for i := from; i < to; i++ {
		if _, err := appendOne(ctx, l, record(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) follow(t *testing.T, last manifest.Seen) manifest.Seen {
	t.Helper()
	_, seen, err := w.follower().Follow(ctx, lane, last)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func (w *world) path(key string) string { return filepath.Join(w.dir, filepath.FromSlash(key)) }

func (w *world) read(t *testing.T, key string) []byte {
	t.Helper()
	data, err := os.ReadFile(w.path(key))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (w *world) write(t *testing.T, key string, data []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(w.path(key)), 0o755), os.WriteFile(w.path(key), data, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) remove(t *testing.T, key string) {
	t.Helper()
	if err := os.RemoveAll(w.path(key)); err != nil {
		t.Fatal(err)
	}
}

// TestAttacks_F_1: each way to show a client another log than it saw has its own error.
func TestAttacks_F_1(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(t *testing.T, w *world, before []byte)
		want error
	}{
		"nothing": {func(*testing.T, *world, []byte) {}, nil},
		"rollback": {func(t *testing.T, w *world, before []byte) {
			w.write(t, lane.PathCheckpoint(), before)
			w.remove(t, lane.Dir()+"log")
		}, feed.ErrRollback},
		"a late checkpoint, its claims there, is no rollback": {func(t *testing.T, w *world, before []byte) {
			w.write(t, lane.PathCheckpoint(), before)
		}, nil},
		"fork, longer": {func(t *testing.T, w *world, _ []byte) {
			w.remove(t, lane.Dir())
			w.publish(t, 100, 112)
		}, feed.ErrFork},
		"fork, as long": {func(t *testing.T, w *world, _ []byte) {
			w.remove(t, lane.Dir())
			w.publish(t, 100, 106)
		}, feed.ErrFork},
		"fork, shorter": {func(t *testing.T, w *world, before []byte) {
			claim := w.read(t, lane.PathClaim(7))
			w.remove(t, lane.Dir())
			w.publish(t, 100, 103)
			w.write(t, lane.PathClaim(5), claim) // signed, and of another size
		}, feed.ErrFork},
		"gap: no bundle": {func(t *testing.T, w *world, _ []byte) {
			w.remove(t, lane.PathTile("tile/entries"))
		}, feed.ErrGap},
		"gap: no tile": {func(t *testing.T, w *world, _ []byte) {
			w.remove(t, lane.PathTile("tile/0"))
		}, feed.ErrGap},
		"another record": {func(t *testing.T, w *world, _ []byte) {
			key := lane.PathTile("tile/entries/000.p/8")
			w.write(t, key, bytes.Replace(w.read(t, key), []byte(`"version":7`), []byte(`"version":9`), 1))
		}, feed.ErrSubstituted},
		"another tile": {func(t *testing.T, w *world, _ []byte) {
			key := lane.PathTile("tile/0/000.p/8")
			data := w.read(t, key)
			data[7*32] ^= 1
			w.write(t, key, data)
		}, feed.ErrSubstituted},
		"a bundle cut short": {func(t *testing.T, w *world, _ []byte) {
			key := lane.PathTile("tile/entries/000.p/8")
			w.write(t, key, w.read(t, key)[:100])
		}, feed.ErrSubstituted},
		"a tile cut short": {func(t *testing.T, w *world, _ []byte) {
			key := lane.PathTile("tile/0/000.p/8")
			w.write(t, key, w.read(t, key)[:100])
		}, feed.ErrSubstituted},
		"another key": {func(t *testing.T, w *world, _ []byte) {
			other, err := manifest.GenerateKey(rand.Reader, "feed.test")
			if err != nil {
				t.Fatal(err)
			}
			w.remove(t, lane.Dir())
			l := manifest.Open(w.b, lane, other, w.clock, manifest.Seen{})
			if err := l.Refresh(ctx, 0); err != nil {
				t.Fatal(err)
			}
		}, feed.ErrSignature},
		"a changed checkpoint": {func(t *testing.T, w *world, _ []byte) {
			w.write(t, lane.PathCheckpoint(), bytes.Replace(w.read(t, lane.PathCheckpoint()), []byte("\n8\n"), []byte("\n9\n"), 1))
		}, feed.ErrSignature},
		"a changed time": {func(t *testing.T, w *world, _ []byte) {
			text := string(w.read(t, lane.PathCheckpoint()))
			at := strings.LastIndexByte(text[:len(text)-1], ' ') + 1
			raw, err := base64.StdEncoding.DecodeString(text[at : len(text)-1])
			if err != nil {
				t.Fatal(err)
			}
			raw[11]++
			w.write(t, lane.PathCheckpoint(), []byte(text[:at]+base64.StdEncoding.EncodeToString(raw)+"\n"))
		}, feed.ErrSignature},
		"the plain signature alone": {func(t *testing.T, w *world, _ []byte) {
			lines := strings.SplitAfter(string(w.read(t, lane.PathCheckpoint())), "\n")
			w.write(t, lane.PathCheckpoint(), []byte(strings.Join(lines[:5], "")))
		}, feed.ErrSignature},
		"the checkpoint of another lane": {func(t *testing.T, w *world, _ []byte) {
			w.write(t, lane.PathCheckpoint(), w.read(t, feed.Control.PathCheckpoint()))
		}, feed.ErrSignature},
		"too old": {func(_ *testing.T, w *world, _ []byte) { w.now = w.now.Add(25 * time.Hour) }, feed.ErrStale},
		"signed in the future": {func(_ *testing.T, w *world, _ []byte) {
			w.now = w.now.Add(-3 * time.Hour)
		}, feed.ErrStale},
		"no lane": {func(t *testing.T, w *world, _ []byte) { w.remove(t, lane.Dir()) }, feed.ErrNotFound},
		"no bucket": {func(t *testing.T, w *world, _ []byte) {
			if err := os.Rename(w.dir, w.dir+".gone"); err != nil {
				t.Fatal(err)
			}
		}, feed.ErrOffline},
		"a huge checkpoint": {func(t *testing.T, w *world, _ []byte) {
			w.write(t, lane.PathCheckpoint(), make([]byte, 1<<20))
		}, feed.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.publish(t, 0, 3)
			before := w.read(t, lane.PathCheckpoint())
			w.publish(t, 3, 6)
			seen := w.follow(t, manifest.Seen{})
			if !strings.HasPrefix(name, "fork, as") && !strings.HasPrefix(name, "rollback") && !strings.HasPrefix(name, "a late") {
				w.publish(t, 6, 8)
			}
			c.do(t, w, before)
			f := w.follower()
			f.MaxAge = 24 * time.Hour
			records, now, err := f.Follow(ctx, lane, seen)
			if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err != nil && (records != nil || now.Size != 0) {
				t.Errorf("an error with %d records", len(records))
			}
			if err == nil && now.Size < seen.Size {
				t.Errorf("seen %d after %d", now.Size, seen.Size)
			}
		})
	}
}

// TestPublishersRefuse: a publisher is not made to sign what somebody else put into the
// bucket, nor to fork a log that it remembers.
func TestPublishersRefuse(t *testing.T) {
	w := newWorld(t)
	w.publish(t, 0, 3)
	l := w.open()
	if _, err := l.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	memory := l.Seen()
	leaf, err := json.Marshal(record(66))
	if err != nil {
		t.Fatal(err)
	}
	forged := append(append(leaf, '\n'), w.read(t, lane.PathCheckpoint())...)
	w.write(t, lane.PathClaim(3), forged)
	if _, err := w.open().Sync(ctx); !errors.Is(err, feed.ErrFork) {
		t.Errorf("a claim with another checkpoint: %v", err)
	}
	w.write(t, lane.PathClaim(3), append(append(leaf, '\n'), "no note"...))
	if _, err := w.open().Sync(ctx); !errors.Is(err, feed.ErrSignature) {
		t.Errorf("a claim without a signature: %v", err)
	}
	w.remove(t, lane.PathClaim(3))
	w.remove(t, lane.Dir())
	w.publish(t, 10, 12)
	if _, err := manifest.Open(w.b, lane, w.signer, w.clock, memory).Sync(ctx); !errors.Is(err, feed.ErrRollback) {
		t.Errorf("a bucket that was put back: %v", err)
	}
	w.remove(t, lane.Dir())
	if _, err := manifest.Open(w.b, lane, w.signer, w.clock, memory).Sync(ctx); !errors.Is(err, feed.ErrRollback) {
		t.Errorf("a bucket that was emptied: %v", err)
	}
}

// TestClaimIsCompleted: a publisher that was killed after its claim has published.
func TestClaimIsCompleted(t *testing.T) {
	w := newWorld(t)
	w.publish(t, 0, 5)
	keep := w.read(t, lane.PathCheckpoint())
	w.publish(t, 5, 7)
	// as if killed twice, right after the claim
	w.write(t, lane.PathCheckpoint(), keep)
	for _, key := range []string{"tile/0/000.p/6", "tile/0/000.p/7", "tile/entries/000.p/6", "tile/entries/000.p/7"} {
		w.remove(t, lane.PathTile(key))
	}
	if err := manifest.CheckClaims(ctx, w.b, w.signer.Verifier(), lane, w.follow(t, manifest.Seen{})); !errors.Is(err, feed.ErrGap) {
		t.Errorf("the check does not see it: %v", err)
	}
	records, err := w.open().Sync(ctx)
	if err != nil || len(records) != 7 || records[6].Version != 7 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	seen := w.follow(t, manifest.Seen{})
	if seen.Size != 7 {
		t.Errorf("the client sees %d", seen.Size)
	}
	if err := manifest.CheckClaims(ctx, w.b, w.signer.Verifier(), lane, seen); err != nil {
		t.Error(err)
	}
	w.write(t, lane.PathCheckpoint(), keep) // a slow publisher writes over it
	if err := w.open().Refresh(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	if seen := w.follow(t, manifest.Seen{}); seen.Size != 7 {
		t.Errorf("after a refresh the client sees %d", seen.Size)
	}
}

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	l := w.open()
	if err := l.Refresh(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	first := w.follow(t, manifest.Seen{})
	w.now = w.now.Add(30 * time.Minute)
	if err := l.Refresh(ctx, time.Hour); err != nil || w.follow(t, first).SignedAt != first.SignedAt {
		t.Errorf("signed again too early, %v", err)
	}
	w.now = w.now.Add(31 * time.Minute)
	if err := l.Refresh(ctx, time.Hour); err != nil || !w.follow(t, first).SignedAt.Equal(w.now) {
		t.Errorf("not signed again, %v", err)
	}
}

// TestByIndependentCode: roots and signatures after RFC 6962, C2SP tlog-checkpoint and
// tlog-cosignature, computed here from the claims alone.
func TestByIndependentCode(t *testing.T) {
	w := newWorld(t)
	const n = 261
	w.publish(t, 0, n)
	var leaves [][]byte
	for i := range int64(n) {
		leaf, _, _ := bytes.Cut(w.read(t, lane.PathClaim(i)), []byte("\n"))
		leaves = append(leaves, leaf)
	}
	var merkle func(d [][]byte) [32]byte
	merkle = func(d [][]byte) [32]byte {
		if len(d) == 1 {
			return sha256.Sum256(append([]byte{0}, d[0]...))
		}
		k := 1 << (bits.Len(uint(len(d)-1)) - 1)
		l, r := merkle(d[:k]), merkle(d[k:])
		return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
	}
	root := merkle(leaves)
	body, sigs, ok := strings.Cut(string(w.read(t, lane.PathCheckpoint())), "\n\n")
	body += "\n"
	if want := fmt.Sprintf("feed.test/test-pd.north\n%d\n%s\n", n, base64.StdEncoding.EncodeToString(root[:])); !ok || body != want {
		t.Fatalf("checkpoint %q, want %q", body, want)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(w.signer.Verifier().String(), "+", 3)[2])
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.PublicKey(raw[1:])
	lines := strings.Split(strings.TrimSpace(sigs), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d signatures", len(lines))
	}
	for i, line := range lines {
		sig, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "— feed.test "))
		if err != nil {
			t.Fatal(err)
		}
		algo, message := byte(1), body
		if i == 1 {
			algo = 4
			seconds := binary.BigEndian.Uint64(sig[4:])
			if int64(seconds) != w.now.Unix() {
				t.Errorf("signed at %d", seconds)
			}
			message = fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, body)
		}
		id := sha256.Sum256(append([]byte("feed.test\n"+string(algo)), key...))
		if !bytes.Equal(sig[:4], id[:4]) || !ed25519.Verify(key, []byte(message), sig[len(sig)-64:]) {
			t.Errorf("signature %d does not verify", i)
		}
	}
	// level 0 tiles are the leaves' hashes
	tile := w.read(t, lane.PathTile("tile/0/000"))
	for i := range 256 {
		if h := merkle(leaves[i : i+1]); !bytes.Equal(tile[32*i:32*i+32], h[:]) {
			t.Fatalf("hash %d of the tile", i)
		}
	}
	if h := merkle(leaves[:256]); !bytes.Equal(w.read(t, lane.PathTile("tile/1/000.p/1")), h[:]) {
		t.Error("the tile above")
	}
}

func TestKeysAndCard(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "feed.key")
	if err := manifest.WriteKey(path, w.signer); err != nil {
		t.Fatal(err)
	}
	if err := manifest.WriteKey(path, w.signer); !errors.Is(err, os.ErrExist) {
		t.Errorf("written over: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	s, err := manifest.ReadKey(path)
	if err != nil || !s.Verifier().Equal(w.signer.Verifier()) {
		t.Fatalf("%v", err)
	}
	card, err := manifest.ReadCard(ctx, w.b)
	if err != nil || card.Name != "feed.test" || !card.Key.Equal(w.signer.Verifier()) || !card.Created.Equal(w.now) {
		t.Errorf("%+v %v", card, err)
	}
	if _, err := manifest.Init(ctx, w.b, w.signer, w.now); err == nil {
		t.Error("a feed was made over a feed")
	}
	text := w.read(t, feed.PathFeed)
	w.write(t, feed.PathFeed, bytes.Replace(text, []byte(`"created": "2026`), []byte(`"created": "2025`), 1))
	if _, err := manifest.ReadCard(ctx, w.b); !errors.Is(err, feed.ErrSignature) {
		t.Errorf("a changed card: %v", err)
	}
	for _, name := range []string{"", "A", "a b", "a+b", "-a", "a\n", strings.Repeat("a", 61)} {
		if _, err := manifest.GenerateKey(rand.Reader, name); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for _, text := range []string{"", "x", w.signer.Verifier().String() + "x", w.signer.Text()} {
		if _, err := manifest.ParseVerifier(text); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("verifier %q: %v", text, err)
		}
	}
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte("feed.test/test-pd.north\n1\nAAAA\n\n— x y\n"), []byte{0, 1, 'x'})
	f.Fuzz(func(t *testing.T, checkpoint, tile []byte) {
		s, err := manifest.GenerateKey(bytes.NewReader(make([]byte, 64)), "feed.test")
		if err != nil {
			t.Skip(err)
		}
		src := source{checkpoint, tile}
		fo := &manifest.Follower{Source: src, Verifier: s.Verifier()}
		if _, _, err := fo.Follow(ctx, lane, manifest.Seen{}); err == nil {
			t.Error("a checkpoint without a signature was taken")
		}
		if _, err := fo.Records(ctx, lane, manifest.Seen{Size: 1}, 0); err == nil {
			t.Error("a record without a proof was taken")
		}
	})
}

type source struct{ checkpoint, tile []byte }

func (s source) Get(_ context.Context, path string, _ int64) ([]byte, error) {
	if path == lane.PathCheckpoint() {
		return s.checkpoint, nil
	}
	return s.tile, nil
}

// TestRefreshNamesNoRecords: what others appended before a refresh is still new to its caller,
// who would else publish it again.
func TestRefreshNamesNoRecords(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	a, b := w.open(), w.open()
	for i, l := range []*manifest.Log{a, b, a} {
		if _, err := l.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := appendOne(ctx, l, record(i)); err != nil || n != int64(i) {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if err := b.Refresh(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Append(ctx, record(9)); !errors.Is(err, manifest.ErrBehind) {
		t.Errorf("record %d is appended by who does not know the one before, %v", n, err)
	}
	if list, err := b.Sync(ctx); err != nil || len(list) != 1 || list[0].Version != 3 {
		t.Errorf("%+v, %v", list, err)
	}
}
