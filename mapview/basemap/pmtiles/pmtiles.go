// Package pmtiles reads PMTiles v3 archives: map tiles in one file, found through a directory along a Hilbert curve.
//
// Entry points: [Open] and [Archive.Tile]. An archive is read through an io.ReaderAt, so that it may be embedded
// in the program or lie on disk; nothing is kept but the root directory and the last leaf directories.
//
// The file is hostile input: every offset and size in it is checked against the file's size, directories and
// their decompressed sizes are bounded, and every fault is an error that wraps [ErrMalformed]. An Archive is safe
// for concurrent use if its reader is.
//
// Specification: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
package pmtiles

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

var (
	// ErrMalformed is returned when the file is no sound PMTiles v3 archive.
	ErrMalformed = errors.New("malformed PMTiles archive")
	// ErrNotFound is returned when the archive holds no such tile.
	ErrNotFound = errors.New("tile is not in the archive")
	// ErrUnsupported is returned when the archive is sound but its tiles are no gzip or plain vector tiles.
	ErrUnsupported = errors.New("unsupported PMTiles archive")
)

const (
	headerSize = 127
	// maxDir bounds a compressed directory. The specification allows 16 KiB for the root; leaves are larger.
	maxDir = 4 << 20
	// maxDirPlain bounds a decompressed directory.
	maxDirPlain = 16 << 20
	// maxTile bounds a stored tile.
	maxTile = 8 << 20
	// maxDepth is how many directories may follow each other, as the specification says.
	maxDepth = 4
	// maxZoom is the largest zoom whose tile ids fit 64 bits with 32-bit columns.
	maxZoom = 30
	// maxLeaves is how many leaf directories are kept decoded.
	maxLeaves = 16
)

// Compression of directories and tiles, numbered as in the file.
const (
	plain       = 1
	gzipped     = 2
	vectorTiles = 1
)

// Header is what the archive says about itself. Bounds are degrees.
type Header struct {
	MinZoom, MaxZoom         uint8
	West, South, East, North float64
	Tiles                    uint64 // addressed tiles, 0 if unknown
}

// Archive is an open archive.
type Archive struct {
	Header Header

	r        io.ReaderAt
	size     uint64
	dirComp  uint8
	leaves   section
	data     section
	root     []entry
	mu       sync.Mutex
	leafs    map[uint64][]entry // by offset within the leaf section, guarded by mu
	leafAges []uint64           // offsets in the order of loading, guarded by mu
}

type section struct{ offset, length uint64 }

// Open reads the header and the root directory of an archive of size bytes.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	if size < headerSize {
		return nil, fmt.Errorf("%w: %d bytes are too few for the header", ErrMalformed, size)
	}
	h := make([]byte, headerSize)
	if _, err := r.ReadAt(h, 0); err != nil {
		return nil, fmt.Errorf("pmtiles: read header: %w", err)
	}
	if string(h[:7]) != "PMTiles" || h[7] != 3 {
		return nil, fmt.Errorf("%w: it does not start with PMTiles version 3", ErrMalformed)
	}
	le := binary.LittleEndian
	sec := func(at int) section { return section{le.Uint64(h[at:]), le.Uint64(h[at+8:])} }
	a := &Archive{
		r: r, size: uint64(size), dirComp: h[97], leaves: sec(40), data: sec(56),
		leafs: map[uint64][]entry{},
	}
	root := sec(8)
	for _, s := range []section{root, sec(24), a.leaves, a.data} {
		if s.offset > a.size || s.length > a.size-s.offset {
			return nil, fmt.Errorf("%w: a section of %d bytes at %d leaves the file of %d bytes",
				ErrMalformed, s.length, s.offset, size)
		}
	}
	deg := func(at int) float64 { return float64(int32(le.Uint32(h[at:]))) / 1e7 }
	a.Header = Header{
		MinZoom: h[100], MaxZoom: h[101], West: deg(102), South: deg(106), East: deg(110), North: deg(114),
		Tiles: le.Uint64(h[72:]),
	}
	if a.Header.MaxZoom > maxZoom || a.Header.MinZoom > a.Header.MaxZoom {
		return nil, fmt.Errorf("%w: zooms %d to %d", ErrMalformed, a.Header.MinZoom, a.Header.MaxZoom)
	}
	if (h[97] != plain && h[97] != gzipped) || h[98] > gzipped || h[99] != vectorTiles {
		return nil, fmt.Errorf("%w: directory compression %d, tile compression %d, tile type %d",
			ErrUnsupported, h[97], h[98], h[99])
	}
	var err error
	a.root, err = a.readDir(root)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Tile returns the stored bytes of a tile, gzip-compressed or plain. They belong to the caller.
func (a *Archive) Tile(z uint8, x, y uint32) ([]byte, error) {
	if z > maxZoom || x >= 1<<z || y >= 1<<z {
		return nil, fmt.Errorf("%w: %d/%d/%d is outside of the world", ErrNotFound, z, x, y)
	}
	id := TileID(z, x, y)
	dir := a.root
	for range maxDepth {
		e, ok := find(dir, id)
		if !ok {
			return nil, ErrNotFound
		}
		if e.run > 0 {
			if e.length > maxTile {
				return nil, fmt.Errorf("%w: tile of %d bytes", ErrMalformed, e.length)
			}
			return a.read(a.data, e.offset, uint64(e.length))
		}
		var err error
		if dir, err = a.leaf(e.offset, uint64(e.length)); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: directories nest deeper than %d", ErrMalformed, maxDepth)
}

// read returns length bytes at offset within a section.
func (a *Archive) read(s section, offset, length uint64) ([]byte, error) {
	if offset > s.length || length > s.length-offset {
		return nil, fmt.Errorf("%w: %d bytes at %d leave their section of %d bytes",
			ErrMalformed, length, offset, s.length)
	}
	b := make([]byte, length)
	if _, err := a.r.ReadAt(b, int64(s.offset+offset)); err != nil {
		return nil, fmt.Errorf("pmtiles: read: %w", err)
	}
	return b, nil
}

// leaf returns a leaf directory; the last few are kept.
func (a *Archive) leaf(offset, length uint64) ([]entry, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d, ok := a.leafs[offset]; ok {
		return d, nil
	}
	if offset > a.leaves.length || length > a.leaves.length-offset {
		return nil, fmt.Errorf("%w: a leaf directory of %d bytes at %d leaves its section", ErrMalformed, length, offset)
	}
	d, err := a.readDir(section{a.leaves.offset + offset, length})
	if err != nil {
		return nil, err
	}
	if len(a.leafAges) == maxLeaves {
		delete(a.leafs, a.leafAges[0])
		a.leafAges = a.leafAges[1:]
	}
	a.leafs[offset] = d
	a.leafAges = append(a.leafAges, offset)
	return d, nil
}

func (a *Archive) readDir(s section) ([]entry, error) {
	if s.length > maxDir {
		return nil, fmt.Errorf("%w: directory of %d bytes", ErrMalformed, s.length)
	}
	b, err := a.read(s, 0, s.length)
	if err != nil {
		return nil, err
	}
	if a.dirComp == gzipped {
		if b, err = gunzip(b); err != nil {
			return nil, err
		}
	}
	return decodeDir(b)
}

func gunzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: directory: %w", ErrMalformed, err)
	}
	out, err := io.ReadAll(io.LimitReader(z, maxDirPlain+1))
	if err != nil {
		return nil, fmt.Errorf("%w: directory: %w", ErrMalformed, err)
	}
	if len(out) > maxDirPlain {
		return nil, fmt.Errorf("%w: directory is larger than %d bytes", ErrMalformed, maxDirPlain)
	}
	return out, nil
}
