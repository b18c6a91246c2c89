//go:build !race

package campaign

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordon/engine/feed/manifest"
)

// TestFirstSync measures a workstation's first sync over HTTPS from a server on the same machine: the
// feed is CORDON_SCALE_FEED (see TestScaleFeed). It says rows a second end to end, what server and
// workstation used, and the load of the machine. It is no gate.
func TestFirstSync(t *testing.T) {
	dir := os.Getenv("CORDON_SCALE_FEED")
	if dir == "" {
		t.Skip("a measurement, not a check: it needs the feed that TestScaleFeed makes in CORDON_SCALE_FEED (make bench-feed)")
	}
	key, err := manifest.ReadKey(dir + ".key")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir(), bucket: dir, key: key.Verifier().String(), users: map[string][]string{}, ledger: &ledger{}}
	w.keys, w.data = filepath.Join(w.dir, "keys"), filepath.Join(w.dir, "ws")
	w.env = []string{"HOME=" + w.dir, "CORDON_FEED=" + dir}
	w.servers[0] = w.newServer(dir, "--init-ca")
	code := strings.TrimSpace(string(w.must("feed", "enroll-code", "--keys", w.keys, "--workstation", "ws-01", "--lanes", "*.*").stdout))
	w.must("demo", "--rows", "0", "--data", w.data, "--json")
	o := w.must("sync", "--data", w.data, "--feed", "https://"+w.servers[0].addr, "--key", w.key, "--code", code, "--json")
	var a struct {
		Rows, Bytes int64
		Elapsed     int64 `json:"elapsed_us"`
	}
	o.answer(t, &a)
	w.servers[0].kill()
	served, _ := w.servers[0].cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if a.Rows == 0 || served == nil {
		t.Fatalf("nothing came: %s", o.stdout)
	}
	load, _ := os.ReadFile("/proc/loadavg")
	cpu := func(u *syscall.Rusage) float64 {
		return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
	}
	sync := time.Duration(a.Elapsed) * time.Microsecond
	t.Logf("first sync of %d rows, %.0f MB in %v: %.0f rows/s (the whole command, start to end: %.0f rows/s); workstation %.1f s of CPU, %d MB at most; server %.1f s, %d MB at most; load %s",
		a.Rows, float64(a.Bytes)/1e6, sync.Round(time.Millisecond), float64(a.Rows)/sync.Seconds(), float64(a.Rows)/o.took.Seconds(),
		cpu(o.usage), o.usage.Maxrss>>10, cpu(served), served.Maxrss>>10, strings.TrimSpace(string(load)))
}
