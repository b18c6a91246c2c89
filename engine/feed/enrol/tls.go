package enrol

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"cordon/engine/feed"
)

// ErrUntrusted is returned when a server does not belong to the feed that the code names.
var ErrUntrusted = errors.New("this server does not belong to the feed")

// ServerConfig returns the TLS settings of a server under these names and addresses: TLS 1.3,
// workstations' certificates of this authority or none. The server's own key lives in memory
// and is replaced before its certificate ends.
func (a *CA) ServerConfig(hosts []string) (*tls.Config, error) {
	if len(hosts) == 0 {
		return nil, fmt.Errorf("%w: a server needs a host name", feed.ErrInvalid)
	}
	s := &serverCert{ca: a, hosts: hosts}
	if _, err := s.get(nil); err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return &tls.Config{
		MinVersion: tls.VersionTLS13, GetCertificate: s.get, ClientAuth: tls.VerifyClientCertIfGiven,
		ClientCAs: pool, NextProtos: []string{"http/1.1"}, Time: a.clock,
	}, nil
}

// serverCert holds a server's certificate and makes a new one in time.
type serverCert struct {
	ca    *CA
	hosts []string

	mu   sync.Mutex
	cert *tls.Certificate
}

func (s *serverCert) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.ca.clock()
	if s.cert != nil && now.After(s.cert.Leaf.NotBefore) &&
		(now.Add(ServerLife/2).Before(s.cert.Leaf.NotAfter) || s.cert.Leaf.NotAfter.Equal(s.ca.cert.NotAfter)) {
		return s.cert, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), s.ca.random)
	if err != nil {
		return nil, fmt.Errorf("make the server's key: %w", err)
	}
	leaf, err := s.ca.issueServer(key.Public(), s.hosts)
	if err != nil {
		return nil, err
	}
	s.cert = &tls.Certificate{Certificate: [][]byte{leaf.Raw, s.ca.cert.Raw}, PrivateKey: key, Leaf: leaf}
	return s.cert, nil
}

// NewRequest makes a workstation's key (P-256) and a certificate request for it, in PEM.
func NewRequest(random io.Reader) (key crypto.Signer, request string, err error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, "", fmt.Errorf("make the workstation's key: %w", err)
	}
	request, err = RequestFor(k, random)
	return k, request, err
}

// RequestFor makes a certificate request (PEM) for a key that a workstation has, to renew its
// certificate.
func RequestFor(key crypto.Signer, random io.Reader) (string, error) {
	raw, err := x509.CreateCertificateRequest(random, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "cordon workstation"}}, key)
	if err != nil {
		return "", fmt.Errorf("make a certificate request: %w", err)
	}
	return pemText(typeRequest, raw), nil
}

// ClientCertificate joins a granted certificate (PEM) and its key. Errors match feed.ErrInvalid.
func ClientCertificate(certificate string, key crypto.Signer) (tls.Certificate, error) {
	raw, err := decodePEM([]byte(certificate), typeCert)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%w: certificate: %w", feed.ErrInvalid, err)
	}
	pub, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !pub.Equal(key.Public()) {
		return tls.Certificate{}, fmt.Errorf("%w: the certificate is not for this key", feed.ErrInvalid)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}, nil
}

// PinnedConfig returns the TLS settings of a workstation that trusts one authority alone,
// known by its fingerprint: the server shows the authority's certificate with its own. own is
// the workstation's certificate, nil before it is enrolled; host is the server's name or
// address. The connection fails with ErrUntrusted otherwise.
func PinnedConfig(ca feed.Digest, host string, own *tls.Certificate, clock func() time.Time) *tls.Config {
	c := &tls.Config{
		ServerName: host, MinVersion: tls.VersionTLS13, NextProtos: []string{"http/1.1"}, Time: clock,
		// Replaced by VerifyConnection, which runs for resumed sessions too.
		InsecureSkipVerify: true,
	}
	if own != nil {
		c.Certificates = []tls.Certificate{*own}
	}
	c.VerifyConnection = func(cs tls.ConnectionState) error {
		roots := x509.NewCertPool()
		found := false
		for _, cert := range cs.PeerCertificates {
			if sha256.Sum256(cert.Raw) == ca {
				roots.AddCert(cert)
				found = true
			}
		}
		if !found || len(cs.PeerCertificates) == 0 {
			return fmt.Errorf("%w: it does not show the certificate that the enrolment code names", ErrUntrusted)
		}
		if _, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{
			Roots: roots, DNSName: host, CurrentTime: clock(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}); err != nil {
			return fmt.Errorf("%w: %w", ErrUntrusted, err)
		}
		return nil
	}
	return c
}
