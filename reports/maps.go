package reports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"sync"

	sm "github.com/flopp/go-staticmaps"
	"github.com/paulmach/orb"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// MapImager draws the map pictures of a PDF.
type MapImager interface {
	Map(ctx context.Context, v MapView) (MapPicture, error)
}

// MapView says what a picture shows. The picture is fitted to all of it.
type MapView struct {
	Areas  []MapArea
	Points []MapPoint
	Aspect float64 // width by height
	MaxPx  int     // width at most, pixels
}

// MapArea is an area with the index that gives its letter and colour. Shape is (lon, lat)
// in degrees, WGS 84.
type MapArea struct {
	Index int
	Shape orb.MultiPolygon
}

// MapPoint is a detection; Label stands beside it. Pos is (lon, lat) in degrees.
type MapPoint struct {
	Pos   orb.Point
	Label string
}

// MapPicture is a drawn map. MetresPerPx holds at its centre. Missing of its Tiles had no
// base map and show plain land.
type MapPicture struct {
	PNG            []byte
	W, H           int
	MetresPerPx    float64
	Missing, Tiles int
}

const (
	maxZoom       = 17
	maxLat        = 85.05
	fill          = 0.80 // share of the picture that the content may take
	minSpanM      = 700  // a single point is shown with this much around it
	earthAroundM  = 40_075_016.686
	tilesInMemory = 256
)

// Maps draws pictures through go-staticmaps over local tiles. It keeps up to 256 tiles in
// memory and is safe for concurrent use.
type Maps struct {
	tiles  TileFunc
	tilePx int
	font   *sfnt.Font
	mu     sync.Mutex
	cache  map[tileKey][]byte // nil: no such tile
}

// NewMaps returns a map maker over tiles of tilePx × tilePx pixels. font (TTF) sets the
// letters and labels.
func NewMaps(tiles TileFunc, tilePx int, font []byte) (*Maps, error) {
	if tiles == nil || tilePx < 64 || tilePx > 4096 {
		return nil, errors.New("maps need a tile function and tiles of 64 to 4096 pixels")
	}
	f, err := opentype.Parse(font)
	if err != nil {
		return nil, fmt.Errorf("map font: %w", err)
	}
	return &Maps{tiles: tiles, tilePx: tilePx, font: f, cache: map[tileKey][]byte{}}, nil
}

// Map draws v. Missing tiles become plain land and are counted; it fails only when there
// is nothing to show, ctx ends or the renderer does.
func (m *Maps) Map(ctx context.Context, v MapView) (MapPicture, error) {
	f, err := m.frame(v)
	if err != nil {
		return MapPicture{}, err
	}
	set, missing, err := m.collect(ctx, f)
	if err != nil {
		return MapPicture{}, err
	}
	pattern, done, err := desk.open(set)
	if err != nil {
		return MapPicture{}, err
	}
	defer done()

	c := sm.NewContext()
	c.SetCache(nil)
	c.SetTileProvider(&sm.TileProvider{Name: "cordon", TileSize: m.tilePx, URLPattern: pattern})
	c.OverrideAttribution("") // set in type beside the picture, where it can be read and searched
	c.SetBackground(inkLand)
	c.SetSize(f.w, f.h)
	c.SetZoom(f.zoom)
	o, err := newOverlay(f, v, m.font)
	if err != nil {
		return MapPicture{}, err
	}
	defer o.close()
	c.SetCenter(o.Positions[0])
	c.AddObject(o)
	img, err := c.Render()
	if err != nil {
		return MapPicture{}, fmt.Errorf("render map: %w", err)
	}
	if !set.complete() {
		return MapPicture{}, ErrTiles
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, opaque(img)); err != nil {
		return MapPicture{}, fmt.Errorf("encode map: %w", err)
	}
	return MapPicture{PNG: buf.Bytes(), W: f.w, H: f.h, MetresPerPx: f.metresPerPx(), Missing: missing, Tiles: len(set.png)}, nil
}

// opaque copies img without its alpha channel, so that the PDF needs no mask.
func opaque(img image.Image) image.Image {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.NewUniform(inkLand), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// frame is the fitted picture: its size in pixels, zoom and centre.
type frame struct {
	w, h, zoom int
	worldPx    float64 // pixels around the world at zoom
	cx, cy     float64 // centre, world coordinates 0–1, y down
	centre     orb.Point
	tilePx     int
}

func (m *Maps) frame(v MapView) (frame, error) {
	box, any := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{0, 0}}, false // world coordinates
	grow := func(p orb.Point) {
		x, y := world(p)
		if !any {
			box, any = orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x, y}}, true
			return
		}
		box = box.Extend(orb.Point{x, y})
	}
	for _, a := range v.Areas {
		for _, poly := range a.Shape {
			for _, ring := range poly {
				for _, p := range ring {
					grow(p)
				}
			}
		}
	}
	for _, p := range v.Points {
		grow(p.Pos)
	}
	if !any {
		return frame{}, errors.New("the map has nothing to show")
	}
	f := frame{tilePx: m.tilePx, cx: (box.Min[0] + box.Max[0]) / 2, cy: (box.Min[1] + box.Max[1]) / 2}
	span := minSpanM / (earthAroundM * math.Cos(unworld(f.cx, f.cy).Lat()*math.Pi/180))
	dx, dy := max(box.Max[0]-box.Min[0], span), max(box.Max[1]-box.Min[1], span/v.Aspect)
	maxW, maxH := float64(v.MaxPx), float64(v.MaxPx)/v.Aspect
	least := int(math.Ceil(math.Log2(float64(v.MaxPx) / float64(m.tilePx)))) // the world is never narrower than the picture
	z := math.Log2(min(fill*maxW/dx, fill*maxH/dy) / float64(m.tilePx))
	f.zoom = min(max(int(math.Floor(z)), least, 0), maxZoom)
	f.worldPx = float64(m.tilePx) * math.Exp2(float64(f.zoom))
	need := max(dx*f.worldPx/fill, dy*f.worldPx/fill*v.Aspect)
	f.w = int(min(max(need, maxW*0.62), maxW)) &^ 1
	f.h = int(float64(f.w)/v.Aspect) &^ 1
	half := (float64(f.h)/2 + 1) / f.worldPx
	f.cy = min(max(f.cy, half), 1-half)
	f.centre = unworld(f.cx, f.cy)
	return f, nil
}

func (f frame) metresPerPx() float64 {
	return earthAroundM * math.Cos(f.centre.Lat()*math.Pi/180) / f.worldPx
}

// collect gets every tile that go-staticmaps will ask for at f, before it asks.
func (m *Maps) collect(ctx context.Context, f frame) (*tileSet, int, error) {
	set := &tileSet{png: map[tileKey][]byte{}, served: map[tileKey]bool{}}
	n, missing := 1<<f.zoom, 0
	tx, ty := f.cx*float64(n), f.cy*float64(n)
	ww, hh := float64(f.w)/float64(f.tilePx)/2, float64(f.h)/float64(f.tilePx)/2
	const slack = 1e-6 // the renderer projects the centre once more, which may round across a tile's edge
	var plain []byte
	for x := int(math.Floor(tx - ww - slack)); x <= int(math.Floor(tx+ww+slack)); x++ {
		for y := max(int(math.Floor(ty-hh-slack)), 0); y <= min(int(math.Floor(ty+hh+slack)), n-1); y++ {
			key := tileKey{f.zoom, ((x % n) + n) % n, y}
			body, err := m.tile(ctx, key)
			if err != nil {
				return nil, 0, err
			}
			if body == nil {
				if plain == nil {
					if plain, err = plainTile(f.tilePx); err != nil {
						return nil, 0, err
					}
				}
				body = plain
				missing++
			}
			set.png[key] = body
		}
	}
	return set, missing, nil
}

// tile returns a tile's PNG, nil where there is none that can be drawn.
func (m *Maps) tile(ctx context.Context, key tileKey) ([]byte, error) {
	m.mu.Lock()
	body, ok := m.cache[key]
	m.mu.Unlock()
	if ok {
		return body, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	body, err := m.tiles(ctx, key.z, key.x, key.y)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil || !m.drawable(body) {
		body = nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.cache) >= tilesInMemory {
		clear(m.cache)
	}
	m.cache[key] = body
	return body, nil
}

func (m *Maps) drawable(body []byte) bool {
	cfg, err := png.DecodeConfig(bytes.NewReader(body))
	if err != nil || cfg.Width != m.tilePx || cfg.Height != m.tilePx {
		return false
	}
	_, err = png.Decode(bytes.NewReader(body))
	return err == nil
}

func plainTile(px int) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, px, px), []imageColor{inkLand})
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return nil, fmt.Errorf("encode plain tile: %w", err)
	}
	return buf.Bytes(), nil
}

// world projects (lon, lat) in degrees to Web Mercator, 0–1, y down.
func world(p orb.Point) (x, y float64) {
	lat := min(max(p.Lat(), -maxLat), maxLat) * math.Pi / 180
	return (p.Lon() + 180) / 360, 0.5 - math.Asinh(math.Tan(lat))/(2*math.Pi)
}

func unworld(x, y float64) orb.Point {
	return orb.Point{x*360 - 180, math.Atan(math.Sinh((0.5-y)*2*math.Pi)) * 180 / math.Pi}
}
