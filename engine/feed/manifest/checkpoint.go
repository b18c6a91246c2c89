package manifest

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/tlog"
)

// Seen is what a client keeps of a lane's log: the newest checkpoint that it has accepted.
// The zero value is a lane that was never seen.
type Seen struct {
	Size int64       `json:"size"` // records
	Root feed.Digest `json:"root"`
	// SignedAt is when the feed last said that this is its log.
	SignedAt time.Time `json:"signed_at,omitzero"`
	// Note is the signed checkpoint: with another one it proves a fork to third parties.
	Note string `json:"note,omitempty"`
}

func (s Seen) tree() tlog.Tree { return tlog.Tree{N: s.Size, Hash: tlog.Hash(s.Root)} }

const maxNote = 64 << 10

// maxRecords bounds a lane's log: what a client can be made to read.
const maxRecords = 1 << 32

// origin is the first line of a lane's checkpoints.
func origin(name string, lane feed.Lane) string { return name + "/" + lane.String() }

// signCheckpoint returns the C2SP tlog-checkpoint of a tree.
func (s *Signer) signCheckpoint(lane feed.Lane, tree tlog.Tree, at time.Time) ([]byte, error) {
	return s.sign(origin(s.ver.Name(), lane)+"\n"+strconv.FormatInt(tree.N, 10)+"\n"+base64.StdEncoding.EncodeToString(tree.Hash[:])+"\n", at)
}

// openCheckpoint checks a signed checkpoint of a lane. Errors match feed.ErrSignature or
// feed.ErrInvalid.
func (v *Verifier) openCheckpoint(lane feed.Lane, signed []byte) (Seen, error) {
	text, at, err := v.open(signed)
	if err != nil {
		return Seen{}, fmt.Errorf("checkpoint of %s: %w", lane, err)
	}
	bad := func(what string) (Seen, error) {
		return Seen{}, fmt.Errorf("%w: checkpoint of %s: %s", feed.ErrInvalid, lane, what)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return bad("it has not three lines")
	}
	if lines[0] != origin(v.Name(), lane) {
		return Seen{}, fmt.Errorf("%w: the checkpoint is of %q, not of %q", feed.ErrSignature, lines[0], origin(v.Name(), lane))
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || n > maxRecords || strconv.FormatInt(n, 10) != lines[1] {
		return bad("it has no size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return bad("it has no root")
	}
	return Seen{Size: n, Root: feed.Digest(root), SignedAt: at, Note: string(signed)}, nil
}
