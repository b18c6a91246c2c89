package basemap

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"sync"
)

// maxEdge bounds the edge of a picture in pixels.
const maxEdge = 8192

// DefaultCacheBytes is enough for the decoded tiles of several screens.
const DefaultCacheBytes = 64 << 20

// Config is what a Renderer is made of.
type Config struct {
	// Source gives the street tiles. It may be nil: then the outlines are the whole map.
	Source Source
	// Outlines is the sheet of the world that assets/basemap embeds; it is read to its end.
	Outlines io.Reader
	// Fonts for labels. Without any, labels cannot be asked for.
	Fonts Fonts
	// CacheBytes bounds the memory of decoded tiles; 0 means DefaultCacheBytes.
	CacheBytes int64
}

// Renderer draws tiles and labels. It is safe for concurrent use.
type Renderer struct {
	src      Source
	outlines *outlines
	fonts    *fontSet
	cache    *tileCache
	canvases sync.Pool // of *canvas
}

// New makes a renderer. It reads the outlines and the fonts, which takes some 20 ms.
func New(c Config) (*Renderer, error) {
	b, err := io.ReadAll(io.LimitReader(c.Outlines, maxTileBytes))
	if err != nil {
		return nil, fmt.Errorf("basemap: read outlines: %w", err)
	}
	o, err := readOutlines(b)
	if err != nil {
		return nil, fmt.Errorf("basemap: %w", err)
	}
	fonts, err := newFontSet(c.Fonts)
	if err != nil {
		return nil, fmt.Errorf("basemap: %w", err)
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = DefaultCacheBytes
	}
	return &Renderer{
		src: c.Source, outlines: o, fonts: fonts, cache: newTileCache(c.CacheBytes),
		canvases: sync.Pool{New: func() any { return new(canvas) }},
	}, nil
}

// Attribution returns the text that every map made by the renderer shows.
func (r *Renderer) Attribution() string {
	if r.src == nil {
		return ""
	}
	return r.src.Attribution()
}

// Render draws a tile without labels, px pixels wide and high. Lines are as wide as at 512 px times scale:
// a screen of 2 device pixels a unit takes px 1024 and scale 2. Above the zooms of the source its tiles are
// enlarged; where it has none the outlines are drawn.
func (r *Renderer) Render(ctx context.Context, id TileID, style *Style, px int, scale float32) (*image.RGBA, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("basemap: tile %v: %w", id, ErrNoTile)
	}
	if px <= 0 || px > maxEdge || !(scale > 0 && scale <= 16) {
		return nil, fmt.Errorf("basemap: %d px, scale %v: %w", px, scale, ErrBadSize)
	}
	t, from, err := r.tile(ctx, id)
	if err != nil {
		return nil, err
	}
	c := r.canvases.Get().(*canvas)
	defer func() {
		c.dst = nil
		r.canvases.Put(c)
	}()
	c.dst = image.NewRGBA(image.Rect(0, 0, px, px))
	p := painter{canvas: c, style: style, zoom: id.Z, scale: scale, px: px}
	p.ground(r.outlines, id)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t != nil {
		p.frame = tileFrame(id, from, px, 64*float64(scale))
		p.tile = t
		p.areas()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.lines()
	}
	p.borders(r.outlines, id)
	return c.dst, nil
}

// tileFrame places the grid of tile from on the picture of its descendant id.
func tileFrame(id, from TileID, px int, margin float64) frame {
	n := math.Exp2(float64(id.Z - from.Z))
	return newFrame(float64(px)*n/gridSize,
		-(float64(id.X)-float64(from.X)*n)*float64(px), -(float64(id.Y)-float64(from.Y)*n)*float64(px), px, margin)
}

// tile returns the decoded street tile for id and which tile it is: id or, above the largest zoom of the
// source, an ancestor. A nil tile means that the source has none.
func (r *Renderer) tile(ctx context.Context, id TileID) (*tileData, TileID, error) {
	if r.src == nil || id.Z < r.src.MinZoom() {
		return nil, id, nil
	}
	from := id
	if z := r.src.MaxZoom(); id.Z > z {
		from = id.ancestor(z)
	}
	t, err := r.cache.get(from, func() (*tileData, error) {
		// Others may wait for this load: the caller's cancellation must not fail theirs.
		b, err := r.src.Tile(context.WithoutCancel(ctx), from)
		if errors.Is(err, ErrNoTile) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		t, err := decodeTile(b)
		if err != nil {
			return nil, fmt.Errorf("basemap: tile %v: %w", from, err)
		}
		return t, nil
	})
	if err == nil {
		err = ctx.Err()
	}
	return t, from, err
}
