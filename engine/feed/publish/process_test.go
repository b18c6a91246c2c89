package publish_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
)

const childEnv = "CORDON_TEST_PUBLISHER"

// TestMain is a publisher when the test asks for one: it publishes reads 0 to 59, some at a
// time, a part of them corrected, and compacts now and then.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	if err := child(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(dir, key, number string) error {
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		return err
	}
	s, err := manifest.ReadKey(key)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	p := newPublisher(b, s)
	rows := some(0, 60)
	for i, part := range slices.Collect(slices.Chunk(rows, 4+n)) {
		own := some(1000+100*n+i, 1001+100*n+i)[0] // and one of its own
		if _, err := p.Publish(ctx, batch(append(part, own))); err != nil {
			return err
		}
		if i%5 == 4 {
			if _, err := p.Compact(ctx, lane, 2); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestTwoProcesses_F_2: publishers in three processes at once, with the same reads and some
// of their own, lose nothing and publish nothing twice.
func TestTwoProcesses_F_2(t *testing.T) {
	dir := t.TempDir()
	b, s := feedIn(t, dir)
	key := filepath.Join(t.TempDir(), "key")
	if err := manifest.WriteKey(key, s); err != nil {
		t.Fatal(err)
	}
	const processes = 3
	var out [processes]bytes.Buffer
	var running []*exec.Cmd
	for i := range processes {
		c := exec.Command(os.Args[0], dir, key, strconv.Itoa(i))
		c.Env = append(os.Environ(), childEnv+"=1")
		c.Stderr = &out[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for i, c := range running {
		if err := c.Wait(); err != nil {
			t.Errorf("publisher %d: %v: %s", i, err, out[i].String())
		}
	}
	want := idsOf(some(0, 60))
	for n := range processes {
		parts := (60 + 4 + n - 1) / (4 + n)
		want = append(want, idsOf(some(1000+100*n, 1000+100*n+parts))...)
	}
	r := whole(t, b, s, want)
	t.Logf("%d records, %d replaced", r.Lanes[1].Records, r.Lanes[1].Replaced)
}
