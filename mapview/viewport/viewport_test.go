package viewport

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

func genView(t *rapid.T) View {
	return New(
		orb.Point{rapid.Float64Range(-180, 179.999).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")},
		rapid.Float64Range(0, 20).Draw(t, "zoom"),
		rapid.Float64Range(1, 4000).Draw(t, "w"), rapid.Float64Range(1, 3000).Draw(t, "h"))
}

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol }

func TestProjectRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := genView(t)
		p := orb.Point{rapid.Float64Range(-180, 179.999).Draw(t, "plon"), rapid.Float64Range(-85, 85).Draw(t, "plat")}
		q := v.Unproject(v.Project(p))
		if d := math.Abs(WrapLon(q[0] - p[0])); d > 1e-9 || !near(q[1], p[1], 1e-9) {
			t.Fatalf("%v came back as %v", p, q)
		}
	})
}

func TestProjectTakesNearestWorld(t *testing.T) {
	v := New(orb.Point{179.9, 10}, 8, 800, 600)
	x, y := v.Project(orb.Point{-179.9, 10})
	want := 400 + 0.2/360*v.WorldSize()
	if !near(x, want, 1e-6) || !near(y, 300, 1e-6) {
		t.Fatalf("got (%v, %v), want (%v, 300)", x, y, want)
	}
}

func TestPanMovesContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := New(orb.Point{rapid.Float64Range(-180, 179).Draw(t, "lon"), rapid.Float64Range(-60, 60).Draw(t, "lat")},
			rapid.Float64Range(6, 20).Draw(t, "zoom"), 1000, 700)
		dx, dy := rapid.Float64Range(-900, 900).Draw(t, "dx"), rapid.Float64Range(-900, 900).Draw(t, "dy")
		p := v.Unproject(300, 200)
		x, y := v.Pan(dx, dy).Project(p)
		if !near(x, 300+dx, 1e-4) || !near(y, 200+dy, 1e-4) {
			t.Fatalf("content moved to (%v, %v), want (%v, %v)", x, y, 300+dx, 200+dy)
		}
	})
}

func TestZoomAtKeepsAnchor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := New(orb.Point{-75.5, 39.7}, rapid.Float64Range(6, 18).Draw(t, "zoom"), 1000, 700)
		x, y := rapid.Float64Range(0, 1000).Draw(t, "x"), rapid.Float64Range(0, 700).Draw(t, "y")
		p := v.Unproject(x, y)
		w := v.ZoomAt(x, y, rapid.Float64Range(-2, 2).Draw(t, "dz"))
		gx, gy := w.Project(p)
		if !near(gx, x, 1e-4) || !near(gy, y, 1e-4) {
			t.Fatalf("anchor at (%v, %v), want (%v, %v)", gx, gy, x, y)
		}
	})
}

func TestFitHoldsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-170, 120).Draw(t, "lon"), rapid.Float64Range(-70, 60).Draw(t, "lat")
		w, h := rapid.Float64Range(1e-3, 40).Draw(t, "w"), rapid.Float64Range(1e-3, 20).Draw(t, "h")
		b := orb.Bound{Min: orb.Point{lon, lat}, Max: orb.Point{lon + w, lat + h}}
		v := New(orb.Point{}, 3, 900, 600).Fit(b, 40)
		x0, y1 := v.Project(b.Min)
		x1, y0 := v.Project(b.Max)
		const eps = 1e-3
		if x0 < 40-eps || y0 < 40-eps || x1 > 860+eps || y1 > 560+eps {
			t.Fatalf("bound at (%v, %v)-(%v, %v) leaves the padded window", x0, y0, x1, y1)
		}
		if v.Zoom < MaxZoom && !near(x1-x0, 820, 0.01) && !near(y1-y0, 520, 0.01) {
			t.Fatalf("bound %v × %v is not the largest that fits", x1-x0, y1-y0)
		}
	})
}

// TestTilesAgainstMaptile compares with orb's own tile arithmetic: the tile under every probed pixel is listed.
func TestTilesAgainstMaptile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := New(orb.Point{rapid.Float64Range(-180, 179).Draw(t, "lon"), rapid.Float64Range(-80, 80).Draw(t, "lat")},
			rapid.Float64Range(2, 20).Draw(t, "zoom"), 1200, 800)
		tiles := v.Tiles(v.TileZoom())
		x, y := rapid.Float64Range(1, 1199).Draw(t, "x"), rapid.Float64Range(1, 799).Draw(t, "y")
		p := v.Unproject(x, y)
		if math.Abs(p[1]) > 85 {
			return
		}
		want := maptile.At(p, maptile.Zoom(v.TileZoom()))
		for _, tl := range tiles {
			const e = 1e-3
			if x >= tl.Left-e && x <= tl.Left+tl.Size+e && y >= tl.Top-e && y <= tl.Top+tl.Size+e {
				if tl.X == want.X && tl.Y == want.Y {
					return
				}
			}
		}
		t.Fatalf("tile %v under (%v, %v) is not among %d", want, x, y, len(tiles))
	})
}

func TestTilesBounded(t *testing.T) {
	v := New(orb.Point{}, 0, 4000, 3000)
	if n := len(v.Tiles(20)); n == 0 || n > maxTiles {
		t.Fatalf("%d tiles", n)
	}
	if n := len(New(orb.Point{}, 5, 0, 0).Tiles(5)); n != 0 {
		t.Fatalf("an empty window shows %d tiles", n)
	}
}

// TestMetresPerPixel uses the arc length of the sphere as the oracle.
func TestMetresPerPixel(t *testing.T) {
	v := New(orb.Point{-75.5, 39.7}, 15, 1000, 1000)
	a, b := v.Unproject(450, 500), v.Unproject(550, 500)
	want := (b[0] - a[0]) * math.Pi / 180 * 6378137 * math.Cos(39.7*math.Pi/180) / 100
	if !near(v.MetresPerPixel(), want, 1e-6) {
		t.Fatalf("got %v, want %v", v.MetresPerPixel(), want)
	}
}

func TestHostileNumbers(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, f := range []float64{nan, inf, -inf, 1e308, -1e308} {
		v := New(orb.Point{f, f}, f, f, f)
		v = v.Pan(f, f).ZoomAt(f, f, f).Fit(orb.Bound{Min: orb.Point{f, f}, Max: orb.Point{f, f}}, f)
		p := v.Center
		if math.IsNaN(p[0]+p[1]+v.Zoom) || p[0] < -180 || p[0] >= 180 || math.Abs(p[1]) > MaxLat {
			t.Fatalf("%v leads to %+v", f, v)
		}
		if len(v.Tiles(20)) > maxTiles {
			t.Fatalf("too many tiles for %v", f)
		}
	}
}
