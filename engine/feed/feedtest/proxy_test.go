package feedtest

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// TestProxy: each fault does what it says to what comes from the server, and a proxy without one
// changes nothing.
func TestProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	body := bytes.Repeat([]byte("cordon "), 20_000)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				var ask [1]byte
				if _, err := io.ReadFull(c, ask[:]); err == nil {
					_, _ = c.Write(body)
				}
			}()
		}
	}()
	p := NewProxy(t, l.Addr().String())
	fetch := func() []byte {
		t.Helper()
		c, err := net.Dial("tcp", p.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(20 * time.Second)) // a limit for broken code
		_, _ = c.Write([]byte("?"))
		out, _ := io.ReadAll(c)
		return out
	}
	for _, c := range []struct {
		fault Fault
		ok    func(got []byte) bool
	}{
		{Fault{}, func(got []byte) bool { return bytes.Equal(got, body) }},
		{Fault{Kind: Cut, After: 50_000}, func(got []byte) bool { return bytes.Equal(got, body[:50_000]) }},
		{Fault{Kind: Change, After: 50_000}, func(got []byte) bool {
			return len(got) == len(body) && got[50_000] == body[50_000]^0x10 && bytes.Equal(got[50_001:], body[50_001:]) && bytes.Equal(got[:50_000], body[:50_000])
		}},
		{Fault{Kind: Delay, Wait: time.Millisecond}, func(got []byte) bool { return bytes.Equal(got, body) }},
		{Fault{Kind: Throttle, PerSecond: 10 << 20}, func(got []byte) bool { return bytes.Equal(got, body) }},
		{Fault{Kind: Refuse}, func(got []byte) bool { return len(got) == 0 }},
	} {
		before := p.Struck()
		p.Spoil(c.fault)
		if got := fetch(); !c.ok(got) {
			t.Errorf("%+v: %d bytes", c.fault, len(got))
		}
		if hit := p.Struck() > before; hit != (c.fault.Kind != Whole) {
			t.Errorf("%+v: struck %t", c.fault, hit)
		}
	}
	// Silence lasts until the fault goes; nothing is lost by it.
	p.Spoil(Fault{Kind: Blackhole, After: 10_000})
	silent := p.Struck()
	got := make(chan []byte)
	go func() { got <- fetch() }()
	for p.Struck() == silent {
		time.Sleep(time.Millisecond)
	}
	select {
	case b := <-got:
		t.Errorf("%d bytes came through silence", len(b))
	case <-time.After(50 * time.Millisecond):
	}
	p.Spoil(Fault{})
	if b := <-got; !bytes.Equal(b, body) {
		t.Errorf("behind the silence: %d bytes", len(b))
	}
}
