package manifest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/tlog"
)

// Follower is the client's side of a feed's logs. It holds no state; the caller keeps a
// [Seen] a lane.
type Follower struct {
	Source   Source
	Verifier *Verifier
	Clock    func() time.Time
	// MaxAge is the age from which a checkpoint is stale; 0 accepts any.
	MaxAge time.Duration
}

// maxSkew is how far ahead of the client's clock a checkpoint may be signed.
const maxSkew = time.Hour

// Follow reads a lane's checkpoint, proves that its log continues the one that was seen
// last, and returns the records since: number last.Size and up. The caller keeps the new
// Seen once it has the records; [Follower.Records] gives them again.
//
// On an error nothing is returned. It matches feed.ErrSignature (another key, another
// lane), feed.ErrRollback, feed.ErrFork, feed.ErrGap, feed.ErrSubstituted, feed.ErrStale,
// feed.ErrNotFound (no such lane, or no right to it), feed.ErrOffline or feed.ErrInvalid.
func (f *Follower) Follow(ctx context.Context, lane feed.Lane, last Seen) ([]*feed.Record, Seen, error) {
	now, err := f.Check(ctx, lane, last)
	if err != nil {
		return nil, Seen{}, err
	}
	records, err := newTiles(ctx, f.Source, lane).records(now.tree(), last.Size, now.Size)
	if err != nil {
		return nil, Seen{}, err
	}
	return records, now, nil
}

// Check is Follow without the records.
func (f *Follower) Check(ctx context.Context, lane feed.Lane, last Seen) (Seen, error) {
	signed, err := f.Source.Get(ctx, lane.PathCheckpoint(), maxNote)
	if err != nil {
		return Seen{}, err
	}
	now, err := f.Verifier.openCheckpoint(lane, signed)
	if err != nil {
		return Seen{}, err
	}
	if now, err = f.continues(ctx, lane, last, now); err != nil {
		return Seen{}, err
	}
	return now, f.fresh(lane, now.SignedAt)
}

// Records returns the records from number from up to a log that was seen.
func (f *Follower) Records(ctx context.Context, lane feed.Lane, seen Seen, from int64) ([]*feed.Record, error) {
	if from < 0 || from > seen.Size {
		return nil, fmt.Errorf("%w: record %d of a log of %d", feed.ErrInvalid, from, seen.Size)
	}
	return newTiles(ctx, f.Source, lane).records(seen.tree(), from, seen.Size)
}

// continues proves that now is the log of last with more records. It returns what is to be
// kept: last with a new date where the checkpoint is only late.
func (f *Follower) continues(ctx context.Context, lane feed.Lane, last, now Seen) (Seen, error) {
	t := newTiles(ctx, f.Source, lane)
	fork := fmt.Errorf("%w: the log of lane %s with %d records is not the one seen with %d", feed.ErrFork, lane, now.Size, last.Size)
	switch {
	case last.Size == 0:
		return now, nil
	case now.Size == last.Size:
		if now.Root != last.Root {
			return Seen{}, fork
		}
		return now, nil
	case now.Size < last.Size:
		return f.late(ctx, lane, last, now, fork)
	}
	proof, err := tlog.ProveTree(now.Size, last.Size, t.of(now.tree()))
	if err != nil {
		return Seen{}, err
	}
	if tlog.CheckTree(proof, now.Size, tlog.Hash(now.Root), last.Size, tlog.Hash(last.Root)) != nil {
		return Seen{}, fork
	}
	return now, nil
}

// late tells a log that was rolled back from a checkpoint that a slower publisher wrote
// over a newer one: in the second case the claim of the last record that was seen is there.
func (f *Follower) late(ctx context.Context, lane feed.Lane, last, now Seen, fork error) (Seen, error) {
	data, err := f.Source.Get(ctx, lane.PathClaim(last.Size-1), maxClaim)
	if errors.Is(err, feed.ErrNotFound) {
		return Seen{}, fmt.Errorf("%w: lane %s has %d records and had %d", feed.ErrRollback, lane, now.Size, last.Size)
	}
	if err != nil {
		return Seen{}, err
	}
	c, err := openClaim(f.Verifier, lane, data)
	if err != nil {
		return Seen{}, err
	}
	if c.Size != last.Size || c.Root != last.Root {
		return Seen{}, fork
	}
	if now.SignedAt.After(last.SignedAt) {
		last.SignedAt = now.SignedAt
	}
	return last, nil
}

func (f *Follower) fresh(lane feed.Lane, at time.Time) error {
	if f.MaxAge <= 0 {
		return nil
	}
	switch age := f.Clock().Sub(at); {
	case age > f.MaxAge:
		return fmt.Errorf("%w: lane %s was last signed at %s", feed.ErrStale, lane, at.Format(time.RFC3339))
	case age < -maxSkew:
		return fmt.Errorf("%w: lane %s is signed for %s, which is ahead of this computer's clock", feed.ErrStale, lane, at.Format(time.RFC3339))
	}
	return nil
}
