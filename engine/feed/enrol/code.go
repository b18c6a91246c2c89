package enrol

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"cordon/engine/feed"
)

// secretLen is the length of a code's secret: 160 bits.
const secretLen = 20

var codeText = base32.StdEncoding.WithPadding(base32.NoPadding)

// Code invites one workstation, once.
type Code struct {
	secret [secretLen]byte
	// CA is the SHA-256 of the authority's certificate.
	CA feed.Digest
}

// NewCode draws a code for the authority with this fingerprint.
func NewCode(random io.Reader, ca feed.Digest) (Code, error) {
	c := Code{CA: ca}
	if _, err := io.ReadFull(random, c.secret[:]); err != nil {
		return Code{}, fmt.Errorf("enrolment code: %w", err)
	}
	return c, nil
}

// String is the code as it is handed over: secret, hyphen, fingerprint, in lower case.
func (c Code) String() string {
	return c.Secret() + "-" + strings.ToLower(codeText.EncodeToString(c.CA[:]))
}

// Secret is the part that the server is shown.
func (c Code) Secret() string { return strings.ToLower(codeText.EncodeToString(c.secret[:])) }

// Hash is what the server keeps of the secret.
func (c Code) Hash() feed.Digest { return HashSecret(c.Secret()) }

// HashSecret is Hash of the code with this secret. The secret has 160 random bits, so that a
// plain hash cannot be turned back by trying.
func HashSecret(secret string) feed.Digest {
	return sha256.Sum256([]byte("cordon enrolment code\x00" + secret))
}

// ParseCode reads a code; case and spaces around it do not matter. Errors match feed.ErrInvalid.
func ParseCode(s string) (Code, error) {
	var c Code
	secret, ca, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(s)), "-")
	a, err1 := codeText.DecodeString(secret)
	b, err2 := codeText.DecodeString(ca)
	if !ok || err1 != nil || err2 != nil || len(a) != len(c.secret) || len(b) != len(c.CA) {
		return Code{}, fmt.Errorf("%w: this is no enrolment code; copy it whole, as “cordon feed enroll-code” printed it", feed.ErrInvalid)
	}
	copy(c.secret[:], a)
	copy(c.CA[:], b)
	return c, nil
}

// CheckName checks the name of a workstation: as a part of a lane's name, 1 to 30 of a–z,
// 0–9 and inner hyphens. Errors match feed.ErrInvalid.
func CheckName(name string) error {
	if _, err := feed.ParseLane(name + ".x"); err != nil {
		return fmt.Errorf("%w: workstation %q: write 1 to 30 of a–z, 0–9 and inner hyphens", feed.ErrInvalid, name)
	}
	return nil
}
