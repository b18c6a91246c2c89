//go:build !race

package campaign

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed/feedtest"
)

func number(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s is %q", name, text)
	}
	return n
}

// TestFeedCampaign (F-1, F-2, F-3): publishers, two servers and a workstation are killed at random, the
// connections between them are cut, changed, delayed, throttled, silent and refused, files come
// damaged and from an older state; after every ten rounds and in the end the workstation shows what
// was published, row for row: none lost, none twice, corrected ones replaced. A new workstation
// then shows the same, the feed proves itself, and so does the audit log. CORDON_CAMPAIGN_ROUNDS and
// CORDON_CAMPAIGN_SEED set the rounds and the dice.
func TestFeedCampaign(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves it out: it kills dozens of real processes, for many seconds")
	}
	t.Parallel()
	rounds, seed := number(t, "CORDON_CAMPAIGN_ROUNDS", 5), number(t, "CORDON_CAMPAIGN_SEED", int(time.Now().UnixNano()%1e9))
	t.Logf("CORDON_CAMPAIGN_SEED=%d", seed)
	w := newWorld(t)
	began := time.Now()
	for n := range rounds {
		w.round(rand.New(rand.NewPCG(uint64(seed), uint64(n))))
		if n%10 == 9 || n == rounds-1 {
			w.settle(fmt.Sprintf("after round %d", n))
			if os.Getenv("CORDON_CAMPAIGN_ROUNDS") != "" {
				fmt.Printf("round %d of %d, %v, %d rows\n", n+1, rounds, time.Since(began).Round(time.Second), len(w.rows))
			}
		}
		if t.Failed() {
			t.Fatalf("round %d of seed %d", n, seed)
		}
	}
	second := filepath.Join(w.dir, "ws2")
	w.join(second, "ws-02")
	rows := w.compare(t, "a new workstation", w.shown(second))
	w.must("feed", "verify", w.bucket, "--key", w.key)
	for _, data := range []string{w.data, second} {
		w.must("audit", "verify", "--data", data)
	}
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(w.counts)) {
		lines = append(lines, fmt.Sprintf("%d %s", w.counts[k], k))
	}
	t.Logf("%d rounds in %v: 0 of %d rows lost, 0 twice, %d corrected; %d connections struck before the workstation, %d before senders; %s",
		rounds, time.Since(began).Round(time.Second), rows, w.gone, w.proxy.Struck(), w.posts.Struck(), strings.Join(lines, ", "))
}

// settle syncs without faults and compares.
func (w *world) settle(when string) {
	w.t.Helper()
	w.calm()
	w.must("sync", "--data", w.data, "--json")
	w.compare(w.t, when, w.shown(w.data))
}

// calm ends all faults.
func (w *world) calm() {
	w.proxy.Spoil(feedtest.Fault{})
	w.posts.Spoil(feedtest.Fault{})
	w.proxy.CutAll()
	w.proxy.To(w.servers[0].addr)
}

// round lets everything happen at once: publishers and senders work, the workstation syncs, and
// the dice say what fails.
func (w *world) round(d *rand.Rand) {
	own := func() *rand.Rand { return rand.New(rand.NewPCG(d.Uint64(), d.Uint64())) }
	lane := func() string { return laneNames[d.IntN(len(laneNames))] }
	fault := func() feedtest.Fault {
		return feedtest.Fault{
			Kind: feedtest.Kind(d.IntN(int(feedtest.Kinds))), After: d.IntN(40_000), Wait: time.Duration(d.IntN(60)) * time.Millisecond, PerSecond: 20_000 + d.IntN(400_000),
		}
	}
	var all sync.WaitGroup
	for range 1 + d.IntN(3) {
		kind, in, kills, dice := works[d.IntN(len(works))], lane(), d.IntN(3), own()
		all.Go(func() {
			if slices.Contains(fresh, kind) {
				w.work(dice, kind, in, kills)
			} else {
				w.inTurn(in, func() { w.work(dice, kind, in, kills) })
			}
		})
	}
	for range d.IntN(3) {
		in, n, dice := lane(), 1+d.IntN(8), own()
		all.Go(func() { w.post(dice, in, n) })
	}
	for _, p := range []*feedtest.Proxy{w.proxy, w.posts} {
		f, g, at, until := fault(), fault(), time.Duration(d.IntN(500))*time.Millisecond, time.Duration(300+d.IntN(1500))*time.Millisecond
		w.count("faults: " + f.Kind.String())
		all.Go(func() {
			p.Spoil(f)
			time.Sleep(at)
			p.Spoil(g)
			time.Sleep(until)
			p.Spoil(feedtest.Fault{})
			p.CutAll() // what waited forever ends
		})
	}
	if d.IntN(2) == 0 {
		s, at, rest := w.servers[d.IntN(2)], time.Duration(d.IntN(900))*time.Millisecond, time.Duration(d.IntN(400))*time.Millisecond
		all.Go(func() {
			time.Sleep(at)
			s.kill()
			w.count("servers killed")
			time.Sleep(rest)
			s.start()
		})
	}
	w.proxy.To(w.servers[d.IntN(2)].addr)
	dice := own()
	all.Go(func() { w.follow(dice) })
	all.Wait()
}

// follow syncs a few times; each sync may be killed, or meet a server whose files are damaged or old.
func (w *world) follow(d *rand.Rand) {
	for range 1 + d.IntN(3) {
		kill := time.Duration(8000) * time.Millisecond
		if d.IntN(2) == 0 {
			kill = time.Duration(20+d.IntN(900)) * time.Millisecond
		}
		switch d.IntN(6) {
		case 0:
			w.fromACopy(d, "damaged", kill)
		case 1:
			w.fromACopy(d, "old", kill)
		default:
			w.sync(kill, "feed-offline")
		}
	}
}

// sync runs one sync, which ends well, is killed, or stops lanes for one of the reasons.
func (w *world) sync(kill time.Duration, reasons ...string) {
	o := w.cordon(kill, "", "sync", "--data", w.data, "--json")
	if o.killed {
		w.count("syncs killed")
		return
	}
	var a struct {
		Lanes []struct {
			Lane  string
			Error *struct{ Code, Message string }
		}
		Error *struct{ Code, Message string }
	}
	o.answer(w.t, &a)
	if a.Error == nil && o.status == 0 {
		w.count("syncs done")
		return
	}
	if a.Error == nil {
		w.t.Errorf("sync: status %d\n%s\n%s", o.status, o.stdout, o.stderr)
		return
	}
	codes := []string{a.Error.Code}
	for _, l := range a.Lanes {
		if l.Error != nil {
			codes = append(codes, l.Error.Code)
		}
	}
	for _, c := range codes {
		if !slices.Contains(reasons, c) {
			w.t.Errorf("sync stopped with %s\n%s\n%s", c, o.stdout, o.stderr)
		}
	}
	w.count("syncs stopped: " + a.Error.Code)
}

// fromACopy syncs once from a server over a copy of the bucket: a damaged one, or an older state.
func (w *world) fromACopy(d *rand.Rand, how string, kill time.Duration) {
	dir := filepath.Join(w.dir, "copy")
	defer os.RemoveAll(dir)
	if how == "old" && w.old != "" {
		dir = w.old
	} else if err := copyBucket(dir, w.bucket); err != nil {
		w.t.Error(err)
		return
	}
	reasons := []string{"feed-offline"}
	if how == "damaged" {
		if err := flip(d, dir, 1+d.IntN(6)); err != nil {
			w.t.Error(err)
			return
		}
		reasons = append(reasons, "feed-damaged", "feed-substitution", "feed-signature", "feed-invalid", "feed-gap", "feed-fork", "feed-rollback", "feed-not-found")
	} else {
		reasons = append(reasons, "feed-rollback", "feed-not-found")
	}
	s := w.newServer(dir)
	defer s.kill()
	w.proxy.To(s.addr)
	w.proxy.CutAll()
	w.count("syncs from a " + how + " copy")
	w.sync(kill, reasons...)
	w.proxy.To(w.servers[d.IntN(2)].addr)
	w.proxy.CutAll()
	if how == "old" && d.IntN(3) == 0 { // a newer old state
		_ = os.RemoveAll(w.old)
		w.old = filepath.Join(w.dir, fmt.Sprintf("old-%d", d.Uint64()))
		if err := copyBucket(w.old, w.bucket); err != nil {
			w.t.Error(err)
		}
	}
}

// copyBucket copies a bucket while others write to it: checkpoints first, so that what they count is
// there.
func copyBucket(to, from string) error {
	for range 20 {
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		heads, err := filepath.Glob(filepath.Join(from, "lanes", "*", "checkpoint"))
		if err != nil {
			return err
		}
		texts := map[string][]byte{}
		for _, h := range heads {
			if texts[h], err = os.ReadFile(h); err != nil {
				return err
			}
		}
		err = filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
			rel, errRel := filepath.Rel(from, path)
			if err != nil || errRel != nil || e.Name() == ".tmp" {
				if e != nil && e.Name() == ".tmp" {
					return fs.SkipDir
				}
				return err
			}
			if e.IsDir() {
				return os.MkdirAll(filepath.Join(to, rel), 0o750)
			}
			text, err := os.ReadFile(path)
			if t, ok := texts[path]; ok {
				text, err = t, nil
			}
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, rel), text, 0o640)
		})
		if !os.IsNotExist(err) {
			return err
		}
	}
	return fmt.Errorf("files of %s go away all the time", from)
}

// flip changes one bit in, or cuts the end off, some files of the lanes: the newest are the likeliest.
func flip(d *rand.Rand, dir string, n int) error {
	type file struct {
		path string
		at   time.Time
	}
	var list []file
	err := filepath.WalkDir(filepath.Join(dir, "lanes"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		real, err := os.Stat(filepath.Join(filepath.Dir(dir), "feed", strings.TrimPrefix(path, dir)))
		if err == nil {
			list = append(list, file{path, real.ModTime()})
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return err
	}
	slices.SortFunc(list, func(a, b file) int { return b.at.Compare(a.at) })
	for range n {
		f := list[d.IntN(1+d.IntN(len(list)))]
		text, err := os.ReadFile(f.path)
		if err != nil {
			return err
		}
		if len(text) == 0 {
			continue
		}
		if d.IntN(4) == 0 {
			text = text[:d.IntN(len(text))]
		} else {
			text[d.IntN(len(text))] ^= 1 << d.IntN(8)
		}
		if err := os.WriteFile(f.path, text, 0o640); err != nil {
			return err
		}
	}
	return nil
}
