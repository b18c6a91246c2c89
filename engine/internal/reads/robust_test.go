package reads

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// worldPlans are plans whose answers hold many rows of the synthetic world.
func worldPlans(t testing.TB) []Plan {
	shape, err := geo.Prepare(box(-75.7, 38.7, 0.5, 0.8))
	if err != nil {
		t.Fatal(err)
	}
	other, err := geo.Prepare(box(-75.6, 39.5, 0.4, 0.3))
	if err != nil {
		t.Fatal(err)
	}
	pat, err := detection.ParsePattern("*1*", detection.StarAny)
	if err != nil {
		t.Fatal(err)
	}
	areas := []*geo.Shape{shape, other}
	return []Plan{
		{Kind: detection.KindGeo, Areas: areas, Limit: 5000},
		{Kind: detection.KindGeo, Areas: areas[:1]},
		{Kind: detection.KindCommon, Areas: areas, Limit: 5000, Reads: 100},
		{Kind: detection.KindPartial, Pattern: &pat, Limit: 5000},
		{Kind: detection.KindModel, Makes: []string{"FORD"}, Limit: 5000},
	}
}

func answers(t testing.TB, s *Store, plans []Plan) []string {
	var out []string
	for _, p := range plans {
		r, err := s.Run(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, resultText(r))
	}
	return out
}

// A missing block is damage that names the rows, and Check finds it.
func TestMissingBlock(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []blockKind{kindPlace, kindPlate, kindID, kindVehicle} {
		dir := t.TempDir()
		s := openTest(t, dir, tuning{placeRows: 100, plateRows: 100, idRows: 100})
		if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(2000, 1, 0.2), nil); err != nil {
			t.Fatal(err)
		}
		for k, runs := range s.latest.groups {
			if k.kind == kind {
				if err := s.deleteBlocks([]uint64{runs[0].blocks[0].number}); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openTest(t, dir, tuning{})
		rep, err := s.Check(ctx, nil)
		if err != nil || len(rep.Findings) == 0 || rep.Findings[0].Rows == 0 || rep.Findings[0].Quarter == "" {
			t.Fatalf("%v: %+v %v", kind, rep, err)
		}
		failed := 0
		for _, p := range worldPlans(t) {
			if _, err := s.Run(ctx, p); errors.Is(err, ErrDamaged) {
				failed++
			}
		}
		if kind != kindID && failed == 0 {
			t.Errorf("%v: no query failed", kind)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	opt := Options{Dir: dir, Keys: testKeys("k"), MinFree: 1}
	s, err := Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, opt); !errors.Is(err, ErrInUse) {
		t.Errorf("second open: %v", err)
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(2000, 1, 0), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(ctx, Plan{Kind: detection.KindModel}); !errors.Is(err, ErrClosed) {
		t.Errorf("run after close: %v", err)
	}
	other := opt
	other.Keys = testKeys("another installation")
	if _, err := Open(ctx, other); !errors.Is(err, ErrDamaged) {
		t.Errorf("another key: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "MANIFEST"), filepath.Join(dir, "M")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, opt); !errors.Is(err, ErrDamaged) {
		t.Errorf("no MANIFEST: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "M"), filepath.Join(dir, "MANIFEST")); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, opt); err != nil {
		t.Fatal(err)
	}
	if s.State().Rows != 2000 {
		t.Error("rows lost:", s.State().Rows)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// A disk that is too full is refused before anything is written; nothing is lost.
func TestFreeSpace(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	var free atomic.Uint64
	free.Store(1 << 40)
	tune := tuning{ballast: 1 << 20, chunkRows: 512, free: func(string) (uint64, error) { return free.Load(), nil }}
	opt := Options{Dir: dir, Keys: testKeys("k"), MinFree: 100 << 20, tune: tune}
	s, err := Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(1000, 1, 0), nil); err != nil {
		t.Fatal(err)
	}
	var space *SpaceError
	rows := func(yield func(detection.Detection, error) bool) {
		for d := range synthetic(3000, 2, 0) {
			d.ID = "x" + d.ID
			if d.ID == "x2000" {
				free.Store(99 << 20)
			}
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, rows, nil); !errors.As(err, &space) || !errors.Is(err, ErrNoSpace) {
		t.Fatalf("append on a full disk: %v", err)
	}
	if s.State().Rows != 1000 {
		t.Error("rows:", s.State().Rows)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	free.Store(1 << 20)
	if _, err := os.Stat(filepath.Join(dir, "ballast")); err != nil {
		t.Error(err)
	}
	if _, err := Open(ctx, opt); !errors.Is(err, ErrNoSpace) {
		t.Errorf("open on a full disk: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ballast")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the ballast was not given up")
	}
	free.Store(1 << 40)
	if s, err = Open(ctx, opt); err != nil {
		t.Fatal(err)
	}
	if rep, err := s.Check(ctx, nil); err != nil || len(rep.Findings) > 0 || rep.Rows != 1000 {
		t.Errorf("%+v %v", rep, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// An append that fails leaves nothing behind, and the next one is not disturbed.
func TestAppendFails(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{chunkRows: 64})
	bad := errors.New("line 700 does not parse")
	rows := func(yield func(detection.Detection, error) bool) {
		n := 0
		for d := range synthetic(1000, 1, 0) {
			if n++; n == 700 {
				yield(detection.Detection{}, bad)
				return
			}
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, rows, nil); !errors.Is(err, bad) {
		t.Fatal(err)
	}
	invalid := func(yield func(detection.Detection, error) bool) {
		yield(detection.Detection{ID: "1", Plate: "a b"}, nil)
	}
	var row *RowError
	if _, err := s.Append(ctx, Batch{Lane: "local"}, invalid, nil); !errors.As(err, &row) || row.Row != 1 {
		t.Fatal(err)
	}
	if st := s.State(); st.Rows != 0 || st.Blocks != 0 || len(st.Lanes) != 0 {
		t.Fatalf("%+v", st)
	}
	info, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(1000, 2, 0), nil)
	if err != nil || info.Rows != 1000 || info.Number != 1 {
		t.Fatalf("%+v %v", info, err)
	}
	if rep, err := s.Check(ctx, nil); err != nil || len(rep.Findings) > 0 || rep.Rows != 1000 {
		t.Fatalf("%+v %v", rep, err)
	}
}

// The digest of the data state depends on the rows alone, not on chunks or merges.
func TestDigest(t *testing.T) {
	ctx := context.Background()
	var got [2]State
	for i, tune := range []tuning{{}, smallTune} {
		s := openTest(t, t.TempDir(), tune)
		for b := range 3 {
			if _, err := s.Append(ctx, Batch{Lane: "local", Origin: "x"}, synthetic(300+b, 5, 0.3), nil); err != nil {
				t.Fatal(err)
			}
		}
		got[i] = s.State()
	}
	if got[0].Lanes[0] != got[1].Lanes[0] || got[0].Lanes[0].Digest == [32]byte{} || got[0].Rows != 302 {
		t.Errorf("%+v\n%+v", got[0].Lanes, got[1].Lanes)
	}
}
