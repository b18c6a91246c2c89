package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Field is a control with a label above it and a line below for a hint or for
// what is wrong.
type Field struct {
	widget.BaseWidget
	control fyne.CanvasObject
	label   *Text
	below   *Para
	col     *fyne.Container
	hint    string
	problem string
}

// NewField puts a label above a control; an empty label takes no room.
func NewField(label string, control fyne.CanvasObject) *Field {
	f := &Field{control: control, label: NewText(label, LabelMedium), below: P("", Small)}
	f.below.Hide()
	if label == "" {
		f.label.Hide()
	}
	f.col = V(4, f.label, control, f.below)
	f.ExtendBaseWidget(f)
	return f
}

// SetHint shows a line below the control, unless there is an error.
func (f *Field) SetHint(s string) *Field {
	f.hint = s
	f.show()
	return f
}

// SetError shows what is wrong below the control and marks an Input red; empty
// takes it back.
func (f *Field) SetError(s string) {
	f.problem = s
	if i, ok := f.control.(interface{ SetError(string) }); ok {
		i.SetError(s)
	}
	f.show()
}

// Error returns what SetError set.
func (f *Field) Error() string { return f.problem }

func (f *Field) show() {
	switch {
	case f.problem != "":
		f.below.SetSpans(Span{f.problem, Small.In(theme.ColorRed)})
	case f.hint != "":
		f.below.SetSpans(Span{f.hint, Small.In(theme.ColorText3)})
	}
	if f.problem == "" && f.hint == "" {
		f.below.Hide()
	} else {
		f.below.Show()
	}
	f.Refresh()
}

// HeightForWidth returns the height with a wrapped lower line.
func (f *Field) HeightForWidth(w float32) float32 { return heightOf(f.col, w) }

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return newWrap(f, f.col) }

// newWrap is the renderer of a widget that only puts others together.
func newWrap(w fyne.Widget, content fyne.CanvasObject) *rend {
	return newRend(w, []fyne.CanvasObject{content}, func() fyne.Size { return content.MinSize() },
		func(s fyne.Size) { place(content, 0, 0, s.Width, s.Height) }, func() {}).deepened()
}
