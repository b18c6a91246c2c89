package manifest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of C2SP signed-note.
const (
	algEd25519     = 1
	algCosignature = 4 // timestamped, cosignature/v1
)

// Signer is a feed's private key: Ed25519. It signs every checkpoint twice, as a plain note
// and with the time (C2SP tlog-cosignature), so that a client can tell its age.
type Signer struct {
	key  ed25519.PrivateKey
	text string // as note.NewSigner reads it
	note note.Signer
	ver  *Verifier
}

// Verifier is a feed's public key.
type Verifier struct {
	text  string
	note  note.Verifier
	timed timedVerifier
}

// checkName holds a feed's name to what signed notes and lanes' origins can hold.
func checkName(name string) error {
	ok := len(name) >= 1 && len(name) <= 60
	for i := range len(name) {
		c := name[i]
		inner := i > 0 && i < len(name)-1
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || inner && (c == '-' || c == '.'))
	}
	if !ok {
		return fmt.Errorf("%w: feed name %q: write 1 to 60 of a–z, 0–9, inner hyphens and dots", feed.ErrInvalid, name)
	}
	return nil
}

// GenerateKey makes a new key for a feed of this name. Errors match feed.ErrInvalid or are
// random's.
func GenerateKey(random io.Reader, name string) (*Signer, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	text, _, err := note.GenerateKey(random, name)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return ParseSigner(text)
}

// ParseSigner reads the text form of a private key ([Signer.Text]). Errors match
// feed.ErrInvalid and never hold the key.
func ParseSigner(text string) (*Signer, error) {
	bad := func(what string) error { return fmt.Errorf("%w: private key: %s", feed.ErrInvalid, what) }
	text = strings.TrimSpace(text)
	s, err := note.NewSigner(text)
	if err != nil {
		return nil, bad("it is not in the form of a signed note's key")
	}
	if err := checkName(s.Name()); err != nil {
		return nil, err
	}
	// PRIVATE+KEY+name+hash+base64
	seed, err := base64.StdEncoding.DecodeString(text[strings.LastIndexByte(text, '+')+1:])
	if parts := strings.SplitN(text, "+", 5); len(parts) == 5 { // base64 itself may hold a plus
		seed, err = base64.StdEncoding.DecodeString(parts[4])
	}
	if err != nil || len(seed) != 1+ed25519.SeedSize || seed[0] != algEd25519 {
		return nil, bad("it is no Ed25519 key")
	}
	key := ed25519.NewKeyFromSeed(seed[1:])
	ver, err := newVerifier(s.Name(), key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	return &Signer{key, text, s, ver}, nil
}

// Text is the private key as a line of text, for a file that nobody else may read.
func (s *Signer) Text() string { return s.text }

// Verifier returns the public key.
func (s *Signer) Verifier() *Verifier { return s.ver }

// ParseVerifier reads the text form of a public key ([Verifier.String]). Errors match
// feed.ErrInvalid.
func ParseVerifier(text string) (*Verifier, error) {
	parts := strings.SplitN(text, "+", 3) // name+hash+base64
	if len(parts) == 3 {
		raw, err := base64.StdEncoding.DecodeString(parts[2])
		if err == nil && len(raw) == 1+ed25519.PublicKeySize && raw[0] == algEd25519 && checkName(parts[0]) == nil {
			if v, err := newVerifier(parts[0], raw[1:]); err == nil && v.text == text {
				return v, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: %q is no public key of a feed (NAME+HASH+BASE64)", feed.ErrInvalid, text)
}

func newVerifier(name string, key ed25519.PublicKey) (*Verifier, error) {
	text, err := note.NewEd25519VerifierKey(name, key)
	if err != nil {
		return nil, fmt.Errorf("%w: public key: %w", feed.ErrInvalid, err)
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, fmt.Errorf("%w: public key: %w", feed.ErrInvalid, err)
	}
	return &Verifier{text, v, timedVerifier{name, key}}, nil
}

// String is the public key as text, as in feed.json: a C2SP verifier key.
func (v *Verifier) String() string { return v.text }

// Name is the feed's name.
func (v *Verifier) Name() string { return v.note.Name() }

// timedVerifier checks cosignature/v1 of the same key.
type timedVerifier struct {
	name string
	key  ed25519.PublicKey
}

func (v timedVerifier) Name() string { return v.name }

func (v timedVerifier) KeyHash() uint32 {
	h := sha256.New()
	h.Write([]byte(v.name + "\n"))
	h.Write([]byte{algCosignature})
	h.Write(v.key)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

func (v timedVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	return seconds < 1<<63 && ed25519.Verify(v.key, timedMessage(int64(seconds), msg), sig[8:])
}

func timedMessage(seconds int64, msg []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatInt(seconds, 10)+"\n"), msg...)
}

// timedSigner makes cosignatures of one moment.
type timedSigner struct {
	timedVerifier
	key ed25519.PrivateKey
	at  time.Time
}

func (s timedSigner) Sign(msg []byte) ([]byte, error) {
	seconds := s.at.Unix()
	if seconds < 0 {
		return nil, fmt.Errorf("%w: a checkpoint cannot be signed before 1970", feed.ErrInvalid)
	}
	return append(binary.BigEndian.AppendUint64(nil, uint64(seconds)), ed25519.Sign(s.key, timedMessage(seconds, msg))...), nil
}

// sign returns text as a note with both signatures.
func (s *Signer) sign(text string, at time.Time) ([]byte, error) {
	out, err := note.Sign(&note.Note{Text: text}, s.note, timedSigner{s.ver.timed, s.key, at})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return out, nil
}

// open returns the text of a note that bears both signatures, and when it was signed.
// Errors match feed.ErrSignature.
func (v *Verifier) open(signed []byte) (string, time.Time, error) {
	n, err := note.Open(signed, note.VerifierList(v.note, v.timed))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("%w: %w", feed.ErrSignature, err)
	}
	var plain bool
	var at time.Time
	for _, s := range n.Sigs {
		raw, err := base64.StdEncoding.DecodeString(s.Base64)
		switch {
		case err != nil:
		case s.Hash == v.note.KeyHash():
			plain = true
		case s.Hash == v.timed.KeyHash() && len(raw) >= 12:
			at = time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC()
		}
	}
	if !plain || at.IsZero() {
		return "", time.Time{}, fmt.Errorf("%w: a signature is missing", feed.ErrSignature)
	}
	return n.Text, at, nil
}

// Equal reports whether two keys are the same.
func (v *Verifier) Equal(o *Verifier) bool {
	return o != nil && bytes.Equal([]byte(v.text), []byte(o.text))
}
