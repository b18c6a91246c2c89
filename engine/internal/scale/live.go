package scale

import (
	"context"
	"iter"
	"time"

	"golang.org/x/sync/errgroup"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
)

// LiveOptions say how rows arrive while a class is asked.
type LiveOptions struct {
	PerSecond int           // rows
	Batch     int           // rows an append
	Idle, For time.Duration // how long to ask without and with rows arriving
	Pause     time.Duration // between two questions
}

// LiveReport is what the class took with and without rows arriving, in milliseconds.
type LiveReport struct {
	Idle50, Idle99, Live50, Live99, LiveMax float64
	Asked                                   int
	Rows                                    int64
	PerSecond                               float64 // rows that were stored
	SlowestAppend                           float64
	Load                                    string
}

// Live asks the plans of a class one after another, first alone, then while rows of another
// seed arrive at the end of the year. Every other plan asks about the newest week, where the
// rows land.
func (w *World) Live(ctx context.Context, s *Store, c Class, opt LiveOptions) (LiveReport, error) {
	var out LiveReport
	plans := append([]reads.Plan(nil), c.Plans...)
	for i := 0; i < len(plans); i += 2 {
		span := plans[i].Windows[0][0]
		to := w.End()
		plans[i].Windows = [][]detection.Window{{{From: to.Add(span.From.Sub(span.To)), To: to}}}
	}
	ask := func(ctx context.Context, limit time.Duration) (took []time.Duration, err error) {
		for end := time.Now().Add(limit); time.Now().Before(end) && ctx.Err() == nil; {
			for _, p := range plans {
				begin := time.Now()
				if _, _, err = s.Ask(ctx, p); err != nil {
					return took, err
				}
				took = append(took, time.Since(begin))
				time.Sleep(opt.Pause)
			}
		}
		return took, ctx.Err()
	}
	if _, err := ask(ctx, time.Second); err != nil {
		return out, err
	}
	idle, err := ask(ctx, opt.Idle)
	if err != nil {
		return out, err
	}
	var live []time.Duration
	begin := time.Now()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		live, err = ask(gctx, opt.For)
		return err
	})
	g.Go(func() error {
		var err error
		out.Rows, out.SlowestAppend, err = w.arrive(gctx, s, begin, opt)
		return err
	})
	if err := g.Wait(); err != nil {
		return out, err
	}
	out.Asked, out.Load, out.PerSecond = len(live), LoadAverage(), float64(out.Rows)/time.Since(begin).Seconds()
	out.Idle50, out.Idle99 = percentile(idle, 50), percentile(idle, 99)
	out.Live50, out.Live99, out.LiveMax = percentile(live, 50), percentile(live, 99), percentile(live, 100)
	return out, nil
}

// arrive appends rows at the rate asked for until the time is over.
func (w *World) arrive(ctx context.Context, s *Store, begin time.Time, opt LiveOptions) (rows int64, slowest float64, err error) {
	src := New(Options{Rows: 1 << 40, Seed: w.opt.Seed + 1})
	src.vehicles = w.vehicles
	first := int64(0)
	for _, l := range s.State().Lanes {
		if l.Lane == "live" {
			first = l.Rows
		}
	}
	every := time.Second * time.Duration(opt.Batch) / time.Duration(opt.PerSecond)
	for n := time.Duration(0); time.Since(begin) < opt.For && ctx.Err() == nil; n++ {
		time.Sleep(time.Until(begin.Add(n * every)))
		at := time.Now()
		info, err := s.Append(ctx, reads.Batch{Lane: "live", Origin: "scale"}, newest(src.Rows(first+rows, first+rows+int64(opt.Batch)), w.End(), time.Since(begin)), nil)
		if err != nil {
			return rows, slowest, err
		}
		slowest = max(slowest, float64(time.Since(at))/1e6)
		rows += info.Rows
	}
	return rows, slowest, nil
}

// newest moves rows to the last hour before end.
func newest(rows iter.Seq2[detection.Detection, error], end time.Time, since time.Duration) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for d, err := range rows {
			d.Time = end.Add(since%time.Minute - 2*time.Minute).Truncate(time.Millisecond)
			if !yield(d, err) {
				return
			}
		}
	}
}
