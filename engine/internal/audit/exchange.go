package audit

import (
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// What leaves the workstation for a witness outside (U-4).

// Consistency proves that the log of size grew out of the one of size old (RFC 6962), which
// is at least 1.
func (l *Log) Consistency(old, size int64) (tlog.TreeProof, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old < 1 || old > size || size > l.state.head.tree.N {
		return nil, fmt.Errorf("%w: sizes %d and %d", ErrNoEntry, old, size)
	}
	return tlog.ProveTree(size, old, reader(&l.state.hashes))
}

// Frames reads entries from index from on and before to as they are stored, whole and at most
// limit bytes, but at least one. next is the index behind the last.
func (l *Log) Frames(from, to, limit int64) (data []byte, next int64, err error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, 0, os.ErrClosed
	}
	n := l.state.head.tree.N
	if from < 0 || from >= to || to > n {
		l.mu.Unlock()
		return nil, 0, fmt.Errorf("%w: %d to %d", ErrNoEntry, from, to-1)
	}
	end := func(i int64) int64 { // of entry i
		if i+1 < n {
			return l.state.offsets[i+1]
		}
		return l.state.head.bytes
	}
	start := l.state.offsets[from]
	for next = from + 1; next < to && end(next)-start <= limit; next++ {
	}
	length, f := end(next-1)-start, l.entries
	l.mu.Unlock()
	data = make([]byte, length)
	if _, err := f.ReadAt(data, start); err != nil {
		return nil, 0, fmt.Errorf("%w: entries from %d: %w", ErrDamaged, from, err)
	}
	return data, next, nil
}

// ReadFrame checks the frame at the start of data, which must be entry index, as far as that
// goes without the workstation's key. It returns the entry's leaf in the tree and the length
// of the frame. Errors match ErrDamaged.
func ReadFrame(data []byte, index int64) (leaf tlog.Hash, length int64, err error) {
	p, err := parseFrame(data, index)
	if err != nil {
		return tlog.Hash{}, 0, err
	}
	return p.hash, p.size, nil
}
