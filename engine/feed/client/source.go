package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

// Source gives the files of a feed. It must be safe for concurrent use.
type Source interface {
	// Reader opens n bytes of a file from offset on, or all from there when n is negative. The
	// caller closes it. Errors match feed.ErrNotFound and feed.ErrOffline.
	Reader(ctx context.Context, path string, offset, n int64) (io.ReadCloser, error)
	// Lanes lists the lanes that may be had, by name.
	Lanes(ctx context.Context) ([]Lane, error)
	// Watch is Client.Watch.
	Watch(ctx context.Context, e Events) error
	Inbox
	Close() error
}

// Lane is a lane that a workstation may have, and which weeks of it.
type Lane struct {
	feed.Lane
	Weeks []Weeks // any of these; none: all
}

// Weeks are ISO weeks, e.g. "2026-W18", both included; an empty one is no limit.
type Weeks struct{ From, Until string }

// permits reports whether a segment's week may be had.
func (l Lane) permits(period string) bool { return permits(l.Weeks, period) }

// OpenSource opens a feed by its address: https://HOST:PORT of a server, or the place of a bucket
// (a folder, file:// or s3://). conf is for servers: the workstation's certificate and the
// authority that the server's must come from. Errors match feed.ErrInvalid and feed.ErrOffline.
func OpenSource(ctx context.Context, address string, conf *tls.Config) (Source, error) {
	if strings.HasPrefix(address, "https://") {
		return DialServer(address, conf)
	}
	if strings.HasPrefix(address, "http://") {
		return nil, fmt.Errorf("%w: %s: a feed server is reached by https:// alone", feed.ErrInvalid, address)
	}
	b, err := bucket.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	p := &place{Bucket: b}
	if dir, ok := strings.CutPrefix(address, "file://"); ok || !strings.Contains(address, "://") {
		p.dir = dir
	}
	return p, nil
}

// place is a bucket as a source.
type place struct {
	bucket.Bucket
	dir string // of a folder
}

// Lanes implements Source.
func (p *place) Lanes(ctx context.Context) ([]Lane, error) {
	var names []string
	if p.dir != "" { // a list of all files would take long
		entries, err := os.ReadDir(p.dir + "/lanes")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %w", feed.ErrOffline, err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
	} else {
		for o, err := range p.List(ctx, "lanes/") {
			if err != nil {
				return nil, err
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(o.Key, "lanes/"), "/")
			if len(names) == 0 || names[len(names)-1] != name {
				names = append(names, name)
			}
		}
	}
	var out []Lane
	for _, name := range names {
		if l, err := feed.ParseLane(name); err == nil {
			out = append(out, Lane{Lane: l})
		}
	}
	return out, nil
}

// part is some bytes of what is closed with it.
type part struct {
	io.Reader
	io.Closer
}
