package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/feedtest"
	"cordon/engine/internal/reads"
)

var (
	laneA = feed.Lane{Source: "toll", Region: "de-north"}
	laneB = feed.Lane{Source: "wilmington-pd", Region: "de-north"}
)

func noWait(_ *Options, k *knobs) {
	k.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
}

// same compares the rows of a lane with the publisher's, row for row.
func same(t testing.TB, e *Engine, l feed.Lane, want map[string]feed.Read) {
	t.Helper()
	r, err := e.reads.Run(context.Background(), reads.Plan{Kind: detection.KindModel, Lanes: []reads.LaneAccess{{Lane: l.String()}}, Limit: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if int(r.Count) != len(want) {
		t.Fatalf("lane %s: %d rows, the publisher has %d", l, r.Count, len(want))
	}
	for _, row := range r.Rows {
		if w := want[row.ID].Detection; row.Detection != w {
			t.Fatalf("lane %s: %+v, the publisher has %+v", l, row.Detection, w)
		}
		delete(want, row.ID)
	}
	if len(want) > 0 {
		t.Fatalf("lane %s: %d rows are lost", l, len(want))
	}
	rep, err := e.reads.Check(context.Background(), nil)
	if err != nil || len(rep.Findings) > 0 {
		t.Fatalf("check: %+v, %v", rep.Findings, err)
	}
}

func laneOf(t testing.TB, r SyncReport, l feed.Lane) LaneSync {
	t.Helper()
	i := slices.IndexFunc(r.Lanes, func(x LaneSync) bool { return x.Lane == l.String() })
	if i < 0 {
		t.Fatalf("no lane %s in %+v", l, r)
	}
	return r.Lanes[i]
}

// TestSync proves F-1 and F-2: lanes are brought up to the feed, go on where they stopped, take
// corrections and pass over what they have; it is recorded; a lane that fails stops alone.
func TestSync(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	if _, err := f.Sync(ctx, SyncOptions{}); !errors.Is(err, ErrNoFeed) {
		t.Fatalf("without a feed: %v", err)
	}
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 3000), nil, nil)
	pub.Segment(laneB, feedtest.Reads(1, 0, 2000), nil, nil)
	other := feedtest.New(t, t.TempDir())
	for _, o := range []FeedOptions{{Address: pub.Dir, Key: "no key"}, {Address: "http://example.com", Key: pub.Key}, {Address: pub.Dir, Key: other.Key}} {
		if err := f.Join(ctx, o); !errors.Is(err, ErrInvalid) && !errors.Is(err, feed.ErrSignature) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if err := f.Join(ctx, FeedOptions{Address: other.Dir, Key: other.Key}); !errors.Is(err, ErrExists) {
		t.Errorf("another feed: %v", err)
	}
	calls := 0
	r, err := f.Sync(ctx, SyncOptions{Progress: func(p SyncProgress) { calls++ }})
	if err != nil || calls == 0 {
		t.Fatal(err)
	}
	if a := laneOf(t, r, laneA); a.Rows != 3000 || a.From != 0 || a.To != 1 || a.SignedAt.IsZero() {
		t.Errorf("%+v", a)
	}
	same(t, f.Engine, laneA, pub.Rows(laneA))
	same(t, f.Engine, laneB, pub.Rows(laneB))
	if e := last(f.all(t)); e.Kind != "sync-done" || e.Fields["rows"] != "2000" || !strings.Contains(e.Fields["state"], laneB.String()+"@1") {
		t.Errorf("%+v", e)
	}
	entries := len(f.all(t))
	if r, err = f.Sync(ctx, SyncOptions{}); err != nil || len(f.all(t)) != entries {
		t.Errorf("nothing new: %+v, %v, %d entries more", r, err, len(f.all(t))-entries)
	}
	// A correction, a compaction, and a lane whose file is damaged.
	pub.Segment(laneA, feedtest.Reads(0, 5000, 10), []string{"r0000007", "r0000008"}, nil)
	pub.Compact(laneA, 0, 1)
	pub.Segment(laneB, feedtest.Reads(1, 9000, 100), nil, nil)
	damageNewest(t, filepath.Join(pub.Dir, "lanes", laneB.String(), "segments"))
	r, err = f.Sync(ctx, SyncOptions{})
	var failed *SyncError
	if !errors.As(err, &failed) || len(failed.Failed) != 1 || !errors.Is(err, feed.ErrDamaged) {
		t.Fatalf("%v", err)
	}
	if a, b := laneOf(t, r, laneA), laneOf(t, r, laneB); a.Gone != 2 || a.Rows != 10 || a.To != 3 || a.Err != nil || b.To != 1 || b.Err == nil {
		t.Errorf("%+v\n%+v", a, b)
	}
	same(t, f.Engine, laneA, pub.Rows(laneA))
	if e := last(f.all(t)); e.Kind != "sync-failed" || e.Fields["why"] != "damage" {
		t.Errorf("%+v", e)
	}
	entries = len(f.all(t))
	if _, err = f.Sync(ctx, SyncOptions{}); err == nil {
		t.Error("the damage is gone")
	}
	for _, e := range f.all(t)[entries:] {
		if e.Kind == "sync-failed" {
			t.Error("the same failure was recorded twice")
		}
	}
	if s := f.SyncState(); s.Feed == "" || s.Running || s.Err == nil || s.LastOK.IsZero() || s.SignedAt.IsZero() {
		t.Errorf("%+v", s)
	}
	if _, err := f.Sync(ctx, SyncOptions{Lanes: []string{"no.such"}}); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("an unknown lane: %v", err)
	}
	// Opened again it goes on.
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	if r, err = f.Sync(ctx, SyncOptions{Lanes: []string{laneA.String()}}); err != nil || len(r.Lanes) != 2 || laneOf(t, r, laneA).From != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

func damageNewest(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.parquet"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	slices.SortFunc(paths, func(a, b string) int {
		x, _ := os.Stat(a)
		y, _ := os.Stat(b)
		return x.ModTime().Compare(y.ModTime())
	})
	p := paths[len(paths)-1]
	b, err := os.ReadFile(p)
	if err == nil {
		b[len(b)/2] ^= 1
		err = os.WriteFile(p, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestControlLane proves F-1, F-4 and X-8: policy and agreements come with the feed and are
// checked before they are in force; versions only rise.
func TestControlLane(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 500), nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	policyText, err := os.ReadFile("policy/default.json")
	if err != nil {
		t.Fatal(err)
	}
	version := f.policy().Version
	text := func(v int) string {
		return strings.Replace(strings.Replace(string(policyText), fmt.Sprintf(`"version": %d`, version), fmt.Sprintf(`"version": %d`, v), 1), `"max_rows": 5000`, fmt.Sprintf(`"max_rows": %d`, 1000+v), 1)
	}
	sync := func() error { _, err := f.Sync(ctx, SyncOptions{}); return err }
	pub.Document("policy", 1, text(version+1))
	pub.Document("agreements", 1, `{"agreements": [{"name": "x", "units": ["Dover"], "lanes": ["*.*"]}]}`)
	pub.Document("sensitive-places", 1, `{"places": []}`)
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	if f.policy().Version != version+1 || f.policy().MaxRows != 1001+version {
		t.Errorf("the policy is %d with %d rows", f.policy().Version, f.policy().MaxRows)
	}
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindModel, Make: []string{"FORD"}, Model: []string{"F-150"}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	if a, err := s.Run(ctx, q, RunOptions{}); err != nil || a.Count != 0 {
		t.Errorf("without an agreement for the unit: %+v, %v", a, err)
	}
	pub.Document("agreements", 2, `{"agreements": [{"name": "x", "units": ["Wilmington"], "lanes": ["*.de-north"]}]}`)
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	a, err := s.Run(ctx, q, RunOptions{})
	if err != nil || a.Count == 0 {
		t.Errorf("with an agreement: %+v, %v", a, err)
	}
	for _, bad := range []struct {
		name    string
		version int64
		text    string
	}{
		{"policy", 1, text(version + 9)},                                  // the document's version does not rise
		{"policy", 3, text(version)},                                      // nor the policy's own
		{"policy", 4, strings.Replace(text(version+3), "{", "{x", 1)},     // no policy
		{"agreements", 9, `{"agreements": [{"name": "y", "units": []}]}`}, // no agreements
	} {
		before := f.policy().Digest()
		pub.Document(bad.name, bad.version, bad.text)
		if err := sync(); !errors.Is(err, feed.ErrInvalid) && !errors.Is(err, feed.ErrRollback) {
			t.Errorf("%s %d: %v", bad.name, bad.version, err)
		}
		if f.policy().Digest() != before {
			t.Errorf("%s %d is in force", bad.name, bad.version)
		}
	}
	if got, err := s.Run(ctx, q, RunOptions{}); err != nil || got.Count != a.Count {
		t.Errorf("after documents that are not valid: %v", err)
	}
	pub.Document("policy", 5, text(version+5)) // good ones end it
	pub.Document("agreements", 10, `{"agreements": []}`)
	if err := sync(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	if f.policy().Version != version+5 || f.agreements.Load() == nil {
		t.Error("what was in force is forgotten")
	}
	if got, err := f.door(t, "kl").Run(ctx, q, RunOptions{}); err != nil || got.Count != 0 {
		t.Errorf("after the agreement ended: %+v, %v", got, err)
	}
}

// TestSyncThroughFaults proves F-2: what comes through a source that cuts, changes and loses
// files ends as the publisher's, row for row; each failure stops where it is.
func TestSyncThroughFaults(t *testing.T) {
	ctx := context.Background()
	var faulty *feedtest.Faulty
	f := open(t, noWait, func(_ *Options, k *knobs) {
		n := uint64(0)
		k.source = func(s client.Source) client.Source {
			n++
			faulty = feedtest.NewFaulty(s, n, 3, time.Millisecond)
			return faulty
		}
	})
	pub := feedtest.New(t, t.TempDir())
	for {
		if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err == nil {
			break
		}
	}
	var numbers []int64 // of lane A's records
	for i := range 12 {
		for _, l := range []feed.Lane{laneA, laneB} {
			n := pub.Segment(l, feedtest.Reads(i%3, 1000*i, 200), []string{fmt.Sprintf("r%07d", 1000*max(i-1, 0)+5)}, nil)
			if l == laneA {
				numbers = append(numbers, n)
			}
		}
		if i%4 == 3 { // of one week
			pub.Compact(laneA, numbers[i-3], numbers[i])
		}
		for n := 0; ; n++ {
			_, err := f.Sync(ctx, SyncOptions{})
			if err == nil {
				break
			}
			if n > 200 {
				t.Fatal(err)
			}
		}
		for _, l := range []feed.Lane{laneA, laneB} {
			same(t, f.Engine, l, pub.Rows(l))
		}
	}
}
