package verify

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
)

// segment checks a segment: every byte against the digests of its parts and of the whole,
// every row against the record, and the rows it replaces.
func (w *walk) segment(n int64, r *feed.Record) error {
	if r.IsDocument() {
		return nil
	}
	whole := sha256.New()
	sum, err := w.each(n, r, whole, func(d *feed.Read) error {
		if feed.PeriodOf(d.Time) != r.Period {
			w.problem("record %d: read %q is not of week %s", n, d.ID, r.Period)
		}
		if by, gone := w.gone[d.ID]; gone && by < n {
			w.problem("record %d: read %q was taken back by record %d", n, d.ID, by)
		}
		if _, old := w.replaced[n]; !old {
			if _, gone := w.gone[d.ID]; !gone {
				w.out.Rows++
				w.weeks[r.Period] = append(w.weeks[r.Period], short(d.ID))
			}
		}
		if w.seen++; w.o.Progress != nil && w.seen%65_536 == 0 {
			w.o.Progress(w.seen)
		}
		if w.o.Photos {
			for _, p := range d.Pictures {
				if err := w.photo(p); err != nil {
					return fmt.Errorf("read %q, photo %s: %w", d.ID, p.SHA256, err)
				}
			}
		}
		return nil
	})
	if w.tidied(n, err) {
		w.out.Tidied++
		return nil
	}
	if err != nil {
		return err
	}
	if feed.Digest(whole.Sum(nil)) != r.Digest {
		w.problem("record %d: the segment is not the one that its digest names", n)
	}
	if _, old := w.replaced[n]; !old {
		w.out.Segments++
	}
	return w.replacement(n, r, sum)
}

// replacement proves that a segment holds the rows of those it replaces, without those that
// had been taken back, and no others.
func (w *walk) replacement(n int64, r *feed.Record, sum total) error {
	if len(r.Replaces) == 0 {
		return nil
	}
	var want total
	for _, old := range r.Replaces {
		if old < 0 || old >= n {
			return nil // said already
		}
		// Rows that the replacement takes back itself had been taken back before.
		_, err := w.each(old, w.records[old], nil, func(d *feed.Read) error {
			if by, gone := w.gone[d.ID]; !gone || by > n {
				want.add(d)
			}
			return nil
		})
		if w.tidied(old, err) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	if want != sum {
		w.problem("record %d: its %d rows are not the %d of the segments that it replaces", n, sum.rows, want.rows)
	}
	return nil
}

// tidied reports whether an error says that a replaced segment is no longer there: no record needs
// it.
func (w *walk) tidied(n int64, err error) bool {
	_, replaced := w.replaced[n]
	return replaced && errors.Is(err, feed.ErrNotFound)
}

// total counts rows and adds their digests up, whatever their order.
type total struct {
	rows int64
	sum  [4]uint64
}

func (t *total) add(d *feed.Read) {
	t.rows++
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %x %x %q %q %q %q %q %q %d %x %x %d %v %q %v", d.ID, d.Plate, d.Time.UnixMilli(), d.Pos[0], d.Pos[1],
		d.State, d.Make, d.Model, d.Color, d.Camera, d.Source, d.Year, d.HeadingDeg, d.Confidence, d.Passes, d.Box, d.Supersedes, d.Pictures))
	for i := range t.sum {
		t.sum[i] += binary.BigEndian.Uint64(h[8*i:])
	}
}

// each reads a segment by its parts and hands over its rows. Its bytes go to whole, unless
// that is nil.
func (w *walk) each(n int64, r *feed.Record, whole hash.Hash, row func(*feed.Read) error) (total, error) {
	var sum total
	path := w.lane.PathFile(r)
	size, err := w.b.Size(w.ctx, path)
	if err != nil {
		return sum, err
	}
	if size != r.Bytes {
		return sum, fmt.Errorf("%w: the segment has %d bytes and not %d", feed.ErrDamaged, size, r.Bytes)
	}
	footer, err := w.b.GetRange(w.ctx, path, r.Footer.Offset, r.Footer.Bytes)
	if err != nil {
		return sum, err
	}
	reader, err := segment.Open(r, footer)
	if err != nil {
		return sum, err
	}
	defer reader.Close()
	at := int64(0)
	var reads []feed.Read
	for i, g := range r.Groups {
		if g.Offset != at {
			return sum, fmt.Errorf("%w: %d bytes before row group %d belong to no part", feed.ErrInvalid, g.Offset-at, i)
		}
		at += g.Bytes
		body, err := w.b.GetRange(w.ctx, path, g.Offset, g.Bytes)
		if err != nil {
			return sum, err
		}
		if whole != nil {
			whole.Write(body)
		}
		if reads, err = reader.Decode(i, body, reads[:0]); err != nil {
			return sum, err
		}
		if err := reader.CheckGeometry(i, body, reads); err != nil {
			return sum, err
		}
		for k := range reads {
			sum.add(&reads[k])
			if err := row(&reads[k]); err != nil {
				return sum, err
			}
		}
	}
	if at != r.Footer.Offset {
		return sum, fmt.Errorf("%w: bytes before the footer belong to no part", feed.ErrInvalid)
	}
	if whole != nil {
		whole.Write(footer)
	}
	return sum, nil
}

// short stands for an id in memory: 64 bits of its SHA-256.
func short(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(sum[:])
}
