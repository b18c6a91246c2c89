// Package kittest runs views in Fyne's test driver: a fixed theme, size, scale
// and font, no display, and pictures of what is drawn.
//
// Entry points: [New] makes a window; [Window.Capture] keeps a picture under
// the folder named by CORDON_CAPTURES (if set), so that a person can put it
// beside the target; [Window.Click], [Window.Type] and [Window.Key] act as a
// person does. For tests only.
package kittest

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// Window is a test window.
type Window struct {
	t    testing.TB
	W    fyne.Window
	Root *kit.Root
}

// New shows content in a window of a size, in a variant of the theme. App and
// window end with the test.
func New(t testing.TB, v theme.Variant, width, height float32, content fyne.CanvasObject) *Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(v))
	return Open(t, width, height, content)
}

// Open shows content in a window of the test app that runs already, for content
// that has to be made after the app; see NewApp.
func Open(t testing.TB, width, height float32, content fyne.CanvasObject) *Window {
	t.Helper()
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	root := kit.NewRoot(content)
	w.SetContent(root)
	w.Resize(fyne.NewSize(width, height))
	return &Window{t: t, W: w, Root: root}
}

// NewApp starts the test app in a variant of the theme, before content is made.
func NewApp(t testing.TB, v theme.Variant) fyne.App {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(v))
	return app
}

// Of drives a window that was made elsewhere; its content need not be a Root.
func Of(t testing.TB, w fyne.Window) *Window {
	t.Helper()
	root, _ := w.Content().(*kit.Root)
	return &Window{t: t, W: w, Root: root}
}

// Image draws the window.
func (w *Window) Image() image.Image { return w.W.Canvas().Capture() }

// Capture draws the window and, if CORDON_CAPTURES names a folder, writes
// name.png there.
func (w *Window) Capture(name string) image.Image {
	w.t.Helper()
	img := w.Image()
	dir := os.Getenv("CORDON_CAPTURES")
	if dir == "" {
		return img
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		w.t.Fatal(err)
	}
	return img
}

// Click taps in the middle of an object, through the canvas: what lies over it
// gets the tap.
func (w *Window) Click(o fyne.CanvasObject) {
	w.t.Helper()
	p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	s := o.Size()
	test.TapCanvas(w.W.Canvas(), p.AddXY(s.Width/2, s.Height/2))
}

// ClickAt taps at a place of the window.
func (w *Window) ClickAt(x, y float32) { test.TapCanvas(w.W.Canvas(), fyne.NewPos(x, y)) }

// Hover moves the mouse over the middle of an object.
func (w *Window) Hover(o fyne.CanvasObject) {
	p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	test.MoveMouse(w.W.Canvas(), p.AddXY(o.Size().Width/2, o.Size().Height/2))
}

// Drag drags from the middle of an object by a distance.
func (w *Window) Drag(o fyne.CanvasObject, dx, dy float32) {
	p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	test.Drag(w.W.Canvas(), p.AddXY(o.Size().Width/2, o.Size().Height/2), dx, dy)
}

// Focus gives an object the keys.
func (w *Window) Focus(f fyne.Focusable) { w.W.Canvas().Focus(f) }

// Focused returns what has the keys.
func (w *Window) Focused() fyne.Focusable { return w.W.Canvas().Focused() }

// Type types text into what has the focus.
func (w *Window) Type(s string) {
	w.t.Helper()
	f := w.W.Canvas().Focused()
	if f == nil {
		w.t.Fatal("nothing has the focus to type into")
	}
	for _, r := range s {
		f.TypedRune(r)
	}
}

// Key presses keys on what has the focus, or on the canvas.
func (w *Window) Key(names ...fyne.KeyName) {
	for _, n := range names {
		e := &fyne.KeyEvent{Name: n}
		if f := w.W.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else if h := w.W.Canvas().OnTypedKey(); h != nil {
			h(e)
		}
	}
}

// Shortcut sends a shortcut with Ctrl to what has the focus, else to the canvas.
func (w *Window) Shortcut(key fyne.KeyName, mod fyne.KeyModifier) {
	s := &desktop.CustomShortcut{KeyName: key, Modifier: mod}
	if f, ok := w.W.Canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
		return
	}
	if c, ok := w.W.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// Overlay returns the topmost overlay, nil if there is none.
func (w *Window) Overlay() fyne.CanvasObject { return w.W.Canvas().Overlays().Top() }

// Texts returns all texts that are drawn, in order of drawing, overlays last.
func (w *Window) Texts() []string {
	var out []string
	trees := append([]fyne.CanvasObject{w.W.Content()}, w.W.Canvas().Overlays().List()...)
	for _, o := range trees {
		out = append(out, TextsOf(o)...)
	}
	return out
}

// Shows reports whether some text that is drawn has part in it. Wrapped text is
// joined by spaces, so a sentence is found across lines.
func (w *Window) Shows(part string) bool {
	return strings.Contains(strings.Join(strings.Fields(strings.Join(w.Texts(), " ")), " "), part)
}

// TextsOf returns the texts drawn by an object.
func TextsOf(o fyne.CanvasObject) []string {
	var out []string
	Walk(o, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t.Text)
		}
	})
	return out
}

// Walk visits an object and all visible ones below it, in order of drawing.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch c := o.(type) {
	case *fyne.Container:
		for _, k := range c.Objects {
			Walk(k, visit)
		}
	case fyne.Widget:
		for _, k := range test.WidgetRenderer(c).Objects() {
			Walk(k, visit)
		}
	}
}

// Find returns the first visible object of a type for which ok is true, looking
// in overlays first; it fails the test if there is none.
func Find[T fyne.CanvasObject](w *Window, ok func(T) bool) T {
	w.t.Helper()
	var found T
	hit := false
	over := w.W.Canvas().Overlays().List()
	trees := make([]fyne.CanvasObject, 0, len(over)+1)
	for i := len(over) - 1; i >= 0; i-- {
		trees = append(trees, over[i])
	}
	trees = append(trees, w.W.Content())
	for _, tree := range trees {
		Walk(tree, func(o fyne.CanvasObject) {
			if v, is := o.(T); is && !hit && ok(v) {
				found, hit = v, true
			}
		})
	}
	if !hit {
		w.t.Fatalf("no visible %T of that kind in the window", found)
	}
	return found
}

// Button returns the visible button with a label.
func (w *Window) Button(label string) *kit.Button {
	w.t.Helper()
	return Find(w, func(b *kit.Button) bool { return b.Text() == label })
}

// Edit sends a shortcut of Fyne (copy, paste, select all) to what has the
// focus.
func (w *Window) Edit(s fyne.Shortcut) {
	w.t.Helper()
	f, ok := w.W.Canvas().Focused().(fyne.Shortcutable)
	if !ok {
		w.t.Fatalf("%T takes no shortcuts", w.W.Canvas().Focused())
	}
	f.TypedShortcut(s)
}

// Objects returns the texts drawn by an object as canvas objects, for their
// places.
func Objects(o fyne.CanvasObject) []*canvas.Text {
	var out []*canvas.Text
	Walk(o, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t)
		}
	})
	return out
}

// DragAt drags from a place of the window by a distance.
func DragAt(w *Window, at fyne.Position, dx, dy float32) { test.Drag(w.W.Canvas(), at, dx, dy) }
