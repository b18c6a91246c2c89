package reads

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

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

func copyDir(t testing.TB, from, to string) {
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// A flipped byte in any file gives the right answer or an error, never a short or wrong one.
func TestDamage(t *testing.T) {
	flips := 60
	if testing.Short() {
		flips = 15
	}
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "a")
	tune := tuning{placeRows: 1024, plateRows: 512, ballast: 1 << 10}
	s, err := Open(ctx, Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: tune})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := s.Append(ctx, Batch{Lane: "l" + strconv.Itoa(i%2)}, synthetic(3000, uint64(i), 0.2), nil); err != nil {
			t.Fatal(err)
		}
	}
	plans := worldPlans(t)
	want := answers(t, s, plans)
	live := filepath.Join(filepath.Dir(dir), "live") // as a kill would leave it
	copyDir(t, dir, live)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	outcome := map[string]int{}
	for _, src := range []string{dir, live} {
		var files []string
		if err := fs.WalkDir(os.DirFS(src), ".", func(p string, d fs.DirEntry, err error) error {
			if info, ierr := d.Info(); ierr == nil && !d.IsDir() && info.Size() > 0 && p != "ballast" {
				files = append(files, p)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		work := filepath.Join(filepath.Dir(dir), "work")
		for i := range flips {
			copyDir(t, src, work)
			name := files[i%len(files)]
			data, err := os.ReadFile(filepath.Join(work, name))
			if err != nil {
				t.Fatal(err)
			}
			used := len(data) // the mapped files end in zeros
			for used > 1 && data[used-1] == 0 {
				used--
			}
			at := r.IntN(used)
			data[at] ^= 1 << r.IntN(8)
			if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
			outcome[tryDamaged(t, work, tune, plans, want, fmt.Sprintf("%s byte %d of %d", name, at, used))]++
		}
	}
	t.Log(outcome)
}

func tryDamaged(t *testing.T, dir string, tune tuning, plans []Plan, want []string, what string) string {
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: tune})
	if err != nil {
		return "open fails"
	}
	defer s.Close()
	kind := "right"
	for i, p := range plans {
		res, err := s.Run(ctx, p)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", what, err)
			}
			kind = "query fails"
			continue
		}
		if resultText(res) != want[i] {
			t.Errorf("%s: wrong answer to plan %d: %d rows, want %s", what, i, res.Count, strings.SplitN(want[i], "\n", 2)[0])
		}
	}
	rep, err := s.Check(ctx, nil)
	if err != nil {
		t.Errorf("%s: check: %v", what, err)
	}
	if kind == "query fails" && len(rep.Findings) == 0 {
		t.Errorf("%s: a query failed, but the check finds nothing", what)
	}
	if kind == "right" && len(rep.Findings) > 0 {
		kind = "check finds"
	}
	return kind
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
	free := uint64(1 << 40)
	tune := tuning{ballast: 1 << 20, chunkRows: 512, free: func(string) (uint64, error) { return free, nil }}
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
				free = 99 << 20
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
	free = 1 << 20
	if _, err := os.Stat(filepath.Join(dir, "ballast")); err != nil {
		t.Error(err)
	}
	if _, err := Open(ctx, opt); !errors.Is(err, ErrNoSpace) {
		t.Errorf("open on a full disk: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ballast")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the ballast was not given up")
	}
	free = 1 << 40
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

// Sixteen goroutines query while batches arrive and merge: every answer is that of some
// state, and cancelling stops work within 50 ms.
func TestConcurrent(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, t.TempDir(), tuning{placeRows: 64, plateRows: 32, idRows: 64, maxRuns: 2, maxEdits: 3})
	plans := worldPlans(t)
	valid := make([]map[string]bool, len(plans)) // answers of all states, by plan
	single := openTest(t, t.TempDir(), tuning{})
	const batches, per = 12, 400
	batch := func(i int) (list []detection.Detection) {
		for d := range synthetic(per, uint64(i), 0.3) {
			d.ID = fmt.Sprint(i*per, "-", d.ID)
			list = append(list, d)
		}
		return list
	}
	for i := range batches + 1 {
		for k, a := range answers(t, single, plans) {
			if valid[k] == nil {
				valid[k] = map[string]bool{}
			}
			valid[k][a] = true
		}
		if _, err := single.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for g := range 16 {
		wg.Go(func() {
			for i := g; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				k := i % len(plans)
				res, err := s.Run(ctx, plans[k])
				if err != nil {
					t.Error(err)
					return
				}
				if !valid[k][resultText(res)] {
					t.Errorf("plan %d: an answer of no state: %d", k, res.Count)
					return
				}
			}
		})
	}
	for i := range batches {
		if _, err := s.Append(ctx, Batch{Lane: "local"}, seqOf(batch(i)), nil); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}

func TestCancel(t *testing.T) {
	s := openTest(t, t.TempDir(), tuning{})
	if _, err := s.Append(context.Background(), Batch{Lane: "local"}, synthetic(100_000, 1, 1), nil); err != nil {
		t.Fatal(err)
	}
	for i, p := range worldPlans(t) {
		s.cache = newBlockCache(1) // every block is read anew
		ctx, cancel := context.WithCancel(context.Background())
		var at time.Time
		timer := time.AfterFunc(3*time.Millisecond, func() { at = time.Now(); cancel() })
		_, err := s.Run(ctx, p)
		if !timer.Stop() && err != nil {
			if late := time.Since(at); late > 50*time.Millisecond || !errors.Is(err, context.Canceled) {
				t.Errorf("plan %d: %v after %v", i, err, late)
			}
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	rows := func(yield func(detection.Detection, error) bool) {
		for d := range synthetic(50_000, 2, 0) {
			if n++; n == 20_000 {
				cancel()
			}
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := s.Append(ctx, Batch{Lane: "local"}, rows, nil); !errors.Is(err, context.Canceled) || n > 22_000 {
		t.Errorf("append: %v after %d rows", err, n)
	}
}

// A killed process loses nothing that was acknowledged and leaves nothing half done.
func TestKill(t *testing.T) {
	if dir := os.Getenv("CORDON_KILL_DIR"); dir != "" {
		killChild(dir)
		return
	}
	runs := []string{"blocks:1", "blocks:3", "commit:2", "commit:5", "committed:3", "commit:7", "blocks:9", "time:30", "time:90", "time:150"}
	if testing.Short() {
		runs = runs[:4]
	}
	dir, ctx := t.TempDir(), context.Background()
	for _, at := range runs {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
		cmd.Env = append(os.Environ(), "CORDON_KILL_DIR="+dir, "CORDON_KILL_AT="+at)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if ms, ok := strings.CutPrefix(at, "time:"); ok {
			n, _ := strconv.Atoi(ms)
			time.AfterFunc(time.Duration(n)*time.Millisecond, func() { cmd.Process.Kill() })
		}
		text, _ := io.ReadAll(out)
		cmd.Wait()
		acked := int64(0)
		for _, line := range strings.Split(string(text), "\n") {
			if n, ok := strings.CutPrefix(line, "stored "); ok {
				acked, _ = strconv.ParseInt(n, 10, 64)
			} else if strings.Contains(line, "FAIL") || strings.Contains(line, "error") {
				t.Errorf("%s: child: %s", at, line)
			}
		}
		s, err := Open(ctx, Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: killTune()})
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		st := s.State()
		batch := int64(0)
		if len(st.Lanes) > 0 {
			batch = st.Lanes[0].Batch
		}
		if batch < acked || st.Rows != batch*killRows {
			t.Errorf("%s: %d batches acknowledged, %d stored with %d rows", at, acked, batch, st.Rows)
		}
		if rep, err := s.Check(ctx, nil); err != nil || len(rep.Findings) > 0 || rep.Rows != st.Rows {
			t.Errorf("%s: %+v %v", at, rep, err)
		}
		if got, err := s.countBlocks(); err != nil || got != st.Blocks {
			t.Errorf("%s: %d blocks in the database, %d in the catalogue, %v", at, got, st.Blocks, err)
		}
		t.Logf("%s: %d batches acknowledged, %d stored", at, acked, batch)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

const killRows = 700

func killTune() tuning {
	return tuning{placeRows: 64, plateRows: 32, idRows: 128, chunkRows: 256, maxRuns: 3, maxEdits: 5, ballast: 1 << 10}
}

func killChild(dir string) {
	step, count, _ := strings.Cut(os.Getenv("CORDON_KILL_AT"), ":")
	left, _ := strconv.Atoi(count)
	tune := killTune()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		fmt.Println("error", err)
		return
	}
	tune.step = func(name string) {
		if name == step {
			if left--; left == 0 {
				self.Kill()
				select {}
			}
		}
	}
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: tune})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	first := int64(1)
	if st := s.State(); len(st.Lanes) > 0 {
		first = st.Lanes[0].Batch + 1
	}
	for n := first; n < first+100; n++ {
		rows := func(yield func(detection.Detection, error) bool) {
			for d := range synthetic(killRows, uint64(n), 0.2) {
				d.ID = fmt.Sprintf("%d-%s", n, d.ID)
				if !yield(d, nil) {
					return
				}
			}
		}
		if _, err := s.Append(ctx, Batch{Lane: "local"}, rows, nil); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("stored", n)
	}
}

// countBlocks counts the block keys in the database.
func (s *Store) countBlocks() (int, error) {
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{'b'}})
	defer it.Close()
	n := 0
	for it.Rewind(); it.Valid(); it.Next() {
		n++
	}
	return n, nil
}
