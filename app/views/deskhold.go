package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// holdRenderer shows one object at the widget's size. Unlike Fyne's simple renderer it
// refreshes, and so lays out anew, what it holds: texts in it change their widths.
type holdRenderer struct {
	of   fyne.Widget
	held fyne.CanvasObject
	deep fyne.CanvasObject // inside held, behind a widget that does not pass a refresh on; may be nil
}

func hold(of fyne.Widget, held, deep fyne.CanvasObject) fyne.WidgetRenderer {
	return &holdRenderer{of, held, deep}
}

func (r *holdRenderer) Destroy()                     {}
func (r *holdRenderer) Layout(s fyne.Size)           { r.held.Resize(s) }
func (r *holdRenderer) MinSize() fyne.Size           { return r.held.MinSize() }
func (r *holdRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.held} }

func (r *holdRenderer) Refresh() {
	if r.deep != nil {
		r.deep.Refresh()
	}
	r.held.Refresh()
	canvas.Refresh(r.of)
}
