package segment

import (
	"encoding/binary"
	"fmt"

	"cordon/engine/feed"

	"github.com/parquet-go/parquet-go/format"
)

const (
	maxFooter    = 8 << 20  // bytes of a file's metadata
	maxPart      = 64 << 20 // bytes of a segment's footer with its indexes
	maxGroup     = 96 << 20 // bytes of a row group
	maxUnpacked  = 192 << 20
	parquetMagic = "PAR1"
)

// metadata decodes the end of a Parquet file: its metadata, their length, the magic.
func metadata(end []byte) (*format.FileMetaData, error) {
	bad := func(what string) error { return fmt.Errorf("%w: this is no Parquet file: %s", feed.ErrInvalid, what) }
	if len(end) < 8 || string(end[len(end)-4:]) != parquetMagic {
		return nil, bad("it does not end with PAR1")
	}
	n := int64(le32(end[len(end)-8:]))
	if n > maxFooter || n > int64(len(end)-8) {
		return nil, bad(fmt.Sprintf("its metadata has %d bytes", n))
	}
	meta := new(format.FileMetaData)
	if _, err := decodeThrift(end[int64(len(end))-8-n:len(end)-8], meta); err != nil {
		return nil, err
	}
	return meta, nil
}

// chunk is where a column of a row group lies, and what is to be known for decoding it.
type chunk struct {
	leaf
	codec  format.CompressionCodec
	start  int64
	bytes  int64
	values int64
}

// chunksOf checks the columns of a row group against the part of the file that may hold
// them, and against the memory they may take, in bytes.
func chunksOf(leaves []leaf, g *format.RowGroup, from, to, limit int64) ([]chunk, error) {
	bad := func(what string) error { return fmt.Errorf("%w: Parquet: %s", feed.ErrInvalid, what) }
	if len(g.Columns) != len(leaves) {
		return nil, bad(fmt.Sprintf("a row group with %d columns and not %d", len(g.Columns), len(leaves)))
	}
	out := make([]chunk, len(leaves))
	unpacked := int64(0)
	for i, l := range leaves {
		m := &g.Columns[i].MetaData
		start := m.DataPageOffset
		if d := m.DictionaryPageOffset; d > 0 && d < start {
			start = d
		}
		switch {
		case g.Columns[i].FilePath != "" || m.Type != l.kind:
			return nil, bad("column " + l.path + " lies elsewhere or has another type than its schema")
		case start < from || m.TotalCompressedSize < 0 || m.TotalCompressedSize > to-start:
			return nil, bad("column " + l.path + " does not lie in its row group")
		case m.TotalUncompressedSize < 0 || m.NumValues < 0 || l.maxRep == 0 && m.NumValues != g.NumRows || m.NumValues > g.NumRows*(feed.MaxPictures+1) && l.maxRep > 0:
			return nil, bad("column " + l.path + " has a wrong number of values")
		}
		if unpacked += m.TotalUncompressedSize; unpacked > limit {
			return nil, bad("a row group is too large when unpacked")
		}
		out[i] = chunk{l, m.Codec, start, m.TotalCompressedSize, m.NumValues}
	}
	return out, nil
}

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
