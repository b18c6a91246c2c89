package reads

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// Badger keys: 'b' + block number, 'c' + edit number, both big-endian; "h" the head.
var headKey = []byte("h")

func blockKey(n uint64) []byte { return binary.BigEndian.AppendUint64([]byte{'b'}, n) }
func editKey(n uint64) []byte  { return binary.BigEndian.AppendUint64([]byte{'c'}, n) }

func get(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if err != nil {
		return nil, err
	}
	return item.ValueCopy(nil)
}

// loadCatalog replays the chain of edits.
func (s *Store) loadCatalog(ctx context.Context) (*catalog, error) {
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	damaged := func(problem string) error { return &DamageError{Block: "catalogue", Problem: problem} }
	head, err := s.getSealed(ctx, txn, headKey)
	if errors.Is(err, badger.ErrKeyNotFound) {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{'c'}})
		defer it.Close()
		if it.Rewind(); it.Valid() {
			return nil, damaged("its head is missing")
		}
		if err := s.checkMark(ctx, 0); err != nil {
			return nil, err
		}
		return &catalog{next: 1, first: 1, groups: map[groupKey][]*run{}}, nil
	}
	if err != nil {
		return nil, err
	}
	r := wireReader{src: head}
	first, last := r.uint(), r.uint()
	if r.bad || first == 0 || first > last {
		return nil, damaged("its head does not decode")
	}
	if err := s.checkMark(ctx, last); err != nil {
		return nil, err
	}
	c := &catalog{seq: first - 1, first: first}
	for n := first; n <= last; n++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		raw, err := s.getSealed(ctx, txn, editKey(n))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil, damaged(editName(n) + " is missing" + editHolds)
		}
		if err != nil {
			return nil, err
		}
		e, ok := decodeEdit(raw)
		if !ok {
			return nil, damaged(editName(n) + " does not decode" + editHolds)
		}
		if c, _, ok = c.apply(e); !ok {
			return nil, damaged(editName(n) + " does not apply")
		}
	}
	return c, nil
}

// getSealed reads and opens a value sealed with the store's key.
func (s *Store) getSealed(ctx context.Context, txn *badger.Txn, key []byte) ([]byte, error) {
	raw, err := get(txn, key)
	if err != nil {
		return nil, err
	}
	plain, problem, err := s.seal.open(ctx, StoreKey, key, raw)
	if problem != "" {
		return nil, &DamageError{Block: "catalogue", Problem: catalogPart(key) + ": " + problem, Newer: newer(raw)}
	}
	if errors.Is(err, ErrKeyLost) {
		return nil, &DamageError{Block: "catalogue", Problem: err.Error()}
	}
	return plain, err
}

// editHolds says what is lost with an edit.
const editHolds = "; without it, it is not known which blocks, batches and words there are"

func editName(n uint64) string { return fmt.Sprintf("edit %d", n) }

// catalogPart names a value of the catalogue by its key.
func catalogPart(key []byte) string {
	if len(key) == 9 && key[0] == 'c' {
		return editName(binary.BigEndian.Uint64(key[1:]))
	}
	return "its head"
}

// commitError says that a commit failed on its way to the disk: whether it is there, only
// the next Open can tell. Its blocks must stay until then.
type commitError struct{ err error }

func (e *commitError) Error() string { return "commit: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

// commit makes e durable and visible. Edits of an append and of a merge may be made in any
// order: an append only adds, a merge takes away runs that it alone may take away.
func (s *Store) commit(ctx context.Context, e *edit) error {
	s.committing.Lock()
	defer s.committing.Unlock()
	cur := s.latest.catalog // changes only here
	e.next = s.nextBlock.Load()
	next, removed, ok := cur.apply(e)
	if !ok {
		return &DamageError{Block: "catalogue", Problem: "a change does not apply"}
	}
	var stale []uint64 // edits that a fold replaces
	body := e
	if next.seq-next.first >= uint64(s.opt.tune.maxEdits) {
		for n := next.first; n < next.seq; n++ {
			stale = append(stale, n)
		}
		body, next.first = next.snapshot(), next.seq
	}
	key := editKey(next.seq)
	value, err := s.seal.seal(ctx, StoreKey, key, body.encode())
	if err != nil {
		return err
	}
	head, err := s.seal.seal(ctx, StoreKey, headKey,
		binary.AppendUvarint(binary.AppendUvarint(nil, next.first), next.seq))
	if err != nil {
		return err
	}
	if err := s.room(int64(len(value))); err != nil {
		return err
	}
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	err = errors.Join(txn.Set(key, value), txn.Set(headKey, head))
	for _, n := range stale {
		err = errors.Join(err, txn.Delete(editKey(n)))
	}
	if err != nil {
		return err
	}
	s.opt.tune.step("commit")
	if err := txn.Commit(); err != nil {
		return &commitError{err}
	}
	s.opt.tune.step("committed")
	v := &version{catalog: next, snap: s.snapshot()}
	s.mu.Lock()
	s.latest.next, s.latest.dead = v, removed
	s.latest = v
	s.retire()
	s.mu.Unlock()
	s.words.committed(len(next.words))
	s.points.committed(len(next.points))
	s.writeMark(ctx, next.seq)
	return nil
}

// reap deletes blocks that no version holds any more. What it leaves, because of an error
// or a kill, the next Open sweeps.
func (s *Store) reap() error {
	s.mu.Lock()
	dead := s.dead
	s.dead = nil
	s.mu.Unlock()
	if len(dead) == 0 {
		return nil
	}
	s.cache.drop(dead)
	return s.deleteBlocks(dead)
}

func (s *Store) deleteBlocks(numbers []uint64) error {
	const perTxn = 4096
	for len(numbers) > 0 {
		txn := s.db.NewTransaction(true)
		n := min(perTxn, len(numbers))
		for _, b := range numbers[:n] {
			if err := txn.Delete(blockKey(b)); err != nil {
				txn.Discard()
				return err
			}
		}
		if err := txn.Commit(); err != nil {
			return err
		}
		numbers = numbers[n:]
	}
	return nil
}

// sweep removes blocks that the catalogue does not list: what a kill left behind.
func (s *Store) sweep(ctx context.Context, c *catalog) error {
	listed := make(map[uint64]struct{}, c.state.Blocks)
	for _, runs := range c.groups {
		for _, r := range runs {
			for _, b := range r.blocks {
				listed[b.number] = struct{}{}
			}
		}
	}
	var stray []uint64
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{'b'}})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		k := it.Item().Key()
		if len(k) != 9 {
			continue
		}
		n := binary.BigEndian.Uint64(k[1:])
		if _, ok := listed[n]; ok {
			delete(listed, n)
			continue
		}
		stray = append(stray, n)
	}
	if len(listed) > 0 {
		s.opt.Log("reads: blocks are missing; run a check")
	}
	if len(stray) > 0 {
		s.opt.Log("reads: removing what an interrupted import left behind")
		return s.deleteBlocks(stray)
	}
	return nil
}
