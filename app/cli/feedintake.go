package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// intakeFlags say how files of cameras and vendors are read.
type intakeFlags struct {
	mapping, cameras, words, format, lane string
	collapse                              time.Duration
}

func (f *intakeFlags) flags(cmd *cobra.Command) {
	names := intake.Formats()
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = string(n)
	}
	cmd.Flags().StringVar(&f.lane, "lane", "", "lane of reads whose camera has none in the camera table, source.region")
	cmd.Flags().StringVar(&f.mapping, "map", "", "file of the column mapping of a CSV that is not the standard one")
	cmd.Flags().StringVar(&f.cameras, "cameras", "", "camera table, a CSV with camera_id,lon,lat,heading,source,lane")
	cmd.Flags().StringVar(&f.words, "words", "", "table of further states, makes, models and colours, a CSV with kind,word,becomes,make")
	cmd.Flags().StringVar(&f.format, "format", "", "format of the files (default: recognised): "+strings.Join(list, ", "))
}

// options reads the tables. Without a camera table a lane is needed.
func (f *intakeFlags) options(sh *shell) (intake.Options, error) {
	o := intake.Options{Format: intake.Format(f.format), Now: sh.env.Clock, Window: f.collapse}
	if f.collapse <= 0 {
		o.Window = -1
	}
	if f.format != "" && !slices.Contains(intake.Formats(), o.Format) {
		return o, usagef("%q is no format; use one of %v, or leave --format out", f.format, intake.Formats())
	}
	if f.lane == "" && f.cameras == "" {
		return o, usagef("no lane is named; say --lane source.region, or give a camera table with lanes")
	}
	var err error
	if f.lane != "" {
		if o.Lane, err = feed.ParseLane(f.lane); err != nil {
			return o, err
		}
	}
	if o.Words, err = intake.NewWords(); err != nil {
		return o, err
	}
	err = errors.Join(
		withInput(sh, f.mapping, func(r io.Reader) (err error) { o.Mapping, err = intake.LoadMapping(r); return err }),
		withInput(sh, f.cameras, func(r io.Reader) (err error) { o.Cameras, err = intake.LoadCameras(r); return err }),
		withInput(sh, f.words, o.Words.Extend),
	)
	return o, err
}

// withInput gives a file to read, where one is named.
func withInput(sh *shell, name string, read func(io.Reader) error) error {
	if name == "" {
		return nil
	}
	in, err := sh.input(name)
	if err != nil {
		return err
	}
	return at(name, errors.Join(read(in), in.Close()))
}

// publishRun publishes one file.
type publishRun struct {
	p            *publish.Publisher
	o            intake.Options
	photos, name string
	bad          *rejectsFile
	bar          *progress

	mu sync.Mutex // guards j, which several lanes add to
	j  *feedPublishJSON
}

// file reads the file once and gives each read to its lane's publisher. When anything fails,
// no lane publishes what waits, and the file can be published again.
func (x *publishRun) file(ctx context.Context) error {
	x.o.Reject = func(r intake.Reject) error { return x.bad.add(x.name, r.Item, "", r.Reason, r.Raw) }
	g, ctx := errgroup.WithContext(ctx)
	s, file, err := intake.OpenFile(ctx, x.name, x.o)
	if err != nil {
		return err
	}
	lanes := map[feed.Lane]chan intake.Taken{}
	g.Go(func() error {
		n := int64(0)
		for t, err := range s.Reads() {
			if err != nil {
				return err
			}
			if n++; n%4096 == 0 {
				x.bar.at(n)
			}
			c := lanes[t.Lane]
			if c == nil {
				c = make(chan intake.Taken, 64)
				lanes[t.Lane] = c
				g.Go(func() error { return x.lane(ctx, t.Lane, c) })
			}
			select {
			case c <- t:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for _, c := range lanes {
			close(c)
		}
		return nil
	})
	if err := errors.Join(g.Wait(), file.Close()); err != nil {
		return err
	}
	x.j.add(s.Report())
	return nil
}

// lane publishes the reads that come through c.
func (x *publishRun) lane(ctx context.Context, lane feed.Lane, c <-chan intake.Taken) error {
	var now intake.Taken
	r, err := x.p.Publish(ctx, publish.Batch{
		Lane: lane,
		Reads: func(yield func(*feed.Read, error) bool) {
			for {
				var more bool
				select {
				case now, more = <-c:
				case <-ctx.Done():
					yield(nil, ctx.Err())
					return
				}
				if !more || !yield(&now.Read, nil) {
					return
				}
			}
		},
		Picture: func(_ context.Context, _ *feed.Read, p feed.Picture) ([]byte, error) {
			if data, ok := now.Pictures[p.SHA256]; ok {
				return data, nil
			}
			if x.photos == "" {
				return nil, errors.New("the file names it only; give the folder of the photos with --photos")
			}
			return publish.PhotoFolder(x.photos, p)
		},
		Reject: func(r publish.Reject) error { return x.bad.add(x.name, 0, r.ID, r.Reason, "") },
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	j := x.j
	j.Rows, j.Duplicates, j.Photos, j.Bytes = j.Rows+r.Rows, j.Duplicates+r.Duplicates, j.Photos+r.Photos, j.Bytes+r.Bytes
	j.Records = append(j.Records, r.Records...)
	i := slices.IndexFunc(j.Lanes, func(l *feedLaneTookJSON) bool { return l.Lane == lane.String() })
	if i < 0 {
		i = len(j.Lanes)
		j.Lanes = append(j.Lanes, &feedLaneTookJSON{Lane: lane.String(), Records: []int64{}})
	}
	j.Lanes[i].Rows += r.Rows
	j.Lanes[i].Records = append(j.Lanes[i].Records, r.Records...)
	return err
}

// add takes the counts of one file in.
func (j *feedPublishJSON) add(r intake.Report) {
	j.Collapsed += r.Collapsed
	j.Redelivered += r.Redelivered
	j.Uncollapsed += r.Late + r.Hurried
	for _, m := range []struct {
		into *map[string]int64
		from map[string]int64
	}{{&j.Skipped, r.Skipped}, {&j.Notes, r.Notes}, {&j.LeftOut, r.PicturesLeftOut}, {&j.Unknown, r.Unknown}} {
		if *m.into == nil {
			*m.into = map[string]int64{}
		}
		for k, n := range m.from {
			(*m.into)[k] += n
		}
	}
}

// lanes sorts the lanes and names them all.
func (j *feedPublishJSON) lanes() {
	slices.SortFunc(j.Lanes, func(a, b *feedLaneTookJSON) int { return strings.Compare(a.Lane, b.Lane) })
	names := make([]string, len(j.Lanes))
	for i, l := range j.Lanes {
		names[i] = l.Lane
	}
	j.Lane = strings.Join(names, ",")
}

// oddities says what else became of the input, a line for each kind.
func oddities(j feedPublishJSON) string {
	var lines []string
	if j.Collapsed > 0 {
		lines = append(lines, countWords(j.Collapsed, "read went", "reads went")+" into another of the same vehicle at the same camera.")
	}
	if j.Redelivered > 0 {
		lines = append(lines, countWords(j.Redelivered, "read came", "reads came")+" again.")
	}
	if j.Uncollapsed > 0 {
		lines = append(lines, countWords(j.Uncollapsed, "read was", "reads were")+" too far out of order, or too many, to be collapsed; a file that is sorted by time is read better.")
	}
	return strings.Join(append(lines, tallies(j.Skipped, j.Notes, j.LeftOut, j.Unknown)...), "\n")
}

// tallies words the counts of a report: the most frequent of each kind.
func tallies(skipped, notes, leftOut, unknown map[string]int64) []string {
	var lines []string
	for _, m := range []struct {
		words string
		of    map[string]int64
	}{{"Passed over", skipped}, {"Notes", notes}, {"Pictures left out", leftOut}, {"Words that no table has", unknown}} {
		keys := make([]string, 0, len(m.of))
		for k := range m.of {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int {
			if m.of[a] != m.of[b] {
				return int(m.of[b] - m.of[a])
			}
			return strings.Compare(a, b)
		})
		for i, k := range keys[:min(len(keys), 12)] {
			keys[i] = fmt.Sprintf("%s (%d)", k, m.of[k])
		}
		if len(keys) > 12 {
			keys = append(keys[:12], "…")
		}
		if len(keys) > 0 {
			lines = append(lines, m.words+": "+strings.Join(keys, ", ")+".")
		}
	}
	return lines
}
