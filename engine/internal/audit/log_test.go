package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func options(dir string) Options {
	at := time.Date(2026, 5, 21, 13, 31, 4, 129e6, time.UTC)
	return Options{Dir: dir, Origin: "cordon/WS-07", Seed: [32]byte{1}, Seal: [32]byte{2}, Clock: func() time.Time { return at }}
}

func mustOpen(t testing.TB, o Options) *Log {
	t.Helper()
	l, _, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func create(t testing.TB) (Options, *Log) {
	t.Helper()
	o := options(filepath.Join(t.TempDir(), "audit"))
	if err := Create(o); err != nil {
		t.Fatal(err)
	}
	return o, mustOpen(t, o)
}

func add(t testing.TB, l *Log, i int) Receipt {
	t.Helper()
	r, err := l.Append(context.Background(), Event{
		Kind: "query", Public: map[string]string{"count": fmt.Sprint(i)},
		Private: map[string]string{"user": "k.lindqvist", "subject": fmt.Sprintf("white van %d", i)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func verify(t testing.TB, dir string) Report {
	t.Helper()
	r, err := verifyOnce(context.Background(), dir, "", tlog.Tree{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func intact(t testing.TB, dir string, entries int64) {
	t.Helper()
	if r := verify(t, dir); len(r.Problems) > 0 || r.Entries != entries {
		t.Fatalf("%d entries, problems %q, want %d and none", r.Entries, r.Problems, entries)
	}
}

func TestAppendReadReopen(t *testing.T) {
	o, l := create(t)
	intact(t, o.Dir, 0)
	for i := range 20 {
		r := add(t, l, i)
		if r.Index != int64(i) {
			t.Fatalf("index %d, want %d", r.Index, i)
		}
		if i%7 == 3 {
			if _, _, err := l.Checkpoint(); err != nil {
				t.Fatal(err)
			}
		}
		intact(t, o.Dir, int64(i)+1)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	intact(t, o.Dir, 20)
	l = mustOpen(t, o)
	defer l.Close()
	e, err := l.Entry(13)
	if err != nil || e.Private["subject"] != "white van 13" || e.Public["count"] != "13" || e.Kind != "query" {
		t.Fatalf("%+v, %v", e, err)
	}
	if got := e.At.Format(time.RFC3339Nano); got != "2026-05-21T13:31:04.12Z" { // hundredths of a second, UTC
		t.Errorf("time %s", got)
	}
	if _, err := l.Entry(20); !errors.Is(err, ErrNoEntry) {
		t.Errorf("entry behind the end: %v", err)
	}
}

// TestNothingPersonalInTheLeaf: the hashed part holds commitments only, and a copy that lost
// the clear text still proves its leaves (U-4).
func TestNothingPersonalInTheLeaf(t *testing.T) {
	o, l := create(t)
	add(t, l, 1)
	l.Close()
	data, err := os.ReadFile(filepath.Join(o.Dir, fileEntries))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"lindqvist", "white van"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the file holds %q in clear", secret)
		}
	}
	p, err := parseFrame(data, 0)
	if err != nil || p.leaf.Commit["subject"] == "" || p.leaf.Public["count"] != "1" {
		t.Fatalf("%+v, %v", p.leaf, err)
	}
}

// smallLog makes a closed log with entries, two sessions and several checkpoints.
func smallLog(t testing.TB) Options {
	o, l := create(t)
	for i := range 5 {
		add(t, l, i)
		if i%2 == 0 {
			if _, _, err := l.Checkpoint(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

func readDir(t testing.TB, dir string) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{fileEntries, filePoints, fileHead, fileKey} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	return out
}

func fails(t *testing.T, dir, what string) {
	t.Helper()
	r, err := verifyOnce(context.Background(), dir, "", tlog.Tree{})
	if err == nil && len(r.Problems) == 0 {
		t.Errorf("%s: verify says the log is intact", what)
	}
}

// failsWith is fails with one file's content replaced in memory: it goes through all that
// Verify does but reading the disk.
func failsWith(t *testing.T, good map[string][]byte, name string, bad []byte, what string) {
	t.Helper()
	all := maps.Clone(good)
	all[name] = bad
	_, _, problems := scan(context.Background(), files{entries: all[fileEntries], points: all[filePoints], head: all[fileHead], key: all[fileKey]})
	if len(problems) == 0 {
		t.Errorf("%s: verify says the log is intact", what)
	}
}

// TestEveryByteIsCovered changes each byte of each file, in three ways, of a closed log and of
// one whose process was killed (U-4: deleting or changing any byte makes verify fail).
func TestEveryByteIsCovered(t *testing.T) {
	t.Run("closed", func(t *testing.T) { everyByte(t, readDir(t, smallLog(t).Dir)) })
	t.Run("killed", func(t *testing.T) {
		o, l := create(t)
		for i := range 2 {
			add(t, l, i)
			if _, _, err := l.Checkpoint(); err != nil {
				t.Fatal(err)
			}
		}
		add(t, l, 2)
		if err := l.closeFiles(); err != nil {
			t.Fatal(err)
		}
		intact(t, o.Dir, 3)
		everyByte(t, readDir(t, o.Dir))
	})
}

func everyByte(t *testing.T, all map[string][]byte) {
	t.Helper()
	for name, good := range all {
		for i := 0; i < len(good); i += stride {
			for _, mask := range []byte{0x01, 0x20, 0x80} { // 0x20 also turns letters into the other case
				bad := bytes.Clone(good)
				bad[i] ^= mask
				failsWith(t, all, name, bad, fmt.Sprintf("%s, byte %d of %d changed by %#x", name, i, len(good), mask))
			}
		}
	}
}

// TestEveryTruncationIsSeen cuts each file at each length, takes out each single byte, and
// appends to it.
func TestEveryTruncationIsSeen(t *testing.T) {
	o := smallLog(t)
	all := readDir(t, o.Dir)
	for name, good := range all {
		for i := 0; i < len(good); i += stride {
			failsWith(t, all, name, good[:i], fmt.Sprintf("%s cut at %d of %d", name, i, len(good)))
			failsWith(t, all, name, append(bytes.Clone(good[:i]), good[i+1:]...), fmt.Sprintf("%s without byte %d", name, i))
		}
		for _, tail := range []string{"\x00", "\n", "x", "\x01", string(good)} {
			failsWith(t, all, name, append(bytes.Clone(good), tail...), fmt.Sprintf("%s with %d bytes more", name, len(tail)))
		}
		path := filepath.Join(o.Dir, name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		fails(t, o.Dir, name+" removed")
		bad := bytes.Clone(good)
		bad[len(bad)/2] ^= 4
		for _, data := range [][]byte{bad, good} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, good) {
				fails(t, o.Dir, name+" changed on disk")
			}
		}
	}
	intact(t, o.Dir, 5)
}

// TestRecordsCannotMove deletes, exchanges and repeats each entry and each checkpoint.
func TestRecordsCannotMove(t *testing.T) {
	o := smallLog(t)
	good := readDir(t, o.Dir)
	records := map[string][][]byte{}
	for rest, i := good[fileEntries], int64(0); len(rest) > 0; i++ {
		p, err := parseFrame(rest, i)
		if err != nil {
			t.Fatal(err)
		}
		records[fileEntries] = append(records[fileEntries], rest[:p.size])
		rest = rest[p.size:]
	}
	k, err := parseKey(string(good[fileKey]))
	if err != nil {
		t.Fatal(err)
	}
	for rest := good[filePoints]; len(rest) > 0; {
		msg, _, err := cutPoint(rest, k)
		if err != nil {
			t.Fatal(err)
		}
		records[filePoints] = append(records[filePoints], msg)
		rest = rest[len(msg):]
	}
	for name, all := range records {
		if len(all) < 3 {
			t.Fatalf("%s has %d records", name, len(all))
		}
		try := func(list [][]byte, what string) {
			t.Helper()
			var data []byte
			for _, r := range list {
				data = append(data, r...)
			}
			if err := os.WriteFile(filepath.Join(o.Dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
			fails(t, o.Dir, name+": "+what)
		}
		for i := range all {
			without := append(append([][]byte(nil), all[:i]...), all[i+1:]...)
			try(without, fmt.Sprintf("record %d deleted", i))
			try(append(append([][]byte(nil), all...), all[i]), fmt.Sprintf("record %d repeated", i))
			if i > 0 {
				swapped := append([][]byte(nil), all...)
				swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
				try(swapped, fmt.Sprintf("records %d and %d exchanged", i-1, i))
			}
		}
		if err := os.WriteFile(filepath.Join(o.Dir, name), good[name], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	swapped := append(append([]byte(nil), good[fileHead][slotLen:]...), good[fileHead][:slotLen]...)
	os.WriteFile(filepath.Join(o.Dir, fileHead), swapped, 0o600)
	fails(t, o.Dir, "head slots exchanged")
}

// TestTailAndCheckpointsRemovedTogether: whoever cuts the log and its checkpoints back to an
// older state, without an older head, is seen (U-4).
func TestTailAndCheckpointsRemovedTogether(t *testing.T) {
	o, l := create(t)
	for i := range 3 {
		add(t, l, i)
	}
	l.Checkpoint()
	old := readDir(t, o.Dir)
	for i := range 3 {
		add(t, l, i)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fileEntries, filePoints} {
		if err := os.WriteFile(filepath.Join(o.Dir, name), old[name], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fails(t, o.Dir, "entries and checkpoints of an older state")
	if _, _, err := Open(context.Background(), o); !errors.Is(err, ErrDamaged) {
		t.Errorf("Open: %v, want ErrDamaged", err)
	}
}

// TestProofs checks inclusion against tlog's own checker (U-4).
func TestProofs(t *testing.T) {
	_, l := create(t)
	defer l.Close()
	var roots []tlog.Hash
	for i := range 40 {
		add(t, l, i)
		roots = append(roots, l.Head().Hash)
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 40).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		e, err := l.Entry(index)
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Inclusion(size, index)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, size, roots[size-1], index, e.Leaf); err != nil {
			t.Fatal(err)
		}
		other := e.Leaf
		other[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if tlog.CheckRecord(p, size, roots[size-1], index, other) == nil {
			t.Fatal("the proof holds for another leaf")
		}
	})
}

func TestConcurrentAppendsShareCommits(t *testing.T) {
	o, l := create(t)
	var wg sync.WaitGroup
	seen := make([]bool, 400)
	var mu sync.Mutex
	for range 20 {
		wg.Go(func() {
			for i := range 20 {
				r := add(t, l, i)
				mu.Lock()
				if seen[r.Index] {
					t.Errorf("index %d twice", r.Index)
				}
				seen[r.Index] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	intact(t, o.Dir, 400)
	if seq := mustSeq(t, o.Dir); seq >= 400 {
		t.Errorf("%d heads written for 400 appends: commits are not shared", seq)
	}
}

func mustSeq(t *testing.T, dir string) int64 {
	data := readDir(t, dir)
	k, err := parseKey(string(data[fileKey]))
	if err != nil {
		t.Fatal(err)
	}
	h, _, _, err := readHeads(data[fileHead], k)
	if err != nil {
		t.Fatal(err)
	}
	return h.seq
}

func BenchmarkAppend(b *testing.B) {
	_, l := create(b)
	defer l.Close()
	for i := 0; b.Loop(); i++ {
		add(b, l, i)
	}
}

func BenchmarkAppendParallel16(b *testing.B) {
	_, l := create(b)
	defer l.Close()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			add(b, l, i)
		}
	})
}
