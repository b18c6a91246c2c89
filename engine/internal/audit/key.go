package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const algEd25519 = 1 // note's algorithm byte

// verifier checks notes and insists that they are byte for byte as note.Sign writes them.
type verifier struct{ note.Verifier }

// parseKey reads the key file: the verifier key and a line feed.
func parseKey(text string) (verifier, error) {
	bad := fmt.Errorf("%w: the key file is not as it was written", ErrDamaged)
	vkey, ok := strings.CutSuffix(text, "\n")
	if !ok {
		return verifier{}, bad
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return verifier{}, bad
	}
	// name+hash+base64: the base64 may hold a plus sign, the hash has eight digits.
	prefix := fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash())
	raw, ok := strings.CutPrefix(vkey, prefix)
	if !ok {
		return verifier{}, bad
	}
	key, err := base64.StdEncoding.Strict().DecodeString(raw)
	if err != nil || base64.StdEncoding.EncodeToString(key) != raw {
		return verifier{}, bad
	}
	return verifier{v}, nil
}

// open returns the text of a note that has exactly one signature, by this key.
func (v verifier) open(msg []byte) (string, error) {
	n, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("%w: a signature does not fit", ErrDamaged)
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 ||
		string(msg) != n.Text+"\n— "+n.Sigs[0].Name+" "+n.Sigs[0].Base64+"\n" || !strictBase64(n.Sigs[0].Base64) {
		return "", fmt.Errorf("%w: a signed note is not as it was written", ErrDamaged)
	}
	return n.Text, nil
}

func strictBase64(s string) bool {
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && base64.StdEncoding.EncodeToString(raw) == s
}

// signer signs notes with an Ed25519 key.
type signer struct {
	name string
	hash uint32
	key  ed25519.PrivateKey
}

// newSigner returns the signer of a log. The seed has 32 bytes.
func newSigner(origin string, seed []byte) (signer, error) {
	if len(seed) != ed25519.SeedSize || origin == "" || strings.ContainsAny(origin, "+ \n\t") {
		return signer{}, fmt.Errorf("audit key: the seed needs %d bytes and the origin no spaces", ed25519.SeedSize)
	}
	key := ed25519.NewKeyFromSeed(seed)
	pub := append([]byte{algEd25519}, key.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(origin+"\n"), pub...))
	return signer{origin, binary.BigEndian.Uint32(sum[:4]), key}, nil
}

func (s signer) Name() string                    { return s.name }
func (s signer) KeyHash() uint32                 { return s.hash }
func (s signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// verifierKey returns the public key in note's text form.
func (s signer) verifierKey() string {
	pub := append([]byte{algEd25519}, s.key.Public().(ed25519.PublicKey)...)
	return fmt.Sprintf("%s+%08x+%s", s.name, s.hash, base64.StdEncoding.EncodeToString(pub))
}
