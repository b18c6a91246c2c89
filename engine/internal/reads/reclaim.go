package reads

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
)

const (
	valueLogFile = 64 << 20 // bytes of a value-log file
	memTable     = 4 << 20  // bytes of Badger's table in memory
	reclaimRatio = 0.3      // part of a value-log file that must be dead for it to be rewritten
)

// reclaim takes back the disk space of deleted blocks once there is enough of it. It
// expects s.merging.
//
// Badger learns what is dead in its value log only when it compacts its tables, and by
// itself it would not for weeks: the keys are few. So the table in memory is filled up and
// all tables are compacted. Rewriting a file, Badger drops what follows a damaged entry:
// the files are looked through first, and nothing is rewritten while one is damaged.
func (s *Store) reclaim(ctx context.Context) error {
	files, size, err := s.sealedLogs()
	if err != nil {
		return err
	}
	live := s.current().state.Bytes
	dead := size - live
	if dead < max(s.opt.tune.reclaimBytes, live/4) || dead < s.deadLeft+s.opt.tune.reclaimBytes/2 {
		return nil
	}
	if err := s.room(valueLogFile + 2*memTable); err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if slices.Contains(s.soundLogs, f) {
			continue
		}
		if problem := checkLog(f); problem != "" {
			return &DamageError{Block: filepath.Base(f), Problem: problem}
		}
		s.soundLogs = append(s.soundLogs, f)
	}
	if err := s.compact(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := s.room(valueLogFile); err != nil {
			return err
		}
		if err := s.db.RunValueLogGC(reclaimRatio); errors.Is(err, badger.ErrNoRewrite) {
			break
		} else if err != nil {
			return err
		}
	}
	left, now, err := s.sealedLogs()
	if err != nil {
		return err
	}
	s.deadLeft = max(now-live, 0)
	s.opt.Log(fmt.Sprintf("reads: the value log went from %d files, %d MiB to %d files, %d MiB", len(files), size>>20, len(left), now>>20))
	return ctx.Err()
}

// compact makes Badger find out what is dead.
func (s *Store) compact(ctx context.Context) error {
	for range 100 { // a query that still reads from before the deletion keeps everything
		s.mu.Lock()
		busy := s.oldest != s.latest || s.latest.snap.refs > 1
		s.mu.Unlock()
		if !busy {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	filler := make([]byte, 3<<10)
	for filled := 0; filled < memTable; {
		txn := s.db.NewTransaction(true)
		for k := range 100 {
			if err := txn.Set([]byte{'z', byte(k)}, filler); err != nil {
				txn.Discard()
				return err
			}
			filled += len(filler)
		}
		if err := txn.Commit(); err != nil {
			return err
		}
	}
	s.renew()
	return s.db.Flatten(1)
}

// sealedLogs lists the value-log files that Badger writes no more to, and their bytes.
func (s *Store) sealedLogs() (files []string, size int64, err error) {
	if files, err = filepath.Glob(filepath.Join(s.opt.Dir, "*.vlog")); err != nil || len(files) == 0 {
		return nil, 0, err
	}
	slices.Sort(files)
	files = files[:len(files)-1]
	for _, f := range files {
		info, err := os.Stat(f)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		size += info.Size()
	}
	return files, size, nil
}
