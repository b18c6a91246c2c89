package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/photocache"
)

const (
	dirPhotos         = "photos" // beside the vault
	defaultPhotoCache = 512 << 20
)

// feedPhotos fetches the photos of the feed's reads when they are looked at, and keeps what it
// fetched, sealed, up to a limit. Safe for concurrent use.
type feedPhotos struct {
	e *Engine

	mu    sync.Mutex
	cache *photocache.Cache
	link  feedLink
	c     *client.Client
	close func() error
}

// way returns the client of the feed and the cache; both are opened when they are first needed.
func (p *feedPhotos) way(ctx context.Context) (*client.Client, *photocache.Cache, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cache == nil {
		key, err := p.e.vault.Key("photo cache")
		if err != nil {
			return nil, nil, err
		}
		limit := p.e.o.PhotoCacheBytes
		if limit == 0 {
			limit = defaultPhotoCache
		}
		if p.cache, err = photocache.Open(filepath.Join(p.e.o.Dir, dirPhotos), key, limit, p.e.o.Clock); err != nil {
			return nil, nil, err
		}
	}
	link, err := p.e.link()
	if err != nil {
		return nil, p.cache, err
	}
	if p.c != nil && p.link == link {
		return p.c, p.cache, nil
	}
	p.shut()
	c, closeSource, err := p.e.feedClient(ctx, link, client.Options{})
	if err != nil {
		return nil, p.cache, err // what was fetched before can still be shown
	}
	p.c, p.close, p.link = c, closeSource, link
	return c, p.cache, nil
}

// end gives back what is open.
func (p *feedPhotos) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut()
}

// shut gives the connection back. It expects p.mu.
func (p *feedPhotos) shut() {
	if p.c == nil {
		return
	}
	if err := p.close(); err != nil {
		p.e.o.Log("feed: " + err.Error())
	}
	p.c, p.close = nil, nil
}

// isFeedOrigin tells the provider of a feed's row, which names the records it came with.
func isFeedOrigin(provider string) bool { return strings.HasPrefix(provider, providerFeed+":") }

// recordsOf reads what originOf wrote.
func recordsOf(origin string) ([]int64, error) {
	var out []int64
	for _, part := range strings.Split(strings.TrimPrefix(origin, providerFeed+":"), ",") {
		a, b, ok := strings.Cut(part, "-")
		if !ok {
			b = a
		}
		from, err := strconv.ParseInt(a, 10, 64)
		to, bad := strconv.ParseInt(b, 10, 64)
		if err = errors.Join(err, bad); err != nil || from < 0 || to < from || to-from > 1<<20 {
			return nil, fmt.Errorf("%w: the origin of a batch, %q", ErrDamaged, origin)
		}
		for n := from; n <= to; n++ {
			out = append(out, n)
		}
	}
	return out, nil
}

// photos returns the photos of a read of the feed, all of them: one that cannot be had is an
// error that says why.
func (p *feedPhotos) photos(ctx context.Context, origin, laneName string, d detection.Detection) ([]Photo, error) {
	if d.Photos == 0 {
		return nil, nil
	}
	lane, err := feed.ParseLane(laneName)
	if err != nil {
		return nil, err
	}
	c, cache, err := p.way(ctx)
	if cache == nil {
		return nil, outer(err)
	}
	unreachable := err
	pictures, err := p.pictures(ctx, c, unreachable, cache, origin, lane, d)
	if err != nil {
		return nil, err
	}
	var out []Photo
	for _, pic := range pictures {
		key := "photo/" + laneName + "/" + pic.SHA256.String()
		jpeg, ok := cache.Get(key)
		if !ok {
			if unreachable != nil {
				return nil, unreachable
			}
			if jpeg, err = c.Picture(ctx, lane, pic); err != nil {
				return nil, fmt.Errorf("the %s photo: %w", pic.Kind, err)
			}
			p.keep(cache, key, jpeg)
		}
		out = append(out, Photo{Kind: PhotoKind(pic.Kind), JPEG: jpeg, SHA256: pic.SHA256})
	}
	return out, nil
}

// pictures finds out which photos a read has.
func (p *feedPhotos) pictures(ctx context.Context, c *client.Client, unreachable error, cache *photocache.Cache, origin string, lane feed.Lane, d detection.Detection) ([]feed.Picture, error) {
	key := "read/" + lane.String() + "/" + d.ID
	var out []feed.Picture
	if text, ok := cache.Get(key); ok && json.Unmarshal(text, &out) == nil {
		return out, nil
	}
	if unreachable != nil {
		return nil, unreachable
	}
	records, err := recordsOf(origin)
	if err != nil {
		return nil, err
	}
	seen, err := p.e.seenOf(lane.String())
	if err != nil {
		return nil, outer(err)
	}
	read, err := c.Find(ctx, lane, seen, records, d.ID, d.Time)
	if err != nil {
		return nil, fmt.Errorf("the photos of the read: %w", err)
	}
	if text, err := json.Marshal(read.Pictures); err == nil {
		p.keep(cache, key, text)
	}
	return read.Pictures, nil
}

// keep puts something into the cache. A cache that cannot be written is no reason not to show it.
func (p *feedPhotos) keep(cache *photocache.Cache, key string, value []byte) {
	if err := cache.Put(key, value); err != nil {
		p.e.o.Log(err.Error())
	}
}
