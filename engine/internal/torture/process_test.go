//go:build linux

package torture

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is a running child and what it has said.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when its output has ended

	mu    sync.Mutex
	acked int64 // last batch acknowledged
	full  int   // times it found the disk full
	shut  bool  // it closed the store
	err   string
	tail  []string // end of what it logged
}

func start(args childArgs, acked int64) (*process, error) {
	p := &process{cmd: exec.Command(os.Args[0]), done: make(chan struct{}), acked: acked}
	p.cmd.Env = args.env()
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	var both sync.WaitGroup
	both.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.heard(lines.Text())
		}
	})
	both.Go(func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			p.mu.Lock()
			p.tail = append(p.tail[max(0, len(p.tail)-40):], lines.Text())
			p.mu.Unlock()
		}
	})
	go func() {
		both.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *process) heard(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what, rest, _ := strings.Cut(line, " ")
	switch what {
	case "stored":
		p.acked, _ = strconv.ParseInt(rest, 10, 64)
	case "full":
		p.full++
	case "closed":
		p.shut = true
	case "error":
		p.err = rest
	}
}

func (p *process) state() (acked int64, full int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acked, p.full
}

// kill ends the process, unless it has ended, and returns what it had acknowledged.
func (p *process) kill() (acked int64, problem string) {
	p.cmd.Process.Kill()
	return p.wait()
}

func (p *process) wait() (acked int64, problem string) {
	<-p.done
	p.cmd.Wait()
	return p.acked, p.err
}

// ended reports whether the process ended within a time.
func (p *process) ended(within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(within):
		return false
	}
}

// until waits for a condition or the end of the process.
func (p *process) until(limit time.Duration, ok func(acked int64, full int) bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok(p.state()) {
			return true
		}
		if p.ended(0) {
			return ok(p.state())
		}
	}
	return false
}

// many returns how often to do something: few in a short run, or what the environment says.
func many(t *testing.T, name string, few int) int {
	text := os.Getenv(name)
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if n == 0 {
		t.Skip(name + " is 0")
	}
	return n
}

// seedOf returns the seed of a run, and names it.
func seedOf(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CORDON_TORTURE_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("CORDON_TORTURE_SEED=%d", seed)
	return seed
}

// score counts what a run did and found.
type score struct {
	t     *testing.T
	begin time.Time
	shown time.Time
	lost  int64
	wrong int
	what  map[string]int
}

func newScore(t *testing.T) *score {
	return &score{t: t, begin: time.Now(), shown: time.Now(), what: map[string]int{}}
}

func (s *score) add(v verdict, err error, round string, log []string) {
	if err != nil {
		v.wrong = append(v.wrong, "open: "+err.Error())
	}
	s.lost += v.lost
	if len(v.wrong) > 0 {
		s.wrong++
		s.t.Errorf("%s:\n  %s\nlog:\n  %s", round, strings.Join(v.wrong, "\n  "), strings.Join(log, "\n  "))
	}
}

// progress tells how far a long run is.
func (s *score) progress(done, all int) {
	if time.Since(s.shown) > 10*time.Second {
		s.shown = time.Now()
		fmt.Fprintf(os.Stderr, "%s: %d of %d, %v, rows lost %d, wrong %d\n", s.t.Name(), done, all, s.what, s.lost, s.wrong)
	}
}

func (s *score) summary() {
	line := fmt.Sprintf("%s: %v in %.0f s; rows lost %d; wrong or short %d", s.t.Name(), s.what, time.Since(s.begin).Seconds(), s.lost, s.wrong)
	s.t.Log(line)
	if path := os.Getenv("CORDON_TORTURE_SUMMARY"); path != "" {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
		if err != nil {
			s.t.Fatal(err)
		}
		defer f.Close()
		fmt.Fprintln(f, line)
	}
}
