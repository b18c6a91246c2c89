package basemap

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math"

	"github.com/paulmach/orb"
	"golang.org/x/image/draw"

	"cordon/mapview/viewport"
)

// tileEdge is the edge of tiles that PNG makes, in pixels.
const tileEdge = viewport.TileSize

// RenderWithLabels draws a whole view with its labels, scale device pixels a unit: the picture is W·scale ×
// H·scale pixels. Labels keep off the excluded rectangles, which are in units of the view.
func (r *Renderer) RenderWithLabels(ctx context.Context, v viewport.View, style *Style, scale float32, exclude []orb.Bound) (*image.RGBA, error) {
	w, h := int(math.Round(v.W*float64(scale))), int(math.Round(v.H*float64(scale)))
	if w <= 0 || h <= 0 || w > maxEdge || h > maxEdge || !(scale > 0 && scale <= 16) {
		return nil, fmt.Errorf("basemap: %d × %d px, scale %v: %w", w, h, scale, ErrBadSize)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(style.land), image.Point{}, draw.Src)
	for _, t := range v.Tiles(v.TileZoom()) {
		// Edges are rounded one by one, so that neighbours meet.
		at := image.Rect(
			int(math.Round(t.Left*float64(scale))), int(math.Round(t.Top*float64(scale))),
			int(math.Round((t.Left+t.Size)*float64(scale))), int(math.Round((t.Top+t.Size)*float64(scale))))
		px := max(1, at.Dx())
		im, err := r.Render(ctx, TileID{t.Z, t.X, t.Y}, style, px, scale)
		if err != nil {
			return nil, err
		}
		if at.Dy() == px {
			draw.Draw(dst, at, im, image.Point{}, draw.Src)
		} else {
			draw.BiLinear.Scale(dst, at, im, im.Bounds(), draw.Src, nil)
		}
	}
	labels, err := r.Labels(ctx, v)
	if err != nil {
		return nil, err
	}
	r.DrawLabels(dst, PlaceLabels(labels, v.W, v.H, exclude), style, scale)
	return dst, nil
}

// PNG draws one tile of 512 px as a PNG file, for maps that others put together from tiles. It carries the labels
// that lie wholly within it, so that none is cut.
func (r *Renderer) PNG(ctx context.Context, id TileID, style *Style) ([]byte, error) {
	im, err := r.Render(ctx, id, style, tileEdge, 1)
	if err != nil {
		return nil, err
	}
	n := math.Exp2(float64(id.Z))
	v := viewport.New(viewport.FromWorld((float64(id.X)+0.5)/n, (float64(id.Y)+0.5)/n), float64(id.Z), tileEdge, tileEdge)
	labels, err := r.Labels(ctx, v)
	if err != nil {
		return nil, err
	}
	r.DrawLabels(im, PlaceLabels(labels, tileEdge, tileEdge, nil), style, 1)
	var out bytes.Buffer
	if err := png.Encode(&out, im); err != nil {
		return nil, fmt.Errorf("basemap: encode tile %v: %w", id, err)
	}
	return out.Bytes(), nil
}
