package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
)

// Options says how to verify.
type Options struct {
	Key    *manifest.Verifier // the key to expect; nil takes the one of the card
	Clock  func() time.Time
	MaxAge time.Duration // of checkpoints; 0 accepts any
	Photos bool          // read every photo, too
	// Progress, when not nil, is told the number of rows checked.
	Progress func(rows int64)
}

// Report is what was found. A feed is whole when Problems is empty.
type Report struct {
	Name     string
	Key      string
	Created  time.Time
	Lanes    []Lane
	Problems []string
	Notes    []string // what is no fault: a lane whose first publishing did not come to its end
}

// Lane is what was found of one lane.
type Lane struct {
	Lane      string
	SignedAt  time.Time
	Records   int64
	Segments  int64 // that count: not replaced
	Replaced  int64
	Tidied    int64 // of the replaced: not there any more, so that what replaced them is not compared with them
	Documents int64
	Rows      int64 // of the segments that count, without those taken back
	Photos    int64 // checked
}

// Feed verifies the feed in a bucket. What is wrong with the feed stands in the report; an
// error says that it could not be read: feed.ErrOffline, feed.ErrNotFound when there is no
// feed, or the context's.
func Feed(ctx context.Context, b bucket.Bucket, o Options) (*Report, error) {
	card, err := manifest.ReadCard(ctx, b)
	if errors.Is(err, feed.ErrNotFound) || hard(ctx, err) {
		return nil, err
	}
	r := &Report{}
	if err != nil {
		r.problem("%v", err)
		return r, nil
	}
	r.Name, r.Key, r.Created = card.Name, card.Key.String(), card.Created
	key := card.Key
	if o.Key != nil && !o.Key.Equal(key) {
		r.problem("%v: the card names the key %s, not the one expected", feed.ErrSignature, key)
		key = o.Key
	}
	names, err := lanes(ctx, b, r)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		w := &walk{ctx: ctx, b: b, o: o, r: r, lane: name, key: key}
		if err := w.run(); err != nil {
			return nil, err
		}
		r.Lanes = append(r.Lanes, w.out)
	}
	return r, nil
}

// hard tells an error that ends the walk from one that is a finding.
func hard(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, feed.ErrOffline))
}

const maxProblems = 1000

func (r *Report) problem(format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// lanes lists the lanes that a bucket has, in the order of their names.
func lanes(ctx context.Context, b bucket.Bucket, r *Report) ([]feed.Lane, error) {
	var out []feed.Lane
	last := ""
	for o, err := range b.List(ctx, "lanes/") {
		if err != nil {
			return nil, err
		}
		name, _, ok := strings.Cut(strings.TrimPrefix(o.Key, "lanes/"), "/")
		if !ok || name == last {
			continue
		}
		last = name
		lane, err := feed.ParseLane(name)
		if err != nil {
			r.problem("%v", err)
			continue
		}
		out = append(out, lane)
	}
	return out, nil
}
