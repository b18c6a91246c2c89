package reads

import (
	"context"

	"github.com/dgraph-io/badger/v4"
)

// view is what one query works on: a catalogue version and a read transaction in which
// all its blocks exist. It is for one goroutine.
type view struct {
	*version
	s    *Store
	ctx  context.Context
	snap *snapshot
}

// snapshot is a read transaction that views share: to begin one, Badger waits for commits
// on their way to the disk, which a query must not. refs is guarded by Store.mu.
type snapshot struct {
	txn  *badger.Txn
	refs int
}

// snapshot begins a read transaction, for one user.
func (s *Store) snapshot() *snapshot { return &snapshot{s.db.NewTransaction(false), 1} }

// drop ends one use. It expects Store.mu, or that nobody else uses the store.
func (n *snapshot) drop() {
	if n.refs--; n.refs == 0 {
		n.txn.Discard()
	}
}

func (s *Store) view(ctx context.Context) (*view, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	return s.take(ctx), nil
}

// viewAsWriter is view for a caller inside enter, for the keeper, and for Open.
func (s *Store) viewAsWriter(ctx context.Context) *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take(ctx)
}

// take expects s.mu.
func (s *Store) take(ctx context.Context) *view {
	v := s.latest
	v.refs++
	v.snap.refs++
	s.users.Add(1)
	return &view{v, s, ctx, v.snap}
}

func (v *view) close() {
	v.s.mu.Lock()
	v.snap.drop()
	v.refs--
	v.s.retire()
	v.s.mu.Unlock()
	v.s.users.Done()
}

// retire hands on the dead blocks of versions that nobody uses. It expects s.mu.
func (s *Store) retire() {
	for s.oldest != s.latest && s.oldest.refs == 0 {
		s.dead = append(s.dead, s.oldest.dead...)
		s.oldest.snap.drop()
		s.oldest = s.oldest.next
	}
}

// renew gives the latest version a new read transaction, so that Badger may forget what
// was deleted since the last commit.
func (s *Store) renew() {
	n := s.snapshot()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest.snap.drop()
	s.latest.snap = n
}
