package client

import (
	"fmt"
	"slices"

	"cordon/engine/feed"
)

// Item is a segment to be fetched.
type item struct {
	record *feed.Record
	number int64
	covers []int64 // records whose rows stand in it, itself included, ascending
	// instead is a segment that holds all rows of this one, for when this one is no longer there;
	// nil: none.
	instead *item
}

// Step is what is applied in one commit.
type Step struct {
	To int64 // the lane's position behind it
	// CaughtUp, when over 0, makes it a step of records below the position, which stays: of those
	// below CaughtUp, none is passed over any more behind it. There may be nothing to fetch.
	CaughtUp int64
	Gone     []string // ids whose rows, of earlier steps, no longer count
	Rows     int64    // rows to come, at most
	Bytes    int64    // to be fetched
	items    []*item
}

// planner finds out what to fetch of the records from one position on. Records below it are
// there already, all their rows were handed on, but for those that were passed over.
type planner struct {
	from     int64
	records  []*feed.Record // of the numbers from first on
	first    int64
	by       map[int64]int64 // newest record that replaces a record
	had      map[int64]bool  // records whose rows are planned, or there though from from on
	stepRows int64
	permits  func(period string) bool // nil: every week may be had
	passed   func(n int64) bool       // record n < from was passed over; nil: none was
}

func (p *planner) record(n int64) *feed.Record { return p.records[n-p.first] }
func (p *planner) end() int64                  { return p.first + int64(len(p.records)) }

// newPlanner takes the records of a lane from number first ≤ from on.
func newPlanner(from, first int64, records []*feed.Record, stepRows int64) *planner {
	p := &planner{from: from, first: first, records: records, by: map[int64]int64{}, had: map[int64]bool{}, stepRows: stepRows}
	for i, r := range records {
		for _, x := range r.Replaces {
			p.by[x] = max(p.by[x], first+int64(i))
		}
	}
	return p
}

// there reports whether all rows of record n were handed on, or are planned to be.
func (p *planner) there(n int64) bool {
	if p.had[n] || n < p.from && (p.passed == nil || !p.passed(n)) {
		return true
	}
	r := p.record(n)
	if len(r.Replaces) == 0 {
		return false
	}
	for _, x := range r.Replaces {
		if !p.there(x) {
			return false
		}
	}
	p.had[n] = true
	return true
}

// last is the segment that stands for record n at the end.
func (p *planner) last(n int64) int64 {
	for {
		by, ok := p.by[n]
		if !ok {
			return n
		}
		n = by
	}
}

// missing adds the records below n, or n itself, that would have to be fetched one by one.
func (p *planner) missing(n int64, out map[int64]bool) {
	switch {
	case p.there(n):
	case len(p.record(n).Replaces) == 0:
		out[n] = true
	default:
		for _, x := range p.record(n).Replaces {
			p.missing(x, out)
		}
	}
}

// covered adds n and all records whose rows stand in it.
func (p *planner) covered(n int64, out map[int64]bool) {
	if out[n] {
		return
	}
	if out[n] = true; n < p.first {
		return
	}
	for _, x := range p.record(n).Replaces {
		p.covered(x, out)
	}
}

// steps lists what is to be done, in order. A step never ends between a record and the rows
// that stand for it.
func (p *planner) steps() []Step {
	out := p.catchUp()
	cur := Step{To: p.from}
	for n := p.from; n < p.end(); n++ {
		r := p.record(n)
		if !r.IsDocument() {
			if it := p.item(n); it != nil {
				if cur.Rows > 0 && cur.Rows+it.record.Rows > p.stepRows {
					out = append(out, cur)
					cur = Step{To: n}
				}
				cur.add(it)
			}
		}
		cur.Gone = append(cur.Gone, r.Gone...)
		cur.To = n + 1
	}
	if cur.To > p.from && (len(out) == 0 || cur.To > out[len(out)-1].To) {
		out = append(out, cur)
	}
	return out
}

func (s *Step) add(it *item) {
	s.items = append(s.items, it)
	s.Rows, s.Bytes = s.Rows+it.record.Rows, s.Bytes+it.record.Bytes
}

// catchUp lists the steps of the records that were passed over and may be had now. They come
// before all others: what follows rests on the rows below the position being there.
func (p *planner) catchUp() []Step {
	if p.passed == nil {
		return nil
	}
	var out []Step
	cur := Step{To: p.from}
	for n := p.first; n < p.from; n++ {
		if p.record(n).IsDocument() {
			continue
		}
		it := p.item(n)
		if it == nil {
			continue
		}
		if cur.Rows > 0 && cur.Rows+it.record.Rows > p.stepRows {
			cur.CaughtUp = n
			out = append(out, cur)
			cur = Step{To: p.from}
		}
		cur.add(it)
	}
	cur.CaughtUp = p.from
	return append(out, cur)
}

// item is what is to be fetched for record n; nil when nothing is.
func (p *planner) item(n int64) *item {
	if p.there(n) || p.permits != nil && !p.permits(p.record(n).Period) {
		return nil
	}
	whole := p.last(n)
	all := p.newItem(whole)
	if whole == n {
		p.mark(all)
		return all
	}
	// A workstation that lacks a few small segments of a large one fetches those.
	lacks, bytes := map[int64]bool{}, int64(0)
	p.missing(whole, lacks)
	for x := range lacks {
		bytes += p.record(x).Bytes
	}
	if !lacks[n] || 2*bytes > p.record(whole).Bytes {
		p.mark(all)
		return all
	}
	one := p.newItem(n)
	one.instead = all
	p.mark(one)
	return one
}

func (p *planner) newItem(n int64) *item {
	set := map[int64]bool{}
	p.covered(n, set)
	it := &item{record: p.record(n), number: n}
	for x := range set {
		it.covers = append(it.covers, x)
	}
	slices.Sort(it.covers)
	return it
}

func (p *planner) mark(it *item) {
	for _, n := range it.covers {
		p.had[n] = true
	}
}

// goneBy tells for each id that no longer counts which records say so.
func (p *planner) goneBy() map[string][]int64 {
	out := map[string][]int64{}
	for i, r := range p.records {
		for _, id := range r.Gone {
			out[id] = append(out[id], p.first+int64(i))
		}
	}
	return out
}

// counts reports whether a row of the item counts. An id that was taken back does not come
// again, so a record behind the first one that stands in the item is enough: the item may have
// been made beside it.
func (it *item) counts(id string, goneBy map[string][]int64) bool {
	if len(goneBy) == 0 {
		return true
	}
	for _, k := range goneBy[id] {
		if k > it.covers[0] {
			return false
		}
	}
	return true
}

// earliest is the first record that a plan from position from must know, as far as the records
// from number first on tell: of a segment that is fetched for what it replaces, those that were
// taken back since must be known.
func earliest(from, first int64, records []*feed.Record) int64 {
	low := from
	seen := map[int64]bool{}
	var descend func(n int64)
	descend = func(n int64) {
		if seen[n] {
			return
		}
		seen[n] = true
		if low = min(low, n); n >= first {
			for _, x := range records[n-first].Replaces {
				descend(x)
			}
		}
	}
	for n := max(from, first); n < first+int64(len(records)); n++ {
		for _, x := range records[n-first].Replaces {
			if x >= from {
				descend(n)
				break
			}
		}
	}
	return low
}

// checkReplaces holds the records from number first on to the rule that a record replaces
// earlier ones, in order.
func checkReplaces(first int64, records []*feed.Record) error {
	for i, r := range records {
		last := int64(-1)
		for _, n := range r.Replaces {
			if n <= last || n >= first+int64(i) {
				return fmt.Errorf("%w: record %d replaces record %d", feed.ErrInvalid, first+int64(i), n)
			}
			last = n
		}
	}
	return nil
}
