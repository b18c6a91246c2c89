package reads

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"cordon/engine/detection"
)

// rowSink counts rows and keeps the newest.
type rowSink struct {
	limit     int
	total     int64
	hits      []hit
	threshold int64 // rows of this time or older cannot be among the newest any more
}

func newRowSink(limit int) *rowSink {
	s := &rowSink{limit: limit, threshold: math.MinInt64}
	if limit == 0 {
		s.threshold = math.MaxInt64
	}
	return s
}

func (s *rowSink) counts(t int64) bool               { return t <= s.threshold }
func (s *rowSink) count(n int64, _ uint64, _ uint64) { s.total += n }

func (s *rowSink) hit(h hit) {
	s.total++
	s.hits = append(s.hits, h)
	if len(s.hits) >= 2*s.limit+4096 {
		s.prune()
	}
}

func (s *rowSink) fresh() *rowSink { return newRowSink(s.limit) }

func (s *rowSink) fold(o *rowSink) {
	s.total += o.total
	s.hits = append(s.hits, o.hits...)
}

// prune drops hits that cannot be among the newest; ties with the last one stay. It keeps
// their order: by block, then by row.
func (s *rowSink) prune() {
	if len(s.hits) <= s.limit {
		return
	}
	times := make([]int64, len(s.hits))
	for i := range s.hits {
		times[i] = s.hits[i].time
	}
	last := newest(times, s.limit)
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return h.time < last })
	s.threshold = last - 1
}

// newest returns the k-th greatest of times, which it reorders (quickselect).
func newest(times []int64, k int) int64 {
	for {
		a, b, c := times[0], times[len(times)/2], times[len(times)-1]
		pivot := max(min(a, b), min(max(a, b), c))
		greater, equal := 0, 0 // times[:greater] > pivot, times[greater:greater+equal] == pivot
		for i, t := range times {
			switch {
			case t > pivot:
				times[i] = times[greater+equal]
				times[greater+equal] = times[greater]
				times[greater] = t
				greater++
			case t == pivot:
				times[i] = times[greater+equal]
				times[greater+equal] = t
				equal++
			}
		}
		switch {
		case k <= greater:
			times = times[:greater]
		case k <= greater+equal:
			return pivot
		default:
			times, k = times[greater+equal:], k-greater-equal
		}
	}
}

// rows builds the rows of hits, newest first, ties by id, highest first, then by lane; at
// most limit. The hits of a block lie together, in order of row.
func (v *view) rows(hits []hit, limit int) ([]Row, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	recs := make([]rec, len(hits))
	if err := v.buildRecs(hits, recs); err != nil {
		return nil, err
	}
	type place struct {
		time int64
		at   int32
	}
	order := make([]place, len(hits))
	for i := range order {
		order[i] = place{recs[i].time, int32(i)}
	}
	slices.SortFunc(order, func(a, b place) int {
		if a.time != b.time {
			return cmp.Compare(b.time, a.time)
		}
		x, y := &recs[a.at], &recs[b.at]
		return cmp.Or(compareIDs(y.id, x.id), cmp.Compare(v.laneOf(x), v.laneOf(y)))
	})
	order = order[:min(len(order), limit)]
	states := v.plates(recs)
	out := make([]Row, len(order))
	build := func(from, to int) error {
		texts := newTextArena(to - from)
		for i, o := range order[from:to] {
			row := &out[from+i]
			if !v.row(row, &recs[o.at], states[o.at], texts) {
				return hits[o.at].block.damage("it names a word, vehicle or batch that is not known")
			}
			row.Areas = hits[o.at].areas
		}
		return nil
	}
	n := workers()
	if len(order) < v.s.opt.tune.shareHits {
		n = 1
	}
	var g errgroup.Group
	for w := range n {
		g.Go(func() error { return build(w*len(order)/n, (w+1)*len(order)/n) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// plates sets the plate of recs, 0 for a vehicle that is not known, and returns the state of
// each. All are read in one go, so that the waits for memory overlap.
func (v *view) plates(recs []rec) (states []uint32) {
	states = make([]uint32, len(recs))
	l := v.s.plates
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i := range recs {
		r := &recs[i]
		if r.plate = 0; int(r.vehicle) < len(l.plates) {
			r.plate, states[i] = l.plates[r.vehicle], l.states[r.vehicle]
		}
	}
	return states
}

// laneOf returns the name of a row's lane, or "" when its batch is not known.
func (v *view) laneOf(r *rec) string {
	if int(r.batch) >= len(v.batches) {
		return ""
	}
	return v.lanes[v.batches[r.batch].lane]
}

// row translates a rec with its plate.
func (v *view) row(out *Row, r *rec, state uint32, texts *textArena) bool {
	if r.plate == 0 || int(r.batch) >= len(v.batches) {
		return false
	}
	most := max(state, r.make, r.model, r.color, r.camera, r.source)
	if int(most) >= len(v.words) {
		return false
	}
	b := &v.batches[r.batch]
	out.Lane, out.PhotoProvider, out.Origin = v.lanes[b.lane], b.photos, b.origin
	r.detection(&out.Detection, v.words, state, texts)
	return true
}

// detection translates a rec with its plate, whose numbers are known.
func (r *rec) detection(d *detection.Detection, words []string, state uint32, texts *textArena) {
	var buf [20]byte
	d.ID = r.id.str
	if d.ID == "" {
		d.ID = texts.string(strconv.AppendUint(buf[:0], r.id.num, 10))
	}
	d.Plate, d.State = texts.string(appendPlate(buf[:0], r.plate)), words[state]
	d.Time, d.Pos = time.UnixMilli(r.time).UTC(), r.pos
	d.Make, d.Model, d.Color, d.Year = words[r.make], words[r.model], words[r.color], int(r.year)
	d.HeadingDeg, d.Camera, d.Source = r.heading, words[r.camera], detection.Source(words[r.source])
	d.Confidence, d.Photos = r.conf, int(r.photos)
}

// textArena makes many short texts with few allocations. Texts cut from one chunk keep it
// alive together, as the rows of one answer do.
type textArena struct {
	chunk  strings.Builder
	expect int // texts still to come
}

func newTextArena(rows int) *textArena { return &textArena{expect: 2 * rows} }

func (a *textArena) string(b []byte) string {
	const chunk, usual = 4 << 10, 8
	if a.chunk.Cap()-a.chunk.Len() < len(b) {
		a.chunk = strings.Builder{}
		a.chunk.Grow(max(len(b), min(chunk, usual*a.expect)))
	}
	a.expect--
	n := a.chunk.Len()
	a.chunk.Write(b)
	return a.chunk.String()[n:]
}
