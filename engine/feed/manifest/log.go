package manifest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"

	"golang.org/x/mod/sumdb/tlog"
)

// Store is what a publisher needs of a bucket.
type Store interface {
	Source
	Put(ctx context.Context, key string, body io.Reader) error
	PutNew(ctx context.Context, key string, body []byte) error
}

// Log is a publisher's hold on one lane's log. It is not safe for concurrent use; any number
// of publishers, in one process or several, may have a Log of one lane.
type Log struct {
	store  Store
	lane   feed.Lane
	signer *Signer
	clock  func() time.Time

	tree   tlog.Tree           // proved up to here: the claims
	fresh  map[int64]tlog.Hash // stored hashes beyond base
	leaves [][]byte            // leaves beyond base
	base   tlog.Tree           // its tiles and bundles are in the bucket
	edge   *tiles              // tiles of base that were read or written, to save reading
	signed Seen                // the checkpoint in the bucket, as last read or written
	known  bool                // Sync has run
	named  int64               // records that the caller knows of
}

var _ Store = bucket.Bucket(nil)

// Open returns a publisher's hold on a lane's log; nothing is read yet. seen is the newest
// log that this publisher remembers, or zero: a bucket that was put back to an older state
// is then refused instead of forked.
func Open(store Store, lane feed.Lane, signer *Signer, clock func() time.Time, seen Seen) *Log {
	empty, _ := tlog.TreeHash(0, nil) // reads nothing
	l := &Log{store: store, lane: lane, signer: signer, clock: clock, tree: tlog.Tree{Hash: empty}, signed: Seen{Root: feed.Digest(empty)}}
	if seen.Size > 0 {
		l.tree = seen.tree()
	}
	return l
}

// Seen returns the log as this publisher knows it.
func (l *Log) Seen() Seen {
	return Seen{Size: l.tree.N, Root: feed.Digest(l.tree.Hash), SignedAt: l.signed.SignedAt, Note: l.signed.Note}
}

// Sync reads what others appended, completes what killed publishers left half done, and
// returns the records that are new to the caller: all at first, later those that neither
// Sync nor Append has named. Errors are those of [Follower.Follow].
func (l *Log) Sync(ctx context.Context) ([]*feed.Record, error) {
	if err := l.read(ctx); err != nil {
		return nil, err
	}
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	records, err := newTiles(ctx, l.store, l.lane).records(l.tree, l.named, l.tree.N)
	if err != nil {
		return nil, err
	}
	l.known, l.named = true, l.tree.N
	return records, nil
}

// read takes the bucket's checkpoint and the claims behind it in.
func (l *Log) read(ctx context.Context) error {
	f := &Follower{Source: l.store, Verifier: l.signer.ver}
	newest := l.Seen()
	signed, err := l.store.Get(ctx, l.lane.PathCheckpoint(), maxNote)
	switch {
	case errors.Is(err, feed.ErrNotFound) && l.tree.N == 0: // a new lane
	case errors.Is(err, feed.ErrNotFound):
		return fmt.Errorf("%w: the checkpoint of lane %s is gone", feed.ErrRollback, l.lane)
	case err != nil:
		return err
	default:
		if l.signed, err = l.signer.ver.openCheckpoint(l.lane, signed); err != nil {
			return err
		}
		if newest, err = f.continues(ctx, l.lane, newest, l.signed); err != nil {
			return err
		}
	}
	if !l.known || newest.Size > l.tree.N { // the tiles of what others signed are there
		l.tree = newest.tree()
		l.base, l.fresh, l.leaves = l.tree, map[int64]tlog.Hash{}, nil
		l.edge = newTiles(ctx, l.store, l.lane)
	}
	return l.claims(ctx)
}

// claims takes the claims in that follow the tree: of publishers that are at work, or were
// killed.
func (l *Log) claims(ctx context.Context) error {
	for {
		data, err := l.store.Get(ctx, l.lane.PathClaim(l.tree.N), maxClaim)
		if errors.Is(err, feed.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		c, err := openClaim(l.signer.ver, l.lane, data)
		if err != nil {
			return err
		}
		tree, hashes, err := l.grown(ctx, c.leaf)
		if err != nil {
			return err
		}
		if c.Size != tree.N || c.Root != feed.Digest(tree.Hash) {
			return fmt.Errorf("%w: the claim of record %d of lane %s does not continue its log", feed.ErrFork, l.tree.N, l.lane)
		}
		l.grow(tree, hashes, c.leaf)
	}
}

// hashes reads stored hashes of the tree: those beyond base from memory, others proved.
func (l *Log) hashes(ctx context.Context) tlog.HashReader {
	l.edge.ctx = ctx
	inner := l.edge.of(l.base)
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		var missing []int64
		var at []int
		for i, x := range indexes {
			h, ok := l.fresh[x]
			if !ok {
				missing, at = append(missing, x), append(at, i)
			}
			out[i] = h
		}
		if len(missing) > 0 {
			got, err := inner.ReadHashes(missing)
			if err != nil {
				return nil, err
			}
			for k, i := range at {
				out[i] = got[k]
			}
		}
		return out, nil
	})
}

// grown returns the tree with one more leaf, and the stored hashes that it adds.
func (l *Log) grown(ctx context.Context, leaf []byte) (tlog.Tree, map[int64]tlog.Hash, error) {
	r := l.hashes(ctx)
	list, err := tlog.StoredHashes(l.tree.N, leaf, r)
	if err != nil {
		return tlog.Tree{}, nil, err
	}
	added := map[int64]tlog.Hash{}
	first := tlog.StoredHashIndex(0, l.tree.N)
	for i, h := range list {
		added[first+int64(i)] = h
	}
	both := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			h, ok := added[x]
			if !ok {
				one, err := r.ReadHashes([]int64{x})
				if err != nil {
					return nil, err
				}
				h = one[0]
			}
			out[i] = h
		}
		return out, nil
	})
	root, err := tlog.TreeHash(l.tree.N+1, both)
	return tlog.Tree{N: l.tree.N + 1, Hash: root}, added, err
}

func (l *Log) grow(tree tlog.Tree, hashes map[int64]tlog.Hash, leaf []byte) {
	for x, h := range hashes {
		l.fresh[x] = h
	}
	l.tree, l.leaves = tree, append(l.leaves, leaf)
}

// Append makes r the log's next record and returns its number. ErrBehind: another publisher
// took that number; Sync and decide again. After any other error r may stand in the log all
// the same: the next Sync says. A record whose leaf is over 65,535 bytes matches
// feed.ErrInvalid.
func (l *Log) Append(ctx context.Context, r *feed.Record) (int64, error) {
	if !l.known {
		return 0, fmt.Errorf("%w: Append before Sync", feed.ErrInvalid)
	}
	if l.named != l.tree.N { // the last Append completed records of others behind its own
		return 0, fmt.Errorf("%w: record %d of lane %s", ErrBehind, l.named, l.lane)
	}
	leaf, err := r.Encode()
	if err != nil {
		return 0, fmt.Errorf("%w: record: %w", feed.ErrInvalid, err)
	}
	if _, err := feed.DecodeRecord(leaf); err != nil {
		return 0, err
	}
	if len(leaf) > maxLeaf || l.tree.N >= maxRecords {
		return 0, fmt.Errorf("%w: a record of %d bytes, more than %d, or a full log", feed.ErrInvalid, len(leaf), maxLeaf)
	}
	tree, hashes, err := l.grown(ctx, leaf)
	if err != nil {
		return 0, err
	}
	signed, err := l.signer.signCheckpoint(l.lane, tree, l.clock())
	if err != nil {
		return 0, err
	}
	if err := l.take(ctx, l.lane.PathClaim(l.tree.N), encodeClaim(leaf, signed)); err != nil {
		return 0, err
	}
	number := l.tree.N
	l.grow(tree, hashes, leaf)
	l.named = l.tree.N
	return number, l.settle(ctx)
}
