package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// extent is the edge of the one tile of the outlines: 2^26 units around the earth, 0.6 m at the equator.
const extent = 1 << 26

// FIPS codes of states whose county lines are kept: Maryland, New Jersey, Pennsylvania, Virginia. Those of Delaware
// (10) come from OSM, as us-atlas is quantised to 300 m.
var countyStates = map[string]bool{"24": true, "34": true, "42": true, "51": true}

const delaware = "10"

// sheet collects the features of each layer.
type sheet map[string]*mvt.Layer

func (s sheet) add(layer string, g orb.Geometry, props geojson.Properties) {
	l := s[layer]
	if l == nil {
		l = &mvt.Layer{Name: layer, Version: 2, Extent: extent}
		s[layer] = l
	}
	f := geojson.NewFeature(toSheet(g))
	f.Properties = props
	l.Features = append(l.Features, f)
}

// buildOutlines writes the layers land110, land50, states, zone, coast, border110, border and label.
func buildOutlines(usDir, worldDir, pbf, out string) error {
	s := sheet{}
	low, err := readTopology(filepath.Join(worldDir, "countries-110m.json"))
	if err != nil {
		return err
	}
	mid, err := readTopology(filepath.Join(worldDir, "countries-50m.json"))
	if err != nil {
		return err
	}
	us, err := readTopology(filepath.Join(usDir, "counties-10m.json"))
	if err != nil {
		return err
	}
	lines, err := readOSM(pbf)
	if err != nil {
		return err
	}
	if err := addCountries(s, low, "110", false); err != nil {
		return err
	}
	if err := addCountries(s, mid, "50", true); err != nil {
		return err
	}
	river, err := addStates(s, us)
	if err != nil {
		return err
	}
	if err := addDetail(s, lines, river); err != nil {
		return err
	}
	s.add("border", lines.state, geojson.Properties{"level": 4})
	s.add("border", lines.counties, geojson.Properties{"level": 6})

	names := make([]string, 0, len(s))
	for n := range s {
		names = append(names, n)
	}
	slices.Sort(names)
	var layers mvt.Layers
	for _, n := range names {
		layers = append(layers, s[n])
	}
	b, err := mvt.Marshal(layers)
	if err != nil {
		return err
	}
	if b, err = gz(b); err != nil {
		return err
	}
	return os.WriteFile(out, b, 0o644)
}

func addCountries(s sheet, t *topology, suffix string, labels bool) error {
	gs := t.Objects["countries"].Geometries
	for _, g := range gs {
		mp, err := t.polygons(g)
		if err != nil {
			return err
		}
		if len(mp) == 0 {
			continue
		}
		props := geojson.Properties{}
		if g.ID == "840" {
			props["us"] = true
		}
		s.add("land"+suffix, mp, props)
		if labels {
			addLabel(s, mp, g.Properties.Name, "country")
		}
	}
	use, err := t.users(gs)
	if err != nil {
		return err
	}
	var borders orb.MultiLineString
	for n, u := range use {
		if len(u) > 1 {
			borders = append(borders, t.arc(n))
		}
	}
	s.add("border"+strings.TrimPrefix(suffix, "50"), borders, geojson.Properties{"level": 2})
	return nil
}

// addStates adds land, borders and names and returns the border of Pennsylvania and New Jersey from the south
// to Trenton.
func addStates(s sheet, t *topology) (orb.LineString, error) {
	states, counties := t.Objects["states"].Geometries, t.Objects["counties"].Geometries
	for _, g := range states {
		mp, err := t.polygons(g)
		if err != nil {
			return nil, err
		}
		s.add("states", mp, nil)
		addLabel(s, mp, g.Properties.Name, "state")
	}
	for _, g := range counties {
		if !countyStates[g.ID[:2]] && g.ID[:2] != delaware {
			continue
		}
		mp, err := t.polygons(g)
		if err != nil {
			return nil, err
		}
		addLabel(s, mp, g.Properties.Name+" County", "county")
	}
	use, err := t.users(counties)
	if err != nil {
		return nil, err
	}
	var level4, level6, river orb.MultiLineString
	for n, u := range use {
		if len(u) < 2 {
			continue
		}
		a, b := counties[u[0]].ID[:2], counties[u[1]].ID[:2]
		switch {
		case a == delaware || b == delaware:
		case a != b:
			if min(a, b) == "34" && max(a, b) == "42" {
				river = append(river, t.arc(n))
			}
			level4 = append(level4, t.arc(n))
		case countyStates[a]:
			level6 = append(level6, t.arc(n))
		}
	}
	s.add("border", level4, geojson.Properties{"level": 4})
	s.add("border", level6, geojson.Properties{"level": 6})
	return followRiver(river), nil
}

// followRiver joins the pieces from the southernmost point on, up to Trenton.
func followRiver(pieces orb.MultiLineString) orb.LineString {
	const trenton = 40.19
	at := orb.Point{0, 90}
	for _, l := range pieces {
		for _, p := range []orb.Point{l[0], l[len(l)-1]} {
			if p[1] < at[1] {
				at = p
			}
		}
	}
	line := orb.LineString{at}
	for {
		next := slices.IndexFunc(pieces, func(l orb.LineString) bool { return l[0] == at || l[len(l)-1] == at })
		if next < 0 || at[1] > trenton {
			return line
		}
		l := pieces[next]
		pieces[next] = orb.LineString{{}, {}}
		if l[0] != at {
			l.Reverse()
		}
		line = append(line, l[1:]...)
		at = line[len(line)-1]
	}
}

// addLabel puts the name at the centroid of the largest polygon.
func addLabel(s sheet, mp orb.MultiPolygon, name, class string) {
	var at orb.Point
	var best float64
	for _, p := range mp {
		if c, a := planar.CentroidArea(p); a > best {
			at, best = c, a
		}
	}
	if name == "" || best == 0 {
		return
	}
	s.add("label", at, geojson.Properties{"name": name, "class": class, "area": best})
}

// toSheet projects degrees to the integer grid of the sheet (Web Mercator, y down).
func toSheet(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		lat := math.Max(-85.05112878, math.Min(85.05112878, g[1]))
		sin := math.Sin(lat * math.Pi / 180)
		return orb.Point{
			math.Round((g[0] + 180) / 360 * extent),
			math.Round((0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)) * extent),
		}
	case orb.LineString:
		return orb.LineString(toSheetPoints(g))
	case orb.Ring:
		return orb.Ring(toSheetPoints(g))
	case orb.MultiLineString:
		out := make(orb.MultiLineString, len(g))
		for i, l := range g {
			out[i] = toSheetPoints(l)
		}
		return out
	case orb.Polygon:
		out := make(orb.Polygon, len(g))
		for i, r := range g {
			out[i] = toSheetPoints(r)
		}
		return out
	case orb.MultiPolygon:
		out := make(orb.MultiPolygon, len(g))
		for i, p := range g {
			out[i] = toSheet(p).(orb.Polygon)
		}
		return out
	}
	return nil // mvt.Marshal refuses what is none of these
}

func toSheetPoints(in []orb.Point) []orb.Point {
	out := make([]orb.Point, 0, len(in))
	for _, p := range in {
		q := toSheet(p).(orb.Point)
		if n := len(out); n > 0 && out[n-1] == q {
			continue
		}
		out = append(out, q)
	}
	return out
}

func sortLines(ls []orb.LineString) {
	slices.SortFunc(ls, func(a, b orb.LineString) int {
		return slices.Compare([]float64{a[0][0], a[0][1], a[1][0], a[1][1]}, []float64{b[0][0], b[0][1], b[1][0], b[1][1]})
	})
}
