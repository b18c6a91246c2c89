package mapview

import (
	"context"
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/paulmach/orb"

	"cordon/mapview/viewport"
)

// layer is a picture around the window that is drawn in the background and only moved while panning. Its
// methods belong to the UI thread.
type layer struct {
	img     *canvas.Image
	margin  float64 // units around the window
	frame   frame   // what img shows
	asked   frame   // what is being drawn
	filled  bool    // img shows content
	version uint64  // of the content that is wanted
	drawn   uint64  // of the content that img shows
	whole   bool    // frame shows all there is, wherever the window goes
	busy    bool
	cancel  context.CancelFunc
	spare   *image.RGBA // the picture before, to be drawn over

	// extent, if set, returns the bound (degrees) of all that is to be drawn: a small content far from the margin
	// then needs a small picture only.
	extent func() orb.Bound
	// content returns the drawing of what is wanted now, and nil when there is nothing to show. It runs on the
	// UI thread; what it returns runs in the background and may return a function to run with the result.
	content func(f frame) func(ctx context.Context, dst *image.RGBA) func()
}

func newLayer(margin float64) *layer {
	img := canvas.NewImageFromImage(nil)
	img.ScaleMode = canvas.ImageScaleFastest
	img.FillMode = canvas.ImageFillStretch
	img.Hide()
	return &layer{img: img, margin: margin, version: 1}
}

// changed says that the content is another one.
func (l *layer) changed() { l.version++ }

// update moves the picture to the view and has it drawn anew when it no longer fits.
func (l *layer) update(cfg *Config, v viewport.View, scale float64) {
	if v.W < 1 || v.H < 1 {
		return
	}
	l.place(v)
	spare := 0.0
	if l.margin > 0 {
		spare = math.Min(l.margin/4, 64)
	}
	if l.drawn == l.version && l.frame.scale == scale && l.frame.view.Zoom == v.Zoom &&
		(l.whole || l.frame.covers(v, scale, spare)) {
		return
	}
	if l.busy {
		if l.cancel != nil && math.Abs(l.asked.view.Zoom-v.Zoom) >= 1 {
			l.cancel() // far from what is wanted by now
		}
		return // the end of the running one looks again
	}
	f, whole := newFrame(v, l.margin, scale), false
	if l.extent != nil {
		f, whole = f.cut(l.extent())
	}
	if f.w > maxLayerPx || f.h > maxLayerPx {
		return
	}
	work := l.content(f)
	if work == nil {
		l.img.Hide()
		l.drawn, l.frame, l.whole, l.filled = l.version, f, whole, false
		return
	}
	dst := l.take(f)
	ctx, cancel := context.WithCancel(context.Background())
	version := l.version
	l.busy, l.cancel, l.asked = true, cancel, f
	cfg.Go(func() {
		clear(dst.Pix)
		done := work(ctx, dst)
		cfg.Do(func() {
			l.busy, l.cancel = false, nil
			stopped := ctx.Err() != nil
			cancel()
			if stopped {
				l.spare = dst
			} else {
				l.show(dst, f, whole, version)
				if done != nil {
					done()
				}
			}
			cfg.again(l)
		})
	})
}

// maxLayerPx bounds a picture's edge; textures of graphics cards end there at the latest.
const maxLayerPx = 8192

func (l *layer) take(f frame) *image.RGBA {
	s := l.spare
	l.spare = nil
	if s == nil || s.Rect.Dx() != f.w || s.Rect.Dy() != f.h {
		s = image.NewRGBA(image.Rect(0, 0, f.w, f.h))
	}
	return s
}

func (l *layer) show(dst *image.RGBA, f frame, whole bool, version uint64) {
	if old, ok := l.img.Image.(*image.RGBA); ok {
		l.spare = old
	}
	l.img.Image = dst
	l.asked = frame{}
	l.frame, l.whole, l.drawn, l.filled = f, whole, version, true
	l.img.Show()
	l.img.Refresh()
}

// place moves the picture; its size changes only with the zoom.
func (l *layer) place(v viewport.View) {
	if !l.filled {
		return
	}
	left, top, w, h := l.frame.place(v)
	if l.frame.view.Zoom == v.Zoom { // whole pixels stay sharp
		left = math.Round(left*l.frame.scale) / l.frame.scale
		top = math.Round(top*l.frame.scale) / l.frame.scale
	}
	if w > 3*maxLayerPx || w < 8 {
		l.img.Hide()
		return
	}
	if l.img.Hidden {
		l.img.Show()
	}
	l.img.Resize(fyne.NewSize(float32(w), float32(h)))
	l.img.Move(fyne.NewPos(float32(left), float32(top)))
}
