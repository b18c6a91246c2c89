package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/vault"
)

// TestCancelledQuery: a query that is cancelled gives the context's error, no answer, and an
// entry that says so (U-1).
func TestCancelledQuery(t *testing.T) {
	f := open(t)
	f.load(t, "two", 100)
	s := f.door(t, "kl")
	ctx, cancel := context.WithCancel(context.Background())
	p, v, _, err := s.admit(ctx, geoQuery())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = s.e.reads.Run(ctx, p.plan)
	if err := s.failed(ctx, v, err); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if e := last(f.all(t)); e.Kind != "query-failed" || e.Fields["why"] != "cancelled" || e.Query == nil {
		t.Errorf("%+v", e)
	}
	if a, err := s.Run(ctx, geoQuery(), RunOptions{}); a != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestDamagedReads: a query that meets a block that fails its authentication is ErrDamaged and
// never a shorter answer; it is recorded, and Check finds it too.
func TestDamagedReads(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 3_000)
	f.Engine.Close()
	v, err := vault.Open(ctx, vault.Options{Dir: filepath.Join(f.o.Dir, "vault")})
	if err != nil {
		t.Fatal(err)
	}
	// Another key for the second quarter of 2026 does to its blocks what flipped bits do.
	if err := v.Update(ctx, func(tx *vault.Tx) error { return tx.Delete(vault.K("data-key", fmt.Sprint(2026*4+1))) }); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	defer f.Engine.Close()
	s := f.door(t, "kl")
	if a, err := s.Run(ctx, geoQuery(), RunOptions{}); !errors.Is(err, ErrDamaged) || a != nil {
		t.Errorf("%v, want ErrDamaged", err)
	}
	if e := last(f.all(t)); e.Kind != "query-failed" || e.Fields["why"] != "damage" {
		t.Errorf("%+v", e)
	}
	if r, err := s.Check(ctx, func(done, total int64) {}); err != nil || len(r.Findings) == 0 || r.Findings[0].Store != StoreDetections || r.Findings[0].Quarter != "2026-Q2" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLostItemIsDamage: a case whose item is gone is damaged, not shorter (T-1).
func TestLostItemIsDamage(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s, _, item := kept(t, f)
	if err := f.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Delete(keyItem(s.account.Unit, purpose.Case, item.ID)) }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Case(ctx, purpose.Case); !errors.Is(err, ErrDamaged) {
		t.Errorf("case: %v", err)
	}
	if _, err := s.Cases(ctx); !errors.Is(err, ErrDamaged) {
		t.Errorf("list: %v", err)
	}
}

// TestRepeatQuery proves Q-GEO-5 through the facade: plates by window.
func TestRepeatQuery(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 480)
	s := f.door(t, "kl")
	q := geoQuery()
	q.Kind = detection.KindRepeat
	q.Windows = nil
	for i := range 3 {
		q.Windows = append(q.Windows, detection.Window{From: day.AddDate(0, 0, 5*i), To: day.AddDate(0, 0, 5*i+4)})
	}
	q.MinAreas = 3
	a, err := s.Run(ctx, q, RunOptions{Reads: true})
	if err != nil || a.Count != 1 || a.Plates[0].Plate != "VAN123" || a.Plates[0].Seen != 3 || len(a.Plates[0].PerPlace) != 3 {
		t.Fatalf("%+v, %v", a, err)
	}
	// The van is at corner A in hours 0, 21, 42, …: count them in each window by hand.
	for i, n := range a.Plates[0].PerPlace {
		want := 0
		for h := 0; h < 480; h += 21 {
			if at := day.Add(time.Duration(h) * time.Hour); q.Windows[i].Contains(at) {
				want++
			}
		}
		if n != want {
			t.Errorf("window %d: %d reads, want %d", i, n, want)
		}
	}
	if len(a.PlateHits) != a.Plates[0].Reads {
		t.Errorf("%d hits, %d reads", len(a.PlateHits), a.Plates[0].Reads)
	}
}

// TestOneAreaLess: among several areas the fullest is offered to be left out (Q-ALL-5), but
// never below what the kind needs.
func TestOneAreaLess(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 1_200)
	s := f.door(t, "kl")
	q := commonQuery()
	q.Windows[0].To = day.AddDate(0, 0, 60)
	has := func(q detection.Query) string {
		e, err := s.Estimate(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range e.Narrower {
			if strings.HasPrefix(n.Label, "Without area ") {
				return n.Label
			}
		}
		return ""
	}
	if got := has(q); got != "" {
		t.Errorf("a common-plate query of two areas: %q", got)
	}
	q.Areas = append(q.Areas, square("C", -75.60, 39.60, 0.002))
	if got := has(q); got != "Without area A" {
		t.Errorf("three areas: %q", got)
	}
	q.Kind, q.Areas = detection.KindGeo, q.Areas[1:]
	q.Areas[0].Name = ""
	if got := has(q); got != "Without area 1" {
		t.Errorf("geo without a name: %q", got)
	}
}

func TestDays(t *testing.T) {
	at := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for want, c := range map[string][2]time.Time{
		"8 – 14 May":                        {at(2026, 5, 8), at(2026, 5, 15)},
		"28 April – 4 May":                  {at(2026, 4, 28), at(2026, 5, 5)},
		"29 December 2025 – 4 January 2026": {at(2025, 12, 29), at(2026, 1, 5)},
	} {
		if got := days(c[0], c[1]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestRules proves X-3: the text in force and its digest.
func TestRules(t *testing.T) {
	f := open(t)
	r := f.Rules()
	if len(r.Rules) != 8 || r.Version != 7 || len(r.Digest) != 64 || r.InForce.Format(time.DateOnly) != "2026-05-18" || r.Rules[3].Changed == "" {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(f.Banner(), "monitored") || !strings.HasPrefix(f.Workstation(), "WS-") {
		t.Errorf("banner %q, workstation %q", f.Banner(), f.Workstation())
	}
}
