package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
)

// pass is one site on a route, sec seconds after the start.
type pass struct {
	site int
	sec  int
}

type route struct {
	sec    int
	passes []pass
}

// makeRoutes lists, for every ordered pair of zones, the sites passed and when.
func makeRoutes(g *graph, zs []zone, trees []tree, sites []site) [][]route {
	at := map[int32]int{}
	for i, s := range sites {
		at[s.edge] = i
	}
	all := make([][]route, len(zs))
	total := 0
	for i := range zs {
		all[i] = make([]route, len(zs))
		for j := range zs {
			if i == j {
				continue
			}
			r := route{sec: int(trees[i].sec[zs[j].node])}
			for _, e := range g.path(trees[i], zs[j].node) {
				if s, ok := at[e]; ok {
					half := g.edges[e].sec / 2 // a site stands about the middle
					r.passes = append(r.passes, pass{s, int(trees[i].sec[g.edges[e].from] + half)})
					total++
				}
			}
			all[i][j] = r
		}
	}
	fmt.Printf("passes a route %.1f\n", float64(total)/float64(len(zs)*(len(zs)-1)))
	return all
}

// writeNetwork writes, gzipped: "CDN1", then varints as network.go of the demo package reads them.
func writeNetwork(path string, g *graph, spots []spot, zs []zone, nsites int, routes [][]route) error {
	var b []byte
	u := func(v int) { b = binary.AppendUvarint(b, uint64(v)) }
	s := func(v int) { b = binary.AppendVarint(b, int64(v)) }
	micro := func(v float64) int { return int(math.Round(v * 1e6)) }
	b = append(b, "CDN1"...)
	u(len(zs))
	for _, z := range zs {
		p := g.pt[z.node]
		s(micro(p.lon))
		s(micro(p.lat))
		u(int(z.gate * 10))
	}
	u(len(spots))
	x, y := 0, 0
	for _, p := range spots {
		s(micro(p.at.lon) - x)
		s(micro(p.at.lat) - y)
		x, y = micro(p.at.lon), micro(p.at.lat)
		u(int(p.heading))
		u(int(p.kind))
		u(p.zone)
	}
	u(nsites)
	for i := range zs {
		for j := range zs {
			r := routes[i][j]
			u(r.sec)
			u(len(r.passes))
			t := 0
			for _, p := range r.passes {
				u(p.site)
				u(p.sec - t)
				t = p.sec
			}
		}
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	fmt.Printf("network %d bytes raw, %d gz\n", len(b), z.Len())
	return os.WriteFile(path, z.Bytes(), 0o644)
}

func writeSites(path string, sites []site) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"id", "kind", "name", "road", "lon", "lat", "heading", "source"}}
	for _, s := range sites {
		kind := "fixed"
		if !s.camera {
			kind = "way"
		}
		f := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
		rows = append(rows, []string{s.id, kind, s.name, s.road, f(s.at.lon), f(s.at.lat), f(math.Mod(math.Round(s.heading), 360)), s.source})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// writeSensitive writes one GeoJSON feature a line, sorted, positions at 6 decimals.
func writeSensitive(path string, ps []sensitivePlace) error {
	type feature struct {
		Type       string            `json:"type"`
		Properties map[string]string `json:"properties"`
		Geometry   struct {
			Type        string `json:"type"`
			Coordinates any    `json:"coordinates"`
		} `json:"geometry"`
	}
	pair := func(p lonlat) [2]float64 { return [2]float64{round6(p.lon), round6(p.lat)} }
	var lines []string
	for _, p := range ps {
		f := feature{Type: "Feature", Properties: map[string]string{"kind": p.kind, "name": p.name}}
		f.Geometry.Type, f.Geometry.Coordinates = "Point", pair(p.at)
		if p.ring != nil {
			ring := make([][2]float64, len(p.ring))
			for i, q := range p.ring {
				ring[i] = pair(q)
			}
			f.Geometry.Type, f.Geometry.Coordinates = "Polygon", [][][2]float64{ring}
		}
		j, err := json.Marshal(f)
		if err != nil {
			return err
		}
		lines = append(lines, string(j))
	}
	sort.Strings(lines)
	var b bytes.Buffer
	b.WriteString("{\"type\":\"FeatureCollection\",\"attribution\":\"© OpenStreetMap contributors, ODbL\",\"features\":[\n")
	for i, l := range lines {
		b.WriteString(l)
		if i < len(lines)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	fmt.Printf("sensitive %d places, %d bytes\n", len(lines), b.Len())
	return os.WriteFile(path, b.Bytes(), 0o644)
}
