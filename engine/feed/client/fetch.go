package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
)

// Fetched is how far a step is.
type Fetched struct{ Bytes, Rows int64 }

// job is a part of a segment that is fetched and decoded by itself.
type job struct {
	item  *item
	group int // −1: the whole segment
	bytes int64
	rows  []feed.Read
	err   error
	done  chan struct{}
}

// footers fetches the footer of each segment once.
type footers struct {
	mu sync.Mutex
	of map[*item]*footer
}

type footer struct {
	once   sync.Once
	reader *segment.Reader
	err    error
}

func (f *footers) get(it *item) *footer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of[it] == nil {
		f.of[it] = new(footer)
	}
	return f.of[it]
}

// fetcher fetches and decodes the segments of a step, several parts at a time, and hands the
// rows on in order.
type fetcher struct {
	c      *Client
	lane   feed.Lane
	goneBy map[string][]int64
	feet   footers
	past   map[int64]bool // records whose rows came with a segment that was taken instead
	got    Fetched
	report func(Fetched)
	// buffers hold rows that were handed on: a part has tens of thousands.
	buffers sync.Pool
}

// rows hands on the rows of items, in order; the sequence ends behind an error.
func (f *fetcher) rows(ctx context.Context, items []*item) iter.Seq2[feed.Read, error] {
	return func(yield func(feed.Read, error) bool) {
		if err := f.each(ctx, items, func(r feed.Read) bool { return yield(r, nil) }); err != nil {
			yield(feed.Read{}, err)
		}
	}
}

// errEnough ends a fetch whose rows nobody wants any more.
var errEnough = errors.New("enough")

func (f *fetcher) each(ctx context.Context, items []*item, yield func(feed.Read) bool) error {
	err := f.stream(ctx, items, yield)
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (f *fetcher) stream(ctx context.Context, items []*item, yield func(feed.Read) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	order, todo := make(chan *job, f.c.o.Parallel), make(chan *job)
	workers.Go(func() {
		defer close(order)
		defer close(todo)
		for _, it := range items {
			for _, j := range jobsOf(it) {
				select { // order bounds what lies in memory
				case order <- j:
				case <-ctx.Done():
					return
				}
				select {
				case todo <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range f.c.o.Parallel {
		workers.Go(func() {
			for j := range todo {
				j.rows, j.err = f.fetch(ctx, j)
				close(j.done)
			}
		})
	}
	for j := range order {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if f.past[j.item.number] {
			continue
		}
		if errors.Is(j.err, feed.ErrNotFound) && j.item.instead != nil {
			if err := f.stream(ctx, []*item{j.item.instead}, yield); err != nil {
				return err
			}
			for _, n := range j.item.instead.covers {
				f.past[n] = true
			}
			continue
		}
		if j.err != nil {
			return fmt.Errorf("record %d: %w", j.item.number, j.err)
		}
		for i := range j.rows {
			if !j.item.counts(j.rows[i].ID, f.goneBy) {
				continue
			}
			if !yield(j.rows[i]) {
				return errEnough
			}
		}
		f.got.Bytes, f.got.Rows = f.got.Bytes+j.bytes, f.got.Rows+int64(len(j.rows))
		f.buffers.Put(&j.rows)
		if f.report != nil {
			f.report(f.got)
		}
	}
	return ctx.Err()
}

// jobsOf cuts a segment into the parts that are fetched by themselves.
func jobsOf(it *item) []*job {
	r := it.record
	if r.Bytes <= smallFile || len(r.Groups) == 1 {
		return []*job{{item: it, group: -1, bytes: r.Bytes, done: make(chan struct{})}}
	}
	var out []*job
	for i, g := range r.Groups {
		out = append(out, &job{item: it, group: i, bytes: g.Bytes, done: make(chan struct{})})
	}
	return out
}
