package serve

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"

	"golang.org/x/mod/sumdb/note"
)

func pathCode(h feed.Digest) string { return "inbox/codes/" + h.String() + ".json" }
func pathUsed(h feed.Digest) string { return "inbox/codes/" + h.String() + ".used.json" }

// invitation is what is kept of a code: not the code.
type invitation struct {
	Workstation string `json:"workstation"`
	Rights
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
}

// usedCode is the one use of a code. Whoever creates it has the code.
type usedCode struct {
	Key         feed.Digest `json:"key"`
	AuditKey    string      `json:"audit_key"`
	Certificate string      `json:"certificate"`
	At          time.Time   `json:"at"`
}

// Invite makes a code for a workstation that is good once, for as long as life. Errors match
// feed.ErrInvalid for a bad name or bad rights.
func Invite(ctx context.Context, b Bucket, ca feed.Digest, workstation string, r Rights, life time.Duration, clock func() time.Time, random io.Reader) (enrol.Code, error) {
	if err := errors.Join(enrol.CheckName(workstation), r.check()); err != nil {
		return enrol.Code{}, err
	}
	if life <= 0 || life > 90*24*time.Hour {
		return enrol.Code{}, fmt.Errorf("%w: a code lasts up to 90 days", feed.ErrInvalid)
	}
	c, err := enrol.NewCode(random, ca)
	if err != nil {
		return enrol.Code{}, err
	}
	now := clock().UTC()
	fresh, err := putNewJSON(ctx, b, pathCode(c.Hash()), invitation{workstation, r, now, now.Add(life)})
	if err == nil && !fresh {
		err = fmt.Errorf("%w: the code was drawn before", feed.ErrInvalid)
	}
	return c, err
}

// Revoke ends a workstation's enrolment and its unused codes, on all servers within a second.
// feed.ErrNotFound when the workstation was never enrolled; its codes have ended all the same.
func Revoke(ctx context.Context, b Bucket, workstation string, clock func() time.Time) error {
	if err := enrol.CheckName(workstation); err != nil {
		return err
	}
	now := clock().UTC()
	if err := putJSON(ctx, b, pathRevoked(workstation), revocation{now}); err != nil {
		return err
	}
	if err := touch(ctx, b, "revoked "+workstation, now); err != nil {
		return err
	}
	return getJSON(ctx, b, pathEnrolment(workstation), new(enrolment))
}

// SetRights gives an enrolled workstation other rights. feed.ErrNotFound when there is none.
func SetRights(ctx context.Context, b Bucket, workstation string, r Rights, clock func() time.Time) error {
	if err := errors.Join(enrol.CheckName(workstation), r.check()); err != nil {
		return err
	}
	var e enrolment
	if err := getJSON(ctx, b, pathEnrolment(workstation), &e); err != nil {
		return err
	}
	e.Rights = r
	if err := putJSON(ctx, b, pathEnrolment(workstation), e); err != nil {
		return err
	}
	return touch(ctx, b, "granted "+workstation, clock())
}

// EnrollRequest is the body of POST /v1/enroll.
type EnrollRequest struct {
	Code     string `json:"code"`      // its secret part, enrol.Code.Secret
	Request  string `json:"request"`   // certificate request, PEM
	AuditKey string `json:"audit_key"` // verifier key of the workstation's audit log
}

// EnrollAnswer is the answer to POST /v1/enroll and /v1/renew.
type EnrollAnswer struct {
	Workstation string `json:"workstation"`
	Certificate string `json:"certificate"` // PEM
	CA          string `json:"ca"`          // PEM
	Witness     string `json:"witness"`     // verifier key of the feed's cosignatures
	Grants      Grants `json:"grants"`
}

// errCode is returned for a code that is wrong, used or expired: which of them is not told.
var errCode = errors.New("the code is not valid: wrong, used or expired")

func (s *Server) enroll(w http.ResponseWriter, r *http.Request) {
	if !s.enrolls.allow(remoteHost(r)) {
		w.Header().Set("Retry-After", "60")
		fail(w, http.StatusTooManyRequests, "slow-down", "Too many enrolments were tried. Wait a minute.")
		return
	}
	var q EnrollRequest
	if !s.readJSON(w, r, 32<<10, &q) {
		return
	}
	a, err := s.enrollNow(r.Context(), q)
	switch {
	case errors.Is(err, errCode):
		fail(w, http.StatusForbidden, "code", "The code is not valid: wrong, used or expired. Ask the feed's operator for a new one.")
	case errors.Is(err, enrol.ErrRequest):
		fail(w, http.StatusBadRequest, "request", "The certificate request is not valid.")
	case errors.Is(err, feed.ErrInvalid):
		fail(w, http.StatusBadRequest, "audit-key", "The key of the audit log is not valid.")
	case err != nil:
		s.broken(w, r, err)
	default:
		s.log.Info("enrolled", "workstation", a.Workstation)
		answer(w, http.StatusOK, a)
	}
}

// enrollNow takes a code. The same key may show the same code again and gets the same
// certificate, as the first answer may have been lost.
func (s *Server) enrollNow(ctx context.Context, q EnrollRequest) (*EnrollAnswer, error) {
	pub, err := enrol.RequestKey(q.Request)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", enrol.ErrRequest, err)
	}
	if _, err := note.NewVerifier(q.AuditKey); err != nil || len(q.AuditKey) > 200 {
		return nil, fmt.Errorf("%w: audit key", feed.ErrInvalid)
	}
	hash := enrol.HashSecret(strings.ToLower(q.Code))
	var inv invitation
	if err := getJSON(ctx, s.bucket, pathCode(hash), &inv); errors.Is(err, feed.ErrNotFound) {
		return nil, errCode
	} else if err != nil {
		return nil, err
	}
	if revoked, err := revokedAfter(ctx, s.bucket, inv.Workstation, inv.Made); err != nil {
		return nil, err
	} else if revoked {
		return nil, errCode
	}
	key := feed.Digest(sha256.Sum256(spki))
	use, err := s.takeCode(ctx, hash, &inv, key, q)
	if err != nil {
		return nil, err
	}
	e := enrolment{inv.Workstation, key, use.AuditKey, inv.Rights, inv.Made, use.At}
	var now enrolment
	err = getJSON(ctx, s.bucket, pathEnrolment(inv.Workstation), &now)
	switch {
	case err == nil && now.Invited.After(e.Invited): // a newer code was used since
		return nil, errCode
	case err == nil && now.Key == key && now.Invited.Equal(e.Invited): // asked again: its grants may be others by now
		e = now
	case err == nil || errors.Is(err, feed.ErrNotFound):
		if err := putJSON(ctx, s.bucket, pathEnrolment(inv.Workstation), e); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	if err := touch(ctx, s.bucket, "enrolled "+inv.Workstation, s.clock()); err != nil {
		return nil, err
	}
	s.access.epoch.forget()
	return &EnrollAnswer{e.Workstation, use.Certificate, s.ca.PEM(), s.witness.String(), e.Grants}, nil
}

// takeCode uses up a code, or returns its use by the same key.
func (s *Server) takeCode(ctx context.Context, hash feed.Digest, inv *invitation, key feed.Digest, q EnrollRequest) (*usedCode, error) {
	var use usedCode
	err := getJSON(ctx, s.bucket, pathUsed(hash), &use)
	if errors.Is(err, feed.ErrNotFound) {
		if !s.clock().Before(inv.Expires) {
			return nil, errCode
		}
		cert, err := s.ca.IssueClient(q.Request, inv.Workstation)
		if err != nil {
			return nil, err
		}
		use = usedCode{key, q.AuditKey, certText(cert), s.clock().UTC()}
		won, err := putNewJSON(ctx, s.bucket, pathUsed(hash), use)
		if err != nil {
			return nil, err
		}
		if won {
			return &use, nil
		}
		err = getJSON(ctx, s.bucket, pathUsed(hash), &use)
		if err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	if use.Key != key {
		return nil, errCode
	}
	return &use, nil
}

func certText(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// renew gives a workstation a new certificate for its key before the old one ends.
func (s *Server) renew(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	var q struct {
		Request string `json:"request"`
	}
	if !s.readJSON(w, r, 32<<10, &q) {
		return
	}
	pub, err := enrol.RequestKey(q.Request)
	if err == nil {
		var spki []byte
		if spki, err = x509.MarshalPKIXPublicKey(pub); err == nil && feed.Digest(sha256.Sum256(spki)) != ws.Key {
			err = enrol.ErrRequest
		}
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "request", "The certificate request is not valid, or not for the workstation's key.")
		return
	}
	cert, err := s.ca.IssueClient(q.Request, ws.Workstation)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	answer(w, http.StatusOK, EnrollAnswer{ws.Workstation, certText(cert), s.ca.PEM(), s.witness.String(), ws.Grants})
}

// strict reads one JSON value without unknown fields and with nothing behind it.
func strict(body []byte, into any) error {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", feed.ErrInvalid, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the value", feed.ErrInvalid)
	}
	return nil
}
