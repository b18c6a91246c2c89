package tools

import (
	"math"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// at is a place some metres east and north of Wilmington station.
func at(east, north float64) orb.Point {
	return newLocal(orb.Point{-75.551, 39.737}).point(east, north)
}

func click(e, n float64) Event { return Event{Kind: Click, Pos: at(e, n), TolM: 5} }
func move(e, n float64) Event  { return Event{Kind: Hover, Pos: at(e, n), TolM: 5} }
func key(k Kind) Event         { return Event{Kind: k} }
func drag(k Kind, e, n float64) Event {
	return Event{Kind: k, Pos: at(e, n), TolM: 5}
}

// TestTools is Q-GEO-1: the drawing tools, one story a line.
func TestTools(t *testing.T) {
	square := []Event{click(0, 0), click(100, 0), click(100, 100), click(0, 100)}
	for _, c := range []struct {
		name    string
		mode    Mode
		events  []Event
		state   State
		corners int // distinct corners of the shape, 0 for none
		area    float64
		points  int
	}{
		{"polygon, Enter", Polygon, append(square[:4:4], key(Enter)), Closed, 4, 10_000, 4},
		{"polygon, double click", Polygon, append(square[:4:4], Event{Kind: DoubleClick, Pos: at(0, 100)}), Closed, 4, 10_000, 4},
		{"polygon, first corner", Polygon, append(square[:4:4], click(2, 2)), Closed, 4, 10_000, 4},
		{"polygon, two corners do not close", Polygon, append(square[:2:2], key(Enter)), Drawing, 0, 0, 2},
		{"polygon, early click on first corner", Polygon, append(square[:2:2], click(0, 0)), Drawing, 0, 0, 3},
		{"polygon, Backspace", Polygon, append(square[:4:4], key(Backspace), key(Enter)), Closed, 3, 5_000, 3},
		{"polygon, Backspace to nothing", Polygon, []Event{click(0, 0), key(Backspace)}, Idle, 0, 0, 0},
		{"polygon, Esc", Polygon, append(square[:3:3], key(Escape)), Dropped, 0, 0, 0},
		{"polygon, same place twice", Polygon, []Event{click(0, 0), click(100, 0), click(100, 0)}, Drawing, 0, 0, 2},
		{"polygon, next one", Polygon, append(square[:4:4], key(Enter), click(500, 500)), Drawing, 0, 0, 1},
		{"rectangle", Rectangle, []Event{drag(Press, 0, 0), drag(Drag, 30, 20), drag(Drag, 60, 50), drag(Release, 60, 50)}, Closed, 4, 3_000, 2},
		{"rectangle, other way", Rectangle, []Event{drag(Press, 60, 50), drag(Drag, 0, 0), drag(Release, 0, 0)}, Closed, 4, 3_000, 2},
		{"rectangle, only a click", Rectangle, []Event{drag(Press, 0, 0), drag(Click, 0, 0)}, Idle, 0, 0, 0},
		{"rectangle, no height", Rectangle, []Event{drag(Press, 0, 0), drag(Drag, 60, 0), drag(Release, 60, 0)}, Idle, 0, 0, 0},
		{"rectangle, Esc while dragging", Rectangle, []Event{drag(Press, 0, 0), drag(Drag, 60, 50), key(Escape), drag(Drag, 80, 80), drag(Release, 80, 80)}, Dropped, 0, 0, 0},
		{"circle", Circle, []Event{drag(Press, 0, 0), drag(Drag, 0, 100), drag(Release, 0, 100)}, Closed, 64, 31_365, 2},
		{"circle, no radius", Circle, []Event{drag(Press, 0, 0), drag(Release, 0, 0)}, Idle, 0, 0, 0},
		{"corridor", Corridor, []Event{click(0, 0), click(200, 0), key(Enter)}, Closed, 18, 200*40 + math.Pi*400, 2},
		{"corridor, one point", Corridor, []Event{click(0, 0), key(Enter)}, Drawing, 0, 0, 1},
		{"freehand", Freehand, []Event{
			drag(Press, 0, 0), drag(Drag, 50, 0.3), drag(Drag, 100, 0), drag(Drag, 100, 50), drag(Drag, 100.2, 100), drag(Drag, 0, 100), drag(Release, 0, 100),
		}, Closed, 4, 10_000, 4},
		{"freehand, a line", Freehand, []Event{drag(Press, 0, 0), drag(Drag, 50, 0), drag(Drag, 100, 0), drag(Release, 100, 0)}, Idle, 0, 0, 0},
		{"measure a line", Measure, []Event{click(0, 0), click(100, 0), click(100, 50), key(Enter)}, Closed, 0, 0, 3},
		{"measure a ring", Measure, append(square[:4:4], click(0, 1)), Closed, 4, 10_000, 4},
		{"pan draws nothing", Pan, square, Idle, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBoard()
			b.SetMode(c.mode)
			var s Sketch
			for _, ev := range c.events {
				s, _, _ = b.Handle(ev)
			}
			if s.State != c.state || len(s.Points) != c.points {
				t.Fatalf("state %v with %d points, want %v with %d", s.State, len(s.Points), c.state, c.points)
			}
			if n := corners(s.Shape); n != c.corners {
				t.Fatalf("%d corners, want %d", n, c.corners)
			}
			if c.area > 0 && relErr(s.AreaM2, c.area) > 0.01 {
				t.Fatalf("area %v m², want %v", s.AreaM2, c.area)
			}
		})
	}
}

func corners(shape orb.MultiPolygon) int {
	n := 0
	for _, poly := range shape {
		for _, ring := range poly {
			n += distinct(ring)
		}
	}
	return n
}

// TestSketchTooltip is picture 1: "Corner 6 · edge 107 m · 0.04 km² so far".
func TestSketchTooltip(t *testing.T) {
	b := NewBoard()
	b.SetMode(Polygon)
	for _, ev := range []Event{click(0, 0), click(70, 40), click(180, 20), click(190, -120), click(120, -200)} {
		b.Handle(ev)
	}
	s, changed, _ := b.Handle(move(20, -160))
	if s.Corner != 6 || changed {
		t.Fatalf("corner %d, changed %v", s.Corner, changed)
	}
	if want := math.Hypot(100, 40); relErr(s.EdgeM, want) > 1e-3 {
		t.Errorf("edge %v m, want %v", s.EdgeM, want)
	}
	want := planar.Area(orb.Ring{{0, 0}, {70, 40}, {180, 20}, {190, -120}, {120, -200}, {20, -160}, {0, 0}})
	if relErr(s.AreaM2, math.Abs(want)) > 1e-3 {
		t.Errorf("area %v m², want %v", s.AreaM2, want)
	}
	if len(s.Preview()) != 1 || s.Crossing != nil {
		t.Errorf("preview %v, crossing %v", s.Preview(), s.Crossing)
	}
	s, _, _ = b.Handle(move(120, 100)) // across the side between the second and third corner
	if s.Crossing == nil {
		t.Error("no warning while the new side crosses the border")
	}
}

func TestCircleIsRound(t *testing.T) {
	for _, lat := range []float64{0, 39.7, -60, 80} {
		c := orb.Point{-75, lat}
		shape := circleShape(c, 1000)
		for _, p := range shape[0][0] {
			if d := DistanceM(c, p); math.Abs(d-1000) > 1e-3 {
				t.Fatalf("a corner at %v° stands %v m from the centre", lat, d)
			}
		}
		want := math.Pi * 1e6 * math.Sin(2*math.Pi/64) * 64 / (2 * math.Pi) // regular 64-gon
		if relErr(ShapeAreaM2(shape), want) > 1e-4 {
			t.Fatalf("area %v m² at %v°, want %v", ShapeAreaM2(shape), lat, want)
		}
	}
}

func TestEdit(t *testing.T) {
	shape := orb.MultiPolygon{
		{closedRing([]orb.Point{at(0, 0), at(100, 0), at(100, 100), at(0, 100)})},
		{closedRing([]orb.Point{at(300, 0), at(400, 0), at(350, 100)})},
	}
	edit := func(evs ...Event) Sketch {
		b := NewBoard()
		if !b.Edit(shape) {
			t.Fatal("refused the shape")
		}
		before := shape.Clone()
		for _, ev := range evs {
			b.Handle(ev)
		}
		if !shape.Equal(before) {
			t.Fatal("the caller's shape was changed")
		}
		return b.Sketch()
	}
	s := edit(drag(Press, 1, 1), drag(Drag, -20, -20), drag(Drag, -50, -50), drag(Release, -50, -50))
	if got := s.Shape[0][0]; got[0] != at(-50, -50) || got[0] != got[len(got)-1] {
		t.Errorf("first corner at %v, closed %v", got[0], got[0] == got[len(got)-1])
	}
	s = edit(drag(Press, 50, 0), drag(Drag, 50, -40), drag(Release, 50, -40))
	if n := corners(s.Shape[:1]); n != 5 || relErr(RingAreaM2(s.Shape[0][0]), 12_000) > 0.01 {
		t.Errorf("after pulling a side out: %d corners, %v m²", n, RingAreaM2(s.Shape[0][0]))
	}
	s = edit(drag(Press, 50, 50), drag(Drag, 50, 20_050), drag(Release, 50, 20_050))
	if relErr(RingAreaM2(s.Shape[0][0]), 10_000) > 0.01 || DistanceM(s.Shape[0][0][0], at(0, 20_000)) > 30 {
		t.Errorf("after moving it north: %v m² at %v", RingAreaM2(s.Shape[0][0]), s.Shape[0][0][0])
	}
	s = edit(drag(Press, 100, 100), drag(Click, 100, 100), key(Delete))
	if n := corners(s.Shape[:1]); n != 3 {
		t.Errorf("%d corners after taking one away", n)
	}
	s = edit(drag(Press, 350, 100), drag(Click, 350, 100), key(Delete))
	if n := corners(s.Shape); n != 7 {
		t.Errorf("a triangle lost a corner: %d", n)
	}
	s = edit(drag(Press, 1, 1), drag(Drag, 150, 50), drag(Release, 150, 50))
	if s.Crossing == nil {
		t.Error("no warning for a border that crosses itself")
	}
	s = edit(drag(Press, 1, 1), drag(Drag, 150, 50), key(Escape), drag(Drag, 160, 60), drag(Release, 160, 60))
	if !s.Shape.Equal(shape) || s.State != Editing {
		t.Error("Esc did not let go of the corner")
	}
	s = edit(key(Enter))
	if s.State != Closed || !s.Shape.Equal(shape) {
		t.Error("Enter did not finish")
	}
	if NewBoard().Edit(orb.MultiPolygon{{{{0, 0}, {1, 1}, {0, 0}}}}) {
		t.Error("took a ring of two corners")
	}
}

func TestCaptures(t *testing.T) {
	shape := orb.MultiPolygon{{closedRing([]orb.Point{at(0, 0), at(100, 0), at(100, 100)})}}
	for _, c := range []struct {
		s    Sketch
		e, n float64
		want bool
	}{
		{Sketch{Mode: Pan}, 0, 0, false},
		{Sketch{Mode: Polygon, State: Drawing, Points: []orb.Point{at(0, 0)}}, 0, 0, false},
		{Sketch{Mode: Rectangle}, 0, 0, true},
		{Sketch{Mode: Edit, State: Editing, Shape: shape}, 2, 2, true},
		{Sketch{Mode: Edit, State: Editing, Shape: shape}, 80, 40, true},
		{Sketch{Mode: Edit, State: Editing, Shape: shape}, 10, 90, false},
	} {
		if got := Captures(c.s, drag(Press, c.e, c.n)); got != c.want {
			t.Errorf("mode %d at %v, %v: %v", c.s.Mode, c.e, c.n, got)
		}
	}
}

func TestSnap(t *testing.T) {
	targets := []orb.LineString{{at(0, 0), at(100, 0)}, {at(50, 60), at(50, 200)}}
	for _, c := range []struct {
		p, want orb.Point
		ok      bool
	}{
		{at(3, 3), at(0, 0), true},       // corner before side
		{at(50, 4), at(50, 0), true},     // side
		{at(50, 30), at(50, 30), false},  // too far
		{at(104, 0), at(100, 0), true},   // end
		{at(54, 100), at(50, 100), true}, // second line
	} {
		got, ok := Snap(c.p, targets, 6)
		if ok != c.ok || DistanceM(got, c.want) > 0.01 {
			t.Errorf("%v snapped to %v (%v), want %v", c.p, got, ok, c.want)
		}
	}
	b := NewBoard()
	b.SetMode(Polygon)
	b.SetTargets([]orb.MultiPolygon{{{orb.Ring{at(0, 0), at(100, 0), at(0, 100), at(0, 0)}}}})
	s, _, _ := b.Handle(click(3, 3))
	if s.Points[0] != at(3, 3) {
		t.Error("snapped though it was off")
	}
	b.SetMode(Polygon)
	b.SetSnap(true)
	s, _, _ = b.Handle(click(3, 3))
	if s.Points[0] != at(0, 0) || !s.Snapped {
		t.Errorf("first corner at %v", s.Points[0])
	}
}

func genEvent(t *rapid.T) Event {
	ev := Event{Kind: Kind(rapid.IntRange(0, int(Delete)).Draw(t, "kind")), TolM: 8}
	ev.Pos = at(float64(rapid.IntRange(0, 12).Draw(t, "e"))*20, float64(rapid.IntRange(0, 12).Draw(t, "n"))*20)
	switch rapid.IntRange(0, 30).Draw(t, "wild") {
	case 0:
		ev.Pos = orb.Point{math.NaN(), 3}
	case 1:
		ev.Pos = orb.Point{math.Inf(1), -1e300}
	case 2:
		ev.Pos, ev.TolM = orb.Point{179.9999, 89.9}, 1e9
	case 3:
		ev.TolM = math.NaN()
	}
	return ev
}

func genBoard(t *rapid.T) *Board {
	b := NewBoard()
	b.SetSnap(rapid.Bool().Draw(t, "snap"))
	b.SetTargets([]orb.MultiPolygon{{{closedRing([]orb.Point{at(0, 0), at(40, 0), at(40, 40)})}}})
	mode := Mode(rapid.IntRange(0, int(Measure)).Draw(t, "mode"))
	b.SetMode(mode)
	if mode == Edit {
		b.Edit(orb.MultiPolygon{{closedRing([]orb.Point{at(40, 40), at(200, 40), at(120, 160), at(40, 100)})}})
	}
	return b
}

// TestAnyEvents: no sequence of events panics, and what is closed has at least three distinct corners in
// each ring; a sketch that was handed out never changes afterwards.
func TestAnyEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := genBoard(t)
		var given []Sketch
		var copies []orb.MultiPolygon
		var points [][]orb.Point
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			switch rapid.IntRange(0, 12).Draw(t, "what") {
			case 0:
				b.Undo()
			case 1:
				b.Redo()
			case 2:
				b.SetWidthM(rapid.Float64Range(-5, 300).Draw(t, "width"))
			default:
				b.Handle(genEvent(t))
			}
			s := b.Sketch()
			if !consistent(s) {
				t.Fatalf("inconsistent sketch %+v", s)
			}
			if math.IsNaN(s.AreaM2 + s.EdgeM + s.LengthM) {
				t.Fatalf("figures of %+v", s)
			}
			s.Preview()
			given = append(given, s)
			copies = append(copies, s.Shape.Clone())
			points = append(points, append([]orb.Point(nil), s.Points...))
		}
		for i, s := range given {
			if !s.Shape.Equal(copies[i]) || !reflect.DeepEqual(append([]orb.Point(nil), s.Points...), points[i]) {
				t.Fatalf("sketch %d was changed after it was handed out", i)
			}
		}
	})
}

// TestUndoRedo: undo followed by redo is the identity, and undoing everything leads back to the start.
func TestUndoRedo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := genBoard(t)
		start := settled(b.Sketch())
		for range rapid.IntRange(0, 25).Draw(t, "events") {
			b.Handle(genEvent(t))
			if !b.CanUndo() {
				continue
			}
			before, n := settledLive(b), len(b.history.past)
			b.Undo()
			if len(b.history.past) != n-1 || !b.CanRedo() {
				t.Fatal("undo did not go back a step")
			}
			b.Redo()
			if got := b.Sketch(); !reflect.DeepEqual(got, before) {
				t.Fatalf("undo and redo gave\n%+v, want\n%+v", got, before)
			}
		}
		for b.CanUndo() {
			b.Undo()
		}
		if got := b.history.present; !reflect.DeepEqual(got, start) {
			t.Fatalf("undone to the start\n%+v, want\n%+v", got, start)
		}
	})
}

// settledLive is the last committed step: what undo and redo come back to.
func settledLive(b *Board) Sketch { return b.history.present }

func TestHistoryIsBounded(t *testing.T) {
	b := NewBoard()
	b.SetMode(Measure)
	for i := range 3 * historyLimit {
		b.Handle(click(float64(i), float64(i%7)))
	}
	n := 0
	for b.CanUndo() {
		b.Undo()
		n++
	}
	if n != historyLimit {
		t.Fatalf("%d steps back, want %d", n, historyLimit)
	}
}
