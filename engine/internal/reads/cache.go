package reads

import "sync"

// blockCache keeps opened blocks up to a limit of memory, least recently used first out.
// It is split so that queries rarely wait for each other.
type blockCache struct{ shards [cacheShards]cacheShard }

const cacheShards = 16

type cacheShard struct {
	mu    sync.Mutex
	limit int64
	used  int64
	items map[uint64]*cacheItem
	head  cacheItem // ring: head.next the most recently used
}

type cacheItem struct {
	number     uint64
	block      *block
	size       int64
	prev, next *cacheItem
}

func newBlockCache(limit int64) *blockCache {
	c := &blockCache{}
	for i := range c.shards {
		sh := &c.shards[i]
		sh.limit, sh.items = limit/cacheShards, map[uint64]*cacheItem{}
		sh.head.prev, sh.head.next = &sh.head, &sh.head
	}
	return c
}

func (c *blockCache) get(number uint64) *block {
	sh := &c.shards[number%cacheShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	it := sh.items[number]
	if it == nil {
		return nil
	}
	it.unlink()
	sh.front(it)
	sh.resize(it) // columns may have been decoded since
	sh.evict()
	return it.block
}

func (c *blockCache) put(number uint64, b *block) {
	sh := &c.shards[number%cacheShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.items[number] != nil {
		return
	}
	it := &cacheItem{number: number, block: b}
	sh.items[number] = it
	sh.front(it)
	sh.resize(it)
	sh.evict()
}

// drop forgets blocks that were deleted.
func (c *blockCache) drop(numbers []uint64) {
	for _, n := range numbers {
		sh := &c.shards[n%cacheShards]
		sh.mu.Lock()
		if it := sh.items[n]; it != nil {
			sh.remove(it)
		}
		sh.mu.Unlock()
	}
}

func (sh *cacheShard) resize(it *cacheItem) {
	size := it.block.size()
	sh.used += size - it.size
	it.size = size
}

func (sh *cacheShard) evict() {
	for sh.used > sh.limit && sh.head.prev != &sh.head {
		sh.remove(sh.head.prev)
	}
}

func (sh *cacheShard) remove(it *cacheItem) {
	it.unlink()
	delete(sh.items, it.number)
	sh.used -= it.size
}

func (sh *cacheShard) front(it *cacheItem) {
	it.prev, it.next = &sh.head, sh.head.next
	it.prev.next, it.next.prev = it, it
}

func (it *cacheItem) unlink() { it.prev.next, it.next.prev = it.next, it.prev }

// clear forgets all blocks.
func (c *blockCache) clear() {
	for i := range c.shards {
		sh := &c.shards[i]
		sh.mu.Lock()
		clear(sh.items)
		sh.head.prev, sh.head.next = &sh.head, &sh.head
		sh.used = 0
		sh.mu.Unlock()
	}
}

// DropCaches forgets all decoded blocks: for measurements.
func (s *Store) DropCaches() { s.cache.clear() }
