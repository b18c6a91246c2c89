//go:build unix

// Command benchscale builds worlds of detections, asks them the query classes of the
// benchmark, and writes the tables and the plot of docs/performance.md. Every phase of a
// world is a process of its own and leaves a file of figures; what is there already is not
// done again, and a load that was interrupted goes on where it stopped.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"cordon/engine/internal/scale"
)

type options struct {
	rows     string
	dir      string
	docs     string
	phase    string
	profile  string
	seed     uint64
	batch    int64
	cache    int64
	rounds   int
	peer     int64
	distinct int64
	live     time.Duration
	fresh    bool
}

func main() {
	var o options
	flag.StringVar(&o.rows, "rows", "1000000", "sizes of the worlds, with commas")
	flag.StringVar(&o.dir, "dir", "out/scale", "where the worlds and their figures lie")
	flag.StringVar(&o.docs, "docs", "docs", "folder of performance.md; empty: only print")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the worlds")
	flag.Int64Var(&o.batch, "batch", 1<<20, "rows an append while loading")
	flag.Int64Var(&o.cache, "cache", 256<<20, "bytes of the decoded-block cache; 0: the default of the product, a share of the memory")
	flag.IntVar(&o.rounds, "rounds", 15, "warm runs an instance")
	flag.Int64Var(&o.peer, "peer", 10_000_000, "also measure the naive layout up to so many rows")
	flag.Int64Var(&o.distinct, "distinct", 0, "also a world of so many rows where no two points are equal")
	flag.DurationVar(&o.live, "live", 20*time.Second, "how long rows arrive while G1 is asked; 0: not at all")
	flag.BoolVar(&o.fresh, "fresh", false, "ask again although the figures are there; worlds are kept")
	flag.StringVar(&o.profile, "profile", "", "folder for a processor profile of each phase")
	flag.StringVar(&o.phase, "phase", "", "internal: the phase to run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchscale:", err)
		os.Exit(1)
	}
}

// world is one world of the run and the folder of its figures.
type world struct {
	scale.Options
	dir string
}

func run(ctx context.Context, o options) error {
	var worlds []world
	add := func(n int64, distinct bool) {
		name := strconv.FormatInt(n, 10)
		if distinct {
			name += "-distinct"
		}
		worlds = append(worlds, world{scale.Options{Rows: n, Seed: o.seed, Distinct: distinct}, filepath.Join(o.dir, name)})
	}
	for f := range strings.SplitSeq(o.rows, ",") {
		if f == "" && o.distinct > 0 {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(f), 10, 64)
		if err != nil || n < 1 {
			return fmt.Errorf("-rows: %q is not a number of rows", f)
		}
		add(n, false)
	}
	if o.distinct > 0 {
		add(o.distinct, true)
	}
	if o.phase != "" {
		w := worlds[len(worlds)-1]
		return o.profiled(w, func() error { return phase(ctx, o, w) })
	}
	for _, w := range worlds {
		if err := o.phases(ctx, w); err != nil {
			return err
		}
	}
	return write(o)
}

// phases runs the phases of a world that are not done.
func (o options) phases(ctx context.Context, w world) error {
	list := []string{"load", "query"}
	if w.Rows <= o.peer && !w.Distinct {
		list = append(list, "peerload", "peerquery")
	}
	if o.live > 0 {
		list = append(list, "live") // last: it adds rows
	}
	for _, name := range list {
		if _, err := os.Stat(figures(w, name)); err == nil && (!o.fresh || strings.HasSuffix(name, "load")) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s: %s (load average %s)\n", filepath.Base(w.dir), name, scale.LoadAverage())
		args := []string{
			"-phase=" + name, "-dir=" + o.dir, fmt.Sprintf("-seed=%d", o.seed), fmt.Sprintf("-batch=%d", o.batch),
			fmt.Sprintf("-cache=%d", o.cache), fmt.Sprintf("-rounds=%d", o.rounds), "-live=" + o.live.String(),
			"-profile=" + o.profile,
		}
		if w.Distinct {
			args = append(args, "-rows=", fmt.Sprintf("-distinct=%d", w.Rows))
		} else {
			args = append(args, fmt.Sprintf("-rows=%d", w.Rows))
		}
		cmd := exec.CommandContext(ctx, os.Args[0], args...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), "GOMEMLIMIT=1500MiB")
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %s: %w", w.dir, name, err)
		}
	}
	return nil
}

// profiled does what a phase does, and writes its profile where one is wanted.
func (o options) profiled(w world, do func() error) error {
	if o.profile == "" {
		return do()
	}
	f, err := os.Create(filepath.Join(o.profile, filepath.Base(w.dir)+"-"+o.phase+".pprof"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

func figures(w world, phase string) string { return filepath.Join(w.dir, phase+".json") }

func save(w world, phase string, v any) error {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	tmp := figures(w, phase) + ".tmp"
	return errors.Join(os.WriteFile(tmp, data, 0o600), os.Rename(tmp, figures(w, phase)))
}

func read(w world, phase string, v any) error {
	data, err := os.ReadFile(figures(w, phase))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// write makes the page and the plot from all figures in the folder.
func write(o options) error {
	var list []scale.Report
	for _, distinct := range []bool{false, true} {
		for n := int64(1000); n <= 1e10; n *= 10 {
			name := strconv.FormatInt(n, 10)
			if distinct {
				name += "-distinct"
			}
			w := world{scale.Options{}, filepath.Join(o.dir, name)}
			r := scale.Report{Rows: n, Distinct: distinct}
			err := errors.Join(read(w, "load", &r.Load), read(w, "query", &r.Query), read(w, "live", &r.Live), read(w, "peerload", &r.PeerLoad), read(w, "peerquery", &r.PeerQuery))
			if err != nil {
				return err
			}
			if err := agree(r.Query, r.PeerQuery); err != nil {
				return err
			}
			if r.Query != nil {
				list = append(list, r)
			}
		}
	}
	classes, err := scale.New(scale.Options{Rows: 1000, Seed: o.seed}).Classes()
	if err != nil {
		return err
	}
	var text, plot strings.Builder
	scale.Markdown(&text, classes, list, machine())
	fmt.Println(text.String())
	if o.docs == "" {
		return nil
	}
	page, err := os.ReadFile(filepath.Join(o.docs, "performance.md"))
	if err != nil {
		return err
	}
	scale.Plot(&plot, classes, list)
	text.WriteString("\n![p50 by rows](images/scale.svg)\n\n")
	return errors.Join(
		os.WriteFile(filepath.Join(o.docs, "performance.md"), []byte(scale.Between(string(page), text.String())), 0o644),
		os.WriteFile(filepath.Join(o.docs, "images", "scale.svg"), []byte(plot.String()), 0o644),
	)
}

// agree compares how many rows the store and the peer found.
func agree(own, peer *scale.QueryReport) error {
	if own == nil || peer == nil {
		return nil
	}
	for i, t := range own.Timings {
		if i < len(peer.Timings) && t.Sum != peer.Timings[i].Sum {
			return fmt.Errorf("%s of %d rows: the store finds %d, the peer %d", t.Class, own.Rows, t.Sum, peer.Timings[i].Sum)
		}
	}
	return nil
}

func machine() string {
	cpu := "unknown processor"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(data), "model name\t: "); ok {
			cpu, _, _ = strings.Cut(rest, "\n")
		}
	}
	return fmt.Sprintf("Made by `make bench-scale` on %s, %d cores of %s, %s", time.Now().UTC().Format("2006-01-02"), runtime.NumCPU(), strings.TrimSpace(cpu), runtime.GOOS)
}
