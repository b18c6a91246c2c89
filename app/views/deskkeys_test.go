package views_test

import (
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
	"cordon/mapview"
	"cordon/mapview/tools"

	"fyne.io/fyne/v2"
)

// TestRelevantTakesTheKeys: "Relevant…" gives the keys to its reason, Enter keeps, Esc
// cancels, and either way they go back to the list.
func TestRelevantTakesTheKeys(t *testing.T) {
	d := results(t, 1212, 760)
	list := d.Focused()
	reason := func() *kit.Input {
		t.Helper()
		in, ok := d.Focused().(*kit.Input)
		if !ok || in.PlaceHolder != "Why it matters" {
			t.Fatalf("the keys belong to %T", d.Focused())
		}
		return in
	}
	d.Click(d.Button("Relevant…"))
	reason()
	d.Type("not this one")
	d.Key(fyne.KeyEscape)
	d.w.Pump()
	if d.model.State().Results.KeepForm().Open || len(d.w.Keeps) != 0 || d.Focused() != list {
		t.Fatalf("Esc: open %v, %d kept, the keys belong to %T", d.model.State().Results.KeepForm().Open, len(d.w.Keeps), d.Focused())
	}
	d.Click(d.Button("Relevant…"))
	in := reason()
	if in.Text != "" {
		t.Errorf("the reason begins with %q", in.Text)
	}
	top, foot := d.top(in), d.top(in)+in.Size().Height
	if top < 0 || foot > 760 {
		t.Errorf("the reason lies at %v to %v of a window of 760", top, foot)
	}
	keep := d.Button("Keep in the case")
	if foot := d.top(keep) + keep.Size().Height; foot > 760 {
		t.Errorf("the button below the reason ends at %v of a window of 760", foot)
	}
	d.Type("leaves B after the dock door opened")
	d.Key(fyne.KeyReturn)
	d.w.Pump()
	if len(d.w.Keeps) != 1 || d.w.Keeps[0].Reason != "leaves B after the dock door opened" || d.Focused() != list {
		t.Errorf("Enter: %+v, the keys belong to %T", d.w.Keeps, d.Focused())
	}
	d.Key(fyne.KeyDown)
	if d.model.State().Results.Selected() != 1 {
		t.Error("the arrows do not walk through the list after keeping")
	}
}

func (d *deskTest) top(o fyne.CanvasObject) float32 {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
}

// TestTabStaysInView (X-6, work by keys): what Tab goes to in the query panel is scrolled into view.
func TestTabStaysInView(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 700, estimate)
	d.drawn(t)
	d.Focus(d.Button("Edit")) // the purpose is complete and folded
	d.Key(fyne.KeyReturn)
	scroll := kittest.Find(d.Window, func(*kit.Scroller) bool { return true })
	top := d.top(scroll)
	foot := top + scroll.Size().Height
	d.Focus(kittest.Find(d.Window, func(i *kit.Input) bool { return i.PlaceHolder == "Make" }))
	reached := false
	for range 14 {
		d.W.Canvas().FocusNext()
		switch f := d.Focused().(type) {
		case *kit.Input, *kit.Select, *kit.Check:
			o := f.(fyne.CanvasObject)
			if y := d.top(o); y < top-1 || y+o.Size().Height > foot+1 {
				t.Errorf("%T lies at %.0f to %.0f, in view is %.0f to %.0f", f, y, y+o.Size().Height, top, foot)
			}
			if c, ok := f.(*kit.Check); ok && strings.Contains(strings.Join(kittest.TextsOf(c), " "), "attest") {
				reached = true
			}
		}
		if reached {
			break
		}
	}
	if !reached || scroll.Offset() == 0 {
		t.Errorf("Tab does not lead to the attestation (%v), scrolled by %.0f", reached, scroll.Offset())
	}
}

const farAway = `{"type":"Polygon","coordinates":[[[-75.60,38.70],[-75.59,38.70],[-75.59,38.71],[-75.60,38.70]]]}`

func (d *deskTest) seesFarAway() bool {
	x, y := d.m.View().Project([2]float64{-75.595, 38.705})
	return x > 0 && y > 0 && x < d.m.View().W && y < d.m.View().H
}

// TestAddedAreasComeIntoView (Q-GEO-1): by paste into the panel, by a file, and with F.
func TestAddedAreasComeIntoView(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.model.SetKind(session.KindGeo)
	d.Click(d.Button("Import"))
	if in, ok := d.Focused().(*kit.Input); !ok || !strings.HasPrefix(in.PlaceHolder, "Paste GeoJSON") {
		t.Fatalf("the keys belong to %T", d.Focused())
	}
	d.Type(farAway)
	d.Click(d.Button("Add areas"))
	if len(d.model.State().Areas) != 1 || !d.seesFarAway() {
		t.Error("an area added in the panel is not in view")
	}
	d.Focus(nil)
	for name, f := range map[string]func(){
		"a file": func() { d.model.Clear(); d.desk.Import(farAway) },
		"F":      func() { d.desk.Rune('f') },
		"f":      func() { d.desk.Rune('F') },
		"paste": func() {
			d.model.Clear()
			fyne.CurrentApp().Clipboard().SetContent(farAway)
			defer d.desk.Bind(d.W.Canvas())()
			d.W.Canvas().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{})
		},
	} {
		d.m.SetView([2]float64{-75.5, 39.9}, 15)
		if f(); !d.seesFarAway() {
			t.Errorf("%s does not bring the area into view", name)
		}
	}
}

// TestToolKeys: each key that a tip of the tool bar names takes up its tool.
func TestToolKeys(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.model.SetKind(session.KindGeo)
	for r, mode := range map[rune]tools.Mode{'p': tools.Polygon, 'R': tools.Rectangle, 'c': tools.Circle} {
		d.desk.Rune('v')
		if d.desk.Rune(r); d.m.Tool() != mode {
			t.Errorf("%c takes up tool %d", r, d.m.Tool())
		}
	}
	zoom := d.m.View().Zoom
	if d.desk.Rune('+'); d.m.View().Zoom <= zoom {
		t.Error("+ does not zoom in")
	}
	if d.desk.Rune('-'); d.m.View().Zoom != zoom {
		t.Error("- does not zoom out")
	}
}

// TestShortcutsAreTakenAway: after unbind the canvas does nothing to the desk.
func TestShortcutsAreTakenAway(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1212, 760, estimate)
	d.drawn(t)
	unbind := d.desk.Bind(d.W.Canvas())
	send := d.W.Canvas().(fyne.Shortcutable)
	send.TypedShortcut(&fyne.ShortcutUndo{})
	if n := len(d.model.State().Areas); n != 2 {
		t.Fatalf("%d areas after undo of three", n)
	}
	send.TypedShortcut(&fyne.ShortcutRedo{})
	unbind()
	send.TypedShortcut(&fyne.ShortcutUndo{})
	fyne.CurrentApp().Clipboard().SetContent(farAway)
	send.TypedShortcut(&fyne.ShortcutPaste{})
	if n := len(d.model.State().Areas); n != 3 {
		t.Errorf("%d areas: a shortcut still reaches the desk", n)
	}
}

// TestLayoutIsKept (P-layout of ui.md): sizes and a fold by hand are told and restored; folding by
// a run is not told.
func TestLayoutIsKept(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1372, 860, answers)
	var told []views.DeskLayout
	props := views.DeskProps{
		Model: d.w.Desk(), Map: mapview.New(mapview.Config{Do: func(f func()) { f() }, Go: func(f func()) { f() }}), Now: func() time.Time { return d.w.Clock },
		OnLayout: func(l views.DeskLayout) { told = append(told, l) },
	}
	d.model, d.m = props.Model, props.Map
	d.desk = views.NewDesk(props)
	d.Window = kittest.Open(t, 1372, 860, d.desk)
	d.w.Pump()
	panel := kittest.Find(d.Window, func(*views.QueryPanel) bool { return true })
	width := panel.Size().Width
	kittest.DragAt(d.Window, fyne.NewPos(width, 400), 60, 0)
	if len(told) != 1 || told[0].Query != width+60 {
		t.Fatalf("told %+v after a drag from %v by 60", told, width)
	}
	d.drawn(t)
	d.model.Run()
	d.w.Pump()
	if len(told) != 1 {
		t.Errorf("a run told the layout %+v", told[1:])
	}
	d.model.CloseResults()
	d.w.Pump()
	d.Click(kittest.Find(d.Window, func(b *kit.Tool) bool { return b.Tip() == "Fold this panel" }))
	if len(told) != 2 || !told[1].QueryFolded {
		t.Fatalf("told %+v after folding the query by hand", told)
	}
	again := props
	again.Layout = told[0]
	d.Window = kittest.Open(t, 1372, 860, views.NewDesk(again))
	if got := kittest.Find(d.Window, func(*views.QueryPanel) bool { return true }).Size().Width; got != width+60 {
		t.Errorf("the panel is %v wide, it was left at %v", got, width+60)
	}
}
