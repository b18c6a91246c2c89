package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cordon/engine/feed"
)

// CompactReport says what a compaction did.
type CompactReport struct {
	Replaced int64 // segments
	Rows     int64 // of the new segments
	Records  []int64
}

// maxReplaced is how many segments one record replaces: their numbers must fit its leaf.
const maxReplaced = 2000

var (
	errPlan    = errors.New("others changed what was planned")
	errAllGone = errors.New("all reads were taken back") // they stay: a segment has at least one row
)

// Compact replaces the small segments of each week of a lane by large ones, where a week has
// at least atLeast of them (2 or more). Reads that were taken back are dropped. It may run
// beside other publishers and compactions: each segment is replaced once.
func (p *Publisher) Compact(ctx context.Context, name feed.Lane, atLeast int) (CompactReport, error) {
	var out CompactReport
	err := p.on(ctx, name, func(l *lane) error {
		for {
			// Plans that others spoiled are made anew: each time, the log has grown.
			plans, planned := l.plans(max(atLeast, 2)), len(l.records)
			again := false
			for _, plan := range plans {
				n, r, err := l.compact(ctx, plan, planned)
				if errors.Is(err, errPlan) {
					again = true
					continue
				}
				if errors.Is(err, errAllGone) {
					continue
				}
				if err != nil {
					return err
				}
				out.Replaced += int64(len(plan))
				out.Rows += r.Rows
				out.Records = append(out.Records, n)
			}
			if !again {
				return nil
			}
		}
	})
	return out, err
}

// plans lists groups of segments that become one each: of one week, in their order, small,
// and together at most SegmentRows rows and maxGone corrections.
func (l *lane) plans(atLeast int) [][]int64 {
	weeks := map[string][]int64{}
	for n, r := range l.records {
		if !r.IsDocument() && !l.replaced[int64(n)] && r.Rows <= int64(l.p.o.SegmentRows/2) {
			weeks[r.Period] = append(weeks[r.Period], int64(n))
		}
	}
	var out [][]int64
	for _, week := range sortedKeys(weeks) {
		if len(weeks[week]) < atLeast {
			continue
		}
		var plan []int64
		rows, gone := int64(0), 0
		end := func() {
			if len(plan) >= 2 {
				out = append(out, plan)
			}
			plan, rows, gone = nil, 0, 0
		}
		for _, n := range weeks[week] {
			r := l.records[n]
			if rows+r.Rows > int64(l.p.o.SegmentRows) || gone+len(r.Gone) > maxGone || len(plan) == maxReplaced {
				end()
			}
			plan, rows, gone = append(plan, n), rows+r.Rows, gone+len(r.Gone)
		}
		end()
	}
	return out
}

// compact makes one segment of a plan that was made of the first planned records. errPlan:
// one of its segments was replaced since, or a read of it taken back.
func (l *lane) compact(ctx context.Context, plan []int64, planned int) (int64, *feed.Record, error) {
	var rows, reads []feed.Read
	var gone []string
	seen := map[string]bool{}
	for _, n := range plan {
		old := l.records[n]
		for _, id := range old.Gone {
			if !slices.Contains(gone, id) {
				gone = append(gone, id)
			}
		}
		for i, err := range eachGroup(ctx, l.p.o.Bucket, l.name, old, &reads) {
			if err != nil {
				return 0, nil, fmt.Errorf("record %d of lane %s, group %d: %w", n, l.name, i, err)
			}
			for _, d := range reads {
				if seen[d.ID] {
					return 0, nil, fmt.Errorf("%w: read %q stands in lane %s twice", feed.ErrInvalid, d.ID, l.name)
				}
				if seen[d.ID] = true; !l.gone[d.ID] {
					rows = append(rows, d)
				}
			}
		}
	}
	if len(rows) == 0 {
		return 0, nil, errAllGone
	}
	spoiled := func(int64) error {
		for _, newer := range l.records[planned:] {
			if slices.ContainsFunc(newer.Replaces, func(x int64) bool { return slices.Contains(plan, x) }) ||
				slices.ContainsFunc(newer.Gone, func(id string) bool { return seen[id] }) {
				return errPlan
			}
		}
		return nil
	}
	if err := spoiled(0); err != nil { // while an earlier plan was carried out
		return 0, nil, err
	}
	sortReads(rows)
	r, err := l.p.write(ctx, l.name, rows)
	if err != nil {
		return 0, nil, err
	}
	r.Replaces, r.Gone = plan, gone
	n, err := l.append(ctx, r, spoiled)
	return n, r, err
}
