package manifest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"
)

// Source is where a log is read from: a bucket, or a server in front of one. Get returns an
// object of at most limit bytes; errors match feed.ErrNotFound and feed.ErrOffline.
type Source interface {
	Get(ctx context.Context, path string, limit int64) ([]byte, error)
}

const (
	height    = 8 // of tiles, as C2SP tlog-tiles has it
	width     = 1 << height
	maxLeaf   = 1<<16 - 1 // bytes of one record
	maxBundle = width * (2 + maxLeaf)
	parallel  = 4 // files read at once
)

// tilePath is a tile's path after C2SP tlog-tiles; level -1 are the entry bundles.
func tilePath(t tlog.Tile) string {
	if t.L == -1 {
		return "tile/entries/" + strings.TrimPrefix(t.Path(), "tile/8/data/")
	}
	return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/")
}

// getTile reads a tile or a bundle. Who publishes may remove partial tiles once the full
// one is there; then it is cut.
func getTile(ctx context.Context, src Source, lane feed.Lane, t tlog.Tile) ([]byte, error) {
	limit := int64(width * tlog.HashSize)
	if t.L == -1 {
		limit = maxBundle
	}
	data, err := src.Get(ctx, lane.PathTile(tilePath(t)), limit)
	if errors.Is(err, feed.ErrNotFound) && t.W < width {
		whole := t
		whole.W = width
		data, err = src.Get(ctx, lane.PathTile(tilePath(whole)), limit)
	}
	if errors.Is(err, feed.ErrNotFound) {
		return nil, fmt.Errorf("%w: %s of lane %s is missing", feed.ErrGap, tilePath(t), lane)
	}
	if err != nil {
		return nil, err
	}
	if t.L >= 0 {
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%w: %s of lane %s is too short", feed.ErrSubstituted, tilePath(t), lane)
		}
		data = data[:t.W*tlog.HashSize]
	}
	return data, nil
}

// tiles reads hashes of one tree, each proved against the tree's root. It is for one call:
// it keeps the context, and what it has read.
type tiles struct {
	ctx  context.Context
	src  Source
	lane feed.Lane

	mu    sync.Mutex
	have  map[string][]byte
	fault error // why a tile could not be had
}

func newTiles(ctx context.Context, src Source, lane feed.Lane) *tiles {
	return &tiles{ctx: ctx, src: src, lane: lane, have: map[string][]byte{}}
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	var g errgroup.Group
	g.SetLimit(parallel)
	for i, tile := range list {
		g.Go(func() error {
			path := tilePath(tile)
			t.mu.Lock()
			data, ok := t.have[path]
			t.mu.Unlock()
			if !ok {
				var err error
				if data, err = getTile(t.ctx, t.src, t.lane, tile); err != nil {
					return err
				}
			}
			out[i] = data
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.fault = err
		return nil, err
	}
	return out, nil
}

// SaveTiles is called with tiles that were proved.
func (t *tiles) SaveTiles(list []tlog.Tile, data [][]byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, tile := range list {
		t.have[tilePath(tile)] = data[i]
	}
}

// of returns the reader of one tree's hashes, whose errors match feed.ErrGap,
// feed.ErrSubstituted or are the source's.
func (t *tiles) of(tree tlog.Tree) tlog.HashReader {
	inner := tlog.TileHashReader(tree, t)
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		t.fault = nil
		hashes, err := inner.ReadHashes(indexes)
		switch {
		case err == nil:
			return hashes, nil
		case t.fault != nil:
			return nil, t.fault
		}
		return nil, fmt.Errorf("%w: lane %s: %w", feed.ErrSubstituted, t.lane, err)
	})
}

// bundleOf is the bundle with the last entries of a log of n records.
func bundleOf(bundle, n int64) tlog.Tile {
	return tlog.Tile{H: height, L: -1, N: bundle, W: int(min(width, n-bundle*width))}
}

// appendEntry adds an entry to a bundle.
func appendEntry(bundle, leaf []byte) []byte {
	return append(binary.BigEndian.AppendUint16(bundle, uint16(len(leaf))), leaf...)
}

// cutEntry takes the first entry from a bundle.
func cutEntry(bundle []byte) (leaf, rest []byte, ok bool) {
	if len(bundle) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < 2+n {
		return nil, nil, false
	}
	return bundle[2 : 2+n], bundle[2+n:], true
}

// leaves returns the leaves [from, to) of a tree, each proved.
func (t *tiles) leaves(tree tlog.Tree, from, to int64) ([][]byte, error) {
	if from >= to {
		return nil, nil
	}
	indexes := make([]int64, 0, to-from)
	for i := from; i < to; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	hashes, err := t.of(tree).ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, to-from)
	g, ctx := errgroup.WithContext(t.ctx)
	g.SetLimit(parallel)
	for b := from / width; b <= (to-1)/width; b++ {
		g.Go(func() error {
			data, err := getTile(ctx, t.src, t.lane, bundleOf(b, tree.N))
			if err != nil {
				return err
			}
			for i := b * width; i < min(to, (b+1)*width); i++ {
				leaf, rest, ok := cutEntry(data)
				if !ok || i >= from && tlog.RecordHash(leaf) != hashes[i-from] {
					return fmt.Errorf("%w: record %d of lane %s", feed.ErrSubstituted, i, t.lane)
				}
				if i >= from {
					out[i-from] = leaf
				}
				data = rest
			}
			return nil
		})
	}
	return out, g.Wait()
}

// records returns the records [from, to) of a tree, each proved.
func (t *tiles) records(tree tlog.Tree, from, to int64) ([]*feed.Record, error) {
	leaves, err := t.leaves(tree, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]*feed.Record, len(leaves))
	for i, leaf := range leaves {
		if out[i], err = feed.DecodeRecord(leaf); err != nil {
			return nil, fmt.Errorf("record %d of lane %s: %w", from+int64(i), t.lane, err)
		}
	}
	return out, nil
}
