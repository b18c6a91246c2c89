package basemap

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"
	omvt "github.com/paulmach/orb/encoding/mvt"
)

// TestDecodeFindsWhatTheOracleFinds counts features by layer with orb/encoding/mvt.
func TestDecodeFindsWhatTheOracleFinds(t *testing.T) {
	s := testSource(t)
	for _, id := range []TileID{wilmington, dense, {13, 2376, 3108}, {11, 594, 777}, {8, 74, 97}} {
		b, err := s.Tile(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeTile(b)
		if err != nil {
			t.Fatal(err)
		}
		layers, err := omvt.UnmarshalGzipped(b)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		for _, l := range layers {
			for _, f := range l.Features {
				want[l.Name]++
				switch c, _ := f.Properties["class"].(string); {
				case l.Name != "transportation":
				case c == "path":
					want["footways"]++
				case c == "rail":
					want["rails"]++
				default:
					want["roads"]++
				}
			}
		}
		for k, n := range map[string]int{
			"building": len(got.areas[areaBuilding]), "water": len(got.areas[areaWater]), "park": len(got.areas[areaPark]),
			"footways": len(got.footways), "rails": len(got.rails), "roads": len(got.roads),
		} {
			if n != want[k] {
				t.Errorf("tile %v: %d %s, want %d", id, n, k, want[k])
			}
		}
	}
}

// TestDecodedPointsAreThoseOfTheOracle compares the geometry of buildings.
func TestDecodedPointsAreThoseOfTheOracle(t *testing.T) {
	b, err := testSource(t).Tile(context.Background(), wilmington)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeTile(b)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := omvt.UnmarshalGzipped(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		if l.Name != "building" {
			continue
		}
		for i, f := range l.Features {
			bound := f.Geometry.Bound()
			x := got.areas[areaBuilding][i].box
			have := orb.Bound{
				Min: orb.Point{float64(x.minX), float64(x.minY)}, Max: orb.Point{float64(x.maxX), float64(x.maxY)},
			}
			if have != bound {
				t.Fatalf("building %d covers %v, want %v", i, have, bound)
			}
		}
	}
}

// TestExtentDoesNotMatter: the same line in a finer grid.
func TestExtentDoesNotMatter(t *testing.T) {
	props := map[string]any{"class": "minor"}
	want, err := decodeTile(encode(t, 4096, "transportation", props, orb.LineString{{10, 20}, {-30, 4000}}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeTile(encode(t, 16384, "transportation", props, orb.LineString{{40, 80}, {-120, 16000}}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.points, want.points) || len(got.roads) != 1 || got.roads[0] != want.roads[0] {
		t.Fatalf("%v, want %v", got.points, want.points)
	}
}

func TestCacheKeepsItsBound(t *testing.T) {
	c := newTileCache(10_000)
	for i := range uint32(500) {
		id := TileID{14, i, 0}
		tile := &tileData{ends: make([]int32, 400)}
		if _, err := c.get(id, func() (*tileData, error) { return tile, nil }); err != nil {
			t.Fatal(err)
		}
		if c.bytes > c.limit || c.order.Len() != len(c.items) {
			t.Fatalf("%d bytes in %d of %d entries", c.bytes, c.order.Len(), len(c.items))
		}
	}
	if _, ok := c.find(TileID{14, 499, 0}); !ok {
		t.Error("the newest tile is gone")
	}
	if _, ok := c.find(TileID{14, 0, 0}); ok {
		t.Error("the oldest tile is still there")
	}
}

func TestCacheLoadsOnceForMany(t *testing.T) {
	c := newTileCache(1 << 20)
	var loads atomic.Int32
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, _ = c.get(TileID{}, func() (*tileData, error) {
				<-gate
				loads.Add(1)
				return &tileData{}, nil
			})
		})
	}
	close(gate)
	wg.Wait()
	if n := loads.Load(); n != 1 {
		t.Fatalf("%d loads for 20 at once, want 1", n)
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	r := testRenderer(t)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s := Light()
			if i%2 == 0 {
				s = Dark()
			}
			for j := range uint32(3) {
				if _, err := r.PNG(context.Background(), TileID{15, 9506 + j, 12436}, s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzDecodeTile(f *testing.F) {
	b, err := testSource(f).Tile(context.Background(), TileID{6, 18, 24})
	if err != nil {
		f.Fatal(err)
	}
	if raw, err := unpack(b); err == nil {
		f.Add(raw)
	}
	f.Add([]byte{0x1a, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := decodeTile(b)
		if err != nil {
			return
		}
		for _, n := range d.names {
			for i := n.first; i < n.last; i++ {
				if len(d.part(i)) == 0 {
					t.Fatal("a name without a place")
				}
			}
		}
	})
}

func BenchmarkDecodeDensest(b *testing.B) {
	t, err := testSource(b).Tile(context.Background(), dense)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeTile(t); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeDensestOrb is what the lazy decoder is compared with.
func BenchmarkDecodeDensestOrb(b *testing.B) {
	t, err := testSource(b).Tile(context.Background(), dense)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := omvt.UnmarshalGzipped(t); err != nil {
			b.Fatal(err)
		}
	}
}

func TestCacheForgetsErrors(t *testing.T) {
	c := newTileCache(1 << 20)
	fail := errors.New("disk")
	if _, err := c.get(TileID{}, func() (*tileData, error) { return nil, fail }); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	if got, err := c.get(TileID{}, func() (*tileData, error) { return &tileData{}, nil }); err != nil || got == nil {
		t.Fatalf("%v, %v after an error", got, err)
	}
}

func FuzzOutlines(f *testing.F) {
	f.Add([]byte{0x1a, 0})
	f.Add(encode(f, 4096, "label", map[string]any{"class": "state", "name": "X"}, orb.Point{1, 2}))
	f.Add(encode(f, 4096, "land50", map[string]any{"us": true}, orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := readOutlines(b)
		if err == nil && (o.extent <= 0 || len(o.low) == 0) {
			t.Fatal("outlines without an extent or land are taken")
		}
	})
}
