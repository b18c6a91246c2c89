package bucket

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"cordon/engine/feed"

	"gocloud.dev/blob"
)

// Folders returns the names of what lies in folders directly under a prefix, in order, without
// looking at what is in them. The prefix ends with a slash. Nothing there is no error.
func Folders(ctx context.Context, b Bucket, prefix string) ([]string, error) {
	if err := checkPrefix(prefix); err != nil {
		return nil, err
	}
	switch b := b.(type) {
	case interface {
		Folders(ctx context.Context, prefix string) ([]string, error)
	}:
		return b.Folders(ctx, prefix)
	}
	var out []string
	for o, err := range b.List(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		name, _, ok := strings.Cut(strings.TrimPrefix(o.Key, prefix), "/")
		if ok && (len(out) == 0 || out[len(out)-1] != name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// Folders is the function of this name.
func (f *folder) Folders(ctx context.Context, prefix string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	key := strings.TrimSuffix(prefix, "/")
	entries, err := os.ReadDir(f.path(key))
	if err := f.fault(key, err); errors.Is(err, feed.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && isPart(e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Folders is the function of this name.
func (s *store) Folders(ctx context.Context, prefix string) ([]string, error) {
	var out []string
	it := s.b.List(&blob.ListOptions{Prefix: prefix, Delimiter: "/"})
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, s.fault(ctx, prefix, err)
		}
		if o.IsDir {
			out = append(out, strings.TrimSuffix(strings.TrimPrefix(o.Key, prefix), "/"))
		}
	}
}
