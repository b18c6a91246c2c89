package scale

import (
	"context"

	"cordon/engine/internal/reads"
)

// Store measures the product's own store.
type Store struct{ *reads.Store }

// OpenStore opens or creates the store in dir; cache limits its decoded blocks in bytes, 0
// for the default.
func OpenStore(ctx context.Context, dir string, cache int64, log func(string)) (*Store, error) {
	s, err := reads.Open(ctx, reads.Options{Dir: dir, Keys: Keys{}, CacheBytes: cache, Log: log})
	if err != nil {
		return nil, err
	}
	return &Store{s}, nil
}

// Ask implements Subject.
func (s *Store) Ask(ctx context.Context, p reads.Plan) (matched, returned int64, err error) {
	r, err := s.Run(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	return r.Count, int64(len(r.Rows) + len(r.Vehicles)), nil
}

// Forget implements Forgetter.
func (s *Store) Forget(context.Context) error {
	s.DropCaches()
	return nil
}
