package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"cordon/engine/feed"
)

// Bucket holds the files of a feed.
type Bucket interface {
	// Get returns a whole object, at most limit bytes: a larger one matches feed.ErrInvalid.
	Get(ctx context.Context, key string, limit int64) ([]byte, error)
	// GetRange returns exactly n bytes from offset on, at most MaxRange. An object that ends
	// before matches feed.ErrDamaged.
	GetRange(ctx context.Context, key string, offset, n int64) ([]byte, error)
	// Reader streams n bytes from offset on, or all to the end when n is negative.
	Reader(ctx context.Context, key string, offset, n int64) (io.ReadCloser, error)
	// Size returns an object's size in bytes.
	Size(ctx context.Context, key string) (int64, error)
	// Put writes an object, in place of one that is there. When body fails, nothing changes.
	Put(ctx context.Context, key string, body io.Reader) error
	// PutNew writes an object that must not be there yet; else it returns ErrExists. After
	// another error it may have been written: look before going on.
	PutNew(ctx context.Context, key string, body []byte) error
	// List yields the objects under a prefix in the order of their keys. The prefix is empty
	// or ends with a slash. An error ends it.
	List(ctx context.Context, prefix string) iter.Seq2[Object, error]
	// Delete removes an object; one that is not there is no error.
	Delete(ctx context.Context, key string) error
	// Close gives back what the bucket holds. It removes nothing.
	Close() error
}

// Object is one entry of a list.
type Object struct {
	Key      string
	Bytes    int64
	Modified time.Time // by the clock of the bucket
}

// MaxRange is the most that one GetRange returns, in bytes.
const MaxRange = 256 << 20

// ErrExists is returned by PutNew when the object is there already.
var ErrExists = errors.New("exists in the bucket already")

// Exists reports whether an object is there.
func Exists(ctx context.Context, b Bucket, key string) (bool, error) {
	_, err := b.Size(ctx, key)
	if errors.Is(err, feed.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Open opens a bucket by its place: a folder (path or file:// address), or an object store
// as "s3://BUCKET?region=…&endpoint=…&use_path_style=true&prefix=…/", whose credentials come
// from the environment as for other S3 programs. A folder must be there. Errors match
// feed.ErrInvalid and feed.ErrOffline.
func Open(ctx context.Context, place string) (Bucket, error) {
	scheme, _, ok := strings.Cut(place, "://")
	switch {
	case !ok:
		return OpenFolder(place)
	case scheme == "file":
		dir, err := folderOf(place)
		if err != nil {
			return nil, err
		}
		return OpenFolder(dir)
	case scheme == "s3":
		return openS3(ctx, place)
	}
	return nil, fmt.Errorf("%w: bucket %q: give a folder, file:// or s3://", feed.ErrInvalid, place)
}

// folderOf returns the path that a file:// address names.
func folderOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" || u.RawQuery != "" || u.Host != "" && u.Host != "localhost" {
		return "", fmt.Errorf("%w: bucket %q: write file:///FOLDER", feed.ErrInvalid, address)
	}
	path := u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	return filepath.FromSlash(path), nil
}

const maxKey = 500

// CheckKey holds a key to parts of A–Z, a–z, 0–9, "=", "_", "-" and inner dots, separated
// by single slashes, 500 bytes in all: no part can leave the bucket or hide in it. Errors
// match feed.ErrInvalid.
func CheckKey(key string) error {
	if len(key) > maxKey {
		return fmt.Errorf("%w: a key is longer than %d bytes", feed.ErrInvalid, maxKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if !isPart(part) {
			return fmt.Errorf("%w: key %q", feed.ErrInvalid, key)
		}
	}
	return nil
}

func isPart(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '=', c == '_', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

// checkPrefix holds the prefix of a list to keys with a slash at the end.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	key, ok := strings.CutSuffix(prefix, "/")
	if !ok {
		return fmt.Errorf("%w: prefix %q does not end with a slash", feed.ErrInvalid, prefix)
	}
	return CheckKey(key)
}

// whole reads an object of a known size into memory.
func whole(r io.ReadCloser, key string, size, limit int64) (out []byte, err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	if size > limit {
		return nil, fmt.Errorf("%w: %s has %d bytes, more than %d", feed.ErrInvalid, key, size, limit)
	}
	out = make([]byte, size)
	if _, err = io.ReadFull(r, out); err != nil {
		return nil, err
	}
	return out, nil
}

// part reads n bytes into memory.
func part(r io.ReadCloser, key string, n int64) (out []byte, err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	out = make([]byte, n)
	switch _, err = io.ReadFull(r, out); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%w: %s is shorter than it should be", feed.ErrDamaged, key)
	case err != nil:
		return nil, err
	}
	return out, nil
}

func checkRange(key string, offset, n int64) error {
	if offset < 0 || n < 0 || n > MaxRange {
		return fmt.Errorf("%w: range of %d bytes at %d of %s", feed.ErrInvalid, n, offset, key)
	}
	return CheckKey(key)
}
