package views_test

import (
	"testing"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit/kittest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// textAt is where a text is drawn; false while it is not.
func (d *deskTest) textAt(text string) (fyne.Position, bool) {
	for _, o := range kittest.Objects(d.W.Content()) {
		if o.Text == text {
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(o), true
		}
	}
	return fyne.Position{}, false
}

// TestLegendLeavesTheCallout at the smallest window: wherever the map is moved, the legend does
// not lie over the box at the selected read.
func TestLegendLeavesTheCallout(t *testing.T) {
	d := results(t, 1212, 760)
	det, _ := d.model.State().Results.Detail()
	for _, to := range []fyne.Position{{X: 60, Y: 400}, {X: 60, Y: 500}, {X: 300, Y: 540}, {X: 600, Y: 540}, {X: 60, Y: 200}} {
		v := d.m.View()
		x, y := v.Project([2]float64{det.Hit.Lon, det.Hit.Lat})
		v = v.Pan(float64(to.X)-x, float64(to.Y)-y)
		d.m.SetView(v.Center, v.Zoom)
		box, size, shown := d.m.CalloutAt()
		if !shown {
			t.Fatalf("no callout with the read at %v", to)
		}
		line, ok := d.textAt("one mobile read")
		if !ok {
			t.Fatal("no legend")
		}
		m := fyne.CurrentApp().Driver().AbsolutePositionForObject(d.m)
		// The legend is 148 x 70 around its first line, 40 to the left and 10 above.
		left, top := line.X-m.X-40, line.Y-m.Y-10
		if left < box.X+size.Width && box.X < left+148 && top < box.Y+size.Height && box.Y < top+70 {
			t.Errorf("read at %v: legend at %.0f,%.0f over the callout at %v, %v", to, left, top, box, size)
		}
	}
}

// TestTagsStayClear: the tag of an area that reaches over the map's upper edge stands below the
// tools, and after a run below what was asked.
func TestTagsStayClear(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, answers)
	d.drawn(t)
	check := func(when string) {
		t.Helper()
		v := d.m.View()
		_, y := v.Project(d.model.State().Areas[1].Shape.Bound().Max)
		v = v.Pan(0, -y-20)
		d.m.SetView(v.Center, v.Zoom)
		at, ok := d.textAt("depot")
		for _, o := range kittest.Objects(d.W.Content()) {
			if p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o); o.Text == "depot" && p.X > 320 {
				at = p
			}
		}
		top := at.Y - fyne.CurrentApp().Driver().AbsolutePositionForObject(d.m).Y
		if !ok || top < 46 {
			t.Errorf("%s: the tag stands at %.0f, the tools reach to 46", when, top)
		}
	}
	check("drawing")
	d.model.Run()
	d.w.Pump()
	check("after the run")
}

// TestTopBarHasNoGap: without a reason there is one line between case and person, not two.
func TestTopBarHasNoGap(t *testing.T) {
	width := func(reason string) float32 {
		kittest.NewApp(t, theme.Light)
		shell := views.NewShell(views.ShellData{Case: "HSI-2026-00123", Reason: reason, For: "self"}, canvas.NewRectangle(nil))
		w := kittest.Open(t, 1280, 800, shell)
		var from, to float32
		for _, o := range kittest.Objects(w.W.Content()) {
			switch o.Text {
			case "HSI-2026-00123":
				from = fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X + o.MinSize().Width
			case "for self":
				to = fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X
			}
		}
		return to - from
	}
	if gap := width(""); gap < 12 || gap > 30 {
		t.Errorf("%.0f units between the case and the person", gap)
	}
	if width("Criminal investigation") < 80 {
		t.Error("the reason has no room")
	}
}
