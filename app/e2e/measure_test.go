//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMeasureFrame says what the whole window costs its main thread while the map is panned:
// time on a processor, events and frames together, from the kernel's own account. It is a
// measurement and gates nothing; CORDON_MEASURE=1 runs it, CORDON_BIN names a binary for a
// machine without a compiler (one with a graphics card, say).
func TestMeasureFrame(t *testing.T) {
	if os.Getenv("CORDON_MEASURE") == "" {
		t.Skip("set CORDON_MEASURE=1 to measure")
	}
	bin := os.Getenv("CORDON_BIN")
	if bin == "" {
		bin = filepath.Join(t.TempDir(), "cordon")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "migrated_fynedo", "-o", bin, "cordon/app").CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
	}
	data, home := makeDemo(t, bin), t.TempDir()
	d := newDesktop(t)
	p := d.launch(bin, []string{"CORDON_DATA=" + data, "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config")})
	d.signIn(firstAccount)
	d.goToStory(t)
	const steps = 120
	d.move(900, 400)
	d.xdotool("mousedown", "1")
	before, began := mainThread(t, p), time.Now()
	args := []string{}
	for i := range steps {
		off := i % 40
		if off > 20 {
			off = 40 - off
		}
		args = append(args, "mousemove", strconv.Itoa(900-5*off), strconv.Itoa(400+3*off), "sleep", "0.016")
	}
	d.xdotool(args...)
	spent, took := mainThread(t, p)-before, time.Since(began)
	d.xdotool("mouseup", "1")
	t.Logf("panning: %.2f ms of the main thread for each of %d steps in %.1f s", float64(spent.Microseconds())/1000/steps, steps, took.Seconds())
	d.settle(5 * time.Second)
	idle := mainThread(t, p)
	time.Sleep(3 * time.Second)
	t.Logf("at rest: %.1f ms of the main thread a second; %s resident", float64((mainThread(t, p)-idle).Microseconds())/3000, resident(t, p))
	d.quit(p)
}

// mainThread is the time that the program's first thread, which draws, was on a processor.
func mainThread(t *testing.T, p *program) time.Duration {
	t.Helper()
	pid := p.cmd.Process.Pid
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/schedstat", pid, pid))
	if err != nil {
		t.Skipf("the kernel gives no account: %v", err)
	}
	ns, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(ns)
}

func resident(t *testing.T, p *program) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
