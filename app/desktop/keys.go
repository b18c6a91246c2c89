package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// shortcut gives the window a shortcut that came while the map had the focus.
func (d *Desktop) shortcut(s fyne.Shortcut) {
	if c, ok := d.win.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// bindKeys gives the window its own keys; those of a place go to d.keys when no field
// takes them.
func (d *Desktop) bindKeys() {
	c := d.win.Canvas()
	bind := func(key fyne.KeyName, mod fyne.KeyModifier, f func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: mod}, func(fyne.Shortcut) {
			d.touch()
			f()
		})
	}
	bind(fyne.KeyQ, fyne.KeyModifierShortcutDefault, d.Quit)
	bind(fyne.KeyL, fyne.KeyModifierShortcutDefault, func() { d.lock("You locked the window.") })
	bind(fyne.KeyK, fyne.KeyModifierShortcutDefault, func() {
		if d.frame != nil && !d.locked {
			d.frame.shell.OpenPalette()
		}
	})
	for i, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6} {
		bind(key, fyne.KeyModifierShortcutDefault, func() {
			if d.frame != nil && !d.locked {
				d.frame.chooseKind(i)
			}
		})
	}
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		d.touch()
		if d.keys != nil && !d.locked {
			d.keys(e)
		}
	})
}
