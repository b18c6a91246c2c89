package desktop

import (
	"context"
	"fmt"
	"image"

	"github.com/paulmach/orb"

	assetmap "cordon/assets/basemap"
	"cordon/assets/fonts"
	"cordon/mapview"
	"cordon/mapview/basemap"
	"cordon/mapview/viewport"
)

// baseMap is the embedded street map in its two looks.
type baseMap struct {
	renderer    *basemap.Renderer
	light, dark mapview.Streets
}

func newBaseMap() (*baseMap, error) {
	tiles := assetmap.Tiles()
	source, err := basemap.OpenPMTiles(tiles, tiles.Size(), assetmap.Attribution)
	if err != nil {
		return nil, fmt.Errorf("embedded base map: %w", err)
	}
	r, err := basemap.New(basemap.Config{
		Source: source, Outlines: assetmap.Outlines(),
		Fonts: basemap.Fonts{Regular: fonts.Sans(400), Medium: fonts.Sans(500), SemiBold: fonts.Sans(600)},
	})
	if err != nil {
		return nil, fmt.Errorf("embedded base map: %w", err)
	}
	return &baseMap{renderer: r, light: mapview.NewStreets(r, basemap.Light()), dark: mapview.NewStreets(r, basemap.Dark())}, nil
}

func (b *baseMap) streets(dark bool) mapview.Streets {
	if dark {
		return b.dark
	}
	return b.light
}

// hero draws the map at the left of the sign-in: Wilmington by night.
func (b *baseMap) hero(ctx context.Context) (image.Image, error) {
	view := viewport.New(orb.Point{-75.5485, 39.7405}, 15, 720, 1080)
	return b.renderer.RenderWithLabels(ctx, view, basemap.Dark(), 1, nil)
}
