package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"

	"cordon/engine/feed"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // opens s3:// addresses
	"gocloud.dev/gcerrors"
)

// store is a bucket in an object store. A Put there is durable and whole by itself, and
// PutNew is a conditional write (If-None-Match: *).
type store struct{ b *blob.Bucket }

func openS3(ctx context.Context, place string) (Bucket, error) {
	u, err := url.Parse(place)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: bucket %q: write s3://BUCKET?region=…", feed.ErrInvalid, place)
	}
	// All that counts has a digest of ours. The SDK would write a line to standard error for
	// each object that has none of its own.
	if q := u.Query(); !q.Has("response_checksum_validation") {
		q.Set("response_checksum_validation", "when_required")
		u.RawQuery = q.Encode()
	}
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("%w: bucket %q: %w", feed.ErrInvalid, place, err)
	}
	return &store{b}, nil
}

// fault gives an error of the store its meaning for a feed. What is neither an answer about
// the object nor the caller's own doing is taken as "cannot be reached now".
func (s *store) fault(ctx context.Context, key string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("bucket: %w", context.Cause(ctx))
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return fmt.Errorf("%w: %s", feed.ErrNotFound, key)
	case gcerrors.FailedPrecondition, gcerrors.AlreadyExists:
		return fmt.Errorf("%w: %s", ErrExists, key)
	case gcerrors.PermissionDenied:
		return fmt.Errorf("bucket: %s: %w: %w", key, fs.ErrPermission, err)
	case gcerrors.InvalidArgument, gcerrors.Unimplemented:
		return fmt.Errorf("bucket: %s: %w", key, err)
	}
	return fmt.Errorf("%w: %w", feed.ErrOffline, err)
}

func (s *store) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	r, err := s.b.NewReader(ctx, key, nil)
	if err != nil {
		return nil, s.fault(ctx, key, err)
	}
	out, err := whole(r, key, r.Size(), limit)
	if errors.Is(err, feed.ErrInvalid) {
		return nil, err
	}
	return out, s.fault(ctx, key, err)
}

func (s *store) GetRange(ctx context.Context, key string, offset, n int64) ([]byte, error) {
	if err := checkRange(key, offset, n); err != nil {
		return nil, err
	}
	r, err := s.b.NewRangeReader(ctx, key, offset, n, nil)
	if err != nil {
		// A range behind the end is an error that stores word in different ways.
		if size, e := s.Size(ctx, key); e == nil && size < offset+n {
			return nil, fmt.Errorf("%w: %s is shorter than it should be", feed.ErrDamaged, key)
		}
		return nil, s.fault(ctx, key, err)
	}
	out, err := part(r, key, n)
	if errors.Is(err, feed.ErrDamaged) {
		return nil, err
	}
	return out, s.fault(ctx, key, err)
}

func (s *store) Reader(ctx context.Context, key string, offset, n int64) (io.ReadCloser, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	r, err := s.b.NewRangeReader(ctx, key, offset, n, nil)
	if err != nil {
		return nil, s.fault(ctx, key, err)
	}
	return r, nil
}

func (s *store) Size(ctx context.Context, key string) (int64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	a, err := s.b.Attributes(ctx, key)
	if err != nil {
		return 0, s.fault(ctx, key, err)
	}
	return a.Size, nil
}

func (s *store) Put(ctx context.Context, key string, body io.Reader) error {
	return s.put(ctx, key, body, nil)
}

func (s *store) PutNew(ctx context.Context, key string, body []byte) error {
	return s.put(ctx, key, bytes.NewReader(body), &blob.WriterOptions{IfNotExist: true})
}

func (s *store) put(ctx context.Context, key string, body io.Reader, o *blob.WriterOptions) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	inner, cancel := context.WithCancel(ctx) // cancelled before Close, nothing is written
	defer cancel()
	if o == nil {
		o = &blob.WriterOptions{}
	}
	o.ContentType = "application/octet-stream"
	w, err := s.b.NewWriter(inner, key, o)
	if err != nil {
		return s.fault(ctx, key, err)
	}
	if _, err := io.Copy(w, body); err != nil {
		cancel()
		_ = w.Close() // says that it was cancelled
		return s.fault(ctx, key, err)
	}
	return s.fault(ctx, key, w.Close())
}

func (s *store) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Object{}, err)
			return
		}
		it := s.b.List(&blob.ListOptions{Prefix: prefix})
		for {
			o, err := it.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Object{}, s.fault(ctx, prefix, err))
				return
			}
			if CheckKey(o.Key) == nil && !yield(Object{o.Key, o.Size, o.ModTime}, nil) {
				return
			}
		}
	}
}

func (s *store) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if err := s.fault(ctx, key, s.b.Delete(ctx, key)); !errors.Is(err, feed.ErrNotFound) {
		return err
	}
	return nil
}

func (s *store) Close() error { return s.b.Close() }
