package demoworld

import (
	"fmt"
	"time"

	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/detection"

	"github.com/paulmach/orb"
)

const zone = "America/New_York"

// Query turns a planted story (its id, e.g. "warehouses") into the canonical query that
// finds it, without a purpose, and returns the story's text and the plates it is meant to
// find. engine.ErrNotFound when there is no such story.
func Query(id string) (q detection.Query, text string, plates []string, err error) {
	for _, s := range demo.Stories() {
		if s.ID != id {
			continue
		}
		q, err := query(s)
		return q, s.Text, s.Plates, err
	}
	return detection.Query{}, "", nil, fmt.Errorf("story %q: %w", id, engine.ErrNotFound)
}

func query(s demo.Story) (detection.Query, error) {
	q := detection.Query{Kind: detection.Kind(s.QueryKind), MinAreas: s.MinAreas, Plate: s.Pattern, Limit: detection.NoLimit}
	for _, a := range s.Areas {
		ring := make(orb.Ring, len(a.Ring))
		for i, p := range a.Ring {
			ring[i] = orb.Point(p)
		}
		q.Areas = append(q.Areas, detection.Area{Name: a.Name, Shape: orb.MultiPolygon{{ring}}})
	}
	q.Windows = []detection.Window{{From: s.From.UTC(), To: s.To.UTC()}}
	if len(s.Windows) > 0 {
		q.Windows = nil
		for _, w := range s.Windows {
			q.Windows = append(q.Windows, detection.Window{From: w.From.UTC(), To: w.To.UTC()})
		}
	}
	if q.Kind == detection.KindPartial || q.Kind == detection.KindPlate {
		q.State = s.State
	}
	if s.HoursFrom != "" {
		from, err := minutes(s.HoursFrom)
		if err != nil {
			return q, err
		}
		to, err := minutes(s.HoursTo)
		if err != nil {
			return q, err
		}
		q.Hours = detection.Hours{FromMin: from, ToMin: to, Zone: zone}
	}
	return q, q.Validate()
}

func minutes(s string) (int, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("story hours: %w", err)
	}
	return t.Hour()*60 + t.Minute(), nil
}
