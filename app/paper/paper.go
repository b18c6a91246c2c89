// Package paper gives reports what they are printed with: the typefaces and the base map
// that the window shows, drawn for paper. The command line and the window share it; it has
// no Fyne.
//
// Entry point: [Options]. It is safe for concurrent use.
package paper

import (
	"context"
	"fmt"
	"time"

	"cordon/assets/basemap"
	"cordon/assets/fonts"
	"cordon/reports"

	render "cordon/mapview/basemap"
)

const tilePx = 512

// Options returns what package reports needs for a PDF with local times of zone.
func Options(zone *time.Location) (reports.Options, error) {
	tiles := basemap.Tiles()
	source, err := render.OpenPMTiles(tiles, tiles.Size(), basemap.Attribution)
	if err != nil {
		return reports.Options{}, fmt.Errorf("base map of reports: %w", err)
	}
	r, err := render.New(render.Config{Source: source, Outlines: basemap.Outlines(), Fonts: render.Fonts{Regular: fonts.Sans(400), Medium: fonts.Sans(500), SemiBold: fonts.Sans(600)}})
	if err != nil {
		return reports.Options{}, fmt.Errorf("base map of reports: %w", err)
	}
	style := render.Light()
	tile := func(ctx context.Context, z, x, y int) ([]byte, error) {
		return r.PNG(ctx, render.TileID{Z: uint8(z), X: uint32(x), Y: uint32(y)}, style)
	}
	maps, err := reports.NewMaps(tile, tilePx, fonts.Sans(600))
	if err != nil {
		return reports.Options{}, err
	}
	return reports.Options{
		Maps: maps, Zone: zone,
		Fonts: reports.Fonts{
			Sans: fonts.Sans(400), SansMedium: fonts.Sans(500), SansSemiBold: fonts.Sans(600),
			Mono: fonts.Mono(400), MonoSemiBold: fonts.Mono(600),
		},
	}, nil
}
