package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
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
	return VerifyAgainst(ctx, dir, "", tlog.Tree{})
}

// VerifyAgainst is Verify, and also proves that the log is the one, or has grown out of the
// one, that a witness saw: its key, a line feed, and a checkpoint, see Log.Witness. Without
// that, an older copy of a log, or another workstation's, is a log in good order. outside is a
// head that was cosigned outside the workstation, which the log must continue; empty: none.
func VerifyAgainst(ctx context.Context, dir, witness string, outside tlog.Tree) (Report, error) {
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
		if r, err = verifyOnce(ctx, dir, witness, outside); err != nil || len(r.Problems) == 0 {
			return r, err
		}
	}
	return r, nil
}

func verifyOnce(ctx context.Context, dir, witness string, outside tlog.Tree) (Report, error) {
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
	if witness != "" && k.Verifier != nil {
		if err := s.reaches(witness, f.key, k); err != nil {
			problems = append(problems, err)
		}
	}
	if err := s.continues(outside); err != nil {
		problems = append(problems, err)
	}
	for _, p := range problems {
		r.Problems = append(r.Problems, p.Error())
	}
	return r, nil
}

// reaches checks that the entries hold what a witness saw.
func (s *state) reaches(witness string, key []byte, k verifier) error {
	point, ok := strings.CutPrefix(witness, string(key))
	if !ok {
		return fmt.Errorf("%w: its key is not the one of this workstation: it is another log", ErrDamaged)
	}
	msg, tree, err := cutPoint([]byte(point), k)
	if err != nil || len(msg) != len(point) {
		return fmt.Errorf("%w: the witness of the log is not as it was written", ErrDamaged)
	}
	if s.head.tree.N < tree.N {
		return fmt.Errorf("%w: the log ends at entry %d and this workstation has signed %d: it was exchanged for an older copy", ErrDamaged, s.head.tree.N, tree.N)
	}
	if root, err := s.treeRoot(tree.N); err != nil || root != tree.Hash {
		return fmt.Errorf("%w: the first %d entries are not the ones that this workstation signed", ErrDamaged, tree.N)
	}
	return nil
}

// continues checks that the entries hold a head that was cosigned outside.
func (s *state) continues(t tlog.Tree) error {
	if s.head.tree.N < t.N {
		return fmt.Errorf("%w: the log ends at entry %d and a witness outside has cosigned %d: it was exchanged for an older copy", ErrDamaged, s.head.tree.N, t.N)
	}
	if t.N == 0 {
		return nil
	}
	if root, err := s.treeRoot(t.N); err != nil || root != t.Hash {
		return fmt.Errorf("%w: the first %d entries are not the ones that a witness outside has cosigned", ErrDamaged, t.N)
	}
	return nil
}
