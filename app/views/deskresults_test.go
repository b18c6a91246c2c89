package views_test

import (
	"testing"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"

	"fyne.io/fyne/v2"
)

// results runs the common-plate draft of picture 2.
func results(t *testing.T, w, h float32) *deskTest {
	t.Helper()
	d := newDeskTest(t, theme.Dark, w, h, answers)
	d.drawn(t)
	d.model.Run()
	d.w.Pump()
	return d
}

// TestFacetMenuFilters proves R-2 through the window: no new query runs.
func TestFacetMenuFilters(t *testing.T) {
	d := results(t, 1372, 860)
	d.Click(d.Button("Make"))
	item := ""
	for _, s := range kittest.TextsOf(d.Overlay()) {
		if s == "Toyota" {
			item = s
		}
	}
	if item == "" {
		t.Fatalf("the menu shows %v", kittest.TextsOf(d.Overlay()))
	}
	d.Key(fyne.KeyEscape)
	res := d.model.State().Results
	all := res.Len()
	res.Toggle(session.FacetMake, "TOYOTA")
	if res.Len() >= all || !d.Shows("Make: Toyota") || len(d.w.Runs) != 1 {
		t.Errorf("%d of %d rows, %d runs", res.Len(), all, len(d.w.Runs))
	}
	d.Click(d.Button("Clear filters"))
	if res.Len() != all {
		t.Error("the filters are still on")
	}
}

func TestBrushByDragging(t *testing.T) {
	d := results(t, 1372, 860)
	y := float32(800)
	from, to := fyne.NewPos(400, y), fyne.NewPos(700, y)
	drag(d.W.Canvas(), from, to)
	b := d.model.State().Results.Brush()
	if b.IsZero() || !d.Shows("Keep only these") {
		t.Fatalf("brush %v", b)
	}
	all := len(d.model.State().Results.MapReads())
	d.Click(d.Button("Keep only these"))
	if n := len(d.model.State().Results.MapReads()); n >= all || n == 0 {
		t.Errorf("%d of %d reads kept", n, all)
	}
	d.Click(d.Button("Clear"))
	if !d.model.State().Results.Brush().IsZero() {
		t.Error("the brush is still there")
	}
}

// TestKeepThroughTheWindow proves R-4: the reason is asked for in place.
func TestKeepThroughTheWindow(t *testing.T) {
	d := results(t, 1372, 860)
	d.Click(d.Button("Relevant…"))
	d.Click(d.Button("Keep in the case"))
	if !d.Shows("Say why this read is relevant.") || len(d.w.Keeps) != 0 {
		t.Fatal("kept without a reason")
	}
	in := kittest.Find(d.Window, func(i *kit.Input) bool { return i.PlaceHolder == "Why it matters" })
	d.Focus(in)
	d.Type("leaves B after the dock door opened")
	d.Click(d.Button("Keep in the case"))
	d.w.Pump()
	if len(d.w.Keeps) != 1 || d.w.Keeps[0].Reason != "leaves B after the dock door opened" || !d.Shows("1 read kept in HSI-2026-00123. Crop the photos there.") {
		t.Errorf("%+v", d.w.Keeps)
	}
}

func TestClosingTheResultDropsIt(t *testing.T) {
	d := results(t, 1212, 760)
	d.model.CloseResults()
	d.w.Pump()
	if len(d.w.Released) != 1 || d.Shows("38 plates") || !d.Shows("Camera coverage. Counts appear after the run.") {
		t.Errorf("released %v", d.w.Released)
	}
}

func TestMapAndListAreLinked(t *testing.T) {
	d := results(t, 1372, 860)
	res := d.model.State().Results
	res.Select(2)
	row := res.Row(2)
	if !d.Shows(row.Plate) {
		t.Error("the detail does not follow the list")
	}
	d.desk.Key(&fyne.KeyEvent{Name: fyne.KeyLeft})
	det, _ := res.Detail()
	if det.Read != det.Reads-1 {
		t.Errorf("read %d of %d after the left arrow", det.Read, det.Reads)
	}
}
