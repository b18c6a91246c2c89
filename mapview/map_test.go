package mapview

import (
	"image"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.Abs(got-want) > tol {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestDragPans(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	changed := 0
	m.OnViewChanged = func(viewport.View) { changed++ }
	m.OnTapped = func(orb.Point, []Hit) { t.Error("a drag counted as a click") }
	p := m.View().Unproject(100, 100)
	dragTo(m, 100, 100, 250, 60)
	x, y := m.View().Project(p)
	near(t, "x of what was dragged", x, 250, 0.01)
	near(t, "y of what was dragged", y, 60, 0.01)
	if changed == 0 {
		t.Error("OnViewChanged was not called")
	}
}

// TestDragOfTheTestDriver sends what Fyne's own driver sends: no press before the drag.
func TestDragOfTheTestDriver(t *testing.T) {
	m := New(inline())
	win := shown(t, m, 600, 400)
	before := m.View().Center
	test.Drag(win.Canvas(), fyne.NewPos(300, 200), 80, 0)
	x, _ := m.View().Project(before)
	near(t, "the old middle", x, 380, 0.01)
}

func TestWheelZoomsAroundThePointer(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	for _, dy := range []float32{25, 25, -25, 12.5, -400} {
		p := m.View().Unproject(120, 310)
		z := m.View().Zoom
		m.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(120, 310)}, Scrolled: fyne.NewDelta(0, dy)})
		want := z + math.Max(-1, math.Min(1, float64(dy)/50))
		near(t, "zoom", m.View().Zoom, want, 1e-9)
		x, y := m.View().Project(p)
		near(t, "x under the pointer", x, 120, 0.01)
		near(t, "y under the pointer", y, 310, 0.01)
	}
}

func TestDoubleClickZooms(t *testing.T) {
	cfg := inline()
	now := time.Unix(0, 0)
	cfg.Now = func() time.Time { return now }
	m := New(cfg)
	shown(t, m, 600, 400)
	taps := 0
	m.OnTapped = func(orb.Point, []Hit) { taps++ }
	clickAt(m, 100, 100)
	now = now.Add(300 * time.Millisecond)
	clickAt(m, 102, 101)
	near(t, "zoom after a double click", m.View().Zoom, 16, 1e-9)
	now = now.Add(100 * time.Millisecond)
	clickAt(m, 102, 101) // the third is a click again
	now = now.Add(100 * time.Millisecond)
	clickAt(m, 140, 101) // too far
	now = now.Add(time.Second)
	clickAt(m, 140, 101) // too late
	near(t, "zoom after slow clicks", m.View().Zoom, 16, 1e-9)
	if taps != 4 {
		t.Errorf("%d clicks reported, want 4: the first comes at once and none is eaten", taps)
	}
}

func TestKeys(t *testing.T) {
	m := New(inline())
	win := shown(t, m, 600, 400)
	c := m.View().Center
	win.Canvas().Focus(m)
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	x, _ := m.View().Project(c)
	near(t, "the old middle after the right arrow", x, 300-keyPan, 0.01)
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	x, y := m.View().Project(c)
	near(t, "back at x", x, 300, 0.01)
	near(t, "back at y", y, 200, 0.01)
	for _, r := range "++-" {
		m.TypedRune(r)
	}
	near(t, "zoom", m.View().Zoom, 15.5, 1e-9)
	m.ZoomIn()
	m.ZoomOut()
	m.ZoomOut()
	near(t, "zoom after the buttons", m.View().Zoom, 15, 1e-9)
}

// TestDrawPolygon is Q-GEO-1 through the widget: clicks make corners, a drag in between still pans, Enter
// closes, undo opens again.
// TestDrawByKeys: an area is drawn without a mouse.
func TestHits(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	at := func(x, y float64) orb.Point { return m.View().Unproject(x, y) }
	ring := orb.Ring{at(50, 50), at(350, 50), at(350, 350), at(50, 350), at(50, 50)}
	m.SetAreas([]Area{{Letter: "A", Name: "yard", Shape: orb.MultiPolygon{{ring}}}})
	m.SetPoints([]Point{{ID: 7, Pos: at(100, 100)}, {ID: 8, Pos: at(104, 100)}, {ID: 9, Pos: at(500, 100)}})
	m.SetCameras([]Camera{{ID: "WIL-014", Pos: at(200, 200), Count: 19}})
	m.SetSensitive([]Place{{Pos: at(300, 300), Kind: "school", BufferM: 100}})
	tagX, tagY := m.tags[0].box.Position().Components()
	var got []Hit
	m.OnTapped = func(_ orb.Point, h []Hit) { got = h }
	for _, c := range []struct {
		x, y float32
		want []Hit
	}{
		{103, 100, []Hit{{Kind: HitPoint, Index: 1, PointID: 8}, {Kind: HitPoint, Index: 0, PointID: 7}, {Kind: HitArea}}},
		{208, 200, []Hit{{Kind: HitCamera, CameraID: "WIL-014", Clustered: 1}, {Kind: HitArea}}},
		{300, 305, []Hit{{Kind: HitPlace}, {Kind: HitArea}}},
		{60, 340, []Hit{{Kind: HitArea}}},
		{450, 340, nil},
		{tagX + 8, tagY + 8, []Hit{{Kind: HitArea}}},
	} {
		clickAt(m, c.x, c.y)
		if len(got) != len(c.want) {
			t.Errorf("at %v, %v: %+v", c.x, c.y, got)
			continue
		}
		for i, h := range got {
			w := c.want[i]
			if h.Kind != w.Kind || h.Index != w.Index || h.PointID != w.PointID || h.CameraID != w.CameraID || h.Clustered != w.Clustered {
				t.Errorf("at %v, %v hit %d: %+v, want %+v", c.x, c.y, i, h, w)
			}
		}
	}
	if moveTo(m, 104, 100); m.Cursor() != desktop.PointerCursor {
		t.Error("no pointer over a read")
	}
	if moveTo(m, 60, 340); m.Cursor() != desktop.DefaultCursor {
		t.Error("a pointer over an empty part of an area")
	}
	m.SetTool(tools.Polygon)
	if m.Cursor() != desktop.CrosshairCursor {
		t.Error("no cross-hair while drawing")
	}
}

func TestFit(t *testing.T) {
	m := New(inline())
	b := orb.Bound{Min: orb.Point{-75.6, 39.7}, Max: orb.Point{-75.5, 39.75}}
	m.FitBounds(b, 20) // before there is a size
	test.NewTempApp(t)
	win := test.NewTempWindow(t, m)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(600, 400))
	x0, y1 := m.View().Project(b.Min)
	x1, y0 := m.View().Project(b.Max)
	if x0 < 19 || y0 < 19 || x1 > 581 || y1 > 381 || (x1-x0 < 500 && y1-y0 < 300) {
		t.Errorf("bound at (%v, %v)–(%v, %v)", x0, y0, x1, y1)
	}
	m.SetPoints([]Point{{Pos: wilmington}})
	m.Fit()
	near(t, "zoom onto one point", m.View().Zoom, 17, 1e-9)
}

// TestPanOnlyMoves proves the rule of this package: within the margin, panning draws nothing.
func TestPanOnlyMoves(t *testing.T) {
	m := New(inline())
	base := &checks{drawn: map[string]int{}}
	shown(t, m, 600, 400)
	m.SetBase(base, nil)
	m.SetPoints([]Point{{Pos: wilmington}})
	art, tiles := m.overlay.img.Image, len(base.drawn)
	x := m.overlay.img.Position().X
	for range 20 {
		m.panBy(5, 3)
	}
	if m.overlay.img.Image != art {
		t.Error("the data picture was drawn anew within its margin")
	}
	near(t, "it moved by", float64(m.overlay.img.Position().X-x), 100, 1)
	for id, n := range base.drawn {
		if n != 1 {
			t.Errorf("tile %s was drawn %d times", id, n)
		}
	}
	m.panBy(400, 0)
	if m.overlay.img.Image == art {
		t.Error("the data picture was not drawn anew beyond its margin")
	}
	if len(base.drawn) == tiles {
		t.Error("no further tile was asked for")
	}
	art = m.overlay.img.Image
	m.ZoomIn()
	if m.overlay.img.Image == art {
		t.Error("the data picture was not drawn anew at another zoom")
	}
}

// TestNoSeams: every pixel of the window is covered by tiles at any zoom and offset.
func TestNoSeams(t *testing.T) {
	m := New(inline())
	shown(t, m, 300, 200)
	m.SetBase(&checks{}, nil)
	for i := range 40 {
		m.zoomAt(37, 101, 0.13-float64(i%7)*0.05)
		m.panBy(3.37*float64(i), -1.77*float64(i))
		covered := make([]bool, 300*200)
		for _, o := range m.tiles.shown {
			p, s := o.img.Position(), o.img.Size()
			r := image.Rect(int(math.Round(float64(p.X))), int(math.Round(float64(p.Y))),
				int(math.Round(float64(p.X+s.Width))), int(math.Round(float64(p.Y+s.Height)))).Intersect(image.Rect(0, 0, 300, 200))
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					covered[y*300+x] = true
				}
			}
		}
		for j, c := range covered {
			if !c {
				t.Fatalf("step %d: pixel %d, %d shows no tile", i, j%300, j/300)
			}
		}
	}
}

// TestTextInSketchTip: the words of picture 1.
func TestWords(t *testing.T) {
	for m, want := range map[float64]string{0: "0.0 m", 7.44: "7.4 m", 107.3: "107 m", 999.4: "999 m", 999.6: "1.00 km", 1236: "1.24 km", 31_400: "31 km", 1_234_567: "1,235 km"} {
		if got := LengthText(m); got != want {
			t.Errorf("%v m: %q, want %q", m, got, want)
		}
	}
	for a, want := range map[float64]string{3: "3.0 m²", 840: "840 m²", 3400: "3,400 m²", 38_100: "0.04 km²", 110_000: "0.11 km²", 12_300_000: "12 km²"} {
		if got := AreaText(a); got != want {
			t.Errorf("%v m²: %q, want %q", a, got, want)
		}
	}
	if got := CoordText(orb.Point{-75.54132, 39.73246}); got != "39.73246 N  75.54132 W" {
		t.Errorf("position %q", got)
	}
	for _, mpp := range []float64{0.01, 0.3, 1.92, 5, 77, 39_000} {
		bar := scaleBar(mpp, 110)
		if w := bar / mpp; w > 110 || w < 50 {
			t.Errorf("at %v m a unit the bar of %v m is %v units wide", mpp, bar, w)
		}
	}
	if scaleBar(0, 110) != 0 || scaleBar(math.NaN(), 110) != 0 {
		t.Error("a scale bar of nothing")
	}
}
