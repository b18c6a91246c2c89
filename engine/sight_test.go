package engine

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/internal/reads"
)

// TestAgreementsHide proves X-8: a person sees only what the agreements permit to the unit, in
// rows, counts, the scope meter and cameras; the entry says what the answer rested on.
func TestAgreementsHide(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	for i, lane := range []string{"ours.de-north", "toll.de-north", "far.pa-east"} {
		rows := func(yield func(detection.Detection, error) bool) {
			for k := range 400 {
				d := detection.Detection{ID: fmt.Sprint(k), Plate: "AB123", State: "DE", Make: "FORD", Model: "TRANSIT", Time: day.Add(time.Duration(k) * time.Hour), Camera: "C-" + lane}
				d.Pos[0], d.Pos[1] = -75.5, 39.5+float64(i)/10
				if !yield(d, nil) {
					return
				}
			}
		}
		seer := cameraSeer{}
		if _, err := f.take(ctx, reads.Batch{Lane: lane}, seen(iter.Seq2[detection.Detection, error](rows), seer), nil); err != nil {
			t.Fatal(err)
		}
		if err := f.addCameras(ctx, lane, seer.list()); err != nil {
			t.Fatal(err)
		}
	}
	f.load(t, "two", 100) // the local lane
	q := detection.Query{Kind: detection.KindModel, Make: []string{"FORD"}, Model: []string{"TRANSIT"}, Windows: []detection.Window{{From: day, To: day.Add(400 * time.Hour)}}, Limit: detection.NoLimit, Purpose: purpose}
	s := f.door(t, "kl")
	open, err := s.Run(ctx, q, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	local := open.Count - 1200
	a, err := feed.ParseAgreements([]byte(fmt.Sprintf(`{"agreements": [
		{"name": "own", "units": ["Wilmington"], "lanes": ["ours.*"]},
		{"name": "toll", "units": ["*"], "lanes": ["toll.de-*"], "from": %q, "to": %q}]}`, stamp(day.Add(100*time.Hour)), stamp(day.Add(150*time.Hour)))))
	if err != nil {
		t.Fatal(err)
	}
	f.agreements.Store(a)
	got, err := s.Run(ctx, q, RunOptions{})
	if err != nil || got.Count != local+400+50 {
		t.Fatalf("%d rows, want %d: %v", got.Count, local+450, err)
	}
	for _, r := range got.Rows {
		if r.Lane == "far.pa-east" || r.Lane == "toll.de-north" && (r.Time.Before(day.Add(100*time.Hour)) || !r.Time.Before(day.Add(150*time.Hour))) {
			t.Fatalf("a read of %s at %s", r.Lane, r.Time)
		}
	}
	e := last(f.all(t))
	if e.Fields["state"] != got.State || strings.Contains(got.State, "far.") || !strings.Contains(e.Fields["lanes"], "toll.de-north["+stamp(day.Add(100*time.Hour))) || !strings.Contains(e.Fields["lanes"], "ours.de-north") {
		t.Errorf("state %q, entry %+v", got.State, e.Fields)
	}
	cameras, err := s.Cameras(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cameras {
		if c.ID == "C-far.pa-east" {
			t.Error("a camera of a lane that may not be seen")
		}
	}
	hidden := q
	hidden.Windows = []detection.Window{{From: day.Add(200 * time.Hour), To: day.Add(400 * time.Hour)}}
	before, err := s.Estimate(ctx, hidden)
	if err != nil {
		t.Fatal(err)
	}
	f.agreements.Store(&feed.Agreements{})
	if got, err = s.Run(ctx, q, RunOptions{}); err != nil || got.Count != local {
		t.Errorf("without any agreement: %d, want the local lane's %d: %v", got.Count, local, err)
	}
	after, err := s.Estimate(ctx, hidden)
	if err != nil || after.Reads >= before.Reads && !after.Blurred {
		t.Errorf("the scope meter says %d with, %d without: %v", before.Reads, after.Reads, err)
	}
}
