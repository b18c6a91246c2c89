// Package basemap holds the embedded base map: street tiles of Delaware and the outlines of the rest of
// the world. It only hands out bytes; cordon/mapview/basemap reads and draws them.
//
// Entry points: [Tiles], [Outlines] and [Attribution]. The data are made by build.sh from the sources that
// NOTICE.md names. They are read-only parts of the program: no file is unpacked and any number of
// goroutines may read.
package basemap

import (
	_ "embed"
	"strings"
)

//go:embed delaware.pmtiles
var tiles string

//go:embed outlines.mvt.gz
var outlines string

// Attribution must stand on every map that shows the data, printed ones too.
const Attribution = "© OpenStreetMap contributors"

// Tiles returns a PMTiles v3 archive of gzip-compressed vector tiles, zoom 5 to 14, in the
// OpenMapTiles schema. The reader is an io.ReaderAt with a Size.
func Tiles() *strings.Reader { return strings.NewReader(tiles) }

// Outlines returns one gzip-compressed vector tile of the whole world with an extent of 2^26 units, whose
// layers are land110, land50, states, zone, coast, border110, border and label.
func Outlines() *strings.Reader { return strings.NewReader(outlines) }
