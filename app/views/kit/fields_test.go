package kit_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	. "cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

func TestInputEditsPastesAndSelects(t *testing.T) {
	var in *Input
	changes := 0
	w := open(t, func() fyne.CanvasObject { in = NewInput("Case"); return in })
	in.OnChanged = func(string) { changes++ }
	sent := ""
	in.OnSubmitted = func(s string) { sent = s }
	in.SetText("set by the program")
	if changes != 0 {
		t.Error("SetText called back")
	}
	w.Focus(in)
	w.Edit(&fyne.ShortcutSelectAll{})
	fyne.CurrentApp().Clipboard().SetContent("HSI-2026-00123")
	w.Edit(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if in.Text != "HSI-2026-00123" {
		t.Fatalf("text = %q after pasting over the selection", in.Text)
	}
	w.Edit(&fyne.ShortcutSelectAll{})
	w.Edit(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	w.Key(fyne.KeyEnd)
	w.Type("4")
	w.Key(fyne.KeyReturn)
	if sent != "HSI-2026-001234" || changes == 0 {
		t.Errorf("sent %q, %d changes", sent, changes)
	}
	in.OnKey = func(e *fyne.KeyEvent) bool { return e.Name == fyne.KeyReturn }
	sent = ""
	w.Key(fyne.KeyReturn)
	if sent != "" {
		t.Error("OnKey does not come first")
	}
}

func TestInputTapPlacesTheCursor(t *testing.T) {
	var in *Input
	w := open(t, func() fyne.CanvasObject { in = NewInput(""); return in })
	in.SetText("ABCDEFGH")
	press := func(x float32) {
		in.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 14)}, Button: desktop.MouseButtonPrimary})
		in.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 14)}, Button: desktop.MouseButtonPrimary})
	}
	w.Focus(in)
	press(300)
	if in.CursorColumn != 8 {
		t.Errorf("a press beyond the text puts the cursor at %d", in.CursorColumn)
	}
	press(10)
	if in.CursorColumn > 1 {
		t.Errorf("a press at the left end puts the cursor at %d", in.CursorColumn)
	}
}

func TestPasswordIsNotDrawn(t *testing.T) {
	var in *Input
	w := open(t, func() fyne.CanvasObject { in = NewInput("Password").AsPassword(); return in })
	w.Focus(in)
	w.Type("correct horse")
	if w.Shows("correct") {
		t.Error("the password is drawn in clear")
	}
}

func TestFieldSaysWhatIsWrong(t *testing.T) {
	var f *Field
	var in *Input
	w := open(t, func() fyne.CanvasObject {
		in = NewInput("")
		f = NewField("Case", in).SetHint("As in the case system.")
		return f
	})
	if !w.Shows("As in the case system.") {
		t.Error("no hint")
	}
	f.SetError("Write the case number as HSI-2026-00123.")
	if !w.Shows("Write the case number") || w.Shows("As in the case system.") || in.Error() == "" {
		t.Error("the error does not take the place of the hint, or the field is not marked")
	}
	f.SetError("")
	if !w.Shows("As in the case system.") || in.Error() != "" {
		t.Error("the hint does not come back")
	}
}

func states(n int) []Option {
	out := make([]Option, n)
	for i := range out {
		out[i] = Option{Value: fmt.Sprintf("v%d", i), Label: fmt.Sprintf("Option %d", i)}
	}
	return out
}

func TestSelectShortByMouseAndKeys(t *testing.T) {
	var s *Select
	var got []string
	w := open(t, func() fyne.CanvasObject {
		s = NewSelect("State", states(4), func(v string) { got = append(got, v) })
		return s
	})
	if !w.Shows("State") {
		t.Error("no placeholder")
	}
	s.SetValue("v1")
	if len(got) != 0 || !w.Shows("Option 1") {
		t.Error("SetValue called back, or shows nothing")
	}
	w.Focus(s)
	w.Key(fyne.KeyDown) // opens
	w.Key(fyne.KeyDown, fyne.KeyReturn)
	if s.Value() != "v2" || len(got) != 1 {
		t.Errorf("value %q, called %v", s.Value(), got)
	}
	if w.Focused() != fyne.Focusable(s) {
		t.Error("the focus does not come back")
	}
	w.Click(s)
	w.Key(fyne.KeyEscape)
	if w.Overlay() != nil || len(got) != 1 {
		t.Error("Esc does not close, or chose something")
	}
	w.Click(s)
	w.ClickAt(470, 350) // outside
	if w.Overlay() != nil {
		t.Error("a tap outside does not close")
	}
	s.Disable()
	w.Click(s)
	if w.Overlay() != nil {
		t.Error("a disabled select opens")
	}
	s.SetOptions(states(2))
	if s.Value() != "" {
		t.Error("a value that is gone stays")
	}
}

// TestSelectByKeysAlone: a list that was opened by a key has its first option marked; a letter
// goes to an option, Tab takes it and moves on.
func TestSelectByKeysAlone(t *testing.T) {
	options := []Option{{Value: "r", Label: "Red", Disabled: true}, {Value: "g", Label: "Grey"}, {Value: "w", Label: "White"}, {Value: "b", Label: "Grün"}}
	var s *Select
	var next *Input
	w := open(t, func() fyne.CanvasObject {
		s, next = NewSelect("Colour", options, nil), NewInput("")
		return V(0, s, next)
	})
	w.Focus(s)
	w.Key(fyne.KeyDown, fyne.KeyReturn)
	if s.Value() != "g" || w.Overlay() != nil {
		t.Errorf("Down, Enter: value %q, want the first that can be chosen", s.Value())
	}
	w.Key(fyne.KeyReturn)
	w.Type("g")
	w.Key(fyne.KeyReturn)
	if s.Value() != "b" {
		t.Errorf("a letter: value %q, want the next that begins with it", s.Value())
	}
	w.Key(fyne.KeySpace)
	w.Type("w ")
	if s.Value() != "w" || w.Overlay() != nil {
		t.Errorf("a letter and a space: value %q, want White", s.Value())
	}
	w.Key(fyne.KeyDown)
	w.Type("x") // none begins with it
	w.Type("g")
	w.Key(fyne.KeyTab)
	if s.Value() != "b" || w.Overlay() != nil || w.Focused() != fyne.Focusable(next) {
		t.Errorf("Tab: value %q, focus %T; want the option after White and the next field", s.Value(), w.Focused())
	}
	w.Click(s)
	w.Key(fyne.KeyEscape)
	if s.Value() != "b" {
		t.Error("Esc chose something")
	}
}

func TestSelectLongFilters(t *testing.T) {
	var s *Select
	w := open(t, func() fyne.CanvasObject { s = NewSelect("Make", states(60), nil); return s })
	w.Click(s)
	w.Type("n 47")
	w.Key(fyne.KeyReturn)
	if s.Value() != "v47" {
		t.Errorf("value %q, want the one that the filter left", s.Value())
	}
	w.Click(s)
	w.Type("nothing like it")
	w.Key(fyne.KeyReturn)
	if s.Value() != "v47" || w.Overlay() == nil {
		t.Error("an empty list chose something")
	}
}

func TestDateRangeByMouseAndKeys(t *testing.T) {
	var d *DateRange
	var from, to time.Time
	w := open(t, func() fyne.CanvasObject {
		d = NewDateRange(fixedNow, eastern, func(f, t time.Time) { from, to = f, t })
		return d
	})
	day := func(m time.Month, n int) time.Time { return time.Date(2026, m, n, 0, 0, 0, 0, eastern) }
	d.SetRange(time.Date(2026, 5, 2, 3, 0, 0, 0, time.UTC), day(5, 14)) // 1 May 23:00 here
	if f, _ := d.Range(); !f.Equal(day(5, 1)) {
		t.Errorf("SetRange took %v, want the local day", f)
	}
	w.Click(d)
	if !w.Shows("May 2026") || !w.Shows("Pick the first day.") {
		t.Fatal("no calendar")
	}
	w.Key(fyne.KeyLeft, fyne.KeyReturn) // 13 May
	if !w.Shows("From 13 May. Pick the last day.") {
		t.Error("the first day is not said")
	}
	w.Key(fyne.KeyUp, fyne.KeyReturn) // 6 May: the other way round
	if !from.Equal(day(5, 6)) || !to.Equal(day(5, 13)) {
		t.Errorf("range %v to %v", from, to)
	}
	w.Click(d)
	w.Key(fyne.KeyPageDown, fyne.KeyReturn, fyne.KeyPageUp, fyne.KeyReturn) // not after today, 21 May
	if !from.Equal(day(4, 21)) || !to.Equal(day(5, 21)) {
		t.Errorf("range %v to %v, want 21 April to today", from, to)
	}
}

func TestFormatDays(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, eastern) }
	for want, r := range map[string][2]time.Time{
		"":                         {},
		"3 May 2026":               {day(2026, 5, 3), day(2026, 5, 3)},
		"1 – 14 May 2026":          {day(2026, 5, 1), day(2026, 5, 14)},
		"14 Apr – 14 May":          {day(2026, 4, 14), day(2026, 5, 14)},
		"1 Apr 2025 – 2 May 2025":  {day(2025, 4, 1), day(2025, 5, 2)},
		"20 Dec 2025 – 3 Jan 2026": {day(2025, 12, 20), day(2026, 1, 3)},
	} {
		if got := FormatDays(r[0], r[1], fixedNow()); got != want {
			t.Errorf("%v: %q, want %q", r, got, want)
		}
	}
}

func TestParseClock(t *testing.T) {
	for s, want := range map[string]int{"18:00": 1080, "1800": 1080, "18": 1080, "6.30": 390, "630": 390, "0:00": 0, "24:00": 0, " 7:05 ": 425} {
		if got, ok := ParseClock(s); !ok || got != want {
			t.Errorf("%q: %d, %v; want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "25:00", "24:01", "12:60", "-1", "x", "12:", ":30", "12345", "1:2:3"} {
		if got, ok := ParseClock(s); ok {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

func TestTimeRange(t *testing.T) {
	var h *TimeRange
	var got [][2]int
	w := open(t, func() fyne.CanvasObject {
		h = NewTimeRange(func(f, t int) { got = append(got, [2]int{f, t}) })
		return h
	})
	if !w.Shows("all day") {
		t.Error("does not begin with the whole day")
	}
	w.Click(h)
	w.Type("18")
	w.Key(fyne.KeyReturn)
	if len(got) != 0 || w.Overlay() == nil {
		t.Error("took hours without an end")
	}
	w.Focus(kittest.Find(w, func(i *Input) bool { return i.PlaceHolder == "06:00" }))
	w.Type("6:00")
	w.Key(fyne.KeyReturn)
	if len(got) != 1 || got[0] != [2]int{1080, 360} || !w.Shows("18:00 – 06:00") {
		t.Errorf("got %v", got)
	}
	w.Click(h)
	w.Click(w.Button("All day"))
	if f, to := h.Range(); f != to || len(got) != 2 {
		t.Errorf("range %d–%d, called %v", f, to, got)
	}
}
