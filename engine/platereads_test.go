package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
)

// TestTenThousandReadsOfOnePlate proves Q-ALL-4 for the reads behind plates: one plate with
// 10,000 reads shows as many places and times as 10,000 plates do.
func TestTenThousandReadsOfOnePlate(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	const n = 10_000
	_, err := f.Load(ctx, LoadOptions{Origin: "test"}, func(yield func(detection.Detection, error) bool) {
		for i := range n {
			at := []orb.Point{{-75.55, 39.74}, {-75.50, 39.70}}[i%2]
			if !yield(detection.Detection{
				ID: fmt.Sprint(i), Plate: "VAN123", State: "DE", Time: day.Add(time.Duration(i) * time.Minute), Pos: at,
				HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence, Source: detection.SourceCommercial,
			}, nil) {
				return
			}
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := f.door(t, "kl")
	q := commonQuery()
	if a, err := s.Run(ctx, q, RunOptions{}); err != nil || a.Count != 1 || a.Reads != n || a.HitsCut || len(a.Warnings) != 0 {
		t.Fatalf("without reads: %+v, %v", a, err)
	}
	_, err = s.Run(ctx, q, RunOptions{Reads: true})
	var ask *NeedsConfirmation
	if !errors.As(err, &ask) || ask.Count != n || len(ask.Warnings) != 1 || ask.Warnings[0].Rule != "ALL-4" {
		t.Fatalf("%v, want a confirmation", err)
	}
	a, err := s.Run(ctx, q, RunOptions{Reads: true, Confirm: true})
	if err != nil || len(a.PlateHits) != 5_000 || !a.HitsCut || a.Cut || len(a.Warnings) != 1 {
		t.Fatalf("confirmed: %d reads, cut %v, %v", len(a.PlateHits), a.HitsCut, err)
	}
}
