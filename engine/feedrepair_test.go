package engine

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
	"cordon/engine/internal/reads"
)

// TestRepairFromFeed: rows of a feed's lanes that both projections lost are fetched from it again,
// without those that were taken back, beside rows of a file; the feed alone repairs what is its
// own, and one that does not have them any more puts nothing back.
func TestRepairFromFeed(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name    string
		harm    func(t *testing.T, pub *feedtest.Feed)
		repairs bool
	}{
		{"whole", func(*testing.T, *feedtest.Feed) {}, true},
		{"a segment is damaged", func(t *testing.T, pub *feedtest.Feed) {
			damageNewest(t, filepath.Join(pub.Dir, "lanes", laneA.String(), "segments"))
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, noWait)
			pub := feedtest.New(t, t.TempDir())
			pub.Segment(laneA, feedtest.Reads(0, 0, 3000), nil, nil)
			pub.Segment(laneB, feedtest.Reads(0, 0, 2000), nil, nil)
			if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
				t.Fatal(err)
			}
			sync := func() {
				t.Helper()
				if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			sync()
			pub.Segment(laneA, feedtest.Reads(0, 5000, 500), []string{"r0000007", "r0000008"}, nil)
			sync()
			pub.Segment(laneB, feedtest.Reads(0, 7000, 50), []string{"r0000100"}, nil) // not applied
			local := csvOf("a", 400, feedtest.Start)
			if r, err := f.door(t, "kl").Import(ctx, ImportOptions{Name: "a.csv"}, strings.NewReader(local), nil); err != nil || r.Rows != 400 {
				t.Fatalf("%+v, %v", r, err)
			}
			want, state := content(t, f), fmt.Sprint(f.DataState(), holdingOf(f.reads.State()))
			f.Engine.Close()
			flip := func(wanted func(n int) bool) {
				stored(t, f, 'b', func(n int, value []byte) []byte {
					if wanted(n) {
						value[len(value)/2] ^= 1
					}
					return value
				})
			}
			flip(func(int) bool { return true })
			lists := vehicleBlocks(t, f)
			flip(func(n int) bool { return lists[n] }) // the lists of vehicles are whole again
			c.harm(t, pub)
			f.reopen(t)
			s := f.door(t, "kl")
			r, err := s.Repair(ctx, []RepairFile{given("a.csv", local)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d found, %d put back, %d rows, left %d, refused %v", len(r.Before), r.Blocks, r.Rows, len(r.After.Findings), r.Refused)
			if !c.repairs {
				if len(r.After.Findings) == 0 || len(r.Refused) == 0 {
					t.Errorf("%+v", r)
				}
				return
			}
			if len(r.After.Findings) > 0 || len(r.Refused) > 0 {
				t.Fatalf("left %+v, refused %+v", r.After.Findings, r.Refused)
			}
			if got := content(t, f); got != want {
				t.Error("the rows are not what they were")
			}
			if now := fmt.Sprint(f.DataState(), holdingOf(f.reads.State())); now != state {
				t.Errorf("%s, was %s", now, state)
			}
		})
	}
}

// vehicleBlocks opens the workstation, all of whose blocks are damaged, and says which of them,
// in the order of their numbers, list vehicles.
func vehicleBlocks(t *testing.T, f fixture) map[int]bool {
	t.Helper()
	f.reopen(t)
	r, err := f.door(t, "kl").Check(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[int]string{}
	for _, x := range r.Findings {
		number := 0
		if _, err := fmt.Sscanf(x.Block[strings.LastIndex(x.Block, "#")+1:], "%d", &number); err != nil {
			t.Fatal(err)
		}
		kinds[number] = x.Kind
	}
	out := map[int]bool{}
	for i, number := range slices.Sorted(maps.Keys(kinds)) {
		out[i] = kinds[number] == "vehicle"
	}
	f.Engine.Close()
	return out
}

// content is all that the workstation holds, row for row.
func content(t *testing.T, f fixture) string {
	t.Helper()
	r, err := f.reads.Run(context.Background(), reads.Plan{Kind: detection.KindModel, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	lanes := map[string]int{}
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%s %s %+v\n", row.Lane, row.Origin, row.Detection)
		lanes[row.Lane]++
	}
	for _, l := range []feed.Lane{laneA, laneB} {
		if lanes[l.String()] == 0 {
			t.Fatalf("no rows of %s", l)
		}
	}
	return b.String()
}
