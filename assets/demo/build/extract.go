package main

import (
	"context"
	"math"
	"os"
	"strings"

	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// lonlat is a WGS 84 position in degrees, longitude first.
type lonlat struct{ lon, lat float64 }

const (
	mPerLat = 111040.0
	mPerLon = 86150.0 // at 39.3° N, the middle of Delaware
)

func (a lonlat) distM(b lonlat) float64 {
	return math.Hypot((a.lon-b.lon)*mPerLon, (a.lat-b.lat)*mPerLat)
}

func (a lonlat) headingDeg(b lonlat) float64 {
	h := math.Atan2((b.lon-a.lon)*mPerLon, (b.lat-a.lat)*mPerLat) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return h
}

type road struct {
	class, name, ref string
	oneway           int // 1 forward, -1 backward, 0 both
	pts              []osm.NodeID
}

// poi is a place that people drive to; kind is "work" or "shop".
type poi struct {
	at   lonlat
	kind string
	// weight is how many spots it stands for.
	weight int
}

type sensitivePlace struct {
	at         lonlat
	ring       []lonlat // nil: a point
	kind, name string
}

type extract struct {
	at        map[osm.NodeID]lonlat
	roads     []road
	pois      []poi
	sensitive []sensitivePlace
}

// speedMS is the speed in m/s that traffic keeps on a class of road.
var speedMS = map[string]float64{
	"motorway": 29, "motorway_link": 18, "trunk": 22, "trunk_link": 15, "primary": 16, "primary_link": 13,
	"secondary": 14.5, "secondary_link": 12, "tertiary": 12.5, "tertiary_link": 11, "unclassified": 10, "residential": 6,
}

// inDelaware is a coarse outline: the state's box less New Jersey and the bay.
func inDelaware(p lonlat) bool {
	if p.lon < -75.786 || p.lon > -75.045 || p.lat < 38.452 || p.lat > 39.838 {
		return false
	}
	if w := -75.786 + (39.45-p.lat)*(0.093/0.995); p.lat < 39.45 && p.lon < w {
		return false // the straight border with Maryland
	}
	river := []lonlat{{-75.41, 39.81}, {-75.505, 39.74}, {-75.555, 39.64}, {-75.575, 39.55}, {-75.53, 39.46}, {-75.40, 39.30}}
	for i := 1; i < len(river); i++ {
		a, b := river[i-1], river[i]
		if p.lat <= a.lat && p.lat > b.lat {
			return p.lon < b.lon+(p.lat-b.lat)/(a.lat-b.lat)*(a.lon-b.lon)
		}
	}
	return true
}

func readExtract(path string) (*extract, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	x := &extract{at: map[osm.NodeID]lonlat{}}
	s := osmpbf.New(context.Background(), f, 2)
	defer s.Close()
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			p := lonlat{o.Lon, o.Lat}
			x.at[o.ID] = p
			if len(o.Tags) > 0 && inDelaware(p) {
				x.place(o.Tags, p, nil)
			}
		case *osm.Way:
			x.way(o)
		}
	}
	return x, s.Err()
}

func (x *extract) way(w *osm.Way) {
	if c := w.Tags.Find("highway"); speedMS[c] > 0 {
		r := road{class: c, name: w.Tags.Find("name"), ref: w.Tags.Find("ref")}
		switch w.Tags.Find("oneway") {
		case "yes", "1", "true":
			r.oneway = 1
		case "-1":
			r.oneway = -1
		default:
			if strings.HasPrefix(c, "motorway") || w.Tags.Find("junction") == "roundabout" {
				r.oneway = 1
			}
		}
		for _, n := range w.Nodes {
			r.pts = append(r.pts, n.ID)
		}
		x.roads = append(x.roads, r)
		return
	}
	if len(w.Nodes) < 4 || w.Nodes[0].ID != w.Nodes[len(w.Nodes)-1].ID {
		return
	}
	var c lonlat
	ring := make([]lonlat, 0, len(w.Nodes))
	for _, n := range w.Nodes {
		p, ok := x.at[n.ID]
		if !ok {
			return
		}
		ring = append(ring, p)
	}
	for _, p := range ring[1:] {
		c.lon += p.lon / float64(len(ring)-1)
		c.lat += p.lat / float64(len(ring)-1)
	}
	if inDelaware(c) {
		x.place(w.Tags, c, ring)
	}
}

// place takes a tagged node or area as a destination, as a sensitive place, or as both.
func (x *extract) place(t osm.Tags, p lonlat, ring []lonlat) {
	amenity := t.Find("amenity")
	work, shop := 0, 0
	switch amenity {
	case "school", "hospital", "university", "townhall", "courthouse", "police", "fire_station", "bank", "library", "college":
		work = 2
	case "restaurant", "fast_food", "fuel", "cafe", "bar", "cinema", "pharmacy":
		shop = 1
	case "parking":
		shop, work = 1, 1
	}
	switch t.Find("landuse") {
	case "industrial", "commercial":
		work = 6
	case "retail":
		shop = 5
	}
	switch t.Find("building") {
	case "industrial", "commercial", "warehouse":
		work = 3
	case "retail":
		shop = 2
	}
	if t.Find("shop") != "" {
		shop += 2
	}
	if t.Find("office") != "" {
		work += 2
	}
	if work > 0 {
		x.pois = append(x.pois, poi{p, "work", work})
	}
	if shop > 0 {
		x.pois = append(x.pois, poi{p, "shop", shop})
	}
	if kind := sensitiveKind(t, amenity); kind != "" && t.Find("name") != "" {
		x.sensitive = append(x.sensitive, sensitivePlace{p, ring, kind, t.Find("name")})
	}
}

// sensitiveKind names the kinds of Q-SENS-1 that a map can know: school, medical, worship.
func sensitiveKind(t osm.Tags, amenity string) string {
	switch amenity {
	case "school", "kindergarten", "childcare", "college", "university":
		return "school"
	case "hospital", "clinic", "doctors", "dentist", "nursing_home", "social_facility":
		return "medical"
	case "place_of_worship":
		return "worship"
	}
	switch t.Find("building") {
	case "school":
		return "school"
	case "hospital":
		return "medical"
	case "church", "chapel", "mosque", "synagogue", "temple":
		return "worship"
	}
	if t.Find("healthcare") != "" {
		return "medical"
	}
	return ""
}
