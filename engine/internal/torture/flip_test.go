//go:build linux

package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
)

const flipBatches = 14

// A flipped bit in any file of a store, closed or left by a kill, is found when it is opened,
// asked or checked, or changes no answer. The flips happen in a child, so that a process that
// ends is seen.
func TestFlip(t *testing.T) {
	flips := many(t, "CORDON_FLIPS", 48)
	seed := seedOf(t)
	sc := newScore(t)
	defer sc.summary()
	base := t.TempDir()
	pristine, work := filepath.Join(base, "pristine"), filepath.Join(base, "work")
	if err := buildForFlips(t.Context(), pristine, seed); err != nil {
		t.Fatal(err)
	}
	for next := 0; next < flips; {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(flips-next)*10*time.Second)
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), "CORDON_CHILD=flip", "CORDON_DIR="+pristine, "CORDON_WORK="+work,
			fmt.Sprintf("CORDON_SEED=%d", seed), fmt.Sprintf("CORDON_FROM=%d", next), fmt.Sprintf("CORDON_TO=%d", flips))
		out := &flipOutput{sc: sc, next: &next, all: flips}
		var log bytes.Buffer
		cmd.Stdout, cmd.Stderr = out, &log
		err := cmd.Run()
		late := ctx.Err()
		cancel()
		if err != nil && late == nil {
			text := log.String()
			sc.add(verdict{wrong: []string{"the process ended: " + err.Error()}}, nil, out.current, strings.Split(text[:min(len(text), 6000)], "\n"))
			sc.what["process ends"]++
			next++
		}
		if late != nil || out.current == "" {
			t.Fatalf("%s: no end: %v\n%s", out.current, err, log.String())
		}
	}
}

// flipOutput reads what the child says.
type flipOutput struct {
	sc      *score
	next    *int
	all     int
	current string
	rest    []byte
}

func (f *flipOutput) Write(p []byte) (int, error) {
	f.rest = append(f.rest, p...)
	for {
		line, rest, ok := bytes.Cut(f.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		f.rest = rest
		what, text, _ := strings.Cut(string(line), " ")
		switch what {
		case "flip":
			f.current = text
		case "wrong":
			f.sc.add(verdict{wrong: []string{text}}, nil, f.current, nil)
		case "outcome":
			*f.next++
			f.sc.what["flips"]++
			f.sc.what[text]++
			f.sc.progress(*f.next, f.all)
		}
	}
}

// buildForFlips leaves a closed store with merged and unmerged runs, a destroyed quarter and
// more than one file of each kind that so little data makes.
func buildForFlips(ctx context.Context, dir string, seed uint64) error {
	keys, err := openKeys(dir + ".gone")
	if err != nil {
		return err
	}
	for part := range 2 {
		s, err := reads.Open(ctx, reads.Options{Dir: dir, Keys: keys, MinFree: 1})
		if err != nil {
			return err
		}
		for n := part*flipBatches/2 + 1; n <= (part+1)*flipBatches/2 && err == nil; n++ {
			_, err = s.Append(ctx, reads.Batch{Lane: lane}, given(batchOf(seed, int64(n))), nil)
		}
		if part == 0 && err == nil {
			q := quarterNumber(worldStart)
			if err = keys.destroy(q); err == nil {
				_, err = s.DestroyQuarters(ctx, []int32{q})
			}
		}
		if part == 1 {
			err = errors.Join(err, copyStore(dir, dir+killed))
		}
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	return nil
}

const killed = "-killed" // what a kill would leave, beside the closed store

// childFlip flips one bit after another, each in a fresh copy.
func childFlip() int {
	number := func(name string) int { n, _ := strconv.Atoi(os.Getenv(name)); return n }
	seed, _ := strconv.ParseUint(os.Getenv("CORDON_SEED"), 10, 64)
	dir, work := os.Getenv("CORDON_DIR"), os.Getenv("CORDON_WORK")
	closed, err := newFlipper(dir, dir, work, seed)
	if err == nil {
		var left *flipper
		left, err = newFlipper(dir+killed, dir, work, seed)
		for i := number("CORDON_FROM"); i < number("CORDON_TO") && err == nil; i++ {
			if i%4 == 3 {
				err = left.flip(i)
			} else {
				err = closed.flip(i)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// flipper flips bits in copies of a store.
type flipper struct {
	pristine, work string
	seed           uint64
	keys           *fileKeys
	names          []string
	files          map[string]savedFile
	list           []question
	want           [][]string
	oracle         *oracle
}

func newFlipper(pristine, keys, work string, seed uint64) (*flipper, error) {
	f := &flipper{pristine: pristine, work: work, seed: seed, oracle: newOracle(seed)}
	var err error
	if f.keys, err = openKeys(keys + ".gone"); err != nil {
		return nil, err
	}
	if f.files, err = readStore(pristine); err != nil {
		return nil, err
	}
	for name, file := range f.files {
		if file.size > 0 {
			f.names = append(f.names, name)
		}
	}
	slices.Sort(f.names)
	f.oracle.upTo(flipBatches)
	if f.list, err = questions(); err != nil {
		return nil, err
	}
	for _, q := range f.list {
		f.want = append(f.want, f.oracle.expected(f.keys.gone, q.want))
	}
	return f, nil
}

// restore makes the copy anew, with one bit flipped when bit is not negative.
func (f *flipper) restore(file string, bit int64) error {
	err := errors.Join(os.RemoveAll(f.work), os.MkdirAll(f.work, 0o700))
	for name, saved := range f.files {
		path := filepath.Join(f.work, name)
		if name == "ballast" && name != file {
			err = errors.Join(err, os.Link(filepath.Join(f.pristine, name), path))
			continue
		}
		data := saved.data
		if name == file {
			data = append(slices.Clone(data), make([]byte, max(0, bit/8+1-int64(len(data))))...)
			data[bit/8] ^= 1 << (bit % 8)
		}
		err = errors.Join(err, os.WriteFile(path, data, 0o600), os.Truncate(path, saved.size))
	}
	return err
}

func (f *flipper) flip(i int) error {
	r := rand.New(rand.NewPCG(f.seed, uint64(i)))
	turn := i / 2
	if i%4 == 3 { // the only ones of what a kill left
		turn = i / 4
	}
	name := f.names[turn%len(f.names)]
	if i%4 == 1 { // most of the data lies in few of the files
		if logs := slices.DeleteFunc(slices.Clone(f.names), func(n string) bool { return !strings.HasSuffix(n, ".vlog") }); len(logs) > 0 {
			name = logs[i/4%len(logs)]
		}
	}
	file := f.files[name]
	span := int64(len(file.data))
	if span == 0 || r.IntN(20) == 0 {
		span = min(file.size, span+1<<20) // the zeros at the end too
	}
	bit := r.Int64N(span * 8)
	fmt.Printf("flip %d: %s, byte %d of %d (%d used), bit %d, in %s\n", i, name, bit/8, file.size, len(file.data), bit%8, filepath.Base(f.pristine))
	if err := f.restore(name, bit); err != nil {
		return err
	}
	fmt.Println("outcome", f.look())
	return nil
}

// look opens the copy, asks everything and checks it. An error counts as found when it names
// what is damaged.
func (f *flipper) look() string {
	ctx := context.Background()
	wrong := func(format string, a ...any) {
		fmt.Println("wrong", strings.ReplaceAll(fmt.Sprintf(format, a...), "\n", "; "))
	}
	named := func(what string, err error) {
		var d *reads.DamageError
		if !errors.As(err, &d) || d.Block == "" || d.Problem == "" {
			wrong("%s: an error that does not name the damage: %v", what, err)
		}
	}
	s, err := reads.Open(ctx, reads.Options{Dir: f.work, Keys: f.keys, MinFree: 1})
	if err != nil {
		named("open", err)
		return "found by opening"
	}
	failed := 0
	for i, q := range f.list {
		answer, err := ask(ctx, s, q, f.want[i])
		if err != nil {
			named(q.name, err)
			failed++
		}
		if answer != "" {
			wrong("%s", answer)
		}
	}
	if answer, err := common(ctx, s, f.oracle, f.keys.gone); err != nil {
		named("common plates", err)
		failed++
	} else if answer != "" {
		wrong("common plates: %s", answer)
	}
	rep, err := s.Check(ctx, nil)
	if err != nil {
		wrong("check: %v", err)
	}
	for _, x := range rep.Findings {
		if x.Block == "" || x.Problem == "" {
			wrong("a finding that does not name the damage: %+v", x)
		}
	}
	if failed > 0 && len(rep.Findings) == 0 {
		wrong("%d questions failed, the check finds nothing", failed)
	}
	found := f.again(ctx, s, wrong)
	switch {
	case failed > 0:
		return "found by questions and the check"
	case len(rep.Findings) > 0:
		return "found by the check"
	case found:
		return "found by writing"
	}
	return "without effect"
}

// again appends to the store, closes it and looks once more: what a flip left unseen must
// not hurt later either.
func (f *flipper) again(ctx context.Context, s *reads.Store, wrong func(string, ...any)) (found bool) {
	more := detection.Detection{ID: "9", Plate: "AA077", Time: worldStart.AddDate(0, 3, 0), Confidence: detection.NoConfidence}
	_, err := s.Append(ctx, reads.Batch{Lane: "other"}, given([]detection.Detection{more}), nil)
	appended := err == nil
	if found = !appended; found && !errors.Is(err, reads.ErrDamaged) {
		wrong("append: %v", err)
	}
	before := s.State().Rows
	if err := s.Close(); err != nil {
		return true
	}
	if s, err = reads.Open(ctx, reads.Options{Dir: f.work, Keys: f.keys, MinFree: 1}); err != nil {
		if !errors.Is(err, reads.ErrDamaged) {
			wrong("opening again: %v", err)
		}
		return true
	}
	defer s.Close()
	if st := s.State(); st.Rows != before {
		wrong("opened again it holds %d rows, want %d", st.Rows, before)
	}
	if d, err := s.Find(ctx, "other", "9"); appended && (err != nil || d.Plate != more.Plate) && !errors.Is(err, reads.ErrDamaged) {
		wrong("the row appended after the flip: %v", err)
	}
	return found
}
