package serve

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/witness"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// auditKey is a verifier key that a workstation may enroll with when no audit log matters.
var auditKey = func() string {
	_, key, err := note.GenerateKey(rand.Reader, "cordon/WS-07")
	if err != nil {
		panic(err)
	}
	return key
}()

// rig is a feed in a folder with servers on the loopback.
type rig struct {
	t       testing.TB
	dir     string
	keys    string
	bucket  bucket.Bucket
	ca      *enrol.CA
	ahead   atomic.Int64 // of the rig's clock before the true one
	addrs   []string
	servers []*Server
	stop    []context.CancelFunc
	ended   []chan error
}

func (g *rig) now() time.Time { return time.Now().Add(time.Duration(g.ahead.Load())) }

// newRig makes a feed with a number of servers.
func newRig(t testing.TB, servers int, change func(*Options)) *rig {
	t.Helper()
	g := &rig{t: t, dir: t.TempDir(), keys: filepath.Join(t.TempDir(), "keys")}
	var err error
	if g.ca, err = enrol.CreateCA(g.keys, "test feed", g.now, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if g.bucket, err = bucket.OpenFolder(g.dir); err != nil {
		t.Fatal(err)
	}
	for range servers {
		o := Options{
			Bucket: g.bucket, CA: g.ca, Hosts: []string{"127.0.0.1"}, Name: "feed.test/witness", Clock: g.now,
			Poll: 20 * time.Millisecond, AccessTime: 20 * time.Millisecond, Gather: 20 * time.Millisecond, Enrolments: 1000,
		}
		if change != nil {
			change(&o)
		}
		g.start(o)
	}
	return g
}

func (g *rig) start(o Options) {
	g.t.Helper()
	s, err := New(o)
	if err != nil {
		g.t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		g.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- s.Serve(ctx, l, 10*time.Second) }()
	g.servers = append(g.servers, s)
	g.addrs, g.stop, g.ended = append(g.addrs, l.Addr().String()), append(g.stop, stop), append(g.ended, end)
	g.t.Cleanup(func() {
		stop()
		if err := <-end; err != nil {
			g.t.Errorf("server: %v", err)
		}
		end <- nil
	})
}

// station is a workstation's side of the connection.
type station struct {
	g    *rig
	key  crypto.Signer
	cert *tls.Certificate
	web  *http.Client
}

// stranger is a station without a certificate.
func (g *rig) stranger() *station {
	s := &station{g: g}
	s.connect()
	return s
}

func (s *station) tls() *tls.Config {
	return enrol.PinnedConfig(s.g.ca.Fingerprint(), "127.0.0.1", s.cert, s.g.now)
}

func (s *station) connect() {
	t := &http.Transport{TLSClientConfig: s.tls(), DisableCompression: true}
	s.g.t.Cleanup(t.CloseIdleConnections)
	s.web = &http.Client{Transport: t}
}

func (g *rig) invite(name, lanes string, units ...string) enrol.Code {
	g.t.Helper()
	rights, err := ParseRights(lanes, "", units)
	if err != nil {
		g.t.Fatal(err)
	}
	c, err := Invite(context.Background(), g.bucket, g.ca.Fingerprint(), name, rights, time.Hour, g.now, rand.Reader)
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

// enroll makes a workstation with a certificate, by the server of this number.
func (g *rig) enroll(server int, name, lanes, auditKey string, units ...string) *station {
	g.t.Helper()
	s := g.stranger()
	key, request, err := enrol.NewRequest(rand.Reader)
	if err != nil {
		g.t.Fatal(err)
	}
	var a EnrollAnswer
	if r := s.post(server, "/v1/enroll", EnrollRequest{g.invite(name, lanes, units...).Secret(), request, auditKey}); r.status != http.StatusOK {
		g.t.Fatalf("enroll: %s", r)
	} else if err := json.Unmarshal(r.body, &a); err != nil {
		g.t.Fatal(err)
	}
	cert, err := enrol.ClientCertificate(a.Certificate, key)
	if err != nil {
		g.t.Fatal(err)
	}
	s.key, s.cert = key, &cert
	s.connect()
	return s
}

// reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) String() string { return fmt.Sprintf("%d %s", r.status, r.body) }

// code is the code of a refusal.
func (r reply) code() string {
	var f struct{ Error Failure }
	_ = json.Unmarshal(r.body, &f)
	return f.Error.Code
}

func (s *station) do(server int, method, path string, body io.Reader, header http.Header) reply {
	s.g.t.Helper()
	q, err := http.NewRequest(method, "https://"+s.g.addrs[server]+path, body)
	if err != nil {
		s.g.t.Fatal(err)
	}
	for k, v := range header {
		q.Header[k] = v
	}
	a, err := s.web.Do(q)
	if err != nil {
		s.g.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.g.t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{a.StatusCode, a.Header, b}
}

func (s *station) get(server int, path string) reply {
	return s.do(server, "GET", path, nil, nil)
}

func (s *station) post(server int, path string, v any) reply {
	s.g.t.Helper()
	body, ok := v.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(v); err != nil {
			s.g.t.Fatal(err)
		}
	}
	return s.do(server, "POST", path, bytes.NewReader(body), nil)
}

// raw sends bytes over a connection of its own and returns all that comes back.
func (s *station) raw(server int, request string) string {
	s.g.t.Helper()
	c, err := tls.Dial("tcp", s.g.addrs[server], s.tls())
	if err != nil {
		s.g.t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		s.g.t.Fatal(err)
	}
	out, _ := io.ReadAll(c)
	return string(out)
}

// put writes an object as a publisher would.
func (g *rig) put(key string, data []byte) {
	g.t.Helper()
	if err := g.bucket.Put(context.Background(), key, bytes.NewReader(data)); err != nil {
		g.t.Fatal(err)
	}
}

func digestOf(data []byte) feed.Digest { return sha256.Sum256(data) }

// checkpoint writes a lane's checkpoint of a size and returns it.
func (g *rig) checkpoint(lane string, size int64) string {
	g.t.Helper()
	l, err := feed.ParseLane(lane)
	if err != nil {
		g.t.Fatal(err)
	}
	text := fmt.Sprintf("cordon/%s\n%d\n%s\n", lane, size, tlog.RecordHash([]byte(lane+fmt.Sprint(size))))
	k, err := witness.NewSigner("feed", ed25519.NewKeyFromSeed(make([]byte, 32)), g.now) // any signature will do
	if err != nil {
		g.t.Fatal(err)
	}
	msg, err := note.Sign(&note.Note{Text: text}, k)
	if err != nil {
		g.t.Fatal(err)
	}
	g.put(l.PathCheckpoint(), msg)
	return string(msg)
}

// segment writes a file of a lane and returns its path.
func (g *rig) segment(lane, period string, data []byte) string {
	path := "lanes/" + lane + "/segments/period=" + period + "/" + digestOf(data).String() + ".parquet"
	g.put(path, data)
	return path
}

// eventually waits until something is so; the wait is a limit for broken code, no measure.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for range 3000 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func noDate(raw string) string {
	lines := strings.Split(raw, "\r\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "Date: ") {
			lines[i] = "Date:"
		}
	}
	return strings.Join(lines, "\r\n")
}
