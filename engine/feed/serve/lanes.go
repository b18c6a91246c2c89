package serve

import (
	"context"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

// lanesOf returns the lanes that have anything in them.
func lanesOf(ctx context.Context, b Bucket) ([]feed.Lane, error) {
	names, err := bucket.Folders(ctx, b, "lanes/")
	if err != nil {
		return nil, err
	}
	var out []feed.Lane
	for _, n := range names {
		if l, err := feed.ParseLane(n); err == nil {
			out = append(out, l)
		}
	}
	return out, nil
}
