package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/tlog"
)

// CheckClaims proves that each record of a log that was seen has its claim, that the claim
// is signed, holds the record and continues the log, and that no claim behind them waits to
// be completed. Errors match feed.ErrGap, feed.ErrSubstituted, feed.ErrSignature or are the
// source's.
func CheckClaims(ctx context.Context, src Source, v *Verifier, lane feed.Lane, seen Seen) error {
	t := newTiles(ctx, src, lane)
	leaves, err := t.leaves(seen.tree(), 0, seen.Size)
	if err != nil {
		return err
	}
	hashes := t.of(seen.tree())
	for n := int64(0); n <= seen.Size; n++ {
		data, err := src.Get(ctx, lane.PathClaim(n), maxClaim)
		if errors.Is(err, feed.ErrNotFound) && n == seen.Size {
			return nil
		}
		if errors.Is(err, feed.ErrNotFound) {
			return fmt.Errorf("%w: the claim of record %d is missing", feed.ErrGap, n)
		}
		if err != nil {
			return err
		}
		if n == seen.Size {
			return fmt.Errorf("%w: record %d is claimed and not in the log yet; run a publisher to complete it", feed.ErrGap, n)
		}
		c, err := openClaim(v, lane, data)
		if err != nil {
			return fmt.Errorf("the claim of record %d: %w", n, err)
		}
		root, err := tlog.TreeHash(n+1, hashes)
		if err != nil {
			return err
		}
		if c.Size != n+1 || tlog.Hash(c.Root) != root || !bytes.Equal(c.leaf, leaves[n]) {
			return fmt.Errorf("%w: the claim of record %d is of another log", feed.ErrSubstituted, n)
		}
	}
	return nil
}
