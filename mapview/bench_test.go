package mapview

import (
	"context"
	"image"
	"math/rand/v2"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"

	"cordon/mapview/basemap"
	"cordon/mapview/tools"
)

// benchMap is a window of 1400×900 over Wilmington with real tiles, 5,000 reads, 150 cameras and three areas; post is what
// waits for the UI thread.
func benchMap(b *testing.B) (m *Map, post chan func()) {
	post = make(chan func(), 10_000)
	m = New(Config{Do: func(f func()) { post <- f }})
	m.SetTheme(lightStyle())
	shown(b, m, 1400, 900)
	st := realStreets(b, basemap.Light())
	r := rand.New(rand.NewPCG(3, 4))
	near := func(d float64) orb.Point {
		return orb.Point{wilmington[0] + r.NormFloat64()*d, wilmington[1] + r.NormFloat64()*d*0.7}
	}
	pts := make([]Point, 5000)
	for i := range pts {
		pts[i] = Point{ID: uint64(i), Pos: near(0.01), ColorIndex: i % 3, Faded: i%5 == 0, Selected: i%900 == 0}
	}
	cams := make([]Camera, 150)
	for i := range cams {
		cams[i] = Camera{Pos: near(0.012), HeadingDeg: float64(i * 7), Count: i % 20, ColorIndex: i % 3}
	}
	var areas []Area
	for i := range 3 {
		c := near(0.006)
		var ring orb.Ring
		for j := range 12 {
			ring = append(ring, orb.Point{c[0] + 0.004*float64(j%4), c[1] + 0.003*float64(j/4)})
		}
		areas = append(areas, Area{Letter: string(rune('A' + i)), Name: "area", Label: "0.11 km²", Shape: orb.MultiPolygon{{append(ring, ring[0])}}})
	}
	m.SetPoints(pts)
	m.SetCameras(cams)
	m.SetAreas(areas)
	m.SetBase(st, st)
	settle(m, post)
	return m, post
}

func settle(m *Map, post chan func()) {
	for range 3000 {
		select {
		case f := <-post:
			f()
		default:
			if !m.overlay.busy && !m.labels.busy && m.overlay.drawn == m.overlay.version && loaderIdle(m.tiles.loader) {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// BenchmarkPanStep is the main thread's share of a pan step: moving what is there and taking over what
// background goroutines delivered, at about 60 steps a second. The target is 4 ms.
func BenchmarkPanStep(b *testing.B) {
	m, post := benchMap(b)
	dx, worst, i := 7.0, time.Duration(0), 0
	for b.Loop() {
		start := time.Now()
		m.panBy(dx, dx/3)
		for more := true; more; {
			select {
			case f := <-post:
				f()
			default:
				more = false
			}
		}
		worst = max(worst, time.Since(start))
		if i++; i%120 == 0 {
			dx = -dx
		}
		b.StopTimer()
		time.Sleep(16 * time.Millisecond)
		b.StartTimer()
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
}

// BenchmarkHover is the main thread's share of a movement of the pointer.
func BenchmarkHover(b *testing.B) {
	m, _ := benchMap(b)
	x := float32(0)
	for b.Loop() {
		x += 3
		if x > 1300 {
			x = 0
		}
		moveTo(m, x, 300+x/3)
	}
}

// BenchmarkOverlay is one drawing of all data in the background.
func BenchmarkOverlay(b *testing.B) {
	m, _ := benchMap(b)
	f := newFrame(m.view, layerMargin, 1)
	dst := image.NewRGBA(image.Rect(0, 0, f.w, f.h))
	for b.Loop() {
		clear(dst.Pix)
		drawScene(context.Background(), m.scene, f, dst)
	}
}

// BenchmarkZoomStep is the main thread's share of a notch of the wheel.
func BenchmarkZoomStep(b *testing.B) {
	m, post := benchMap(b)
	dz, i := 0.5, 0
	for b.Loop() {
		m.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(400, 300)}, Scrolled: fyne.NewDelta(0, float32(dz*50))})
		if i++; i%3 == 0 {
			dz = -dz
		}
		b.StopTimer()
		settle(m, post)
		b.StartTimer()
	}
}

// BenchmarkDrawHover is the main thread's share of a movement of the pointer while a polygon is drawn.
func BenchmarkDrawHover(b *testing.B) {
	m, post := benchMap(b)
	m.SetTool(tools.Polygon)
	for _, c := range [][2]float32{{200, 200}, {900, 220}, {1000, 600}, {700, 800}, {300, 700}} {
		clickAt(m, c[0], c[1])
	}
	x := float32(0)
	for b.Loop() {
		if x += 3; x > 1300 {
			x = 0
		}
		moveTo(m, x, 300+x/3)
		for more := true; more; {
			select {
			case f := <-post:
				f()
			default:
				more = false
			}
		}
		b.StopTimer()
		time.Sleep(8 * time.Millisecond)
		b.StartTimer()
	}
}
