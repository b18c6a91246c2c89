//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// screenW and screenH are the size at which the pictures in ../shared/ui are drawn.
const (
	screenW = 1440
	screenH = 900
)

// desktop is an X server of our own with a window manager, a mouse and a keyboard.
type desktop struct {
	t       *testing.T
	display string
	shots   string
}

// newDesktop starts Xvfb and openbox. It skips the test, saying so, where they are not
// installed.
func newDesktop(t *testing.T) *desktop {
	t.Helper()
	for _, tool := range []string{"Xvfb", "openbox", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (.ci/packages test installs it); the journey cannot run", tool)
		}
	}
	shots, err := filepath.Abs("../../out/e2e")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(shots, 0o755); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenW, screenH), "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	start(t, x)
	w.Close()
	line := make([]byte, 16)
	n, err := r.Read(line)
	if err != nil {
		t.Fatalf("Xvfb gave no display: %v", err)
	}
	d := &desktop{t: t, display: ":" + strings.TrimSpace(string(line[:n])), shots: shots}
	config := filepath.Join(t.TempDir(), "rc.xml")
	// Windows fill the screen without borders, so that a place in the window is a place on it.
	rc := `<openbox_config xmlns="http://openbox.org/3.4/rc"><applications><application class="*"><decor>no</decor><maximized>yes</maximized></application></applications></openbox_config>`
	if err := os.WriteFile(config, []byte(rc), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, d.command(context.Background(), "openbox", "--config-file", config))
	return d
}

// start runs cmd until the test ends.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func (d *desktop) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display, "LANG=C.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1")
	return cmd
}

func (d *desktop) xdotool(args ...string) string {
	d.t.Helper()
	out, err := d.command(d.t.Context(), "xdotool", args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("xdotool %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (d *desktop) move(x, y int) {
	d.t.Helper()
	d.xdotool("mousemove", strconv.Itoa(x), strconv.Itoa(y))
	time.Sleep(60 * time.Millisecond)
}

func (d *desktop) click(x, y int) {
	d.t.Helper()
	d.move(x, y)
	d.xdotool("click", "1")
	time.Sleep(150 * time.Millisecond)
}

func (d *desktop) drag(x1, y1, x2, y2 int) {
	d.t.Helper()
	d.move(x1, y1)
	d.xdotool("mousedown", "1")
	for i := 1; i <= 8; i++ {
		d.move(x1+(x2-x1)*i/8, y1+(y2-y1)*i/8)
	}
	d.xdotool("mouseup", "1")
	time.Sleep(150 * time.Millisecond)
}

func (d *desktop) typeText(s string) {
	d.t.Helper()
	d.xdotool("type", "--delay", "25", "--", s)
	time.Sleep(100 * time.Millisecond)
}

func (d *desktop) key(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.xdotool("key", k)
		time.Sleep(80 * time.Millisecond)
	}
}

// shot keeps a picture of the screen as out/e2e/NAME.png and returns it.
func (d *desktop) shot(name string) image.Image {
	d.t.Helper()
	path := filepath.Join(d.shots, name+".png")
	if out, err := d.command(d.t.Context(), "import", "-window", "root", path).CombinedOutput(); err != nil {
		d.t.Fatalf("screenshot %s: %v\n%s", name, err, out)
	}
	return d.load(path)
}

func (d *desktop) grab() image.Image {
	d.t.Helper()
	var out bytes.Buffer
	cmd := d.command(d.t.Context(), "import", "-window", "root", "png:-")
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		d.t.Fatalf("screenshot: %v", err)
	}
	img, err := png.Decode(&out)
	if err != nil {
		d.t.Fatal(err)
	}
	return img
}

func (d *desktop) load(path string) image.Image {
	d.t.Helper()
	f, err := os.Open(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		d.t.Fatal(err)
	}
	return img
}

// settle waits until three pictures in a row are the same: the program under the race
// detector, drawn by a processor, can need half a second for a frame.
func (d *desktop) settle(limit time.Duration) {
	d.t.Helper()
	last, still := d.grab(), 0
	for end := time.Now().Add(limit); time.Now().Before(end) && still < 2; {
		time.Sleep(400 * time.Millisecond)
		next := d.grab()
		if still++; !same(last, next, next.Bounds()) {
			still = 0
		}
		last = next
	}
}

// untilColour waits until the place has one of the colours (0xRRGGBB): light or dark look.
func (d *desktop) untilColour(what string, at image.Point, colours ...uint32) {
	d.t.Helper()
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		r, g, b, _ := d.grab().At(at.X, at.Y).RGBA()
		if slices.Contains(colours, r>>8<<16|g>>8<<8|b>>8) {
			return
		}
	}
	d.shot("waiting")
	d.t.Fatalf("%s did not come into view; see out/e2e/waiting.png", what)
}

// same reports whether a and b are equal inside r, but for a caret's few pixels.
func same(a, b image.Image, r image.Rectangle) bool {
	diff := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				if diff++; diff > 60 {
					return false
				}
			}
		}
	}
	return true
}

// program is the running binary.
type program struct {
	cmd    *exec.Cmd
	mu     sync.Mutex
	stderr bytes.Buffer
	done   chan error
}

func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *program) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// launch starts the binary on the desktop and waits for its window.
func (d *desktop) launch(bin string, env []string, args ...string) *program {
	d.t.Helper()
	p := &program{cmd: d.command(context.Background(), bin, args...), done: make(chan error, 1)}
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	d.t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		select {
		case err := <-p.done:
			d.t.Fatalf("the program ended before its window opened: %v\n%s", err, p.output())
		default:
		}
		out, err := d.command(d.t.Context(), "xdotool", "search", "--onlyvisible", "--name", "Cordon").Output()
		if err == nil && len(bytes.TrimSpace(out)) > 0 {
			return p
		}
	}
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // its goroutines say what it waits for
	<-p.done
	d.shot("no-window")
	d.t.Fatalf("no window after two minutes; see out/e2e/no-window.png\n%s", p.output())
	return nil
}

var threadFault = regexp.MustCompile(`Fyne error|Error in Fyne call thread|DATA RACE|panic:|fatal error:`)

// quit closes the window as a person would and checks how the program ended.
func (d *desktop) quit(p *program) {
	d.t.Helper()
	d.key("ctrl+q")
	select {
	case err := <-p.done:
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 0) {
			d.t.Errorf("the program ended with %v\n%s", err, p.output())
		}
	case <-time.After(20 * time.Second):
		d.shot("does-not-quit")
		d.t.Errorf("the program did not end within 20 s of Ctrl+Q\n%s", p.output())
	}
	if m := threadFault.FindString(p.output()); m != "" {
		d.t.Errorf("stderr has %q:\n%s", m, p.output())
	}
}
