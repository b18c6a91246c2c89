package engine

import (
	"context"
	"errors"

	"cordon/engine/feed"

	"golang.org/x/sync/errgroup"
)

// aheadAtOnce is of how many reads photos are fetched ahead at a time.
const aheadAtOnce = 3

// PhotosAhead fetches the photos of rows of an open answer into the sealed cache, so that they are
// there when they are looked at. Rows whose photos do not come from a feed are passed over.
// Nothing is handed out and nothing recorded. It ends with the context, with the session, and when
// the answer is released. A photo that cannot be had is no error: looking at it tells why; where
// the feed cannot be reached the rest is left. Errors: ErrSession, ErrNotFound for an answer that
// is closed or a row that is not in it, feed.ErrOffline, the context's.
func (s *Session) PhotosAhead(ctx context.Context, entry int64, refs []DetectionRef) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(aheadAtOnce)
	for _, ref := range refs {
		if each.Err() != nil {
			break
		}
		group.Go(func() error { return s.photoAhead(each, entry, ref) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// photoAhead fetches the photos of one row. Its error ends the fetching of others.
func (s *Session) photoAhead(ctx context.Context, entry int64, ref DetectionRef) error {
	r, _, err := s.openRow(entry, ref)
	if err == nil {
		err = s.stillOpen()
	}
	if err != nil || s.e.o.Photos[r.provider] != nil || !isFeedOrigin(r.provider) {
		return err
	}
	_, err = s.e.feedPhotos.photos(ctx, r.provider, r.Lane, r.Detection)
	if errors.Is(err, feed.ErrOffline) || ctx.Err() != nil {
		return err
	}
	return nil
}
