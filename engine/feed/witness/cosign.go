package witness

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/note"
)

// algCosignature is the signature type of C2SP tlog-cosignature.
const algCosignature = 4

// identity is a witness's name and key.
type identity struct {
	name string
	hash uint32
	pub  ed25519.PublicKey
}

func (i identity) Name() string    { return i.name }
func (i identity) KeyHash() uint32 { return i.hash }

// String is the verifier key in its text form: name, key hash, key.
func (i identity) String() string {
	return fmt.Sprintf("%s+%08x+%s", i.name, i.hash, base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, i.pub...)))
}

func newIdentity(name string, pub ed25519.PublicKey) (identity, error) {
	if name == "" || strings.Contains(name, "+") || strings.IndexFunc(name, unicode.IsSpace) >= 0 {
		return identity{}, fmt.Errorf("%w: witness %q: the name needs no spaces and no plus sign", feed.ErrInvalid, name)
	}
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), pub...))
	return identity{name, binary.BigEndian.Uint32(sum[:4]), pub}, nil
}

// signed is what a cosignature signs.
func signed(seconds uint64, checkpoint []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(seconds, 10)+"\n"), checkpoint...)
}

// Signer cosigns checkpoints. It is a note.Signer.
type Signer struct {
	identity
	key   ed25519.PrivateKey
	clock func() time.Time
}

// NewSigner returns the signer of a witness. Errors match feed.ErrInvalid.
func NewSigner(name string, key ed25519.PrivateKey, clock func() time.Time) (*Signer, error) {
	pub, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: no Ed25519 key", feed.ErrInvalid)
	}
	i, err := newIdentity(name, pub)
	return &Signer{i, key, clock}, err
}

// Sign signs the text of a checkpoint with the time: eight bytes of seconds, then the signature.
func (s *Signer) Sign(text []byte) ([]byte, error) {
	if _, _, err := ParseCheckpoint(string(text)); err != nil {
		return nil, err
	}
	now := uint64(s.clock().Unix())
	return append(binary.BigEndian.AppendUint64(nil, now), ed25519.Sign(s.key, signed(now, text))...), nil
}

// Cosign returns the signature line for a checkpoint's text.
func (s *Signer) Cosign(text string) (string, error) {
	raw, err := s.Sign([]byte(text))
	if err != nil {
		return "", err
	}
	raw = append(binary.BigEndian.AppendUint32(nil, s.hash), raw...)
	return "— " + s.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n", nil
}

// Verifier checks cosignatures. It is a note.Verifier.
type Verifier struct{ identity }

// NewVerifier reads a verifier key. Errors match feed.ErrInvalid.
func NewVerifier(vkey string) (*Verifier, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	_, key, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.Strict().DecodeString(key)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algCosignature {
		return nil, fmt.Errorf("%w: this is no verifier key of a witness", feed.ErrInvalid)
	}
	i, err := newIdentity(name, raw[1:])
	if err == nil && i.String() != vkey {
		err = fmt.Errorf("%w: the verifier key's hash is not of its key", feed.ErrInvalid)
	}
	return &Verifier{i}, err
}

// Verify checks what Sign returned.
func (v *Verifier) Verify(text, sig []byte) bool {
	return len(sig) == 8+ed25519.SignatureSize && ed25519.Verify(v.pub, signed(binary.BigEndian.Uint64(sig), text), sig[8:])
}

// OpenCosigned checks the answer of a witness to a checkpoint (the signed note) and returns
// the time of its cosignature, UTC. Lines of other witnesses are ignored. Errors match
// feed.ErrSignature.
func (v *Verifier) OpenCosigned(checkpoint string, answer []byte) (time.Time, error) {
	text, _, ok := strings.Cut(checkpoint, "\n\n")
	if !ok {
		return time.Time{}, fmt.Errorf("%w: this is no signed checkpoint", feed.ErrSignature)
	}
	n, err := note.Open(append([]byte(text+"\n\n"), answer...), note.VerifierList(v))
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", feed.ErrSignature, err)
	}
	raw, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || len(raw) < 12 {
		return time.Time{}, errors.Join(feed.ErrSignature, err)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC(), nil
}
