package pmtiles

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type key struct {
	z    uint8
	x, y uint32
}

// hilbertWalk numbers the tiles of a zoom by walking the curve with an L-system: an oracle that shares
// nothing with the arithmetic of TileID.
func hilbertWalk(z uint8) []key {
	x, y, dx, dy := 0, 0, 1, 0
	out := []key{{z, 0, 0}}
	var rec func(order int, left bool)
	turn := func(left bool) {
		if left {
			dx, dy = -dy, dx
		} else {
			dx, dy = dy, -dx
		}
	}
	forward := func() { x += dx; y += dy; out = append(out, key{z, uint32(x), uint32(y)}) }
	rec = func(order int, left bool) {
		if order == 0 {
			return
		}
		turn(left)
		rec(order-1, !left)
		forward()
		turn(!left)
		rec(order-1, left)
		forward()
		rec(order-1, left)
		turn(!left)
		forward()
		rec(order-1, !left)
		turn(left)
	}
	rec(int(z), true)
	return out
}

func TestTileIDKnownValues(t *testing.T) {
	// From the specification.
	for k, want := range map[key]uint64{
		{0, 0, 0}: 0, {1, 0, 0}: 1, {1, 0, 1}: 2, {1, 1, 1}: 3, {1, 1, 0}: 4, {2, 0, 0}: 5, {12, 3423, 1763}: 19078479,
	} {
		if got := TileID(k.z, k.x, k.y); got != want {
			t.Errorf("TileID(%v) = %d, want %d", k, got, want)
		}
	}
}

func TestTileIDIsOneConnectedWalk(t *testing.T) {
	for z := uint8(1); z <= 7; z++ {
		base := (uint64(1)<<(2*z) - 1) / 3
		at := make([]key, 1<<(2*z))
		seen := make([]bool, len(at))
		for x := range uint32(1) << z {
			for y := range uint32(1) << z {
				i := TileID(z, x, y) - base
				if i >= uint64(len(at)) || seen[i] {
					t.Fatalf("zoom %d: id of %d/%d is out of range or taken", z, x, y)
				}
				at[i], seen[i] = key{z, x, y}, true
			}
		}
		for i := 1; i < len(at); i++ {
			d := abs(int(at[i].x)-int(at[i-1].x)) + abs(int(at[i].y)-int(at[i-1].y))
			if d != 1 {
				t.Fatalf("zoom %d: step %d jumps from %v to %v", z, i, at[i-1], at[i])
			}
		}
		if walk := hilbertWalk(z); !slices.Equal(walk, at) {
			t.Fatalf("zoom %d: not the Hilbert curve of the L-system", z)
		}
	}
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}

// write is an independent writer: it puts every tile into leaf directories of leaf entries each, or, with
// leaf 0, all into the root.
func write(tiles map[key][]byte, leaf int, compress bool) []byte {
	type item struct {
		id uint64
		b  []byte
	}
	var items []item
	for k, b := range tiles {
		items = append(items, item{TileID(k.z, k.x, k.y), b})
	}
	slices.SortFunc(items, func(a, b item) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	var data []byte
	var es []entry
	for _, it := range items {
		es = append(es, entry{id: it.id, offset: uint64(len(data)), length: uint32(len(it.b)), run: 1})
		data = append(data, it.b...)
	}
	pack := func(b []byte) []byte {
		if !compress {
			return b
		}
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
		return out.Bytes()
	}
	encode := func(es []entry) []byte {
		b := binary.AppendUvarint(nil, uint64(len(es)))
		var last uint64
		for _, e := range es {
			b = binary.AppendUvarint(b, e.id-last)
			last = e.id
		}
		for _, e := range es {
			b = binary.AppendUvarint(b, uint64(e.run))
		}
		for _, e := range es {
			b = binary.AppendUvarint(b, uint64(e.length))
		}
		for _, e := range es {
			b = binary.AppendUvarint(b, e.offset+1)
		}
		return pack(b)
	}
	var leaves []byte
	rootEntries := es
	if leaf > 0 {
		rootEntries = nil
		for c := range slices.Chunk(es, leaf) {
			d := encode(c)
			rootEntries = append(rootEntries, entry{id: c[0].id, offset: uint64(len(leaves)), length: uint32(len(d))})
			leaves = append(leaves, d...)
		}
	}
	root := encode(rootEntries)
	h := make([]byte, headerSize)
	copy(h, "PMTiles\x03")
	rootEnd := uint64(headerSize + len(root))
	dataAt := rootEnd + uint64(len(leaves))
	for i, v := range []uint64{
		headerSize, uint64(len(root)), rootEnd, 0, rootEnd, uint64(len(leaves)), dataAt, uint64(len(data)),
		uint64(len(items)), uint64(len(items)), uint64(len(items)),
	} {
		binary.LittleEndian.PutUint64(h[8+8*i:], v)
	}
	h[97], h[98], h[99], h[101] = plain, plain, vectorTiles, 14
	if compress {
		h[97] = gzipped
	}
	return slices.Concat(h, root, leaves, data)
}

func TestReadsWhatIndependentWriterWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tiles := map[key][]byte{}
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			z := uint8(rapid.IntRange(0, 14).Draw(t, "z"))
			x := uint32(rapid.IntRange(0, 1<<z-1).Draw(t, "x"))
			y := uint32(rapid.IntRange(0, 1<<z-1).Draw(t, "y"))
			tiles[key{z, x, y}] = rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "b")
		}
		b := write(tiles, rapid.IntRange(0, 7).Draw(t, "leaf"), rapid.Bool().Draw(t, "gzip"))
		a, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range tiles {
			got, err := a.Tile(k.z, k.x, k.y)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("tile %v: %x, %v, want %x", k, got, err, want)
			}
		}
		miss := key{15, 3, 4}
		if _, err := a.Tile(miss.z, miss.x, miss.y); !errors.Is(err, ErrNotFound) {
			t.Fatalf("missing tile: %v", err)
		}
	})
}

func TestRefusesBadArchives(t *testing.T) {
	good := write(map[key][]byte{{1, 0, 0}: []byte("a"), {1, 1, 1}: []byte("b")}, 1, true)
	le := binary.LittleEndian
	for name, spoil := range map[string]func(b []byte) []byte{
		"short":                 func(b []byte) []byte { return b[:100] },
		"other magic":           func(b []byte) []byte { b[0] = 'X'; return b },
		"version 2":             func(b []byte) []byte { b[7] = 2; return b },
		"root beyond the file":  func(b []byte) []byte { le.PutUint64(b[8:], 1<<40); return b },
		"section length wraps":  func(b []byte) []byte { le.PutUint64(b[64:], ^uint64(0)); return b },
		"zooms reversed":        func(b []byte) []byte { b[100] = 15; return b },
		"broken root directory": func(b []byte) []byte { b[headerSize+4] ^= 0xff; b[headerSize] ^= 0xff; return b },
	} {
		b := spoil(bytes.Clone(good))
		if _, err := Open(bytes.NewReader(b), int64(len(b))); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	png := bytes.Clone(good)
	png[99] = 2
	if _, err := Open(bytes.NewReader(png), int64(len(png))); !errors.Is(err, ErrUnsupported) {
		t.Errorf("raster tiles: %v", err)
	}
}

func TestDirectoryBombIsRefused(t *testing.T) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(make([]byte, maxDirPlain+2))
	_ = w.Close()
	if _, err := gunzip(out.Bytes()); !errors.Is(err, ErrMalformed) {
		t.Fatal(err)
	}
	if _, err := decodeDir(binary.AppendUvarint(nil, 1<<40)); !errors.Is(err, ErrMalformed) {
		t.Fatal(err)
	}
}

func TestLeafLoopEnds(t *testing.T) {
	// A leaf that names itself.
	leaf := []byte{1, 0, 0, 6, 1}
	b := write(map[key][]byte{{0, 0, 0}: []byte("x")}, 1, false)
	copy(b[len(b)-1-len(leaf):], leaf)
	a, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Tile(0, 0, 0); !errors.Is(err, ErrMalformed) {
		t.Fatal(err)
	}
}

func TestTileOutsideOfItsSectionIsRefused(t *testing.T) {
	good := write(map[key][]byte{{0, 0, 0}: []byte("tile")}, 0, false)
	b := bytes.Clone(good)
	binary.LittleEndian.PutUint64(b[64:], 3) // the data section ends before the tile does
	a, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := a.Tile(0, 0, 0); !errors.Is(err, ErrMalformed) {
		t.Fatalf("%q, %v", d, err)
	}
}

func TestEmbeddedArchive(t *testing.T) {
	f, err := os.Open("../../../assets/basemap/delaware.pmtiles")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(f, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	if a.Header.MaxZoom != 14 || a.Header.West > -75.7 || a.Header.East < -75.1 {
		t.Fatalf("%+v", a.Header)
	}
	var n uint64
	for _, e := range a.root {
		n += uint64(e.run)
	}
	if n != a.Header.Tiles || n < 2000 {
		t.Fatalf("%d tiles in the directory, %d in the header", n, a.Header.Tiles)
	}
	b, err := a.Tile(14, 4753, 6214) // Wilmington
	if err != nil || len(b) < 1000 {
		t.Fatalf("Wilmington: %d bytes, %v", len(b), err)
	}
}

func FuzzOpen(f *testing.F) {
	tiles := map[key][]byte{{1, 0, 0}: []byte("a"), {1, 1, 1}: []byte("b"), {3, 2, 5}: []byte("cc")}
	f.Add(write(tiles, 0, false))
	f.Add(write(tiles, 2, false))
	f.Add(write(tiles, 1, true))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for k := range tiles {
			if d, err := a.Tile(k.z, k.x, k.y); err == nil && len(d) > len(b) {
				t.Fatalf("a tile of %d bytes out of %d", len(d), len(b))
			}
		}
	})
}
