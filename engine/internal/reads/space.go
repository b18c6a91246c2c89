package reads

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// openNeed is the disk space, in bytes, that opening alone may touch.
const openNeed = 48 << 20

func (s *Store) ballastPath() string { return filepath.Join(s.opt.Dir, "ballast") }

// openSpace makes sure that opening cannot fill the disk: a full disk kills the process
// in Badger's mapped files. When space is short it gives up the ballast file, which is
// put back once there is room.
func (s *Store) openSpace() error {
	free, err := s.opt.tune.free(s.opt.Dir)
	if err != nil {
		return err
	}
	if free < openNeed {
		if err := os.Remove(s.ballastPath()); err == nil {
			s.opt.Log("reads: the disk is nearly full; the ballast file was given up")
			if free, err = s.opt.tune.free(s.opt.Dir); err != nil {
				return err
			}
		}
	}
	if free < openNeed {
		return &SpaceError{s.opt.Dir, openNeed, free}
	}
	if free < s.opt.MinFree+uint64(s.opt.tune.ballast) {
		return nil
	}
	if _, err := os.Stat(s.ballastPath()); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return writeBallast(s.ballastPath(), s.opt.tune.ballast)
}

// closeNeed is the disk space, in bytes, that closing may touch: Badger writes its memory
// table out through a mapped file, and a full disk would kill the process there.
const closeNeed = 24 << 20

// closeSpace reports whether the database can be closed. The ballast is given up for it. When
// there is no room even so, the database is left unclosed: what was committed is in its log.
func (s *Store) closeSpace() bool {
	free, err := s.opt.tune.free(s.opt.Dir)
	if err == nil && free < closeNeed && os.Remove(s.ballastPath()) == nil {
		s.opt.Log("reads: the disk is full; the ballast file was given up to close")
		free, err = s.opt.tune.free(s.opt.Dir)
	}
	return err == nil && free >= closeNeed
}

func writeBallast(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, zeros{}, size)
	return errors.Join(err, f.Close())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// room returns a *SpaceError unless size more bytes fit and MinFree stays free.
func (s *Store) room(size int64) error {
	free, err := s.opt.tune.free(s.opt.Dir)
	if err != nil {
		return err
	}
	if need := s.opt.MinFree + uint64(size); free < need {
		return &SpaceError{s.opt.Dir, need, free}
	}
	return nil
}
