package serve

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
)

// Grant permits lanes, for a time of the reads in them.
type Grant struct {
	Lanes string `json:"lanes"`           // a lane's name, in which * stands for any letters
	From  string `json:"from,omitempty"`  // first ISO week of segments, e.g. "2026-W01"; empty: all
	Until string `json:"until,omitempty"` // last ISO week; empty: all
}

var (
	globText = regexp.MustCompile(`^[a-z0-9*-]+\.[a-z0-9*-]+$`)
	weekText = regexp.MustCompile(`^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$`)
)

func (g Grant) check() error {
	if !globText.MatchString(g.Lanes) || len(g.Lanes) > 64 {
		return fmt.Errorf("%w: lanes %q: write source.region, with * for any letters", feed.ErrInvalid, g.Lanes)
	}
	for _, w := range []string{g.From, g.Until} {
		if w != "" && !weekText.MatchString(w) {
			return fmt.Errorf("%w: %q is no ISO week; write it like 2026-W18", feed.ErrInvalid, w)
		}
	}
	if g.From != "" && g.Until != "" && g.Until < g.From {
		return fmt.Errorf("%w: the weeks %s to %s end before they begin", feed.ErrInvalid, g.From, g.Until)
	}
	return nil
}

// Grants are what one workstation may have.
type Grants []Grant

// ParseRights reads globs separated by commas, and weeks of them as "FROM..UNTIL", either of
// which may be missing, and takes units. Errors match feed.ErrInvalid.
func ParseRights(lanes, weeks string, units []string) (Rights, error) {
	from, until, _ := strings.Cut(weeks, "..")
	out := Rights{Units: units}
	for _, l := range strings.Split(lanes, ",") {
		if lanes != "" {
			out.Grants = append(out.Grants, Grant{strings.TrimSpace(l), from, until})
		}
	}
	return out, out.check()
}

func (gs Grants) check() error {
	for _, g := range gs {
		if err := g.check(); err != nil {
			return err
		}
	}
	return nil
}

// Rights are what a workstation may have: the lanes of its grants, and those that the feed's
// agreements permit to its units.
type Rights struct {
	Grants Grants   `json:"grants"`
	Units  []string `json:"units,omitempty"` // as in the agreements
}

func (r Rights) check() error {
	if n := len(r.Grants) + len(r.Units); n == 0 || n > 1000 {
		return fmt.Errorf("%w: name 1 to 1,000 lanes, patterns or units", feed.ErrInvalid)
	}
	for _, u := range r.Units {
		if u == "" || u == "*" || len(u) > 200 || strings.TrimSpace(u) != u {
			return fmt.Errorf("%w: %q is no unit; write it as in the agreements", feed.ErrInvalid, u)
		}
	}
	return r.Grants.check()
}

// of returns the grants for a lane. The control lane is everybody's.
func (gs Grants) of(l feed.Lane) Grants {
	if l == feed.Control {
		return Grants{{Lanes: l.String()}}
	}
	var out Grants
	for _, g := range gs {
		if ok, err := path.Match(g.Lanes, l.String()); ok && err == nil {
			out = append(out, g)
		}
	}
	return out
}

// permit tells whether a lane is permitted and, unless period is empty, that week of it.
func (gs Grants) permit(l feed.Lane, period string) bool {
	for _, g := range gs.of(l) {
		if period == "" || (g.From == "" || period >= g.From) && (g.Until == "" || period <= g.Until) {
			return true
		}
	}
	return false
}

// Paths of a workstation's state.
func pathEnrolment(name string) string { return "inbox/workstations/" + name + "/enrolment.json" }
func pathRevoked(name string) string   { return "inbox/workstations/" + name + "/revoked.json" }

// enrolment is what is known of a workstation.
type enrolment struct {
	Workstation string      `json:"workstation"`
	Key         feed.Digest `json:"key"`       // SHA-256 of its public key (PKIX)
	AuditKey    string      `json:"audit_key"` // verifier key of its audit log's checkpoints
	Rights
	Invited  time.Time `json:"invited"` // when its code was made
	Enrolled time.Time `json:"enrolled"`
}

// revocation ends all enrolments by codes that were made until then.
type revocation struct {
	At time.Time `json:"at"`
}

var (
	// errRevoked is returned when a certificate is not in force any more.
	errRevoked = errors.New("the enrolment has ended")
	// errNoCertificate is returned when a request comes without a workstation's certificate.
	errNoCertificate = errors.New("no certificate of a workstation")
)

// revokedAfter tells whether what was invited then is revoked.
func revokedAfter(ctx context.Context, b Bucket, name string, invited time.Time) (bool, error) {
	var r revocation
	err := getJSON(ctx, b, pathRevoked(name), &r)
	if errors.Is(err, feed.ErrNotFound) {
		return false, nil
	}
	return err == nil && !invited.After(r.At), err
}

// accessCache remembers enrolments until something changes, so that a download of many ranges
// does not read them each time.
type accessCache struct {
	epoch  *epoch
	agreed *agreed

	mu      sync.Mutex
	entries map[string]*accessEntry // names come from the authority's certificates alone
}

type accessEntry struct {
	mu sync.Mutex
	memo
	val *enrolment
	err error // errRevoked, or nil
}

func (c *accessCache) get(ctx context.Context, name string) (*enrolment, error) {
	n, err := c.epoch.now(ctx)
	if err != nil { // the bucket does not answer: refuse
		return nil, err
	}
	c.mu.Lock()
	e := c.entries[name]
	if e == nil {
		e = new(accessEntry)
		c.entries[name] = e
	}
	c.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	now := c.epoch.clock()
	if e.holds(n, now) {
		return e.val, e.err
	}
	v := new(enrolment)
	err = getJSON(ctx, c.epoch.bucket, pathEnrolment(name), v)
	if err == nil {
		var revoked bool
		if revoked, err = revokedAfter(ctx, c.epoch.bucket, name, v.Invited); revoked {
			err = errRevoked
		}
	}
	if errors.Is(err, feed.ErrNotFound) {
		err = errRevoked
	}
	if err != nil {
		v = nil
	}
	if err != nil && !errors.Is(err, errRevoked) {
		return nil, err
	}
	e.memo, e.val, e.err = memo{n, now}, v, err
	return v, err
}

// of checks the certificate of a request's connection. The grants of what it returns are all
// that the workstation has now, also by its units.
func (c *accessCache) of(ctx context.Context, certs []*x509.Certificate) (*enrolment, error) {
	if len(certs) == 0 || enrol.CheckName(certs[0].Subject.CommonName) != nil {
		return nil, errNoCertificate
	}
	if now := c.epoch.clock(); now.After(certs[0].NotAfter) || now.Before(certs[0].NotBefore) { // a connection may outlive it
		return nil, errRevoked
	}
	e, err := c.get(ctx, certs[0].Subject.CommonName)
	if err != nil {
		return nil, err
	}
	if e.Key != feed.Digest(sha256.Sum256(certs[0].RawSubjectPublicKeyInfo)) { // enrolled anew since
		return nil, errRevoked
	}
	out := *e
	out.Grants, err = c.agreed.grants(ctx, e.Rights)
	return &out, err
}
