package live

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/segment"
	"cordon/engine/feed/serve"
)

// Options say how to publish. All but Window and Log are required.
type Options struct {
	Bucket bucket.Bucket
	Signer *manifest.Signer
	Clock  func() time.Time
	Parse  Parser
	// Window is how long a delivery is known again; default 24 h. A later one is left out by
	// the workstations, which know all ids of a lane.
	Window time.Duration
	Log    *slog.Logger // default: none
}

// Item is a read of a delivery.
type Item struct {
	Lane     feed.Lane
	Read     feed.Read
	Pictures map[feed.Digest][]byte // of Read.Pictures
}

// Parser turns a delivery into reads and counts those that cannot be understood. Errors match
// feed.ErrNotFound for a format that there is not and feed.ErrInvalid for a body that is not
// of it. It is called concurrently.
type Parser func(ctx context.Context, d serve.Delivery) (items []Item, rejected int, err error)

// Intake publishes deliveries. It is safe for concurrent use.
type Intake struct {
	o    Options
	seed maphash.Seed

	mu    sync.Mutex
	lanes map[feed.Lane]*lane
}

var _ serve.Sink = (*Intake)(nil)

// New makes an intake. Errors match feed.ErrInvalid.
func New(o Options) (*Intake, error) {
	if o.Bucket == nil || o.Signer == nil || o.Clock == nil || o.Parse == nil {
		return nil, fmt.Errorf("%w: an intake needs a bucket, the feed's key, a clock and a parser", feed.ErrInvalid)
	}
	if o.Window <= 0 {
		o.Window = 24 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Intake{o: o, seed: maphash.MakeSeed(), lanes: map[feed.Lane]*lane{}}, nil
}

// Read turns a delivery into reads of its lane, and puts their pictures into the bucket. A read
// of a camera that the table puts into another lane is rejected: a token is for one lane, and
// cannot take reads back.
func (i *Intake) Read(ctx context.Context, d serve.Delivery) ([]feed.Read, int, error) {
	taken, rejected, err := i.o.Parse(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	var out []feed.Read
	for _, t := range taken {
		if t.Lane != d.Lane || t.Read.Supersedes != "" || feed.CheckRead(&t.Read) != nil {
			rejected++
			continue
		}
		for sha, data := range t.Pictures {
			if err := i.picture(ctx, d.Lane, sha, data); err != nil {
				return nil, 0, err
			}
		}
		out = append(out, t.Read)
	}
	return out, rejected, nil
}

func (i *Intake) picture(ctx context.Context, l feed.Lane, sha feed.Digest, data []byte) error {
	err := i.o.Bucket.PutNew(ctx, l.PathPicture(sha), data)
	if errors.Is(err, bucket.ErrExists) {
		return nil
	}
	return err
}

// lane is what an intake knows of a lane. Its lock is held while it is published to.
type lane struct {
	mu   sync.Mutex
	log  *manifest.Log
	next int64 // records before it are known
	ids  map[uint64]idSeen
	cut  time.Time // when old ids were forgotten last
}

// idSeen is when an id came, and a hash of what the read says.
type idSeen struct {
	at   time.Time
	what uint64
}

func (i *Intake) lane(l feed.Lane) *lane {
	i.mu.Lock()
	defer i.mu.Unlock()
	s := i.lanes[l]
	if s == nil {
		s = &lane{log: manifest.Open(i.o.Bucket, l, i.o.Signer, i.o.Clock, manifest.Seen{}), ids: map[uint64]idSeen{}}
		i.lanes[l] = s
	}
	return s
}

// Publish appends reads to a lane, one segment an ISO week. Reads whose ids the lane has are left
// out; of one id with two contents the first counts.
func (i *Intake) Publish(ctx context.Context, l feed.Lane, reads []feed.Read) error {
	s := i.lane(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	i.expire(s)
	weeks := map[string][]*feed.Read{}
	for k := range reads {
		w := feed.PeriodOf(reads[k].Time)
		weeks[w] = append(weeks[w], &reads[k])
	}
	for _, rows := range weeks {
		if err := i.week(ctx, l, s, rows); err != nil {
			return err
		}
	}
	return nil
}

func (i *Intake) week(ctx context.Context, l feed.Lane, s *lane, rows []*feed.Read) error {
	for {
		if err := i.learn(ctx, l, s); err != nil {
			return err
		}
		fresh := i.unseen(l, s, rows)
		if len(fresh) == 0 {
			return nil
		}
		r, err := i.write(ctx, l, fresh)
		if err != nil {
			return err
		}
		n, err := s.log.Append(ctx, r)
		if errors.Is(err, manifest.ErrBehind) { // somebody's record is before ours now: it may have these ids
			continue
		}
		if err != nil {
			return err
		}
		for _, row := range fresh {
			s.ids[i.hash(row.ID)] = idSeen{r.At, i.contents(row)}
		}
		s.next = n + 1
		return nil
	}
}

// write puts a segment into the bucket; its record makes it count.
func (i *Intake) write(ctx context.Context, l feed.Lane, rows []*feed.Read) (*feed.Record, error) {
	slices.SortFunc(rows, func(a, b *feed.Read) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	var file bytes.Buffer
	r, err := segment.Write(&file, func(yield func(*feed.Read, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	r.At = i.o.Clock().UTC().Truncate(time.Millisecond)
	return r, i.o.Bucket.Put(ctx, l.PathFile(r), &file)
}

// unseen returns the rows whose ids are new, each once.
func (i *Intake) unseen(l feed.Lane, s *lane, rows []*feed.Read) []*feed.Read {
	var out []*feed.Read
	here := map[uint64]bool{}
	differ := 0
	for _, row := range rows {
		h := i.hash(row.ID)
		old, known := s.ids[h]
		switch {
		case known && old.what != i.contents(row):
			differ++
		case !known && !here[h]:
			here[h] = true
			out = append(out, row)
		}
	}
	if differ > 0 {
		i.o.Log.Warn("reads with known ids say something else and are left out", "lane", l.String(), "reads", differ)
	}
	return out
}

// learn takes in the ids of the records that the lane's log has and this intake does not know
// yet. Compacted segments hold nothing new.
func (i *Intake) learn(ctx context.Context, l feed.Lane, s *lane) error {
	// Append may pass over records too, so that what Sync returns is not all that is new.
	if _, err := s.log.Sync(ctx); err != nil {
		return err
	}
	seen := s.log.Seen()
	if seen.Size == s.next {
		return nil
	}
	f := &manifest.Follower{Source: i.o.Bucket, Verifier: i.o.Signer.Verifier(), Clock: i.o.Clock}
	records, err := f.Records(ctx, l, seen, s.next)
	if err != nil {
		return err
	}
	since := i.o.Clock().Add(-i.o.Window)
	for _, r := range records {
		if !r.IsDocument() && len(r.Replaces) == 0 && r.At.After(since) {
			if err := i.learnRows(ctx, l, s, r); err != nil {
				return err
			}
		}
		s.next++
	}
	return nil
}

// expire forgets ids older than the window, now and then.
func (i *Intake) expire(s *lane) {
	now := i.o.Clock()
	if now.Sub(s.cut) < i.o.Window/24 {
		return
	}
	s.cut = now
	for h, v := range s.ids {
		if now.Sub(v.at) > i.o.Window {
			delete(s.ids, h)
		}
	}
}

// hash of an id. With 10 million ids a chance of 1 in 10^12 that a new one is taken for one of
// them; its key is this process's, so that nobody can choose ids that collide.
func (i *Intake) hash(id string) uint64 { return maphash.String(i.seed, id) }

// contents is a hash of what a read says: plate, when and where.
func (i *Intake) contents(r *feed.Read) uint64 {
	return maphash.String(i.seed, fmt.Sprintf("%s|%s|%d|%.7f|%.7f|%s", r.Plate, r.State, r.Time.UnixMilli(), r.Pos[0], r.Pos[1], r.Camera))
}
