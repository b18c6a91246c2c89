package reads

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cordon/engine/detection"
)

// numbered gives synthetic rows ids of their own.
func numbered(n int, seed uint64) (list []detection.Detection) {
	for d := range synthetic(n, seed, 0.2) {
		d.ID = fmt.Sprintf("%d-%s", seed, d.ID)
		list = append(list, d)
	}
	return list
}

// a plan that may see one lane, or one period of it, answers like a store that holds
// nothing else: where blocks mix lanes, are counted unread, and rows stop early.
func TestLanesHideTheRest(t *testing.T) {
	ctx := context.Background()
	all, some := openTest(t, t.TempDir(), tuning{}), openTest(t, t.TempDir(), tuning{})
	from, to := time.Date(2026, 4, 20, 7, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for i := range uint64(12) {
		lane := []string{"a.x", "b.x", "c.x"}[i%3]
		list := numbered(4000, i)
		if _, err := all.Append(ctx, Batch{Lane: lane}, seqOf(list), nil); err != nil {
			t.Fatal(err)
		}
		switch lane {
		case "b.x":
			continue
		case "c.x":
			list = slices.DeleteFunc(list, func(d detection.Detection) bool { return d.Time.Before(from) || !d.Time.Before(to) })
		}
		if _, err := some.Append(ctx, Batch{Lane: lane}, seqOf(list), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(all.Settle(ctx), some.Settle(ctx)); err != nil {
		t.Fatal(err)
	}
	plans := worldPlans(t)
	plans = append(plans, Plan{Kind: detection.KindModel, Limit: 300}, Plan{Kind: detection.KindModel},
		Plan{Kind: detection.KindModel, Limit: 20, Windows: [][]detection.Window{{{From: from.Add(-time.Hour), To: to.Add(time.Hour)}}}})
	want := answers(t, some, plans)
	restricted := slices.Clone(plans)
	for i := range restricted {
		restricted[i].Lanes = []LaneAccess{{Lane: "a.x"}, {Lane: "c.x", Windows: []detection.Window{{From: from, To: to}}}}
	}
	for i, got := range answers(t, all, restricted) {
		if got != want[i] {
			t.Errorf("plan %d differs", i)
		}
	}
	for i := range restricted {
		restricted[i].Lanes = []LaneAccess{}
	}
	for i, got := range answers(t, all, restricted) {
		if got != "0 0\n" {
			t.Errorf("plan %d without a lane: %.60q", i, got)
		}
	}
}

// damage in a lane that a plan may not see does not show.
func TestLanesHideDamage(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{placeRows: 100})
	s.merging.Lock() // so that no merge mixes the lanes
	defer s.merging.Unlock()
	for i, lane := range []string{"a.x", "b.x"} {
		if _, err := s.Append(ctx, Batch{Lane: lane}, seqOf(numbered(500, uint64(i))), nil); err != nil {
			t.Fatal(err)
		}
	}
	var hit []uint64
	for k, runs := range s.current().groups {
		for _, r := range runs {
			for _, m := range r.blocks {
				if k.kind == kindPlace && m.lanes == laneBit(1) {
					hit = append(hit, m.number)
				}
			}
		}
	}
	if err := s.deleteBlocks(hit); err != nil || len(hit) == 0 {
		t.Fatal(hit, err)
	}
	s.renew()
	p := Plan{Kind: detection.KindModel, Limit: 1000}
	if _, err := s.Run(ctx, p); !errors.Is(err, ErrDamaged) {
		t.Errorf("unrestricted: %v", err)
	}
	p.Lanes = []LaneAccess{{Lane: "a.x"}}
	if r, err := s.Run(ctx, p); err != nil || r.Count != 500 {
		t.Errorf("restricted: %v", err)
	}
}

// F-2: rows that are gone go in the commit of the batch that says so, with no other block
// rewritten, and the digest tells.
func TestGone(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	tune := tuning{placeRows: 100, plateRows: 100, idRows: 100}
	s := openTest(t, dir, tune)
	list := numbered(20_000, 1)
	if _, err := s.Append(ctx, Batch{Lane: "a.x"}, seqOf(list), nil); err != nil {
		t.Fatal(err)
	}
	blocks := func() map[uint64]bool {
		out := map[uint64]bool{}
		for _, runs := range s.current().groups {
			for _, r := range runs {
				for _, m := range r.blocks {
					out[m.number] = true
				}
			}
		}
		return out
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	before, state := blocks(), s.State()
	failed := errors.New("cut")
	bad := func(yield func(detection.Detection, error) bool) { yield(detection.Detection{}, failed) }
	gone := []string{list[7].ID, list[9000].ID, list[19_999].ID}
	if _, err := s.Append(ctx, Batch{Lane: "a.x", Gone: gone}, bad, nil); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if now := s.State(); now.Rows != state.Rows || now.Lanes[0] != state.Lanes[0] {
		t.Fatalf("a batch that failed: %+v", now)
	}
	info, err := s.Append(ctx, Batch{Lane: "a.x", Gone: gone, Number: 40}, seqOf(nil), nil)
	if err != nil || info.Gone != 3 || info.Number != 40 || info.Rows != 0 {
		t.Fatalf("%+v, %v", info, err)
	}
	left := 0
	for n := range blocks() {
		if before[n] {
			left++
		}
	}
	if lost := len(before) - left; lost < 3 || lost > 9 { // one block of each kind for each row
		t.Errorf("%d of %d blocks replaced", lost, len(before))
	}
	now := s.State()
	if now.Rows != 19_997 || now.Lanes[0].Rows != 19_997 || now.Lanes[0].Batch != 40 {
		t.Errorf("%+v", now)
	}
	for _, id := range gone {
		if _, err := s.Find(ctx, "a.x", id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	// The digest follows what was said, also where nothing was there to be removed.
	digests := map[[32]byte]bool{now.Lanes[0].Digest: true}
	for i, ids := range [][]string{nil, {"no"}, {"no", "nor"}} {
		o := openTest(t, t.TempDir(), tune)
		if _, err := o.Append(ctx, Batch{Lane: "a.x", Gone: ids}, seqOf(list[:10]), nil); err != nil {
			t.Fatal(err)
		}
		if d := o.State().Lanes[0].Digest; digests[d] {
			t.Errorf("%d: the digest of other removals", i)
		} else {
			digests[d] = true
		}
	}
	if _, err := s.Append(ctx, Batch{Lane: "a.x", Gone: []string{""}}, seqOf(nil), nil); !errors.Is(err, ErrRow) {
		t.Errorf("an empty id: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, dir, tune)
	if again := s.State(); again.Lanes[0] != now.Lanes[0] || again.Rows != now.Rows {
		t.Errorf("reopened: %+v, was %+v", again, now)
	}
	if rep, err := s.Check(ctx, nil); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}
