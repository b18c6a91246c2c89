package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// SectionHead is the head of a part of a panel: a title in text-2 and something
// at the right, which may be nil.
func SectionHead(title string, right fyne.CanvasObject) *fyne.Container {
	t := NewText(title, BodyStrong.In(theme.ColorText2))
	if right == nil {
		return H(8, t)
	}
	return H(8, t, Spacer(), right)
}

// Hint is a secondary text, for the right of a SectionHead.
func Hint(s string) *Text { return NewText(s, Small) }

// KeyValue is a line with a label at the left and a value at the right, cut
// where it does not fit.
func KeyValue(key, value string) *fyne.Container {
	return KeyValueObj(key, Shrink(value, SmallMedium.Right()))
}

// KeyValueObj is KeyValue with an object as the value, which gets the space
// that the label leaves.
func KeyValueObj(key string, value fyne.CanvasObject) *fyne.Container {
	return H(12, NewText(key, Small), Grow(value))
}

// Fact is a line of a detail: the label in a column of its own width, the value
// after it, wrapping.
func Fact(key string, keyWidth float32, value string) *fyne.Container {
	return HTop(0, Fixed(keyWidth, 0, NewText(key, Small)), Grow(P(value, SmallMedium.In(theme.ColorText))))
}
