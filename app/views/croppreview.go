package views

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// coverColor is what is burned in.
var coverColor = color.RGBA{0x10, 0x16, 0x1C, 0xff}

// cropPreview returns what will be saved, scaled to at most maxW × maxH pixels,
// never enlarged: the kept rectangle with the covers burned in.
func cropPreview(img image.Image, s cropState, maxW, maxH int) *image.RGBA {
	w, h := s.rect.Dx(), s.rect.Dy()
	if w <= 0 || h <= 0 || maxW <= 0 || maxH <= 0 {
		return image.NewRGBA(image.Rect(0, 0, 1, 1))
	}
	scale := min(1, float64(maxW)/float64(w), float64(maxH)/float64(h))
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(w)*scale+0.5)), max(1, int(float64(h)*scale+0.5))))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, s.rect, draw.Src, nil)
	fx, fy := float64(out.Bounds().Dx())/float64(w), float64(out.Bounds().Dy())/float64(h)
	for _, c := range s.covers {
		pts := make([][2]float32, len(c))
		for i, q := range c {
			pts[i] = [2]float32{float32(float64(q.X-s.rect.Min.X) * fx), float32(float64(q.Y-s.rect.Min.Y) * fy)}
		}
		fillPolygon(out, pts, coverColor)
	}
	return out
}

// fillPolygon fills a polygon given in pixels of dst; what lies outside is cut
// off.
func fillPolygon(dst *image.RGBA, pts [][2]float32, c color.RGBA) {
	if len(pts) < 3 {
		return
	}
	b := dst.Bounds()
	z := vector.NewRasterizer(b.Dx(), b.Dy())
	z.MoveTo(pts[0][0], pts[0][1])
	for _, p := range pts[1:] {
		z.LineTo(p[0], p[1])
	}
	z.ClosePath()
	z.Draw(dst, b, image.NewUniform(c), image.Point{})
}
