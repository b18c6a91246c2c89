package accounts

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"cordon/engine/internal/vault"
	"cordon/engine/policy"

	"golang.org/x/text/unicode/norm"
)

// Rounds of PBKDF2-HMAC-SHA-256: OWASP's figure of 2023, and the design's minimum.
const Rounds = 600_000

// Record is one account as stored.
type Record struct {
	policy.Profile
	Created     time.Time
	LastSignIn  time.Time
	Enabled     time.Time // last enabled again, or started; the days unused count from the latest of these
	Disabled    bool      // here; see FeedDisabled
	Password    Hash      // zero: none was set yet, nobody can sign in
	PasswordSet time.Time
	Secrets     int64  // counts how often others than the owner set or took the password
	TOTP        string // base32 secret; empty: no step-up
	CodeStep    int64  // last 30-second step whose code was used

	// Of an account that the feed gave: it sets the profile, the secrets are this workstation's.
	FromFeed     bool
	FeedDisabled bool      // the feed disabled it, or lists it no more
	Holder       int64     // version of the list since which the name is this person's
	Start        StartCode // with which its owner sets the first password
	StartUsed    []string  // digests of start codes that were used here, or ended by a new password
}

// StartCode is what the feed's list says of a one-time code.
type StartCode struct {
	Digest string    // hex SHA-256; empty: none
	Until  time.Time // it works before
}

// Hash is a password as stored.
type Hash struct {
	Rounds int
	Salt   []byte
	Sum    []byte
}

// failures are the wrong attempts on a name, whether or not it has an account.
type failures struct {
	Times  []time.Time // wrong passwords
	Codes  []time.Time // wrong step-up codes; a right password does not forget them
	Locked time.Time   // zero: not locked
	User   string      // the name
	Known  bool        // it has an account
}

// last is the time of the newest failure.
func (f failures) last() time.Time {
	t := f.Locked
	for _, list := range [][]time.Time{f.Times, f.Codes} {
		for _, x := range list {
			if x.After(t) {
				t = x
			}
		}
	}
	return t
}

// Normalize returns a user name as it is stored and compared.
func Normalize(user string) string { return strings.ToLower(strings.TrimSpace(user)) }

func keyOf(user string) vault.Key      { return vault.K("account", user) }
func failuresOf(user string) vault.Key { return vault.K("failures", user) }

func hashPassword(password string, rounds int) (Hash, error) {
	h := Hash{Rounds: rounds, Salt: make([]byte, 16)}
	if _, err := rand.Read(h.Salt); err != nil {
		return Hash{}, fmt.Errorf("password salt: %w", err)
	}
	var err error
	h.Sum, err = h.sum(password)
	return h, err
}

func (h Hash) set() bool { return len(h.Sum) > 0 }

func (h Hash) sum(password string) ([]byte, error) {
	b, err := pbkdf2.Key(sha256.New, norm.NFC.String(password), h.Salt, h.Rounds, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("password hash: %w", err)
	}
	return b, nil
}

func (h Hash) matches(password string) (bool, error) {
	b, err := h.sum(password)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(b, h.Sum) == 1, nil
}

// check reports what is wrong with an account that is to be made.
func (r Record) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %w", ErrInvalid, fmt.Errorf(format, args...))
	}
	if err := r.Profile.Check(); err != nil {
		return bad("%w", err)
	}
	if r.Enhanced && r.TOTP == "" {
		return bad("the enhanced grant needs a step-up secret")
	}
	if r.TOTP != "" {
		if _, err := codeAt(r.TOTP, time.Unix(0, 0)); err != nil {
			return bad("the step-up secret is not base32")
		}
	}
	return nil
}
