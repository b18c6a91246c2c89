package manifest

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// take creates a claim. When the answer to that is lost, the claim itself says who won.
func (l *Log) take(ctx context.Context, path string, data []byte) error {
	err := l.store.PutNew(ctx, path, data)
	if err == nil {
		return nil
	}
	there, look := l.store.Get(ctx, path, maxClaim)
	switch {
	case look == nil && bytes.Equal(there, data):
		return nil
	case look == nil:
		return fmt.Errorf("%w: record %d of lane %s", ErrBehind, l.tree.N, l.lane)
	}
	return err
}

// settle brings bundles, tiles and the checkpoint up to the claims, and goes on while others
// claim. The checkpoint is written last, and looked after: a publisher that was slower may
// have written over a newer one.
func (l *Log) settle(ctx context.Context) error {
	for l.tree.N > l.base.N || l.signed.Size < l.tree.N {
		if err := l.writeTiles(ctx); err != nil {
			return err
		}
		if err := l.writeCheckpoint(ctx); err != nil {
			return err
		}
		if err := l.claims(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) writeTiles(ctx context.Context) error {
	if l.tree.N == l.base.N {
		return nil
	}
	if err := l.writeBundles(ctx); err != nil {
		return err
	}
	r := l.hashes(ctx)
	kept := newTiles(ctx, l.store, l.lane)
	for _, t := range tlog.NewTiles(height, l.base.N, l.tree.N) {
		data, err := tlog.ReadTileData(t, r)
		if err != nil {
			return err
		}
		if err := l.store.Put(ctx, l.lane.PathTile(tilePath(t)), bytes.NewReader(data)); err != nil {
			return err
		}
		kept.have[tilePath(t)] = data
	}
	l.base, l.fresh, l.leaves, l.edge = l.tree, map[int64]tlog.Hash{}, nil, kept
	return nil
}

func (l *Log) writeBundles(ctx context.Context) error {
	next := 0 // of l.leaves
	for b := l.base.N / width; b <= (l.tree.N-1)/width; b++ {
		var data []byte
		if first := b * width; first < l.base.N {
			old, err := newTiles(ctx, l.store, l.lane).leaves(l.base, first, l.base.N)
			if err != nil {
				return err
			}
			for _, leaf := range old {
				data = appendEntry(data, leaf)
			}
		}
		for i := max(b*width, l.base.N); i < min(l.tree.N, (b+1)*width); i++ {
			data = appendEntry(data, l.leaves[next])
			next++
		}
		if err := l.store.Put(ctx, l.lane.PathTile(tilePath(bundleOf(b, l.tree.N))), bytes.NewReader(data)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) writeCheckpoint(ctx context.Context) error {
	signed, err := l.signer.signCheckpoint(l.lane, l.tree, l.clock())
	if err != nil {
		return err
	}
	if err := l.store.Put(ctx, l.lane.PathCheckpoint(), bytes.NewReader(signed)); err != nil {
		return err
	}
	l.signed, err = l.signer.ver.openCheckpoint(l.lane, signed)
	return err
}

// Refresh signs the checkpoint anew when it is older than age, so that clients see that the
// lane is alive; a lane without one gets its first. It completes what killed publishers left,
// and names no records: the next Sync does.
func (l *Log) Refresh(ctx context.Context, age time.Duration) error {
	if err := l.read(ctx); err != nil {
		return err
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	if l.signed.Note != "" && l.clock().Sub(l.signed.SignedAt) < age {
		return nil
	}
	if err := l.writeCheckpoint(ctx); err != nil {
		return err
	}
	if err := l.claims(ctx); err != nil {
		return err
	}
	return l.settle(ctx)
}
