package witness

import (
	"bytes"
	"fmt"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/internal/audit"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxEntries bounds the entries of one parcel.
const MaxEntries = 65536

// Parcel is a run of audit entries on its way to the server: the frames as the workstation
// stores them, with the personal fields sealed, and the proof that they are in the witnessed log.
type Parcel struct {
	From, To int64          // entries From to To-1
	Size     int64          // of the checkpoint that the witness cosigned last
	Proof    tlog.TreeProof // from size To to Size
	Frames   []byte
}

// Encode is the body of the request.
func (p Parcel) Encode() []byte {
	return append(encodeProof(fmt.Sprintf("entries %d %d %d\n", p.From, p.To, p.Size), p.Proof), p.Frames...)
}

// ParseParcel reads the body of a request and returns the leaves of its entries, which it
// has checked one by one. Errors match feed.ErrInvalid.
func ParseParcel(body []byte) (Parcel, []tlog.Hash, error) {
	head, frames, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok || len(head) > 64+maxProof*64 {
		return Parcel{}, nil, fmt.Errorf("%w: the parcel has no head", feed.ErrInvalid)
	}
	lines := strings.Split(string(head), "\n")
	words := strings.Split(lines[0], " ")
	if len(words) != 4 || words[0] != "entries" {
		return Parcel{}, nil, fmt.Errorf("%w: the parcel does not begin with “entries” and three numbers", feed.ErrInvalid)
	}
	from, ok1 := parseSize(words[1])
	to, ok2 := parseSize(words[2])
	size, ok3 := parseSize(words[3])
	if !ok1 || !ok2 || !ok3 || to <= from || to-from > MaxEntries || size < to {
		return Parcel{}, nil, fmt.Errorf("%w: a parcel has 1 to %d entries of the witnessed log", feed.ErrInvalid, MaxEntries)
	}
	proof, err := parseProof(lines[1:])
	if err != nil {
		return Parcel{}, nil, err
	}
	p := Parcel{from, to, size, proof, frames}
	leaves := make([]tlog.Hash, 0, min(to-from, 1024))
	for i := from; i < to; i++ {
		leaf, n, err := audit.ReadFrame(frames, i)
		if err != nil {
			return Parcel{}, nil, fmt.Errorf("%w: %w", feed.ErrInvalid, err)
		}
		leaves, frames = append(leaves, leaf), frames[n:]
	}
	if len(frames) > 0 {
		return Parcel{}, nil, fmt.Errorf("%w: something follows the last entry", feed.ErrInvalid)
	}
	return p, leaves, nil
}
