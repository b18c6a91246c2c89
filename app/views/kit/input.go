package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Input is a field for text: selection, clipboard, undo and input methods are
// those of Fyne's entry inside; edge, ground, icon and focus ring are ours.
type Input struct {
	widget.Entry

	// OnKey, if set, sees keys first; it reports whether it took the key.
	OnKey func(*fyne.KeyEvent) bool
	// OnFocus, if set, is called when the focus comes (true) or goes.
	OnFocus func(bool)

	icon    theme.IconName
	rows    int
	problem string
	focused bool
	width   float32
}

// NewInput returns a field of one line.
func NewInput(placeholder string) *Input {
	i := &Input{rows: 1}
	i.PlaceHolder = placeholder
	i.ExtendBaseWidget(i)
	return i
}

// NewTextArea returns a field of several lines that wraps at its width; Enter
// makes a new line.
func NewTextArea(placeholder string, rows int) *Input {
	i := &Input{rows: max(rows, 2)}
	i.PlaceHolder = placeholder
	i.MultiLine = true
	i.Wrapping = fyne.TextWrapWord
	i.ExtendBaseWidget(i)
	return i
}

// WithIcon puts an icon at the left.
func (i *Input) WithIcon(n theme.IconName) *Input {
	i.icon = n
	i.Icon = theme.Icon(n, theme.ColorText3)
	return i
}

// AsMono sets the field in the monospaced face, for plates and digests.
func (i *Input) AsMono() *Input { i.TextStyle = fyne.TextStyle{Monospace: true}; return i }

// AsPassword hides what is typed.
func (i *Input) AsPassword() *Input { i.Password = true; return i }

// Width sets the width that the field asks for (it may get more).
func (i *Input) Width(w float32) *Input { i.width = w; return i }

// SetText changes the text without a callback.
func (i *Input) SetText(s string) {
	if i.Text == s {
		return
	}
	f := i.OnChanged
	i.OnChanged = nil
	i.Entry.SetText(s)
	i.OnChanged = f
}

// SetError marks the field: its edge turns red while msg is not empty. The
// words are shown by the Field around it.
func (i *Input) SetError(msg string) {
	if i.problem == msg {
		return
	}
	i.problem = msg
	i.Refresh()
}

// Error returns what SetError set.
func (i *Input) Error() string { return i.problem }

// MinSize implements fyne.Widget.
func (i *Input) MinSize() fyne.Size {
	w := i.width
	if w == 0 {
		w = 48
	}
	if i.rows == 1 {
		return fyne.NewSize(w, theme.Control)
	}
	return fyne.NewSize(w, float32(i.rows)*theme.LineHeight(theme.TextBody)+12)
}

// AcceptsTab implements fyne.Tabbable: Tab goes to the next control, also from a field of
// several lines.
func (i *Input) AcceptsTab() bool { return false }

// TypedShortcut implements fyne.Shortcutable. What is no editing of text goes to the
// window, as if nothing had the focus.
func (i *Input) TypedShortcut(s fyne.Shortcut) {
	if custom, ok := s.(*desktop.CustomShortcut); ok && !editing(custom) {
		if c := fyne.CurrentApp().Driver().CanvasForObject(i); c != nil {
			if w, ok := c.(fyne.Shortcutable); ok {
				w.TypedShortcut(s)
			}
		}
		return
	}
	i.Entry.TypedShortcut(s)
}

// editing reports whether Fyne's entry has a use for the shortcut: moving by words.
func editing(s *desktop.CustomShortcut) bool {
	switch s.KeyName {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return true
	}
	return false
}

// TypedKey implements fyne.Focusable.
func (i *Input) TypedKey(e *fyne.KeyEvent) {
	if i.OnKey != nil && i.OnKey(e) {
		return
	}
	i.Entry.TypedKey(e)
}

// FocusGained implements fyne.Focusable.
func (i *Input) FocusGained() {
	i.focused = true
	i.Entry.FocusGained()
	if i.OnFocus != nil {
		i.OnFocus(true)
	}
}

// FocusLost implements fyne.Focusable.
func (i *Input) FocusLost() {
	i.focused = false
	i.Entry.FocusLost()
	if i.OnFocus != nil {
		i.OnFocus(false)
	}
}

// CreateRenderer implements fyne.Widget: Fyne's entry, with our edge over its
// own and the focus ring around it.
func (i *Input) CreateRenderer() fyne.WidgetRenderer {
	i.ExtendBaseWidget(i)
	r := &inputRenderer{WidgetRenderer: i.Entry.CreateRenderer(), i: i, ground: rect(), focus: rect()}
	r.dress()
	return r
}

type inputRenderer struct {
	fyne.WidgetRenderer
	i             *Input
	ground, focus *canvas.Rectangle
}

func (r *inputRenderer) Objects() []fyne.CanvasObject {
	inner := r.WidgetRenderer.Objects()
	out := make([]fyne.CanvasObject, 0, len(inner)+2)
	out = append(out, r.focus, r.ground)
	return append(out, inner...)
}

// Layout gives the entry the room its padding asks for and lifts it by what a
// field of 28 px is short of that; only upwards, so places of taps stay right.
func (r *inputRenderer) Layout(s fyne.Size) {
	lift := float32(0)
	if r.i.rows == 1 {
		want := 2*theme.InputPad + measure("0", Body).Height
		lift = max(0, (want-s.Height)/2)
	}
	r.WidgetRenderer.Layout(s.AddWidthHeight(0, 2*lift))
	for _, o := range r.WidgetRenderer.Objects() {
		o.Move(o.Position().SubtractXY(0, lift))
	}
	place(r.ground, 0, 0, s.Width, s.Height)
	layRing(r.focus, fyne.Position{}, s)
}

func (r *inputRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.dress()
	r.Layout(r.i.Size())
}

func (r *inputRenderer) dress() {
	for _, o := range r.WidgetRenderer.Objects() {
		if b, ok := o.(*canvas.Rectangle); ok { // the entry's own ground and edge
			b.Hide()
		}
	}
	fill, role := theme.ColorControl, theme.ColorEdge
	switch {
	case r.i.problem != "":
		role = theme.ColorRed
	case r.i.Disabled():
		fill, role = theme.ColorSunken, theme.ColorHairline
	}
	box(r.i, r.ground, fill, role, theme.Radius)
	ring(r.i, r.focus, r.i.focused && !r.i.Disabled(), theme.Radius)
}
