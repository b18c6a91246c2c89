package audit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Event is what is to be recorded. Public fields stand in the leaf in clear; Private ones,
// everything that says something about a person or a case, as commitments.
type Event struct {
	Kind    string
	Public  map[string]string
	Private map[string]string
}

// Entry is a recorded event. The maps belong to the caller.
type Entry struct {
	Index int64
	At    time.Time // UTC, hundredths of a second
	Event
	Leaf tlog.Hash
}

// Receipt says where an event was recorded.
type Receipt struct {
	Index int64
	At    time.Time
	Leaf  tlog.Hash
}

const (
	formatFrame = 1
	headerLen   = 1 + 4 + 4
	maxLeaf     = 1 << 20
	maxSealed   = 32 << 20
	saltLen     = 16
	timeLayout  = "2006-01-02T15:04:05.00Z"
)

// leaf is the public, hashed part of an entry. Its fields are in the order of their keys.
type leaf struct {
	At     string            `json:"at"`
	Commit map[string]string `json:"commit,omitempty"` // hex SHA-256 of salt, name, zero byte, value
	Index  int64             `json:"index"`
	Kind   string            `json:"kind"`
	Public map[string]string `json:"public,omitempty"`
	Sealed string            `json:"sealed"` // hex SHA-256 of the sealed part
	V      int               `json:"v"`
}

// opening is a private value with the salt of its commitment.
type opening struct {
	Salt  []byte `json:"s"`
	Value string `json:"v"`
}

// Commitment returns what a leaf holds instead of a private value.
func Commitment(salt []byte, name, value string) string {
	h := sha256.New()
	h.Write(salt)
	io.WriteString(h, name)
	h.Write([]byte{0})
	io.WriteString(h, value)
	return hex.EncodeToString(h.Sum(nil))
}

// codec seals, commits and frames.
type codec struct {
	aead cipher.AEAD
	rand io.Reader
}

func newCodec(key [32]byte, random io.Reader) (codec, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return codec{}, fmt.Errorf("audit cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return codec{}, fmt.Errorf("audit cipher: %w", err)
	}
	return codec{aead, random}, nil
}

func sealData(index int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("cordon audit entry"), uint64(index))
}

// frame returns the bytes of an entry and its leaf hash.
func (c codec) frame(index int64, at time.Time, e Event) ([]byte, tlog.Hash, error) {
	open := make(map[string]opening, len(e.Private))
	commit := make(map[string]string, len(e.Private))
	salts := make([]byte, saltLen*len(e.Private))
	if _, err := io.ReadFull(c.rand, salts); err != nil {
		return nil, tlog.Hash{}, fmt.Errorf("audit salt: %w", err)
	}
	for name, value := range e.Private {
		salt := salts[:saltLen:saltLen]
		salts = salts[saltLen:]
		open[name] = opening{salt, value}
		commit[name] = Commitment(salt, name, value)
	}
	clear, err := json.Marshal(open)
	if err != nil {
		return nil, tlog.Hash{}, fmt.Errorf("audit entry: %w", err)
	}
	sealed := c.aead.Seal(nil, nil, clear, sealData(index))
	sum := sha256.Sum256(sealed)
	text, err := json.Marshal(leaf{
		At: at.UTC().Format(timeLayout), Commit: commit, Index: index, Kind: e.Kind,
		Public: e.Public, Sealed: hex.EncodeToString(sum[:]), V: 1,
	})
	if err != nil {
		return nil, tlog.Hash{}, fmt.Errorf("audit entry: %w", err)
	}
	if len(text) > maxLeaf || len(sealed) > maxSealed {
		return nil, tlog.Hash{}, fmt.Errorf("%w: the entry is too large", ErrWrite)
	}
	out := make([]byte, 0, headerLen+len(text)+len(sealed))
	out = append(out, formatFrame)
	out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
	out = binary.BigEndian.AppendUint32(out, uint32(len(sealed)))
	out = append(append(out, text...), sealed...)
	return out, tlog.RecordHash(text), nil
}

// parsed is a frame taken apart and checked as far as that goes without the key.
type parsed struct {
	leaf   leaf
	hash   tlog.Hash
	sealed []byte
	size   int64 // of the frame
}

// errPartial says that data ends before the frame does.
var errPartial = fmt.Errorf("%w: an entry ends early", ErrDamaged)

// parseFrame reads the frame at the start of data, which must be entry index.
func parseFrame(data []byte, index int64) (parsed, error) {
	bad := func(what string) (parsed, error) {
		return parsed{}, fmt.Errorf("%w: entry %d %s", ErrDamaged, index, what)
	}
	if len(data) == 0 {
		return parsed{}, errPartial
	}
	if data[0] != formatFrame {
		return bad("has no valid start")
	}
	if len(data) < headerLen {
		return parsed{}, errPartial
	}
	n, m := int64(binary.BigEndian.Uint32(data[1:])), int64(binary.BigEndian.Uint32(data[5:]))
	if n > maxLeaf || m > maxSealed {
		return bad("has an impossible length")
	}
	p := parsed{size: headerLen + n + m}
	if int64(len(data)) < p.size {
		return parsed{}, errPartial
	}
	text := data[headerLen : headerLen+n]
	p.sealed = data[headerLen+n : p.size]
	if err := json.Unmarshal(text, &p.leaf); err != nil {
		return bad("is not readable")
	}
	sum := sha256.Sum256(p.sealed)
	switch {
	case p.leaf.V != 1:
		return bad("has an unknown version")
	case p.leaf.Index != index:
		return bad(fmt.Sprintf("calls itself entry %d", p.leaf.Index))
	case p.leaf.Sealed != hex.EncodeToString(sum[:]):
		return bad("has changed clear text")
	}
	p.hash = tlog.RecordHash(text)
	return p, nil
}

// open unseals an entry and checks its commitments.
func (c codec) open(p parsed) (Entry, error) {
	bad := func(what string) (Entry, error) {
		return Entry{}, fmt.Errorf("%w: entry %d %s", ErrDamaged, p.leaf.Index, what)
	}
	clear, err := c.aead.Open(nil, nil, p.sealed, sealData(p.leaf.Index))
	if err != nil {
		return bad("cannot be unsealed")
	}
	var private map[string]opening
	if err := json.Unmarshal(clear, &private); err != nil || len(private) != len(p.leaf.Commit) {
		return bad("has clear text that does not fit")
	}
	at, err := time.Parse(timeLayout, p.leaf.At)
	if err != nil {
		return bad("has no valid time")
	}
	e := Entry{Index: p.leaf.Index, At: at, Leaf: p.hash, Event: Event{Kind: p.leaf.Kind, Public: map[string]string{}, Private: map[string]string{}}}
	for name, value := range p.leaf.Public {
		e.Public[name] = value
	}
	for name, o := range private {
		if p.leaf.Commit[name] != Commitment(o.Salt, name, o.Value) {
			return bad("has a commitment that does not fit its clear text")
		}
		e.Private[name] = o.Value
	}
	return e, nil
}
