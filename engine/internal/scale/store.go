package scale

import (
	"context"
	"time"

	"cordon/engine/internal/reads"
)

// Store measures the product's own store.
type Store struct {
	*reads.Store
	opt reads.Options
}

// OpenStore opens or creates the store in dir; cache limits its decoded blocks in bytes, 0
// for the default.
func OpenStore(ctx context.Context, dir string, cache int64, log func(string)) (*Store, error) {
	opt := reads.Options{Dir: dir, Keys: Keys{}, CacheBytes: cache, Log: log}
	s, err := reads.Open(ctx, opt)
	if err != nil {
		return nil, err
	}
	return &Store{s, opt}, nil
}

// Ask implements Subject.
func (s *Store) Ask(ctx context.Context, p reads.Plan) (matched, returned int64, err error) {
	r, err := s.Run(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	return r.Count, int64(len(r.Rows) + len(r.Vehicles)), nil
}

// Forget implements Subject. A store that cannot drop its caches is opened anew.
func (s *Store) Forget(ctx context.Context) error {
	if d, ok := any(s.Store).(interface{ DropCaches() }); ok {
		d.DropCaches()
		return nil
	}
	if err := s.Close(); err != nil {
		return err
	}
	var err error
	s.Store, err = reads.Open(ctx, s.opt)
	return err
}

// Still is how long the blocks must not change for a store to count as at rest.
const Still = 2 * time.Second

// Settle waits until background merging has come to rest.
func (s *Store) Settle(ctx context.Context) error {
	const step = Still / 20
	still := time.Duration(0)
	for last := s.State().Blocks; still < Still; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step):
		}
		if now := s.State().Blocks; now != last {
			last, still = now, 0
			continue
		}
		still += step
	}
	return nil
}
