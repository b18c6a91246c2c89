package basemap

import "errors"

var (
	// ErrNoTile is returned when a source holds no such tile: it lies outside of its bounds or zooms, or
	// there is nothing on it. The renderer then draws the outlines alone.
	ErrNoTile = errors.New("no such tile")
	// ErrBadTile is returned when the bytes of a tile or of the outlines cannot be read.
	ErrBadTile = errors.New("broken map tile")
	// ErrBadFont is returned when the bytes of a font cannot be read.
	ErrBadFont = errors.New("broken font")
	// ErrBadSize is returned when a picture is asked for whose size is zero, negative or above the limit.
	ErrBadSize = errors.New("picture size out of range")
)
