package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordon/app/views/kit"
)

// TestWheelOverAFieldScrolls: the wheel moves the panel also where a field lies under it.
func TestWheelOverAFieldScrolls(t *testing.T) {
	test.NewTempApp(t)
	var rows []fyne.CanvasObject
	for range 40 {
		rows = append(rows, kit.NewInput("field"))
	}
	s := kit.Scroll(kit.V(0, rows...))
	w := test.NewTempWindow(t, s)
	w.Resize(fyne.NewSize(300, 200))
	test.Scroll(w.Canvas(), fyne.NewPos(100, 100), 0, -20)
	if s.Offset() < 20 {
		t.Errorf("offset %v after a notch over a field", s.Offset())
	}
}

// TestShortcutsReachTheWindowFromAField: Ctrl Q and the like work while one types.
func TestShortcutsReachTheWindowFromAField(t *testing.T) {
	test.NewTempApp(t)
	i := kit.NewInput("")
	w := test.NewTempWindow(t, i)
	quit := &desktop.CustomShortcut{KeyName: fyne.KeyQ, Modifier: fyne.KeyModifierControl}
	got := 0
	w.Canvas().AddShortcut(quit, func(fyne.Shortcut) { got++ })
	w.Canvas().Focus(i)
	i.TypedShortcut(quit)
	if got != 1 {
		t.Errorf("the window got the shortcut %d times", got)
	}
	if kit.NewTextArea("", 3).AcceptsTab() {
		t.Error("a text area keeps Tab to itself")
	}
}
