package cli

import (
	"fmt"
	"os"
	"sync"
	"time"

	"cordon/engine/policy"

	"golang.org/x/term"
)

// progress tells on standard error how far long work is: on a terminal one line that is
// rewritten, elsewhere a line every ten seconds. It is safe for concurrent use.
type progress struct {
	sh    *shell
	what  string
	total int64 // 0: unknown
	live  bool
	mu    sync.Mutex
	start time.Time
	last  time.Time
	drawn bool
}

func (sh *shell) progress(what string, total int64) *progress {
	f, ok := sh.env.Stderr.(*os.File)
	now := sh.env.Clock()
	return &progress{sh: sh, what: what, total: total, live: ok && term.IsTerminal(int(f.Fd())), start: now, last: now}
}

func (p *progress) at(done int64) { p.note(done, "") }

func (p *progress) note(done int64, more string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, every := p.sh.env.Clock(), 10*time.Second
	if p.live {
		every = 200 * time.Millisecond
	}
	if now.Sub(p.last) < every {
		return
	}
	p.last = now
	line := policy.Number(done)
	if p.total > 0 {
		line += " of " + policy.Number(p.total)
	}
	line += " " + p.what + more
	if s := now.Sub(p.start).Seconds(); s > 0 {
		line += fmt.Sprintf(", %s a second", policy.Number(int64(float64(done)/s)))
	}
	if p.live {
		_, _ = fmt.Fprintf(p.sh.env.Stderr, "\r\x1b[K%s", line)
		p.drawn = true
		return
	}
	p.sh.say("%s", line)
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		_, _ = fmt.Fprint(p.sh.env.Stderr, "\r\x1b[K")
	}
}
