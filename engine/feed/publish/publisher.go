package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
)

// Options says what a Publisher works with.
type Options struct {
	Bucket bucket.Bucket
	Signer *manifest.Signer
	Clock  func() time.Time
	// Memory keeps the newest log of each lane that this publisher has seen, outside the
	// bucket, so that a bucket that was put back to an older state is refused and not forked.
	// It may be nil.
	Memory Memory
	// SegmentRows is the most rows that are held in memory and written as one segment; 0 is
	// 500,000, about 250 MB.
	SegmentRows int
}

// Memory keeps what a publisher has seen of its lanes.
type Memory interface {
	Load(lane feed.Lane) (manifest.Seen, error)
	Save(lane feed.Lane, seen manifest.Seen) error
}

const (
	defaultRows = 500_000
	maxGone     = 400 // ids that one record takes back: its leaf has 64 KiB
)

// Publisher writes to one feed. It may be used concurrently; work on one lane is done in
// turns.
type Publisher struct {
	o     Options
	mu    sync.Mutex
	lanes map[feed.Lane]*lane
}

// New returns a publisher; nothing is read yet.
func New(o Options) *Publisher {
	if o.SegmentRows <= 0 {
		o.SegmentRows = defaultRows
	}
	return &Publisher{o: o, lanes: map[feed.Lane]*lane{}}
}

// Batch is what one call publishes.
type Batch struct {
	Lane feed.Lane
	// Reads are taken in any order; an error ends the call.
	Reads iter.Seq2[*feed.Read, error]
	// Picture returns the bytes of a read's photo; nil when no read has any.
	Picture func(ctx context.Context, r *feed.Read, p feed.Picture) ([]byte, error)
	// Reject is told of each read that is not taken; its error ends the call. nil only counts.
	Reject func(Reject) error
}

// Reject is a read that was not taken.
type Reject struct {
	ID     string
	Reason string
}

// Report says what a call did.
type Report struct {
	Rows       int64   // published
	Duplicates int64   // left out: the lane has them, or had them and took them back
	Rejects    int64   // not taken
	Photos     int64   // written, or there already
	Records    []int64 // numbers of the records appended
	Bytes      int64   // of segments
}

// Publish publishes reads of one lane. Reads that a feed cannot carry ([feed.CheckRead]) or
// whose photos are not what they should be are rejected, as are reads whose id the lane has
// with other content; those that it has with the same content are left out. For this it
// looks at all segments of the lane in the ISO weeks of the new reads: a read whose id
// stands in another week is not found here; a workstation's store finds it and counts it as
// a conflict. Reads with Supersedes take the read back that they correct.
//
// After an error what Report counts is published, and the call can be repeated with the same
// reads.
func (p *Publisher) Publish(ctx context.Context, b Batch) (Report, error) {
	if b.Lane == feed.Control {
		return Report{}, fmt.Errorf("%w: the lane %s holds documents, not reads", feed.ErrInvalid, b.Lane)
	}
	var r Report
	err := p.on(ctx, b.Lane, func(l *lane) error {
		j := &job{p: p, l: l, b: b, report: &r, weeks: map[string][]feed.Read{}, own: map[idKey]uint64{}, buf: make([]byte, 0, 512)}
		for d, err := range b.Reads {
			if err != nil {
				return err
			}
			if err := j.add(ctx, d); err != nil {
				return err
			}
		}
		return j.finish(ctx)
	})
	return r, err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Refresh signs the lane's checkpoint anew when it is older than age, after completing what
// killed publishers left.
func (p *Publisher) Refresh(ctx context.Context, name feed.Lane, age time.Duration) error {
	return p.on(ctx, name, func(l *lane) error { return l.log.Refresh(ctx, age) })
}

// on does work on a lane in turn. After an error what is known of the lane is forgotten: the
// next call reads it anew.
func (p *Publisher) on(ctx context.Context, name feed.Lane, work func(*lane) error) error {
	p.mu.Lock()
	l := p.lanes[name]
	if l == nil {
		l = &lane{p: p, name: name}
		p.lanes[name] = l
	}
	p.mu.Unlock()
	l.turn.Lock()
	defer l.turn.Unlock()
	err := l.open(ctx)
	if err == nil {
		err = work(l)
	}
	if err == nil {
		err = l.remember()
	}
	if err != nil {
		l.log = nil
	}
	return err
}

// lane is what a publisher knows of one lane.
type lane struct {
	p    *Publisher
	name feed.Lane
	turn sync.Mutex

	log      *manifest.Log
	records  []*feed.Record
	replaced map[int64]bool
	gone     map[string]bool
	known    map[string]*index // by ISO week
	used     []string          // weeks in the order of their use
}

// open syncs the lane once.
func (l *lane) open(ctx context.Context) error {
	if l.log != nil {
		return nil
	}
	var seen manifest.Seen
	if m := l.p.o.Memory; m != nil {
		var err error
		if seen, err = m.Load(l.name); err != nil {
			return err
		}
	}
	l.log = manifest.Open(l.p.o.Bucket, l.name, l.p.o.Signer, l.p.o.Clock, seen)
	l.records, l.replaced, l.gone, l.known, l.used = nil, map[int64]bool{}, map[string]bool{}, map[string]*index{}, nil
	_, err := l.sync(ctx)
	return err
}

// sync takes the records in that others appended and returns the first one's number.
func (l *lane) sync(ctx context.Context) (int64, error) {
	first := int64(len(l.records))
	news, err := l.log.Sync(ctx)
	if err != nil {
		return first, err
	}
	for _, r := range news {
		l.take(r)
	}
	return first, nil
}

func (l *lane) take(r *feed.Record) {
	l.records = append(l.records, r)
	for _, n := range r.Replaces {
		l.replaced[n] = true
	}
	for _, id := range r.Gone {
		l.gone[id] = true
	}
}

// append makes r the next record. Before it tries again behind another publisher, again may
// look at the records from number first on, and change r or give up.
func (l *lane) append(ctx context.Context, r *feed.Record, again func(first int64) error) (int64, error) {
	for {
		r.At = l.p.o.Clock().UTC().Truncate(time.Millisecond)
		n, err := l.log.Append(ctx, r)
		if err == nil && n == int64(len(l.records)) {
			l.take(r)
			return n, nil
		}
		if err == nil {
			return n, fmt.Errorf("%w: record %d of lane %s stands elsewhere than expected", feed.ErrFork, n, l.name)
		}
		if !errors.Is(err, manifest.ErrBehind) {
			return 0, err
		}
		first, err := l.sync(ctx)
		if err != nil {
			return 0, err
		}
		if err := again(first); err != nil {
			return 0, err
		}
	}
}

func (l *lane) remember() error {
	if m := l.p.o.Memory; m != nil {
		return m.Save(l.name, l.log.Seen())
	}
	return nil
}
