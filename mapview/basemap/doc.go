// Package basemap draws the street map under everything else: it reads vector tiles and outlines, renders
// tiles in the light and the dark style and places labels.
//
// Entry points: [OpenPMTiles] makes a [Source]; [New] makes a [Renderer] from a source, the outlines of the world
// and the fonts; [Renderer.Render] draws one tile without labels, [Renderer.Labels] finds the labels of a
// view, [PlaceLabels] decides which of them stand and [Renderer.DrawLabels] draws those.
// [Renderer.RenderWithLabels] does all of it for a picture, [Renderer.PNG] for one tile of a printed map.
// [Light] and [Dark] are the styles.
//
// Conventions: positions are WGS 84 degrees (lon, lat); tiles are those of the XYZ scheme in Web Mercator with an
// edge of 512 px; pixels run right and down from the top left corner. A map is never blank: beyond the
// zooms of the source its nearest ancestor is enlarged, and where it has nothing the outlines show land, water and borders.
//
// A Renderer is safe for concurrent use. Pictures that it returns belong to the caller. Tiles are hostile
// input, bounded while they are read; a broken tile is an error that wraps [ErrBadTile], never a panic.
package basemap
