package feed

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// Digest is a SHA-256. Its text is lower-case hex.
type Digest [32]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes hex.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 64 digits of lower-case hex. Errors match ErrInvalid.
func (d *Digest) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(d) || hex.EncodeToString(b) != string(text) {
		return fmt.Errorf("%w: %q is no SHA-256 in lower-case hex", ErrInvalid, text)
	}
	copy(d[:], b)
	return nil
}

// Record is one entry of a lane's manifest: a segment, or in the control lane a document.
// Records are numbered from 0; their JSON is the leaf of the lane's Merkle log.
type Record struct {
	Digest Digest    `json:"digest"` // of the whole file
	Bytes  int64     `json:"bytes"`
	At     time.Time `json:"at"` // when it was published, UTC

	// Of a segment.
	Rows   int64     `json:"rows,omitempty"`
	Period string    `json:"period,omitempty"` // ISO week of all its rows, e.g. "2026-W18"
	From   time.Time `json:"from,omitzero"`    // time of the oldest row
	To     time.Time `json:"to,omitzero"`      // time of the newest row
	Box    orb.Bound `json:"box,omitzero"`     // of the rows' positions, longitude and latitude
	Groups []Group   `json:"groups,omitempty"` // row groups in the order of the file
	Footer Range     `json:"footer,omitzero"`  // what lies behind the last group
	// Replaces numbers earlier segments whose rows all stand in this one. Who has them need
	// not fetch this one, and who has not need not fetch them.
	Replaces []int64 `json:"replaces,omitempty"`
	// Gone lists ids of earlier rows of the lane that no longer count: corrected or taken back.
	Gone []string `json:"gone,omitempty"`

	// Of a document.
	Name    string `json:"name,omitempty"`    // e.g. "agreements"
	Version int64  `json:"version,omitempty"` // only rises
}

// Range is a part of a file that can be fetched and verified by itself.
type Range struct {
	Offset int64  `json:"offset"`
	Bytes  int64  `json:"bytes"`
	SHA256 Digest `json:"sha256"`
}

// Group is a row group of a segment.
type Group struct {
	Range
	Rows int64     `json:"rows"`
	From time.Time `json:"from"` // time of its oldest row
	To   time.Time `json:"to"`   // time of its newest row
}

// IsDocument tells a document from a segment.
func (r *Record) IsDocument() bool { return r.Name != "" }

// Encode returns the record's leaf.
func (r *Record) Encode() ([]byte, error) { return json.Marshal(r) }

// DecodeRecord reads a leaf. Unknown fields are an error: a client must not pass over what
// it does not understand. Errors match ErrInvalid.
func DecodeRecord(leaf []byte) (*Record, error) {
	r := new(Record)
	if err := strictJSON(leaf, r); err != nil {
		return nil, fmt.Errorf("%w: record: %w", ErrInvalid, err)
	}
	return r, r.check()
}

// PeriodOf returns the ISO week of t in UTC, e.g. "2026-W18".
func PeriodOf(t time.Time) string {
	y, w := t.UTC().ISOWeek()
	return fmt.Sprintf("%04d-W%02d", y, w)
}

// isPeriod matters, as a period becomes part of a path.
func isPeriod(s string) bool {
	if len(s) != 8 || s[4:6] != "-W" {
		return false
	}
	for _, i := range [...]int{0, 1, 2, 3, 6, 7} {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// check holds records to what writers write.
func (r *Record) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: record: %s", ErrInvalid, fmt.Sprintf(format, args...))
	}
	if r.Bytes < 1 || r.At.IsZero() {
		return bad("no size or no date")
	}
	if r.IsDocument() {
		if !isPart(r.Name) || r.Version < 1 || r.Rows != 0 || len(r.Groups) > 0 || len(r.Gone) > 0 || len(r.Replaces) > 0 {
			return bad("document %q has no good name, no version, or the fields of a segment", r.Name)
		}
		return nil
	}
	rows, at := int64(0), int64(0)
	for i, g := range r.Groups {
		if g.Rows < 1 || g.Bytes < 1 || g.Offset < at || g.To.Before(g.From) || g.From.Before(r.From) || g.To.After(r.To) {
			return bad("row group %d is out of order", i)
		}
		rows, at = rows+g.Rows, g.Offset+g.Bytes
	}
	switch {
	case r.Rows < 1 || rows != r.Rows:
		return bad("its groups hold %d rows and not %d", rows, r.Rows)
	case !isPeriod(r.Period):
		return bad("%q is no ISO week", r.Period)
	case r.To.Before(r.From):
		return bad("it ends before it begins")
	case r.Footer.Offset < at || r.Footer.Bytes < 1 || r.Footer.Offset+r.Footer.Bytes != r.Bytes:
		return bad("its footer does not end it")
	case !(r.Box.Min[0] >= -180 && r.Box.Max[0] <= 180 && r.Box.Min[1] >= -90 && r.Box.Max[1] <= 90 && r.Box.Min[0] <= r.Box.Max[0] && r.Box.Min[1] <= r.Box.Max[1]):
		return bad("its box is not on the earth")
	}
	return nil
}
