package views_test

import (
	"testing"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit/kittest"
	"cordon/engine"
	"cordon/engine/detection"

	"fyne.io/fyne/v2"
)

// benchDesk is the whole desk at the size of the drawings: drawing, or with an answer.
func benchDesk(b *testing.B, ran bool) *deskTest {
	d := openDesk(b, theme.Dark, 1372, 860, func(func()) {}, answers)
	d.w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return commonAnswer(), nil }
	d.model.SetKind(session.KindCommon)
	for i := range 3 {
		x := float64(i) * 300
		d.model.AddArea(ring(at(x, 0), at(x+200, -50), at(x+200, 100), at(x, 100)), "")
	}
	d.w.Pump()
	if ran {
		d.model.Run()
		d.w.Pump()
		d.w.Queue = nil
	}
	d.W.Canvas().Capture() // every renderer is made
	return d
}

// minSizes asks every visible object for its least size, as Fyne's driver does at each frame.
func (d *deskTest) minSizes() {
	kittest.Walk(d.W.Content(), func(o fyne.CanvasObject) { o.MinSize() })
}

// BenchmarkFrame is the main thread's work for a step of panning over the whole window, without
// what the graphics driver does with it: the event, and asking every object for its size.
func BenchmarkFrame(b *testing.B) {
	for _, c := range []struct {
		name string
		ran  bool
	}{{"drawing", false}, {"answer", true}} {
		b.Run(c.name, func(b *testing.B) {
			d := benchDesk(b, c.ran)
			way := fyne.KeyLeft
			for b.Loop() {
				d.m.TypedKey(&fyne.KeyEvent{Name: way})
				way = map[fyne.KeyName]fyne.KeyName{fyne.KeyLeft: fyne.KeyRight, fyne.KeyRight: fyne.KeyLeft}[way]
				d.minSizes()
			}
		})
	}
}

// BenchmarkPaint is the whole window drawn by the software painter of the tests.
func BenchmarkPaint(b *testing.B) {
	d := benchDesk(b, true)
	for b.Loop() {
		d.W.Canvas().Capture()
	}
}
