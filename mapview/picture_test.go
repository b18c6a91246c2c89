package mapview

import (
	"math"
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"

	"cordon/mapview/basemap"
	"cordon/mapview/tools"
)

// TestPictures writes what the map looks like to the folder MAPVIEW_PICTURES, to be put beside the targets.
func TestPictures(t *testing.T) {
	dir := os.Getenv("MAPVIEW_PICTURES")
	if dir == "" {
		t.Skip("set MAPVIEW_PICTURES to a folder")
	}
	icon := func(name string) fyne.Resource {
		return fyne.NewStaticResource(name, readFile(t, "../assets/icons/svg/"+name))
	}
	icons := map[string]fyne.Resource{"school": icon("student.svg"), "camera": icon("video-camera-fill.svg")}

	t.Run("light", func(t *testing.T) {
		m := New(inline())
		m.OnError = func(err error) { t.Error(err) }
		win := shown(t, m, 996, 725)
		s := withPlex(t, lightStyle(), "../assets/fonts")
		s.Icons = icons
		m.SetTheme(s)
		st := realStreets(t, basemap.Light())
		m.SetBase(st, st)
		m.SetView(wilmington, 14.94)
		pt := func(x, y float64) orb.Point { return m.view.Unproject(x-388, y-40) }
		poly := func(px ...float64) orb.MultiPolygon {
			var r orb.Ring
			for i := 0; i < len(px); i += 2 {
				r = append(r, pt(px[i], px[i+1]))
			}
			return orb.MultiPolygon{{append(r, r[0])}}
		}
		m.SetAreas([]Area{
			{Letter: "A", Name: "warehouse", Label: "0.04 km²", Shape: poly(760, 510, 862, 552, 836, 644, 728, 602)},
			{Letter: "B", Name: "depot", Label: "0.11 km²", Shape: poly(854, 406, 901, 365, 1010, 377, 1090, 257, 1128, 247, 1146, 323, 1110, 400, 1078, 454, 1028, 480, 960, 471, 888, 438)},
		})
		var cams []Camera
		for _, c := range [][3]float64{{829, 539, 60}, {817, 596, 280}, {924, 369, 300}, {1076, 316, 110}, {1003, 410, 60}, {1277, 466, 0}, {1274, 546, 320}} {
			cams = append(cams, Camera{Pos: pt(c[0], c[1]), HeadingDeg: c[2], ColorIndex: -1})
		}
		m.SetCameras(cams)
		m.SetSensitive([]Place{{Pos: pt(1104, 213), Kind: "school", Label: "School · 100 m buffer", BufferM: 100}})
		m.SetTool(tools.Polygon)
		m.SetSketchName("C", s.Areas[2])
		for _, c := range [][2]float32{{1226, 492}, {1264, 456}, {1326, 470}, {1336, 546}, {1296, 596}} {
			clickAt(m, c[0]-388, c[1]-40)
		}
		moveTo(m, 1240-388, 588-40)
		savePNG(t, dir+"/light.png", win.Canvas().Capture())
	})

	t.Run("dark", func(t *testing.T) {
		m := New(inline())
		win := shown(t, m, 872, 708)
		s := withPlex(t, darkStyle(), "../assets/fonts")
		s.Icons = icons
		m.SetTheme(s)
		st := realStreets(t, basemap.Dark())
		m.SetBase(st, st)
		m.SetView(wilmington, 14.94)
		pt := func(x, y float64) orb.Point { return m.view.Unproject(x-124, y-40) }
		poly := func(px ...float64) orb.MultiPolygon {
			var r orb.Ring
			for i := 0; i < len(px); i += 2 {
				r = append(r, pt(px[i], px[i+1]))
			}
			return orb.MultiPolygon{{append(r, r[0])}}
		}
		m.SetAreas([]Area{
			{Letter: "A", Name: "warehouse", Label: "61 reads", Shape: poly(330, 475, 421, 512, 398, 593, 300, 555)},
			{Letter: "B", Name: "depot", Label: "68 reads", Shape: poly(415, 375, 457, 340, 558, 350, 630, 240, 665, 231, 681, 302, 649, 374, 620, 420, 570, 450, 510, 430, 446, 404)},
			{Letter: "C", Name: "gate", Label: "35 reads", Shape: poly(755, 454, 790, 420, 846, 434, 855, 505, 818, 549, 766, 542)},
		})
		var cams []Camera
		for _, c := range [][5]float64{{392, 498, 14, 0, 1}, {380, 549, 9, 0, 1}, {478, 342, 19, 1, 1}, {551, 380, 12, 1, 1}, {617, 293, 11, 1, 0}, {800, 430, 8, 2, 0}, {798, 503, 6, 2, 1}} {
			cams = append(cams, Camera{Pos: pt(c[0], c[1]), HeadingDeg: math.NaN(), Count: int(c[2]), ColorIndex: int(c[3]), Selected: c[4] == 1})
		}
		m.SetCameras(cams)
		var pts []Point
		for i, c := range [][3]float64{{501, 357, 1}, {508, 360, 1}, {515, 362, 1}, {522, 365, 1}, {534, 368, 1}, {573, 389, 1}, {597, 405, 1}, {404, 533, 0}, {407, 520, 0}, {415, 508, 0}, {773, 503, 2}, {783, 495, 2}, {790, 480, 2}, {817, 455, 2}} {
			pts = append(pts, Point{ID: uint64(i), Pos: pt(c[0], c[1]), ColorIndex: int(c[2]), Faded: i%4 == 3, Selected: i == 5})
		}
		m.SetPoints(pts)
		m.SetCallout(&Callout{Pos: pt(551, 380), Title: "7KDM482", Tag: "DE", Line: "Sat 9 May 02:47:31 · WIL-014 · read 5 of 9"})
		savePNG(t, dir+"/dark.png", win.Canvas().Capture())
	})

	t.Run("far", func(t *testing.T) {
		m := New(inline())
		win := shown(t, m, 800, 600)
		s := withPlex(t, lightStyle(), "../assets/fonts")
		s.Icons = icons
		m.SetTheme(s)
		st := realStreets(t, basemap.Light())
		m.SetBase(st, st)
		var cams []Camera
		for i := range 150 {
			a := float64(i)
			cams = append(cams, Camera{
				Pos:        orb.Point{-75.6 + 0.25*math.Sin(a*1.7)*math.Cos(a/9), 39.4 + 0.35*math.Sin(a*2.3+1)},
				HeadingDeg: a * 31, Count: (i % 3) * (i % 7), ColorIndex: i % 3,
			})
		}
		m.SetCameras(cams)
		m.Fit()
		savePNG(t, dir+"/far.png", win.Canvas().Capture())
	})

	t.Run("fine", func(t *testing.T) {
		m := New(inline())
		win := shown(t, m, 480, 360)
		s := withPlex(t, darkStyle(), "../assets/fonts")
		s.Icons = icons
		m.SetTheme(s)
		if c, ok := win.Canvas().(interface{ SetScale(float32) }); ok {
			c.SetScale(2)
		}
		m.Resize(fyne.NewSize(480, 361))
		st := realStreets(t, basemap.Dark())
		m.SetBase(st, st)
		m.SetView(wilmington, 16)
		m.SetCameras([]Camera{{Pos: m.View().Unproject(80, 80), HeadingDeg: 120}, {Pos: m.View().Unproject(400, 90), Count: 23, Selected: true}})
		m.SetSensitive([]Place{{Pos: m.View().Unproject(380, 240), Kind: "school", Label: "School · 100 m buffer", BufferM: 100}})
		m.SetTool(tools.Corridor)
		m.SetSketchName("A", s.Areas[0])
		for _, c := range [][2]float32{{60, 300}, {160, 200}, {260, 210}, {330, 120}} {
			clickAt(m, c[0], c[1])
		}
		moveTo(m, 300, 60)
		savePNG(t, dir+"/fine.png", win.Canvas().Capture())
	})
}
