//go:build unix

package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"cordon/engine/internal/reads"
	"cordon/engine/internal/scale"
)

const lane = "bench"

func phase(ctx context.Context, o options, w world) error {
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return err
	}
	switch o.phase {
	case "load":
		return load(ctx, o, w)
	case "query":
		return query(ctx, o, w)
	case "live":
		return live(ctx, o, w)
	case "peerload":
		return peerLoad(ctx, w)
	case "peerquery":
		return peerQuery(ctx, o, w)
	}
	return fmt.Errorf("-phase: %q is not known", o.phase)
}

func complain(m string) { fmt.Fprintln(os.Stderr, m) }

// load appends what the store does not have. Progress is saved with every batch, so that
// the seconds of an interrupted load count.
func load(ctx context.Context, o options, w world) error {
	var r scale.LoadReport
	if err := read(w, "loading", &r); err != nil {
		return err
	}
	before := r
	begin, rows := time.Now(), scale.New(w.Options)
	sampler := scale.StartSampler()
	s, err := scale.OpenStore(ctx, filepath.Join(w.dir, "store"), o.cache, complain)
	if err != nil {
		return err
	}
	defer s.Close()
	note := func() {
		r.Seconds = before.Seconds + time.Since(begin).Seconds()
		r.CPUSeconds = before.CPUSeconds + cpuSeconds()
		r.Rows = s.State().Rows
	}
	r.Tries++
	shown := time.Now()
	for s.State().Rows < w.Rows {
		from := s.State().Rows
		if _, err := s.Append(ctx, reads.Batch{Lane: lane, Origin: "benchscale"}, rows.Rows(from, from+o.batch), nil); err != nil {
			return err
		}
		note()
		if err := save(w, "loading", r); err != nil {
			return err
		}
		if time.Since(shown) > 5*time.Second {
			shown = time.Now()
			fmt.Fprintf(os.Stderr, "  %5.1f %%, %.0f rows/s, %d blocks, load average %s\n", 100*float64(r.Rows)/float64(w.Rows), float64(r.Rows)/r.Seconds, s.State().Blocks, scale.LoadAverage())
		}
	}
	if err := s.Settle(ctx); err != nil {
		return err
	}
	note() // merging belongs to the load
	if err := s.Close(); err != nil {
		return err
	}
	r.Bytes, r.Disk, r.Usage = s.State().Bytes, diskBytes(filepath.Join(w.dir, "store")), sampler.Stop()
	return save(w, "load", r)
}

func query(ctx context.Context, o options, w world) error {
	sampler := scale.StartSampler()
	begin := time.Now()
	s, err := scale.OpenStore(ctx, filepath.Join(w.dir, "store"), o.cache, complain)
	if err != nil {
		return err
	}
	defer s.Close()
	r := scale.QueryReport{OpenMs: float64(time.Since(begin)) / 1e6, When: time.Now().UTC()}
	if err := s.Settle(ctx); err != nil {
		return err
	}
	r.Rows = s.State().Rows
	if r.Timings, err = ask(ctx, scale.Effort{Rounds: o.rounds, Budget: 30 * time.Second}, w, s); err != nil {
		return err
	}
	r.Usage = sampler.Stop()
	return save(w, "query", r)
}

func ask(ctx context.Context, e scale.Effort, w world, s scale.Subject) ([]scale.Timing, error) {
	classes, err := scale.New(w.Options).Classes()
	if err != nil {
		return nil, err
	}
	return scale.Measure(ctx, s, classes, e, func(t scale.Timing) {
		fmt.Fprintf(os.Stderr, "  %s %8d matches: warm %9.3f / %9.3f ms, cold %9.3f / %9.3f ms, load average %s\n", t.Class, t.Matches, t.Warm50, t.Warm99, t.Cold50, t.Cold99, scale.LoadAverage())
	})
}

func live(ctx context.Context, o options, w world) error {
	s, err := scale.OpenStore(ctx, filepath.Join(w.dir, "store"), o.cache, complain)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Settle(ctx); err != nil {
		return err
	}
	rows := scale.New(w.Options)
	classes, err := rows.Classes()
	if err != nil {
		return err
	}
	r, err := rows.Live(ctx, s, classes[0], scale.LiveOptions{PerSecond: 5000, Batch: 1000, Idle: o.live / 2, For: o.live, Pause: time.Millisecond})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "  %+v\n", r)
	return save(w, "live", r)
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func diskBytes(dir string) (sum int64) {
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok { // mapped files are sparse
			sum += st.Blocks * 512
			return nil
		}
		sum += info.Size()
		return nil
	})
	return sum
}
