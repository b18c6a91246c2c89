package intake

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"

	"cordon/engine/feed/segment"
)

// OpenFile opens a file in any format that Open reads, or GeoParquet with the columns of a
// segment. The caller closes the closer when the reads are taken. Errors are those of Open, or
// a *segment.ColumnError.
func OpenFile(ctx context.Context, path string, o Options) (*Source, io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	s, closer, err := openFile(ctx, path, f, o)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return s, closer, nil
}

func openFile(ctx context.Context, path string, f *os.File, o Options) (*Source, io.Closer, error) {
	var magic [4]byte
	if n, err := f.ReadAt(magic[:], 0); err != nil || n != 4 || string(magic[:]) != parquetMagic {
		s, err := Open(ctx, path, f, o)
		return s, f, err
	}
	if o.Format != FormatAuto && o.Format != FormatGeoParquet {
		return nil, nil, errNotThat(o.Format, FormatGeoParquet)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	file, err := segment.ReadFile(f, info.Size())
	if err != nil {
		return nil, nil, err
	}
	s, err := newSource(ctx, o)
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	s.report.Format = FormatGeoParquet
	s.drafts = rowDrafts(file, &s.report)
	return s, closers{file, f}, nil
}

type closers struct {
	file *segment.File
	f    *os.File
}

func (c closers) Close() error {
	c.file.Close()
	return c.f.Close()
}

// rowDrafts gives the rows of a GeoParquet file, which are reads already. They are placed,
// checked, normalised and collapsed like all others; what their pictures are stays as it is,
// and the pictures' bytes do not pass through.
func rowDrafts(file *segment.File, report *Report) iter.Seq2[draft, error] {
	return func(yield func(draft, error) bool) {
		enough := errors.New("the caller has enough")
		reject := func(row int64, reason string) error {
			report.Items++
			if !yield(draft{item: row}, rejectf("%s", reason)) {
				return enough
			}
			return nil
		}
		for r, err := range file.Rows(reject) {
			if errors.Is(err, enough) {
				return
			}
			if err != nil {
				yield(draft{item: report.Items}, err)
				return
			}
			report.Items++
			whole := *r
			if !yield(draft{item: report.Items, whole: &whole, raw: []byte(r.ID + "," + r.Plate)}, nil) {
				return
			}
		}
	}
}
