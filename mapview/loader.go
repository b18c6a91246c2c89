package mapview

import (
	"context"
	"errors"
	"image"
	"sync"
)

// TileRenderer draws tiles of 512 units. It is called by two goroutines at a time.
type TileRenderer interface {
	// Render returns the tile at scale pixels a unit. The picture belongs to the map from then on.
	Render(ctx context.Context, z uint8, x, y uint32, scale float64) (*image.RGBA, error)
}

// tileID names a tile of one base map at one scale: a late one of another is told apart by its round.
type tileID struct {
	z     uint8
	x, y  uint32
	round int
}

// tileWorkers is the number of tiles drawn at a time; two leave a core of a small machine to the window.
const tileWorkers = 2

// loader draws wanted tiles in the background: the latest wishes first, what is no longer wanted not at
// all. Its lock is held for bookkeeping only, never while a tile is drawn.
type loader struct {
	cfg     *Config
	deliver func(tileID, *image.RGBA, error) // on the UI thread

	mu      sync.Mutex
	source  TileRenderer
	scale   float64
	queue   []tileID // nearest to the centre first
	running map[tileID]context.CancelFunc
	workers int
}

func newLoader(cfg *Config, deliver func(tileID, *image.RGBA, error)) *loader {
	return &loader{cfg: cfg, deliver: deliver, running: map[tileID]context.CancelFunc{}}
}

// want replaces all wishes. Tiles being drawn that are not among them are cancelled.
func (l *loader) want(source TileRenderer, scale float64, ids []tileID) {
	l.mu.Lock()
	l.source, l.scale = source, scale
	wanted := make(map[tileID]bool, len(ids))
	l.queue = l.queue[:0]
	for _, id := range ids {
		wanted[id] = true
		if _, ok := l.running[id]; !ok {
			l.queue = append(l.queue, id)
		}
	}
	for id, cancel := range l.running {
		if !wanted[id] {
			cancel()
		}
	}
	start := min(tileWorkers-l.workers, len(l.queue))
	if source == nil {
		start = 0
	}
	l.workers += max(0, start)
	l.mu.Unlock()
	for range start {
		l.cfg.Go(l.work)
	}
}

// work draws tiles until none is wanted.
func (l *loader) work() {
	for {
		l.mu.Lock()
		if len(l.queue) == 0 {
			l.workers--
			l.mu.Unlock()
			return
		}
		id := l.queue[0]
		l.queue = l.queue[1:]
		ctx, cancel := context.WithCancel(context.Background())
		l.running[id] = cancel
		source, scale := l.source, l.scale
		l.mu.Unlock()

		img, err := source.Render(ctx, id.z, id.x, id.y, scale)

		l.mu.Lock()
		delete(l.running, id)
		l.mu.Unlock()
		gone := ctx.Err() != nil
		cancel()
		if gone || errors.Is(err, context.Canceled) {
			continue
		}
		l.cfg.Do(func() { l.deliver(id, img, err) })
	}
}

// tileCache keeps drawn tiles, the ones used last. It belongs to the UI thread.
type tileCache struct {
	limit int // bytes
	bytes int
	items map[tileID]*cached
	clock uint64
}

type cached struct {
	img  *image.RGBA
	used uint64
}

func newTileCache(limit int) *tileCache { return &tileCache{limit: limit, items: map[tileID]*cached{}} }

func (c *tileCache) get(id tileID) *image.RGBA {
	it := c.items[id]
	if it == nil {
		return nil
	}
	c.clock++
	it.used = c.clock
	return it.img
}

func (c *tileCache) put(id tileID, img *image.RGBA) {
	if old := c.items[id]; old != nil {
		c.bytes -= len(old.img.Pix)
	}
	c.clock++
	c.items[id] = &cached{img: img, used: c.clock}
	c.bytes += len(img.Pix)
	for c.bytes > c.limit && len(c.items) > 1 {
		var oldest tileID
		at := c.clock + 1
		for k, it := range c.items {
			if it.used < at {
				oldest, at = k, it.used
			}
		}
		c.bytes -= len(c.items[oldest].img.Pix)
		delete(c.items, oldest)
	}
}
