package publish

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
)

// idKey stands for an id: half of its SHA-256.
type idKey [16]byte

func keyOf(id string) idKey {
	sum := sha256.Sum256([]byte(id))
	return idKey(sum[:16])
}

// index holds the ids of one lane and week with a digest of their content: about 50 bytes a
// read.
type index struct {
	ids  map[idKey]uint64
	upTo int64 // records below this number are in it
}

// maxKnown is how many ids are kept in memory for later calls.
const maxKnown = 8_000_000

// contentOf digests all that a read says.
func contentOf(d *feed.Read, buf []byte) uint64 {
	buf = buf[:0]
	for _, s := range [...]string{d.Plate, d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source), d.Supersedes} {
		buf = append(binary.AppendUvarint(buf, uint64(len(s))), s...)
	}
	for _, v := range [...]float64{d.Pos[0] + 0, d.Pos[1] + 0, d.HeadingDeg + 0, d.Confidence + 0} {
		buf = binary.BigEndian.AppendUint64(buf, math.Float64bits(v))
	}
	for _, v := range [...]int64{d.Time.UnixMilli(), int64(d.Year), int64(d.Passes), int64(d.Box.X), int64(d.Box.Y), int64(d.Box.W), int64(d.Box.H)} {
		buf = binary.AppendVarint(buf, v)
	}
	for _, p := range d.Pictures {
		buf = append(binary.AppendUvarint(buf, uint64(len(p.Kind))), p.Kind...)
		buf = binary.AppendVarint(append(buf, p.SHA256[:]...), p.Bytes)
	}
	sum := sha256.Sum256(buf)
	return binary.BigEndian.Uint64(sum[:])
}

// week returns the index of a week, brought up to the records that are known.
func (l *lane) week(ctx context.Context, period string) (*index, error) {
	x := l.known[period]
	if x == nil {
		x = &index{ids: map[idKey]uint64{}}
	}
	buf := make([]byte, 0, 512)
	var reads []feed.Read
	for n := x.upTo; n < int64(len(l.records)); n++ {
		r := l.records[n]
		// A record that is replaced is covered by the one that replaces it; one that only
		// replaces records that are in the index brings nothing new.
		if r.IsDocument() || r.Period != period || l.replaced[n] || len(r.Replaces) > 0 && slices.Max(r.Replaces) < x.upTo {
			continue
		}
		for i, err := range eachGroup(ctx, l.p.o.Bucket, l.name, r, &reads) {
			if err != nil {
				return nil, fmt.Errorf("record %d of lane %s, group %d: %w", n, l.name, i, err)
			}
			for k := range reads {
				x.ids[keyOf(reads[k].ID)] = contentOf(&reads[k], buf)
			}
		}
	}
	x.upTo = int64(len(l.records))
	l.known[period] = x
	l.keep(period)
	return x, nil
}

// keep marks a week as used and forgets those used longest ago while there are too many ids.
func (l *lane) keep(period string) {
	l.used = append(slices.DeleteFunc(l.used, func(s string) bool { return s == period }), period)
	total := 0
	for _, x := range l.known {
		total += len(x.ids)
	}
	for total > maxKnown && len(l.used) > 1 {
		total -= len(l.known[l.used[0]].ids)
		delete(l.known, l.used[0])
		l.used = l.used[1:]
	}
}

// ranges reads parts of a segment.
type ranges interface {
	GetRange(ctx context.Context, key string, offset, n int64) ([]byte, error)
}

// eachGroup yields the number of each row group of a segment, whose reads are then in *into.
func eachGroup(ctx context.Context, b ranges, lane feed.Lane, r *feed.Record, into *[]feed.Read) func(func(int, error) bool) {
	return func(yield func(int, error) bool) {
		path := lane.PathFile(r)
		footer, err := b.GetRange(ctx, path, r.Footer.Offset, r.Footer.Bytes)
		if err != nil {
			yield(0, err)
			return
		}
		reader, err := segment.Open(r, footer)
		if err != nil {
			yield(0, err)
			return
		}
		defer reader.Close()
		for i, g := range r.Groups {
			body, err := b.GetRange(ctx, path, g.Offset, g.Bytes)
			if err == nil {
				*into, err = reader.Decode(i, body, (*into)[:0])
			}
			if !yield(i, err) || err != nil {
				return
			}
		}
	}
}
