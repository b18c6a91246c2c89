package enrol

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
)

var start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func fixed(t time.Time) func() time.Time { return func() time.Time { return t } }

func newCA(t *testing.T) *CA {
	t.Helper()
	ca, err := CreateCA(filepath.Join(t.TempDir(), "keys"), "test feed", fixed(start), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// TestCode: a code reads back, however it was typed, and any other text is refused.
func TestCode(t *testing.T) {
	ca := newCA(t)
	c, err := NewCode(rand.Reader, ca.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{c.String(), strings.ToUpper(c.String()), " " + c.String() + "\n"} {
		if got, err := ParseCode(s); err != nil || got != c {
			t.Errorf("ParseCode(%q) = %v, %v", s, got, err)
		}
	}
	d, err := NewCode(rand.Reader, ca.Fingerprint())
	if err != nil || d == c || d.Hash() == c.Hash() || c.Hash() != HashSecret(c.Secret()) {
		t.Error("two codes are the same, or the hash is not of the secret")
	}
	for _, s := range []string{"", "-", c.Secret(), c.String()[1:], c.String() + "a", strings.Replace(c.String(), "-", "", 1), "0" + c.String()[1:]} {
		if _, err := ParseCode(s); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("ParseCode(%q): %v", s, err)
		}
	}
}

// TestKeyFiles: private keys are for their owner alone, an authority is not made twice,
// and files of two authorities are not taken for one.
func TestKeyFiles(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, d := range []string{a, b} {
		if _, err := CreateCA(d, "test feed", fixed(start), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{fileKey, fileWitness} {
		st, err := os.Stat(filepath.Join(a, name))
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, st.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(a, ".new-*")); len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}
	if _, err := CreateCA(a, "again", fixed(start), rand.Reader); !errors.Is(err, ErrExists) {
		t.Errorf("a second authority: %v", err)
	}
	if _, err := OpenCA(filepath.Join(dir, "none"), fixed(start), rand.Reader); !errors.Is(err, ErrNoCA) {
		t.Errorf("no authority: %v", err)
	}
	if err := os.Rename(filepath.Join(b, fileKey), filepath.Join(a, fileKey)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCA(a, fixed(start), rand.Reader); !errors.Is(err, feed.ErrDamaged) {
		t.Errorf("a key of another authority: %v", err)
	}
}

// TestRequests: only a whole request with a good key is granted; the name is the server's.
func TestRequests(t *testing.T) {
	ca := newCA(t)
	key, request, err := NewRequest(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.IssueClient(request, "ws-07")
	if err != nil || cert.Subject.CommonName != "ws-07" || !cert.NotAfter.Equal(start.Add(ClientLife)) {
		t.Fatalf("certificate %+v, %v", cert, err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: typeCert, Bytes: cert.Raw}))
	if _, err := ClientCertificate(text, key); err != nil {
		t.Error(err)
	}
	other, _, _ := NewRequest(rand.Reader)
	if _, err := ClientCertificate(text, other); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("a certificate for another key: %v", err)
	}
	broken := []byte(request)
	broken[len(broken)/2] ^= 1
	for name, bad := range map[string]string{"empty": "", "text": "hello", "twice": request + request, "certificate": text, "changed": string(broken)} {
		if _, err := ca.IssueClient(bad, "ws-07"); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// handshake connects a client to a server over a pipe and returns the client's error.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	s := tls.Server(a, server)
	go func() {
		if s.Handshake() == nil {
			_, _ = s.Write([]byte("!"))
		}
		a.Close()
	}()
	c := tls.Client(b, client)
	if err := c.Handshake(); err != nil {
		return err
	}
	_, err := c.Read(make([]byte, 1)) // TLS 1.3: a refused certificate shows here
	return err
}

// TestPinned: the first connection is safe: only a server of the authority that the code
// names, under its own name and in its time, is talked to; TLS 1.2 is not.
func TestPinned(t *testing.T) {
	ca, other := newCA(t), newCA(t)
	server, err := ca.ServerConfig([]string{"feed.test", "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.ServerConfig([]string{"feed.test"})
	if err != nil {
		t.Fatal(err)
	}
	// A forger can show the true authority's certificate, but not sign with it.
	withCA := forged.Clone()
	withCA.GetCertificate = func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		c, err := forged.GetCertificate(h)
		if err != nil {
			return nil, err
		}
		both := *c
		both.Certificate = [][]byte{c.Certificate[0], ca.cert.Raw}
		return &both, nil
	}
	good := func() *tls.Config { return PinnedConfig(ca.Fingerprint(), "feed.test", nil, fixed(start)) }
	for _, host := range []string{"feed.test", "127.0.0.1"} {
		if err := handshake(t, server, PinnedConfig(ca.Fingerprint(), host, nil, fixed(start))); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	for name, c := range map[string]struct{ server, client *tls.Config }{
		"another authority": {forged, good()},
		"borrowed chain":    {withCA, good()},
		"another host":      {server, PinnedConfig(ca.Fingerprint(), "other.test", nil, fixed(start))},
		"another address":   {server, PinnedConfig(ca.Fingerprint(), "127.0.0.2", nil, fixed(start))},
		"too late":          {server, PinnedConfig(ca.Fingerprint(), "feed.test", nil, fixed(start.Add(ServerLife+time.Hour)))},
	} {
		if err := handshake(t, c.server, c.client); !errors.Is(err, ErrUntrusted) {
			t.Errorf("%s: %v", name, err)
		}
	}
	old := good()
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if err := handshake(t, server, old); err == nil {
		t.Error("TLS 1.2 is spoken")
	}
	// A workstation's certificate is no server's, and one of another authority is refused.
	key, request, _ := NewRequest(rand.Reader)
	cert, err := ca.IssueClient(request, "ws-07")
	if err != nil {
		t.Fatal(err)
	}
	own := tls.Certificate{Certificate: [][]byte{cert.Raw, ca.cert.Raw}, PrivateKey: key, Leaf: cert}
	posing := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}}
	if err := handshake(t, posing, good()); !errors.Is(err, ErrUntrusted) {
		t.Errorf("a workstation poses as the server: %v", err)
	}
	if err := handshake(t, server, PinnedConfig(ca.Fingerprint(), "feed.test", &own, fixed(start))); err != nil {
		t.Errorf("an enrolled workstation: %v", err)
	}
	cert, err = other.IssueClient(request, "ws-07")
	if err != nil {
		t.Fatal(err)
	}
	// Against a server without a list of authorities in its request, the client sends anything.
	stranger := PinnedConfig(ca.Fingerprint(), "feed.test", nil, fixed(start))
	stranger.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}, nil
	}
	if err := handshake(t, server, stranger); err == nil {
		t.Error("a certificate of another authority is let in")
	}
}

// TestServerRenews: a server that runs on shows a new certificate before the old one ends.
func TestServerRenews(t *testing.T) {
	now := start
	ca, err := CreateCA(filepath.Join(t.TempDir(), "keys"), "test feed", func() time.Time { return now }, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server, err := ca.ServerConfig([]string{"feed.test"})
	if err != nil {
		t.Fatal(err)
	}
	serials := map[string]bool{}
	pool := x509.NewCertPool()
	pool.AddCert(ca.Certificate())
	for range 200 {
		c, err := server.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "feed.test", CurrentTime: now}); err != nil {
			t.Fatalf("at %v: %v", now, err)
		}
		serials[c.Leaf.SerialNumber.String()] = true
		now = now.Add(24 * time.Hour)
	}
	if len(serials) < 10 || len(serials) > 20 {
		t.Errorf("%d certificates in 200 days", len(serials))
	}
}
