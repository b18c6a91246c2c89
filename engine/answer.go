package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
)

// openAnswer is what the session holds of an answer until it is released. It is never
// written anywhere.
type openAnswer struct {
	rows   []openRow
	query  string // canonical; the answer's own Query belongs to the caller
	answer keptAnswer
}

type openRow struct {
	Row
	provider string
}

// keptAnswer is what a case keeps of the answer that an item came from: nothing of the
// other rows.
type keptAnswer struct {
	Entry  int64
	Leaf   string
	RanAt  time.Time
	User   string
	Count  int64
	Cut    bool
	Digest string
	State  string
	Query  detection.Query
}

// answerOf turns the store's result into the caller's answer and the session's own copy.
func answerOf(p *prepared, r *reads.Result) (*Answer, *openAnswer) {
	spatial := p.q.Kind.Spatial()
	a := &Answer{Query: p.q, Count: r.Count, Reads: r.Count, State: stateName(r.State)}
	open := &openAnswer{}
	a.Rows = rowsOf(r.Rows, spatial, open)
	a.PlateHits = rowsOf(r.Reads, spatial, open)
	if p.q.Kind == detection.KindCommon || p.q.Kind == detection.KindRepeat {
		a.Reads = r.Matched
		for _, v := range r.Vehicles {
			a.Plates = append(a.Plates, PlateRow{Vehicle: v.Vehicle, Seen: v.Seen, PerPlace: v.PerArea, Reads: v.Reads, First: v.First, Last: v.Last})
		}
	}
	a.Cut = p.q.Limit != 0 && int64(len(a.Rows)+len(a.Plates)) < a.Count
	a.HitsCut = p.plan.Reads > 0 && int64(len(a.PlateHits)) < readsBehind(r.Vehicles)
	a.Digest = digest(a, spatial)
	return a, open
}

// readsBehind counts the reads of vehicles.
func readsBehind(list []reads.VehicleRow) int64 {
	n := int64(0)
	for _, v := range list {
		n += int64(v.Reads)
	}
	return n
}

func rowsOf(list []reads.Row, spatial bool, open *openAnswer) []Row {
	if len(list) == 0 {
		return nil
	}
	out := make([]Row, len(list))
	for i, r := range list {
		out[i] = Row{Detection: r.Detection, Lane: r.Lane}
		if spatial {
			for j := range reads.MaxMask {
				if r.Areas&(1<<j) != 0 {
					out[i].Areas = append(out[i].Areas, j)
				}
			}
		}
		kept := out[i]
		kept.Areas = slices.Clone(kept.Areas)
		provider := r.PhotoProvider
		if provider == providerFeed {
			provider = r.Origin
		}
		open.rows = append(open.rows, openRow{kept, provider})
	}
	return out
}

// keepOpen makes an answer's rows available to Photos and Keep, if handOut allows it.
func (s *Session) keepOpen(entry int64, a *openAnswer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.handOut(); err != nil {
		return err
	}
	s.answers[entry] = a
	s.order = append(s.order, entry)
	for len(s.order) > maxAnswers {
		delete(s.answers, s.order[0])
		s.order = s.order[1:]
	}
	return nil
}

// Release drops an answer: its rows can no longer be kept nor their photos shown.
func (s *Session) Release(entry int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.answers, entry)
	s.order = slices.DeleteFunc(s.order, func(e int64) bool { return e == entry })
}

// openRow finds a row of an open answer, and what a case keeps of the answer.
func (s *Session) openRow(entry int64, ref DetectionRef) (openRow, keptAnswer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.answers[entry]
	if a == nil {
		return openRow{}, keptAnswer{}, fmt.Errorf("the answer of entry %d is closed: %w", entry, ErrNotFound)
	}
	for _, r := range a.rows {
		if r.Ref() == ref {
			kept := a.answer
			var err error
			kept.Query, err = detection.ParseQuery([]byte(a.query))
			return r, kept, err
		}
	}
	return openRow{}, keptAnswer{}, missing("the read", ref.Lane+"/"+ref.ID)
}

// Photos returns the photos of one row of an open answer. A row whose provider holds none,
// or is not known here, gives an empty list.
func (s *Session) Photos(ctx context.Context, entry int64, ref DetectionRef) ([]Photo, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	r, _, err := s.openRow(entry, ref)
	if err != nil {
		return nil, err
	}
	photos, err := s.e.photos(ctx, r.provider, r.Lane, r.Detection)
	return handed(s, photos, err)
}
