package serve

import (
	"context"
	"strings"

	"cordon/engine/feed"
)

// folders is a bucket that can list what lies directly under a prefix.
type folders interface {
	Folders(ctx context.Context, prefix string) ([]string, error)
}

// lanesOf returns the lanes that have anything in them.
func lanesOf(ctx context.Context, b Bucket) ([]feed.Lane, error) {
	var out []feed.Lane
	add := func(name string) {
		if l, err := feed.ParseLane(name); err == nil && (len(out) == 0 || out[len(out)-1] != l) {
			out = append(out, l)
		}
	}
	if f, ok := b.(folders); ok {
		names, err := f.Folders(ctx, "lanes/")
		for _, n := range names {
			add(n)
		}
		return out, err
	}
	for o, err := range b.List(ctx, "lanes/") { // of every object: for small buckets
		if err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(o.Key, "lanes/"), "/")
		add(name)
	}
	return out, nil
}
