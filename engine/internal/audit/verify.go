package audit

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Report is the outcome of Verify.
type Report struct {
	Origin      string
	Entries     int64 // acknowledged
	Checkpoints int
	Root        tlog.Hash
	Unfinished  int64    // whole entries of an interrupted or running commit; not acknowledged
	Problems    []string // empty: nothing was changed or removed
}

// Verify proves a log from its files: every frame, the tree, every checkpoint, the head. It
// needs no key but the public one beside the log, changes nothing, and can run while another
// process appends. Its error is about reading; what is wrong with the log is in Problems.
func Verify(ctx context.Context, dir string) (Report, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !exists(dir) {
		return Report{}, ErrMissing
	}
	var r Report
	for attempt := range 4 { // a reader may meet a head that is being written
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return Report{}, ctx.Err()
			case <-time.After(25 * time.Millisecond):
			}
		}
		var err error
		if r, err = verifyOnce(ctx, dir); err != nil || len(r.Problems) == 0 {
			return r, err
		}
	}
	return r, nil
}

func verifyOnce(ctx context.Context, dir string) (Report, error) {
	f, err := readAll(dir)
	if errors.Is(err, ErrDamaged) {
		return Report{Problems: []string{err.Error()}}, nil
	}
	if err != nil {
		return Report{}, err
	}
	s, k, problems := scan(ctx, f)
	if ctx.Err() != nil {
		return Report{}, ctx.Err()
	}
	r := Report{Entries: s.head.tree.N, Checkpoints: int(s.head.points), Root: s.head.tree.Hash, Unfinished: max(s.unfinished, 0)}
	if k.Verifier != nil {
		r.Origin = k.Name()
	}
	for _, p := range problems {
		r.Problems = append(r.Problems, p.Error())
	}
	return r, nil
}
