package mapview

import (
	"context"
	"image"
	"math"

	"github.com/paulmach/orb"

	"cordon/mapview/basemap"
	"cordon/mapview/viewport"
)

// Streets is the base map of package basemap in one style, as tiles and as labels of a Map.
type Streets struct {
	renderer *basemap.Renderer
	style    *basemap.Style
}

var (
	_ TileRenderer = Streets{}
	_ LabelLayer   = Streets{}
)

// NewStreets returns the renderer's map in the style; give it to Map.SetBase twice, as tiles and as labels.
func NewStreets(r *basemap.Renderer, style *basemap.Style) Streets {
	return Streets{renderer: r, style: style}
}

// Render implements TileRenderer.
func (s Streets) Render(ctx context.Context, z uint8, x, y uint32, scale float64) (*image.RGBA, error) {
	px := int(math.Round(viewport.TileSize * scale))
	return s.renderer.Render(ctx, basemap.TileID{Z: z, X: x, Y: y}, s.style, px, float32(scale))
}

// DrawLabels implements LabelLayer.
func (s Streets) DrawLabels(ctx context.Context, v viewport.View, scale float64, dst *image.RGBA, exclusions []image.Rectangle) error {
	labels, err := s.renderer.Labels(ctx, v)
	if err != nil {
		return err
	}
	off := make([]orb.Bound, len(exclusions))
	for i, r := range exclusions {
		off[i] = orb.Bound{
			Min: orb.Point{float64(r.Min.X) / scale, float64(r.Min.Y) / scale},
			Max: orb.Point{float64(r.Max.X) / scale, float64(r.Max.Y) / scale},
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.renderer.DrawLabels(dst, basemap.PlaceLabels(labels, v.W, v.H, off), s.style, float32(scale))
	return nil
}
