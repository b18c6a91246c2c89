package desktop

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// preferences remembers what is nobody's data: the window's size and look.
type preferences struct{ fyne.Preferences }

const (
	prefVariant = "variant"
	prefWidth   = "window.width"
	prefHeight  = "window.height"
)

func (p preferences) variant() theme.Variant {
	return theme.Variant(p.IntWithFallback(prefVariant, int(theme.System)))
}

func (p preferences) setVariant(v theme.Variant) { p.SetInt(prefVariant, int(v)) }

// size is that of the last time, at least the smallest that works and 1440 × 900 at first.
func (p preferences) size() fyne.Size {
	return fyne.NewSize(max(float32(p.FloatWithFallback(prefWidth, 1440)), 1280), max(float32(p.FloatWithFallback(prefHeight, 900)), 800))
}

func (p preferences) setSize(s fyne.Size) {
	p.SetFloat(prefWidth, float64(s.Width))
	p.SetFloat(prefHeight, float64(s.Height))
}
