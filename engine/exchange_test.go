package engine

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/feedtest"
	"cordon/engine/feed/serve"
	"cordon/engine/feed/witness"
	"cordon/engine/internal/vault"
)

// attended is a feed with servers, and a workstation that is enrolled with the first.
type attended struct {
	fixture
	t     *testing.T
	pub   *feedtest.Feed
	b     bucket.Bucket
	keys  string
	ca    *enrol.CA
	addrs []string
}

func attend(t *testing.T, servers int) *attended {
	t.Helper()
	a := &attended{t: t, pub: feedtest.New(t, t.TempDir()), keys: filepath.Join(t.TempDir(), "keys")}
	a.pub.Segment(laneA, feedtest.Reads(0, 0, 50), nil, nil)
	var err error
	if a.ca, err = enrol.CreateCA(a.keys, "test feed", time.Now, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if a.b, err = bucket.OpenFolder(a.pub.Dir); err != nil {
		t.Fatal(err)
	}
	for range servers {
		a.serve(a.ca)
	}
	a.fixture = open(t, noWait)
	a.enroll()
	return a
}

func (a *attended) serve(ca *enrol.CA) {
	a.t.Helper()
	s, err := serve.New(serve.Options{Bucket: a.b, CA: ca, Hosts: []string{"127.0.0.1"}, Name: "feed.test/witness", Clock: time.Now, Poll: 20 * time.Millisecond, AccessTime: 20 * time.Millisecond})
	if err != nil {
		a.t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- s.Serve(ctx, l, 10*time.Second) }()
	a.t.Cleanup(func() {
		stop()
		if err := <-end; err != nil {
			a.t.Errorf("server: %v", err)
		}
	})
	a.addrs = append(a.addrs, l.Addr().String())
}

// enroll makes the workstation follow the last server, with a new code.
func (a *attended) enroll() {
	a.t.Helper()
	rights, err := serve.ParseRights(laneA.String(), "", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	code, err := serve.Invite(context.Background(), a.b, a.ca.Fingerprint(), "ws-07", rights, time.Hour, time.Now, rand.Reader)
	if err == nil {
		err = a.Join(context.Background(), FeedOptions{Address: "https://" + a.addrs[len(a.addrs)-1], Key: a.pub.Key, Code: code.String()})
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

// sync syncs, and holds what came of the exchange to want.
func (a *attended) sync(want error) WitnessState {
	a.t.Helper()
	r, err := a.Sync(context.Background(), SyncOptions{})
	if err != nil {
		a.t.Fatal(err)
	}
	if want == nil && r.WitnessErr != nil || want != nil && !errors.Is(r.WitnessErr, want) {
		a.t.Errorf("witness: %v, want %v", r.WitnessErr, want)
	}
	return r.Witness
}

func (a *attended) alarms() (out []string) {
	a.t.Helper()
	list, err := serve.Alarms(context.Background(), a.b)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, x := range list {
		out = append(out, x.Kind)
	}
	return out
}

// recorded counts the alarms in the log.
func (a *attended) recorded() (n int) {
	a.t.Helper()
	for _, e := range a.all(a.t) {
		if e.Kind == "witness-alarm" {
			n++
		}
	}
	return n
}

// change changes the vault's link.
func (a *attended) change(f func(*feedLink)) {
	a.t.Helper()
	err := a.vault.Update(context.Background(), func(tx *vault.Tx) error {
		var l feedLink
		if _, err := tx.Load(keyLink, &l); err != nil {
			return err
		}
		f(&l)
		return tx.Put(keyLink, l)
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// verify runs VerifyAudit and holds its problems to a part of the text, none if it is empty.
func (a *attended) verify(problem string) AuditReport {
	a.t.Helper()
	r, err := VerifyAudit(context.Background(), a.o)
	if err != nil || (problem == "") != (len(r.Problems) == 0) || !strings.Contains(strings.Join(r.Problems, "; "), problem) {
		a.t.Errorf("problems %q, %v; want %q", r.Problems, err, problem)
	}
	return r
}

// frames are all entries that count at the feed, in order.
func (a *attended) frames() []byte {
	a.t.Helper()
	names, err := filepath.Glob(filepath.Join(a.pub.Dir, "inbox/witness/ws-07/*/parcels/*"))
	if err != nil {
		a.t.Fatal(err)
	}
	slices.Sort(names)
	var out []byte
	for _, name := range names {
		var p struct{ Frames string }
		if err := json.Unmarshal(read(a.t, name), &p); err != nil {
			a.t.Fatal(err)
		}
		out = append(out, read(a.t, filepath.Join(filepath.Dir(filepath.Dir(name)), "frames", p.Frames))...)
	}
	return out
}

// TestWitnessedLog proves U-4 and F-1: with each sync the head of the audit log is cosigned by
// either server of a feed, the entries lie there as the workstation has them, audit verify says
// what was witnessed, and an exchange makes no entry that would need another.
func TestWitnessedLog(t *testing.T) {
	a := attend(t, 2)
	first := a.sync(nil)
	if first.Witness != "feed.test/witness" || first.Newer != 0 || first.Sent != first.Entries || first.Entries != a.log.Head().N || time.Since(first.At).Abs() > time.Hour {
		t.Errorf("%+v of %d", first, a.log.Head().N)
	}
	if again := a.sync(nil); again != first {
		t.Errorf("a sync without news: %+v, then %+v", first, again)
	}
	a.door(t, "kl")
	r := a.verify("")
	if w := r.Witness; w.Entries != first.Entries || w.Newer != r.Entries-first.Entries || w.Newer == 0 || w.Witness != first.Witness || !w.At.Equal(first.At) {
		t.Errorf("verify: %+v, after %+v", w, first)
	}
	a.change(func(l *feedLink) { l.Address = "https://" + a.addrs[1] })
	second := a.sync(nil)
	if second.Entries <= first.Entries || second.Newer != 0 || second.Sent != second.Entries {
		t.Errorf("by the other server: %+v", second)
	}
	c, _, err := vault.Get[cosigned](a.vault, keyCosigned)
	if err != nil {
		t.Fatal(err)
	}
	// The kept note holds the log's own signature and the witness's.
	tree, _, err := witness.OpenCheckpoint(c.Note, a.log.Key())
	if err != nil || tree.N != second.Entries {
		t.Errorf("the kept head: %v, %v", tree, err)
	}
	if root, err := a.log.Root(tree.N); err != nil || root != tree.Hash {
		t.Errorf("root %v, %v", root, err)
	}
	all, _, err := a.log.Frames(0, second.Entries, 1<<30)
	if err != nil || string(a.frames()) != string(all) {
		t.Errorf("%d bytes of entries at the feed, %d here, %v", len(a.frames()), len(all), err)
	}
	a.Engine.Close()
	a.reopen(t)
	if w, err := a.WitnessState(); err != nil || w.Entries != second.Entries || w.Witness != second.Witness {
		t.Errorf("opened again: %+v, %v", w, err)
	}
	if got := a.alarms(); len(got) > 0 || a.recorded() > 0 {
		t.Errorf("alarms without a cause: %v", got)
	}
}

// TestWitnessedLogKilled proves U-4: a workstation that did not keep the answer, and a link of a
// version that knew no witness, go on without an alarm.
func TestWitnessedLogKilled(t *testing.T) {
	a := attend(t, 1)
	a.change(func(l *feedLink) { l.Witness = "" })
	a.sync(nil)
	if l, err := a.link(); err != nil || !strings.HasPrefix(l.Witness, "feed.test/witness+") {
		t.Errorf("the witness was not learned: %q, %v", l.Witness, err)
	}
	before, _, err := vault.Get[cosigned](a.vault, keyCosigned)
	if err != nil {
		t.Fatal(err)
	}
	for _, lost := range []cosigned{before, {}} { // the second answer, and all of them
		a.door(t, "kl")
		a.sync(nil)
		if err := a.keepCosigned(context.Background(), lost); err != nil {
			t.Fatal(err)
		}
		a.Engine.Close()
		a.reopen(t)
		if w := a.sync(nil); w.Newer != 0 || w.Sent != a.log.Head().N {
			t.Errorf("after the loss: %+v", w)
		}
	}
	if got := a.alarms(); len(got) > 0 || a.recorded() > 0 {
		t.Errorf("alarms without a cause: %v", got)
	}
}

// copyFolder copies the workstation's folder; what it returns closes the workstation and puts the
// copy in the folder's place.
func (a *attended) copyFolder() (putBack func()) {
	a.t.Helper()
	old := filepath.Join(a.t.TempDir(), "old")
	a.Engine.Close()
	if err := os.CopyFS(old, os.DirFS(a.o.Dir)); err != nil {
		a.t.Fatal(err)
	}
	a.reopen(a.t)
	return func() {
		a.t.Helper()
		a.Engine.Close()
		if err := errors.Join(os.RemoveAll(a.o.Dir), os.CopyFS(a.o.Dir, os.DirFS(old))); err != nil {
			a.t.Fatal(err)
		}
	}
}

// TestRolledBackLog proves U-4: a workstation whose whole folder was put back to an older copy,
// where nothing inside can tell, is told by the witness; the evidence lies at the feed; once it
// has grown again it is a fork.
func TestRolledBackLog(t *testing.T) {
	a := attend(t, 1)
	a.sync(nil)
	putBack := a.copyFolder()
	for range 20 {
		a.door(t, "kl")
	}
	newest := a.sync(nil)
	putBack()
	a.verify("") // nothing here can tell
	a.reopen(t)
	w := a.sync(ErrLogBehind)
	if !errors.Is(w.Alarm, ErrLogBehind) || w.Entries >= newest.Entries {
		t.Errorf("%+v", w)
	}
	a.sync(ErrLogBehind)
	a.Engine.Close()
	a.reopen(t)
	a.sync(ErrLogBehind)
	if got := a.alarms(); len(got) != 1 || got[0] != "rollback" || a.recorded() != 1 {
		t.Errorf("alarms %v at the feed, %d here", got, a.recorded())
	}
	for range 40 {
		a.door(t, "kl")
	}
	a.sync(ErrLogFork)
	if got := a.alarms(); len(got) != 2 || got[0] != "fork" && got[1] != "fork" || a.recorded() != 2 {
		t.Errorf("alarms %v at the feed, %d here", got, a.recorded())
	}
}

// TestCosignedHeadIsHeld proves U-4: audit verify fails for a log that contradicts the head kept
// beside it, for a kept head that was changed, and for another workstation's.
func TestCosignedHeadIsHeld(t *testing.T) {
	a := attend(t, 1)
	a.sync(nil)
	a.Engine.Close()
	logDir, file := filepath.Join(a.o.Dir, dirVault, dirAudit), filepath.Join(a.o.Dir, dirVault, fileCosigned)
	own := filepath.Join(a.o.Dir, dirVault, fileWitness)
	older, olderOwn := filepath.Join(t.TempDir(), "log"), read(t, own)
	if err := os.CopyFS(older, os.DirFS(logDir)); err != nil {
		t.Fatal(err)
	}
	a.reopen(t)
	a.door(t, "kl")
	a.sync(nil)
	a.Engine.Close()
	a.verify("")
	kept := read(t, file)
	for i := range kept {
		if i%7 != 0 {
			continue
		}
		bad := append([]byte(nil), kept...)
		bad[i] ^= 1
		write(t, file, bad)
		// A changed signature of the log is one of a stranger, which a note may carry.
		if r, err := VerifyAudit(context.Background(), a.o); err != nil || len(r.Problems) == 0 && r.Witness.Entries == 0 {
			t.Errorf("byte %d: %+v, %v", i, r, err)
		}
	}
	write(t, file, kept[:len(kept)/2])
	a.verify("cosigned")
	write(t, file, kept)
	newer := filepath.Join(t.TempDir(), "newer")
	if err := errors.Join(os.Rename(logDir, newer), os.CopyFS(logDir, os.DirFS(older))); err != nil {
		t.Fatal(err)
	}
	write(t, own, olderOwn)
	a.verify("a witness outside has cosigned")
	other := attend(t, 1)
	other.sync(nil)
	write(t, file, read(t, filepath.Join(other.o.Dir, dirVault, fileCosigned)))
	a.verify("another log")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestForeignWitness proves U-4: another key of the witness is refused until the workstation is
// enrolled anew, and alarms once.
func TestForeignWitness(t *testing.T) {
	a := attend(t, 1)
	a.sync(nil)
	stranger, err := enrol.CreateCA(filepath.Join(t.TempDir(), "keys"), "stranger", time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := witness.NewSigner("feed.test/witness", stranger.WitnessKey(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	a.change(func(l *feedLink) { l.Witness = s.String() })
	a.door(t, "kl")
	for range 2 {
		if w := a.sync(ErrWitness); w.Newer == 0 {
			t.Errorf("%+v", w)
		}
	}
	if a.recorded() != 1 {
		t.Errorf("%d alarms", a.recorded())
	}
	a.enroll()
	if w := a.sync(nil); w.Newer != 0 || w.Alarm != nil {
		t.Errorf("enrolled anew: %+v", w)
	}
}

// TestNoWitness proves U-4: a feed in a folder witnesses nothing, and nothing is said of it; a
// server that is away is no alarm.
func TestNoWitness(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 50), nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Sync(ctx, SyncOptions{}); err != nil || r.WitnessErr != nil || r.Witness.Witness != "" {
		t.Errorf("a folder: %+v, %v", r.Witness, err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || r.Witness.Witness != "" || len(r.Problems) > 0 {
		t.Errorf("a folder: %+v, %v", r, err)
	}
	a := attend(t, 1)
	proxy := feedtest.NewProxy(t, a.addrs[0])
	a.change(func(l *feedLink) { l.Address = "https://" + proxy.Addr() })
	seen := a.sync(nil)
	proxy.Spoil(feedtest.Fault{Kind: feedtest.Refuse})
	if _, err := a.Sync(ctx, SyncOptions{}); !errors.Is(err, feed.ErrOffline) {
		t.Errorf("away: %v", err)
	}
	if w, err := a.WitnessState(); err != nil || w.Entries != seen.Entries || w.Alarm != nil {
		t.Errorf("away: %+v, %v", w, err)
	}
	proxy.Spoil(feedtest.Fault{})
	a.sync(nil)
	if len(a.alarms()) > 0 || a.recorded() > 0 {
		t.Error("alarms without a cause")
	}
}

// TestEntriesResume proves U-4 and F-1: many entries go in parcels, so many with a sync, and the
// next one goes on where the last ended.
func TestEntriesResume(t *testing.T) {
	a := attend(t, 1)
	big := strings.Repeat("x", 60_000)
	for i := range 400 { // 24 MB, more than one sync sends
		if _, err := a.record(context.Background(), event{kind: "check"}.with("n", strconv.Itoa(i), "text", big)); err != nil {
			t.Fatal(err)
		}
	}
	w := a.sync(nil)
	if w.Newer != 0 || w.Sent == 0 || w.Sent >= w.Entries {
		t.Errorf("one sync: %+v", w)
	}
	a.Engine.Close()
	a.reopen(t)
	if next := a.sync(nil); next.Sent != next.Entries {
		t.Errorf("two syncs: %+v, then %+v", w, next)
	}
	all, _, err := a.log.Frames(0, a.log.Head().N, 1<<40)
	if err != nil || string(a.frames()) != string(all) {
		t.Errorf("%d bytes at the feed, %d here, %v", len(a.frames()), len(all), err)
	}
}

// TestCertificateRenewed proves X-7: a certificate is renewed for the same key when less than a
// third of its life is left, and one that has expired says to enroll anew.
func TestCertificateRenewed(t *testing.T) {
	a := attend(t, 1)
	ends := func() time.Time {
		l, err := a.link()
		if err != nil {
			t.Fatal(err)
		}
		c, err := tls.X509KeyPair([]byte(l.Certificate), []byte(l.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.NotAfter
	}
	aged := func(days int) { // gives the workstation the certificate that it would have had then
		old, err := enrol.OpenCA(a.keys, func() time.Time { return time.Now().AddDate(0, 0, -days) }, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		l, err := a.link()
		if err != nil {
			t.Fatal(err)
		}
		own, err := tls.X509KeyPair([]byte(l.Certificate), []byte(l.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		request, err := enrol.RequestFor(own.PrivateKey.(crypto.Signer), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := old.IssueClient(request, "ws-07")
		if err != nil {
			t.Fatal(err)
		}
		a.change(func(l *feedLink) {
			l.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
		})
	}
	for _, x := range []struct {
		days  int
		renew bool
	}{{200, false}, {300, true}, {364, true}} {
		aged(x.days)
		before := ends()
		a.sync(nil)
		if got := ends(); got.After(before) != x.renew || x.renew && time.Until(got) < 360*24*time.Hour {
			t.Errorf("%d days old: ends %v, then %v", x.days, before, got)
		}
		a.sync(nil) // with the one that there is now
	}
	aged(366)
	if _, err := a.Sync(context.Background(), SyncOptions{}); !errors.Is(err, ErrCertificate) {
		t.Errorf("expired: %v", err)
	}
	a.enroll()
	a.sync(nil)
}

// FuzzCosigned: whatever lies in the file beside the log, it is a head with a true cosignature or
// an error.
func FuzzCosigned(f *testing.F) {
	s, err := witness.NewSigner("feed.test/witness", ed25519.NewKeyFromSeed(make([]byte, 32)), time.Now)
	if err != nil {
		f.Fatal(err)
	}
	text := "cordon/WS-07\n3\n" + strings.Repeat("A", 43) + "=\n"
	line, err := s.Cosign(text)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s.String() + "\n" + text + "\n" + line)
	f.Add("")
	f.Add(s.String() + "\n\n\n")
	f.Fuzz(func(t *testing.T, data string) {
		h, err := parseCosigned(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
			return
		}
		if h.tree.N > 0 && (h.witness == "" || h.origin == "" || h.at.IsZero()) {
			t.Errorf("%+v", h)
		}
	})
}

// TestForkedLog proves U-4: a log that was put back and has grown again, to the very size that the
// witness has seen or beyond it, is a fork, here and at the feed.
func TestForkedLog(t *testing.T) {
	for name, more := range map[string]int64{"same size": 0, "longer": 5} {
		t.Run(name, func(t *testing.T) {
			a := attend(t, 1)
			a.sync(nil)
			putBack := a.copyFolder()
			for range 10 {
				a.door(t, "kl")
			}
			seen := a.sync(nil)
			putBack()
			a.reopen(t)
			for a.log.Head().N < seen.Entries+more {
				if _, err := a.record(context.Background(), event{kind: "check"}); err != nil {
					t.Fatal(err)
				}
			}
			if w := a.sync(ErrLogFork); !errors.Is(w.Alarm, ErrLogFork) {
				t.Errorf("%+v", w)
			}
			if got := a.alarms(); len(got) != 1 || got[0] != "fork" || a.recorded() != 1 {
				t.Errorf("alarms %v at the feed, %d here", got, a.recorded())
			}
		})
	}
}

// TestExchangeCut proves U-4 and F-1: a connection that is cut anywhere in the exchange costs
// nothing but another sync, and is no alarm.
func TestExchangeCut(t *testing.T) {
	a := attend(t, 1)
	proxy := feedtest.NewProxy(t, a.addrs[0])
	a.change(func(l *feedLink) { l.Address = "https://" + proxy.Addr() })
	cut := 0
	for after := 1500; after < 30_000; after += 1500 {
		a.door(t, "kl")
		proxy.Spoil(feedtest.Fault{Kind: feedtest.Cut, After: after})
		r, err := a.Sync(context.Background(), SyncOptions{})
		if r.WitnessErr != nil || err != nil {
			cut++
		}
		if r.WitnessErr != nil && !errors.Is(r.WitnessErr, feed.ErrOffline) {
			t.Errorf("cut after %d bytes: %v", after, r.WitnessErr)
		}
	}
	if cut == 0 {
		t.Error("nothing was cut")
	}
	proxy.Spoil(feedtest.Fault{})
	w := a.sync(nil)
	all, _, err := a.log.Frames(0, w.Entries, 1<<30)
	if err != nil || w.Newer != 0 || string(a.frames()) != string(all) {
		t.Errorf("%+v; %d bytes at the feed, %d here, %v", w, len(a.frames()), len(all), err)
	}
	if got := a.alarms(); len(got) > 0 || a.recorded() > 0 {
		t.Errorf("alarms without a cause: %v", got)
	}
}

// TestExchangeKilled proves U-4 and F-1: a process that is killed at random while it shows its
// log, again and again, ends with a log that the witness agrees with, and no alarm.
func TestExchangeKilled(t *testing.T) {
	if dir := os.Getenv("CORDON_EXCHANGE_DIR"); dir != "" {
		exchangeChild(t, dir)
		return
	}
	rounds := 16
	if testing.Short() {
		rounds = 4
	}
	a := attend(t, 1)
	a.Engine.Close()
	random := mrand.New(mrand.NewPCG(uint64(time.Now().UnixNano()), 7)) // the outcome must not depend on it
	for range rounds {
		cmd := exec.Command(os.Args[0], "-test.run=^TestExchangeKilled$")
		cmd.Env = append(os.Environ(), "CORDON_EXCHANGE_DIR="+a.o.Dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 3)
		if _, err := io.ReadFull(out, text); err != nil || string(text) != "go\n" {
			t.Fatalf("the child says %q, %v", text, err)
		}
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	a.verify("")
	a.reopen(t)
	w := a.sync(nil)
	for w.Sent < w.Entries {
		w = a.sync(nil)
	}
	all, _, err := a.log.Frames(0, w.Entries, 1<<30)
	if err != nil || string(a.frames()) != string(all) {
		t.Errorf("%d bytes at the feed, %d here, %v", len(a.frames()), len(all), err)
	}
	t.Logf("%d entries", w.Entries)
	if got := a.alarms(); len(got) > 0 || a.recorded() > 0 {
		t.Errorf("alarms without a cause: %v", got)
	}
}

// exchangeChild records and syncs until it is killed.
func exchangeChild(t *testing.T, dir string) {
	e, err := openWith(t.Context(), Options{Dir: dir, CacheBytes: 8 << 20, Clock: func() time.Time { return feedtest.Start.AddDate(0, 0, 25) }}, knobs{rounds: 2})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("go")
	for {
		if _, err := e.record(t.Context(), event{kind: "check"}.with("text", strings.Repeat("x", 2000))); err != nil {
			t.Fatal(err)
		}
		if r, err := e.Sync(t.Context(), SyncOptions{}); err != nil || r.WitnessErr != nil {
			t.Fatal(err, r.WitnessErr)
		}
	}
}
