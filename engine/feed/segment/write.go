package segment

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"
	"time"

	"cordon/engine/feed"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/paulmach/orb"
)

const (
	// GroupRows is the most rows of one row group.
	GroupRows = 65_536
	// MaxGroups is the most row groups of one segment: 4 million rows, and a record that
	// fits a leaf.
	MaxGroups = 64

	dictBytes = 1 << 20 // a column with a larger dictionary is written plainly
	chunkRows = 1024    // rows handed to parquet-go at once
)

// Write writes rows as a segment to w and returns its record without At, Replaces and Gone.
// Rows must be sorted by time and lie in one ISO week, at most MaxGroups*GroupRows of them:
// other errors than w's and the sequence's match feed.ErrInvalid. The same rows give the
// same bytes. On an error what w got is no segment.
func Write(w io.Writer, rows iter.Seq2[*feed.Read, error]) (*feed.Record, error) {
	buffered := bufio.NewWriterSize(w, 256<<10)
	s := &sink{to: buffered, all: sha256.New(), part: sha256.New()}
	out := parquet.NewGenericWriter[row](s,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.DictionaryMaxBytes(dictBytes), parquet.PageBufferSize(1<<20),
		parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain),
		parquet.WriteBufferSize(0), // its buffer is not flushed with a group, and parts are cut there
		parquet.CreatedBy("cordon", "1", "feed"), parquet.DataPageStatistics(false))
	b := &writer{out: out, sink: s}
	for d, err := range rows {
		if err != nil {
			return nil, err
		}
		if err := b.add(d); err != nil {
			return nil, err
		}
	}
	rec, err := b.finish()
	if err == nil {
		err = buffered.Flush()
	}
	return rec, err
}

type writer struct {
	out     *parquet.GenericWriter[row]
	sink    *sink
	rec     feed.Record
	group   feed.Group
	pending []row
	bufs    []rowBuffer
}

func (b *writer) add(d *feed.Read) error {
	if err := feed.CheckRead(d); err != nil {
		return err
	}
	if b.rec.Rows == 0 {
		b.rec.Period, b.rec.From = feed.PeriodOf(d.Time), d.Time
		b.rec.Box = orb.Bound{Min: d.Pos, Max: d.Pos}
		b.pending, b.bufs = make([]row, 0, chunkRows), make([]rowBuffer, chunkRows)
	}
	switch {
	case d.Time.Before(b.rec.To):
		return fmt.Errorf("%w: read %q is older than the one before it; sort by time", feed.ErrInvalid, d.ID)
	case feed.PeriodOf(d.Time) != b.rec.Period:
		return fmt.Errorf("%w: read %q is not of the week %s", feed.ErrInvalid, d.ID, b.rec.Period)
	case len(b.rec.Groups) == MaxGroups:
		return fmt.Errorf("%w: more than %d rows in one segment", feed.ErrInvalid, MaxGroups*GroupRows)
	}
	if b.group.Rows == 0 {
		b.group.From = d.Time
	}
	b.rec.Rows, b.rec.To, b.rec.Box = b.rec.Rows+1, d.Time, b.rec.Box.Extend(d.Pos)
	b.group.Rows, b.group.To = b.group.Rows+1, d.Time
	buf := &b.bufs[len(b.pending)]
	buf.fill(d)
	b.pending = append(b.pending, buf.row)
	if b.group.Rows == GroupRows {
		return b.endGroup()
	}
	if len(b.pending) == chunkRows {
		return b.flush()
	}
	return nil
}

func (b *writer) flush() error {
	_, err := b.out.Write(b.pending)
	b.pending = b.pending[:0]
	return err
}

func (b *writer) endGroup() error {
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.out.Flush(); err != nil {
		return err
	}
	b.group.Range = b.sink.cut()
	b.rec.Groups = append(b.rec.Groups, b.group)
	b.group = feed.Group{}
	return nil
}

func (b *writer) finish() (*feed.Record, error) {
	if b.rec.Rows == 0 {
		return nil, fmt.Errorf("%w: a segment without rows", feed.ErrInvalid)
	}
	if b.group.Rows > 0 {
		if err := b.endGroup(); err != nil {
			return nil, err
		}
	}
	text, err := geoText(b.rec.Box)
	if err != nil {
		return nil, err
	}
	b.out.SetKeyValueMetadata("geo", text)
	if err := b.out.Close(); err != nil {
		return nil, err
	}
	b.rec.Footer = b.sink.cut()
	b.rec.Bytes = b.sink.at
	b.rec.Digest = feed.Digest(b.sink.all.Sum(nil))
	b.rec.From, b.rec.To = b.rec.From.UTC(), b.rec.To.UTC()
	return &b.rec, nil
}

// sink counts and digests what is written, as a whole and by part. Parts follow each other
// without gaps; the first begins at 0.
type sink struct {
	to        io.Writer
	all, part hash.Hash
	at, begin int64
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.all.Write(p[:n])
	s.part.Write(p[:n])
	s.at += int64(n)
	return n, err
}

func (s *sink) cut() feed.Range {
	r := feed.Range{Offset: s.begin, Bytes: s.at - s.begin, SHA256: feed.Digest(s.part.Sum(nil))}
	s.begin = s.at
	s.part.Reset()
	return r
}

// geoText is the file's "geo" metadata after GeoParquet 1.1. No crs means OGC:CRS84.
func geoText(box orb.Bound) (string, error) {
	text, err := json.Marshal(map[string]any{
		"version":        "1.1.0",
		"primary_column": "geometry",
		"columns": map[string]any{"geometry": map[string]any{
			"encoding": "WKB", "geometry_types": []string{"Point"},
			"bbox": []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]},
		}},
	})
	return string(text), err
}

// millis turns milliseconds of the Unix era into a time in UTC.
func millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
