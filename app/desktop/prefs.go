package desktop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
)

// preferences remembers what is nobody's data: the window's size and look, and how each
// person arranged the map desk, under a digest of the account's name.
type preferences struct{ fyne.Preferences }

const (
	prefVariant = "variant"
	prefWidth   = "window.width"
	prefHeight  = "window.height"
	prefDesk    = "desk."
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

func deskKey(user string) string {
	sum := sha256.Sum256([]byte(user))
	return prefDesk + hex.EncodeToString(sum[:8])
}

// layout is how the person left the map desk; that of the drawings where nothing readable
// is kept.
func (p preferences) layout(user string) views.DeskLayout {
	var l views.DeskLayout
	if json.Unmarshal([]byte(p.String(deskKey(user))), &l) != nil {
		return views.DeskLayout{}
	}
	return l
}

func (p preferences) setLayout(user string, l views.DeskLayout) {
	if text, err := json.Marshal(l); err == nil {
		p.SetString(deskKey(user), string(text))
	}
}
