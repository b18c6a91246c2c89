package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxRoot is the most bytes that the header and the root directory of a PMTiles archive may take together.
const maxRoot = 16384

const headerSize = 127

// bounds of the Delaware extract, from the header of the OSM file: west, south, east, north in degrees.
var bounds = [4]float64{-75.78974, 38.45043, -74.96121, 40.03221}

type tileRow struct {
	id   uint64
	z    uint8
	data []byte
}

type entry struct {
	id, offset  uint64
	length, run uint32
}

// buildArchive writes the rows as a PMTiles v3 archive with one root directory, equal tiles stored once.
// Specification: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
func buildArchive(in io.Reader, out string) error {
	rows, err := readRows(in)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("no tiles on standard input")
	}
	minZ, maxZ := rows[0].z, rows[len(rows)-1].z
	var body bytes.Buffer
	var dir []entry
	seen := map[[32]byte]uint64{}
	for _, r := range rows {
		sum := sha256.Sum256(r.data)
		off, ok := seen[sum]
		if !ok {
			off = uint64(body.Len())
			seen[sum] = off
			body.Write(r.data)
		}
		if n := len(dir); n > 0 && dir[n-1].offset == off && dir[n-1].id+uint64(dir[n-1].run) == r.id {
			dir[n-1].run++
			continue
		}
		dir = append(dir, entry{id: r.id, offset: off, length: uint32(len(r.data)), run: 1})
	}
	root, err := gz(encodeDir(dir))
	if err != nil {
		return err
	}
	if headerSize+len(root) > maxRoot {
		return fmt.Errorf("root directory takes %d bytes: leaf directories are needed", len(root))
	}
	meta, err := json.Marshal(map[string]string{
		"name":        "Delaware streets",
		"description": "Vector tiles in the OpenMapTiles schema, made by assets/basemap/build.sh",
		"attribution": "© OpenStreetMap contributors",
		"type":        "baselayer",
	})
	if err != nil {
		return err
	}
	if meta, err = gz(meta); err != nil {
		return err
	}

	h := make([]byte, headerSize)
	copy(h, "PMTiles\x03")
	le := binary.LittleEndian
	metaAt := uint64(headerSize + len(root))
	dataAt := metaAt + uint64(len(meta))
	for i, v := range []uint64{
		headerSize, uint64(len(root)), metaAt, uint64(len(meta)), dataAt, 0, dataAt, uint64(body.Len()),
		uint64(len(rows)), uint64(len(dir)), uint64(len(seen)),
	} {
		le.PutUint64(h[8+8*i:], v)
	}
	h[96] = 0 // contents are not in the order of tile ids, as equal tiles share one place
	h[97], h[98], h[99] = 2, 2, 1
	h[100], h[101] = minZ, maxZ
	for i, d := range bounds {
		le.PutUint32(h[102+4*i:], uint32(int32(math.Round(d*1e7))))
	}
	h[118] = 9
	le.PutUint32(h[119:], uint32(int32(math.Round((bounds[0]+bounds[2])/2*1e7))))
	le.PutUint32(h[123:], uint32(int32(math.Round((bounds[1]+bounds[3])/2*1e7))))
	return os.WriteFile(out, slices.Concat(h, root, meta, body.Bytes()), 0o644)
}

func readRows(in io.Reader) ([]tileRow, error) {
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<24)
	var rows []tileRow
	for sc.Scan() {
		f := strings.Split(sc.Text(), "|")
		if len(f) != 4 {
			return nil, fmt.Errorf("row with %d fields", len(f))
		}
		var n [3]uint64
		for i := range n {
			v, err := strconv.ParseUint(f[i], 10, 32)
			if err != nil {
				return nil, err
			}
			n[i] = v
		}
		data, err := hex.DecodeString(f[3])
		if err != nil {
			return nil, err
		}
		raw, err := gunzip(data)
		if err != nil {
			return nil, err
		}
		if len(raw) == 0 {
			continue // a tile without features
		}
		// tilemaker compresses at the default level; the best one saves some per cent.
		if data, err = gz(raw); err != nil {
			return nil, err
		}
		z := uint8(n[0])
		y := 1<<z - 1 - n[2]
		rows = append(rows, tileRow{id: tileID(z, uint32(n[1]), uint32(y)), z: z, data: data})
	}
	slices.SortFunc(rows, func(a, b tileRow) int { return cmp.Compare(a.id, b.id) })
	return rows, sc.Err()
}

// tileID numbers the tiles zoom after zoom along the Hilbert curve, as PMTiles wants it.
func tileID(z uint8, x, y uint32) uint64 {
	id := (uint64(1)<<(2*z) - 1) / 3
	n := uint32(1) << z
	for s := n / 2; s > 0; s /= 2 {
		var rx, ry uint32
		if x&s > 0 {
			rx = 1
		}
		if y&s > 0 {
			ry = 1
		}
		id += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = n-1-x, n-1-y
			}
			x, y = y, x
		}
	}
	return id
}

func encodeDir(dir []entry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(dir)))
	var last uint64
	for _, e := range dir {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range dir {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range dir {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range dir {
		if i > 0 && e.offset == dir[i-1].offset+uint64(dir[i-1].length) {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, e.offset+1)
	}
	return b
}

func gz(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
