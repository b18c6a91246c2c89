package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// failing is a file that fails after some writes, writing only half of the last one.
type failing struct {
	File
	left *int
	full bool // also Truncate fails
}

var errDisk = errors.New("no space left on device")

func (f failing) WriteAt(p []byte, off int64) (int, error) {
	if *f.left--; *f.left < 0 {
		n, _ := f.File.WriteAt(p[:len(p)/2], off)
		return n, errDisk
	}
	return f.File.WriteAt(p, off)
}

func (f failing) Truncate(n int64) error {
	if f.full {
		return errDisk
	}
	return f.File.Truncate(n)
}

// TestFailedWriteRecordsNothing fails each write in turn (U-2): Append reports it, what was
// acknowledged before stays, and the log opens again whole.
func TestFailedWriteRecordsNothing(t *testing.T) {
	for _, full := range []bool{false, true} {
		for n := range 14 {
			t.Run(fmt.Sprintf("full=%v write %d", full, n), func(t *testing.T) {
				o := options(filepath.Join(t.TempDir(), "audit"))
				if err := Create(o); err != nil {
					t.Fatal(err)
				}
				left := n
				bad := o
				bad.OpenFile = func(path string) (File, error) {
					f, err := openOS(path)
					return failing{f, &left, full}, err
				}
				l, _, err := Open(context.Background(), bad)
				if err != nil {
					if !errors.Is(err, ErrWrite) {
						t.Fatal(err)
					}
				} else {
					acked := int64(0)
					for i := range 8 {
						if _, err := l.Append(context.Background(), Event{Kind: "query", Public: map[string]string{"count": fmt.Sprint(i)}}); err == nil {
							acked++
						} else if !errors.Is(err, ErrWrite) {
							t.Fatal(err)
						}
					}
					if acked == 8 {
						t.Error("no append failed")
					}
					l.closeFiles()
					good := mustOpen(t, o)
					defer good.Close()
					if size := good.Head().N; size < acked {
						t.Errorf("%d entries after reopening, %d were acknowledged", size, acked)
					}
					add(t, good, 1)
				}
			})
		}
	}
}

func TestRecoversFromATornTail(t *testing.T) {
	o, l := create(t)
	for i := range 4 {
		add(t, l, i)
	}
	before := readDir(t, o.Dir)
	add(t, l, 4)
	after := readDir(t, o.Dir)
	l.closeFiles()
	// A commit whose head was not written: every prefix of the fifth frame.
	for cut := len(before[fileEntries]); cut <= len(after[fileEntries]); cut++ {
		dir := filepath.Join(t.TempDir(), "copy")
		os.MkdirAll(dir, 0o700)
		for name, data := range before {
			if name == fileEntries {
				data = after[fileEntries][:cut]
			}
			os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if r := verify(t, dir); len(r.Problems) > 0 || r.Entries != 4 {
			t.Fatalf("cut %d: %+v", cut, r)
		}
		if cut%37 == 0 || cut == len(after[fileEntries]) {
			o := o
			o.Dir = dir
			l, rec, err := Open(context.Background(), o)
			if err != nil {
				t.Fatalf("cut %d: %v", cut, err)
			}
			want := int64(4)
			if cut == len(after[fileEntries]) {
				want = 5
			}
			if l.Head().N != want || rec.Entries != want-4 {
				t.Errorf("cut %d: %d entries, recovered %+v", cut, l.Head().N, rec)
			}
			add(t, l, 9)
			l.Close()
			intact(t, dir, want+1)
		}
	}
}

// TestTornHead: a slot that is not readable is always reported; Open repairs it when a commit
// was interrupted, and says so, and refuses else (U-4).
func TestTornHead(t *testing.T) {
	o, l := create(t)
	add(t, l, 0)
	before := readDir(t, o.Dir)
	add(t, l, 1)
	after := readDir(t, o.Dir)
	seq := l.state.head.seq
	if err := l.closeFiles(); err != nil {
		t.Fatal(err)
	}
	torn := append([]byte(nil), after[fileHead]...)
	copy(torn[seq%2*slotLen+200:], before[fileHead][seq%2*slotLen+200:][:slotLen-200])
	for _, c := range []struct {
		entries []byte
		opens   bool
	}{{after[fileEntries], true}, {before[fileEntries], false}} {
		for name, data := range map[string][]byte{fileEntries: c.entries, fileHead: torn} {
			if err := os.WriteFile(filepath.Join(o.Dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		fails(t, o.Dir, "torn head")
		l, found, err := Open(context.Background(), o)
		if !c.opens {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%v, want ErrDamaged", err)
			}
			continue
		}
		if err != nil || !found.TornHead || found.Entries != 1 || l.Head().N != 2 {
			t.Fatalf("%+v, %v", found, err)
		}
		intact(t, o.Dir, 2)
		if err := l.closeFiles(); err != nil {
			t.Fatal(err)
		}
	}
}

// hiccup fails one write, after writing half of it, and then works.
type hiccup struct {
	File
	left *int
}

func (h hiccup) WriteAt(p []byte, off int64) (int, error) {
	if *h.left--; *h.left == -1 {
		n, _ := h.File.WriteAt(p[:len(p)/2], off)
		return n, errDisk
	}
	return h.File.WriteAt(p, off)
}

// TestHiccup fails one write only: the files verify at once, and after reopening.
func TestHiccup(t *testing.T) {
	for n := range 10 {
		o := options(filepath.Join(t.TempDir(), "audit"))
		if err := Create(o); err != nil {
			t.Fatal(err)
		}
		left, bad := n, o
		bad.OpenFile = func(path string) (File, error) {
			f, err := openOS(path)
			return hiccup{f, &left}, err
		}
		acked := int64(0)
		if l, _, err := Open(context.Background(), bad); err == nil {
			for range 6 {
				if _, err := l.Append(context.Background(), Event{Kind: "query"}); err == nil {
					acked++
				}
			}
			if _, _, err := l.Checkpoint(); err != nil && !errors.Is(err, ErrWrite) {
				t.Fatal(err)
			}
			l.closeFiles()
		} else if !errors.Is(err, ErrWrite) {
			t.Fatal(err)
		}
		if r := verify(t, o.Dir); len(r.Problems) > 0 || r.Entries != acked {
			t.Errorf("write %d: %+v, %d were acknowledged", n, r, acked)
		}
		l := mustOpen(t, o)
		if l.Head().N < acked {
			t.Errorf("write %d: %d entries, %d were acknowledged", n, l.Head().N, acked)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		intact(t, o.Dir, l.Head().N)
	}
}
