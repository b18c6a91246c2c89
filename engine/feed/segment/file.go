package segment

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"cordon/engine/feed"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
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
