package views_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/mapview/tools"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// click presses and releases the mouse on the map.
func (d *deskTest) click(x, y float32) {
	e := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary}
	d.m.MouseMoved(e)
	d.m.MouseDown(e)
	d.m.MouseUp(e)
	d.w.Clock = d.w.Clock.Add(time.Second)
}

// key types a key as the window passes it on: to what has the focus, else to the desk.
func (d *deskTest) key(n fyne.KeyName) {
	e := &fyne.KeyEvent{Name: n}
	if f := d.Focused(); f != nil {
		f.TypedKey(e)
		return
	}
	d.desk.Key(e)
}

// TestDrawWithKeysAndRun draws two polygons with the mouse, closes them with Enter, undoes
// and redoes one, and runs with Enter.
func TestDrawWithKeysAndRun(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, answers)
	d.model.SetKind(session.KindCommon)
	d.desk.Rune('p')
	square := func(x, y float32) {
		d.click(x, y)
		d.click(x+80, y)
		d.click(x+80, y+80)
		if !d.Shows("Close " + d.model.State().NextName + ", then run.") {
			t.Error("the meter does not ask to close the area")
		}
		d.key(fyne.KeyReturn)
		d.w.Pump()
	}
	square(200, 200)
	square(400, 250)
	if n := len(d.model.State().Areas); n != 2 {
		t.Fatalf("%d areas drawn", n)
	}
	d.m.TypedShortcut(&fyne.ShortcutUndo{})
	if n := len(d.model.State().Areas); n != 1 {
		t.Fatalf("%d areas after undo", n)
	}
	d.m.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyZ, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift})
	d.w.Pump()
	if n := len(d.model.State().Areas); n != 2 {
		t.Fatalf("%d areas after redo", n)
	}
	d.key(fyne.KeyReturn)
	d.w.Pump()
	if len(d.w.Runs) != 1 || d.model.State().Results == nil {
		t.Fatalf("%d runs", len(d.w.Runs))
	}
	if !d.Shows("38 plates") || !d.Shows("Change") {
		t.Error("the results are not in view")
	}
	before := d.model.State().Results.Selected()
	d.key(fyne.KeyDown)
	if got := d.model.State().Results.Selected(); got != before+1 {
		t.Errorf("the arrow moved the selection from %d to %d", before, got)
	}
}

func TestEscapeDropsTheDrawingThenTheTool(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.model.SetKind(session.KindGeo)
	d.desk.Rune('p')
	d.click(200, 200)
	d.click(300, 200)
	d.key(fyne.KeyEscape)
	if d.model.State().Sketching || d.m.Sketch().InHand() {
		t.Error("the drawing is still in hand")
	}
	d.key(fyne.KeyEscape)
	if d.m.Tool() != 0 {
		t.Error("the tool is still in hand")
	}
}

// TestEditIsOneUndo drags a corner: the area follows, and one undo takes it back.
func TestEditIsOneUndo(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.drawn(t)
	d.m.Fit()
	was := d.model.State().Areas[0].Shape
	d.model.Select(0)
	d.desk.Rune('e')
	x, y := d.m.View().Project(was[0][0][1])
	at := func(dx float32) fyne.Position { return fyne.NewPos(float32(x)+dx, float32(y)) }
	e := func(p fyne.Position) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary}
	}
	d.m.MouseMoved(e(at(0)))
	d.m.MouseDown(e(at(0)))
	for i := range 5 {
		d.m.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at(float32(i+1) * 5)}, Dragged: fyne.NewDelta(5, 0)})
	}
	d.m.DragEnd()
	d.m.MouseUp(e(at(25)))
	d.key(fyne.KeyReturn)
	d.w.Pump()
	if d.model.State().Areas[0].Shape.Equal(was) {
		t.Fatal("the corner did not move")
	}
	d.model.Undo()
	if !d.model.State().Areas[0].Shape.Equal(was) {
		t.Error("one undo does not take the whole edit back")
	}
}

func TestKindMenuAndShortcuts(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.Click(d.Button("Geographic"))
	for _, s := range []string{"Full plate", "Partial plate", "Make and model", "Common plate", "Repeat visit", "Ctrl 5"} {
		if !strings.Contains(strings.Join(kittest.TextsOf(d.Overlay()), "\n"), s) {
			t.Errorf("the menu lacks %q", s)
		}
	}
	d.Key(fyne.KeyEscape)
	d.desk.SetKind(session.KindCommon) // what Ctrl 5 of the window does
	if k := d.model.State().Draft.Kind; k != session.KindCommon {
		t.Errorf("the kind is %s", k)
	}
}

func TestAreaRowRenamesHidesAndRemoves(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.drawn(t)
	row := func(name string) *kit.Press {
		return kittest.Find(d.Window, func(p *kit.Press) bool {
			return len(kittest.TextsOf(p)) > 1 && strings.Contains(strings.Join(kittest.TextsOf(p), " "), name)
		})
	}
	d.Click(row("depot"))
	if !d.model.State().Areas[1].Selected {
		t.Fatal("a tap does not mark the area")
	}
	d.Click(row("depot"))
	d.Type("warehouse")
	d.Key(fyne.KeyReturn)
	if !d.Shows("Another area is called “warehouse”. Give each its own name.") {
		t.Error("a second area of one name is not refused")
	}
	d.Type(" east")
	d.Key(fyne.KeyReturn)
	if got := d.model.State().Areas[1].Label; got != "warehouse east" {
		t.Errorf("the area is called %q", got)
	}
	d.model.Select(-1)
	hide := kittest.Find(d.Window, func(b *kit.Tool) bool { return strings.HasPrefix(b.Tip(), "Hide on the map") && b.Visible() })
	d.Click(hide)
	if !d.model.State().Areas[0].Hidden {
		t.Error("the eye does not hide the area")
	}
}

func TestImportShowsWhatIsWrong(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.desk.Import(`{"type":"Point","coordinates":[0,0]}`)
	if !d.Shows("No polygon is in it. Areas are Polygon or MultiPolygon. Nothing was added.") {
		t.Error("a file without areas is taken in silence")
	}
	d.desk.Import(`{"type":"Polygon","coordinates":[[[-75.5,39.7],[-75.4,39.7],[-75.4,39.8],[-75.5,39.7]]]}`)
	if len(d.model.State().Areas) != 1 {
		t.Error("the polygon was not added")
	}
}

// TestConfirmationGuardsTheRun: with a warning Run waits for the tick (Q-ALL-4).
func TestConfirmationGuardsTheRun(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, warned)
	d.w.OnRun = func(_ detection.Query, o engine.RunOptions) (*engine.Answer, error) { return commonAnswer(), nil }
	d.model.SetKind(session.KindGeo)
	d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60)), "")
	d.w.Pump()
	run := d.Button("Run as it is")
	if !run.Disabled() {
		t.Error("runs without a confirmation")
	}
	check := kittest.Find(d.Window, func(c *kit.Check) bool {
		return strings.Contains(strings.Join(kittest.TextsOf(c), " "), "confirmation")
	})
	d.Click(check)
	if run.Disabled() {
		t.Fatal("the tick does not free the run")
	}
	d.Click(run)
	d.w.Pump()
	if len(d.w.Runs) != 1 || !d.w.Runs[0].Options.Confirm {
		t.Errorf("%+v", d.w.Runs)
	}
}

func TestNarrowingLinkChangesTheDraft(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, func(w *sessiontest.World) {
		warned(w)
		inner := w.OnEstimate
		w.OnEstimate = func(q detection.Query) (engine.Estimate, error) {
			e, err := inner(q)
			n := q
			n.Color = []string{"WHITE"}
			e.Narrower[2].Query = n
			return e, err
		}
	})
	d.model.SetKind(session.KindGeo)
	d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60)), "")
	d.w.Pump()
	if b := d.Button("Narrow to one week"); b == nil {
		t.Error("the first way to narrow is not the main button")
	}
	d.Click(d.Button("One colour, white"))
	if got := d.model.State().Draft.Vehicle.Color; got != "WHITE" {
		t.Errorf("colour %q", got)
	}
}

func TestRefusalLeadsToAnOpenKind(t *testing.T) {
	d := newDeskTest(t, theme.Dark, 1212, 760, administrative)
	d.model.SetKind(session.KindGeo)
	d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60)), "")
	d.w.Pump()
	d.Click(d.Button("Ask anyway"))
	d.w.Pump()
	if len(d.w.Runs) != 1 {
		t.Fatal("the attempt did not reach the engine, so it is not recorded")
	}
	d.Click(d.Button("Open full-plate query"))
	if k := d.model.State().Draft.Kind; k != session.KindPlate || d.Shows("Not run: geographic query") {
		t.Errorf("kind %s", k)
	}
}

// dragged is what a chart takes of a drag.
type dragged interface {
	desktop.Mouseable
	fyne.Draggable
}

// drag presses, drags and lets go on what lies at a place, as the driver does.
func drag(c fyne.Canvas, p, to fyne.Position) {
	var found dragged
	var origin fyne.Position
	kittest.Walk(c.Content(), func(o fyne.CanvasObject) {
		m, ok := o.(dragged)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		if ok && o.Visible() && p.X >= at.X && p.Y >= at.Y && p.X < at.X+o.Size().Width && p.Y < at.Y+o.Size().Height {
			found, origin = m, at
		}
	})
	if found != nil {
		found.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p.Subtract(origin)}, Button: desktop.MouseButtonPrimary})
		found.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to.Subtract(origin)}})
		found.DragEnd()
		found.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: to.Subtract(origin)}, Button: desktop.MouseButtonPrimary})
	}
}

// TestTimeframeByDragging moves the right handle of the timeframe on the coverage chart.
func TestTimeframeByDragging(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1372, 860, estimate)
	d.drawn(t)
	drag(d.W.Canvas(), fyne.NewPos(1083, 800), fyne.NewPos(1145, 800))
	d.w.Pump()
	if got := session.SpanWords(d.model.State().Draft.Windows[0], d.w.Zone); got != "1–16 May 2026" {
		t.Errorf("the timeframe is %s", got)
	}
	if !d.Shows("1 – 16 May 2026") {
		t.Error("the field does not follow")
	}
}

// TestKeysWorkUnlessTextIsTyped: a letter is a tool while a button or the list has the focus,
// and text while a field has it.
func TestKeysWorkUnlessTextIsTyped(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.model.SetKind(session.KindGeo)
	button := d.Button("Import")
	d.Focus(button)
	d.Type("p")
	if d.m.Tool() != tools.Polygon {
		t.Error("P does nothing while a button has the focus")
	}
	in := kittest.Find(d.Window, func(i *kit.Input) bool { return i.PlaceHolder == "Make" })
	d.Focus(in)
	d.Type("r")
	if d.m.Tool() != tools.Polygon || d.model.State().Draft.Vehicle.Make != "r" {
		t.Errorf("R in a field takes up tool %d, make %q", d.m.Tool(), d.model.State().Draft.Vehicle.Make)
	}
	r := results(t, 1372, 860)
	det, _ := r.model.State().Results.Detail()
	r.Key(fyne.KeyLeft) // the list has the focus after a run
	if now, _ := r.model.State().Results.Detail(); now.Read != det.Read-1 {
		t.Errorf("left arrow shows read %d after %d", now.Read, det.Read)
	}
}

func TestPaletteCommandsSayWhyNot(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, administrative)
	byTitle := map[string]views.Command{}
	for _, c := range d.desk.Commands() {
		byTitle[c.Title] = c
	}
	if c := byTitle["New geographic query"]; c.Disabled != "GEO-2" || c.Key != "Ctrl 4" {
		t.Errorf("%+v", c)
	}
	if c := byTitle["Run the query"]; c.Disabled != "Give plate and state, then run." {
		t.Errorf("%+v", c)
	}
	if byTitle["Draw a polygon"].Disabled == "" {
		t.Error("drawing is offered without an area kind")
	}
}

// BenchmarkSelectRow is the main thread's work for one arrow key in the largest answer:
// 5,000 reads on the list, the map and the timeline.
func BenchmarkSelectRow(b *testing.B) {
	a := &engine.Answer{Count: 5000, Entry: 7, RanAt: time.Date(2026, 5, 21, 13, 0, 0, 0, time.UTC)}
	for i := range 5000 {
		row := sessiontest.Read("r"+strconv.Itoa(i), "7KD"+strconv.Itoa(i%900), i*3, i%2)
		row.Pos = at(float64(i%71)*7, float64(i%53)*7)
		if i%4 == 0 {
			row.Camera = "M-01"
		}
		a.Rows = append(a.Rows, row)
	}
	d := openDesk(b, theme.Dark, 1372, 860, func(func()) {}, answers)
	d.w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return a, nil }
	d.model.SetKind(session.KindGeo)
	d.model.AddArea(ring(at(0, 0), at(500, -50), at(500, 400), at(0, 400)), "")
	d.w.Pump()
	d.model.Run()
	d.w.Pump()
	res := d.model.State().Results
	for b.Loop() {
		res.Step(1)
		d.w.Queue = nil // photos come from elsewhere
	}
}

// BenchmarkTypeInField is the main thread's work for one letter typed into the draft.
func BenchmarkTypeInField(b *testing.B) {
	d := openDesk(b, theme.Dark, 1372, 860, func(func()) {}, answers)
	d.model.SetKind(session.KindGeo)
	d.model.AddArea(ring(at(0, 0), at(500, -50), at(500, 400), at(0, 400)), "")
	d.w.Pump()
	i := 0
	for b.Loop() {
		i++
		d.model.SetVehicle(session.Vehicle{Make: "TOYOTA"[:1+i%6]})
		d.w.Timers = nil
	}
}
