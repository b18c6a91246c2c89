// Command build makes the embedded files of cordon/assets/demo from an
// OpenStreetMap extract of Delaware: network.bin.gz (places, parking spots,
// routes), sites.csv (cameras and way points) and sensitive.geojson.
//
// It is run rarely, by hand, and its output is committed:
//
//	go run ./assets/demo/build -out assets/demo
//
// The same extract gives the same bytes. Data © OpenStreetMap contributors, ODbL.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	in := flag.String("in", "", "extract (.osm.pbf); empty: the one in the github.com/paulmach/osm module")
	out := flag.String("out", "assets/demo", "folder that the files are written to")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	if in == "" {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
		if err != nil {
			return fmt.Errorf("finding the osm module: %w", err)
		}
		in = filepath.Join(strings.TrimSpace(string(dir)), "testdata", "delaware-latest.osm.pbf")
	}
	x, err := readExtract(in)
	if err != nil {
		return err
	}
	g := newGraph(x)
	spots := makeSpots(x, g)
	zones := makeZones(g, spots)
	spots = assign(spots, zones)
	trees := shortest(g, zones)
	use := usage(g, zones, trees)
	sites, err := chooseSites(g, use)
	if err != nil {
		return err
	}
	routes := makeRoutes(g, zones, trees, sites)
	fmt.Printf("nodes %d edges %d spots %d zones %d sites %d\n", len(g.pt), len(g.edges), len(spots), len(zones), len(sites))
	if err := writeSensitive(filepath.Join(out, "sensitive.geojson"), x.sensitive); err != nil {
		return err
	}
	if err := writeSites(filepath.Join(out, "sites.csv"), sites); err != nil {
		return err
	}
	return writeNetwork(filepath.Join(out, "network.bin.gz"), g, spots, zones, len(sites), routes)
}
