package basemap

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"cordon/mapview/basemap/pmtiles"
	"cordon/mapview/viewport"
)

// TileID names a tile: zoom, column eastwards from longitude -180, row southwards from the north.
type TileID struct {
	Z    uint8
	X, Y uint32
}

// Valid reports whether there is such a tile, at zoom 20 at most.
func (t TileID) Valid() bool {
	return t.Z <= viewport.MaxZoom && t.X < 1<<t.Z && t.Y < 1<<t.Z
}

// Bound returns what the tile covers, in degrees.
func (t TileID) Bound() orb.Bound {
	n := float64(uint64(1) << t.Z)
	nw := viewport.FromWorld(float64(t.X)/n, float64(t.Y)/n)
	se := viewport.FromWorld(float64(t.X+1)/n, float64(t.Y+1)/n)
	return orb.Bound{Min: orb.Point{nw[0], se[1]}, Max: orb.Point{se[0], nw[1]}}
}

// ancestor returns the tile of zoom z, at most t.Z, that covers t.
func (t TileID) ancestor(z uint8) TileID {
	d := t.Z - z
	return TileID{Z: z, X: t.X >> d, Y: t.Y >> d}
}

func (t TileID) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// Source gives vector tiles in the OpenMapTiles schema. It is safe for concurrent use.
type Source interface {
	// Tile returns the bytes of a tile, gzip-compressed or plain, or ErrNoTile. The caller does not change them.
	Tile(ctx context.Context, id TileID) ([]byte, error)
	// Bounds returns where the source has tiles, in degrees.
	Bounds() orb.Bound
	// MinZoom and MaxZoom are the zooms that the source has.
	MinZoom() uint8
	MaxZoom() uint8
	// Attribution is the text that every map made of the source shows.
	Attribution() string
}

// archive is a Source over a PMTiles file.
type archive struct {
	a           *pmtiles.Archive
	attribution string
}

// OpenPMTiles opens a PMTiles v3 archive of size bytes, embedded or on disk. The attribution is shown as it is.
func OpenPMTiles(r io.ReaderAt, size int64, attribution string) (Source, error) {
	a, err := pmtiles.Open(r, size)
	if err != nil {
		return nil, fmt.Errorf("basemap: open archive: %w", err)
	}
	return &archive{a: a, attribution: attribution}, nil
}

func (s *archive) Tile(ctx context.Context, id TileID) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, err := s.a.Tile(id.Z, id.X, id.Y)
	switch {
	case errors.Is(err, pmtiles.ErrNotFound):
		return nil, fmt.Errorf("basemap: tile %v: %w", id, ErrNoTile)
	case errors.Is(err, pmtiles.ErrMalformed):
		return nil, fmt.Errorf("basemap: tile %v: %w: %w", id, ErrBadTile, err)
	case err != nil:
		return nil, fmt.Errorf("basemap: tile %v: %w", id, err)
	}
	return b, nil
}

func (s *archive) Bounds() orb.Bound {
	h := s.a.Header
	return orb.Bound{Min: orb.Point{h.West, h.South}, Max: orb.Point{h.East, h.North}}
}

func (s *archive) MinZoom() uint8      { return s.a.Header.MinZoom }
func (s *archive) MaxZoom() uint8      { return min(s.a.Header.MaxZoom, viewport.MaxZoom) }
func (s *archive) Attribution() string { return s.attribution }
