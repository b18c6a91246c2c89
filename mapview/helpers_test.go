package mapview

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/paulmach/orb"

	"cordon/mapview/basemap"
	"cordon/mapview/viewport"
)

// inline runs background work at once, on the test's goroutine: what a test sees is then complete.
func inline() Config {
	clock := time.Unix(1_000_000, 0)
	return Config{
		Do: func(f func()) { f() }, Go: func(f func()) { f() },
		Now: func() time.Time { clock = clock.Add(time.Second); return clock },
	}
}

// checks is a base map of plain tiles that tell their number by their colour.
type checks struct{ drawn map[string]int }

func (c *checks) Render(_ context.Context, z uint8, x, y uint32, scale float64) (*image.RGBA, error) {
	if c.drawn != nil {
		c.drawn[fmt.Sprint(z, x, y)]++
	}
	px := int(viewport.TileSize * scale)
	img := image.NewRGBA(image.Rect(0, 0, px, px))
	v := uint8(0xE0 + (x*3+y*5)%8*2)
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{v, v, v, 0xff}), image.Point{}, draw.Src)
	return img, nil
}

var wilmington = orb.Point{-75.54927, 39.73567}

// shown puts a map into a window of the test driver at zoom 15.
func shown(t testing.TB, m *Map, w, h float32) fyne.Window {
	t.Helper()
	test.NewTempApp(t)
	win := test.NewTempWindow(t, m)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	m.SetView(wilmington, 15)
	return win
}

func press(m *Map, x, y float32) {
	m.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary})
}

func release(m *Map, x, y float32) {
	m.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary})
}

func clickAt(m *Map, x, y float32) { press(m, x, y); release(m, x, y) }

func moveTo(m *Map, x, y float32) {
	m.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
}

// dragTo presses, drags in steps as a mouse does, and lets go.
func dragTo(m *Map, x0, y0, x1, y1 float32) {
	press(m, x0, y0)
	const steps = 8
	px, py := x0, y0
	for i := 1; i <= steps; i++ {
		x, y := x0+(x1-x0)*float32(i)/steps, y0+(y1-y0)*float32(i)/steps
		m.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Dragged: fyne.NewDelta(x-px, y-py)})
		px, py = x, y
	}
	release(m, x1, y1)
	m.DragEnd()
}

func savePNG(t testing.TB, path string, img image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	return b
}

// realStreets is the embedded base map, read as a file: this package does not import assets.
func realStreets(t testing.TB, style *basemap.Style) Streets {
	t.Helper()
	b := readFile(t, "../assets/basemap/delaware.pmtiles")
	src, err := basemap.OpenPMTiles(bytes.NewReader(b), int64(len(b)), DefaultAttribution)
	if err != nil {
		t.Fatal(err)
	}
	const fonts = "../assets/fonts/IBMPlexSans-"
	r, err := basemap.New(basemap.Config{
		Source: src, Outlines: bytes.NewReader(readFile(t, "../assets/basemap/outlines.mvt.gz")),
		Fonts: basemap.Fonts{
			Regular: readFile(t, fonts+"Regular.ttf"), Medium: readFile(t, fonts+"Medium.ttf"), SemiBold: readFile(t, fonts+"SemiBold.ttf"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return NewStreets(r, style)
}

// plain is a base map of one colour.
type plain struct{ s Style }

func (p *plain) Render(context.Context, uint8, uint32, uint32, float64) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	draw.Draw(img, img.Rect, image.NewUniform(p.s.Land), image.Point{}, draw.Src)
	return img, nil
}
