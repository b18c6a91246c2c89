package witness

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxProof is the most hashes that a proof of consistency has.
const maxProof = 63

// Add asks a witness to cosign a checkpoint.
type Add struct {
	Old        int64          // size of the last checkpoint that the witness cosigned, 0 before the first
	Proof      tlog.TreeProof // from Old to the checkpoint's size; empty when Old is 0
	Checkpoint string         // the signed note
}

// Encode is the body of the request.
func (a Add) Encode() []byte {
	return append(encodeProof("old "+strconv.FormatInt(a.Old, 10)+"\n", a.Proof), a.Checkpoint...)
}

func encodeProof(head string, proof []tlog.Hash) []byte {
	var b strings.Builder
	b.WriteString(head)
	for _, h := range proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	return []byte(b.String())
}

// ParseAdd reads the body of a request. Errors match feed.ErrInvalid.
func ParseAdd(body []byte) (Add, error) {
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	old, isOld := strings.CutPrefix(lines[0], "old ")
	size, isSize := parseSize(old)
	if !ok || !isOld || !isSize {
		return Add{}, fmt.Errorf("%w: the request does not begin with “old”, a size and a proof", feed.ErrInvalid)
	}
	proof, err := parseProof(lines[1:])
	if err != nil {
		return Add{}, err
	}
	if size == 0 && len(proof) > 0 {
		return Add{}, fmt.Errorf("%w: a proof from size 0 must be empty", feed.ErrInvalid)
	}
	return Add{size, proof, checkpoint}, nil
}

func parseProof(lines []string) ([]tlog.Hash, error) {
	if len(lines) > maxProof {
		return nil, fmt.Errorf("%w: more than %d hashes in a proof", feed.ErrInvalid, maxProof)
	}
	var out []tlog.Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize || base64.StdEncoding.EncodeToString(raw) != line {
			return nil, fmt.Errorf("%w: a line of the proof is no hash", feed.ErrInvalid)
		}
		out = append(out, tlog.Hash(raw))
	}
	return out, nil
}

// parseSize reads a size as C2SP writes it: decimal without leading zeros.
func parseSize(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}

// ParseCheckpoint reads the text of a checkpoint (C2SP tlog-checkpoint): origin, size, root,
// and extension lines, which are not looked at. Errors match feed.ErrInvalid.
func ParseCheckpoint(text string) (origin string, t tlog.Tree, err error) {
	bad := fmt.Errorf("%w: this is no checkpoint", feed.ErrInvalid)
	body, ok := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if !ok || len(lines) < 3 || lines[0] == "" {
		return "", t, bad
	}
	for _, line := range lines {
		if line == "" {
			return "", t, bad
		}
	}
	if t.N, ok = parseSize(lines[1]); !ok {
		return "", t, bad
	}
	root, err := parseProof(lines[2:3])
	if err != nil {
		return "", t, bad
	}
	t.Hash = root[0]
	return lines[0], t, nil
}

// OpenCheckpoint reads a signed checkpoint of the log whose verifier key is vkey. Signatures of
// others are ignored. Errors: feed.ErrSignature when the log's is missing or wrong,
// feed.ErrNotFound for another origin, feed.ErrInvalid for what is no checkpoint.
func OpenCheckpoint(msg, vkey string) (tlog.Tree, *note.Note, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, nil, fmt.Errorf("%w: verifier key: %w", feed.ErrInvalid, err)
	}
	text, _, ok := strings.Cut(msg, "\n\n")
	if !ok {
		return tlog.Tree{}, nil, fmt.Errorf("%w: this is no signed checkpoint", feed.ErrInvalid)
	}
	origin, t, err := ParseCheckpoint(text + "\n")
	if err != nil {
		return tlog.Tree{}, nil, err
	}
	if origin != v.Name() {
		return tlog.Tree{}, nil, fmt.Errorf("%w: a log of this origin", feed.ErrNotFound)
	}
	n, err := note.Open([]byte(msg), note.VerifierList(v))
	if err != nil {
		return tlog.Tree{}, nil, fmt.Errorf("%w: %w", feed.ErrSignature, err)
	}
	return t, n, nil
}

// CheckConsistency proves that the tree t holds the tree old as its beginning. From an empty
// tree everything follows. The error matches feed.ErrFork.
func CheckConsistency(proof tlog.TreeProof, t, old tlog.Tree) error {
	if old.N == 0 && len(proof) == 0 {
		return nil
	}
	if err := tlog.CheckTree(proof, t.N, t.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("%w: %w", feed.ErrFork, err)
	}
	return nil
}
