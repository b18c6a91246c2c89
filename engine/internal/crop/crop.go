// Package crop makes the picture that may enter a case out of an original photo.
//
// Entry point: [JPEG] cuts, burns the covers in, and encodes anew, so that nothing of the
// original outside the cut, under a cover or in its metadata is in the result.
// [Decode] is the only way in for a photo from outside; [Header] looks at one without decoding.
//
// Invariants: only JPEG and PNG are decoded, and only after their dimensions were checked;
// the same original and geometry give the same bytes.
package crop

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // the other format that cameras send

	"golang.org/x/image/vector"
)

// Bounds of a photo from outside.
const (
	MaxBytes  = 32 << 20
	MaxPixels = 64 << 20
	MaxCovers = 100
	MaxPoints = 1000 // of one cover
	MinSide   = 16   // pixels of the cut
	quality   = 92   // JPEG quality of the result
)

// ErrPhoto is returned when a photo cannot be decoded or is too large.
var ErrPhoto = errors.New("photo cannot be used")

// ErrGeometry is returned when a cut or a cover does not fit the photo.
var ErrGeometry = errors.New("cut does not fit the photo")

// Geometry says what is kept, in pixels of the original, origin top left. Covers are
// closed polygons of at least three (x, y) points; parts outside the cut do not matter.
type Geometry struct {
	Cut    image.Rectangle
	Covers [][]image.Point
}

// Header reads what a JPEG or PNG of bounded size says of itself, without decoding it.
// Errors match ErrPhoto.
func Header(data []byte) (image.Config, error) {
	if len(data) > MaxBytes {
		return image.Config{}, fmt.Errorf("%w: it has %d bytes, at most %d are taken", ErrPhoto, len(data), MaxBytes)
	}
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return image.Config{}, fmt.Errorf("%w: %w", ErrPhoto, err)
	}
	if format != "jpeg" && format != "png" {
		return image.Config{}, fmt.Errorf("%w: it is %s, only JPEG and PNG are taken", ErrPhoto, format)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > MaxPixels/cfg.Height {
		return image.Config{}, fmt.Errorf("%w: it measures %d × %d pixels", ErrPhoto, cfg.Width, cfg.Height)
	}
	return cfg, nil
}

// Decode decodes a JPEG or PNG of bounded size. Errors match ErrPhoto.
func Decode(data []byte) (image.Image, error) {
	if _, err := Header(data); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPhoto, err)
	}
	return img, nil
}

// JPEG returns the cut of original with its covers burned in, as a JPEG without metadata.
// Errors match ErrPhoto or ErrGeometry.
func JPEG(original []byte, g Geometry) ([]byte, error) {
	src, err := Decode(original)
	if err != nil {
		return nil, err
	}
	dst, err := Image(src, g)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, dst, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode the crop: %w", err)
	}
	return out.Bytes(), nil
}

// Image is JPEG before the encoding; the result does not share pixels with src.
func Image(src image.Image, g Geometry) (*image.RGBA, error) {
	b := src.Bounds()
	cut := g.Cut.Canon().Add(b.Min)
	if cut.Dx() < MinSide || cut.Dy() < MinSide {
		return nil, fmt.Errorf("%w: it is %d × %d pixels, at least %d × %d are needed", ErrGeometry, cut.Dx(), cut.Dy(), MinSide, MinSide)
	}
	if !cut.In(b) {
		return nil, fmt.Errorf("%w: it reaches outside the %d × %d pixels", ErrGeometry, b.Dx(), b.Dy())
	}
	if len(g.Covers) > MaxCovers {
		return nil, fmt.Errorf("%w: %d covers, at most %d", ErrGeometry, len(g.Covers), MaxCovers)
	}
	dst := image.NewRGBA(image.Rect(0, 0, cut.Dx(), cut.Dy()))
	draw.Draw(dst, dst.Bounds(), src, cut.Min, draw.Src)
	for i, cover := range g.Covers {
		if len(cover) < 3 || len(cover) > MaxPoints {
			return nil, fmt.Errorf("%w: cover %d has %d corners, 3 to %d are needed", ErrGeometry, i+1, len(cover), MaxPoints)
		}
		burn(dst, cover, cut.Min.Sub(b.Min))
	}
	return dst, nil
}

// burn fills the polygon: every pixel it touches at all becomes the cover's colour, so
// that no half-transparent edge is left to guess from.
func burn(dst *image.RGBA, polygon []image.Point, origin image.Point) {
	ras := vector.NewRasterizer(dst.Rect.Dx(), dst.Rect.Dy())
	at := func(p image.Point) (x, y float32) {
		p = p.Sub(origin)
		// The rasterizer takes any value, but keeps its precision for near ones.
		return float32(min(max(p.X, -1<<14), 1<<14)), float32(min(max(p.Y, -1<<14), 1<<14))
	}
	ras.MoveTo(at(polygon[0]))
	for _, p := range polygon[1:] {
		ras.LineTo(at(p))
	}
	ras.ClosePath()
	mask := image.NewAlpha(dst.Rect)
	ras.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	cover := color.RGBA{0x12, 0x18, 0x1e, 0xff}
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			if mask.AlphaAt(x, y).A > 0 {
				dst.SetRGBA(x, y, cover)
			}
		}
	}
}
