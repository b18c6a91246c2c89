package reads

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The mark is a small sealed file that holds the number of the last catalogue edit. Badger
// drops the end of its log when it cannot read it back, without an error, and the
// catalogue would be an older one in good order; the mark tells.
const markName = "mark"

// writeMark records that the edit is durable. The commit stands also when this fails.
func (s *Store) writeMark(ctx context.Context, seq uint64) {
	if err := s.replaceMark(ctx, seq); err != nil {
		s.opt.Log("reads: cannot write the mark: " + err.Error())
	}
}

func (s *Store) replaceMark(ctx context.Context, seq uint64) error {
	value, err := s.seal.seal(ctx, StoreKey, []byte(markName), binary.AppendUvarint(nil, seq))
	if err != nil {
		return err
	}
	path := filepath.Join(s.opt.Dir, markName)
	f, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(value)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// checkMark returns a *DamageError when the catalogue's last edit is older than the mark.
func (s *Store) checkMark(ctx context.Context, last uint64) error {
	raw, err := os.ReadFile(filepath.Join(s.opt.Dir, markName))
	if errors.Is(err, os.ErrNotExist) {
		if last > 1 { // the first commit may have been killed before it could write the mark
			return &DamageError{Block: markName, Problem: "the file is missing"}
		}
		return nil
	}
	if err != nil {
		return err
	}
	plain, problem, err := s.seal.open(ctx, StoreKey, []byte(markName), raw)
	if err != nil {
		return err
	}
	seq, n := binary.Uvarint(plain)
	if problem == "" && n <= 0 {
		problem = "it does not decode"
	}
	if problem == "" && seq > last {
		problem = fmt.Sprintf("the catalogue ends at edit %d, but %d was stored: later data is lost", last, seq)
	}
	if problem != "" {
		return &DamageError{Block: markName, Problem: problem, Newer: newer(raw)}
	}
	return nil
}
