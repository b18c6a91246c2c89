package mvt

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	omvt "github.com/paulmach/orb/encoding/mvt"

	"cordon/mapview/basemap/pmtiles"
)

// TestRealTilesAsOracle decodes street tiles from all over Delaware and compares every feature.
func TestRealTilesAsOracle(t *testing.T) {
	b, err := os.ReadFile("../../../assets/basemap/delaware.pmtiles")
	if err != nil {
		t.Fatal(err)
	}
	a, err := pmtiles.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	tiles, features := 0, 0
	for x := uint32(4742); x <= 4780; x += 4 {
		for y := uint32(6209); y <= 6293; y += 3 {
			packed, err := a.Tile(14, x, y)
			if err != nil {
				continue // nothing there
			}
			z, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			want, err := omvt.Unmarshal(raw)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, raw, want)
			tiles++
			for _, l := range want {
				features += len(l.Features)
			}
		}
	}
	if tiles < 80 || features < 5000 {
		t.Fatalf("only %d tiles with %d features compared", tiles, features)
	}
}
