//go:build linux

package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cordon/engine/internal/reads"
)

// points are where a child dies: at a point of its own calls, when a file of a name appears
// in the store's folder, or after a time.
var points = []string{
	"row", "last row", "taken", "key:1", "key:3", "stored:2", "settled", "destroyed", "dropped",
	"file:mark.tmp", "file:.sst", "file:.vlog", "file:.mem", "file:MANIFEST", "time:60", "time:250", "time:700", "time:1500",
}

// A killed process loses nothing that it acknowledged and leaves nothing half done.
func TestKill(t *testing.T) {
	kills := many(t, "CORDON_KILLS", 5)
	seed := seedOf(t)
	dice, sc := rand.New(rand.NewPCG(seed, 1)), newScore(t)
	defer sc.summary()
	const perStore, perBatches = 15, 250
	var args childArgs
	var o *oracle
	acked := int64(0)
	for i := range kills {
		if i%perStore == 0 || acked > perBatches { // a fresh store now and then
			os.RemoveAll(args.dir)
			args = childArgs{dir: filepath.Join(t.TempDir(), "store"), keys: filepath.Join(t.TempDir(), "gone"), seed: seed + uint64(i), minFree: 1, purge: true}
			o, acked = newOracle(args.seed), 0
		}
		point := points[dice.IntN(len(points))]
		how, rest, _ := strings.Cut(point, ":")
		p, err := killAt(&args, how, rest, point, acked, dice)
		if err != nil {
			t.Fatal(err)
		}
		reached := p.ended(0)
		now, problem := p.kill()
		if problem != "" {
			sc.add(verdict{wrong: []string{problem}}, nil, point, p.tail)
		}
		gone, err := openKeys(args.keys)
		if err != nil {
			t.Fatal(err)
		}
		v, err := examine(t.Context(), reads.Options{Dir: args.dir, Keys: gone, MinFree: 1}, o, now, gone.gone)
		sc.add(v, err, fmt.Sprintf("kill %d at %s after batch %d", i, point, now), p.tail)
		if err != nil || len(v.wrong) > 0 {
			return // what follows would be no news
		}
		sc.what["kills"]++
		switch {
		case reached:
			sc.what["at a named point"]++
		case how == "file":
			sc.what["as a file appeared"]++
		default:
			sc.what["after a time"]++
		}
		sc.what["batches"] += int(v.batch - acked)
		acked = v.batch
		sc.progress(i+1, kills)
	}
}

// killAt starts a child and returns when its point is reached, or after a while.
func killAt(args *childArgs, how, rest, point string, acked int64, dice *rand.Rand) (*process, error) {
	limit := 700 * time.Millisecond
	args.point = ""
	switch how {
	case "time":
		var ms int
		fmt.Sscan(rest, &ms)
		limit = time.Duration(dice.IntN(ms*1000)) * time.Microsecond
	case "file":
		if err := os.MkdirAll(args.dir, 0o700); err != nil {
			return nil, err
		}
		w, err := watch(args.dir)
		if err != nil {
			return nil, err
		}
		defer w.Close()
		p, err := start(*args, acked)
		if err != nil {
			return nil, err
		}
		sawFile(w, rest, 1+dice.IntN(3), limit)
		return p, nil
	default:
		args.point = point
	}
	p, err := start(*args, acked)
	if err != nil {
		return nil, err
	}
	p.ended(limit)
	return p, nil
}

// watch reports files made in a folder or moved into it.
func watch(dir string) (*os.File, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_CREATE|unix.IN_MOVED_TO); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sawFile waits for the n-th event whose file name holds part.
func sawFile(w *os.File, part string, n int, limit time.Duration) {
	if w.SetReadDeadline(time.Now().Add(limit)) != nil {
		return
	}
	buf := make([]byte, 64<<10)
	for {
		size, err := w.Read(buf)
		if err != nil {
			return // the time is over
		}
		if n -= strings.Count(string(buf[:size]), part); n <= 0 {
			return
		}
	}
}
