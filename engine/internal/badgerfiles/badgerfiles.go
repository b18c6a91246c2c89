// Package badgerfiles looks at the files of a Badger 4 database before Badger opens them, as
// Badger ends the process on a damaged table and deletes the tables that a damaged MANIFEST
// does not list.
//
// Entry point: [Check]. It only reads; the caller holds the database's lock. No state.
package badgerfiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
)

// Damage is a file that Badger must not be let near.
type Damage struct{ File, Problem string }

func (d *Damage) Error() string { return d.File + ": " + d.Problem }

const manifest = "MANIFEST"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Check returns a *Damage when Badger must not open the database in dir, which may be empty
// or missing. What a kill leaves passes: a last record of the MANIFEST that is cut short,
// and tables which it does not list yet.
func Check(dir string) error {
	listed, cut, err := readManifest(dir)
	if err != nil {
		return err
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return err
	}
	var leftovers int
	for _, path := range tables {
		name := filepath.Base(path)
		if !listed[name] {
			leftovers++ // Badger deletes it
			continue
		}
		data, err := os.ReadFile(path) // tables hold keys and small values: at most a few MiB
		if err != nil {
			return err
		}
		if problem := checkTable(data); problem != "" {
			return &Damage{name, problem}
		}
	}
	// An open database has a memory table on disk, so a kill leaves one too. Without it, the
	// database was closed, and its MANIFEST was whole and listed every table.
	if open, _ := filepath.Glob(filepath.Join(dir, "*.mem")); leftovers > 0 && len(open) == 0 && (cut || len(listed) == 0) {
		return &Damage{manifest, fmt.Sprintf("it ends early and leaves out %d data files; nothing was changed", leftovers)}
	}
	return nil
}

// readManifest returns the names of the tables that the MANIFEST lists, and whether its last
// record is cut short.
func readManifest(dir string) (listed map[string]bool, cut bool, err error) {
	f, err := os.Open(filepath.Join(dir, manifest))
	if errors.Is(err, fs.ErrNotExist) {
		for _, pattern := range []string{"*.sst", "*.vlog", "*.mem"} {
			if files, _ := filepath.Glob(filepath.Join(dir, pattern)); len(files) > 0 {
				return nil, false, &Damage{manifest, fmt.Sprintf("it is missing, but %d data files exist; nothing was changed", len(files))}
			}
		}
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	m, end, err := badger.ReplayManifestFile(f, 0, badger.DefaultOptions(dir).WithLogger(nil))
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		return nil, false, err
	}
	if err != nil {
		return nil, false, &Damage{manifest, "it does not read back (" + err.Error() + "); nothing was changed"}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if info.Size()-end > 1<<10 { // more than one record
		return nil, false, &Damage{manifest, "a record is damaged; nothing was changed"}
	}
	listed = map[string]bool{}
	for id := range m.Tables {
		listed[fmt.Sprintf("%06d.sst", id)] = true
	}
	return listed, end < info.Size(), nil
}

// checkTable checks the sums of a table: blocks, index, checksum of the index.
func checkTable(data []byte) (problem string) {
	defer func() {
		if recover() != nil { // the index is read through offsets it holds itself
			problem = "its index does not read back"
		}
	}()
	body, sum, ok := cutSum(data)
	if !ok || len(body) < 4 {
		return "its end does not read back"
	}
	size := int(binary.BigEndian.Uint32(body[len(body)-4:]))
	if size <= 0 || size > len(body)-4 {
		return "its end does not read back"
	}
	index := body[len(body)-4-size : len(body)-4]
	if uint64(crc32.Checksum(index, castagnoli)) != sum {
		return "its index is damaged"
	}
	root := fb.GetRootAsTableIndex(index, 0)
	var at fb.BlockOffset
	for i := range root.OffsetsLength() {
		if !root.Offsets(&at, i) {
			return "its index does not read back"
		}
		from, to := uint64(at.Offset()), uint64(at.Offset())+uint64(at.Len())
		if to > uint64(len(body)-4-size) {
			return "a block lies outside of it"
		}
		block, sum, ok := cutSum(data[from:to])
		if !ok || uint64(crc32.Checksum(block, castagnoli)) != sum {
			return "a block of it is damaged"
		}
	}
	return ""
}

// cutSum splits data into what a checksum covers and the checksum: a protobuf message
// {1: algorithm (0: CRC-32C), 2: sum} and its length come last.
func cutSum(data []byte) (body []byte, sum uint64, ok bool) {
	if len(data) < 4 {
		return nil, 0, false
	}
	size := int(binary.BigEndian.Uint32(data[len(data)-4:]))
	if size < 0 || size > 32 || size > len(data)-4 {
		return nil, 0, false
	}
	msg := data[len(data)-4-size : len(data)-4]
	for len(msg) > 0 {
		field, n := binary.Uvarint(msg)
		if n <= 0 {
			return nil, 0, false
		}
		value, k := binary.Uvarint(msg[n:])
		if k <= 0 || field == 1<<3 && value != 0 {
			return nil, 0, false
		}
		if field == 2<<3 {
			sum = value
		}
		msg = msg[n+k:]
	}
	return data[:len(data)-4-size], sum, true
}
