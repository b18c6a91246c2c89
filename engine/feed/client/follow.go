package client

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

// Update is what is new in a lane since a position.
type Update struct {
	Seen  manifest.Seen // to be kept, also before anything of it is applied
	Steps []Step        // in order; none when there is nothing new
	// Documents are the newest of each name, in the order of their records; of all of the
	// lane's records from the position on.
	Documents []*feed.Record

	c    *Client
	lane feed.Lane
	plan *planner
}

// Card reads who the feed says it is and holds it to the key that is known. Errors match
// feed.ErrSignature, feed.ErrNotFound and feed.ErrOffline.
func (c *Client) Card(ctx context.Context) (*manifest.Card, error) {
	card, err := manifest.ReadCard(ctx, c)
	if err != nil {
		return nil, err
	}
	if !card.Key.Equal(c.key) {
		return nil, fmt.Errorf("%w: this feed is %q and has another key", feed.ErrSignature, card.Name)
	}
	return card, nil
}

// Inbox is where the feed takes things in.
func (c *Client) Inbox() Inbox { return c.source }

// Lanes lists the lanes that may be had.
func (c *Client) Lanes(ctx context.Context) ([]Lane, error) { return c.source.Lanes(ctx) }

// Follow finds out what is new in a lane: last is what was kept of it, at the position up to
// which it is applied, and taken which weeks were. Errors are those of manifest.Follower.
func (c *Client) Follow(ctx context.Context, lane Lane, last manifest.Seen, at int64, taken Taken) (*Update, error) {
	f := manifest.Follower{Source: c, Verifier: c.key, Clock: c.o.Clock, MaxAge: c.o.MaxAge}
	now, err := f.Check(ctx, lane.Lane, last)
	if err != nil {
		return nil, err
	}
	if now.Size < at {
		return nil, fmt.Errorf("%w: lane %s has %d records and had %d", feed.ErrRollback, lane, now.Size, at)
	}
	u := &Update{Seen: now, c: c, lane: lane.Lane}
	lacks := taken.lacks(at, lane.Weeks)
	if now.Size == at && !lacks {
		return u, nil
	}
	first, records := at, []*feed.Record(nil)
	if lacks {
		first = 0
	}
	for {
		if records, err = f.Records(ctx, lane.Lane, now, first); err != nil {
			return nil, err
		}
		if err := checkReplaces(first, records); err != nil {
			return nil, err
		}
		low := earliest(at, first, records)
		if low >= first {
			break
		}
		first = low
	}
	u.plan = newPlanner(at, first, records, c.o.StepRows)
	u.plan.permits = lane.permits
	if lacks {
		u.plan.passed = func(n int64) bool { return !taken.has(n, u.plan.record(n).Period) }
	}
	u.Steps = u.plan.steps()
	newest := map[string]*feed.Record{}
	for _, r := range records[at-first:] {
		if n := newest[r.Name]; r.IsDocument() && (n == nil || n.Version < r.Version) {
			newest[r.Name] = r
		}
	}
	for _, r := range records[at-first:] {
		if r.IsDocument() && newest[r.Name] == r {
			u.Documents = append(u.Documents, r)
		}
	}
	return u, nil
}

// Reads fetches the rows of a step and hands them on in order. The sequence ends behind an
// error, which matches feed.ErrNotFound, feed.ErrOffline or feed.ErrDamaged; then the step is to
// be done again as a whole. It can be walked once. report may be nil; it is called from the
// goroutine that walks.
func (u *Update) Reads(ctx context.Context, s Step, report func(Fetched)) iter.Seq2[feed.Read, error] {
	f := &fetcher{c: u.c, lane: u.lane, goneBy: u.plan.goneBy(), feet: footers{of: map[*item]*footer{}}, past: map[int64]bool{}, report: report}
	return f.rows(ctx, s.items)
}

// Records lists the numbers of the records whose segments a step fetches.
func (s Step) Records() []int64 {
	var out []int64
	for _, it := range s.items {
		out = append(out, it.number)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxDocument bounds a document of the control lane, in bytes.
const maxDocument = 64 << 20

// Document fetches a document of the control lane.
func (c *Client) Document(ctx context.Context, r *feed.Record) ([]byte, error) {
	if r.Bytes > maxDocument {
		return nil, fmt.Errorf("%w: document %s has %d bytes", feed.ErrInvalid, r.Name, r.Bytes)
	}
	return c.File(ctx, feed.Control.PathFile(r), r.Digest, r.Bytes)
}
