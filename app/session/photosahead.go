package session

import (
	"context"
	"time"

	"cordon/engine"
)

const (
	aheadDelay = 150 * time.Millisecond // how long the list rests before photos are fetched ahead
	aheadRows  = 100                    // rows at most
)

// ahead is the fetching of photos of rows that show, or are about to.
type ahead struct {
	task
	from, to int // what the list shows, as last told
	rev      int
	had      map[engine.DetectionRef]bool // fetched ahead, or found that they cannot be had
}

// InView tells which rows of the list show. Photos of them and of as many rows behind them are
// fetched ahead: of each the newest read, which a tap shows first. Scrolling on, another filter and
// closing the answer end what runs.
func (r *Results) InView(from, to int) {
	a := &r.ahead
	from, to = max(from, 0), min(to, len(r.shown))
	if a.rev == r.rowsRev && a.from == from && a.to == to {
		return
	}
	a.rev, a.from, a.to = r.rowsRev, from, to
	a.stop()
	var refs []engine.DetectionRef
	for i := from; i < min(to+to-from, from+aheadRows, len(r.shown)); i++ {
		hits := r.items[r.shown[i]].hits
		if len(hits) == 0 {
			continue // its reads were not returned
		}
		h := r.hits[hits[len(hits)-1]]
		if h.Photos > 0 && !a.had[h.Ref] && r.cache[h.Ref] == nil && r.shown[i] != r.selected {
			refs = append(refs, h.Ref)
		}
	}
	if len(refs) == 0 {
		return
	}
	door, entry := r.door, r.entry
	startAfter(r.env, &a.task, aheadDelay, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, door.PhotosAhead(ctx, entry, refs)
	}, func(_ struct{}, err error) {
		if err != nil {
			return // looking at a photo tells why
		}
		for _, ref := range refs {
			a.had[ref] = true
		}
	})
}
