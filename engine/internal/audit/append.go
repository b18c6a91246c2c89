package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Append records an event and returns when it is on disk. Appends that wait at the same time
// share one commit. An error matches ErrWrite: then nothing was recorded, or nobody can know.
func (l *Log) Append(ctx context.Context, e Event) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	r := &request{event: e}
	l.queueMu.Lock()
	l.queue = append(l.queue, r)
	l.queueMu.Unlock()

	l.mu.Lock()
	defer l.mu.Unlock()
	if !r.done { // nobody has committed it while this call waited: commit all that wait
		l.queueMu.Lock()
		all := l.queue
		l.queue = nil
		l.queueMu.Unlock()
		l.commit(all)
	}
	return r.receipt, r.err
}

func (l *Log) commit(all []*request) {
	finish := func(err error) {
		for _, r := range all {
			if r.done = true; r.err == nil && err != nil {
				r.err, r.receipt = err, Receipt{}
			}
		}
	}
	if err := l.usable(); err != nil {
		finish(err)
		return
	}
	s := &l.state
	before := *s // slices are only appended to, so their old lengths are a snapshot
	var buf []byte
	for _, r := range all {
		at := l.o.Clock().UTC().Truncate(10 * time.Millisecond)
		frame, leaf, err := l.codec.frame(s.size(), at, r.event)
		if err == nil {
			r.receipt = Receipt{s.size(), at, leaf}
			err = s.add(s.size(), leaf, int64(len(frame)))
		}
		if err != nil { // this event alone cannot be recorded
			r.err, r.receipt = fmt.Errorf("%w: %w", ErrWrite, err), Receipt{}
			continue
		}
		buf = append(buf, frame...)
	}
	root, err := s.treeRoot(s.size())
	if err != nil {
		*s = before
		finish(fmt.Errorf("%w: %w", ErrWrite, err))
		return
	}
	if err := l.write(l.entries, buf, before.end); err != nil {
		*s = before
		finish(err)
		return
	}
	h := s.head
	h.tree, h.bytes = tlog.Tree{N: s.size(), Hash: root}, s.end
	finish(l.writeHead(h))
}

// usable reports why nothing can be appended, if so.
func (l *Log) usable() error {
	if l.closed {
		return fmt.Errorf("%w: %w", ErrWrite, os.ErrClosed)
	}
	return l.broken
}

// write appends data at off and syncs. When the write fails, as on a full disk, it is undone
// and the log stays usable. After a failed sync or undo nobody knows what is on disk.
func (l *Log) write(f File, data []byte, off int64) error {
	if _, err := f.WriteAt(data, off); err != nil {
		err = fmt.Errorf("%w: %w", ErrWrite, err)
		if undo := f.Truncate(off); undo != nil {
			l.broken = errors.Join(err, undo)
		}
		return err
	}
	if err := f.Sync(); err != nil {
		l.broken = fmt.Errorf("%w: %w", ErrWrite, err)
		return l.broken
	}
	return nil
}

// Checkpoint signs the log's size and root, keeps and returns the signed note. Without new
// entries it returns the last one.
func (l *Log) Checkpoint() (string, tlog.Tree, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.checkpoint()
}

func (l *Log) checkpoint() (string, tlog.Tree, error) {
	s := &l.state
	if s.lastPoint != "" && l.checked == s.head.tree.N {
		return s.lastPoint, s.head.tree, nil
	}
	if err := l.usable(); err != nil {
		return "", tlog.Tree{}, err
	}
	msg, err := note.Sign(&note.Note{Text: checkpointText(l.o.Origin, s.head.tree)}, l.signer)
	if err != nil {
		return "", tlog.Tree{}, fmt.Errorf("%w: sign checkpoint: %w", ErrWrite, err)
	}
	if err := l.write(l.points, msg, s.pointsEnd); err != nil {
		return "", tlog.Tree{}, err
	}
	h := s.head
	h.points++
	h.chain = link(h.chain, msg)
	s.pointsEnd += int64(len(msg))
	if err := l.writeHead(h); err != nil {
		return "", tlog.Tree{}, err
	}
	s.lastPoint, l.checked = string(msg), s.head.tree.N
	return s.lastPoint, s.head.tree, nil
}

// Close signs the last checkpoint, marks the log closed and closes its files.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	var err error
	if l.broken == nil {
		if l.state.head.tree.N > 0 {
			_, _, err = l.checkpoint()
		}
		if err == nil {
			h := l.state.head
			h.clean = true
			err = l.writeHead(h)
		}
	}
	l.closed = true
	return errors.Join(err, l.closeFiles())
}
