package basemap

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"cordon/mapview/viewport"
)

func at(t testing.TB, r *Renderer, s *Style, lon, lat float64, z uint8) color.RGBA {
	t.Helper()
	id := maptile.At(orb.Point{lon, lat}, maptile.Zoom(z))
	im, err := r.Render(context.Background(), TileID{z, id.X, id.Y}, s, 512, 1)
	if err != nil {
		t.Fatal(err)
	}
	f := maptile.Fraction(orb.Point{lon, lat}, maptile.Zoom(z))
	return im.RGBAAt(int((f[0]-float64(id.X))*512), int((f[1]-float64(id.Y))*512))
}

// TestSeaAndLand checks positions whose nature an atlas tells.
func TestSeaAndLand(t *testing.T) {
	r := testRenderer(t)
	for _, p := range []struct {
		name     string
		lon, lat float64
		from, to uint8
		water    bool
	}{
		{"Delaware Bay", -75.25, 39.13, 7, 16, true},
		{"Atlantic off Rehoboth", -75.00, 38.72, 6, 16, true},
		{"Delaware at Wilmington", -75.510, 39.715, 9, 16, true},
		{"Delaware at Philadelphia", -75.137, 39.925, 10, 12, true},
		{"Rehoboth Bay", -75.10, 38.66, 10, 15, true},
		{"Atlantic", -40, 30, 0, 8, true},
		{"Pacific at the antimeridian", 179.9, 30, 1, 6, true},
		{"field near Dover", -75.61, 39.12, 3, 12, false},
		{"New Jersey", -75.05, 39.65, 3, 14, false},
		{"Pennsylvania", -75.9, 40.1, 3, 14, false},
		{"Siberia", 110, 65, 1, 8, false},
		{"Antarctica", 30, -80, 1, 6, false},
	} {
		for z := p.from; z <= p.to; z++ {
			got := at(t, r, Light(), p.lon, p.lat, z)
			if (got == Light().water) != p.water {
				t.Errorf("%s at zoom %d is %v", p.name, z, got)
			}
		}
	}
}

// TestNeverBlank renders tiles anywhere on earth: every pixel is opaque and no tile is left without a ground colour.
func TestNeverBlank(t *testing.T) {
	r := testRenderer(t)
	rapid.Check(t, func(t *rapid.T) {
		z := uint8(rapid.IntRange(0, 20).Draw(t, "z"))
		n := uint32(1)<<z - 1
		id := TileID{z, rapid.Uint32Range(0, n).Draw(t, "x"), rapid.Uint32Range(0, n).Draw(t, "y")}
		s := Dark()
		im, err := r.Render(context.Background(), id, s, 64, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i := 3; i < len(im.Pix); i += 4 {
			if im.Pix[i] != 255 {
				t.Fatalf("tile %v has a transparent pixel", id)
			}
		}
	})
}

func TestColoursAreThoseOfTheTokens(t *testing.T) {
	r := testRenderer(t)
	for _, s := range []*Style{Light(), Dark()} {
		im, err := r.Render(context.Background(), TileID{15, 9507, 12436}, s, 512, 1)
		if err != nil {
			t.Fatal(err)
		}
		count := map[color.RGBA]int{}
		for y := range 512 {
			for x := range 512 {
				count[im.RGBAAt(x, y)]++
			}
		}
		for name, c := range map[string]color.RGBA{
			"land": s.land, "water": s.water, "building": s.building, "minor road": s.roads[roadMinor].fill,
			"motorway": s.roads[roadMotorway].fill, "park": s.park,
		} {
			if count[c] < 300 {
				t.Errorf("%s: %s has %d pixels", s.Name(), name, count[c])
			}
		}
	}
}

// TestOverzoomEnlarges compares a tile beyond the source with the same part of its parent, where the
// pixels of both are plain water or land.
func TestOverzoomEnlarges(t *testing.T) {
	r := testRenderer(t)
	s := Light()
	parent, err := r.Render(context.Background(), TileID{15, 9507, 12436}, s, 512, 1)
	if err != nil {
		t.Fatal(err)
	}
	for q := range 4 {
		dx, dy := q%2, q/2
		child, err := r.Render(context.Background(), TileID{16, 19014 + uint32(dx), 24872 + uint32(dy)}, s, 512, 1)
		if err != nil {
			t.Fatal(err)
		}
		same, all := 0, 0
		for y := range 256 {
			for x := range 256 {
				p := parent.RGBAAt(dx*256+x, dy*256+y)
				if p != s.water {
					continue
				}
				all++
				if child.RGBAAt(2*x+1, 2*y+1) == p {
					same++
				}
			}
		}
		if all > 100 && same < all*97/100 {
			t.Errorf("quarter %d: %d of %d pixels of water agree", q, same, all)
		}
	}
}

// TestNeighboursMeet checks that colours run on across the edges of tiles.
func TestNeighboursMeet(t *testing.T) {
	r := testRenderer(t)
	for _, id := range []TileID{{15, 9507, 12436}, {14, 4753, 6217}, {17, 38028, 49744}} {
		a, err := r.Render(context.Background(), id, Light(), 512, 1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := r.Render(context.Background(), TileID{id.Z, id.X + 1, id.Y}, Light(), 512, 1)
		if err != nil {
			t.Fatal(err)
		}
		far := 0
		for y := range 512 {
			p, q := a.RGBAAt(511, y), b.RGBAAt(0, y)
			if abs(int(p.R)-int(q.R)) > 24 {
				far++
			}
		}
		if far > 20 {
			t.Errorf("%v: %d of 512 pixels jump at the edge", id, far)
		}
	}
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}

func TestRefusals(t *testing.T) {
	r := testRenderer(t)
	ctx := context.Background()
	if _, err := r.Render(ctx, TileID{3, 8, 0}, Light(), 512, 1); !errors.Is(err, ErrNoTile) {
		t.Errorf("outside of the world: %v", err)
	}
	for _, px := range []int{0, -1, maxEdge + 1} {
		if _, err := r.Render(ctx, TileID{}, Light(), px, 1); !errors.Is(err, ErrBadSize) {
			t.Errorf("%d px: %v", px, err)
		}
	}
	if _, err := r.RenderWithLabels(ctx, viewport.New(orb.Point{}, 3, 20000, 100), Light(), 1, nil); !errors.Is(err, ErrBadSize) {
		t.Errorf("large picture: %v", err)
	}
	if _, err := New(Config{Outlines: bytes.NewReader([]byte("x"))}); !errors.Is(err, ErrBadTile) {
		t.Errorf("broken outlines: %v", err)
	}
	if _, err := New(Config{
		Outlines: bytes.NewReader(readAsset(t, "outlines.mvt.gz")), Fonts: Fonts{Regular: []byte("no font")},
	}); !errors.Is(err, ErrBadFont) {
		t.Errorf("broken font: %v", err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := r.Render(done, wilmington, Light(), 512, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s := testSource(t)
	if _, err := s.Tile(ctx, TileID{14, 0, 0}); !errors.Is(err, ErrNoTile) {
		t.Errorf("missing tile: %v", err)
	}
}

func TestBrokenTilesAreErrors(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, maxTileBytes+1))
	_ = z.Close()
	for name, b := range map[string][]byte{
		"bomb": bomb.Bytes(), "cut off": {0x1a, 0x50, 1}, "broken gzip": {0x1f, 0x8b, 1, 2},
	} {
		r := newRenderer(t, fakeSource{testSource(t), func(context.Context, TileID) ([]byte, error) { return b, nil }})
		if _, err := r.Render(context.Background(), wilmington, Light(), 64, 1); !errors.Is(err, ErrBadTile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReservesDoNotCoverTheSea: nature reserves reach into the bay, which has no polygon of its own.
func TestReservesDoNotCoverTheSea(t *testing.T) {
	all := orb.Polygon{{{-100, -100}, {4196, -100}, {4196, 4196}, {-100, 4196}, {-100, -100}}}
	tile := encode(t, 4096, "park", map[string]any{"class": "nature_reserve"}, all)
	r := newRenderer(t, fakeSource{testSource(t), func(context.Context, TileID) ([]byte, error) { return tile, nil }})
	if got := at(t, r, Light(), -75.25, 39.13, 12); got != Light().water {
		t.Errorf("Delaware Bay is %v", got)
	}
	if got := at(t, r, Light(), -75.6, 39.2, 12); got != Light().park {
		t.Errorf("the land of the reserve is %v", got)
	}
}

func TestWithoutSourceOutlinesAreTheMap(t *testing.T) {
	r, err := New(Config{Outlines: bytes.NewReader(readAsset(t, "outlines.mvt.gz"))})
	if err != nil {
		t.Fatal(err)
	}
	if got := at(t, r, Light(), -75.2, 39.1, 10); got != Light().water {
		t.Errorf("Delaware Bay is %v", got)
	}
	v := viewport.New(orb.Point{-75.5, 39}, 8, 500, 500)
	if ls, err := r.Labels(context.Background(), v); err != nil || len(ls) != 0 {
		t.Errorf("%d labels without fonts, %v", len(ls), err)
	}
}

// TestGolden compares two small pictures with stored ones; UPDATE_GOLDEN=1 writes them anew.
func TestGolden(t *testing.T) {
	r := testRenderer(t)
	v := viewport.New(orb.Point{-75.548, 39.738}, 14.5, 256, 256)
	for _, s := range []*Style{Light(), Dark()} {
		got, err := r.RenderWithLabels(context.Background(), v, s, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		name := "testdata/wilmington-" + s.Name() + ".png"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			var b bytes.Buffer
			if err := png.Encode(&b, got); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(f)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(got, want); n > 256*256/200 {
			t.Errorf("%s: %d pixels differ", name, n)
		}
	}
}

// differing counts pixels whose colour is off by more than a rounding of the processor's arithmetic explains.
func differing(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return 1 << 30
	}
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if abs(int(r1)-int(r2))+abs(int(g1)-int(g2))+abs(int(b1)-int(b2)) > 8*257 {
				n++
			}
		}
	}
	return n
}

func TestPNG(t *testing.T) {
	r := testRenderer(t)
	b, err := r.PNG(context.Background(), wilmington, Light())
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(b))
	if err != nil || im.Bounds() != image.Rect(0, 0, 512, 512) {
		t.Fatalf("%v, %v", im.Bounds(), err)
	}
	plain, err := r.Render(context.Background(), wilmington, Light(), 512, 1)
	if err != nil {
		t.Fatal(err)
	}
	if differing(im, plain) < 500 {
		t.Error("the tile carries no labels")
	}
}

func BenchmarkRenderWilmingtonZ14(b *testing.B) { benchmarkRender(b, wilmington) }
func BenchmarkRenderDensestZ14(b *testing.B)    { benchmarkRender(b, dense) }
func BenchmarkRenderWilmingtonZ16(b *testing.B) { benchmarkRender(b, TileID{16, 19014, 24872}) }
func BenchmarkRenderStateZ8(b *testing.B)       { benchmarkRender(b, TileID{8, 74, 97}) }

func benchmarkRender(b *testing.B, id TileID) {
	r := testRenderer(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Render(context.Background(), id, Light(), 512, 1); err != nil {
			b.Fatal(err)
		}
	}
}
