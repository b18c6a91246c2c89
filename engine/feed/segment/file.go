package segment

import (
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/paulmach/orb"
)

// Bounds of one row group of a file that others wrote. Arrow's default is a million rows.
const (
	maxFileRows     = 1 << 20
	maxFileGroup    = 512 << 20
	maxFileUnpacked = 1 << 30
)

// File is a GeoParquet file with the standard detection columns.
type File struct {
	r      io.ReaderAt
	rows   int64
	leaves []leaf
	groups []fileGroup
	zstd   *zstd.Decoder
}

type fileGroup struct {
	chunks     []chunk
	rows       int
	start, end int64
}

// ReadFile reads what a Parquet file says of itself. It needs the columns id, plate, time
// and either lon and lat or geometry (WKB points), and may have the others of a segment and
// "bbox"; each in the type of a segment or one that holds the same values (numbers of other
// widths, timestamps of other units, ids as numbers). Its pages are unpacked or packed with
// zstd or snappy. Errors are a *ColumnError or match feed.ErrInvalid or feed.ErrDamaged.
func ReadFile(r io.ReaderAt, size int64) (*File, error) {
	n := min(size, maxFooter+8)
	end := make([]byte, min(n, 64<<10))
	if _, err := r.ReadAt(end, size-int64(len(end))); err != nil && err != io.EOF {
		return nil, err
	}
	if len(end) >= 8 && string(end[len(end)-4:]) == parquetMagic {
		if want := int64(le32(end[len(end)-8:])) + 8; want > int64(len(end)) && want <= n {
			end = make([]byte, want)
			if _, err := r.ReadAt(end, size-want); err != nil && err != io.EOF {
				return nil, err
			}
		}
	}
	meta, err := metadata(end)
	if err != nil {
		return nil, err
	}
	f := &File{r: r, rows: meta.NumRows}
	if f.leaves, err = leavesOf(meta.Schema); err != nil {
		return nil, err
	}
	if err := checkFile(f.leaves); err != nil {
		return nil, err
	}
	for i := range meta.RowGroups {
		g := &meta.RowGroups[i]
		if g.NumRows < 0 || g.NumRows > maxFileRows {
			return nil, fmt.Errorf("%w: row group %d has %d rows; write at most %d", feed.ErrInvalid, i, g.NumRows, maxFileRows)
		}
		chunks, err := chunksOf(f.leaves, g, 0, size, maxFileUnpacked)
		if err != nil {
			return nil, err
		}
		fg := fileGroup{chunks: chunks, rows: int(g.NumRows), start: size}
		for _, c := range chunks {
			fg.start, fg.end = min(fg.start, c.start), max(fg.end, c.start+c.bytes)
		}
		if fg.end-fg.start > maxFileGroup {
			return nil, fmt.Errorf("%w: row group %d has %d bytes; write smaller ones", feed.ErrInvalid, i, fg.end-fg.start)
		}
		f.groups = append(f.groups, fg)
	}
	f.zstd, err = newZstd()
	return f, err
}

// NumRows is the number of rows that the file says it has.
func (f *File) NumRows() int64 { return f.rows }

// Close gives back what decoding holds. The caller closes what it gave to ReadFile.
func (f *File) Close() { f.zstd.Close() }

// Rows yields each read in the order of the file, normalised. A row that is no read goes to
// reject with its number from 1 and the reason; reject's error ends the iteration, as does an
// error of the file. A yielded read is good until the next one.
func (f *File) Rows(reject func(row int64, reason string) error) iter.Seq2[*feed.Read, error] {
	return func(yield func(*feed.Read, error) bool) {
		row := int64(0)
		for i := range f.groups {
			c, err := f.decode(i)
			if err != nil {
				yield(nil, fmt.Errorf("row group %d: %w", i, err))
				return
			}
			for k := range f.groups[i].rows {
				row++
				d := c.read(k)
				if err := feed.CheckRead(&d); err != nil {
					if err := reject(row, strings.TrimPrefix(err.Error(), feed.ErrInvalid.Error()+": ")); err != nil {
						yield(nil, err)
						return
					}
					continue
				}
				if !yield(&d, nil) {
					return
				}
			}
		}
	}
}

// fileColumns are the decoded columns of a row group.
type fileColumns struct {
	id, plate, state, maker, model, color, camera, source, supersedes []string
	at                                                                []int64
	lon, lat, heading, confidence                                     []float64
	year, passes, x, y, w, h                                          []int64
	photos                                                            []feed.Picture
	counts, firsts                                                    []int
}

func (f *File) decode(i int) (*fileColumns, error) {
	fg := &f.groups[i]
	body := make([]byte, max(0, fg.end-fg.start))
	if _, err := f.r.ReadAt(body, fg.start); err != nil && err != io.EOF {
		return nil, err
	}
	g := &group{chunks: fg.chunks, body: body, offset: fg.start, zstd: f.zstd, unpack: maxFileUnpacked}
	n := fg.rows
	c := &fileColumns{
		id: g.texts("id", n), plate: g.texts("plate", n), state: g.texts("state", n), maker: g.texts("make", n), model: g.texts("model", n),
		color: g.texts("color", n), camera: g.texts("camera", n), source: g.texts("source", n), supersedes: g.texts("supersedes", n),
		at:      g.instants(n),
		heading: g.doubles("heading", n, detection.NoHeading), confidence: g.doubles("confidence", n, detection.NoConfidence),
		year: g.ints("year", n, 0), passes: g.ints("passes", n, 1),
		x: g.ints("box_x", n, 0), y: g.ints("box_y", n, 0), w: g.ints("box_w", n, 0), h: g.ints("box_h", n, 0),
	}
	if g.pages("lon") != nil {
		c.lon, c.lat = g.doubles("lon", n, math.NaN()), g.doubles("lat", n, math.NaN())
	} else {
		c.lon, c.lat = g.points(n)
	}
	c.photos, c.counts = g.photos(n)
	first := 0
	for _, k := range c.counts {
		c.firsts = append(c.firsts, first)
		first += k
	}
	return c, g.err
}

// read makes one row a read, normalised; whether it is good, CheckRead says.
func (c *fileColumns) read(i int) feed.Read {
	d := feed.Read{
		Detection: detection.Detection{
			ID: strings.TrimSpace(c.id[i]), Plate: detection.NormalizePlate(c.plate[i]), State: detection.NormalizeWord(c.state[i]),
			Time: millis(c.at[i]), Pos: orb.Point{c.lon[i] + 0, c.lat[i] + 0}, Make: detection.NormalizeWord(c.maker[i]),
			Model: detection.NormalizeWord(c.model[i]), Color: detection.NormalizeWord(c.color[i]), Year: int(c.year[i]),
			HeadingDeg: c.heading[i], Camera: strings.TrimSpace(c.camera[i]), Confidence: c.confidence[i], Photos: c.counts[i],
		},
		Passes: int(c.passes[i]), Supersedes: strings.TrimSpace(c.supersedes[i]),
		Box: feed.Box{X: int(c.x[i]), Y: int(c.y[i]), W: int(c.w[i]), H: int(c.h[i])},
	}
	if d.HeadingDeg == 360 {
		d.HeadingDeg = 0
	}
	if d.Confidence > 1 && d.Confidence <= 100 { // a percentage
		d.Confidence /= 100
	}
	d.Source = detection.Source(strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(c.source[i]))))
	if k := c.counts[i]; k > 0 {
		d.Pictures = c.photos[c.firsts[i] : c.firsts[i]+k]
	}
	return d
}

func (g *group) kind(path string) leaf {
	for i := range g.chunks {
		if g.chunks[i].path == path {
			return g.chunks[i].leaf
		}
	}
	return leaf{}
}

// texts decodes a column of text, or of whole numbers as their decimals.
func (g *group) texts(path string, n int) []string {
	if k := g.kind(path).kind; k != format.Int64 && k != format.Int32 {
		return take(g, path, n, plainText, "").values
	}
	numbers := g.ints(path, n, math.MinInt64)
	out := make([]string, len(numbers))
	for i, v := range numbers {
		if v != math.MinInt64 {
			out[i] = strconv.FormatInt(v, 10)
		}
	}
	return out
}

func (g *group) ints(path string, n int, null int64) []int64 {
	if g.kind(path).kind != format.Int32 {
		return take(g, path, n, plainInt64, null).values
	}
	narrow := take(g, path, n, plainInt32, math.MinInt32).values
	out := make([]int64, len(narrow))
	for i, v := range narrow {
		if out[i] = int64(v); v == math.MinInt32 {
			out[i] = null
		}
	}
	return out
}

func (g *group) doubles(path string, n int, null float64) []float64 {
	if g.kind(path).kind == format.Float {
		return take(g, path, n, plainFloat, null).values
	}
	return take(g, path, n, plainDouble, null).values
}

// instants decodes the times, in milliseconds. What is finer is cut, towards the past.
func (g *group) instants(n int) []int64 {
	at := take(g, "time", n, plainInt64, math.MinInt64).values
	per := int64(1)
	switch l := g.kind("time").logical; {
	case strings.HasPrefix(l, "timestamp micros"):
		per = 1000
	case strings.HasPrefix(l, "timestamp nanos"):
		per = 1_000_000
	}
	if per > 1 {
		for i, v := range at {
			q := v / per
			if v%per < 0 {
				q--
			}
			at[i] = q
		}
	}
	return at
}

// points decodes the geometry column; what is no point becomes NaN.
func (g *group) points(n int) (lon, lat []float64) {
	lon, lat = make([]float64, n), make([]float64, n)
	for i, b := range take(g, "geometry", n, plainText, "").values {
		x, y, ok := getPoint(b)
		if !ok {
			x, y = math.NaN(), math.NaN()
		}
		lon[i], lat[i] = x, y
	}
	return lon, lat
}

// checkFile holds the columns of a file of others to those that can be read.
func checkFile(have []leaf) error {
	numbers := []format.Type{format.Int32, format.Int64}
	floats := []format.Type{format.Double, format.Float}
	known := columns()
	seen := map[string]bool{}
	for _, l := range have {
		if top, _, _ := strings.Cut(l.path, "."); top == "bbox" {
			continue
		}
		i := slices.IndexFunc(known, func(k leaf) bool { return k.path == l.path })
		if i < 0 || seen[l.path] {
			return &ColumnError{Column: l.path, Problem: Extra}
		}
		seen[l.path] = true
		k := known[i]
		ok := l.maxRep == k.maxRep && (l.maxRep > 0 && l.maxDef >= 1 && l.maxDef <= 3 || l.maxDef <= 1)
		switch {
		case k.path == "time":
			ok = ok && l.kind == format.Int64 && strings.HasPrefix(l.logical, "timestamp") && strings.HasSuffix(l.logical, " utc")
		case k.path == "id":
			ok = ok && (l.kind == format.ByteArray || slices.Contains(numbers, l.kind))
		case k.kind == format.Double:
			ok = ok && slices.Contains(floats, l.kind)
		case k.kind == format.Int32 || k.kind == format.Int64:
			ok = ok && slices.Contains(numbers, l.kind) && !strings.HasPrefix(l.logical, "timestamp")
		default:
			ok = ok && l.kind == k.kind && (k.kind != format.FixedLenByteArray || l.size == k.size)
		}
		if !ok {
			return &ColumnError{Column: l.path, Problem: WrongType, Detail: l.typeText() + ", not " + k.typeText()}
		}
	}
	for _, path := range []string{"id", "plate", "time"} {
		if !seen[path] {
			return &ColumnError{Column: path, Problem: Missing}
		}
	}
	if seen["lon"] != seen["lat"] || !seen["lon"] && !seen["geometry"] {
		return &ColumnError{Column: "lon and lat, or geometry,", Problem: Missing}
	}
	if photos := seen["photos.list.element.kind"]; photos != seen["photos.list.element.sha256"] || photos != seen["photos.list.element.bytes"] {
		return &ColumnError{Column: "photos.list.element", Problem: Missing, Detail: "kind, sha256 and bytes belong together"}
	}
	return nil
}
