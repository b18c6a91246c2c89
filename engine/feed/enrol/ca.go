package enrol

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"path/filepath"
	"time"

	"cordon/engine/feed"
)

// How long certificates last.
const (
	caLife     = 10 * 365 * 24 * time.Hour
	ClientLife = 365 * 24 * time.Hour // of a workstation's certificate
	ServerLife = 30 * 24 * time.Hour  // of a server's; it makes itself new ones
	backdate   = 10 * time.Minute     // for clocks that are behind
)

// Files of a key folder.
const (
	fileCert    = "ca.crt"
	fileKey     = "ca.key"
	fileWitness = "witness.key"
)

var (
	// ErrExists is returned by CreateCA when the folder has an authority.
	ErrExists = errors.New("the folder has a certificate authority already")
	// ErrNoCA is returned by OpenCA when the folder has none.
	ErrNoCA = errors.New("the folder has no certificate authority")
	// ErrRequest is returned when a certificate request cannot be granted.
	ErrRequest = errors.New("the certificate request is not valid")
)

// CA is a feed's certificate authority, with the key its servers sign as a witness with. It
// is safe for concurrent use.
type CA struct {
	cert   *x509.Certificate
	key    crypto.Signer
	seed   []byte
	random io.Reader
	clock  func() time.Time
}

// CreateCA makes an authority in a folder, which is made when missing, private to its owner.
// All servers of one feed use the same folder, or a copy of it. An authority that is there
// already is ErrExists.
func CreateCA(dir, name string, clock func() time.Time, random io.Reader) (*CA, error) {
	for _, f := range []string{fileCert, fileKey, fileWitness} {
		if exists(filepath.Join(dir, f)) {
			return nil, fmt.Errorf("%w: %s", ErrExists, dir)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, fmt.Errorf("make the feed's key: %w", err)
	}
	now := clock()
	serial, err := newSerial(random)
	if err != nil {
		return nil, err
	}
	raw, err := x509.CreateCertificate(random, &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: name}}, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the feed's certificate: %w", err)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("make the witness's key: %w", err)
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	// The certificate comes last: with it the folder counts as an authority.
	if err := errors.Join(
		writeKey(filepath.Join(dir, fileWitness), ed25519.NewKeyFromSeed(seed)),
		writeKey(filepath.Join(dir, fileKey), key),
		writePEM(filepath.Join(dir, fileCert), typeCert, raw, 0o644),
	); err != nil {
		return nil, err
	}
	return OpenCA(dir, clock, random)
}

// OpenCA reads an authority. ErrNoCA when there is none; feed.ErrDamaged when its files do not
// fit together.
func OpenCA(dir string, clock func() time.Time, random io.Reader) (*CA, error) {
	raw, err := readPEM(filepath.Join(dir, fileCert), typeCert)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNoCA, dir)
	}
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", feed.ErrDamaged, fileCert, err)
	}
	key, err := readKey(filepath.Join(dir, fileKey))
	if err != nil {
		return nil, err
	}
	pub, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || !pub.Equal(key.Public()) || !cert.IsCA {
		return nil, fmt.Errorf("%w: %s and %s do not belong together", feed.ErrDamaged, fileCert, fileKey)
	}
	w, err := readKey(filepath.Join(dir, fileWitness))
	if err != nil {
		return nil, err
	}
	ed, ok := w.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%w: %s is no Ed25519 key", feed.ErrDamaged, fileWitness)
	}
	return &CA{cert, key, ed.Seed(), random, clock}, nil
}

// FingerprintOf reads the fingerprint of the authority in a folder, or of a copy of its
// certificate alone. ErrNoCA when there is none.
func FingerprintOf(dir string) (feed.Digest, error) {
	raw, err := readPEM(filepath.Join(dir, fileCert), typeCert)
	if errors.Is(err, fs.ErrNotExist) {
		return feed.Digest{}, fmt.Errorf("%w: %s", ErrNoCA, dir)
	}
	return sha256.Sum256(raw), err
}

// Certificate is the authority's own. It must not be changed.
func (a *CA) Certificate() *x509.Certificate { return a.cert }

// Fingerprint is the SHA-256 of the authority's certificate.
func (a *CA) Fingerprint() feed.Digest { return sha256.Sum256(a.cert.Raw) }

// PEM is the authority's certificate as text.
func (a *CA) PEM() string { return pemText(typeCert, a.cert.Raw) }

// WitnessKey is the Ed25519 key that checkpoints of audit logs are cosigned with.
func (a *CA) WitnessKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(a.seed) }

// issue signs a certificate. Its usage and names stand in t.
func (a *CA) issue(t *x509.Certificate, pub crypto.PublicKey, life time.Duration) (*x509.Certificate, error) {
	serial, err := newSerial(a.random)
	if err != nil {
		return nil, err
	}
	now := a.clock()
	t.SerialNumber, t.NotBefore, t.NotAfter = serial, now.Add(-backdate), now.Add(life)
	if t.NotAfter.After(a.cert.NotAfter) {
		t.NotAfter = a.cert.NotAfter
	}
	t.KeyUsage, t.BasicConstraintsValid = x509.KeyUsageDigitalSignature, true
	raw, err := x509.CreateCertificate(a.random, t, a.cert, pub, a.key)
	if err != nil {
		return nil, fmt.Errorf("issue a certificate: %w", err)
	}
	return x509.ParseCertificate(raw)
}

// IssueClient grants a workstation's request (PEM, PKCS #10). The name is the enrolment's,
// whatever the request says. Errors match ErrRequest.
func (a *CA) IssueClient(request, name string) (*x509.Certificate, error) {
	pub, err := RequestKey(request)
	if err != nil {
		return nil, err
	}
	return a.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, pub, ClientLife)
}

// RequestKey returns the public key of a request, which must be signed with it and be P-256,
// P-384 or Ed25519. Errors match ErrRequest.
func RequestKey(request string) (crypto.PublicKey, error) {
	raw, err := decodePEM([]byte(request), typeRequest)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	r, err := x509.ParseCertificateRequest(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if err := r.CheckSignature(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	switch k := r.PublicKey.(type) {
	case ed25519.PublicKey:
		return k, nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() || k.Curve == elliptic.P384() {
			return k, nil
		}
	}
	return nil, fmt.Errorf("%w: its key is neither P-256, P-384 nor Ed25519", ErrRequest)
}

// issueServer makes a server's certificate for host names and addresses.
func (a *CA) issueServer(pub crypto.PublicKey, hosts []string) (*x509.Certificate, error) {
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: hosts[0]}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	return a.issue(t, pub, ServerLife)
}

func newSerial(random io.Reader) (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, fmt.Errorf("serial number: %w", err)
	}
	b[0] = b[0]&0x7f | 0x40 // positive and of full length
	return new(big.Int).SetBytes(b), nil
}
