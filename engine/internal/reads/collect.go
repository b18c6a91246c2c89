package reads

import (
	"cmp"
	"math"
	"slices"
	"time"

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

// prune drops hits that cannot be among the newest; ties with the last one stay.
func (s *rowSink) prune() {
	if len(s.hits) <= s.limit {
		return
	}
	slices.SortFunc(s.hits, func(a, b hit) int { return cmp.Compare(b.time, a.time) })
	last := s.hits[s.limit-1].time
	n := s.limit
	for n < len(s.hits) && s.hits[n].time == last {
		n++
	}
	s.hits, s.threshold = s.hits[:n], last-1
}

// rows builds the rows of hits, newest first, ties by id, highest first, then by lane; at
// most limit.
func (v *view) rows(hits []hit, limit int) ([]Row, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.block.number, b.block.number), cmp.Compare(a.row, b.row))
	})
	recs := make([]rec, len(hits))
	if err := v.buildRecs(hits, recs); err != nil {
		return nil, err
	}
	order := make([]int32, len(hits))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(recs[b].time, recs[a].time), compareIDs(recs[b].id, recs[a].id),
			cmp.Compare(v.laneOf(&recs[a]), v.laneOf(&recs[b])))
	})
	order = order[:min(len(order), limit)]
	out := make([]Row, len(order))
	l := v.s.plates
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i, k := range order {
		row, ok := v.row(&recs[k], l)
		if !ok {
			return nil, hits[k].block.damage("it names a word, vehicle or batch that is not known")
		}
		row.Areas = hits[k].areas
		out[i] = row
	}
	return out, nil
}

// laneOf returns the name of a row's lane, or "" when its batch is not known.
func (v *view) laneOf(r *rec) string {
	if int(r.batch) >= len(v.batches) {
		return ""
	}
	return v.lanes[v.batches[r.batch].lane]
}

// row translates a rec. The caller holds l.mu.
func (v *view) row(r *rec, l *vehicleList) (Row, bool) {
	if int(r.vehicle) >= len(l.plates) || l.plates[r.vehicle] == 0 || int(r.batch) >= len(v.batches) {
		return Row{}, false
	}
	state := l.states[r.vehicle]
	for _, w := range [...]uint32{state, r.make, r.model, r.color, r.camera, r.source} {
		if int(w) >= len(v.words) {
			return Row{}, false
		}
	}
	b := &v.batches[r.batch]
	return Row{Detection: r.detection(v.words, l), Lane: v.lanes[b.lane], PhotoProvider: b.photos}, true
}

// detection translates a rec whose numbers are known. The caller holds l.mu.
func (r *rec) detection(words []string, l *vehicleList) detection.Detection {
	return detection.Detection{
		ID: r.id.String(), Plate: unpackPlate(l.plates[r.vehicle]), State: words[l.states[r.vehicle]],
		Time: time.UnixMilli(r.time).UTC(), Pos: r.pos,
		Make: words[r.make], Model: words[r.model], Color: words[r.color], Year: int(r.year),
		HeadingDeg: r.heading, Camera: words[r.camera], Source: detection.Source(words[r.source]),
		Confidence: r.conf, Photos: int(r.photos),
	}
}
