package engine

import (
	"context"
	"errors"
	"iter"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/reads"
)

// feedSources are what a repair can fetch again from the feed that the workstation follows: a
// source for each batch of its lanes. Nothing is fetched before a row of it is asked for. done
// gives the connection back. A feed that cannot be opened is told by each source.
func (e *Engine) feedSources(ctx context.Context) (out []reads.Source, done func(), err error) {
	done = func() {}
	link, err := e.link()
	if errors.Is(err, ErrNoFeed) {
		return nil, done, nil
	}
	if err != nil {
		return nil, done, err
	}
	c, closeSource, unreachable := e.feedClient(ctx, link, client.Options{})
	if unreachable == nil {
		done = func() {
			if err := closeSource(); err != nil {
				e.o.Log("feed: " + err.Error())
			}
		}
	}
	for _, b := range e.reads.Origins() {
		if !isFeedOrigin(b.Origin) {
			continue
		}
		rows := e.fetchedAgain(ctx, c, b)
		if unreachable != nil {
			rows = func(yield func(detection.Detection, error) bool) { yield(detection.Detection{}, unreachable) }
		}
		out = append(out, reads.Source{Lane: b.Lane, Origin: b.Origin, Rows: rows, Signed: true})
	}
	return out, done, nil
}

// fetchedAgain yields the rows of a batch of a feed's lane, as the feed's signed log proves them.
func (e *Engine) fetchedAgain(ctx context.Context, c *client.Client, b reads.Batch) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		lane, err := feed.ParseLane(b.Lane)
		if err != nil {
			yield(detection.Detection{}, err)
			return
		}
		records, err := recordsOf(b.Origin)
		if err != nil {
			yield(detection.Detection{}, err)
			return
		}
		seen, err := e.seenOf(b.Lane)
		if err != nil {
			yield(detection.Detection{}, err)
			return
		}
		detectionsOf(c.Again(ctx, lane, seen, e.position(b.Lane), records))(yield)
	}
}
