package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

// Options set a client up. The zero value of a field means its default.
type Options struct {
	BytesPerSecond float64       // bandwidth limit; 0: none
	Parallel       int           // downloads at a time, 1 to 8; default 4
	StepRows       int64         // rows of a step, unless one segment has more; default 1,000,000
	MaxAge         time.Duration // oldest checkpoint that is believed; 0: any
	Stall          time.Duration // without a byte before an attempt is given up; default 30 s
	Clock          func() time.Time
	Sleep          func(ctx context.Context, d time.Duration) error // waits between attempts and for the limit
}

const (
	maxParallel = 8
	attempts    = 5
	firstWait   = 250 * time.Millisecond // before the second attempt; doubled for each more
	maxFile     = 4 << 30                // bytes of a file that a record may name
	smallFile   = 1 << 20                // bytes of a segment that is fetched as a whole
)

// Client fetches from one feed.
type Client struct {
	source Source
	key    *manifest.Verifier
	o      Options
	limit  *limiter
}

// New makes a client of a feed with the key that signs it; the source stays the caller's to
// close. Errors match feed.ErrInvalid.
func New(source Source, key string, o Options) (*Client, error) {
	v, err := manifest.ParseVerifier(key)
	if err != nil {
		return nil, err
	}
	if o.Parallel < 1 {
		o.Parallel = 4
	}
	o.Parallel = min(o.Parallel, maxParallel)
	if o.StepRows < 1 {
		o.StepRows = 1_000_000
	}
	if o.Stall <= 0 {
		o.Stall = 30 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	return &Client{source, v, o, &limiter{perSecond: o.BytesPerSecond, now: o.Clock, sleep: o.Sleep}}, nil
}

// File fetches a whole file of at most limit bytes and holds it to its digest. Errors match
// feed.ErrNotFound, feed.ErrOffline, feed.ErrDamaged.
func (c *Client) File(ctx context.Context, path string, want feed.Digest, limit int64) ([]byte, error) {
	return c.tried(ctx, path, func(ctx context.Context) ([]byte, error) {
		return c.once(ctx, path, 0, -1, limit, &want)
	})
}

// part fetches a part of a file and holds it to its digest.
func (c *Client) part(ctx context.Context, path string, r feed.Range) ([]byte, error) {
	return c.tried(ctx, path, func(ctx context.Context) ([]byte, error) {
		return c.once(ctx, path, r.Offset, r.Bytes, r.Bytes, &r.SHA256)
	})
}

// Get fetches a file that proves itself; it makes a client the source of a manifest.
func (c *Client) Get(ctx context.Context, path string, limit int64) ([]byte, error) {
	return c.tried(ctx, path, func(ctx context.Context) ([]byte, error) {
		return c.once(ctx, path, 0, -1, limit, nil)
	})
}

// tried tries again what may come right: a cut or a lost connection, a transfer with faults.
func (c *Client) tried(ctx context.Context, path string, do func(ctx context.Context) ([]byte, error)) ([]byte, error) {
	wait := firstWait
	for n := 1; ; n++ {
		out, err := do(ctx)
		if err == nil || ctx.Err() != nil || n == attempts || !errors.Is(err, feed.ErrOffline) && !errors.Is(err, feed.ErrDamaged) {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return out, err
		}
		if err := c.o.Sleep(ctx, wait); err != nil {
			return nil, err
		}
		wait *= 2
	}
}

// once makes one attempt. n < 0 means all of the file, which may have limit bytes.
func (c *Client) once(ctx context.Context, path string, offset, n, limit int64, want *feed.Digest) ([]byte, error) {
	if limit < 0 || limit > maxFile {
		return nil, fmt.Errorf("%w: %s is said to have %d bytes", feed.ErrInvalid, path, limit)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := fmt.Errorf("%w: nothing came for %v", feed.ErrOffline, c.o.Stall)
	watch := time.AfterFunc(c.o.Stall, func() { cancel(stalled) })
	defer watch.Stop()
	failed := func(err error) error {
		if errors.Is(context.Cause(ctx), stalled) {
			return stalled
		}
		return err
	}
	body, err := c.source.Reader(ctx, path, offset, n)
	if err != nil {
		return nil, failed(err)
	}
	defer body.Close()
	out, buf := make([]byte, 0, min(max(n, 512), 64<<20)), [64 << 10]byte{}
	for {
		k, err := body.Read(buf[:])
		if out = append(out, buf[:k]...); int64(len(out)) > limit {
			return nil, fmt.Errorf("%w: %s is longer than %d bytes", feed.ErrDamaged, path, limit)
		}
		watch.Reset(c.o.Stall)
		if waited := c.limit.pass(ctx, k); waited != nil {
			return nil, failed(waited)
		}
		watch.Reset(c.o.Stall)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, failed(fmt.Errorf("%w: %s was cut: %w", feed.ErrOffline, path, err))
		}
	}
	if n >= 0 && int64(len(out)) != n {
		return nil, fmt.Errorf("%w: %s is cut short", feed.ErrDamaged, path)
	}
	if want != nil && sha256.Sum256(out) != *want {
		return nil, fmt.Errorf("%w: %s is not what its digest names", feed.ErrDamaged, path)
	}
	return out, nil
}
