package reads

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// savedFile is a file without the zeros that Badger's mapped files end in.
type savedFile struct {
	name string
	data []byte
	size int64
}

// saveDir reads a folder that may be in use; once more where a file was renamed meanwhile, as
// the mark is.
func saveDir(t testing.TB, dir string) (files []savedFile) {
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			return saveDir(t, dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		n := len(data)
		for n > 1 && data[n-1] == 0 {
			n--
		}
		if len(data) > 0 && f.Name() != "ballast" {
			files = append(files, savedFile{f.Name(), slices.Clone(data[:n]), int64(len(data))})
		}
	}
	return files
}

func restoreDir(t testing.TB, files []savedFile, dir string) {
	err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700))
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		err = errors.Join(err, os.WriteFile(path, f.data, 0o600), os.Truncate(path, f.size))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A flipped byte, a cut, zeros, or a file gone: any gives the right answer or an error,
// never a short or wrong one.
func TestDamage(t *testing.T) {
	flips := 60
	if testing.Short() || underRace {
		flips = 15
	}
	if n, err := strconv.Atoi(os.Getenv("CORDON_FLIPS")); err == nil {
		flips = n
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
	live := saveDir(t, dir) // as a kill would leave it
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, uint64(flips)))
	outcome := map[string]int{}
	work := filepath.Join(filepath.Dir(dir), "work")
	for _, saved := range [][]savedFile{saveDir(t, dir), live} {
		for i := range flips {
			files := slices.Clone(saved)
			f := &files[i%len(files)]
			f.data = slices.Clone(f.data)
			at, how := r.IntN(len(f.data)), "flip"
			what := fmt.Sprintf("%s at %d of %d", f.name, at, len(f.data))
			switch r.IntN(8) {
			case 0:
				how, f.data, f.size = "cut", f.data[:at], int64(at)
			case 1:
				how = "zeros"
				clear(f.data[at:min(at+512, len(f.data))])
			case 2:
				how = "delete"
				files = slices.Delete(files, i%len(files), i%len(files)+1)
			default:
				f.data[at] ^= 1 << r.IntN(8)
			}
			restoreDir(t, files, work)
			outcome[tryDamaged(t, work, tune, plans, want, how+" "+what)]++
		}
	}
	t.Log(outcome)
}

func tryDamaged(t *testing.T, dir string, tune tuning, plans []Plan, want []string, what string) string {
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: tune})
	if err != nil {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: open: %v", what, err)
		}
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
