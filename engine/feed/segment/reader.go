package segment

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
)

// Reader decodes row groups of one segment. It may be used concurrently.
type Reader struct {
	rec    *feed.Record
	groups [][]chunk
	zstd   *zstd.Decoder
}

// check proves that body is the part of a file that r names.
func check(r feed.Range, body []byte) error {
	if int64(len(body)) != r.Bytes || sha256.Sum256(body) != r.SHA256 {
		return fmt.Errorf("%w: %d bytes at %d are not those that their digest names", feed.ErrDamaged, r.Bytes, r.Offset)
	}
	return nil
}

// Open checks a segment's footer, the bytes that rec.Footer names, and returns the reader of
// its row groups. rec comes from a proved manifest. Errors match feed.ErrDamaged,
// feed.ErrInvalid or are a *ColumnError.
func Open(rec *feed.Record, footer []byte) (*Reader, error) {
	if rec.IsDocument() || len(rec.Groups) == 0 || len(rec.Groups) > MaxGroups || rec.Footer.Bytes > maxPart {
		return nil, fmt.Errorf("%w: this record is of no segment that is read here", feed.ErrInvalid)
	}
	if err := check(rec.Footer, footer); err != nil {
		return nil, err
	}
	meta, err := metadata(footer)
	if err != nil {
		return nil, err
	}
	leaves, err := leavesOf(meta.Schema)
	if err != nil {
		return nil, err
	}
	if err := checkColumns(leaves); err != nil {
		return nil, err
	}
	if len(meta.RowGroups) != len(rec.Groups) || meta.NumRows != rec.Rows {
		return nil, fmt.Errorf("%w: the segment has %d rows in %d groups, its record says %d in %d",
			feed.ErrInvalid, meta.NumRows, len(meta.RowGroups), rec.Rows, len(rec.Groups))
	}
	r := &Reader{rec: rec}
	for i := range meta.RowGroups {
		g, want := &meta.RowGroups[i], rec.Groups[i]
		if g.NumRows != want.Rows || want.Rows > GroupRows || want.Bytes > maxGroup {
			return nil, fmt.Errorf("%w: row group %d has %d rows, its record says %d", feed.ErrInvalid, i, g.NumRows, want.Rows)
		}
		chunks, err := chunksOf(leaves, g, want.Offset, want.Offset+want.Bytes, maxUnpacked)
		if err != nil {
			return nil, err
		}
		r.groups = append(r.groups, chunks)
	}
	if r.zstd, err = newZstd(); err != nil {
		return nil, err
	}
	return r, nil
}

// Close gives back what decoding holds.
func (r *Reader) Close() { r.zstd.Close() }

// Decode appends the reads of row group i to into and returns it. body are the bytes that
// rec.Groups[i] names; their digest is checked first. Every read is held to
// [feed.CheckRead] and to what the record says of its group. The reads do not alias body.
// Errors match feed.ErrDamaged or feed.ErrInvalid.
func (r *Reader) Decode(i int, body []byte, into []feed.Read) ([]feed.Read, error) {
	if i < 0 || i >= len(r.groups) {
		return into, fmt.Errorf("%w: row group %d of %d", feed.ErrInvalid, i, len(r.groups))
	}
	g := r.rec.Groups[i]
	if err := check(g.Range, body); err != nil {
		return into, err
	}
	from := len(into)
	into, err := r.group(i, body).rows(slices.Grow(into, int(g.Rows)), int(g.Rows))
	if err != nil {
		return into[:from], err
	}
	for k := from; k < len(into); k++ {
		d := &into[k]
		if err := feed.CheckRead(d); err != nil {
			return into[:from], err
		}
		if d.Time.Before(g.From) || d.Time.After(g.To) || !r.rec.Box.Contains(d.Pos) || k > from && d.Time.Before(into[k-1].Time) {
			return into[:from], fmt.Errorf("%w: read %q lies outside what its record says, or is not sorted by time", feed.ErrInvalid, d.ID)
		}
	}
	return into, nil
}

// CheckGeometry proves that the points of row group i, which other programs read, are the
// positions of its reads. Errors match feed.ErrDamaged or feed.ErrInvalid.
func (r *Reader) CheckGeometry(i int, body []byte, reads []feed.Read) error {
	g := r.group(i, body)
	points := take(g, "geometry", len(reads), plainText, "").values
	if g.err != nil {
		return g.err
	}
	for k := range reads {
		if x, y, ok := getPoint(points[k]); !ok || x != reads[k].Pos[0] || y != reads[k].Pos[1] {
			return fmt.Errorf("%w: the geometry of read %q is not its position", feed.ErrInvalid, reads[k].ID)
		}
	}
	return nil
}

func (r *Reader) group(i int, body []byte) *group {
	return &group{chunks: r.groups[i], body: body, offset: r.rec.Groups[i].Offset, zstd: r.zstd, unpack: maxUnpacked}
}

// group decodes the columns of one row group.
type group struct {
	chunks []chunk
	body   []byte
	offset int64 // of body in the file
	zstd   *zstd.Decoder
	unpack int64 // bytes that may still be unpacked
	err    error
}

// pages begins a column by its path; nil when the file has none.
func (g *group) pages(path string) *pages {
	for i := range g.chunks {
		if c := &g.chunks[i]; c.path == path {
			return &pages{c: c, rest: g.body[c.start-g.offset : c.start-g.offset+c.bytes], left: c.values, unpack: g.unpack, zstd: g.zstd}
		}
	}
	return nil
}

// take decodes a column; after an error it does nothing, and the error stands in g.err. A
// column that the file has not is null throughout.
func take[T any](g *group, path string, rows int, decode plain[T], null T) column[T] {
	if g.err != nil {
		return column[T]{}
	}
	p := g.pages(path)
	if p == nil {
		return column[T]{values: slices.Repeat([]T{null}, rows)}
	}
	var c column[T]
	c, g.err = read(p, rows, decode, null)
	g.unpack = p.unpack
	return c
}

// rows decodes a group with the columns of a segment onto the end of into.
func (g *group) rows(into []feed.Read, n int) ([]feed.Read, error) {
	texts := func(path string) []string { return take(g, path, n, plainText, "").values }
	ints := func(path string, null int32) []int32 { return take(g, path, n, plainInt32, null).values }
	doubles := func(path string, null float64) []float64 { return take(g, path, n, plainDouble, null).values }
	id, plate, state := texts("id"), texts("plate"), texts("state")
	at := take(g, "time", n, plainInt64, 0).values
	lon, lat := doubles("lon", 0), doubles("lat", 0)
	maker, model, color, year := texts("make"), texts("model"), texts("color"), ints("year", 0)
	heading, camera, source := doubles("heading", detection.NoHeading), texts("camera"), texts("source")
	confidence := doubles("confidence", detection.NoConfidence)
	x, y, w, h := ints("box_x", 0), ints("box_y", 0), ints("box_w", 0), ints("box_h", 0)
	passes, supersedes := ints("passes", 1), texts("supersedes")
	photos, counts := g.photos(n)
	if g.err != nil {
		return into, g.err
	}
	first := 0
	for i := range n {
		into = append(into, feed.Read{
			Detection: detection.Detection{
				ID: id[i], Plate: plate[i], State: state[i], Time: millis(at[i]), Pos: orb.Point{lon[i], lat[i]},
				Make: maker[i], Model: model[i], Color: color[i], Year: int(year[i]), HeadingDeg: heading[i], Camera: camera[i],
				Source: detection.Source(source[i]), Confidence: confidence[i], Photos: counts[i],
			},
			Box: feed.Box{X: int(x[i]), Y: int(y[i]), W: int(w[i]), H: int(h[i])}, Passes: int(passes[i]), Supersedes: supersedes[i],
		})
		if k := counts[i]; k > 0 {
			into[len(into)-1].Pictures = photos[first : first+k : first+k]
			first += k
		}
	}
	return into, nil
}

// photos decodes the list of photos: all of the group, and how many each row has.
func (g *group) photos(n int) ([]feed.Picture, []int) {
	const list = "photos.list.element."
	if g.pages(list+"kind") == nil {
		return nil, make([]int, n)
	}
	kind := take(g, list+"kind", n, plainText, "")
	sum := take(g, list+"sha256", n, plainDigest, [32]byte{})
	size := take(g, list+"bytes", n, plainInt64, 0)
	if g.err != nil {
		return nil, nil
	}
	if len(sum.values) != len(kind.values) || len(size.values) != len(kind.values) || !slices.Equal(sum.counts, kind.counts) || !slices.Equal(size.counts, kind.counts) {
		g.err = fmt.Errorf("%w: the columns of photos do not fit each other", feed.ErrDamaged)
		return nil, nil
	}
	out := make([]feed.Picture, len(kind.values))
	for i := range out {
		out[i] = feed.Picture{Kind: kind.values[i], SHA256: sum.values[i], Bytes: size.values[i]}
	}
	return out, kind.counts
}
