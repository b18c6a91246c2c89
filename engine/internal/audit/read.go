package audit

import (
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// Head returns the size and root of what is acknowledged.
func (l *Log) Head() tlog.Tree {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.head.tree
}

// Key returns the verifier key of the log's checkpoints in note's text form.
func (l *Log) Key() string { return l.signer.(signer).verifierKey() }

// Root returns the root that the log had at a size.
func (l *Log) Root(size int64) (tlog.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size < 0 || size > l.state.head.tree.N {
		return tlog.Hash{}, fmt.Errorf("%w: size %d", ErrNoEntry, size)
	}
	return l.state.treeRoot(size)
}

// Entry reads one entry from disk, checks it against the tree and opens it.
func (l *Log) Entry(index int64) (Entry, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return Entry{}, os.ErrClosed
	}
	if index < 0 || index >= l.state.head.tree.N {
		l.mu.Unlock()
		return Entry{}, fmt.Errorf("%w: %d", ErrNoEntry, index)
	}
	start, end := l.state.offsets[index], l.state.head.bytes
	if index+1 < l.state.size() {
		end = l.state.offsets[index+1]
	}
	leaf := l.state.hashes[tlog.StoredHashIndex(0, index)]
	f := l.entries
	l.mu.Unlock()

	data := make([]byte, end-start)
	if _, err := f.ReadAt(data, start); err != nil {
		return Entry{}, fmt.Errorf("%w: entry %d: %w", ErrDamaged, index, err)
	}
	if len(data) < headerLen || headerLen+int64(binary.BigEndian.Uint32(data[1:]))+int64(binary.BigEndian.Uint32(data[5:])) != int64(len(data)) {
		return Entry{}, fmt.Errorf("%w: entry %d has changed", ErrDamaged, index)
	}
	p, err := parseFrame(data, index)
	if err != nil {
		return Entry{}, err
	}
	if p.hash != leaf {
		return Entry{}, fmt.Errorf("%w: entry %d has changed", ErrDamaged, index)
	}
	return l.codec.open(p)
}

// Inclusion proves that the entry is under the root of a size (RFC 6962).
func (l *Log) Inclusion(size, index int64) (tlog.RecordProof, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size > l.state.head.tree.N || index < 0 || index >= size {
		return nil, fmt.Errorf("%w: %d of %d", ErrNoEntry, index, size)
	}
	return tlog.ProveRecord(size, index, reader(&l.state.hashes))
}
