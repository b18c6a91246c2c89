package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// TestFeedPhotos proves R-1, F-1 and X-7: photos of the feed's reads are fetched when they are
// looked at, verified, and kept sealed, so that they show offline; what cannot be had is an
// error with its reason, never a blank; a case can be made with them.
func TestFeedPhotos(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	rows := feedtest.Reads(0, 0, 200)
	for i := range rows[:20] {
		shots, err := snapshots{2}.Photos(ctx, rows[i].Detection)
		if err != nil {
			t.Fatal(err)
		}
		for k, kind := range []string{"vehicle", "plate"} {
			rows[i].Pictures = append(rows[i].Pictures, pub.Photo(laneA, kind, append(shots[k].JPEG, byte(i))))
		}
		rows[i].Photos = 2
	}
	first := pub.Segment(laneA, rows[:100], nil, nil)
	second := pub.Segment(laneA, rows[100:], nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindModel, Make: []string{"FORD"}, Model: []string{"F-150"}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	a, err := s.Run(ctx, q, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var with []Row
	for _, r := range a.Rows {
		if r.Photos == 2 {
			with = append(with, r)
		}
	}
	if len(with) < 6 {
		t.Fatalf("only %d rows with photos", len(with))
	}
	path := func(r Row, k int) string {
		var n int
		if _, err := fmt.Sscanf(r.ID, "r%d", &n); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(pub.Dir, filepath.FromSlash(laneA.PathPicture(rows[n].Pictures[k].SHA256)))
	}
	ask := func(r Row) ([]Photo, error) { return s.Photos(ctx, a.Entry, r.Ref()) }
	list, err := ask(with[0])
	if err != nil || len(list) != 2 || list[0].Kind != PhotoVehicle || list[1].Kind != PhotoPlate {
		t.Fatalf("%d photos, %v", len(list), err)
	}
	want, err := os.ReadFile(path(with[0], 0))
	if err != nil || !bytes.Equal(list[0].JPEG, want) {
		t.Errorf("other bytes, %v", err)
	}
	if _, err := s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: with[0].Ref(), Reason: "Leaves the yard after the dock door opened."}); err != nil {
		t.Errorf("keep: %v", err)
	}
	// A segment that was replaced and tidied away: the photos are found by what replaces it.
	pub.Compact(laneA, first, second)
	if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	small, err := filepath.Glob(filepath.Join(pub.Dir, "lanes", laneA.String(), "segments", "*", "*.parquet"))
	if err != nil || len(small) != 3 {
		t.Fatal(small, err)
	}
	sizes := map[string]int64{}
	largest := ""
	for _, p := range small {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if sizes[p] = info.Size(); largest == "" || sizes[p] > sizes[largest] {
			largest = p
		}
	}
	for _, p := range small {
		if p != largest {
			if err := os.Remove(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if list, err = ask(with[1]); err != nil || len(list) != 2 {
		t.Errorf("a read of a segment that was tidied away: %v", err)
	}
	if err := os.Remove(path(with[2], 1)); err != nil {
		t.Fatal(err)
	}
	if list, err = ask(with[2]); !errors.Is(err, feed.ErrNotFound) || len(list) != 0 {
		t.Errorf("a photo that is gone: %d photos, %v", len(list), err)
	}
	raw, err := os.ReadFile(path(with[3], 0))
	if err != nil {
		t.Fatal(err)
	}
	raw[100] ^= 1
	if err := os.WriteFile(path(with[3], 0), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = ask(with[3]); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("a damaged photo: %v", err)
	}
	// Offline: what was seen before still shows, the rest says why not.
	if err := os.Rename(pub.Dir, pub.Dir+".away"); err != nil {
		t.Fatal(err)
	}
	if list, err = ask(with[0]); err != nil || len(list) != 2 || !bytes.Equal(list[0].JPEG, want) {
		t.Errorf("offline, seen before: %v", err)
	}
	if list, err = ask(with[4]); !errors.Is(err, feed.ErrOffline) || len(list) != 0 {
		t.Errorf("offline, not seen before: %v", err)
	}
	if _, err := s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: with[4].Ref(), Reason: "Leaves the yard after the dock door opened."}); !errors.Is(err, feed.ErrOffline) {
		t.Errorf("keep offline: %v", err)
	}
	files, err := os.ReadDir(filepath.Join(f.o.Dir, dirPhotos))
	if err != nil || len(files) < 5 {
		t.Fatal(len(files), err)
	}
	for _, x := range files {
		if raw, err := os.ReadFile(filepath.Join(f.o.Dir, dirPhotos, x.Name())); err != nil || bytes.Contains(raw, []byte("\xff\xd8\xff")) || bytes.Contains(raw, []byte("JFIF")) {
			t.Errorf("%s is in clear, %v", x.Name(), err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.reopen(t) // without the feed there
	s = f.door(t, "kl")
	if a, err = s.Run(ctx, q, RunOptions{}); err != nil {
		t.Fatal(err)
	}
	if list, err = s.Photos(ctx, a.Entry, with[0].Ref()); err != nil || len(list) != 2 {
		t.Errorf("offline, opened again: %v", err)
	}
	for _, origin := range []string{"feed:", "feed:x", "feed:5-3", "feed:0-99999999999"} {
		if _, err := recordsOf(origin); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", origin, err)
		}
	}
	if got, err := recordsOf(originOf([]int64{0, 1, 2, 7, 9, 10})); err != nil || fmt.Sprint(got) != "[0 1 2 7 9 10]" {
		t.Error(got, err)
	}
}
