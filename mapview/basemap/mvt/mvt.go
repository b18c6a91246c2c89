// Package mvt reads Mapbox vector tiles (version 2) without unpacking what is not asked for.
//
// Entry points: [Layers] splits a tile into layers; [Layer.Feature] reads one feature's head, [Feature.Tags]
// its attributes and [Feature.Geometry] its geometry, each only when it is called. On a dense street tile this takes
// about a tenth of the time of a full decoding.
//
// The input is hostile: every length is checked against what is left, so that no more memory is taken than a small
// multiple of the tile's size, and every fault is an error that wraps [ErrMalformed]. Layers and features
// point into the tile's bytes, which must not change while they are in use; reading them from several
// goroutines is safe.
//
// Specification: https://github.com/mapbox/vector-tile-spec/tree/master/2.1
package mvt

import (
	"errors"
	"fmt"
)

// ErrMalformed is returned when the bytes are no vector tile.
var ErrMalformed = errors.New("malformed vector tile")

// DefaultExtent is the extent of a layer that names none.
const DefaultExtent = 4096

// maxExtent bounds the extent of a layer, so that coordinates fit 32 bits with a margin.
const maxExtent = 1 << 28

// Layer is one layer of a tile.
type Layer struct {
	Name   string
	Extent uint32 // units along one edge of the tile

	keys     []string
	values   [][]byte
	features [][]byte
}

// Layers returns the layers in the order of the tile. Their features are not read yet.
func Layers(tile []byte) ([]Layer, error) {
	var out []Layer
	w := walker{b: tile}
	for w.next() {
		if w.field != 3 || w.wire != wireBytes {
			continue
		}
		l, err := readLayer(w.data)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, w.err
}

func readLayer(b []byte) (Layer, error) {
	l := Layer{Extent: DefaultExtent}
	w := walker{b: b}
	for w.next() {
		switch {
		case w.field == 1 && w.wire == wireBytes:
			l.Name = string(w.data)
		case w.field == 2 && w.wire == wireBytes:
			l.features = append(l.features, w.data)
		case w.field == 3 && w.wire == wireBytes:
			l.keys = append(l.keys, string(w.data))
		case w.field == 4 && w.wire == wireBytes:
			l.values = append(l.values, w.data)
		case w.field == 5 && w.wire == wireVarint:
			if w.num == 0 || w.num > maxExtent {
				return Layer{}, fmt.Errorf("%w: extent %d", ErrMalformed, w.num)
			}
			l.Extent = uint32(w.num)
		}
	}
	return l, w.err
}

// Len returns the number of features.
func (l *Layer) Len() int { return len(l.features) }

// Feature reads the head of feature i, which must be below Len.
func (l *Layer) Feature(i int) (Feature, error) {
	f := Feature{layer: l}
	w := walker{b: l.features[i]}
	for w.next() {
		switch {
		case w.field == 2 && w.wire == wireBytes:
			f.tags = w.data
		case w.field == 3 && w.wire == wireVarint:
			if w.num > uint64(Polygon) {
				return Feature{}, fmt.Errorf("%w: geometry type %d", ErrMalformed, w.num)
			}
			f.Type = Type(w.num)
		case w.field == 4 && w.wire == wireBytes:
			f.geom = w.data
		}
	}
	return f, w.err
}

// Type is the kind of a feature's geometry.
type Type uint8

// The geometry types of the specification.
const (
	Unknown Type = iota
	Points
	Lines
	Polygon
)

// Feature is the head of one feature.
type Feature struct {
	Type Type

	layer *Layer
	tags  []byte
	geom  []byte
}

// Tags calls fn for each attribute until it returns false.
func (f Feature) Tags(fn func(key string, v Value) bool) error {
	b := f.tags
	for len(b) > 0 {
		k, n := uvarint(b)
		if n == 0 {
			return errTruncated
		}
		b = b[n:]
		v, n := uvarint(b)
		if n == 0 {
			return errTruncated
		}
		b = b[n:]
		if k >= uint64(len(f.layer.keys)) || v >= uint64(len(f.layer.values)) {
			return fmt.Errorf("%w: attribute %d=%d of %d keys, %d values",
				ErrMalformed, k, v, len(f.layer.keys), len(f.layer.values))
		}
		if !fn(f.layer.keys[k], Value(f.layer.values[v])) {
			return nil
		}
	}
	return nil
}
