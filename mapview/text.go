package mapview

import (
	"bytes"
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// textFont is a font for pictures; faces are made a size and a drawing, as they are not safe to share.
type textFont struct{ f *opentype.Font }

// parseFont returns nil for data that is no font: text in pictures is then left out, the rest is drawn.
func parseFont(r fyne.Resource) *textFont {
	if r == nil {
		return nil
	}
	f, err := opentype.Parse(r.Content())
	if err != nil {
		return nil
	}
	return &textFont{f: f}
}

// face is one font at one size in pixels, for one goroutine.
func (t *textFont) face(px float64) font.Face {
	if t == nil {
		return nil
	}
	f, err := opentype.NewFace(t.f, &opentype.FaceOptions{Size: px, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	return f
}

// textWidth returns the width in pixels.
func textWidth(f font.Face, s string) float64 {
	if f == nil {
		return 0
	}
	return float64(font.MeasureString(f, s)) / 64
}

// drawText writes s with its baseline starting at (x, y) in pixels.
func drawText(dst *image.RGBA, f font.Face, s string, x, y float64, c color.Color) {
	if f == nil {
		return
	}
	d := font.Drawer{Dst: dst, Src: image.NewUniform(c), Face: f, Dot: fixed.Point26_6{
		X: fixed.Int26_6(math.Round(x * 64)), Y: fixed.Int26_6(math.Round(y) * 64),
	}}
	d.DrawString(s)
}

// drawCentred writes s with its figures and capitals centred on (x, y).
func drawCentred(dst *image.RGBA, f font.Face, s string, x, y float64, c color.Color) {
	if f == nil {
		return
	}
	height := float64(f.Metrics().CapHeight) / 64
	drawText(dst, f, s, x-textWidth(f, s)/2, y+height/2, c)
}

// iconMask rasterises an SVG outline to its coverage, px pixels square; nil when it cannot be read. Fyne's
// image object does it, so it belongs to the UI thread.
func iconMask(r fyne.Resource, px int) *image.Alpha {
	if r == nil || px < 1 {
		return nil
	}
	// currentColor has a meaning only inside a web page.
	svg := bytes.ReplaceAll(r.Content(), []byte("currentColor"), []byte("#000000"))
	img := canvas.NewImageFromResource(fyne.NewStaticResource("mask-"+r.Name(), svg))
	img.FillMode = canvas.ImageFillContain
	img.Resize(fyne.NewSquareSize(float32(px)))
	if img.Image == nil {
		return nil
	}
	b := img.Image.Bounds()
	if b.Dx() != px && b.Dx() > 0 { // the driver counted a screen's scale in
		img.Resize(fyne.NewSquareSize(float32(px) * float32(px) / float32(b.Dx())))
		b = img.Image.Bounds()
	}
	mask := image.NewAlpha(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			_, _, _, a := img.Image.At(b.Min.X+x, b.Min.Y+y).RGBA()
			mask.Pix[y*mask.Stride+x] = uint8(a >> 8)
		}
	}
	return mask
}
