package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a log.
const (
	fileEntries = "entries"
	filePoints  = "checkpoints"
	fileHead    = "head"
	fileKey     = "key"
)

// File is what the log needs of an open file; tests put failing ones in its place.
type File interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Close() error
}

// OpenFile opens a file of the log for reading and writing.
type OpenFile func(path string) (File, error)

func openOS(path string) (File, error) { return os.OpenFile(path, os.O_RDWR, 0o600) }

// writeNew makes a file durable that must not exist yet.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes the names in a folder durable, where the system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not every system syncs folders; the files themselves are synced
		_ = d.Close()
	}
}

// read returns a whole file of the log; a missing one is damage.
func read(dir, name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: the file %s is missing", ErrDamaged, name)
	}
	return data, err
}

func exists(dir string) bool {
	for _, name := range []string{fileEntries, filePoints, fileHead, fileKey} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}
