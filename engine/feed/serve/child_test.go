package serve

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
)

// childEnv makes the test binary a server over the folders that it names: bucket and keys.
const childEnv = "CORDON_TEST_FEED_SERVER"

func TestMain(m *testing.M) {
	if v := os.Getenv(childEnv); v != "" {
		if err := child(v); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(env string) error {
	dir, keys, _ := strings.Cut(env, "\n")
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		return err
	}
	ca, err := enrol.OpenCA(keys, time.Now, rand.Reader)
	if err != nil {
		return err
	}
	s, err := New(Options{Bucket: b, CA: ca, Hosts: []string{"127.0.0.1"}, Name: "feed.test/witness", Clock: time.Now})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	fmt.Println(l.Addr())
	return s.Serve(ctx, l, 10*time.Second)
}

// startChild starts a server process over the rig's bucket and returns it.
func (g *rig) startChild(keys string) *exec.Cmd {
	g.t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+g.dir+"\n"+keys)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		g.t.Fatal(err)
	}
	g.addrs = append(g.addrs, strings.TrimSpace(line))
	return c
}

// TestTwoProcesses (F-1): two server processes over one bucket are one: enrolled at one, a
// workstation is served, told, cosigned and revoked by the other, also after one is killed.
func TestTwoProcesses(t *testing.T) {
	g := newRig(t, 0, nil)
	first := g.startChild(g.keys)
	g.startChild(g.keys)
	g.checkpoint("pd.north", 1)
	l := newAuditLog(t, 1)
	ws := g.enroll(0, "ws-07", "pd.*", l.Key())
	st := ws.events(1)
	if c := st.next(); c.Lane != "pd.north" || c.Size != 1 {
		t.Errorf("%+v", c)
	}
	if r := ws.post(0, "/v1/audit", l.grow(3, "a", 0).Encode()); r.status != http.StatusOK {
		t.Error(r)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	g.checkpoint("pd.north", 2)
	if c := st.next(); c.Size != 2 {
		t.Errorf("%+v", c)
	}
	if r := ws.post(1, "/v1/audit", l.grow(3, "a", 0).Encode()); r.status != http.StatusConflict || string(r.body) != "3\n" {
		t.Errorf("the other server's head: %s", r)
	}
	if r := ws.post(1, "/v1/audit", l.show(3).Encode()); r.status != http.StatusOK {
		t.Error(r)
	}
	if err := Revoke(context.Background(), g.bucket, "ws-07", time.Now); err != nil {
		t.Fatal(err)
	}
	eventually(t, "revoked", func() bool { return ws.get(1, "/v1/lanes").status == http.StatusForbidden })
	st.toEnd()
}
