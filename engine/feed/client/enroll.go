package client

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
)

// Enrolment is what a workstation gets for a one-time code: its name, three in PEM, and the
// verifier key of the feed's cosignatures.
type Enrolment struct{ Workstation, Certificate, PrivateKey, Authority, Witness string }

// Enroll hands a one-time code in at a server, which must belong to the authority that the code
// names, and returns the workstation's certificate. auditKey is the verifier key of its audit
// log. Errors match feed.ErrInvalid, feed.ErrSignature for another authority, feed.ErrOffline.
func Enroll(ctx context.Context, address, code, auditKey string, random io.Reader, clock func() time.Time) (Enrolment, error) {
	c, err := enrol.ParseCode(code)
	if err != nil {
		return Enrolment{}, err
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return Enrolment{}, fmt.Errorf("%w: %q is no address of the form https://host:port", feed.ErrInvalid, address)
	}
	s, err := DialServer(address, enrol.PinnedConfig(c.CA, u.Hostname(), nil, clock))
	if err != nil {
		return Enrolment{}, err
	}
	key, request, err := enrol.NewRequest(random)
	if err != nil {
		return Enrolment{}, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Enrolment{}, fmt.Errorf("encode the workstation's key: %w", err)
	}
	var got struct{ Workstation, Certificate, CA, Witness string }
	err = s.post(ctx, "v1/enroll", map[string]string{"code": c.Secret(), "request": request, "audit_key": auditKey}, &got)
	if err = errors.Join(err, s.Close()); err != nil {
		if errors.Is(err, enrol.ErrUntrusted) {
			err = fmt.Errorf("%w: %w", feed.ErrSignature, err)
		}
		return Enrolment{}, err
	}
	return Enrolment{got.Workstation, got.Certificate, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})), got.CA, got.Witness}, nil
}
