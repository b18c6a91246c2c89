package kit

import (
	"strings"

	"fyne.io/fyne/v2"
)

// begin puts the mark on the first option that can be chosen, where none is chosen yet:
// who opened the list by a key goes on with keys.
func (l *optionList) begin() {
	if l.list.Selected() < 0 {
		l.seek("")
	}
}

// seek marks the first option that can be chosen and begins with prefix; from the one after
// the mark on and round, so that a letter pressed again goes to the next.
func (l *optionList) seek(prefix string) {
	n := len(l.matches)
	for i := range n {
		at := (l.list.Selected() + 1 + i) % n
		o := l.s.options[l.matches[at]]
		if !o.Disabled && strings.HasPrefix(strings.ToLower(o.Label), strings.ToLower(prefix)) {
			l.list.SetSelected(at)
			return
		}
	}
}

// FocusGained implements fyne.Focusable.
func (l *optionList) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (l *optionList) FocusLost() {}

// AcceptsTab implements fyne.Tabbable: Tab takes the marked option and goes on.
func (l *optionList) AcceptsTab() bool { return true }

// TypedRune goes to the next option that begins with the letter; a space takes the marked one.
func (l *optionList) TypedRune(r rune) {
	if r == ' ' {
		l.take(l.list.Selected())
		return
	}
	l.seek(string(r))
}

// TypedKey implements fyne.Focusable.
func (l *optionList) TypedKey(e *fyne.KeyEvent) {
	if e.Name != fyne.KeyTab {
		l.key(e)
		return
	}
	l.take(l.list.Selected())
	l.pop.Hide()
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.s); c != nil {
		c.FocusNext()
	}
}
