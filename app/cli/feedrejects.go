package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
)

// rejectsFile is a CSV file of what was not taken. It gets its name when it is done; without
// rejects there is none.
type rejectsFile struct {
	mu   sync.Mutex
	path string
	rows int64
	file *os.File
	out  *csv.Writer
}

// add writes one; line and text are of what is no read, id of a read that a lane does not
// take. It may be called concurrently.
func (r *rejectsFile) add(name string, line int64, id, reason, text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		// One that was left goes; a link is not followed.
		if err := os.Remove(r.path + ".tmp"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("rejects file: %w", err)
		}
		f, err := os.OpenFile(r.path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
		r.file, r.out = f, csv.NewWriter(f)
		if err := r.out.Write([]string{"file", "line", "id", "reason", "text"}); err != nil {
			return fmt.Errorf("rejects file: %w", err)
		}
	}
	r.rows++
	number := ""
	if line > 0 {
		number = strconv.FormatInt(line, 10)
	}
	return r.out.Write([]string{plainCell(name), number, plainCell(id), plainCell(reason), plainCell(text)})
}

// plainCell keeps a spreadsheet from running a rejected text as a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (r *rejectsFile) close() error {
	if r.file == nil {
		return nil
	}
	r.out.Flush()
	err := errors.Join(r.out.Error(), r.file.Sync(), r.file.Close())
	if err == nil {
		err = os.Rename(r.path+".tmp", r.path)
	}
	if err != nil {
		return fmt.Errorf("rejects file: %w", err)
	}
	return nil
}
