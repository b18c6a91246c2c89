package publish

import (
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
	"cordon/engine/internal/detcsv"
)

// FileReject is a line of a CSV file or a row of a GeoParquet file that is no read.
type FileReject struct {
	Line   int64 // of a CSV file from 1, the header being 1; of a GeoParquet file the row, from 1
	Reason string
}

// OpenFile opens a detection file: the standard CSV, plain or gzip, or GeoParquet with the
// standard columns, told apart by their first bytes. What cannot be a read goes to reject,
// whose error ends the reading. The caller closes the file when the reads are taken. Errors
// are a *detection.FieldError, a *segment.ColumnError, or match feed.ErrInvalid.
func OpenFile(path string, reject func(FileReject) error) (iter.Seq2[*feed.Read, error], io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	reads, closer, err := openFile(f, reject)
	if err != nil {
		_ = f.Close() // only read
		return nil, nil, err
	}
	return reads, closer, nil
}

func openFile(f *os.File, reject func(FileReject) error) (iter.Seq2[*feed.Read, error], io.Closer, error) {
	var magic [4]byte
	if n, err := f.ReadAt(magic[:], 0); err == nil && n == 4 && string(magic[:]) == "PAR1" {
		info, err := f.Stat()
		if err != nil {
			return nil, nil, err
		}
		file, err := segment.ReadFile(f, info.Size())
		if err != nil {
			return nil, nil, err
		}
		rows := file.Rows(func(row int64, reason string) error { return reject(FileReject{row, reason}) })
		return rows, closers{closer(file.Close), f}, nil
	}
	r, err := detcsv.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	rows := r.Rows(func(x detcsv.Reject) error { return reject(FileReject{x.Line, x.Reason}) })
	return func(yield func(*feed.Read, error) bool) {
		for d, err := range rows {
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", r.Line(), err))
				return
			}
			if !yield(&feed.Read{Detection: d, Passes: 1}, nil) {
				return
			}
		}
	}, f, nil
}

type closer func()

func (c closer) Close() error { c(); return nil }

type closers []io.Closer

func (c closers) Close() error {
	for _, x := range c[:len(c)-1] {
		_ = x.Close() // gives memory back
	}
	return c[len(c)-1].Close()
}

// PhotoFolder finds the bytes of photos in a folder: DIR/SHA256.jpg, or as in a feed
// DIR/ab/SHA256.jpg.
func PhotoFolder(dir string, p feed.Picture) ([]byte, error) {
	sum := p.SHA256.String()
	data, err := readUpTo(filepath.Join(dir, sum+".jpg"), p.Bytes+1)
	if os.IsNotExist(err) {
		data, err = readUpTo(filepath.Join(dir, sum[:2], sum+".jpg"), p.Bytes+1)
	}
	return data, err
}

func readUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
