//go:build linux

package torture

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"cordon/engine/internal/reads"
)

const fullMinFree = 64 << 20

// On a disk that another process fills to any degree the store refuses to write, answers
// questions, loses nothing, and goes on when there is room again.
func TestFullDisk(t *testing.T) {
	fills := many(t, "CORDON_FILLS", 2)
	seed := seedOf(t)
	dice, sc := rand.New(rand.NewPCG(seed, 3)), newScore(t)
	defer sc.summary()
	const perDisk = 4
	for done := 0; done < fills && sc.wrong == 0; {
		t.Run(fmt.Sprint("disk", done), func(t *testing.T) {
			f := &filling{sc: sc, dice: dice, disk: newDisk(t)}
			f.args = childArgs{dir: filepath.Join(f.disk.mount, "store"), keys: filepath.Join(t.TempDir(), "gone"), seed: seed + uint64(done), minFree: fullMinFree, purge: true}
			f.oracle = newOracle(f.args.seed)
			for n := 0; n < perDisk && done < fills && sc.wrong == 0; n++ {
				round, v, err := f.once(t)
				sc.add(v, err, fmt.Sprintf("fill %d, %s", done, round), f.tail)
				done++
				sc.what["fills"]++
				sc.progress(done, fills)
			}
		})
		if sc.what["fills"] == 0 {
			t.Skip("no disk was filled; see above")
		}
	}
}

// filling is a disk and the store on it.
type filling struct {
	sc     *score
	dice   *rand.Rand
	disk   *disk
	args   childArgs
	oracle *oracle
	acked  int64
	tail   []string
}

// once fills the disk under a writing child, takes one of the ways out, and looks.
func (f *filling) once(t *testing.T) (round string, v verdict, err error) {
	way := f.dice.IntN(3)
	leave := f.dice.Int64N(68 << 20)
	if f.dice.IntN(4) == 0 {
		leave = f.dice.Int64N(1 << 20)
	}
	f.args.patience = 1 << 30
	if way == 1 {
		f.args.patience = 10
	}
	round = fmt.Sprintf("%d KiB left, then %s", leave>>10, [...]string{"room again", "closed", "killed"}[way])
	wrong := func(format string, a ...any) { v.wrong = append(v.wrong, fmt.Sprintf(format, a...)) }
	p, err := start(f.args, f.acked)
	if err != nil {
		return round, v, err
	}
	defer func() { f.tail = p.tail }()
	defer p.kill()
	p.until(10*time.Second, func(acked int64, _ int) bool { return acked >= f.acked+2 })
	time.Sleep(time.Duration(f.dice.IntN(50)) * time.Millisecond)
	if err := f.disk.fill(leave); err != nil {
		return round, v, err
	}
	if !p.until(20*time.Second, func(_ int64, full int) bool { return full > 0 }) && !p.ended(0) {
		wrong("no refusal on a full disk")
	}
	at, _ := p.state()
	switch way {
	case 0:
		if err := f.disk.empty(); err != nil {
			return round, v, err
		}
		if !p.until(20*time.Second, func(acked int64, _ int) bool { return acked > at+1 }) && !p.ended(0) {
			wrong("it does not go on when there is room again")
		}
	case 1:
		if !p.ended(20 * time.Second) {
			wrong("it does not close on a full disk")
		}
	}
	died := p.ended(0) && !p.shut
	acked, problem := p.kill()
	if problem != "" {
		wrong("%s", problem)
	} else if died {
		f.sc.what["process ended"]++
		wrong("the process ended on a full disk")
	}
	gone, err := openKeys(f.args.keys)
	if err != nil {
		return round, v, err
	}
	opt := reads.Options{Dir: f.args.dir, Keys: gone, MinFree: fullMinFree}
	if way != 0 {
		s, err := reads.Open(t.Context(), opt)
		if err == nil {
			err = s.Close()
		}
		if err != nil && !errors.Is(err, reads.ErrNoSpace) {
			wrong("opened on a full disk: %v", err)
		}
		if err := f.disk.empty(); err != nil {
			return round, v, err
		}
	}
	found, err := examine(t.Context(), opt, f.oracle, acked, gone.gone)
	v.batch, v.lost, v.wrong = found.batch, found.lost, append(v.wrong, found.wrong...)
	f.acked = v.batch
	return round, v, err
}
