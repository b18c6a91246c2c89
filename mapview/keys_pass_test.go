package mapview

import (
	"testing"

	"fyne.io/fyne/v2"

	"cordon/mapview/tools"
)

// TestKeysWithoutUseGoOn: the focused map must not swallow the window's keys.
func TestKeysWithoutUseGoOn(t *testing.T) {
	m := New(Config{Do: func(f func()) { f() }, Go: func(func()) {}})
	var keys []fyne.KeyName
	var runes []rune
	shortcuts := 0
	m.OnKey = func(e *fyne.KeyEvent) { keys = append(keys, e.Name) }
	m.OnRune = func(r rune) { runes = append(runes, r) }
	m.OnShortcut = func(fyne.Shortcut) { shortcuts++ }
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEscape, fyne.KeyF5, fyne.KeyLeft} {
		m.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if len(keys) != 3 {
		t.Errorf("passed on %v; the map has a use for the arrow alone", keys)
	}
	m.TypedRune('p')
	m.TypedRune('+')
	if string(runes) != "p" {
		t.Errorf("passed on %q", string(runes))
	}
	m.TypedShortcut(&fyne.ShortcutUndo{})
	if shortcuts != 1 {
		t.Error("undo with nothing drawn stays in the map")
	}
	m.SetTool(tools.Polygon)
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(keys) != 3 {
		t.Errorf("Esc with a corner placed is the tool's: %v", keys)
	}
}
