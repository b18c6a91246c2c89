package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
)

// Token says what a camera or vendor may send.
type Token struct {
	Name    string           `json:"name"`   // of the sender, as the operator calls it
	Lane    string           `json:"lane"`   // where its reads go
	Source  detection.Source `json:"source"` // whose camera it is
	Hash    feed.Digest      `json:"hash"`
	Made    time.Time        `json:"made"`
	Revoked time.Time        `json:"revoked,omitzero"`
}

func pathToken(h feed.Digest) string { return "inbox/tokens/" + h.String() + ".json" }

var tokenText = base32.StdEncoding.WithPadding(base32.NoPadding)

// tokenLen is the length of a token's text: 256 bits.
const tokenLen = 52

func hashToken(text string) feed.Digest {
	return sha256.Sum256([]byte("cordon intake token\x00" + text))
}

// NewToken makes a token for a sender, by which its reads go into a lane. Its text is returned
// here alone; the bucket has its hash. Errors match feed.ErrInvalid.
func NewToken(ctx context.Context, b Bucket, name, lane string, source detection.Source, clock func() time.Time, random io.Reader) (string, error) {
	l, err := feed.ParseLane(lane)
	if err = errors.Join(err, enrol.CheckName(name)); err != nil {
		return "", err
	}
	if l == feed.Control {
		return "", fmt.Errorf("%w: the control lane takes no reads", feed.ErrInvalid)
	}
	switch source {
	case detection.SourceUnknown, detection.SourceLawEnforcement, detection.SourceCommercial:
	default:
		return "", fmt.Errorf("%w: source %q: write law-enforcement or commercial", feed.ErrInvalid, source)
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("intake token: %w", err)
	}
	text := strings.ToLower(tokenText.EncodeToString(raw))
	t := Token{Name: name, Lane: lane, Source: source, Hash: hashToken(text), Made: clock().UTC()}
	_, err = putNewJSON(ctx, b, pathToken(t.Hash), t)
	return text, err // no server remembers anything of it yet
}

// RevokeToken ends a token, known by its text. feed.ErrNotFound when there is none.
func RevokeToken(ctx context.Context, b Bucket, text string, clock func() time.Time) error {
	var t Token
	h := hashToken(strings.ToLower(strings.TrimSpace(text)))
	if err := getJSON(ctx, b, pathToken(h), &t); err != nil {
		return err
	}
	t.Revoked = clock().UTC()
	if err := putJSON(ctx, b, pathToken(h), t); err != nil {
		return err
	}
	return touch(ctx, b, "token "+t.Name, t.Revoked)
}

// tokenCache remembers valid tokens until something changes. Wrong ones are not kept, so that it
// is bounded.
type tokenCache struct {
	epoch *epoch

	mu      sync.Mutex
	entries map[feed.Digest]tokenEntry
}

type tokenEntry struct {
	memo
	token Token
}

// of finds the token of a request. feed.ErrNotFound when it has none that is valid.
func (c *tokenCache) of(r *http.Request) (*Token, error) {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(text) != tokenLen {
		return nil, feed.ErrNotFound
	}
	n, err := c.epoch.now(r.Context())
	if err != nil {
		return nil, err
	}
	h, now := hashToken(text), c.epoch.clock()
	c.mu.Lock()
	e, ok := c.entries[h]
	c.mu.Unlock()
	if ok && e.holds(n, now) {
		return &e.token, nil
	}
	var t Token
	// The bucket is asked by the hash, of which a guess says nothing; the comparison is for an
	// object that was put in another's place.
	err = getJSON(r.Context(), c.epoch.bucket, pathToken(h), &t)
	if err == nil && (subtle.ConstantTimeCompare(t.Hash[:], h[:]) != 1 || !t.Revoked.IsZero()) {
		err = feed.ErrNotFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		delete(c.entries, h)
		return nil, err
	}
	c.entries[h] = tokenEntry{memo{n, now}, t}
	return &t, nil
}
