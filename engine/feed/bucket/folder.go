package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cordon/engine/feed"
)

// folder is a bucket in a folder. It is not gocloud's fileblob, which neither syncs nor
// makes "if not exists" hold between two writers (docs/decisions.md).
type folder struct{ dir string }

// tempDir is where objects are written before they get their names. A key cannot begin
// with a dot.
const tempDir = ".tmp"

// oldTemp is the age from which a file in tempDir is what a kill left.
const oldTemp = 24 * time.Hour

// OpenFolder opens the bucket in a folder, which must be there: feed.ErrOffline otherwise.
func OpenFolder(dir string) (Bucket, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: folder %q: %w", feed.ErrInvalid, dir, err)
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%w: %s is no folder that can be read", feed.ErrOffline, abs)
	}
	return &folder{abs}, nil
}

func (f *folder) path(key string) string { return filepath.Join(f.dir, filepath.FromSlash(key)) }

// fault gives an error of the file system its meaning for a feed.
func (f *folder) fault(key string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		if _, gone := os.Stat(f.dir); gone != nil {
			return fmt.Errorf("%w: %w", feed.ErrOffline, gone)
		}
		return fmt.Errorf("%w: %s", feed.ErrNotFound, key)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %s", ErrExists, key)
	}
	return fmt.Errorf("bucket: %w", err)
}

func (f *folder) open(ctx context.Context, key string) (*os.File, int64, error) {
	if err := errors.Join(ctx.Err(), CheckKey(key)); err != nil {
		return nil, 0, err
	}
	file, err := os.Open(f.path(key))
	if err != nil {
		return nil, 0, f.fault(key, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s", feed.ErrNotFound, key)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

func (f *folder) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	file, size, err := f.open(ctx, key)
	if err != nil {
		return nil, err
	}
	return whole(file, key, size, limit)
}

func (f *folder) GetRange(ctx context.Context, key string, offset, n int64) ([]byte, error) {
	if err := checkRange(key, offset, n); err != nil {
		return nil, err
	}
	r, err := f.Reader(ctx, key, offset, n)
	if err != nil {
		return nil, err
	}
	return part(r, key, n)
}

func (f *folder) Reader(ctx context.Context, key string, offset, n int64) (io.ReadCloser, error) {
	file, size, err := f.open(ctx, key)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		n = max(0, size-offset)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(file, offset, n), file}, nil
}

func (f *folder) Size(ctx context.Context, key string) (int64, error) {
	file, size, err := f.open(ctx, key)
	if err != nil {
		return 0, err
	}
	return size, file.Close()
}

func (f *folder) Put(ctx context.Context, key string, body io.Reader) error {
	return f.put(ctx, key, body, os.Rename)
}

// PutNew links the written file to its name: a link fails when the name is taken, whoever
// took it.
func (f *folder) PutNew(ctx context.Context, key string, body []byte) error {
	return f.put(ctx, key, bytes.NewReader(body), os.Link)
}

// put writes a file under a name of its own, syncs it, gives it its name, and syncs the
// folders that changed.
func (f *folder) put(ctx context.Context, key string, body io.Reader, name func(from, to string) error) (err error) {
	if err := errors.Join(ctx.Err(), CheckKey(key)); err != nil {
		return err
	}
	if _, err := os.Stat(f.dir); err != nil { // never make the folder itself, e.g. of a drive that is not there
		return f.fault(key, err)
	}
	if err := os.MkdirAll(filepath.Join(f.dir, tempDir), 0o750); err != nil {
		return f.fault(key, err)
	}
	temp, err := os.CreateTemp(filepath.Join(f.dir, tempDir), "put-*")
	if err != nil {
		return f.fault(key, err)
	}
	defer func() {
		if e := os.Remove(temp.Name()); err == nil && e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = fmt.Errorf("bucket: %w", e)
		}
	}()
	_, err = io.Copy(temp, body)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = temp.Chmod(0o640)
	}
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("bucket: write %s: %w", key, err)
	}
	made, err := makeDirs(filepath.Dir(f.path(key)))
	if err != nil {
		return f.fault(key, err)
	}
	if err := name(temp.Name(), f.path(key)); err != nil {
		return f.fault(key, err)
	}
	for _, dir := range made {
		syncDir(dir)
	}
	return nil
}

// makeDirs makes a folder with those above it, and returns all whose content changes by
// that and by a new file in dir.
func makeDirs(dir string) (changed []string, err error) {
	changed = []string{dir}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		changed = append(changed, filepath.Dir(d))
	}
	return changed, os.MkdirAll(dir, 0o750)
}

func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not every system syncs folders; the files themselves are synced
		_ = d.Close()
	}
}

func (f *folder) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Object{}, err)
			return
		}
		if _, err := os.Stat(f.dir); err != nil {
			yield(Object{}, f.fault(prefix, err))
			return
		}
		if _, err := f.walk(ctx, strings.TrimSuffix(prefix, "/"), yield); err != nil && !errors.Is(err, feed.ErrNotFound) {
			yield(Object{}, err)
		}
	}
}

// walk yields what lies under a folder in the order of keys, in which "a-b" stands before
// "a/b". It reports whether to go on.
func (f *folder) walk(ctx context.Context, key string, yield func(Object, error) bool) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	entries, err := os.ReadDir(f.path(key))
	if err != nil {
		return false, f.fault(key, err)
	}
	sortAsKeys(entries)
	for _, e := range entries {
		if !isPart(e.Name()) {
			continue
		}
		k := e.Name()
		if key != "" {
			k = key + "/" + k
		}
		if e.IsDir() {
			if more, err := f.walk(ctx, k, yield); err != nil || !more {
				return false, err
			}
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return false, f.fault(k, err)
		}
		if !yield(Object{k, info.Size(), info.ModTime()}, nil) {
			return false, nil
		}
	}
	return true, nil
}

func (f *folder) Delete(ctx context.Context, key string) error {
	if err := errors.Join(ctx.Err(), CheckKey(key)); err != nil {
		return err
	}
	if err := f.fault(key, os.Remove(f.path(key))); err != nil && !errors.Is(err, feed.ErrNotFound) {
		return err
	}
	syncDir(filepath.Dir(f.path(key)))
	return nil
}

// Close removes what killed writers left a day ago or earlier, by the clock of the file
// system.
func (f *folder) Close() error {
	dir := filepath.Join(f.dir, tempDir)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return nil // nothing was left
	}
	probe, err := os.CreateTemp(dir, "now-*")
	if err != nil {
		return nil // it can be read and not written: then there is nothing to do
	}
	now, err := probe.Stat()
	if err := errors.Join(err, probe.Close(), os.Remove(probe.Name())); err != nil {
		return fmt.Errorf("bucket: %w", err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && now.ModTime().Sub(info.ModTime()) > oldTemp {
			_ = os.Remove(filepath.Join(dir, e.Name())) // another process may have done it
		}
	}
	return nil
}
