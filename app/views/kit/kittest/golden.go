package kittest

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
)

// A picture fails when more than goldenShare of its pixels differ by more than
// goldenStep (of 255) in a channel: fonts are ours, but rounding of curves may
// differ between machines.
const (
	goldenStep  = 24
	goldenShare = 0.002
)

// Golden draws the window and compares it with testdata/name.png of the test's
// package. With CORDON_GOLDEN=update it writes that file instead. A picture
// that differs is kept in testdata/failed.
func (w *Window) Golden(name string) {
	w.t.Helper()
	img := w.Capture(name)
	path := filepath.Join("testdata", name+".png")
	if os.Getenv("CORDON_GOLDEN") == "update" {
		w.write(path, img)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		w.t.Errorf("no golden picture: %v (make it with CORDON_GOLDEN=update and look at it)", err)
		return
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		w.t.Errorf("%s: %v", path, err)
		return
	}
	share, problem := differing(img, want)
	if problem != "" || share > goldenShare {
		failed := filepath.Join("testdata", "failed", name+".png")
		w.write(failed, img)
		w.t.Errorf("%s differs in %.2f %% of its pixels%s: see %s", path, share*100, problem, failed)
	}
}

func (w *Window) write(path string, img image.Image) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, img); err != nil {
		w.t.Fatal(err)
	}
}

// differing returns the share of pixels that differ; problem says if the sizes
// do.
func differing(a, b image.Image) (share float64, problem string) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 1, ", sizes " + a.Bounds().Size().String() + " and " + b.Bounds().Size().String()
	}
	n := 0
	r := a.Bounds()
	off := b.Bounds().Min.Sub(r.Min)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if far(a.At(x, y), b.At(x+off.X, y+off.Y)) {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy()), ""
}

func far(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	d := func(x, y uint32) bool { return max(x, y)-min(x, y) > goldenStep*0x101 }
	return d(r1, r2) || d(g1, g2) || d(b1, b2)
}

// AllSizes reports whether a person asked for captures, and so whether a test
// should draw more than what it compares.
func AllSizes() bool { return os.Getenv("CORDON_CAPTURES") != "" }
