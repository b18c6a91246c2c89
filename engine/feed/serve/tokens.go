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
	return text, err
}

// RevokeToken ends a token, known by its text. feed.ErrNotFound when there is none.
func RevokeToken(ctx context.Context, b Bucket, text string, clock func() time.Time) error {
	var t Token
	h := hashToken(strings.ToLower(strings.TrimSpace(text)))
	if err := getJSON(ctx, b, pathToken(h), &t); err != nil {
		return err
	}
	t.Revoked = clock().UTC()
	return putJSON(ctx, b, pathToken(h), t)
}

// tokenCache keeps valid tokens for a moment. Wrong ones are not kept, so that it is bounded.
type tokenCache struct {
	bucket Bucket
	clock  func() time.Time
	ttl    time.Duration

	mu      sync.Mutex
	entries map[feed.Digest]tokenEntry
}

type tokenEntry struct {
	at    time.Time
	token Token
}

// of finds the token of a request. feed.ErrNotFound when it has none that is valid.
func (c *tokenCache) of(r *http.Request) (*Token, error) {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(text) != tokenLen {
		return nil, feed.ErrNotFound
	}
	h, now := hashToken(text), c.clock()
	c.mu.Lock()
	e, ok := c.entries[h]
	c.mu.Unlock()
	if !ok || now.Sub(e.at) >= c.ttl || now.Before(e.at) {
		var t Token
		// The bucket is asked by the hash, of which a guess says nothing; the comparison is for
		// an object that was put in another's place.
		err := getJSON(r.Context(), c.bucket, pathToken(h), &t)
		if err == nil && (subtle.ConstantTimeCompare(t.Hash[:], h[:]) != 1 || !t.Revoked.IsZero()) {
			err = feed.ErrNotFound
		}
		c.mu.Lock()
		if delete(c.entries, h); err == nil {
			e = tokenEntry{now, t}
			c.entries[h] = e
		}
		c.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	return &e.token, nil
}
