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

// After a power cut everything acknowledged is there. The cut is a copy of what the loop
// device has received, taken while the writing process stands still: what only the system's
// page cache holds is not in it. The copy's journal is replayed by mounting it.
func TestPowerCut(t *testing.T) {
	cuts := many(t, "CORDON_CUTS", 3)
	seed := seedOf(t)
	dice, sc := rand.New(rand.NewPCG(seed, 2)), newScore(t)
	defer sc.summary()
	const perDisk, perBatches = 12, 250
	for done := 0; done < cuts && sc.wrong == 0; {
		t.Run(fmt.Sprint("disk", done), func(t *testing.T) {
			d := newDisk(t)
			cut := newDisk(t)
			if err := cut.down(); err != nil {
				t.Fatal(err)
			}
			args := childArgs{dir: filepath.Join(d.mount, "store"), keys: filepath.Join(t.TempDir(), "gone"), seed: seed + uint64(done), minFree: 1, purge: true}
			o := newOracle(args.seed)
			p, err := start(args, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer p.kill()
			for n := 0; n < perDisk && done < cuts && sc.wrong == 0; n++ {
				if p.ended(time.Duration(20+dice.IntN(300)) * time.Millisecond) {
					sc.add(verdict{wrong: []string{"the child ended: " + p.err}}, nil, "cut", p.tail)
					return
				}
				acked, v, err := powerCut(t, p, d, cut, args, o)
				sc.add(v, err, fmt.Sprintf("cut %d after batch %d", done, acked), p.tail)
				done++
				sc.what["cuts"]++
				sc.progress(done, cuts)
				if acked > perBatches {
					break
				}
			}
		})
		if sc.what["cuts"] == 0 {
			t.Skip("no power was cut; see above")
		}
	}
}

// powerCut stops the child, copies its disk as it is, looks at the copy and lets the child
// go on.
func powerCut(t *testing.T, p *process, d, cut *disk, args childArgs, o *oracle) (acked int64, v verdict, err error) {
	pid := p.cmd.Process.Pid
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		return 0, v, err
	}
	defer unix.Kill(pid, unix.SIGCONT)
	if err := stopped(pid); err != nil {
		return 0, v, err
	}
	if err := tool("cp", "--sparse=auto", d.image, cut.image); err != nil {
		return 0, v, err
	}
	gone, err := openKeys(args.keys)
	if err != nil {
		return 0, v, err
	}
	time.Sleep(10 * time.Millisecond) // let the reader finish what the child has said
	acked, _ = p.state()
	if err := cut.up(); err != nil {
		return acked, v, err
	}
	defer func() {
		if e := cut.down(); e != nil {
			t.Error(e)
		}
	}()
	v, err = examine(t.Context(), reads.Options{Dir: filepath.Join(cut.mount, "store"), Keys: gone, MinFree: 1}, o, acked, gone.gone)
	return acked, v, err
}

// stopped waits until every thread of a process stands still.
func stopped(pid int) error {
	for range 1000 {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		if err != nil {
			return err
		}
		still := len(threads) > 0
		for _, th := range threads {
			data, err := os.ReadFile(th)
			if err != nil {
				return err
			}
			_, rest, _ := strings.Cut(string(data), ") ")
			still = still && strings.HasPrefix(rest, "T")
		}
		if still {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("process %d does not stop", pid)
}
