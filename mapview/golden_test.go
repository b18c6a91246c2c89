package mapview

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb"

	"cordon/mapview/tools"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// checkGolden compares a picture with testdata/NAME.png: hardly any pixel may differ noticeably. A failed one is
// left in testdata/failed.
func checkGolden(t *testing.T, name string, got image.Image) {
	t.Helper()
	path := "testdata/" + name + ".png"
	if *update {
		savePNG(t, path, got)
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Bounds() {
		t.Fatalf("%s is %v, want %v", name, got.Bounds(), want.Bounds())
	}
	differ, sum := 0, 0.0
	r := got.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			r1, g1, b1, _ := got.At(x, y).RGBA()
			r2, g2, b2, _ := want.At(x, y).RGBA()
			d := math.Abs(float64(r1)-float64(r2)) + math.Abs(float64(g1)-float64(g2)) + math.Abs(float64(b1)-float64(b2))
			sum += d / 65535 / 3
			if d > 3*0x1400 {
				differ++
			}
		}
	}
	n := float64(r.Dx() * r.Dy())
	if float64(differ)/n > 0.002 || sum/n > 0.002 {
		savePNG(t, "testdata/failed/"+name+".png", got)
		t.Errorf("%s: %.2f %% of the pixels differ; see testdata/failed", name, 100*float64(differ)/n)
	}
}

// goldenMap is a small map with one of everything.
func goldenMap(t *testing.T, s Style) (*Map, func() image.Image) {
	m := New(inline())
	win := shown(t, m, 420, 300)
	m.SetTheme(s)
	m.SetBase(&plain{s}, nil)
	at := func(x, y float64) orb.Point { return m.View().Unproject(x, y) }
	ring := func(px ...float64) orb.MultiPolygon {
		var r orb.Ring
		for i := 0; i < len(px); i += 2 {
			r = append(r, at(px[i], px[i+1]))
		}
		return orb.MultiPolygon{{append(r, r[0])}}
	}
	hole := ring(40, 80, 160, 70, 170, 190, 60, 200)
	hole[0] = append(hole[0], orb.Ring{at(90, 110), at(120, 110), at(120, 140), at(90, 110)})
	m.SetAreas([]Area{
		{Letter: "A", Name: "yard", Label: "0.04 km²", Shape: hole},
		{Letter: "B", Name: "gate", Label: "not run", Shape: ring(230, 90, 330, 80, 310, 170), Dashed: true, Status: StatusWarn},
	})
	m.SetSensitive([]Place{{Pos: at(215, 120), Kind: "school", Label: "School · 100 m buffer", BufferM: 100}})
	m.SetPoints([]Point{
		{Pos: at(70, 90)}, {Pos: at(75, 95), Faded: true}, {Pos: at(140, 160), ColorIndex: 1, Selected: true}, {Pos: at(150, 100), ColorIndex: -1},
	})
	m.SetCameras([]Camera{
		{ID: "1", Pos: at(280, 130), Count: 12, ColorIndex: 1, Selected: true},
		{ID: "2", Pos: at(60, 170), HeadingDeg: 60},
		{ID: "3", Pos: at(370, 60), HeadingDeg: 180},
		{ID: "4", Pos: at(372, 62)},
	})
	return m, win.Canvas().Capture
}

func TestGolden(t *testing.T) {
	for name, s := range map[string]Style{"light": lightStyle(), "dark": darkStyle()} {
		t.Run("data-"+name, func(t *testing.T) {
			m, capture := goldenMap(t, s)
			m.SetCallout(&Callout{Pos: m.View().Unproject(140, 160), Title: "7KDM482", Tag: "DE", Line: "Sat 9 May 02:47:31 · WIL-014"})
			checkGolden(t, "data-"+name, capture())
		})
		t.Run("sketch-"+name, func(t *testing.T) {
			m, capture := goldenMap(t, s)
			m.SetTool(tools.Polygon)
			m.SetSketchName("C", s.Areas[2])
			for _, c := range [][2]float32{{180, 220}, {220, 180}, {300, 210}, {280, 270}} {
				clickAt(m, c[0], c[1])
			}
			moveTo(m, 250, 170)
			checkGolden(t, "sketch-"+name, capture())
		})
	}
	t.Run("edit-light", func(t *testing.T) {
		m, capture := goldenMap(t, lightStyle())
		if !m.EditShape(m.scene.areas[0].Shape) {
			t.Fatal("cannot edit")
		}
		moveTo(m, 160, 70)
		checkGolden(t, "edit-light", capture())
	})
}
