// Package photocache keeps what was fetched of photos on the disk: sealed, bounded, and never
// the place of anything that cannot be fetched again.
//
// Entry points: [Open], [Cache.Get], [Cache.Put]. Every value lies in a file of its own, whose
// name says nothing (an HMAC of the key) and whose content is AES-256-GCM behind a format
// byte with the name bound in. What was not used for longest goes first. A file that does not
// open counts as missing and is removed. Safe for concurrent use, by one process at a time.
package photocache

import (
	"container/list"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const formatByte = 1

// Cache is an open cache.
type Cache struct {
	dir   string
	limit int64
	clock func() time.Time
	names [32]byte
	aead  cipher.AEAD

	mu    sync.Mutex
	used  int64
	order *list.List // *file, most recently used first
	files map[string]*list.Element
}

type file struct {
	name string
	size int64
}

// Open opens the cache in dir, which it makes when it is missing, with room for limit bytes.
func Open(dir string, key [32]byte, limit int64, clock func() time.Time) (*Cache, error) {
	c := &Cache{dir: dir, limit: limit, clock: clock, order: list.New(), files: map[string]*list.Element{}}
	var parts [2][]byte
	for i, use := range []string{"names", "contents"} {
		var err error
		if parts[i], err = hkdf.Key(sha256.New, key[:], nil, "cordon photo cache v1 "+use, 32); err != nil {
			return nil, fmt.Errorf("photo cache: %w", err)
		}
	}
	c.names = [32]byte(parts[0])
	block, err := aes.NewCipher(parts[1])
	if err != nil {
		return nil, fmt.Errorf("photo cache: %w", err)
	}
	if c.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("photo cache: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("photo cache: %w", err)
	}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("photo cache: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c, c.evict()
}

// load lists the files, and removes what a kill left half written.
func (c *Cache) load() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	type found struct {
		file
		at time.Time
	}
	var all []found
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			if err := os.Remove(filepath.Join(c.dir, e.Name())); err != nil {
				return err
			}
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, found{file{e.Name(), info.Size()}, info.ModTime()})
	}
	slices.SortFunc(all, func(a, b found) int { return b.at.Compare(a.at) })
	for _, f := range all {
		c.files[f.name] = c.order.PushBack(&file{f.name, f.size})
		c.used += f.size
	}
	return nil
}

func (c *Cache) name(key string) string {
	h := hmac.New(sha256.New, c.names[:])
	h.Write([]byte(key))
	return hex.EncodeToString(h.Sum(nil))
}

// Get returns a value; false when it is not there, or not whole.
func (c *Cache) Get(key string) ([]byte, bool) {
	name := c.name(key)
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.files[name]
	if e == nil {
		return nil, false
	}
	path := filepath.Join(c.dir, name)
	raw, err := os.ReadFile(path)
	if err == nil && len(raw) > 0 && raw[0] == formatByte {
		var clear []byte
		if clear, err = c.aead.Open(nil, nil, raw[1:], []byte(name)); err == nil {
			c.order.MoveToFront(e)
			now := c.clock()
			_ = os.Chtimes(path, now, now) // the order is a convenience
			return clear, true
		}
	}
	_ = c.drop(e)
	return nil, false
}

// Put keeps a value, unless it is larger than the whole cache. The error says why it could
// not; the cache stays as it was.
func (c *Cache) Put(key string, value []byte) error {
	name := c.name(key)
	sealed := c.aead.Seal([]byte{formatByte}, nil, value, []byte(name))
	c.mu.Lock()
	defer c.mu.Unlock()
	if int64(len(sealed)) > c.limit || c.files[name] != nil {
		return nil
	}
	path := filepath.Join(c.dir, name)
	f, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("photo cache: %w", err)
	}
	_, err = f.Write(sealed)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".tmp", path)
	}
	if err != nil {
		return fmt.Errorf("photo cache: %w", errors.Join(err, os.Remove(path+".tmp")))
	}
	c.files[name] = c.order.PushFront(&file{name, int64(len(sealed))})
	c.used += int64(len(sealed))
	return c.evict()
}

// evict removes what was not used for longest. It expects c.mu, as drop does.
func (c *Cache) evict() error {
	for c.used > c.limit && c.order.Len() > 0 {
		if err := c.drop(c.order.Back()); err != nil {
			return fmt.Errorf("photo cache: %w", err)
		}
	}
	return nil
}

func (c *Cache) drop(e *list.Element) error {
	f, ok := e.Value.(*file)
	if !ok {
		return nil
	}
	if err := os.Remove(filepath.Join(c.dir, f.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	c.order.Remove(e)
	delete(c.files, f.name)
	c.used -= f.size
	return nil
}
