package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Root is the outermost object of a window: the content, and over it a layer
// for tool tips that takes no events (an overlay of Fyne would end the hover
// that shows the tip).
type Root struct {
	widget.BaseWidget
	content fyne.CanvasObject
	tip     *Ground
	label   *Text
	owner   fyne.CanvasObject
	at      fyne.Position
}

// NewRoot wraps the content of a window.
func NewRoot(content fyne.CanvasObject) *Root {
	r := &Root{content: content, label: NewText("", SmallMedium.In(theme.ColorOnInverse))}
	r.tip = Box(theme.ColorInverse, "", theme.RadiusChip, PadXY(8, 4, r.label))
	r.tip.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// Tip returns the text of the tool tip in view, or "".
func (r *Root) Tip() string {
	if !r.tip.Visible() {
		return ""
	}
	return r.label.Text()
}

// CreateRenderer implements fyne.Widget.
func (r *Root) CreateRenderer() fyne.WidgetRenderer {
	return newRend(r, []fyne.CanvasObject{r.content, r.tip}, func() fyne.Size { return r.content.MinSize() },
		func(s fyne.Size) {
			place(r.content, 0, 0, s.Width, s.Height)
			m := r.tip.MinSize()
			x := min(max(r.at.X, 4), max(4, s.Width-m.Width-4))
			y := r.at.Y
			if y+m.Height > s.Height-4 {
				y = r.at.Y - m.Height - theme.Control - 8
			}
			place(r.tip, x, y, m.Width, m.Height)
		}, func() {})
}

func rootOf(w fyne.CanvasObject) *Root {
	c := fyne.CurrentApp().Driver().CanvasForObject(w)
	if c == nil {
		return nil
	}
	r, _ := c.Content().(*Root)
	return r
}

func showTip(w fyne.CanvasObject, text string) {
	r := rootOf(w)
	if r == nil {
		return
	}
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(w)
	r.owner = w
	r.at = fyne.NewPos(pos.X, pos.Y+w.Size().Height+6)
	r.label.SetText(text)
	r.tip.Show()
	r.Refresh()
}

func hideTip(w fyne.CanvasObject) {
	if r := rootOf(w); r != nil && r.owner == w {
		r.tip.Hide()
		r.owner = nil
	}
}
