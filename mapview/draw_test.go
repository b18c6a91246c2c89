package mapview

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
)

func TestDrawPolygon(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	var got []tools.Sketch
	m.OnSketch = func(s tools.Sketch) { got = append(got, s) }
	m.SetTool(tools.Polygon)
	var want []orb.Point
	for _, c := range [][2]float32{{100, 100}, {300, 110}} {
		want = append(want, m.View().Unproject(float64(c[0]), float64(c[1])))
		clickAt(m, c[0], c[1])
	}
	dragTo(m, 400, 300, 380, 290)
	want = append(want, m.View().Unproject(280, 280))
	clickAt(m, 280, 280)
	moveTo(m, 200, 300)
	if len(got) != 3 {
		t.Fatalf("OnSketch was called %d times for 3 corners", len(got))
	}
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s := got[len(got)-1]
	if s.State != tools.Closed || len(s.Points) != 3 {
		t.Fatalf("state %v with %d corners", s.State, len(s.Points))
	}
	for i, p := range want {
		if tools.DistanceM(p, s.Points[i]) > 0.001 {
			t.Errorf("corner %d at %v, want %v", i, s.Points[i], p)
		}
	}
	m.TypedShortcut(&fyne.ShortcutUndo{})
	if s := got[len(got)-1]; s.State != tools.Drawing || !m.CanRedo() {
		t.Error("undo did not open the polygon again")
	}
	m.TypedShortcut(&fyne.ShortcutRedo{})
	if s := got[len(got)-1]; s.State != tools.Closed {
		t.Error("redo did not close it")
	}
	m.SetSketch(tools.Sketch{})
	if m.Tool() != tools.Pan || m.Sketch().State != tools.Idle {
		t.Error("SetSketch with nothing does not give the pan tool")
	}
}

func TestDoubleClickClosesWithoutAnotherCorner(t *testing.T) {
	cfg := inline()
	now := time.Unix(0, 0)
	cfg.Now = func() time.Time { now = now.Add(200 * time.Millisecond); return now }
	m := New(cfg)
	shown(t, m, 600, 400)
	m.SetTool(tools.Polygon)
	clickAt(m, 100, 100)
	clickAt(m, 300, 100) // fast, but far away: no double click
	clickAt(m, 300, 300)
	clickAt(m, 301, 301)
	if s := m.Sketch(); s.State != tools.Closed || len(s.Points) != 3 {
		t.Fatalf("state %v with %d corners", s.State, len(s.Points))
	}
}

func TestDrawByKeys(t *testing.T) {
	m := New(inline())
	win := shown(t, m, 600, 400)
	win.Canvas().Focus(m)
	if !m.focusRing.Visible() {
		t.Error("nothing shows that the map has the keys")
	}
	m.SetTool(tools.Polygon)
	for _, k := range []fyne.KeyName{
		fyne.KeySpace, fyne.KeyRight, fyne.KeySpace, fyne.KeyDown, fyne.KeySpace, fyne.KeyDown, fyne.KeySpace, fyne.KeyBackspace, fyne.KeyReturn,
	} {
		m.TypedKey(&fyne.KeyEvent{Name: k})
	}
	s := m.Sketch()
	if s.State != tools.Closed || len(s.Points) != 3 {
		t.Fatalf("state %v with %d corners", s.State, len(s.Points))
	}
	side := keyPan * m.View().MetresPerPixel()
	near(t, "area", s.AreaM2/(side*side/2), 1, 0.01)
	clickAt(m, 10, 10)
	win.Canvas().Unfocus()
	clickAt(m, 10, 10)
	if m.focusRing.Visible() {
		t.Error("the frame shows though the mouse chose the map")
	}
}

// TestCorridorWidth: the brackets set the width, of the corridor in hand as well.
func TestCorridorWidth(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	press := func(n fyne.KeyName, times int) {
		for range times {
			m.TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
	press(fyne.KeyRightBracket, 3) // another tool is in hand
	m.SetTool(tools.Corridor)
	clickAt(m, 100, 100)
	clickAt(m, 300, 100)
	if w := m.Sketch().WidthM; w != tools.DefaultWidthM {
		t.Fatalf("%v m wide at first", w)
	}
	area := m.Sketch().AreaM2
	press(fyne.KeyRightBracket, 1)
	if s := m.Sketch(); s.WidthM != 60 || s.AreaM2 < 1.3*area {
		t.Errorf("wider: %v m, %v m² after %v", s.WidthM, s.AreaM2, area)
	}
	press(fyne.KeyLeftBracket, 2)
	if w := m.Sketch().WidthM; w != 30 {
		t.Errorf("narrower: %v m", w)
	}
	press(fyne.KeyLeftBracket, 20)
	if w := m.Sketch().WidthM; w != 10 {
		t.Errorf("narrowest: %v m", w)
	}
	press(fyne.KeyRightBracket, 20)
	if w := m.Sketch().WidthM; w != 500 {
		t.Errorf("widest: %v m", w)
	}
}

func TestDragTools(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	view := m.View()
	for _, mode := range []tools.Mode{tools.Rectangle, tools.Circle} {
		m.SetTool(mode)
		dragTo(m, 200, 200, 300, 260)
		if s := m.Sketch(); s.State != tools.Closed || len(s.Shape) != 1 {
			t.Errorf("tool %d left state %v", mode, s.State)
		}
	}
	if m.View() != view {
		t.Error("drawing moved the map")
	}
	shape := m.Sketch().Shape
	if !m.EditShape(shape) {
		t.Fatal("a drawn circle cannot be edited")
	}
	x, y := view.Project(shape[0][0][0])
	dragTo(m, float32(x), float32(y), float32(x)+40, float32(y)-30)
	gx, gy := view.Project(m.Sketch().Shape[0][0][0])
	near(t, "corner x", gx, x+40, 0.01)
	near(t, "corner y", gy, y-30, 0.01)
	m.Undo()
	if !m.Sketch().Shape.Equal(shape) {
		t.Error("undo did not put the corner back")
	}
	// A drag outside the shape pans.
	dragTo(m, 20, 380, 60, 380)
	if m.View() == view {
		t.Error("a drag beside the shape does not move the map")
	}
}

func TestReleaseOutsideTheMap(t *testing.T) {
	m := New(inline())
	shown(t, m, 600, 400)
	m.SetTool(tools.Rectangle)
	press(m, 200, 200)
	m.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(700, 300)}, Dragged: fyne.NewDelta(500, 100)})
	m.DragEnd() // Fyne sends no MouseUp to the map then
	if s := m.Sketch(); s.State != tools.Closed {
		t.Fatalf("state %v", s.State)
	}
	moveTo(m, 10, 10)
	if s := m.Sketch(); s.State != tools.Closed {
		t.Fatal("moving after the release changed the rectangle")
	}
}

func TestTextInSketchTip(t *testing.T) {
	title, line, keys := tipText(tools.Sketch{
		Mode: tools.Polygon, State: tools.Drawing, Corner: 6, EdgeM: 107.3, AreaM2: 38_100, HasHover: true,
	}, "C")
	if title != "Corner 6" || line != "edge 107 m · 0.04 km² so far" || keys != [3]string{"closes", "takes back", "drops C"} {
		t.Errorf("%q, %q, %q", title, line, keys)
	}
}
