//go:build linux

package torture

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
)

// The test binary is its own child: TestMain runs what CORDON_CHILD says instead of the tests.
func TestMain(m *testing.M) {
	switch os.Getenv("CORDON_CHILD") {
	case "":
		os.Exit(m.Run())
	case "write":
		os.Exit(childWrite())
	case "flip":
		os.Exit(childFlip())
	}
}

// childArgs go through the environment.
type childArgs struct {
	dir, keys string
	seed      uint64
	minFree   uint64
	point     string // where to kill itself: name:count; empty: nowhere
	purge     bool   // destroy quarters, now and then
	patience  uint64 // refusals one after another, for want of space, before it closes the store
}

func (a childArgs) env() []string {
	return append(os.Environ(), "CORDON_CHILD=write", "CORDON_DIR="+a.dir, "CORDON_KEYS="+a.keys, "CORDON_POINT="+a.point,
		fmt.Sprintf("CORDON_SEED=%d", a.seed), fmt.Sprintf("CORDON_MINFREE=%d", a.minFree), fmt.Sprintf("CORDON_PURGE=%v", a.purge), fmt.Sprintf("CORDON_PATIENCE=%d", a.patience))
}

func argsOfChild() childArgs {
	number := func(name string) uint64 { n, _ := strconv.ParseUint(os.Getenv(name), 10, 64); return n }
	return childArgs{
		dir: os.Getenv("CORDON_DIR"), keys: os.Getenv("CORDON_KEYS"), point: os.Getenv("CORDON_POINT"),
		seed: number("CORDON_SEED"), minFree: number("CORDON_MINFREE"), purge: os.Getenv("CORDON_PURGE") == "true",
		patience: number("CORDON_PATIENCE"),
	}
}

// writer is the child that appends until it is killed.
type writer struct {
	childArgs
	name string // of the point where it dies
	left int
	keys *fileKeys
}

// at is called at each named point.
func (w *writer) at(name string) {
	if name != w.name {
		return
	}
	if w.left--; w.left == 0 {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (w *writer) options() reads.Options {
	return reads.Options{
		Dir: w.dir, Keys: w.keys, MinFree: w.minFree, CacheBytes: 8 << 20,
		Log: func(m string) {
			if strings.Contains(m, "value log went") {
				w.at("reclaimed")
			}
			fmt.Fprintln(os.Stderr, m)
		},
	}
}

// childWrite appends the batches that are missing, one after another, and says "stored N"
// once each is; "full" when there is no room. It stops only when it is killed, when its
// patience with a full disk is at an end, or on an error that it did not expect.
func childWrite() int {
	w := &writer{childArgs: argsOfChild()}
	name, count, _ := strings.Cut(w.point, ":")
	w.name, w.left = name, 1
	if n, err := strconv.Atoi(count); err == nil {
		w.left = n
	}
	var err error
	if w.keys, err = openKeys(w.childArgs.keys); err == nil {
		w.keys.asked = func(int32) { w.at("key") }
		err = w.run(context.Background())
	}
	if err != nil {
		fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", "; "))
		return 1
	}
	return 0
}

func (w *writer) run(ctx context.Context) error {
	s, err := reads.Open(ctx, w.options())
	if err != nil {
		return err
	}
	fmt.Println("open")
	dice := rand.New(rand.NewPCG(w.seed, uint64(os.Getpid())))
	next := int64(1)
	for _, l := range s.State().Lanes {
		next = l.Batch + 1
	}
	full := uint64(0)
	for ; full == 0 || full < w.patience; next++ {
		info, err := s.Append(ctx, reads.Batch{Lane: lane}, w.rows(next), func(int64) { w.at("taken") })
		if errors.Is(err, reads.ErrNoSpace) {
			full++
			if r, err := s.Run(ctx, reads.Plan{Kind: detection.KindModel}); err != nil || r.Count != s.State().Rows {
				return fmt.Errorf("a question on a full disk: %v %w", r, err)
			}
			fmt.Println("full", full)
			time.Sleep(20 * time.Millisecond)
			next--
			continue
		}
		if err != nil {
			return err
		}
		full = 0
		fmt.Println("stored", info.Number)
		w.at("stored")
		switch {
		case next%40 == 39 && w.purge:
			if err := w.destroy(ctx, s, dice); err != nil {
				return err
			}
		case dice.IntN(12) == 0:
			if err := s.Settle(ctx); err != nil && !errors.Is(err, reads.ErrNoSpace) {
				return err
			}
			w.at("settled")
		}
	}
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Println("closed")
	return nil
}

// destroy ends the quarter of a random row.
func (w *writer) destroy(ctx context.Context, s *reads.Store, dice *rand.Rand) error {
	quarter := quarterNumber(freshRow(w.seed, 1+dice.Int64N(12), dice.IntN(batchRows)).Time)
	if err := w.keys.destroy(quarter); err != nil {
		return err
	}
	w.at("destroyed")
	if _, err := s.DestroyQuarters(ctx, []int32{quarter}); err != nil && !errors.Is(err, reads.ErrNoSpace) {
		return err
	}
	w.at("dropped")
	return nil
}

func (w *writer) rows(n int64) iter.Seq2[detection.Detection, error] {
	list := batchOf(w.seed, n)
	return func(yield func(detection.Detection, error) bool) {
		for i, d := range list {
			if i == batchRows/2 {
				w.at("row")
			}
			if !yield(d, nil) {
				return
			}
		}
		w.at("last row")
	}
}
