package live

import (
	"context"
	"errors"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

// refreshAge is the age from which a checkpoint is signed anew, so that workstations can tell a
// quiet lane from a feed that somebody holds back.
const refreshAge = 10 * time.Minute

// Tend keeps a lane in order: a checkpoint that is old is signed anew.
func (i *Intake) Tend(ctx context.Context, l feed.Lane) error {
	f := &manifest.Follower{Source: i.o.Bucket, Verifier: i.o.Signer.Verifier(), Clock: i.o.Clock}
	now, err := f.Check(ctx, l, manifest.Seen{})
	if errors.Is(err, feed.ErrNotFound) { // nothing was published yet
		return nil
	}
	if err != nil {
		return err
	}
	if i.o.Clock().Sub(now.SignedAt) < refreshAge {
		return nil
	}
	s := i.lane(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Refresh(ctx, refreshAge)
}
