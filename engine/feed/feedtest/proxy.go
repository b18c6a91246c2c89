package feedtest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// Kind is what a proxy does to a connection.
type Kind int

// The kinds of faults. Whole passes everything on.
const (
	Whole     Kind = iota
	Cut            // ends it
	Change         // flips one bit
	Delay          // holds each piece back for Wait
	Throttle       // passes PerSecond bytes a second
	Blackhole      // passes nothing more, and keeps it open
	Refuse         // ends new ones at once
	Kinds          // how many there are
)

func (k Kind) String() string {
	return [...]string{"whole", "cut", "change", "delay", "throttle", "blackhole", "refuse"}[k]
}

// Fault is what happens to each connection of a proxy, open ones included, once After more bytes
// have come from the server.
type Fault struct {
	Kind      Kind
	After     int
	Wait      time.Duration
	PerSecond int
}

// Proxy passes TCP connections on to a server and spoils them. It is safe for concurrent use.
type Proxy struct {
	l net.Listener

	mu      sync.Mutex
	to      string
	fault   Fault
	changed chan struct{} // closed when the fault is another one
	open    map[net.Conn]bool
	struck  int
	work    sync.WaitGroup
}

// NewProxy starts a proxy on the loopback that goes to an address; it ends with the test.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{l: l, to: to, changed: make(chan struct{}), open: map[net.Conn]bool{}}
	p.work.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.Spoil(Fault{})
		p.CutAll()
		p.work.Wait()
	})
	return p
}

// Addr is where clients connect.
func (p *Proxy) Addr() string { return p.l.Addr().String() }

// To sends new connections to another server.
func (p *Proxy) To(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to = addr
}

// Spoil sets the fault.
func (p *Proxy) Spoil(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
	close(p.changed)
	p.changed = make(chan struct{})
}

// CutAll ends all open connections.
func (p *Proxy) CutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
}

// Struck is how many connections were hit by a fault.
func (p *Proxy) Struck() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck
}

func (p *Proxy) now() (Fault, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, p.changed
}

func (p *Proxy) hit() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.struck++
}

func (p *Proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		if f, _ := p.now(); f.Kind == Refuse {
			p.hit()
			_ = c.Close()
			continue
		}
		p.work.Go(func() { p.pass(c) })
	}
}

// pass joins a connection with one of its own to the server.
func (p *Proxy) pass(client net.Conn) {
	p.mu.Lock()
	to := p.to
	p.mu.Unlock()
	ctx, end := context.WithCancel(context.Background())
	defer end()
	server, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", to)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range []struct {
		from, to net.Conn
		down     bool
	}{{client, server, false}, {server, client, true}} {
		both.Go(func() {
			p.copy(ctx, way.to, way.from, way.down)
			end()
			_ = client.Close()
			_ = server.Close()
		})
	}
	both.Wait()
	p.mu.Lock()
	delete(p.open, client)
	delete(p.open, server)
	p.mu.Unlock()
}

// copy passes one direction on until an end or a cut. Cuts and changes strike what comes down
// from the server.
func (p *Proxy) copy(ctx context.Context, to, from net.Conn, down bool) {
	buf := make([]byte, 16<<10)
	var since chan struct{} // which fault passed counts for
	passed, struck := 0, false
	for {
		n, err := from.Read(buf)
		for n > 0 {
			f, changed := p.now()
			if changed != since {
				since, passed, struck = changed, 0, false
			}
			due := passed+n > f.After
			if due && f.Kind != Whole && !struck {
				struck = true
				p.hit()
			}
			if due && f.Kind == Blackhole {
				select {
				case <-changed:
				case <-ctx.Done():
					return
				}
				continue // under the new fault
			}
			if due && f.Kind == Delay && !pause(ctx, changed, f.Wait) || due && f.Kind == Throttle && !pause(ctx, changed, time.Second*time.Duration(n)/time.Duration(max(f.PerSecond, 1))) {
				return
			}
			if due && down && f.Kind == Cut {
				_, _ = to.Write(buf[:max(0, f.After-passed)])
				return
			}
			if due && down && f.Kind == Change && passed <= f.After {
				buf[f.After-passed] ^= 0x10
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
			passed += n
			n = 0
		}
		if err != nil {
			return
		}
	}
}

// pause waits, at most until the fault changes; false: the connection ended.
func pause(ctx context.Context, changed chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-changed:
	case <-t.C:
	}
	return true
}
