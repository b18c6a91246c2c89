package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cordon/engine/feed"
	"cordon/engine/feed/witness"
)

// TestHostileExchange proves U-4 at the client: whatever a server or something in front of it
// answers, the errors are those that are promised, and no answer is larger than it may be.
func TestHostileExchange(t *testing.T) {
	status, body := 0, ""
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	s, err := DialServer(web.URL, &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	head := func() error { _, err := s.AddCheckpoint(ctx, witness.Add{Checkpoint: "x\n"}); return err }
	next := func() error { _, err := s.NextEntry(ctx); return err }
	send := func() error { _, err := s.SendEntries(ctx, witness.Parcel{To: 1, Size: 1}); return err }
	renew := func() error { _, err := s.Renew(ctx, key, rand.Reader); return err }
	learn := func() error { _, err := s.WitnessKey(ctx); return err }
	for _, x := range []struct {
		name   string
		do     func() error
		status int
		body   string
		want   error
	}{
		{"head: busy", head, 503, `{"error":{"message":"busy"}}`, feed.ErrOffline},
		{"head: a proxy", head, 302, "<html>", feed.ErrOffline},
		{"head: no size", head, 409, "", feed.ErrOffline},
		{"head: a negative size", head, 409, "-1\n", feed.ErrOffline},
		{"head: a huge size", head, 409, strings.Repeat("9", 1<<20), feed.ErrOffline},
		{"head: contradiction", head, 422, `{"error":{"message":"no"}}`, feed.ErrFork},
		{"head: revoked", head, 403, `{"error":{"message":"ended"}}`, feed.ErrInvalid},
		{"head: a store of files", head, 405, "<xml>", feed.ErrInvalid},
		{"head: not there", head, 404, "", feed.ErrNotFound},
		{"head: slow down", head, 429, "", feed.ErrOffline},
		{"next: text", next, 200, "hello", feed.ErrOffline},
		{"next: negative", next, 200, `{"next":-1,"size":3}`, feed.ErrOffline},
		{"next: a fraction", next, 200, `{"next":1.5,"size":3}`, feed.ErrOffline},
		{"send: contradiction", send, 422, "", feed.ErrFork},
		{"send: busy", send, 503, "", feed.ErrOffline},
		{"send: conflict without a state", send, 409, "", feed.ErrOffline},
		{"send: too large", send, 413, "", feed.ErrInvalid},
		{"renew: no certificate", renew, 200, `{"certificate":"x"}`, feed.ErrInvalid},
		{"renew: another's", renew, 200, `{"certificate":"` + strings.ReplaceAll(pemOf(web.Certificate()), "\n", `\n`) + `"}`, feed.ErrInvalid},
		{"renew: refused", renew, 400, "", feed.ErrInvalid},
		{"learn: text", learn, 200, "hello", feed.ErrOffline},
		{"learn: not there", learn, 404, "", feed.ErrNotFound},
	} {
		status, body = x.status, x.body
		if err := x.do(); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
	status, body = 409, "17\n"
	var known *KnownError
	if err := head(); !errors.As(err, &known) || known.Size != 17 {
		t.Errorf("conflict: %v", err)
	}
	status, body = 409, `{"next":5,"size":9}`
	if at, err := s.SendEntries(ctx, witness.Parcel{To: 1, Size: 1}); err != nil || at != (EntriesState{5, 9}) {
		t.Errorf("conflict: %+v, %v", at, err)
	}
	status, body = 200, `{"lanes":[]}`
	if key, err := s.WitnessKey(ctx); err != nil || key != "" {
		t.Errorf("a server without a witness: %q, %v", key, err)
	}
}

func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
