package desktop

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/paulmach/orb/geojson"

	"cordon/app/demoworld"
	"cordon/app/session"
	"cordon/app/uithread/uitest"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
	"cordon/assets/demo"
)

const (
	person     = "k.lindqvist"
	caseNumber = "HSI-2026-00123"
)

// driven is the window of a real demo workstation in Fyne's test driver; the test's
// goroutine is the main thread.
type driven struct {
	*kittest.Window
	t     *testing.T
	queue *uitest.Queue
	d     *Desktop
}

func newDriven(t *testing.T) *driven {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if _, err := demoworld.Make(t.Context(), demoworld.Options{Dir: dir, Rows: 3000}, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	w := &driven{t: t, queue: uitest.NewQueue()}
	d, err := New(Options{App: app, Dir: dir, Exports: t.TempDir(), Config: t.TempDir(), Deliver: w.queue.Dispatch, Log: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	w.d, w.Window = d, kittest.Of(t, d.win)
	d.Show()
	w.wait("the sign-in", func() bool { return d.signIn != nil })
	t.Cleanup(func() {
		d.Quit()
		w.wait("the end", func() bool { return !d.work.Running() })
	})
	return w
}

func (w *driven) wait(what string, done func() bool) {
	w.t.Helper()
	if !w.queue.Wait(30*time.Second, done) {
		w.t.Fatalf("%s did not come; the window shows %q", what, w.Texts())
	}
}

// signIn leads through the three steps by keys alone, beginning in the first field.
func (w *driven) signIn() *frame {
	w.t.Helper()
	c := w.W.Canvas()
	w.Type(person)
	c.FocusNext()
	w.Type(demo.Password(person))
	w.Key(fyne.KeyReturn)
	w.wait("the rules", func() bool { return w.d.signIn.State().Step == session.StepRules })
	w.Key(fyne.KeyReturn)
	if w.queue.Drain(); w.d.signIn.State().Step != session.StepRules {
		w.t.Fatal("the rules are passed without agreeing (X-3)")
	}
	w.Key(fyne.KeySpace, fyne.KeyReturn)
	w.wait("the purpose", func() bool { return w.d.signIn.State().Step == session.StepPurpose })
	w.Type(caseNumber)
	c.FocusNext()
	w.Key(fyne.KeySpace, fyne.KeyDown, fyne.KeyReturn)
	c.FocusNext()
	w.Type("vehicle carrying the loads")
	w.Key(fyne.KeyReturn)
	w.wait("the map desk", func() bool { return w.d.frame != nil })
	return w.d.frame
}

func (w *driven) signOut() {
	w.t.Helper()
	w.d.frame.shell.OnSignOut()
	w.d.signOut() // a second press on the way out does nothing
	w.wait("the sign-in", func() bool { return w.d.signIn != nil })
}

// story is the draft of the first planted story, over areas from a file.
func (w *driven) story(f *frame) {
	w.t.Helper()
	q, _, _, err := demoworld.Query("warehouses")
	if err != nil {
		w.t.Fatal(err)
	}
	areas := geojson.NewFeatureCollection()
	for _, a := range q.Areas {
		one := geojson.NewFeature(a.Shape)
		one.Properties["name"] = a.Name
		areas.Append(one)
	}
	text, err := json.Marshal(areas)
	if err != nil {
		w.t.Fatal(err)
	}
	w.d.shortcut(ctrl(fyne.Key5))
	if f.desk.State().Draft.Kind != session.KindCommon {
		w.t.Fatalf("Ctrl 5 gives %s", f.desk.State().Draft.Kind)
	}
	f.deskView.Import(string(text))
	f.desk.SetSpan(0, session.Span{From: q.Windows[0].From, To: q.Windows[0].To})
	f.desk.SetHours(session.DayHours{FromMin: q.Hours.FromMin, ToMin: q.Hours.ToMin})
	hint := f.desk.State().Terms.Hints.Justification
	w.Focus(kittest.Find(w.Window, func(i *kit.Input) bool { return i.PlaceHolder == hint }))
	w.Type("Loads taken at each of them by night.")
	w.W.Canvas().FocusNext()
	w.Key(fyne.KeySpace)
	w.wait("the meter", func() bool { return f.desk.State().Meter.Phase == session.MeterReady && f.desk.CanRun() })
}

// stepUp opens enhanced functions through the top bar.
func (w *driven) stepUp(f *frame) {
	w.t.Helper()
	f.shell.OnSession()
	w.Type(w.d.demoCode(person))
	w.Key(fyne.KeyReturn)
	w.wait("the enhanced session", func() bool { return !f.door.Identity().EnhancedUntil.IsZero() && w.Overlay() == nil })
}

// TestJourney is the main job in the window over a real workstation: sign in, purpose
// (Q-ALL-2), areas (Q-GEO-1), run (Q-COM-1), select and keep, case, lock, sign out.
func TestJourney(t *testing.T) {
	if raceEnabled {
		t.Skip("hashes dozens of passwords: it is run without -race")
	}
	w := newDriven(t)
	if in, ok := w.Focused().(*kit.Input); !ok || in.Password {
		t.Fatalf("at the start the keys belong to %T", w.Focused())
	}
	f := w.signIn()
	w.stepUp(f)
	w.story(f)
	w.Focus(nil)
	w.Key(fyne.KeyReturn)
	w.wait("the answer", func() bool { return f.desk.State().Results != nil })
	res := f.desk.State().Results
	if res.Total() == 0 {
		t.Fatalf("nothing found: %s", res.Empty())
	}
	w.Key(fyne.KeyDown, fyne.KeyUp)
	w.wait("the photos", func() bool { det, ok := res.Detail(); return ok && det.Photos.Phase == session.PhotosReady })
	w.Click(w.Button("Relevant…"))
	w.Type("At all three by night")
	w.Key(fyne.KeyReturn)
	w.wait("the kept read", func() bool { return len(f.cases.State().Items) == 1 })
	w.lockAndUnlock(f)
	if f.desk.State().Results != res || len(f.desk.State().Areas) != 3 {
		t.Errorf("after unlocking: %d areas, results kept: %v", len(f.desk.State().Areas), f.desk.State().Results == res)
	}
	w.Click(w.Button("Case  1"))
	w.wait("the case", func() bool { return f.cases.Number() == caseNumber && len(f.cases.State().Items) == 1 })
	if f.place != placeCase || f.unbind != nil {
		t.Errorf("the place is %q, the desk's shortcuts are bound: %v", f.place, f.unbind != nil)
	}
	w.d.shortcut(&desktop.CustomShortcut{KeyName: fyne.Key1, Modifier: fyne.KeyModifierAlt})
	if f.place != placeMap || f.unbind == nil {
		t.Errorf("Alt 1 leads to %q", f.place)
	}
	w.signOut()
	if f.unbind != nil || w.d.frame != nil || w.W.Canvas().OnTypedRune() != nil {
		t.Error("the window still has keys of the session")
	}
	if f.desk.State().Results != nil {
		t.Error("the answer is still held after sign-out (R-4)")
	}
}

// lockAndUnlock locks with something lying over the window.
func (w *driven) lockAndUnlock(f *frame) {
	w.t.Helper()
	w.d.shortcut(ctrl(fyne.KeyK))
	if w.Overlay() == nil {
		w.t.Fatal("Ctrl K opens nothing")
	}
	w.d.shortcut(ctrl(fyne.KeyL))
	if w.Overlay() != nil || strings.Contains(strings.Join(w.Texts(), " "), caseNumber) {
		w.t.Error("something of the session is seen while the window is locked (X-5)")
	}
	w.W.Canvas().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutUndo{})
	w.d.shortcut(ctrl(fyne.KeyK))
	if w.Overlay() != nil {
		w.t.Error("the palette opens over the lock")
	}
	w.wait("the lock", func() bool { return !w.d.work.Running() })
	w.Type("wrong")
	w.Key(fyne.KeyReturn)
	w.wait("the refusal", func() bool { return !w.d.work.Running() })
	if !w.d.locked {
		w.t.Fatal("unlocked with a wrong password")
	}
	w.Type(demo.Password(person))
	w.Key(fyne.KeyReturn)
	w.wait("the desk", func() bool { return !w.d.locked })
	if f.unbind == nil {
		w.t.Error("the desk's shortcuts do not come back")
	}
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl}
}

// TestSignOutLeavesNothing: sessions one after another find their layout again (ui.md), and
// leave no goroutine and no key behind.
func TestSignOutLeavesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("hashes dozens of passwords: it is run without -race")
	}
	w := newDriven(t)
	f := w.signIn()
	panel := func() *views.QueryPanel {
		return kittest.Find(w.Window, func(*views.QueryPanel) bool { return true })
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(panel())
	width := panel().Size().Width
	kittest.DragAt(w.Window, at.AddXY(width, 300), 48, 0)
	w.signOut()
	before := w.goroutines()
	f2 := w.signIn()
	if got := panel().Size().Width; got != width+48 {
		t.Errorf("the query panel is %v wide, it was left at %v", got, width+48)
	}
	if l := w.d.prefs.layout("somebody else"); l != (views.DeskLayout{}) {
		t.Errorf("another person has the layout %+v", l)
	}
	f2.deskView.Import(`{"type":"Polygon","coordinates":[[[-75.5,39.7],[-75.4,39.7],[-75.4,39.8],[-75.5,39.7]]]}`)
	w.W.Canvas().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutUndo{})
	if n := len(f2.desk.State().Areas); n != 0 {
		t.Errorf("%d areas after undo", n)
	}
	if f.desk == f2.desk || len(f.desk.State().Areas) != 0 {
		t.Error("the former session's desk is still there")
	}
	w.signOut()
	if after := w.goroutines(); after > before {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines after a session, %d before:\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
}

// goroutines counts what still runs once what is ending has ended.
func (w *driven) goroutines() int {
	least := runtime.NumGoroutine()
	w.queue.Wait(2*time.Second, func() bool {
		least = min(least, runtime.NumGoroutine())
		return false
	})
	return min(least, runtime.NumGoroutine())
}
