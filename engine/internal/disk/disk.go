// Package disk asks the operating system what Go's standard library does not: how much
// space is free, and for a lock that another process respects.
//
// Entry points: [Free], [Lock]. No state.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// ErrLocked is returned by Lock when another process holds the lock.
var ErrLocked = errors.New("another process holds the lock")

// Lock opens the file at path, made when missing, and locks it until it is closed or the
// process ends.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// IsReadOnly reports whether err says that a place cannot be written.
func IsReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// IsFull reports whether err says that there is no room to write: a full disk, a quota, a
// limit on the size of files.
func IsFull(err error) bool {
	return slices.ContainsFunc(fullErrors, func(full error) bool { return errors.Is(err, full) })
}
