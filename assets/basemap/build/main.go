// Command build makes the two data files of cordon/assets/basemap; build.sh calls it.
//
// It has two modes. "pmtiles" reads the tiles of an MBTiles file on standard input, one line for each as
// sqlite3 prints "zoom|column|TMS row|hex", and writes a PMTiles v3 archive. "outlines" joins TopoJSON
// outlines (us-atlas, world-atlas) with the coastline of an OSM extract to one vector tile of the whole
// world. It is a tool for developers: it reads files that it trusts and stops at the first error.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "pmtiles":
		return buildArchive(os.Stdin, args[1])
	case len(args) == 5 && args[0] == "outlines":
		return buildOutlines(args[1], args[2], args[3], args[4])
	}
	return fmt.Errorf("usage: build pmtiles OUT < ROWS | build outlines US-ATLAS-DIR WORLD-ATLAS-DIR OSM.PBF OUT")
}
