//go:build linux

package torture

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// copyStore copies the files of a store that stands still; holes stay holes.
func copyStore(from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	files, err := readStore(from)
	for name, f := range files {
		path := filepath.Join(to, name)
		err = errors.Join(err, os.WriteFile(path, f.data, 0o600), os.Truncate(path, f.size))
	}
	return err
}

// savedFile is a file without the zeros at its end.
type savedFile struct {
	data []byte
	size int64
}

func readStore(dir string) (map[string]savedFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string]savedFile{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files[e.Name()] = savedFile{slices.Clone(bytes.TrimRight(data, "\x00")), int64(len(data))}
	}
	return files, nil
}
