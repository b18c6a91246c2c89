package basemap

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"

	"cordon/mapview/basemap/mvt"
)

// maxTileBytes bounds a decompressed tile: the densest of Delaware has 0.1 MB, the outlines have 1.2 MB.
const maxTileBytes = 16 << 20

// gridSize is the extent to which all layers of a street tile are brought.
const gridSize = mvt.DefaultExtent

// area is a kind of polygon, in the order of drawing.
type area uint8

const (
	areaIndustrial area = iota
	areaParking
	areaGrass
	areaPark
	areaCemetery
	areaWater
	areaBuilding
	areas
)

// shape is a feature's geometry within a tileData: parts first up to last of its ends.
type shape struct {
	first, last int32
	box         box
}

// box holds inclusive limits in grid units.
type box struct{ minX, minY, maxX, maxY int32 }

func (b box) overlaps(c box) bool {
	return b.minX <= c.maxX && b.maxX >= c.minX && b.minY <= c.maxY && b.maxY >= c.minY
}

type roadShape struct {
	shape
	class  roadClass
	bridge bool
}

// name is something to label: a road, a water, a place.
type name struct {
	shape
	kind nameKind
	text string
	ref  string // road number as tagged, e.g. "US 13;DE 9"
	rank float64
}

// tileData is a decoded street tile: what is drawn, sorted by how it is drawn. It is not changed after decodeTile.
type tileData struct {
	points   []mvt.Point
	ends     []int32
	areas    [areas][]shape
	roads    []roadShape
	footways []shape
	rails    []shape
	streams  []shape
	names    []name
}

// part returns part i, between first and last of a shape.
func (t *tileData) part(i int32) []mvt.Point {
	if i == 0 {
		return t.points[:t.ends[0]]
	}
	return t.points[t.ends[i-1]:t.ends[i]]
}

// bytes estimates the memory that the data take.
func (t *tileData) bytes() int64 {
	n := 8*cap(t.points) + 4*cap(t.ends) + 28*cap(t.roads) + 24*(cap(t.footways)+cap(t.rails)+cap(t.streams)) + 80*cap(t.names)
	for _, a := range t.areas {
		n += 24 * cap(a)
	}
	for _, x := range t.names {
		n += len(x.text) + len(x.ref)
	}
	return int64(n + 512)
}

// unpack returns the plain bytes of a tile that may be gzip-compressed.
func unpack(b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b {
		if len(b) > maxTileBytes {
			return nil, fmt.Errorf("%w: %d bytes", ErrBadTile, len(b))
		}
		return b, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTile, err)
	}
	out, err := io.ReadAll(io.LimitReader(z, maxTileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTile, err)
	}
	if len(out) > maxTileBytes {
		return nil, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrBadTile, maxTileBytes)
	}
	return out, nil
}

// decodeTile reads a street tile, gzip-compressed or plain.
func decodeTile(b []byte) (*tileData, error) {
	raw, err := unpack(b)
	if err != nil {
		return nil, err
	}
	layers, err := mvt.Layers(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTile, err)
	}
	d := &decoder{t: &tileData{}}
	for i := range layers {
		take := layerReaders[layers[i].Name]
		if take == nil {
			continue
		}
		d.extent = layers[i].Extent
		for j := range layers[i].Len() {
			f, err := layers[i].Feature(j)
			if err == nil {
				err = take(d, f)
			}
			if err != nil {
				return nil, fmt.Errorf("%w: layer %q, feature %d: %w", ErrBadTile, layers[i].Name, j, err)
			}
		}
	}
	return d.t, nil
}

// decoder fills a tileData; extent is that of the layer in hand.
type decoder struct {
	t      *tileData
	extent uint32
	geom   mvt.Geometry
}

// shape decodes the geometry of a feature, scaled to gridSize; ok is false if there is none.
func (d *decoder) shape(f mvt.Feature) (s shape, ok bool, err error) {
	d.geom.Reset()
	if err := f.Geometry(&d.geom); err != nil {
		return shape{}, false, err
	}
	if len(d.geom.Points) == 0 {
		return shape{}, false, nil
	}
	t := d.t
	base := len(t.points)
	b := box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	for _, p := range d.geom.Points {
		if d.extent != gridSize {
			p.X = int32(int64(p.X) * gridSize / int64(d.extent))
			p.Y = int32(int64(p.Y) * gridSize / int64(d.extent))
		}
		b.minX, b.maxX = min(b.minX, p.X), max(b.maxX, p.X)
		b.minY, b.maxY = min(b.minY, p.Y), max(b.maxY, p.Y)
		t.points = append(t.points, p)
	}
	s = shape{first: int32(len(t.ends)), box: b}
	for _, e := range d.geom.Ends {
		t.ends = append(t.ends, int32(base+e))
	}
	s.last = int32(len(t.ends))
	return s, true, nil
}
