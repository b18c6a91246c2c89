package reads

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func copyDir(t testing.TB, from, to string) {
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err == nil { // the mapped files end in zeros: leave them holes
			err = os.WriteFile(filepath.Join(to, f.Name()), data[:usedLen(data)], 0o600)
		}
		if err == nil {
			err = os.Truncate(filepath.Join(to, f.Name()), int64(len(data)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func usedLen(data []byte) int {
	n := len(data)
	for n > 1 && data[n-1] == 0 {
		n--
	}
	return n
}

// A flipped byte, a cut, zeros, or a file gone: any gives the right answer or an error, never a short or wrong one.
func TestDamage(t *testing.T) {
	flips := 20
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
	live := filepath.Join(filepath.Dir(dir), "live") // as a kill would leave it
	copyDir(t, dir, live)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, uint64(flips)))
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
			used, size := usedLen(data), int64(len(data))
			at, how := r.IntN(used), "flip"
			switch r.IntN(8) {
			case 0:
				how, size = "cut", int64(at)
			case 1:
				how = "zeros"
				clear(data[at:min(at+512, used)])
			case 2:
				how, data = "delete", nil
			default:
				data[at] ^= 1 << r.IntN(8)
			}
			err = os.Remove(filepath.Join(work, name))
			if data != nil {
				err = errors.Join(err, os.WriteFile(filepath.Join(work, name), data[:used], 0o600), os.Truncate(filepath.Join(work, name), size))
			}
			if err != nil {
				t.Fatal(err)
			}
			outcome[tryDamaged(t, work, tune, plans, want, fmt.Sprintf("%s: %s at %d of %d", name, how, at, used))]++
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
