package reports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// TileFunc makes or reads one base-map tile as PNG, in the XYZ scheme (y down, Web
// Mercator). It is called from any goroutine.
type TileFunc func(ctx context.Context, z, x, y int) ([]byte, error)

// ErrTiles is returned when go-staticmaps could not be given its tiles.
var ErrTiles = errors.New("map tiles cannot be handed to the map renderer")

const tileScheme = "cordon-tiles"

type tileKey struct{ z, x, y int }

// tileSet is the tiles of one picture, complete before rendering starts, because
// go-staticmaps only logs a missing tile and leaves a hole.
type tileSet struct {
	png    map[tileKey][]byte
	mu     sync.Mutex
	served map[tileKey]bool // asked for; false: not in the set
}

// tileDesk hands tile sets to go-staticmaps, which fetches through http.DefaultClient and
// offers no other way in. A protocol registered on the default transport answers from
// memory: no socket, no port, no cache on disk. It is process-wide because the transport
// is; nothing stays in it after a picture is done.
type tileDesk struct {
	once sync.Once
	err  error
	mu   sync.Mutex
	next int
	sets map[string]*tileSet
}

var desk tileDesk

// open registers a set and returns its URL pattern for sm.TileProvider and the function
// that takes it out again.
func (d *tileDesk) open(s *tileSet) (pattern string, done func(), err error) {
	d.once.Do(func() {
		transport, ok := http.DefaultTransport.(*http.Transport)
		if !ok {
			d.err = fmt.Errorf("%w: the default transport is a %T", ErrTiles, http.DefaultTransport)
			return
		}
		transport.RegisterProtocol(tileScheme, d)
		d.sets = map[string]*tileSet{}
	})
	if d.err != nil {
		return "", nil, d.err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next++
	id := "m" + strconv.Itoa(d.next)
	d.sets[id] = s
	return tileScheme + "://" + id + "/%[2]d/%[3]d/%[4]d", func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.sets, id)
	}, nil
}

// RoundTrip answers one tile request from memory.
func (d *tileDesk) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	set := d.sets[r.URL.Host]
	d.mu.Unlock()
	body, ok := set.get(r.URL.Path)
	res := &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"image/png"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	if !ok {
		res.Status, res.StatusCode = "404 Not Found", http.StatusNotFound
	}
	return res, nil
}

func (s *tileSet) get(path string) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) != 3 {
		return nil, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return nil, false
		}
		n[i] = v
	}
	key := tileKey{n[0], n[1], n[2]}
	body, ok := s.png[key]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served[key] = ok
	return body, ok
}

// complete reports whether tiles were asked for and every one of them was given.
func (s *tileSet) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, given := range s.served {
		if !given {
			return false
		}
	}
	return len(s.served) > 0
}
