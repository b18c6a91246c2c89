package mapview

import (
	"context"
	"errors"
	"image"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"cordon/mapview/tools"
)

// uiQueue stands for the UI thread: background work posts to it, the test drains it.
type uiQueue struct{ ch chan func() }

func (q *uiQueue) drain(t *testing.T, until func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !until() {
		select {
		case f := <-q.ch:
			f()
		case <-deadline:
			t.Fatal("the background work never ended")
		}
	}
}

// slow is a base map that waits until it is released or cancelled.
type slow struct {
	mu        sync.Mutex
	order     []tileID
	cancelled int
	gate      chan struct{}
}

func (s *slow) Render(ctx context.Context, z uint8, x, y uint32, scale float64) (*image.RGBA, error) {
	s.mu.Lock()
	s.order = append(s.order, tileID{z: z, x: x, y: y})
	s.mu.Unlock()
	select {
	case <-s.gate:
		return image.NewRGBA(image.Rect(0, 0, 8, 8)), nil
	case <-ctx.Done():
		s.mu.Lock()
		s.cancelled++
		s.mu.Unlock()
		return nil, ctx.Err()
	}
}

func (s *slow) started() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.order) }

// TestLoaderDropsWhatIsGone: a fast zoom must not wait for tiles nobody sees any more.
func TestLoaderDropsWhatIsGone(t *testing.T) {
	q := &uiQueue{ch: make(chan func(), 100)}
	m := New(Config{Do: func(f func()) { q.ch <- f }})
	shown(t, m, 1000, 700)
	s := &slow{gate: make(chan struct{})}
	m.SetBase(s, nil)
	q.drainFor(func() bool { return s.started() == tileWorkers })
	m.SetView(wilmington, 18)
	q.drainFor(func() bool { return s.started() == 2*tileWorkers })
	s.mu.Lock()
	if s.cancelled != tileWorkers {
		t.Errorf("%d of %d tiles of the old view were cancelled", s.cancelled, tileWorkers)
	}
	for _, id := range s.order[tileWorkers:] {
		if id.z != 18 {
			t.Errorf("tile %v was drawn after zooming to 18", id)
		}
	}
	s.mu.Unlock()
	close(s.gate)
	q.drain(t, func() bool {
		return len(m.tiles.shown) > 0 && loaderIdle(m.tiles.loader)
	})
}

func (q *uiQueue) drainFor(until func() bool) {
	for range 4000 {
		select {
		case f := <-q.ch:
			f()
		default:
			if until() {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
}

func loaderIdle(l *loader) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)+len(l.running) == 0
}

// failing draws no tile.
type failing struct{ calls int }

func (f *failing) Render(context.Context, uint8, uint32, uint32, float64) (*image.RGBA, error) {
	f.calls++
	return nil, errors.New("damaged at tile 14/4754/6235")
}

func TestTileErrorsAreToldOnce(t *testing.T) {
	m := New(inline())
	errs := 0
	m.OnError = func(error) { errs++ }
	shown(t, m, 300, 200)
	f := &failing{}
	m.SetBase(f, nil)
	n := f.calls
	m.panBy(1, 0)
	m.panBy(1, 0)
	if n == 0 || f.calls != n || errs != n {
		t.Errorf("%d tiles failed, %d asked again, %d errors told", n, f.calls-n, errs)
	}
}

// TestParentWhileWaiting: while the tiles of a new zoom are being drawn, those of the old one stay.
func TestParentWhileWaiting(t *testing.T) {
	hold := false
	cfg := inline()
	var held []func()
	cfg.Go = func(f func()) {
		if hold {
			held = append(held, f)
		} else {
			f()
		}
	}
	m := New(cfg)
	shown(t, m, 600, 400)
	m.SetBase(&checks{}, nil)
	n := len(m.tiles.shown)
	hold = true
	m.zoomAt(300, 200, 1)
	if len(m.tiles.shown) != 0 || len(m.tiles.below) == 0 {
		t.Fatalf("zoomed in: %d tiles, %d below", len(m.tiles.shown), len(m.tiles.below))
	}
	for _, f := range held {
		f()
	}
	held = nil
	if len(m.tiles.below) != 0 || len(m.tiles.shown) == 0 {
		t.Fatalf("all drawn: %d tiles, %d below", len(m.tiles.shown), len(m.tiles.below))
	}
	m.zoomAt(300, 200, -2)
	if len(m.tiles.below) == 0 {
		t.Fatalf("zoomed out: %d tiles, %d below, before %d", len(m.tiles.shown), len(m.tiles.below), n)
	}
	hold = false
	for _, f := range held {
		f()
	}
	m.refreshView()
	if len(m.tiles.below) != 0 {
		t.Fatal("old tiles stayed")
	}
}

func TestTileCacheIsBounded(t *testing.T) {
	c := newTileCache(10 * 4 * 64)
	for i := range uint32(100) {
		c.put(tileID{z: 10, x: i}, image.NewRGBA(image.Rect(0, 0, 8, 8)))
		c.get(tileID{z: 10}) // keep the first in use
		if c.bytes > c.limit {
			t.Fatalf("%d bytes kept", c.bytes)
		}
	}
	if c.get(tileID{z: 10}) == nil || c.get(tileID{z: 10, x: 99}) == nil || c.get(tileID{z: 10, x: 50}) != nil {
		t.Error("the cache did not keep what was used last")
	}
}

// TestConcurrent runs real goroutines against a UI queue while the map moves, for the race detector.
func TestConcurrent(t *testing.T) {
	q := &uiQueue{ch: make(chan func(), 10_000)}
	m := New(Config{Do: func(f func()) { q.ch <- f }})
	shown(t, m, 500, 300)
	m.SetTheme(lightStyle())
	m.SetBase(&checks{}, nil)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		switch i % 6 {
		case 0:
			pts := make([]Point, 500)
			for j := range pts {
				pts[j] = Point{Pos: orb.Point{wilmington[0] + r.NormFloat64()*0.01, wilmington[1] + r.NormFloat64()*0.01}, ColorIndex: j % 9}
			}
			m.SetPoints(pts)
		case 1:
			m.ZoomIn()
		case 2:
			m.ZoomOut()
		case 3:
			m.SetTool(tools.Polygon)
			clickAt(m, 100, 100)
		case 4:
			moveTo(m, float32(r.IntN(500)), float32(r.IntN(300)))
		default:
			m.panBy(r.Float64()*100-50, r.Float64()*100-50)
		}
		for range r.IntN(4) {
			select {
			case f := <-q.ch:
				f()
			default:
			}
		}
	}
	q.drain(t, func() bool {
		return !m.overlay.busy && !m.drawing.busy && m.overlay.drawn == m.overlay.version && len(m.tiles.shown) > 0
	})
	if got := m.overlay.frame.view.Zoom; got != m.View().Zoom {
		t.Errorf("the data picture shows zoom %v, the window %v", got, m.View().Zoom)
	}
}

// TestPointIndex compares the grid with a look at every point.
func TestPointIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "n")
		pts := make([]orb.Point, n)
		for i := range pts {
			pts[i] = orb.Point{float64(rapid.IntRange(0, 40).Draw(t, "x")) / 40, float64(rapid.IntRange(0, 40).Draw(t, "y")) / 40}
		}
		x := newPointIndex(pts)
		p := orb.Point{rapid.Float64Range(-0.2, 1.2).Draw(t, "px"), rapid.Float64Range(-0.2, 1.2).Draw(t, "py")}
		r := rapid.Float64Range(0, 0.4).Draw(t, "r")
		got := map[int]bool{}
		x.near(p, r, func(i int, _ float64) { got[i] = true })
		for i, q := range pts {
			dx, dy := q[0]-p[0], q[1]-p[1]
			d := dx*dx + dy*dy
			if d < r*r*0.999999 && !got[i] || d > r*r*1.000001 && got[i] {
				t.Fatalf("point %d at %v, asked %v within %v: %v", i, q, p, r, got[i])
			}
		}
	})
}

// TestClusters: every camera stands in exactly one marker, and markers keep their distance.
func TestClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 80).Draw(t, "n")
		cams := make([]Camera, n)
		world := make([]orb.Point, n)
		total := 0
		for i := range cams {
			cams[i].Count = rapid.SampledFrom([]int{0, 0, 1, 7, 30, 400}).Draw(t, "count")
			total += cams[i].Count
			world[i] = orb.Point{rapid.Float64Range(0.4, 0.41).Draw(t, "x"), rapid.Float64Range(0.4, 0.41).Draw(t, "y")}
		}
		const size = 20_000
		groups := clusterCameras(cams, world, size)
		seen, sum := map[int]int{}, 0
		for i, g := range groups {
			sum += g.count
			for _, c := range g.members {
				seen[c]++
			}
			for _, h := range groups[:i] {
				dx, dy := (g.at[0]-h.at[0])*size, (g.at[1]-h.at[1])*size
				if dx*dx+dy*dy < clusterReach*clusterReach*0.9999 {
					t.Fatalf("markers stand at %v and %v", g.at, h.at)
				}
				for _, r := range []cluster{g, h} {
					if r.count > 0 && dx*dx+dy*dy < r.radius*r.radius*0.9999 {
						t.Fatalf("the marker of %d at %v covers a middle at %v and %v", r.count, r.at, g.at, h.at)
					}
				}
			}
		}
		if len(seen) != n || sum != total {
			t.Fatalf("%d of %d cameras, %d of %d reads", len(seen), n, sum, total)
		}
	})
}

func TestScaleChange(t *testing.T) {
	m := New(inline())
	win := shown(t, m, 300, 200)
	base := &checks{}
	m.SetBase(base, nil)
	m.SetPoints([]Point{{Pos: wilmington}})
	if c, ok := win.Canvas().(interface{ SetScale(float32) }); ok {
		c.SetScale(2)
	}
	m.Resize(fyne.NewSize(301, 200))
	if m.scale != 2 {
		t.Fatalf("scale %v", m.scale)
	}
	if img := m.tiles.shown[0].img.Image; img.Bounds().Dx() != 1024 {
		t.Errorf("tiles of %d pixels on a screen of scale 2", img.Bounds().Dx())
	}
	if m.overlay.frame.scale != 2 {
		t.Error("the data picture was not drawn for the new scale")
	}
}
