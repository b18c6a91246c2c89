package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
)

// TestTenThousand proves Q-ALL-4: 9,999 matches return 5,000 rows; 10,000 ask first, with
// the count; both are recorded; the newest come back, marked as cut.
func TestTenThousand(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 10_600)
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindModel, Make: []string{"ford"}, Model: []string{"Transit"}, Windows: []detection.Window{{From: day, To: day.Add(10_000 * time.Hour)}}, Limit: detection.NoLimit, Purpose: purpose}

	under := q
	under.Windows = []detection.Window{{From: day, To: day.Add(9_999 * time.Hour)}}
	a, err := s.Run(ctx, under, RunOptions{})
	if err != nil || a.Count != 9_999 || len(a.Rows) != 5_000 || !a.Cut || len(a.Warnings) != 0 {
		t.Fatalf("9,999: %v", err)
	}
	_, err = s.Run(ctx, q, RunOptions{})
	var ask *NeedsConfirmation
	if !errors.As(err, &ask) || ask.Count != 10_000 || len(ask.Warnings) != 1 || ask.Warnings[0].Rule != "ALL-4" {
		t.Fatalf("10,000: %v", err)
	}
	if e := last(f.all(t)); e.Kind != "warning" || e.Index != ask.Entry || e.Fields["count"] != "10000" || e.Fields["warnings"] != "ALL-4" {
		t.Errorf("%+v", e)
	}
	a, err = s.Run(ctx, q, RunOptions{Confirm: true})
	if err != nil || a.Count != 10_000 || len(a.Rows) != 5_000 || !a.Cut {
		t.Fatalf("confirmed: %v", err)
	}
	if a.Rows[0].ID != "two9999" || a.Rows[4_999].ID != "two5000" {
		t.Errorf("rows from %s to %s", a.Rows[0].ID, a.Rows[4_999].ID)
	}
	if e := last(f.all(t)); e.Kind != "query" || e.Index != a.Entry || e.Leaf != a.Leaf || e.Fields["confirmed"] != "true" || e.Fields["warnings"] != "ALL-4" || e.Fields["returned"] != "5000" || e.Fields["digest"] != a.Digest || e.Fields["state"] != "local@1" {
		t.Errorf("%+v", e)
	}
	q.Limit = 0
	if a, err = s.Run(ctx, q, RunOptions{}); err != nil || a.Count != 10_000 || len(a.Rows) != 0 || a.Cut || len(a.Warnings) != 1 {
		t.Errorf("the count alone: %+v, %v", a, err)
	}
	q.Limit = 5_001
	if _, err = s.Run(ctx, q, RunOptions{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a limit over the policy's: %v", err)
	}
	all := []detection.Window{{From: day, To: day.Add(10_600 * time.Hour)}}
	e, err := s.Estimate(ctx, detection.Query{Kind: detection.KindModel, Make: []string{"FORD"}, Model: []string{"TRANSIT"}, Windows: all})
	if err != nil || e.Reads < 10_000 || e.Reads > 11_000 || len(e.Warnings) != 1 || e.Warnings[0].Rule != "ALL-4" || len(e.Narrower) < 3 {
		t.Fatalf("%+v, %v", e, err)
	}
	want := day.Add(5_600 * time.Hour)
	if d := e.CutAt.Sub(want); d < -600*time.Hour || d > 600*time.Hour { // the meter's counts are rough
		t.Errorf("cut at %s, want about %s", e.CutAt, want)
	}
}

// TestCountIsConfirmedByItself proves Q-ALL-4: who confirmed what was shown before the query ran
// is asked again when the count is over the limit, with both warnings.
func TestCountIsConfirmedByItself(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 30_000)
	s := f.door(t, "kl")
	q := plateQuery()
	q.Kind, q.Plate = detection.KindPartial, "p?????"
	q.Windows = []detection.Window{{From: day, To: day.Add(40_000 * time.Hour)}}
	ask := func(o RunOptions, count bool, rules string) {
		t.Helper()
		var n *NeedsConfirmation
		if _, err := s.Run(ctx, q, o); !errors.As(err, &n) || (n.Count >= 10_000) != count || joinRules(n.Warnings) != rules {
			t.Fatalf("%v, want a question about %s", err, rules)
		}
	}
	ask(RunOptions{}, false, "PART-2")
	ask(RunOptions{Confirm: true}, true, "PART-2 ALL-4")
	second := last(f.all(t))
	if second.Kind != "warning" || second.Fields["warnings"] != "PART-2 ALL-4" {
		t.Errorf("%+v", second)
	}
	for _, warned := range []string{fmt.Sprint(second.Index), "unseen"} { // the second time nothing was shown
		a, err := s.Run(ctx, q, RunOptions{Confirm: true})
		if err != nil || len(a.Rows) != 5_000 || !a.Cut {
			t.Fatalf("%v", err)
		}
		if e := last(f.all(t)); e.Fields["confirmed"] != "true" || e.Fields["warned"] != warned {
			t.Errorf("%+v, want warned %s", e, warned)
		}
	}
	q.Limit = 0 // the count alone shows nothing that needs confirming
	ask(RunOptions{}, false, "PART-2")
	if a, err := s.Run(ctx, q, RunOptions{Confirm: true}); err != nil || a.Count < 10_000 || a.Cut {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestWarningsComeFirst proves Q-PART-2 and Q-GEO-4: nothing runs before they are confirmed.
func TestWarningsComeFirst(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s := f.door(t, "kl")
	partial := plateQuery()
	partial.Kind, partial.Plate = detection.KindPartial, "v?????"
	wide := geoQuery()
	wide.Areas = []detection.Area{square("A", -75.55, 39.74, 0.03)}
	for rule, q := range map[string]detection.Query{"PART-2": partial, "GEO-4": wide} {
		_, err := s.Run(ctx, q, RunOptions{})
		var ask *NeedsConfirmation
		if !errors.As(err, &ask) || ask.Count != -1 || len(ask.Warnings) != 1 || ask.Warnings[0].Rule != rule {
			t.Fatalf("%s: %v", rule, err)
		}
		// The entry names the warning that was seen. One warning serves one confirmation, also
		// in a session of its own, for a day, for its own query and its own person.
		confirmed := func(s *Session, q detection.Query, warned string) {
			t.Helper()
			a, err := s.Run(ctx, q, RunOptions{Confirm: true})
			if err != nil || a.Count == 0 || len(a.Warnings) != 1 {
				t.Fatalf("%s: %+v, %v", rule, a, err)
			}
			if e := last(f.all(t)); e.Fields["confirmed"] != "true" || e.Fields["warnings"] != rule || e.Fields["warned"] != warned {
				t.Errorf("%s: %+v, want warned %s", rule, e, warned)
			}
		}
		another := q
		another.Purpose.Subject = "a red van"
		confirmed(s, another, "unseen")
		confirmed(f.door(t, "kl"), q, fmt.Sprint(ask.Entry))
		confirmed(s, q, "unseen")
		if _, err = s.Run(ctx, q, RunOptions{}); !errors.As(err, &ask) {
			t.Fatal(err)
		}
		f.advance(25 * time.Hour)
		s = f.door(t, "kl")
		confirmed(s, q, "unseen")
		// The meter shows the warning as well, whatever the purpose will be.
		bare := q
		bare.Purpose = detection.Purpose{}
		if e, err := s.Estimate(ctx, bare); err != nil || joinRules(e.Warnings) != rule {
			t.Fatalf("%+v, %v", e, err)
		}
		confirmed(s, q, "meter")
		confirmed(f.door(t, "kl"), q, "unseen") // that session's meter showed nothing
	}
	huge := geoQuery()
	huge.Areas = []detection.Area{square("A", -75.55, 39.74, 0.3)}
	_, err := s.Run(ctx, huge, RunOptions{Confirm: true})
	wantRefusal(t, err, "GEO-4")
	// What is missing in a purpose is refused and recorded (Q-ALL-2, Q-GEO-3).
	bare := geoQuery()
	bare.Purpose.Justification = ""
	_, err = s.Run(ctx, bare, RunOptions{Confirm: true})
	wantRefusal(t, err, "GEO-3")
	bare.Purpose.Case = "x"
	_, err = s.Run(ctx, bare, RunOptions{Confirm: true})
	wantRefusal(t, err, "ALL-2")
	if e := last(f.all(t)); e.Kind != "refusal" || e.Fields["rule"] != "ALL-2" {
		t.Errorf("%+v", e)
	}
	if list := s.CheckPurpose(bare); len(list) != 2 {
		t.Errorf("%+v", list)
	}
}

// TestInvalidQueries: what cannot be meant is ErrInvalid with field and place (Q-ALL-1, Q-GEO-1).
func TestInvalidQueries(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	s := f.door(t, "kl")
	bow := orb.MultiPolygon{{{{-75, 39}, {-74.99, 39.01}, {-74.99, 39}, {-75, 39.01}, {-75, 39}}}}
	for name, c := range map[string]struct {
		change func(*detection.Query)
		field  string
	}{
		"no timeframe":    {func(q *detection.Query) { q.Windows = nil }, "windows"},
		"backwards":       {func(q *detection.Query) { q.Windows[0].From, q.Windows[0].To = q.Windows[0].To, q.Windows[0].From }, "windows[0]"},
		"endless":         {func(q *detection.Query) { q.Windows[0].From = time.Date(1, 1, 1, 0, 0, 0, 1e6, time.UTC) }, "windows[0]"},
		"crossing itself": {func(q *detection.Query) { q.Areas[0].Shape = bow }, "areas[0].geometry"},
		"NaN":             {func(q *detection.Query) { q.Areas[0].Shape[0][0][1][0] = math.NaN() }, "areas[0].geometry"},
		"infinite":        {func(q *detection.Query) { q.Areas[0].Shape[0][0][1][0] = math.Inf(1) }, "areas[0].geometry"},
		"under 3 m²":      {func(q *detection.Query) { q.Areas[0] = square("A", -75.55, 39.74, 0.000005) }, "areas[0].geometry"},
		"no area":         {func(q *detection.Query) { q.Areas = nil }, "areas"},
		"unknown kind":    {func(q *detection.Query) { q.Kind = "face" }, "kind"},
		"one area twice (Q-COM-1)": {func(q *detection.Query) {
			q.Kind = detection.KindCommon
			turned := slices.Clone(q.Areas[0].Shape[0][0][:4])
			turned = append(turned[2:], turned[:2]...)
			slices.Reverse(turned)
			q.Areas = []detection.Area{q.Areas[0], square("B", -75.4, 39.74, 0.001), {Name: "C", Shape: orb.MultiPolygon{{append(turned, turned[0])}}}}
		}, "areas[2]"},
		"overlapping windows (Q-GEO-5)": {func(q *detection.Query) {
			q.Kind = detection.KindRepeat
			q.Windows = []detection.Window{{From: day, To: day.Add(48 * time.Hour)}, {From: day.Add(47 * time.Hour), To: day.Add(72 * time.Hour)}}
		}, "windows[1]"},
		"unknown hours' zone": {func(q *detection.Query) { q.Hours = detection.Hours{FromMin: 1, ToMin: 2, Zone: "Mars/Base"} }, "hours.zone"},
	} {
		q := geoQuery()
		c.change(&q)
		_, err := s.Run(ctx, q, RunOptions{Confirm: true})
		var field *detection.FieldError
		if !errors.Is(err, ErrInvalid) || !errors.As(err, &field) || field.Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Estimate(ctx, q); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: estimate: %v", name, err)
		}
	}
	common := geoQuery()
	common.Kind = detection.KindCommon
	common.Areas = []detection.Area{common.Areas[0], common.Areas[0]}
	common.Areas[1].Name = "copy"
	if _, err := s.Run(ctx, common, RunOptions{}); err == nil || !strings.Contains(err.Error(), "(copy) is the same as areas[0] (A)") {
		t.Errorf("one area twice: %v", err)
	}
	common.Areas[1] = square("B", -75.5505, 39.74, 0.002) // overlaps A, and is another place (Q-COM-1)
	if _, err := s.Run(ctx, common, RunOptions{}); err != nil {
		t.Errorf("overlapping areas: %v", err)
	}
	if c := s.CheckShape(bow); c.Problem == "" || math.Abs(c.At[0]+74.995) > 1e-9 || math.Abs(c.At[1]-39.005) > 1e-9 {
		t.Errorf("%+v", c)
	}
	if c := s.CheckShape(square("", -75.55, 39.74, 0.002).Shape); c.Problem != "" || c.AreaM2 < 150_000 || c.AreaM2 > 155_000 {
		t.Errorf("%+v", c)
	}
}

// TestDigestCanBeRecomputed writes the digest's JSON with encoding/json from the rows that
// a reviewer sees.
func TestDigestCanBeRecomputed(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	rows := func(yield func(detection.Detection, error) bool) {
		for d := range grid(100, "x") {
			d.Make, d.Confidence, d.HeadingDeg, d.Camera = "CITROËN \"<&>\"", 0.97, 123.5, "Ü\\1"
			d.Time = d.Time.Add(123 * time.Millisecond)
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := f.Load(ctx, LoadOptions{Origin: "test"}, rows, nil); err != nil {
		t.Fatal(err)
	}
	s := f.door(t, "kl")
	sum := func(count int64, rows any) string {
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(struct {
			Count int64 `json:"count"`
			Rows  any   `json:"rows"`
		}{count, rows}); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", sha256.Sum256(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))))
	}
	for _, q := range []detection.Query{geoQuery(), plateQuery()} {
		a, err := s.Run(ctx, q, RunOptions{})
		if err != nil || a.Count == 0 {
			t.Fatal(err)
		}
		list := []map[string]any{}
		for _, r := range a.Rows {
			m := map[string]any{
				"camera": r.Camera, "color": r.Color, "confidence": r.Confidence, "heading": r.HeadingDeg, "id": r.ID, "lane": r.Lane,
				"lat": r.Pos[1], "lon": r.Pos[0], "make": r.Make, "model": r.Model, "plate": r.Plate, "source": r.Source, "state": r.State,
				"time": r.Time.UTC().Format(time.RFC3339Nano), "year": r.Year,
			}
			if q.Kind == detection.KindGeo {
				m["areas"] = r.Areas
			}
			list = append(list, m)
		}
		if want := sum(a.Count, list); a.Digest != want {
			t.Errorf("%s: %s, want %s", q.Kind, a.Digest, want)
		}
		again, err := s.Run(ctx, q, RunOptions{})
		if err != nil || again.Digest != a.Digest {
			t.Errorf("%s: another digest on the second run", q.Kind)
		}
	}
	a, err := s.Run(ctx, commonQuery(), RunOptions{})
	if err != nil || a.Count == 0 {
		t.Fatal(err)
	}
	list := []map[string]any{}
	for _, p := range a.Plates {
		list = append(list, map[string]any{
			"first": p.First.UTC().Format(time.RFC3339Nano), "last": p.Last.UTC().Format(time.RFC3339Nano), "places": p.PerPlace,
			"plate": p.Plate, "reads": p.Reads, "seen": p.Seen, "state": p.State,
		})
	}
	if want := sum(a.Count, list); a.Digest != want {
		t.Errorf("common: %s, want %s", a.Digest, want)
	}
	with, err := s.Run(ctx, commonQuery(), RunOptions{Reads: true})
	if err != nil || with.Digest != a.Digest || len(with.PlateHits) == 0 {
		t.Errorf("the digest depends on Reads")
	}
}
