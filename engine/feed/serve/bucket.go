package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

// Bucket is where the feed lies.
type Bucket = bucket.Bucket

// maxObject bounds an object of ours, and any that is read whole, in bytes.
const maxObject = 4 << 20

func exists(ctx context.Context, b Bucket, key string) (bool, error) {
	return bucket.Exists(ctx, b, key)
}

func put(ctx context.Context, b Bucket, key string, data []byte) error {
	return b.Put(ctx, key, bytes.NewReader(data))
}

// getJSON reads an object that a server or an operator wrote. feed.ErrNotFound when there is none.
func getJSON(ctx context.Context, b Bucket, path string, into any) error {
	text, err := b.Get(ctx, path, maxObject)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w: %s: %w", feed.ErrDamaged, path, err)
	}
	return nil
}

func encode(path string, v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", path, err)
	}
	return append(text, '\n'), nil
}

func putJSON(ctx context.Context, b Bucket, path string, v any) error {
	text, err := encode(path, v)
	if err != nil {
		return err
	}
	return put(ctx, b, path, text)
}

// putNewJSON is false when there is an object already.
func putNewJSON(ctx context.Context, b Bucket, path string, v any) (bool, error) {
	text, err := encode(path, v)
	if err != nil {
		return false, err
	}
	return putNew(ctx, b, path, text)
}

// putNew is false when there is another object already. A store may write and yet report an
// error, or find its own object when it tries again: what counts is what is there.
func putNew(ctx context.Context, b Bucket, path string, text []byte) (bool, error) {
	err := b.PutNew(ctx, path, text)
	if err == nil {
		return true, nil
	}
	there, lookErr := b.Get(ctx, path, maxObject)
	switch {
	case lookErr == nil:
		return bytes.Equal(there, text), nil
	case errors.Is(err, bucket.ErrExists):
		return false, lookErr
	}
	return false, err
}
