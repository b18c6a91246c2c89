//go:build linux

package torture

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cordon/engine/internal/reads"
)

// A limit on the size of files strikes where free space tells nothing: files that are to grow
// or to be made. It needs no mount. The store says so, or goes on where it need not write,
// and whatever it acknowledged is there; without the limit it goes on.
func TestFileLimit(t *testing.T) {
	limits := many(t, "CORDON_LIMITS", 2)
	seed := seedOf(t)
	dice, sc := rand.New(rand.NewPCG(seed, 4)), newScore(t)
	defer sc.summary()
	args := childArgs{dir: filepath.Join(t.TempDir(), "store"), keys: filepath.Join(t.TempDir(), "gone"), seed: seed, minFree: 1, patience: 1 << 30}
	o, acked := newOracle(seed), int64(0)
	for i := range limits {
		if acked > 400 {
			args.dir, args.seed, acked = filepath.Join(t.TempDir(), "store"), seed+uint64(i), 0
			o = newOracle(args.seed)
		}
		p, err := start(args, acked)
		if err != nil {
			t.Fatal(err)
		}
		opening := i%2 == 0 // half of them strike while the store is opened
		if !opening {
			p.until(10*time.Second, func(now int64, _ int) bool { return now >= acked+2 })
		}
		bytes := []uint64{0, 100, 1 << 20, 6 << 20}[dice.IntN(4)]
		if err := unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}, nil); err != nil {
			t.Fatal(err)
		}
		ended := p.ended(700 * time.Millisecond)
		now, problem := p.kill()
		var v verdict
		switch {
		case strings.Contains(problem, "file too large") || strings.Contains(problem, reads.ErrNoSpace.Error()):
			sc.what["refused"]++
		case problem != "":
			v.wrong = append(v.wrong, problem)
		case ended:
			v.wrong = append(v.wrong, "the process ended: "+p.cmd.ProcessState.String())
		default:
			sc.what["went on"]++
		}
		keys, err := openKeys(args.keys)
		if err != nil {
			t.Fatal(err)
		}
		found, err := examine(t.Context(), reads.Options{Dir: args.dir, Keys: keys, MinFree: 1}, o, now, nil)
		v.batch, v.lost, v.wrong = found.batch, found.lost, append(v.wrong, found.wrong...)
		sc.add(v, err, fmt.Sprintf("limit %d of %d bytes after batch %d, opening %v", i, bytes, now, opening), p.tail)
		if err != nil || len(v.wrong) > 0 {
			return
		}
		acked = v.batch
		sc.what["limits"]++
		sc.progress(i+1, limits)
	}
}
