package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/segment"
)

// Find fetches one read again, with all that the feed says of it: its id and time are known, and
// the records that it may stand in. It fetches no more than the row groups of that time. Errors
// match feed.ErrNotFound when none of them holds it, and those of [Client.Follow].
func (c *Client) Find(ctx context.Context, lane feed.Lane, seen manifest.Seen, records []int64, id string, at time.Time) (feed.Read, error) {
	follow := manifest.Follower{Source: c, Verifier: c.key, Clock: c.o.Clock}
	missing := fmt.Errorf("%w: read %s of lane %s", feed.ErrNotFound, id, lane)
	var tidied []int64 // replaced, and no longer there
	for _, n := range records {
		r, err := follow.Record(ctx, lane, seen, n)
		if err != nil {
			return feed.Read{}, err
		}
		read, err := c.findIn(ctx, lane, r, id, at)
		if err == nil || !errors.Is(err, feed.ErrNotFound) {
			return read, err
		}
		if errors.Is(err, errNoFile) {
			tidied = append(tidied, n)
		}
	}
	if len(tidied) == 0 {
		return feed.Read{}, missing
	}
	later, err := follow.Records(ctx, lane, seen, tidied[0]+1)
	if err != nil {
		return feed.Read{}, err
	}
	for _, r := range slices.Backward(later) {
		if len(r.Replaces) == 0 || r.Replaces[0] > tidied[len(tidied)-1] {
			continue
		}
		read, err := c.findIn(ctx, lane, r, id, at)
		if err == nil || !errors.Is(err, feed.ErrNotFound) {
			return read, err
		}
	}
	return feed.Read{}, missing
}

// Again fetches the rows of records that were applied up to a position of the lane, without
// those that were taken back before it. seen is a log at or behind that position. A segment that
// was tidied away since matches feed.ErrNotFound; the other errors are those of [Client.Follow]
// and [Update.Reads].
func (c *Client) Again(ctx context.Context, lane feed.Lane, seen manifest.Seen, position int64, numbers []int64) iter.Seq2[feed.Read, error] {
	return func(yield func(feed.Read, error) bool) {
		follow := manifest.Follower{Source: c, Verifier: c.key, Clock: c.o.Clock}
		records, err := follow.Records(ctx, lane, seen, 0)
		if err == nil {
			err = checkReplaces(0, records)
		}
		if err == nil && position > int64(len(records)) {
			err = fmt.Errorf("%w: lane %s has %d records and had %d", feed.ErrRollback, lane, len(records), position)
		}
		var items []*item
		var p *planner
		if err == nil {
			p = newPlanner(0, 0, records[:position], c.o.StepRows)
			for _, n := range numbers {
				if n < 0 || n >= position || p.record(n).IsDocument() {
					err = fmt.Errorf("%w: lane %s has no segment %d", feed.ErrNotFound, lane, n)
					break
				}
				items = append(items, p.newItem(n))
			}
		}
		if err != nil {
			yield(feed.Read{}, err)
			return
		}
		f := &fetcher{c: c, lane: lane, goneBy: p.goneBy(), feet: footers{of: map[*item]*footer{}}, past: map[int64]bool{}}
		f.rows(ctx, items)(yield)
	}
}

// errNoFile tells a segment that is not there from one without the read.
var errNoFile = errors.New("no file")

func (c *Client) findIn(ctx context.Context, lane feed.Lane, r *feed.Record, id string, at time.Time) (feed.Read, error) {
	none := fmt.Errorf("%w: read %s", feed.ErrNotFound, id)
	var reader *segment.Reader
	for i, g := range r.Groups {
		if at.Before(g.From) || at.After(g.To) {
			continue
		}
		if reader == nil {
			foot, err := c.part(ctx, lane.PathFile(r), r.Footer)
			if errors.Is(err, feed.ErrNotFound) {
				return feed.Read{}, fmt.Errorf("%w: %w", errNoFile, err)
			}
			if err != nil {
				return feed.Read{}, err
			}
			if reader, err = segment.Open(r, foot); err != nil {
				return feed.Read{}, err
			}
		}
		body, err := c.part(ctx, lane.PathFile(r), g.Range)
		if err != nil {
			return feed.Read{}, err
		}
		rows, err := reader.Decode(i, body, nil)
		if err != nil {
			return feed.Read{}, err
		}
		if k := slices.IndexFunc(rows, func(d feed.Read) bool { return d.ID == id && d.Time.Equal(at) }); k >= 0 {
			return rows[k], nil
		}
	}
	return feed.Read{}, none
}

// Picture fetches a photo of a lane.
func (c *Client) Picture(ctx context.Context, lane feed.Lane, p feed.Picture) ([]byte, error) {
	return c.File(ctx, lane.PathPicture(p.SHA256), p.SHA256, p.Bytes)
}
