package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"cordon/engine/detection"
)

// told reports whether a count is one that the meter may show: nothing below the policy's
// limit, fifties below a thousand, two digits above.
func told(n int64, blurred bool) bool {
	switch {
	case blurred:
		return n == 0
	case n <= 100:
		return false
	case n < 1000:
		return n%50 == 0
	}
	for n >= 100 {
		if n >= 1000 && n%10 != 0 {
			return false
		}
		n /= 10
	}
	return true
}

// TestEstimateGivesNothingAway proves Q-ALL-5: counts are rough and small ones are not told,
// the same question has the same answer, and what would narrow it can be applied.
func TestEstimateGivesNothingAway(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 1_000)
	s := f.door(t, "kl")
	q := geoQuery() // 160 of the hours of 20 days are at corner A
	q.Purpose = detection.Purpose{}
	e, err := s.Estimate(ctx, q)
	if err != nil || e.Refused != nil || e.Blurred || e.Reads < 110 || e.Reads > 210 || e.PerArea[0].Reads != e.Reads || e.Span != 480*time.Hour {
		t.Fatalf("%+v, %v", e, err)
	}
	if again, err := s.Estimate(ctx, q); err != nil || again.Reads != e.Reads {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	if len(e.Narrower) == 0 {
		t.Error("nothing would narrow it")
	}
	for _, n := range e.Narrower {
		if !told(n.Reads, n.Blurred) || n.Reads >= e.Reads {
			t.Errorf("%+v", n)
		}
		if _, err := s.Estimate(ctx, n.Query); err != nil {
			t.Errorf("%s cannot be applied: %v", n.Label, err)
		}
	}
	for hours := 1; hours < 480; hours += 7 {
		q.Windows[0].To = day.Add(time.Duration(hours) * time.Hour)
		e, err := s.Estimate(ctx, q)
		if err != nil || !told(e.Reads, e.Blurred) || !told(e.PerArea[0].Reads, e.PerArea[0].Blurred) {
			t.Fatalf("%d hours: %+v, %v", hours, e, err)
		}
		if e.Blurred && len(e.Narrower) > 0 {
			t.Errorf("%d hours: small counts have narrowings", hours)
		}
		if reads := hours / 3; reads < 90 && !e.Blurred {
			t.Errorf("%d hours hold %d reads, told %d", hours, reads, e.Reads)
		}
	}
}

// TestMeterIsNoQuery plays the attack that finds single reads with the meter (Q-ALL-5): a box
// of some metres beside a large area must not change the total, whether it holds reads or not.
func TestMeterIsNoQuery(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 1_000)
	s := f.door(t, "kl")
	base := geoQuery()
	base.Windows[0].To = day.AddDate(0, 0, 10) // 80 reads at each of three corners
	r := rand.New(rand.NewPCG(1, 2))
	shown := 0
	for range 40 {
		pad := square("pad", -75.525, 39.72, 0.035+0.01*r.Float64()) // two corners
		box := func(lon, lat float64) Estimate {
			q := base
			q.Areas = []detection.Area{pad, square("box", lon, lat, 0.00003)}
			e, err := s.Estimate(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		full, empty := box(-75.60, 39.60), box(-75.60, 39.62)
		if full.Reads != empty.Reads || full.Blurred != empty.Blurred || full.PerArea[0].Reads != empty.PerArea[0].Reads || !full.PerArea[1].Blurred || !empty.PerArea[1].Blurred {
			t.Fatalf("a box with 80 reads gives %d %v %+v, an empty one %d %v %+v", full.Reads, full.Blurred, full.PerArea, empty.Reads, empty.Blurred, empty.PerArea)
		}
		if !full.Blurred {
			shown++
		}
	}
	if shown == 0 {
		t.Error("no total was told: the attack was not played")
	}
}

// TestMeterUseIsRecorded: estimates stand in the log in bulk, before the query they led to
// and at sign-out, and asking without end is refused and recorded (Q-ALL-5, U-1).
func TestMeterUseIsRecorded(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 300)
	s := f.door(t, "kl")
	scopes := func() (list []AuditEntry) {
		for _, e := range f.all(t) {
			if e.Kind == "scope" {
				list = append(list, e)
			}
		}
		return list
	}
	for range 3 {
		if _, err := s.Estimate(ctx, geoQuery()); err != nil {
			t.Fatal(err)
		}
	}
	if got := scopes(); len(got) != 0 {
		t.Errorf("%d entries while drawing", len(got))
	}
	if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	got := scopes()
	if len(got) != 1 || got[0].Fields["estimates"] != "3" || got[0].Fields["distinct"] != "1" || got[0].Fields["smallest_m2"] == "" {
		t.Fatalf("after the query: %+v", got)
	}
	var refusal *Refusal
	for i := range scopePerMinute + 10 {
		_, err := s.Estimate(ctx, geoQuery())
		if err != nil && (!errors.As(err, &refusal) || refusal.Rule != "ALL-5" || i < scopePerMinute-10) {
			t.Fatalf("estimate %d: %v", i, err)
		}
	}
	if refusal == nil {
		t.Fatal("the meter answers without end")
	}
	refused := 0
	for _, e := range f.all(t) {
		if e.Kind == "refusal" && e.Fields["rule"] == "ALL-5" {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d refusals recorded, want 1 a minute", refused)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if got := scopes(); len(got) != 2 {
		t.Errorf("%d entries after sign-out, want 2", len(got))
	}
}
