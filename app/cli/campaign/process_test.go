//go:build !race

package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"cordon/app/cli"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is the command line too, under the name cordon. CORDON_BINARY names a built
// one to use instead. The command line is slow under the race detector, and it is processes that
// are tested: the tests are left out there.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cordon": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

func binary() string {
	if b := os.Getenv("CORDON_BINARY"); b != "" {
		return b
	}
	return "cordon"
}

// outcome is how a process ended.
type outcome struct {
	killed         bool
	status         int
	stdout, stderr []byte
	usage          *syscall.Rusage
	took           time.Duration
}

// answer decodes standard output.
func (o outcome) answer(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(o.stdout, into); err != nil {
		t.Fatalf("status %d, %q: %v\n%s", o.status, o.stdout, err, o.stderr)
	}
}

// cordon runs the command line to its end. It is killed after kill, when that is not 0.
func (w *world) cordon(kill time.Duration, stdin string, args ...string) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // a limit for broken code
	defer cancel()
	if kill > 0 {
		ctx, cancel = context.WithTimeout(ctx, kill)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, binary(), args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.Stdin = append(os.Environ(), w.env...), &stdout, &stderr, bytes.NewReader([]byte(stdin))
	began := time.Now()
	err := cmd.Run()
	o := outcome{stdout: stdout.Bytes(), stderr: stderr.Bytes(), took: time.Since(began)}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.status, o.killed = exit.ExitCode(), exit.ExitCode() == -1 && kill > 0
	case err != nil && kill > 0 && errors.Is(err, context.DeadlineExceeded):
		o.killed = true // before it started
	case err != nil:
		o.status, o.stderr = -1, []byte(err.Error())
	}
	if cmd.ProcessState != nil {
		o.usage, _ = cmd.ProcessState.SysUsage().(*syscall.Rusage)
	}
	return o
}

// must runs the command line and demands that it ends well.
func (w *world) must(args ...string) outcome {
	w.t.Helper()
	o := w.cordon(0, "", args...)
	if o.status != 0 {
		w.t.Fatalf("cordon %v: status %d\n%s\n%s", args, o.status, o.stdout, o.stderr)
	}
	return o
}

// server is a process of `cordon feed serve`. One goroutine at a time uses it.
type server struct {
	w    *world
	addr string
	args []string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	log  string
}

// newServer starts a server over a bucket on a free port, which it keeps when it is started again.
func (w *world) newServer(bucket string, more ...string) *server {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	s := &server{w: w, addr: l.Addr().String()}
	_, port, _ := net.SplitHostPort(s.addr)
	s.log = filepath.Join(w.dir, "serve-"+port+".log")
	if err := l.Close(); err != nil {
		w.t.Fatal(err)
	}
	s.args = append([]string{"feed", "serve", "--feed", bucket, "--keys", w.keys, "--listen", s.addr, "--host", "127.0.0.1", "--poll", "100ms"}, more...)
	s.start()
	return s
}

// start starts it and waits until it listens.
func (s *server) start() {
	for range 100 {
		log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			s.w.t.Error(err)
			return
		}
		s.cmd, s.done = exec.Command(binary(), s.args...), make(chan struct{})
		s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = append(os.Environ(), s.w.env...), log, log
		if err := errors.Join(s.cmd.Start(), log.Close()); err != nil {
			s.w.t.Error(err)
			return
		}
		go func(cmd *exec.Cmd, done chan struct{}) {
			_ = cmd.Wait()
			close(done)
		}(s.cmd, s.done)
		for wait := true; wait; {
			if c, err := net.Dial("tcp", s.addr); err == nil {
				_ = c.Close()
				return
			}
			select {
			case <-s.done: // the port was not free yet
				wait = false
			case <-time.After(10 * time.Millisecond):
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(s.log)
	s.w.t.Errorf("the server does not start: %s", text)
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}
