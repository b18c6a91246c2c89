package views_test

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

func shellData() views.ShellData {
	all := views.Places()
	places := []views.Place{all[0], all[1], all[2], all[5], all[7]}
	places[2].Badge = 2
	return views.ShellData{
		Places: places, Active: "map", DataDay: "21 May", DataTime: "09:12", SyncTip: "The newest data is from 21 May 09:12 EDT.",
		Person: "K. Lindqvist", Role: "Criminal investigator", Initials: "KL", Unit: "Wilmington Investigations",
		Case: "HSI-2026-00123", Reason: "Criminal investigation", For: "self", Enhanced: true, TimeLeft: "42 min", Variant: theme.Light,
	}
}

func newShell(t *testing.T, v theme.Variant, w, h float32, d views.ShellData) (*views.Shell, *kittest.Window) {
	t.Helper()
	kittest.NewApp(t, v)
	s := views.NewShell(d, kit.Surface(theme.ColorWindow, nil))
	return s, kittest.Open(t, w, h, s)
}

func TestShellPictures(t *testing.T) {
	for _, size := range pictureSizes() {
		for name, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
			d := shellData()
			_, w := newShell(t, v, size.Width, size.Height, d)
			w.Capture(pictureName("shell", size, name))
		}
	}
	d := shellData()
	d.Training, d.Case, d.Enhanced, d.Sync = true, "", false, views.SyncOld
	s, w := newShell(t, theme.Dark, 1280, 800, d)
	s.Commands = commands(nil)
	s.OpenPalette()
	w.Golden("shell-training-palette")
	if !w.Shows("TRAINING") {
		t.Error("training mode does not say TRAINING")
	}
}

// pictureSizes are the sizes of the window in pictures: the smallest, and if
// somebody wants to look, those of the targets and of a large screen.
func pictureSizes() []fyne.Size {
	if kittest.AllSizes() {
		return []fyne.Size{{Width: 1280, Height: 800}, {Width: 1440, Height: 900}, {Width: 1920, Height: 1080}}
	}
	return []fyne.Size{{Width: 1280, Height: 800}}
}

// keep compares the smallest size with its golden picture and captures others.
func keep(w *kittest.Window, name string, s fyne.Size, variant string) {
	if s.Width == 1280 {
		w.Golden(pictureName(name, s, variant))
		return
	}
	w.Capture(pictureName(name, s, variant))
}

func pictureName(name string, s fyne.Size, variant string) string {
	return name + "-" + strconv.Itoa(int(s.Width)) + "-" + variant
}

func TestShellShowsOnlyThePlacesGiven(t *testing.T) {
	_, w := newShell(t, theme.Light, 1280, 800, shellData())
	if w.Shows("Accounts") || w.Shows("Audit") {
		t.Error("a place that the role may not see is shown")
	}
	for _, want := range []string{"Map desk", "Case", "Alerts", "HSI-2026-00123", "Criminal investigation", "for self", "Enhanced", "42 min", "Data to", "21 May", "09:12", "KL"} {
		if !w.Shows(want) {
			t.Errorf("%q is not shown", want)
		}
	}
}

func TestShellWithoutACaseSaysSo(t *testing.T) {
	d := shellData()
	d.Case, d.Enhanced = "", false
	_, w := newShell(t, theme.Light, 1280, 800, d)
	for _, want := range []string{"No case open", "Criminal investigator", "Wilmington Investigations", "Standard session"} {
		if !w.Shows(want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if w.Shows("42 min") {
		t.Error("time left is shown in a standard session")
	}
}

func TestShellCallsBack(t *testing.T) {
	s, w := newShell(t, theme.Light, 1280, 800, shellData())
	var got []string
	note := func(s string) func() { return func() { got = append(got, s) } }
	s.OnPlace = func(id string) { got = append(got, id) }
	s.OnLock, s.OnSignOut, s.OnSession, s.OnPurpose = note("lock"), note("out"), note("session"), note("purpose")
	s.OnTheme = func(v theme.Variant) {
		if v == theme.Dark {
			got = append(got, "dark")
		}
	}
	w.ClickAt(34, 34+54) // second place
	w.ClickAt(34, 826-900+800)
	w.Click(kittest.Find(w, func(a *kit.Avatar) bool { return true }))
	w.Key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // person, light, dark
	w.Click(kittest.Find(w, func(a *kit.Avatar) bool { return true }))
	w.Key(fyne.KeyUp, fyne.KeyReturn) // from the end: sign out
	w.ClickAt(150, 20)
	want := []string{"case", "lock", "dark", "out", "purpose"}
	if len(got) != len(want) {
		t.Fatalf("called back %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("call %d = %q, want %q", i, got[i], want[i])
		}
	}
}

func commands(ran *[]string) func() []views.Command {
	run := func(s string) func() {
		return func() {
			if ran != nil {
				*ran = append(*ran, s)
			}
		}
	}
	return func() []views.Command {
		return []views.Command{
			{Title: "Map desk", Group: "Go to", Icon: theme.IconMap, Run: run("map")},
			{Title: "Case", Group: "Go to", Icon: theme.IconCase, Run: run("case")},
			{Title: "New common-plate query", Group: "Query", Icon: "graph", Disabled: "rule GEO-2", Run: run("common")},
			{Title: "New full-plate query", Group: "Query", Key: "Ctrl 1", Icon: "identification-card", Run: run("plate")},
			{Title: "Lock", Group: "Window", Key: "Ctrl L", Icon: theme.IconLock, Run: run("lock")},
		}
	}
}

func TestPaletteFiltersAndRuns(t *testing.T) {
	s, w := newShell(t, theme.Light, 1280, 800, shellData())
	var ran []string
	s.Commands = commands(&ran)
	p := s.OpenPalette()
	if p == nil || !w.Shows("Map desk") {
		t.Fatal("the palette did not open")
	}
	w.Type("query full")
	w.Key(fyne.KeyReturn)
	if len(ran) != 1 || ran[0] != "plate" {
		t.Fatalf("ran %v, want the full-plate query", ran)
	}
	if p.Open() {
		t.Error("the palette stays open after a command")
	}

	p = s.OpenPalette()
	w.Type("common")
	w.Key(fyne.KeyReturn)
	if len(ran) != 1 || !p.Open() {
		t.Error("a disabled command ran")
	}
	w.Type(" xyz")
	if !w.Shows("No command has these words.") {
		t.Error("no word about an empty list")
	}
	w.Key(fyne.KeyEscape)
	if p.Open() {
		t.Error("Esc does not close the palette")
	}

	s.OpenPalette()
	w.Key(fyne.KeyDown, fyne.KeyReturn)
	if len(ran) != 2 || ran[1] != "case" {
		t.Errorf("ran %v, want case after one arrow", ran)
	}
}
