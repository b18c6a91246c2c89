package basemap

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/goregular"
)

const assets = "../../assets/basemap/"

// wilmington is the tile of zoom 14 that holds the middle of Wilmington, dense the one with the most data.
var (
	wilmington = TileID{14, 4753, 6218}
	dense      = TileID{14, 4744, 6221}
)

func readAsset(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(assets + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func testSource(t testing.TB) Source {
	t.Helper()
	b := readAsset(t, "delaware.pmtiles")
	s, err := OpenPMTiles(bytes.NewReader(b), int64(len(b)), "© OpenStreetMap contributors")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testRenderer(t testing.TB) *Renderer {
	t.Helper()
	return newRenderer(t, testSource(t))
}

func newRenderer(t testing.TB, s Source) *Renderer {
	t.Helper()
	r, err := New(Config{
		Source: s, Outlines: bytes.NewReader(readAsset(t, "outlines.mvt.gz")),
		Fonts: Fonts{Regular: goregular.TTF, Medium: gomedium.TTF, SemiBold: gobold.TTF},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fakeSource gives the same answer for every tile.
type fakeSource struct {
	Source
	tile func(context.Context, TileID) ([]byte, error)
}

func (f fakeSource) Tile(ctx context.Context, id TileID) ([]byte, error) { return f.tile(ctx, id) }

// encode makes a tile of one feature.
func encode(t testing.TB, extent uint32, layer string, props map[string]any, g orb.Geometry) []byte {
	t.Helper()
	f := geojson.NewFeature(g)
	f.Properties = props
	b, err := mvt.Marshal(mvt.Layers{{Name: layer, Version: 2, Extent: extent, Features: []*geojson.Feature{f}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
