package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

// Folder is a Memory in a folder outside the bucket: a small file a lane. Several processes
// may use it.
type Folder string

func (f Folder) path(lane feed.Lane) string { return filepath.Join(string(f), lane.String()+".json") }

// Load returns what was saved last, or nothing seen. Errors match feed.ErrInvalid or are the
// system's.
func (f Folder) Load(lane feed.Lane) (manifest.Seen, error) {
	data, err := os.ReadFile(f.path(lane))
	if errors.Is(err, fs.ErrNotExist) {
		return manifest.Seen{}, nil
	}
	var seen manifest.Seen
	if err == nil {
		err = json.Unmarshal(data, &seen)
	}
	if err != nil {
		return seen, fmt.Errorf("%w: %s, which remembers the lane %s: %w", feed.ErrInvalid, f.path(lane), lane, err)
	}
	return seen, nil
}

// Save keeps seen durably. Of two processes at once one wins: what is remembered is then a
// little older.
func (f Folder) Save(lane feed.Lane, seen manifest.Seen) error {
	data, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(string(f), ".seen-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), f.path(lane))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
