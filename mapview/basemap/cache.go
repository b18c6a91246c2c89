package basemap

import (
	"container/list"
	"sync"

	"golang.org/x/sync/singleflight"
)

// tileCache keeps decoded tiles up to a number of bytes, the least recently used go first. Tiles that are
// empty or missing are kept as nil. It is safe for concurrent use; a tile that several ask for is loaded once.
type tileCache struct {
	limit  int64
	flight singleflight.Group

	mu    sync.Mutex
	bytes int64
	order *list.List // of *cached, most recently used first
	items map[TileID]*list.Element
}

type cached struct {
	id    TileID
	tile  *tileData
	bytes int64
}

// emptyBytes is what an entry without a tile counts.
const emptyBytes = 256

func newTileCache(limit int64) *tileCache {
	return &tileCache{limit: limit, order: list.New(), items: map[TileID]*list.Element{}}
}

// get returns the tile from the cache or from load; errors are not kept.
func (c *tileCache) get(id TileID, load func() (*tileData, error)) (*tileData, error) {
	if t, ok := c.find(id); ok {
		return t, nil
	}
	v, err, _ := c.flight.Do(id.String(), func() (any, error) {
		if t, ok := c.find(id); ok { // another flight landed in between
			return t, nil
		}
		t, err := load()
		if err == nil {
			c.put(id, t)
		}
		return t, err
	})
	if err != nil {
		return nil, err
	}
	return v.(*tileData), nil
}

func (c *tileCache) find(id TileID) (*tileData, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[id]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).tile, true
}

func (c *tileCache) put(id TileID, t *tileData) {
	n := int64(emptyBytes)
	if t != nil {
		n = t.bytes()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.items[id]; ok || n > c.limit {
		return
	}
	c.items[id] = c.order.PushFront(&cached{id, t, n})
	c.bytes += n
	for c.bytes > c.limit {
		e := c.order.Back()
		old := c.order.Remove(e).(*cached)
		delete(c.items, old.id)
		c.bytes -= old.bytes
	}
}
