package engine

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"cordon/engine/internal/detcsv"
)

// rejectsFile is written beside the import and appears under its name when the import is
// done; without rejects there is none.
type rejectsFile struct {
	path string // empty: lines are only counted
	n    int64
	file *os.File
	buf  *bufio.Writer
	out  *csv.Writer
}

func (r *rejectsFile) add(x detcsv.Reject) error {
	r.n++
	if r.path == "" {
		return nil
	}
	if r.file == nil {
		// One that an interrupted import left goes; a link is not followed.
		if err := os.Remove(r.path + ".tmp"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("rejects file: %w", err)
		}
		f, err := os.OpenFile(r.path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
		r.file, r.buf = f, bufio.NewWriter(f)
		r.out = csv.NewWriter(r.buf)
		if err := r.out.Write([]string{"line", "reason", "text"}); err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
	}
	if err := r.out.Write([]string{strconv.FormatInt(x.Line, 10), x.Reason, plainCell(x.Raw)}); err != nil {
		return fmt.Errorf("rejects file: %w", err)
	}
	return nil
}

// plainCell keeps a spreadsheet from running a rejected line as a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// finish makes the file durable and gives it its name; empty without rejects.
func (r *rejectsFile) finish() (string, error) {
	if r.file == nil {
		return "", nil
	}
	r.out.Flush()
	err := errors.Join(r.out.Error(), r.buf.Flush(), r.file.Sync(), r.file.Close())
	r.file = nil
	if err != nil {
		return "", errors.Join(err, os.Remove(r.path+".tmp"))
	}
	return r.path, os.Rename(r.path+".tmp", r.path)
}

// drop removes what is unfinished.
func (r *rejectsFile) drop() {
	if r.file != nil {
		_ = r.file.Close() // it is thrown away
		_ = os.Remove(r.path + ".tmp")
	}
}
