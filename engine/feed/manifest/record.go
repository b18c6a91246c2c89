package manifest

import (
	"context"
	"fmt"

	"cordon/engine/feed"
)

// Record returns one record of a log that was seen.
func (f *Follower) Record(ctx context.Context, lane feed.Lane, seen Seen, n int64) (*feed.Record, error) {
	if n < 0 || n >= seen.Size {
		return nil, fmt.Errorf("%w: record %d of a log of %d", feed.ErrInvalid, n, seen.Size)
	}
	records, err := newTiles(ctx, f.Source, lane).records(seen.tree(), n, n+1)
	if err != nil {
		return nil, err
	}
	return records[0], nil
}
