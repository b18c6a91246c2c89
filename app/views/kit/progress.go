package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Progress shows that work goes on, how far it is, and lets it be cancelled.
type Progress struct {
	widget.BaseWidget
	text   *Text
	bar    *progressBar
	cancel *Button
	row    *fyne.Container
}

// NewProgress returns a line with a bar; a nil onCancel leaves the button out.
func NewProgress(text string, onCancel func()) *Progress {
	p := &Progress{text: Shrink(text, Small), bar: &progressBar{share: -1}}
	p.bar.ExtendBaseWidget(p.bar)
	var cancel fyne.CanvasObject
	if onCancel != nil {
		p.cancel = NewButton("Cancel", Plain, onCancel).Compact().WithKey("Esc")
		cancel = p.cancel
	}
	p.row = H(12, Grow(middle(V(6, p.text, p.bar))), cancel)
	p.ExtendBaseWidget(p)
	return p
}

// middle centres vertically and keeps the whole width.
func middle(o fyne.CanvasObject) *fyne.Container { return V(0, Spacer(), o, Spacer()) }

// Set shows a fraction between 0 and 1; a negative one says that it is unknown.
func (p *Progress) Set(fraction float64) {
	p.bar.share = min(fraction, 1)
	p.bar.Refresh()
}

// SetText changes what is said.
func (p *Progress) SetText(s string) { p.text.SetText(s) }

// CreateRenderer implements fyne.Widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer { return newWrap(p, p.row) }

type progressBar struct {
	widget.BaseWidget
	share float64
}

func (b *progressBar) CreateRenderer() fyne.WidgetRenderer {
	track, fill := rect(), rect()
	return newRend(b, []fyne.CanvasObject{track, fill}, func() fyne.Size { return fyne.NewSize(80, 4) },
		func(s fyne.Size) {
			place(track, 0, 0, s.Width, s.Height)
			if b.share < 0 { // unknown: a piece in the middle, it does not move
				place(fill, s.Width*0.35, 0, s.Width*0.3, s.Height)
				return
			}
			place(fill, 0, 0, s.Width*float32(b.share), s.Height)
		},
		func() {
			box(b, track, theme.ColorTrack, "", 2)
			box(b, fill, theme.ColorAccent, "", 2)
		})
}
