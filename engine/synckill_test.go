package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
)

// weekly is a source that permits some weeks.
type weekly struct {
	client.Source
	weeks []client.Weeks
}

func (w weekly) Lanes(ctx context.Context) ([]client.Lane, error) {
	list, err := w.Source.Lanes(ctx)
	for i := range list {
		list[i].Weeks = w.weeks
	}
	return list, err
}

// TestSyncKilled proves F-2: a process that is killed at random while it syncs, again and again,
// through a source that fails and permits other weeks each time, while more is published, ends
// with the publisher's rows: none lost, none twice.
func TestSyncKilled(t *testing.T) {
	if dir := os.Getenv("CORDON_SYNC_DIR"); dir != "" {
		syncChild(t, dir)
		return
	}
	rounds := 24
	if testing.Short() {
		rounds = 6
	}
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	if err := f.Join(t.Context(), FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3)) // the outcome must not depend on it
	killed, first := 0, 0
	var numbers []int64
	for round := range rounds {
		for _, l := range []feed.Lane{laneA, laneB} {
			n := pub.Segment(l, feedtest.Reads(round%2, first, 3000), []string{fmt.Sprintf("r%07d", max(first-2900, 0))}, nil)
			if l == laneA {
				numbers = append(numbers, n)
			}
			first += 3000
		}
		if round%6 == 5 {
			pub.Compact(laneA, numbers[round-4], numbers[round-2], numbers[round])
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestSyncKilled$", "-test.v")
		cmd.Env = append(os.Environ(), "CORDON_SYNC_DIR="+f.o.Dir, fmt.Sprintf("CORDON_SYNC_SEED=%d", round))
		out, err := os.Create(filepath.Join(t.TempDir(), "child.log"))
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.AfterFunc(time.Duration(random.IntN(900))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		err = cmd.Wait()
		if wait.Stop(); err != nil && cmd.ProcessState.ExitCode() != -1 {
			text, _ := os.ReadFile(out.Name())
			t.Fatalf("round %d: %v\n%s", round, err, text)
		}
		if err != nil {
			killed++
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f.reopen(t)
	at := f.DataState().Name
	if _, err := f.Sync(t.Context(), SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d rounds were killed; at %s before the last sync, then at %s", killed, rounds, at, f.DataState().Name)
	for _, l := range []feed.Lane{laneA, laneB} {
		same(t, f.Engine, l, pub.Rows(l))
	}
	if report, err := VerifyAudit(t.Context(), f.o); err != nil || len(report.Problems) > 0 {
		t.Errorf("the log: %+v, %v", report, err)
	}
}

// syncChild syncs until it has everything, in small steps, through a source that fails.
func syncChild(t *testing.T, dir string) {
	var seed uint64
	if _, err := fmt.Sscan(os.Getenv("CORDON_SYNC_SEED"), &seed); err != nil {
		t.Fatal(err)
	}
	k := knobs{rounds: 2, stepRows: 700, wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	k.source = func(s client.Source) client.Source {
		seed += 100
		return feedtest.NewFaulty(weekly{s, [][]client.Weeks{nil, {{From: "2026-W19"}}, {{Until: "2026-W18"}}}[seed/100%3]}, seed, 8, 20*time.Millisecond)
	}
	e, err := openWith(t.Context(), Options{Dir: dir, CacheBytes: 8 << 20, Clock: func() time.Time { return feedtest.Start.AddDate(0, 0, 25) }}, k)
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := e.Sync(t.Context(), SyncOptions{})
		if err == nil {
			break
		}
		if !errors.Is(err, feed.ErrOffline) && !errors.Is(err, feed.ErrDamaged) && !errors.Is(err, feed.ErrSignature) && !errors.Is(err, feed.ErrSubstituted) && !errors.Is(err, feed.ErrInvalid) {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}
