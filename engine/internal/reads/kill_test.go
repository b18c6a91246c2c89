package reads

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"cordon/engine/detection"
)

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
		if err := s.tidy(ctx, false, 1); err != nil {
			t.Fatal(err)
		}
		st = s.State()
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
	var mu sync.Mutex
	tune.step = func(name string) {
		mu.Lock()
		defer mu.Unlock()
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
