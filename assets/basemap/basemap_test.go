package basemap

import (
	"compress/gzip"
	"encoding/binary"
	"io"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
)

func TestTilesIsPMTilesArchive(t *testing.T) {
	r := Tiles()
	h := make([]byte, 127)
	if _, err := r.ReadAt(h, 0); err != nil {
		t.Fatal(err)
	}
	if string(h[:7]) != "PMTiles" || h[7] != 3 {
		t.Fatalf("header starts with %q", h[:8])
	}
	if h[101] != 14 {
		t.Errorf("largest zoom %d, want 14", h[101])
	}
	end := binary.LittleEndian.Uint64(h[56:]) + binary.LittleEndian.Uint64(h[64:])
	if end != uint64(r.Size()) {
		t.Errorf("tile data end at %d of %d bytes", end, r.Size())
	}
	if r.Size() > 10<<20 {
		t.Errorf("the archive has %d bytes, want at most 10 MiB", r.Size())
	}
}

func TestOutlinesHoldTheLayers(t *testing.T) {
	z, err := gzip.NewReader(Outlines())
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, l := range layers {
		got[l.Name] = len(l.Features)
	}
	for name, least := range map[string]int{
		"land110": 150, "land50": 200, "states": 50, "zone": 1, "coast": 1, "border110": 1, "border": 4, "label": 300,
	} {
		if got[name] < least {
			t.Errorf("layer %s has %d features, want at least %d", name, got[name], least)
		}
	}
}
