package publish

import (
	"io"
	"os"
	"path/filepath"

	"cordon/engine/feed"
)

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
