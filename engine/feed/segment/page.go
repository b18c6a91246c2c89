package segment

import (
	"encoding/binary"
	"fmt"

	"cordon/engine/feed"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
)

// page is one page of a column, unpacked.
type page struct {
	dictionary bool
	values     int // in a data page nulls included
	present    int // values that are not null
	encoding   format.Encoding
	rep, def   []byte // levels, one a value; nil where the column has none
	data       []byte
}

// pages takes the pages of a column chunk apart. unpack is the memory pages may take, in
// bytes, all together.
type pages struct {
	c      *chunk
	rest   []byte
	left   int64 // values still to come
	unpack int64
	zstd   *zstd.Decoder
}

// next returns the next page, or nil after the last one.
func (p *pages) next() (*page, error) {
	if p.left == 0 {
		return nil, nil
	}
	var head format.PageHeader
	n, err := decodeThrift(p.rest[:min(len(p.rest), 1<<20)], &head)
	if err != nil {
		return nil, err
	}
	body, size := p.rest[n:], int64(head.UncompressedPageSize)
	if head.CompressedPageSize < 0 || int64(head.CompressedPageSize) > int64(len(body)) || size < 0 || size > p.unpack {
		return nil, p.bad("a page has a wrong size")
	}
	p.rest = body[head.CompressedPageSize:]
	p.unpack -= size
	body = body[:head.CompressedPageSize]
	switch {
	case head.Type == format.DictionaryPage && head.DictionaryPageHeader.Valid:
		return p.dictionary(&head.DictionaryPageHeader.V, body, size)
	case head.Type == format.DataPageV2 && head.DataPageHeaderV2.Valid:
		return p.v2(&head.DataPageHeaderV2.V, body, size)
	case head.Type == format.DataPage && head.DataPageHeader.Valid:
		return p.v1(&head.DataPageHeader.V, body, size)
	}
	return nil, p.bad("a page of an unknown kind")
}

func (p *pages) bad(what string) error {
	return fmt.Errorf("%w: column %s: %s", feed.ErrDamaged, p.c.path, what)
}

func (p *pages) dictionary(h *format.DictionaryPageHeader, body []byte, size int64) (*page, error) {
	if h.NumValues < 0 || int64(h.NumValues) > size || h.Encoding != format.Plain && h.Encoding != oldDictionary {
		if h.NumValues != 0 {
			return nil, p.bad("a wrong dictionary")
		}
	}
	data, err := p.unpacked(body, size)
	return &page{dictionary: true, values: int(h.NumValues), present: int(h.NumValues), encoding: format.Plain, data: data}, err
}

func (p *pages) v2(h *format.DataPageHeaderV2, body []byte, size int64) (*page, error) {
	rep, def := int64(h.RepetitionLevelsByteLength), int64(h.DefinitionLevelsByteLength)
	if h.NumValues < 0 || int64(h.NumValues) > p.left || h.NumNulls < 0 || h.NumNulls > h.NumValues ||
		rep < 0 || def < 0 || rep+def > int64(len(body)) || rep+def > size {
		return nil, p.bad("a page has wrong counts")
	}
	p.left -= int64(h.NumValues)
	out := &page{values: int(h.NumValues), encoding: h.Encoding}
	if err := p.levels(out, body[:rep], body[rep:rep+def]); err != nil {
		return nil, err
	}
	var err error
	if h.IsCompressed.Valid && !h.IsCompressed.V {
		if out.data = body[rep+def:]; int64(len(out.data)) != size-rep-def {
			return nil, p.bad("a page has a wrong size")
		}
		return out, nil
	}
	out.data, err = p.unpacked(body[rep+def:], size-rep-def)
	return out, err
}

// v1 pages hold their levels, each after its length, in what is packed.
func (p *pages) v1(h *format.DataPageHeader, body []byte, size int64) (*page, error) {
	if h.NumValues < 0 || int64(h.NumValues) > p.left {
		return nil, p.bad("a page has wrong counts")
	}
	p.left -= int64(h.NumValues)
	data, err := p.unpacked(body, size)
	if err != nil {
		return nil, err
	}
	out := &page{values: int(h.NumValues), encoding: h.Encoding}
	cut := func(levels int) ([]byte, bool) {
		if levels == 0 {
			return nil, true
		}
		if len(data) < 4 {
			return nil, false
		}
		n := int64(binary.LittleEndian.Uint32(data))
		if n > int64(len(data)-4) {
			return nil, false
		}
		part := data[4 : 4+n]
		data = data[4+n:]
		return part, true
	}
	rep, ok := cut(p.c.maxRep)
	if !ok {
		return nil, p.bad("a page has wrong levels")
	}
	def, ok := cut(p.c.maxDef)
	if !ok {
		return nil, p.bad("a page has wrong levels")
	}
	if err := p.levels(out, rep, def); err != nil {
		return nil, err
	}
	out.data = data
	return out, nil
}

// levels decodes the levels of a page and counts what is not null.
func (p *pages) levels(out *page, rep, def []byte) error {
	out.present = out.values
	if p.c.maxRep > 0 {
		out.rep = make([]byte, out.values)
		if !decodeLevels(out.rep, rep, p.c.maxRep) {
			return p.bad("a page has wrong levels")
		}
	}
	if p.c.maxDef > 0 {
		out.def = make([]byte, out.values)
		if !decodeLevels(out.def, def, p.c.maxDef) {
			return p.bad("a page has wrong levels")
		}
		for _, d := range out.def {
			if int(d) < p.c.maxDef {
				out.present--
			}
		}
	}
	return nil
}

// unpacked returns exactly size bytes.
func (p *pages) unpacked(body []byte, size int64) ([]byte, error) {
	var out []byte
	var err error
	switch p.c.codec {
	case format.Uncompressed:
		out = body
	case format.Zstd:
		if len(body) == 0 && size == 0 {
			return nil, nil
		}
		// The decoder fills what is given and refuses to grow beyond its limit (maxPage).
		if size > maxPage {
			return nil, p.bad("a page is too large")
		}
		if !zstdFits(body, size) {
			return nil, p.bad("a page unpacks to another size than it says")
		}
		out, err = p.zstd.DecodeAll(body, make([]byte, 0, size))
	case format.Snappy:
		if n, e := snappy.DecodedLen(body); e != nil || int64(n) != size {
			return nil, p.bad("a page unpacks to another size than it says")
		}
		out, err = snappy.Decode(make([]byte, size), body)
	default:
		return nil, fmt.Errorf("%w: column %s is packed with %s; use zstd, snappy or nothing", feed.ErrInvalid, p.c.path, p.c.codec)
	}
	if err != nil {
		return nil, p.bad("a page cannot be unpacked: " + err.Error())
	}
	if int64(len(out)) != size {
		return nil, p.bad("a page unpacks to another size than it says")
	}
	return out, nil
}

const maxPage = 64 << 20

// oldDictionary is PLAIN_DICTIONARY, as older writers name both the encoding of a dictionary
// and that of indexes into it.
const oldDictionary format.Encoding = 2

// zstdFits reports whether the first frame of body says that it unpacks to size, where it
// says so at all; the decoder holds the rest to maxPage.
func zstdFits(body []byte, size int64) bool {
	var h zstd.Header
	if h.Decode(body) != nil {
		return false
	}
	return !h.HasFCS || int64(h.FrameContentSize) == size
}

// newZstd makes a decoder for DecodeAll, which any number of goroutines may call.
func newZstd() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxPage))
}
